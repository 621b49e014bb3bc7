// The side of the page where things are said: what was said before, and what is asked now.

import { h, picture, show } from "./dom.js";
import { texts } from "./texts.js";

const painting = (state, round) => `/paintings/${state.id}/${round}`;

export function mystery(state) {
  return state.mystery && h("figure", { class: "target-picture" }, h("img", { src: picture(state.gallery, state.mystery), alt: texts.mysteryPicture, width: 120, height: 120 }), h("figcaption", {}, texts.find));
}

export function history(state) {
  const said = [bubble("you", texts.you, state.description)];
  for (const record of state.rounds.slice(1)) {
    said.push(h("h3", { class: "round-title" }, texts.round(record.round)));
    if (record.question) said.push(bubble("it", texts.itAsked, record.question), bubble("you", texts.you, ...reply(record.answer)));
    if (record.critique) {
      said.push(h("div", { class: "bubble it with-painting" }, h("span", { class: "unseen" }, `${texts.itPainted}: `), h("img", { src: painting(state, record.round), alt: texts.paintingOf(record.painted), width: 72, height: 72, loading: "lazy" }), h("span", {}, record.critique.question)));
      said.push(bubble("you", texts.you, ...reply(record.critique.reply)));
    }
    for (const note of record.notes) said.push(h("p", { class: "note" }, note));
  }
  if (state.found) said.push(bubble("you", texts.you, texts.thatIsIt));
  return said;
}

function reply({ text, more_like: more = [], not_these: not = [] }) {
  const marks = texts.marks(more.length, not.length);
  const said = text || (marks ? "" : h("em", {}, texts.skipped));
  return [said, marks && h("small", { class: "marks" }, marks)].filter(Boolean);
}

function bubble(whose, who, ...content) {
  return h("div", { class: `bubble ${whose}` }, h("span", { class: "unseen" }, `${who}: `), ...content);
}

export function openQuestions(place, talk) {
  const { state } = talk;
  if (!place.dataset.made || place.dataset.made !== `${state.round} ${state.finished}`) {
    place.dataset.made = `${state.round} ${state.finished}`;
    place.replaceChildren(h("div", { id: "card-question" }), h("div", { id: "card-difference" }), h("div", { id: "card-end" }));
  }
  const [question, difference, end] = place.children;
  const loading = state.loading ? texts.loading(state.loading) : "";
  const answering = !state.finished && state.rounds.length > 0;
  const common = [state.round, state.given, state.running, answering, loading];
  show(question, [common, state.question], () => answering && state.asks && questionCard(talk, loading));
  show(difference, [common, state.difference && state.difference.problem, Boolean(state.difference)], () => answering && state.paints && differenceCard(talk, loading));
  const bar = difference.querySelector("progress");
  if (bar && state.progress) {
    bar.max = state.progress.total;
    bar.value = state.progress.done;
    bar.nextElementSibling.textContent = texts.steps(state.progress);
  }
  const problem = talk.away ? texts.goesOnByItself : talk.refused || state.problem;
  const stuck = problem && !talk.away && !state.running && !state.finished;
  show(end, [state.finished, state.found, problem, stuck, state.rounds.length, loading], () => [
    problem && h("p", { class: "problem", role: "alert" }, problem),
    stuck && h("button", { "data-key": "run", onclick: talk.run }, texts.tryAgain),
    !state.rounds.length && !problem && h("p", { class: "waiting" }, loading || texts.searching),
    state.finished && !state.found && h("div", { class: "card" }, h("h3", {}, texts.roundsUsedUp), h("p", {}, texts.beginAgain), h("a", { class: "button", href: "#/" }, texts.newSearch)),
  ]);
}

function questionCard(talk, loading) {
  const { state } = talk;
  if ("question" in state.given) return given(texts.yourAnswer, state.given.question, state);
  if (!state.question) {
    return state.running && h("div", { class: "card" }, h("p", { class: "waiting" }, loading || texts.thinking));
  }
  return h("div", { class: "card question" }, h("h3", { id: "asked" }, state.question.question), field(talk, "question", "asked", state.question.problem));
}

function differenceCard(talk, loading) {
  const { state } = talk;
  const replied = "difference" in state.given;
  if (replied && state.difference) return given(texts.whatIsWrong, state.given.difference, state);
  if (!state.difference && !state.running) return null;
  const image = state.difference
    ? h("img", { class: "painting", src: `${painting(state, state.round)}?${state.version}`, alt: texts.paintingOfUnderstood(state.rounds.at(-1).prompt), width: 192, height: 192 })
    : h("div", { class: "painting coming" }, h("span", {}, loading || texts.paintingNow), h("progress", { "aria-label": texts.painting }), h("small", {}, ""));
  const title = state.difference ? state.difference.question : texts.paintingComes;
  return h("div", { class: "card difference" }, image, h("div", { class: "beside" }, h("h3", { id: "painted" }, title), replied ? h("p", { class: "faint" }, texts.wasSkipped) : field(talk, "difference", "painted", state.difference?.problem)));
}

function field(talk, kind, described, problem) {
  const there = Boolean(talk.state[kind]);
  const [label, placeholder, skip] = kind === "question" ? [texts.yourAnswer, texts.inYourWords, texts.skipQuestion] : [texts.whatIsWrong, texts.itShouldBe, texts.skipPainting];
  const input = h("input", { id: `answer-${kind}`, "data-key": kind, maxlength: 500, autocomplete: "off", "aria-label": label, "aria-describedby": described, placeholder, hidden: !there });
  const send = (event) => {
    event.preventDefault();
    talk.send(kind, input.value.trim() ? { text: input.value } : { skip: true });
  };
  return h("form", { onsubmit: send },
    problem && h("p", { class: "problem", role: "alert" }, problem),
    input,
    h("div", { class: "row" }, there && h("button", { class: "main" }, texts.send), h("button", { type: "button", class: "plain", "data-key": `skip ${kind}`, "aria-label": skip, onclick: () => talk.send(kind, { skip: true }) }, texts.skip)),
  );
}

function given(label, reply, state) {
  const waits = state.running ? (state.given.difference && state.given.question ? texts.searching : "") : state.question || state.difference ? texts.otherOpen : "";
  return h("div", { class: "card given" }, h("p", {}, h("span", { class: "faint" }, `${label}: `), reply.text || h("em", {}, texts.skipped)), waits && h("p", { class: state.running ? "waiting" : "faint" }, waits));
}
