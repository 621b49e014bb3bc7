// The side of the page where things are said: what was said before, and what is asked now.

import { answersForm } from "./answers.js";
import { h, picture, show } from "./dom.js";
import { paintingButton } from "./painting.js";
import { texts } from "./texts.js";

export function mystery(state) {
  return state.mystery && h("figure", { class: "target-picture" }, h("img", { src: picture(state.gallery, state.mystery), alt: texts.mysteryPicture, width: 120, height: 120 }), h("figcaption", {}, texts.find));
}

export function history(talk) {
  const { state } = talk;
  const said = [bubble("you", texts.you, state.like && h("img", { class: "liked", src: `/likes/${state.id}`, alt: texts.likeThis, width: 96, height: 96 }), state.description, state.only && h("small", { class: "marks" }, state.only))];
  for (const record of state.rounds.slice(1)) {
    said.push(h("h3", { class: "round-title" }, texts.round(record.round), h("button", { class: "plain", "data-key": `back ${record.round}`, "aria-label": texts.answerAgainFrom(record.round), title: texts.answerAgainFrom(record.round), onclick: () => talk.back(record.round) }, texts.answerAgain)));
    if (record.question) said.push(bubble("it", texts.itAsked, record.question));
    if (record.question || record.answer.text || pointed(record.answer)) said.push(bubble("you", texts.you, ...reply(record.answer)));
    if (record.critique) {
      said.push(h("div", { class: "bubble it with-painting" }, paintingButton(state, record.round, record.painted, `painting ${record.round}`), h("span", {}, h("small", {}, texts.iPainted(record.painted)), " ", record.critique.question)));
      said.push(bubble("you", texts.you, ...reply(record.critique.reply)));
    }
    for (const note of record.notes) said.push(h("p", { class: "note" }, note));
  }
  if (state.found) said.push(bubble("you", texts.you, texts.thatIsIt));
  if (state.branches.length) said.push(branches(talk));
  return said;
}

// What came of a round before it was asked again.
function branches(talk) {
  const { state, returnTo } = talk;
  return h("details", { class: "branches", open: talk.branchesOpen, ontoggle: (event) => { talk.branchesOpen = event.target.open; } }, h("summary", { "data-key": "branches" }, texts.branches(state.branches.length)),
    h("ul", {}, state.branches.map((branch) => h("li", {}, h("span", {}, texts.branch(branch)), h("button", { "data-key": `branch ${branch.id}`, "aria-label": texts.returnToBranch(branch), onclick: () => returnTo(branch.id) }, texts.returnTo)))));
}

const pointed = (answer) => texts.unasked(answer).length > 0;

function reply(answer) {
  const { text } = answer;
  const marks = texts.unasked(answer).join(", ");
  const said = text || (marks ? "" : h("em", {}, texts.skipped));
  return [said, answer.english && h("small", { class: "marks" }, texts.understoodAs(answer.english)), marks && h("small", { class: "marks" }, marks)].filter(Boolean);
}

function bubble(whose, who, ...content) {
  return h("div", { class: `bubble ${whose}` }, h("span", { class: "unseen" }, `${who}: `), ...content);
}

export function openQuestions(place, talk) {
  const { state } = talk;
  const made = `${state.round} ${state.finished}`;
  if (place.dataset.made !== made) {
    place.dataset.made = made;
    talk.answers = answersForm(talk);
    place.replaceChildren(talk.answers.place, h("div", { id: "card-end" }));
  }
  const loading = state.loading ? texts.loading(state.loading) : "";
  const answering = !state.finished && state.rounds.length > 0;
  talk.answers.draw(answering, loading);
  const problem = talk.away ? texts.goesOnByItself : talk.refused || state.problem;
  const stuck = problem && !talk.away && !state.running && !state.finished;
  show(place.lastChild, [state.finished, state.found, problem, stuck, state.rounds.length, loading], () => [
    problem && h("p", { class: "problem", role: "alert" }, problem),
    stuck && h("button", { "data-key": "run", onclick: talk.run }, texts.tryAgain),
    !state.rounds.length && !problem && h("p", { class: "waiting" }, loading || texts.searching),
    state.finished && !state.found && h("div", { class: "card" }, h("h3", {}, texts.roundsUsedUp), h("p", {}, texts.beginAgain), h("a", { class: "button", href: "#/" }, texts.newSearch)),
  ]);
}
