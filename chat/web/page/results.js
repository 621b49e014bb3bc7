// The ten results: a grid, one of them enlarged, and why it is these.

import { $, h, picture, show } from "./dom.js";

const FROM = { dialog: "the dialogue", image: "the painting" };
const MARK = { more_like: "more like this", not_these: "not this" };

export function resultsView(place, talk) {
  const head = h("div", { class: "head" });
  const grid = h("ol", { class: "grid" });
  const marked = h("div", { class: "marked" });
  place.append(head, grid, marked);
  let enlarged = -1;

  const page = () => talk.state.rounds[talk.looked ?? talk.state.rounds.length - 1];
  const marking = () => !talk.state.finished && talk.looked === null;

  function draw() {
    const { state } = talk;
    const record = page();
    if (!record) {
      show(grid, "none", () => Array.from({ length: 10 }, () => h("li", { class: "tile empty", "aria-hidden": "true" })));
      return;
    }
    show(head, [record.round, state.found, state.hunted, talk.looked], () => heading(state, record, talk));
    show(grid, [record.round, record.results, [...talk.marks], state.found, state.finished], () => [
      record.results.map((result, number) => tile(state, record, result, number)),
      h("li", { class: "actions" }, h("button", { "data-key": "why", onclick: why }, "Why these?"), marking() && h("button", { "data-key": "none", onclick: none }, "None of these")),
    ].flat());
    show(marked, [[...talk.marks], state.finished], () => {
      const count = (kind) => [...talk.marks.values()].filter((mark) => mark === kind).length;
      const parts = Object.entries(MARK).filter(([kind]) => count(kind)).map(([kind, words]) => `${count(kind)} ${words}`);
      return parts.length && !state.finished && h("div", { class: "bar" }, h("span", {}, `${parts.join(", ")}: counts with your next answer.`), h("button", { class: "main", "data-key": "again", onclick: talk.searchAgain }, "Search again now"), h("button", { class: "plain", "data-key": "forget", onclick: talk.clear }, "Forget marks"));
    });
    if ($("picture").open) light();
  }

  function tile(state, record, result, number) {
    const mark = talk.marks.get(result.id);
    const hit = result.id === state.found;
    const label = `Result ${number + 1}: ${result.caption || "no caption"}. From ${FROM[result.source]}, score ${result.score.toFixed(2)}${mark ? `, marked ${MARK[mark]}` : ""}${hit ? ", this is it" : ""}`;
    return h("li", {}, h("button", { class: `tile ${mark ?? ""} ${hit ? "hit" : ""}`, "data-key": `tile ${number}`, "aria-label": label, title: result.caption, onclick: () => enlarge(number) },
      h("img", { src: picture(state.gallery, result.id), alt: "", width: 400, height: 400 }),
      h("span", { class: "rank", "aria-hidden": "true" }, String(number + 1)),
      h("span", { class: `from ${result.source}`, "aria-hidden": "true" }, `${result.source === "dialog" ? "dialogue" : "painting"} ${result.score.toFixed(2)}`),
      mark && h("span", { class: "mark", "aria-hidden": "true" }, mark === "more_like" ? "♥" : "✕"),
    ));
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
    show($("picture"), [talk.id, record.round, result.id, mark, state.finished, talk.looked], () => [
      h("img", { src: picture(state.gallery, result.id, true), alt: result.caption }),
      h("div", { class: "about" },
        h("p", {}, h("strong", {}, `${enlarged + 1}. `), result.caption),
        h("p", { class: "faint" }, `Found by ${FROM[result.source]}, score ${result.score.toFixed(2)}`),
        h("div", { class: "row" },
          !state.finished && h("button", { class: "main", "data-key": "accept", onclick: () => accept(result) }, "This is it"),
          marking() && h("button", { "data-key": "more", "aria-pressed": String(mark === "more_like"), onclick: () => talk.mark(result.id, "more_like") }, "More like this"),
          marking() && h("button", { "data-key": "not", "aria-pressed": String(mark === "not_these"), onclick: () => talk.mark(result.id, "not_these") }, "Not this"),
          h("span", { class: "gap" }),
          h("button", { class: "plain", "aria-label": "The result before", "data-key": "before", onclick: () => step(-1) }, "←"),
          h("button", { class: "plain", "aria-label": "The next result", "data-key": "next", onclick: () => step(1) }, "→"),
          h("button", { class: "plain", "data-key": "close", onclick: () => $("picture").close() }, "Close"),
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

  $("picture").onkeydown = (event) => {
    const result = page()?.results[enlarged];
    const act = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), m: () => marking() && talk.mark(result.id, "more_like"), n: () => marking() && talk.mark(result.id, "not_these") }[event.key];
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

  return { draw, enlarge, why };
}

function heading(state, record, talk) {
  const name = record.round ? `Round ${record.round}` : "First search";
  if (state.found && talk.looked === null) {
    const rounds = record.round;
    const verdict = !state.hunted ? "Found" : state.found === state.hunted ? "Found: it is the one you were shown" : "That is not the one you were shown";
    const after = rounds ? `after ${rounds} ${rounds === 1 ? "round" : "rounds"}` : "at the first search";
    return [h("h2", { class: "verdict" }, verdict), h("p", { class: "faint" }, `${after}: ${record.description}`)];
  }
  return [
    h("h2", {}, name, talk.looked !== null && h("button", { class: "plain", onclick: () => talk.look(state.rounds.length - 1) }, "to the newest")),
    h("p", { class: "understood" }, h("span", { class: "unseen" }, "Understood so far: "), record.description),
  ];
}

function reasons(state, record) {
  const from = (source) => record.results.filter((result) => result.source === source).length;
  const down = record.tries.filter(({ reason }) => reason);
  return [
    h("h2", { id: "why-title", tabindex: "-1", autofocus: true }, "Why these?"),
    h("dl", {},
      h("dt", {}, "The description as it is understood"), h("dd", {}, `${record.description} (found ${from("dialog")} of them)`),
      record.painted && [h("dt", {}, "The prompt of the painting"), h("dd", {}, `${record.painted} (found ${from("image")} of them)`)],
      record.critique && [h("dt", {}, "The next painting's prompt"), h("dd", {}, record.prompt)],
      record.question && [h("dt", {}, "The question of this round"), h("dd", {}, record.question)],
    ),
    record.candidates.length > 0 && h("section", {}, h("h3", {}, "One caption for each cluster of pictures that fitted"),
      h("ul", { class: "clusters" }, record.candidates.map(({ id, caption }) => h("li", {}, h("img", { src: picture(state.gallery, id), alt: "", width: 56, height: 56, loading: "lazy" }), h("span", {}, caption))))),
    down.length > 0 && h("section", {}, h("h3", {}, "Questions that were turned down"), h("ul", {}, down.map(({ question, reason }) => h("li", {}, question || "(nothing)", h("small", {}, ` ${reason}`))))),
    record.notes.map((note) => h("p", { class: "note" }, note)),
    !record.round && h("p", { class: "faint" }, "The first search looks with your description alone."),
    h("form", { method: "dialog" }, h("button", { class: "main" }, "Close")),
  ].flat();
}
