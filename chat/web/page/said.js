// The side of the page where things are said: what was said before, and what is asked now.

import { h, picture, show } from "./dom.js";

const painting = (state, round) => `/paintings/${state.id}/${round}`;

export function target(state) {
  return state.hunted && h("figure", { class: "hunted" }, h("img", { src: picture(state.gallery, state.hunted), alt: "The mystery picture that you are to find", width: 120, height: 120 }), h("figcaption", {}, "Find this one. Only you see it."));
}

export function history(state) {
  const said = [bubble("you", "You", state.description)];
  for (const record of state.rounds.slice(1)) {
    said.push(h("h3", { class: "round-title" }, `Round ${record.round}`));
    if (record.question) said.push(bubble("it", "It asked", record.question), bubble("you", "You", ...reply(record.answer)));
    if (record.critique) {
      said.push(h("div", { class: "bubble it with-painting" }, h("span", { class: "unseen" }, "It painted: "), h("img", { src: painting(state, record.round), alt: `Painting of: ${record.painted}`, width: 72, height: 72, loading: "lazy" }), h("span", {}, record.critique.question)));
      said.push(bubble("you", "You", ...reply(record.critique.reply)));
    }
    for (const note of record.notes) said.push(h("p", { class: "note" }, note));
  }
  if (state.found) said.push(bubble("you", "You", "That is it!"));
  return said;
}

function reply({ text, more_like: more = [], not_these: none = [] }) {
  const marks = [more.length && `${more.length} more like this`, none.length && `${none.length} not these`].filter(Boolean).join(", ");
  const said = text || (marks ? "" : h("em", {}, "skipped"));
  return [said, marks && h("small", { class: "marks" }, marks)].filter(Boolean);
}

function bubble(whose, who, ...content) {
  return h("div", { class: `bubble ${whose}` }, h("span", { class: "unseen" }, `${who}: `), ...content);
}

export function asks(place, talk) {
  const { state } = talk;
  if (!place.dataset.made || place.dataset.made !== `${state.round} ${state.finished}`) {
    place.dataset.made = `${state.round} ${state.finished}`;
    place.replaceChildren(h("div", { id: "card-question" }), h("div", { id: "card-difference" }), h("div", { id: "card-end" }));
  }
  const [question, difference, end] = place.children;
  const loading = state.loading ? `Loading models: ${state.loading[0]} of ${state.loading[1]}` : "";
  const answering = !state.finished && state.rounds.length > 0;
  const common = [state.round, state.said, state.running, answering, loading];
  show(question, [common, state.question], () => answering && state.asks && questionCard(talk, loading));
  show(difference, [common, state.difference && state.difference.problem, Boolean(state.difference)], () => answering && state.paints && differenceCard(talk, loading));
  const bar = difference.querySelector("progress");
  if (bar && state.progress) {
    bar.max = state.progress.total;
    bar.value = state.progress.done;
    bar.nextElementSibling.textContent = `${state.progress.done} of ${state.progress.total} steps`;
  }
  show(end, [state.finished, state.found, state.problem, talk.problem, state.rounds.length, loading], () => [
    (state.problem || talk.problem) && h("p", { class: "problem", role: "alert" }, state.problem || talk.problem),
    !state.rounds.length && !state.problem && h("p", { class: "waiting" }, loading || "Searching"),
    state.finished && !state.found && h("div", { class: "card" }, h("h3", {}, "The rounds are used up"), h("p", {}, "Begin again with other words; what was understood is a good start."), h("a", { class: "button", href: "#/" }, "New search")),
  ]);
}

function questionCard(talk, loading) {
  const { state } = talk;
  if ("question" in state.said) return given("Your answer", state.said.question, state);
  if (!state.question) {
    return state.running && h("div", { class: "card" }, h("p", { class: "waiting" }, loading || "Thinking of a question"));
  }
  return h("div", { class: "card question" }, h("h3", { id: "asked" }, state.question.question), field(talk, "question", "Your answer", "asked", state.question.problem));
}

function differenceCard(talk, loading) {
  const { state } = talk;
  const said = "difference" in state.said;
  if (said && state.difference) return given("What is wrong with the painting", state.said.difference, state);
  if (!state.difference && !state.running) return null;
  const image = state.difference
    ? h("img", { class: "painting", src: `${painting(state, state.round)}?${state.version}`, alt: `A painting of what has been understood: ${state.rounds.at(-1).prompt}`, width: 192, height: 192 })
    : h("div", { class: "painting coming" }, h("span", {}, loading || "Painting what has been understood"), h("progress", { "aria-label": "Painting" }), h("small", {}, ""));
  const title = state.difference ? state.difference.question : "A painting of what has been understood is coming";
  return h("div", { class: "card difference" }, image, h("div", { class: "beside" }, h("h3", { id: "painted" }, title), said ? h("p", { class: "faint" }, "Skipped.") : field(talk, "difference", "What is wrong with the painting", "painted", state.difference?.problem)));
}

function field(talk, kind, label, described, problem) {
  const there = Boolean(talk.state[kind]);
  const input = h("input", { id: `answer-${kind}`, "data-key": kind, maxlength: 500, autocomplete: "off", "aria-label": label, "aria-describedby": described, placeholder: kind === "question" ? "In your own words" : "It should be…", hidden: !there });
  const send = (event) => {
    event.preventDefault();
    talk.send(kind, input.value.trim() ? { text: input.value } : { skip: true });
  };
  return h("form", { onsubmit: send },
    problem && h("p", { class: "problem", role: "alert" }, problem),
    input,
    h("div", { class: "row" }, there && h("button", { class: "main" }, "Send"), h("button", { type: "button", class: "plain", "data-key": `skip ${kind}`, "aria-label": kind === "question" ? "Skip the question" : "Skip the painting", onclick: () => talk.send(kind, { skip: true }) }, "Skip")),
  );
}

function given(label, reply, state) {
  const waits = state.running ? (state.said.difference && state.said.question ? "Searching" : "") : state.question || state.difference ? "The other one is still open" : "";
  return h("div", { class: "card given" }, h("p", {}, h("span", { class: "faint" }, `${label}: `), reply.text || h("em", {}, "skipped")), waits && h("p", { class: state.running ? "waiting" : "faint" }, waits));
}
