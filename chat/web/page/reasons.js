// Why these? What the ten results come of, in words and with the numbers.

import { $, h, picture, show } from "./dom.js";
import { matches } from "./matches.js";
import { texts } from "./texts.js";

export function why(talk, record) {
  if (!record) return;
  show($("why"), [talk.id, record.round], () => reasons(talk.state, record));
  if (!$("why").open) $("why").showModal();
}

// Who wrote a text of this round, where it was not simply the model, and what of the model's was turned down.
function written(writing) {
  const said = writing && [texts.writtenBy[writing.by], writing.faults.length && texts.faults(writing.faults)].filter(Boolean).join("; ");
  return said && h("small", {}, ` ${said}`);
}

function reasons(state, record) {
  const from = (source) => record.results.filter((result) => result.source === source).length;
  return [
    h("h2", { id: "why-title", tabindex: "-1", autofocus: true }, texts.why),
    h("dl", {},
      h("dt", {}, texts.asUnderstood), h("dd", {}, texts.foundOf(record.description, from("dialog")), written(record.description_written)),
      record.painted && [h("dt", {}, texts.promptOfPainting), h("dd", {}, texts.foundOf(record.painted, from("image")))],
      (record.critique || (record.painted && record.prompt !== record.painted)) && [h("dt", {}, texts.nextPrompt), h("dd", {}, record.prompt, written(record.prompt_written))],
      record.question && [h("dt", {}, texts.questionOfRound), h("dd", {}, record.question)],
    ),
    h("section", {}, h("h3", {}, texts.howWell), h("p", { class: "faint" }, texts.whatLikenessIs), h("ol", { class: "likeness" }, record.results.map((result) => h("li", {}, texts.named(result), h("small", {}, texts.likeness(matches(state, record, result), result.score)))))),
    record.candidates.length > 0 && h("section", {}, h("h3", {}, texts.captions),
      h("ul", { class: "clusters" }, record.candidates.map(({ id, caption, looks_like }) => h("li", {}, h("img", { src: picture(state.gallery, id), alt: "", width: 56, height: 56, loading: "lazy" }), h("span", {}, caption || texts.looksLike(looks_like)))))),
    record.turned_down.length > 0 && h("section", {}, h("h3", {}, texts.turnedDown), h("ul", {}, record.turned_down.map(({ question, reason }) => h("li", {}, question || texts.nothing, h("small", {}, ` ${reason}`))))),
    record.notes.map((note) => h("p", { class: "note" }, note)),
    !record.round && h("p", { class: "faint" }, texts.firstSearchAlone),
    h("form", { method: "dialog" }, h("button", { class: "main" }, texts.close)),
  ].flat();
}
