// The ten results: a grid, one of them enlarged, and why it is these.

import { $, h, picture, show } from "./dom.js";
import { texts } from "./texts.js";
import { understandingView } from "./understanding.js";

export function resultsView(place, talk) {
  const head = h("div", { class: "head" });
  const grid = h("ol", { class: "grid" });
  const marked = h("div", { class: "marked" });
  const understanding = understandingView(talk);
  place.append(head, understanding.place, grid, marked);
  let enlarged = -1;

  const page = () => talk.state.rounds[talk.looked ?? talk.state.rounds.length - 1];
  const marking = () => !talk.state.finished && talk.looked === null && !talk.clicked;

  function draw() {
    const { state } = talk;
    const record = page();
    if (!record) {
      show(grid, "none", () => Array.from({ length: 10 }, () => h("li", { class: "tile empty", "aria-hidden": "true" })));
      return;
    }
    show(head, [record.round, state.found, state.mystery, talk.looked], () => heading(state, record, talk));
    understanding.draw(record);
    show(grid, [record.round, record.results, [...talk.marks], state.found, marking()], () => [
      record.results.map((result, number) => tile(state, record, result, number)),
      h("li", { class: "actions" },
        h("button", { "data-key": "why", onclick: why }, texts.why),
        marking() && h("button", { "data-key": "none", onclick: none }, texts.noneOfThese),
        marking() && state.passes_over && state.rounds.length > 1 && h("button", { "data-key": "show again", onclick: talk.showAgain }, texts.showAgain)),
    ].flat());
    show(marked, [[...talk.marks], marking()], () => {
      const count = (kind) => [...talk.marks.values()].filter((mark) => mark === kind).length;
      const counts = { more_like: count("more_like"), not_these: count("not_these") };
      return talk.marks.size > 0 && marking() && h("div", { class: "bar" }, h("span", {}, texts.marked(counts)), h("button", { class: "main", "data-key": "again", onclick: talk.searchAgain }, texts.searchAgain), h("button", { class: "plain", "data-key": "forget", onclick: talk.clear }, texts.forgetMarks));
    });
    if ($("picture").open) light();
  }

  // The second half of a double click would land on the page that the first one brought.
  function tile(state, record, result, number) {
    const mark = talk.marks.get(result.id);
    const hit = result.id === state.found;
    const label = texts.resultLabel(number + 1, result, mark, hit);
    return h("li", {}, h("button", { class: `tile ${mark ?? ""} ${hit ? "hit" : ""}`, "data-key": `tile ${number}`, "aria-label": label, title: texts.named(result), onclick: () => enlarge(number) },
      result.gone ? h("span", { class: "gone", "aria-hidden": "true" }, texts.gone) : h("img", { src: picture(state.gallery, result.id), alt: "", width: 400, height: 400 }),
      h("span", { class: "rank", "aria-hidden": "true" }, String(number + 1)),
      h("span", { class: `from ${result.source}`, "aria-hidden": "true" }, `${texts.fromShort[result.source]} ${result.score.toFixed(2)}`),
      mark && h("span", { class: "mark", "aria-hidden": "true" }, mark === "more_like" ? "♥" : "✕"),
    ), marking() && !result.gone && h("button", { class: "like", "data-key": `like ${number}`, "aria-label": texts.moreLike(number + 1), onclick: (event) => event.detail < 2 && talk.point(result.id) }, texts.moreLikeThis));
  }

  function enlarge(number) {
    if (number >= (page()?.results.length ?? 0)) return;
    enlarged = number;
    light();
    if (!$("picture").open) $("picture").showModal();
    $("picture").querySelector("[data-key=accept]")?.focus();
  }

  function light() {
    const { state } = talk;
    const record = page();
    const result = record.results[enlarged];
    if (!result) return;
    const mark = talk.marks.get(result.id);
    show($("picture"), [talk.id, record.round, result.id, mark, state.finished, marking()], () => [
      result.gone ? h("p", { class: "gone" }, texts.gone) : h("img", { src: picture(state.gallery, result.id, true), alt: result.caption }),
      h("div", { class: "about" },
        h("p", {}, h("strong", {}, `${enlarged + 1}. `), result.caption),
        result.by_model && h("p", { class: "faint" }, texts.byModel),
        result.looks_like && h("p", { class: "faint" }, texts.looksLike(result.looks_like)),
        h("p", { class: "faint" }, texts.foundBy(result.source, result.score)),
        h("div", { class: "row" },
          !state.finished && h("button", { class: "main", "data-key": "accept", onclick: () => accept(result) }, texts.thisIsIt),
          marking() && !result.gone && h("button", { "data-key": "like", onclick: () => point(result) }, texts.moreLikeThis),
          marking() && h("button", { "data-key": "more", "aria-pressed": String(mark === "more_like"), "aria-label": texts.markMore, onclick: () => talk.mark(result.id, "more_like") }, texts.markMoreShort),
          marking() && h("button", { "data-key": "not", "aria-pressed": String(mark === "not_these"), "aria-label": texts.markNot, onclick: () => talk.mark(result.id, "not_these") }, texts.markNotShort),
          h("span", { class: "gap" }),
          h("button", { class: "plain", "aria-label": texts.before, "data-key": "before", onclick: () => step(-1) }, "←"),
          h("button", { class: "plain", "aria-label": texts.next, "data-key": "next", onclick: () => step(1) }, "→"),
          h("button", { class: "plain", "data-key": "close", onclick: () => $("picture").close() }, texts.close),
        ),
      ),
    ]);
  }

  function step(by) {
    const count = page().results.length;
    enlarged = (enlarged + by + count) % count;
    light();
  }

  function accept(result) {
    $("picture").close();
    talk.accept(result.id);
  }

  function point(result) {
    $("picture").close();
    talk.point(result.id);
  }

  $("picture").onkeydown = (event) => {
    const result = page()?.results[enlarged];
    const act = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), s: () => marking() && point(result), m: () => marking() && talk.mark(result.id, "more_like"), n: () => marking() && talk.mark(result.id, "not_these") }[event.key];
    if (act && result) {
      event.preventDefault();
      act();
    }
  };

  function none() {
    for (const { id } of page().results) if (!talk.marks.has(id)) talk.mark(id, "not_these");
  }

  function why() {
    const record = page();
    if (!record) return;
    show($("why"), [talk.id, record.round], () => reasons(talk.state, record));
    if (!$("why").open) $("why").showModal();
  }

  return { draw, enlarge, why, edit: understanding.edit };
}

function heading(state, record, talk) {
  if (state.found && talk.looked === null) {
    return [h("h2", { class: "verdict" }, texts.verdict(state.found, state.mystery)), h("p", { class: "faint" }, texts.foundAfter(record.round)), h("div", { class: "row" }, h("button", { "data-key": "keep looking", onclick: () => talk.back(state.round) }, texts.keepLooking))];
  }
  return [
    h("h2", {}, texts.round(record.round), talk.looked !== null && h("button", { class: "plain", onclick: () => talk.look(state.rounds.length - 1) }, texts.toNewest)),
  ];
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
      record.critique && [h("dt", {}, texts.nextPrompt), h("dd", {}, record.prompt, written(record.prompt_written))],
      record.question && [h("dt", {}, texts.questionOfRound), h("dd", {}, record.question)],
    ),
    record.candidates.length > 0 && h("section", {}, h("h3", {}, texts.captions),
      h("ul", { class: "clusters" }, record.candidates.map(({ id, caption, looks_like }) => h("li", {}, h("img", { src: picture(state.gallery, id), alt: "", width: 56, height: 56, loading: "lazy" }), h("span", {}, caption || texts.looksLike(looks_like)))))),
    record.turned_down.length > 0 && h("section", {}, h("h3", {}, texts.turnedDown), h("ul", {}, record.turned_down.map(({ question, reason }) => h("li", {}, question || texts.nothing, h("small", {}, ` ${reason}`))))),
    record.notes.map((note) => h("p", { class: "note" }, note)),
    !record.round && h("p", { class: "faint" }, texts.firstSearchAlone),
    h("form", { method: "dialog" }, h("button", { class: "main" }, texts.close)),
  ].flat();
}
