// What is understood by now: the description as the headline, what is ruled out as chips, and both to be put right by hand.
// The form is made once, so that nothing takes text, cursor or focus from somebody who is typing.

import { draft } from "./drafts.js";
import { h, show } from "./dom.js";
import { texts } from "./texts.js";

export function understandingView(talk) {
  const drafts = { description: draft(`${talk.id} edited description`), prompt: draft(`${talk.id} edited prompt`) };
  const said = h("div", { class: "understood" });
  const description = field("description", texts.pictureShows);
  const prompt = field("prompt", texts.paintingShows);
  const problem = h("p", { class: "problem", role: "alert" });
  const form = h("form", { class: "card edit", hidden: true, onsubmit: send, onkeydown: (event) => event.key === "Escape" && close(event) },
    problem,
    description.place,
    prompt.place,
    h("div", { class: "row" }, h("button", { class: "main" }, texts.searchWithThis), h("button", { type: "button", class: "plain", onclick: close }, texts.cancel)),
  );
  const place = h("div", {}, said, form);
  let sending = false;

  function field(name, label) {
    const input = h("textarea", {
      id: `edit-${name}`, maxlength: 500, rows: 2, autocomplete: "off",
      oninput: () => drafts[name].keep(input.value),
      onkeydown: (event) => event.key === "Enter" && !event.shiftKey && (event.preventDefault(), form.requestSubmit()),
    });
    return { input, place: h("label", { class: "edit-field" }, h("span", {}, label), input) };
  }

  const newest = () => talk.state.rounds.at(-1);
  const editable = () => !talk.state.finished && talk.looked === null && !talk.clicked && Boolean(newest());

  function edit() {
    if (!editable() || !form.hidden) return;
    description.input.value = drafts.description.read() || newest().description;
    prompt.input.value = drafts.prompt.read() || newest().prompt;
    form.hidden = false;
    draw(talk.state.rounds.at(-1));
    description.input.focus();
  }

  function close(event) {
    event?.preventDefault();
    event?.stopPropagation();
    Object.values(drafts).forEach((one) => one.drop());
    problem.textContent = "";
    form.hidden = true;
    draw(newest());
    said.querySelector("[data-key=edit]")?.focus();
  }

  async function send(event) {
    event.preventDefault();
    if (sending) return;
    const changed = {};
    if (description.input.value.trim() !== newest().description) changed.description = description.input.value;
    if (talk.state.paints && prompt.input.value.trim() !== newest().prompt) changed.prompt = prompt.input.value;
    if (!Object.keys(changed).length) return close();
    sending = true;
    const taken = await talk.send("click", changed);
    sending = false;
    problem.textContent = taken ? "" : talk.refused;
    if (taken) close();
  }

  // Of what is ruled out all but one.
  const allow = (one) => talk.send("click", { ruled_out: newest().ruled_out.filter((other) => other !== one) });

  function draw(record) {
    if (!record) return;
    prompt.place.hidden = !talk.state.paints;
    if (!editable()) form.hidden = true;
    show(said, [record.round, record.description, record.ruled_out, editable(), form.hidden], () => [
      form.hidden && h("p", { class: "headline" }, h("span", { class: "unseen" }, `${texts.understood}: `), record.description,
        editable() && h("button", { class: "plain", "data-key": "edit", "aria-label": texts.editUnderstood, onclick: edit }, texts.edit)),
      record.ruled_out.length > 0 && h("ul", { class: "chips", "aria-label": texts.ruledOut }, record.ruled_out.map((one) => h("li", { class: "chip" },
        h("span", {}, texts.not(one)),
        editable() && h("button", { class: "plain", "data-key": `allow ${one}`, "aria-label": texts.allow(one), title: texts.allow(one), onclick: () => allow(one) }, "✕")))),
    ].flat());
  }

  return { place, draw, edit };
}
