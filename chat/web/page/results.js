// The ten results: a grid, one of them enlarged, and why it is these.

import { h, picture, show } from "./dom.js";
import { enlargedView } from "./enlarged.js";
import { foundView } from "./found.js";
import { furtherView, shownOf } from "./further.js";
import { aspectOf, layOut } from "./grid.js";
import { matches } from "./matches.js";
import { why } from "./reasons.js";
import { texts } from "./texts.js";
import { understandingView } from "./understanding.js";

const COMING = [1.5, 0.75, 1.33, 1, 1.5, 1.33, 1.33, 0.75, 1.5, 1]; // width by height, of what is not there yet

export function resultsView(place, talk) {
  const head = h("div", { class: "head" });
  const grid = h("ol", { class: "grid" });
  const marked = h("div", { class: "marked" });
  const understanding = understandingView(talk);
  const found = foundView(talk, head);
  const further = furtherView(talk, () => marking(), (record, result, number) => tile(talk.state, record, result, number));
  place.append(head, found.place, understanding.place, grid, further.place, marked);

  const page = () => talk.state.rounds[talk.looked ?? talk.state.rounds.length - 1];
  const marking = () => !talk.state.finished && talk.looked === null && !talk.clicked;
  const enlarged = enlargedView(talk, page, marking);
  const fit = () => {
    layOut(place, grid, page()?.results.map(aspectOf) ?? COMING);
    further.fit(place, page());
  };
  const sizes = new ResizeObserver(fit);
  for (const part of [place, head, found.place, understanding.place]) sizes.observe(part);

  // Whether all is said that is asked, and the next page is on its way.
  function coming() {
    const { state } = talk;
    const asked = [state.asks && "question", state.paints && "difference"].filter(Boolean);
    return !state.finished && !state.problem && talk.looked === null && Boolean(talk.clicked || (asked.length && asked.every((kind) => kind in state.given)));
  }

  function draw() {
    const { state } = talk;
    const record = page();
    if (!record) {
      show(grid, "none", () => COMING.map(() => h("li", { class: "cell", "aria-hidden": "true" }, h("div", { class: "tile empty" }))));
      fit();
      return;
    }
    show(head, [record.round, state.found, state.mystery, talk.looked, [...talk.missed]], () => heading(state, record, talk));
    found.draw();
    understanding.draw(record);
    grid.classList.toggle("awaited", coming());
    grid.setAttribute("aria-busy", String(coming()));
    show(grid, [record.round, record.results, record.further.length, [...talk.marks], [...talk.missed], state.found, marking()], () => [
      record.results.every(({ gone }) => gone) && h("li", { class: "nothing" }, record.results.length ? texts.allGone : texts.noResults),
      record.results.map((result, number) => tile(state, record, result, number)),
      h("li", { class: "actions" },
        h("button", { "data-key": "why", onclick: () => why(talk, record) }, texts.why),
        marking() && h("button", { "data-key": "none", onclick: none }, texts.noneOfThese),
        marking() && !record.further.length && further.button(),
        marking() && state.passes_over && state.rounds.length > 1 && h("button", { "data-key": "show again", onclick: talk.showAgain }, texts.showAgain),
        marking() && state.rounds.length === 1 && h("span", { class: "faint hint", "aria-hidden": "true" }, texts.howToPoint)),
    ].flat());
    further.draw(record, [[...talk.marks], [...talk.missed], state.found]);
    fit();
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
    const missed = talk.missed.has(result.id);
    const words = matches(state, record, result);
    const label = texts.resultLabel(number + 1, result, words, mark, hit, missed);
    return h("li", { class: "cell" }, h("button", { class: `tile ${mark ?? ""} ${hit ? "hit" : ""} ${missed ? "missed" : ""}`, "data-key": `tile ${number}`, "aria-label": label, title: texts.named(result), onclick: () => enlarged.open(number) },
      result.gone ? h("span", { class: "gone", "aria-hidden": "true" }, texts.gone) : image(state, result),
      h("span", { class: "rank", "aria-hidden": "true" }, String(number + 1)),
      h("span", { class: "caption", "aria-hidden": "true" }, h("span", {}, texts.named(result)), h("span", { class: `from ${result.source}` }, words)),
      mark && h("span", { class: "mark", "aria-hidden": "true" }, mark === "more_like" ? "♥" : "✕"),
    ), marking() && !result.gone && h("button", { class: "like", "data-key": `like ${number}`, "aria-label": texts.moreLike(number + 1), onclick: (event) => event.detail < 2 && talk.point(result.id) }, texts.moreLikeThis));
  }

  function none() {
    for (const { id } of shownOf(page())) if (!talk.marks.has(id)) talk.mark(id, "not_these");
  }

  return { draw, enlarge: enlarged.open, why: () => why(talk, page()), edit: understanding.edit, key: found.key };
}

// Small or large, as the tile and the screen want it; a file that cannot be shown says so.
function image(state, result) {
  const small = Math.round(400 * Math.min(1, aspectOf(result)));
  return h("img", {
    src: picture(state.gallery, result.id),
    srcset: `${picture(state.gallery, result.id)} ${small}w, ${picture(state.gallery, result.id, true)} ${4 * small}w`,
    alt: "",
    onerror: (event) => event.target.replaceWith(h("span", { class: "gone", "aria-hidden": "true" }, texts.cannotBeShown)),
  });
}

function heading(state, record, talk) {
  if (state.found && talk.looked === null) {
    return [h("h2", { class: `verdict ${state.mystery && state.found !== state.mystery ? "missed" : ""}` }, texts.verdict(state.found, state.mystery)), h("p", { class: "faint" }, texts.foundAfter(record.round)), h("div", { class: "row" }, h("button", { "data-key": "keep looking", onclick: () => talk.back(state.round) }, state.found === state.mystery ? texts.keepLookingStill : texts.keepLooking))];
  }
  return [
    shownOf(record).some(({ id }) => talk.missed.has(id)) && h("p", { class: "verdict missed" }, texts.missed),
    h("h2", {}, texts.round(record.round), state.only && h("small", { class: "only" }, state.only), talk.looked !== null && h("button", { class: "plain", onclick: () => talk.look(state.rounds.length - 1) }, texts.toNewest)),
  ];
}
