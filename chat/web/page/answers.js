// Question and painting are answered in one form: Send takes whatever is typed, and what is empty stays open.

import { differencePart, questionPart, setText } from "./asking.js";
import { h, show } from "./dom.js";
import { texts } from "./texts.js";

export function answersForm(talk) {
  const parts = [questionPart(talk, onward), differencePart(talk, onward)];
  const said = h("div");
  const problem = h("p", { class: "problem", role: "alert" });
  const main = h("button", { class: "main" }, texts.send);
  const hint = h("small", {});
  const rest = h("div", { class: "rest" });
  const place = h("form", { class: "card answers", "aria-label": texts.answers, hidden: true, onsubmit: submit, oninput: () => setText(problem, "") },
    said, ...parts.map((part) => part.place), problem, h("div", { class: "send" }, main, hint, rest));
  const typed = () => parts.filter(({ field }) => field.typed());
  const open = () => parts.filter(({ field }) => field.open());

  function submit(event) {
    event.preventDefault();
    const byKeys = document.activeElement?.tagName === "INPUT";
    if (typed().length) sendTyped().then((taken) => taken && onward(byKeys));
    else if (talk.marks.size) talk.searchAgain();
    else if (!parts.some(({ field }) => field.sending())) {
      setText(problem, texts.nothingTyped);
      open()[0]?.field.focus();
    }
  }

  // Whether all that is typed was taken.
  async function sendTyped() {
    for (const { field } of typed()) if (!(await field.send())) return false;
    return true;
  }

  // Who answers by keys is at the next field then, unless they have gone elsewhere; others may want to look at the results first.
  function onward(byKeys) {
    const here = document.activeElement === document.body || place.contains(document.activeElement);
    if (byKeys && here) open()[0]?.field.focus();
  }

  function draw(answering, loading) {
    const { state } = talk;
    for (const part of parts) part.draw(answering, loading);
    const asked = open();
    show(said, [answering, talk.clicked], () => answering && talk.clicked && h("p", { class: "given" }, texts.unasked(talk.clicked).join(", ")));
    main.hidden = !asked.length;
    setText(hint, asked.length > 1 ? texts.eitherOrBoth : "");
    if (!asked.length) setText(problem, "");
    const replied = answering && Object.keys(state.given).length > 0;
    const searching = state.running && (talk.clicked || (replied && !asked.length && !parts.some((part) => part.place.querySelector("progress"))));
    const painter = answering && state.can_paint && !state.paints;
    show(rest, [replied, searching, painter], () => [
      painter && h("button", { type: "button", class: "plain", "data-key": "paint again", title: texts.paintAgainFrom, onclick: () => talk.paint(true) }, texts.paintAgain),
      searching && h("span", { class: "waiting" }, texts.searching),
      replied && h("button", { type: "button", class: "plain", "data-key": "take back", onclick: () => talk.back(state.open_round) }, texts.takeBack),
    ]);
    place.hidden = !said.firstChild && parts.every((part) => part.place.hidden) && !rest.firstChild;
  }

  return { place, draw, sendTyped, open: () => open().length > 0 };
}
