// The ten results: a grid, one of them enlarged, and why it is these.

import { h, picture, show } from "./dom.js";
import { enlargedView } from "./enlarged.js";
import { foundView } from "./found.js";
import { why } from "./reasons.js";
import { texts } from "./texts.js";
import { understandingView } from "./understanding.js";

export function resultsView(place, talk) {
  const head = h("div", { class: "head" });
  const grid = h("ol", { class: "grid" });
  const marked = h("div", { class: "marked" });
  const understanding = understandingView(talk);
  const found = foundView(talk);
  place.append(head, found.place, understanding.place, grid, marked);

  const page = () => talk.state.rounds[talk.looked ?? talk.state.rounds.length - 1];
  const marking = () => !talk.state.finished && talk.looked === null && !talk.clicked;
  const enlarged = enlargedView(talk, page, marking);

  function draw() {
    const { state } = talk;
    const record = page();
    if (!record) {
      show(grid, "none", () => Array.from({ length: 10 }, () => h("li", { class: "tile empty", "aria-hidden": "true" })));
      return;
    }
    show(head, [record.round, state.found, state.mystery, talk.looked], () => heading(state, record, talk));
    found.draw();
    understanding.draw(record);
    show(grid, [record.round, record.results, [...talk.marks], state.found, marking()], () => [
      record.results.map((result, number) => tile(state, record, result, number)),
      h("li", { class: "actions" },
        h("button", { "data-key": "why", onclick: () => why(talk, record) }, texts.why),
        marking() && h("button", { "data-key": "none", onclick: none }, texts.noneOfThese),
        marking() && state.passes_over && state.rounds.length > 1 && h("button", { "data-key": "show again", onclick: talk.showAgain }, texts.showAgain)),
    ].flat());
    show(marked, [[...talk.marks], marking()], () => {
      const count = (kind) => [...talk.marks.values()].filter((mark) => mark === kind).length;
      const counts = { more_like: count("more_like"), not_these: count("not_these") };
      return talk.marks.size > 0 && marking() && h("div", { class: "bar" }, h("span", {}, texts.marked(counts)), h("button", { class: "main", "data-key": "again", onclick: talk.searchAgain }, texts.searchAgain), h("button", { class: "plain", "data-key": "forget", onclick: talk.clear }, texts.forgetMarks));
    });
    enlarged.draw();
  }

  // The second half of a double click would land on the page that the first one brought.
  function tile(state, record, result, number) {
    const mark = talk.marks.get(result.id);
    const hit = result.id === state.found;
    const label = texts.resultLabel(number + 1, result, record.round, mark, hit);
    return h("li", {}, h("button", { class: `tile ${mark ?? ""} ${hit ? "hit" : ""}`, "data-key": `tile ${number}`, "aria-label": label, title: texts.named(result), onclick: () => enlarged.open(number) },
      result.gone ? h("span", { class: "gone", "aria-hidden": "true" }, texts.gone) : h("img", { src: picture(state.gallery, result.id), alt: "", width: 400, height: 400 }),
      h("span", { class: "rank", "aria-hidden": "true" }, String(number + 1)),
      h("span", { class: `from ${result.source}`, "aria-hidden": "true" }, texts.matches(result.source, record.round)),
      mark && h("span", { class: "mark", "aria-hidden": "true" }, mark === "more_like" ? "♥" : "✕"),
    ), marking() && !result.gone && h("button", { class: "like", "data-key": `like ${number}`, "aria-label": texts.moreLike(number + 1), onclick: (event) => event.detail < 2 && talk.point(result.id) }, texts.moreLikeThis));
  }

  function none() {
    for (const { id } of page().results) if (!talk.marks.has(id)) talk.mark(id, "not_these");
  }

  return { draw, enlarge: enlarged.open, why: () => why(talk, page()), edit: understanding.edit, key: found.key };
}

function heading(state, record, talk) {
  if (state.found && talk.looked === null) {
    return [h("h2", { class: "verdict" }, texts.verdict(state.found, state.mystery)), h("p", { class: "faint" }, texts.foundAfter(record.round)), h("div", { class: "row" }, h("button", { "data-key": "keep looking", onclick: () => talk.back(state.round) }, texts.keepLooking))];
  }
  return [
    h("h2", {}, texts.round(record.round), talk.looked !== null && h("button", { class: "plain", onclick: () => talk.look(state.rounds.length - 1) }, texts.toNewest)),
  ];
}
