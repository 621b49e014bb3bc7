// One result, enlarged: the picture, what is known of its file, and what can be said about it.

import { $, h, likeAddress, picture, show } from "./dom.js";
import { fileView } from "./file.js";
import { shownOf } from "./further.js";
import { matches } from "./matches.js";
import { texts } from "./texts.js";

// page: the round that is looked at. marking: whether results can be pointed at.
export function enlargedView(talk, page, marking) {
  const image = h("div", { class: "shown" });
  const words = h("div", { class: "words-of" });
  const file = fileView();
  const buttons = h("div", { class: "row" });
  let number = -1;
  $("picture").replaceChildren(image, h("div", { class: "about" }, words, buttons, file.place));

  function open(wanted) {
    if (wanted >= shownOf(page()).length) return;
    number = wanted;
    draw();
    if (!$("picture").open) $("picture").showModal();
    buttons.querySelector("[data-key=accept], [data-key=close]")?.focus();
  }

  function draw() {
    const { state } = talk;
    const record = page();
    const result = shownOf(record)[number];
    if (!result) return;
    const mark = talk.marks.get(result.id);
    show(image, [talk.id, result.id], () => (result.gone ? h("p", { class: "gone" }, texts.gone) : h("img", { src: picture(state.gallery, result.id, true), alt: result.caption, width: result.width, height: result.height })));
    show(words, [talk.id, record.round, number, result.id], () => [
      h("p", {}, h("strong", {}, `${number + 1}. `), result.caption),
      h("p", { class: "faint" }, [matches(state, record, result), result.by_model && texts.byModel, result.looks_like && texts.looksLike(result.looks_like)].filter(Boolean).join(" · ")),
    ]);
    file.draw(state.gallery, result);
    show(buttons, [talk.id, record.round, result.id, mark, state.found, marking()], () => [
      !state.found && h("button", { class: "main", "data-key": "accept", onclick: () => then(() => talk.accept(result.id)) }, texts.thisIsIt),
      marking() && !result.gone && h("button", { "data-key": "like", onclick: () => then(() => talk.point(result.id)) }, texts.moreLikeThis),
      marking() && h("button", { "data-key": "more", "aria-pressed": String(mark === "more_like"), "aria-label": texts.markMore, onclick: () => talk.mark(result.id, "more_like") }, texts.markMoreShort),
      marking() && h("button", { "data-key": "not", "aria-pressed": String(mark === "not_these"), "aria-label": texts.markNot, onclick: () => talk.mark(result.id, "not_these") }, texts.markNotShort),
      !result.gone && h("a", { class: "button plain", "data-key": "begin like", href: likeAddress(state.gallery, result.id) }, texts.findMoreLike),
      h("span", { class: "ways" },
        h("button", { class: "plain", "aria-label": texts.before, "data-key": "before", onclick: () => step(-1) }, "←"),
        h("button", { class: "plain", "aria-label": texts.next, "data-key": "next", onclick: () => step(1) }, "→"),
        h("button", { class: "plain", "data-key": "close", onclick: () => $("picture").close() }, texts.close)),
    ]);
  }

  function step(by) {
    const count = shownOf(page()).length;
    number = (number + by + count) % count;
    draw();
  }

  function then(act) {
    $("picture").close();
    act();
  }

  $("picture").onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const result = shownOf(page())[number];
    const act = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      s: () => marking() && then(() => talk.point(result.id)),
      m: () => marking() && talk.mark(result.id, "more_like"),
      n: () => marking() && talk.mark(result.id, "not_these"),
    }[event.key] ?? file.key(event.key);
    if (act && result) {
      event.preventDefault();
      act();
    }
  };

  return { open, draw: () => $("picture").open && draw() };
}
