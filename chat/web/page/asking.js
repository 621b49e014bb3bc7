// What is asked in a round, the question and the painting, each with its field. The fields of a round are made once and stay where they
// are, whatever the server sends meanwhile: nothing takes text, cursor or focus from somebody who is typing.

import { draft } from "./drafts.js";
import { h, show } from "./dom.js";
import { paintingView } from "./painting.js";
import { texts } from "./texts.js";

export function questionPart(talk, onward) {
  const said = h("div");
  const title = h("h3", { id: "asked" });
  const field = replyField(talk, "question", title.id, onward);
  const words = h("ul", { class: "chips words", "aria-label": texts.wordsApart });
  const asked = h("div", { class: "asked" }, title, words, field.place);
  const place = h("section", { class: "question", "aria-label": texts.question, hidden: true }, said, asked);

  function draw(answering, loading) {
    const { state } = talk;
    const replied = "question" in state.given;
    const open = answering && state.asks && !replied && !talk.clicked && Boolean(state.question);
    show(said, [answering, state.asks, state.given.question, state.running, loading, open, talk.clicked], () => {
      if (!answering || !state.asks || open || talk.clicked) return null;
      return replied ? given(texts.yourAnswer, state.given.question) : state.running && h("p", { class: "waiting" }, loading || (state.thinks ? texts.thinking : texts.searching));
    });
    asked.hidden = !open;
    if (open) {
      setText(title, state.question.question || texts.sayMore);
      show(words, state.question.words, () => state.question.words.map((word) => chip(talk, word)));
      words.hidden = !state.question.words.length;
    }
    field.draw(open, open ? state.question.problem : "");
    place.hidden = !open && !said.firstChild;
  }
  return { place, field, draw };
}

// A word that tells the candidates apart: taken, it joins what is understood; ruled out, it stands with what is.
function chip(talk, word) {
  const out = () => talk.send("click", { ruled_out: [...talk.state.rounds.at(-1).ruled_out, word] });
  return h("li", { class: "chip" },
    h("button", { type: "button", class: "plain", "data-key": `take ${word}`, "aria-label": texts.takeWord(word), onclick: () => talk.send("question", { text: word }) }, word),
    h("button", { type: "button", class: "plain", "data-key": `no ${word}`, "aria-label": texts.ruleOutWord(word), title: texts.ruleOutWord(word), onclick: out }, "✕"));
}

export function differencePart(talk, onward) {
  const said = h("div");
  const view = paintingView(talk);
  const field = replyField(talk, "difference", view.title.id, onward);
  const place = h("section", { class: "difference", "aria-label": texts.painting, hidden: true }, view.place, said, field.place);

  function draw(answering, loading) {
    const { state } = talk;
    const there = Boolean(state.difference);
    const replied = "difference" in state.given;
    const coming = answering && state.paints && !there && state.running && !talk.clicked;
    const open = answering && state.paints && there && !replied && !talk.clicked;
    view.draw(open || coming, there, loading);
    show(said, [answering, state.paints, state.given.difference, talk.clicked], () => answering && state.paints && replied && !talk.clicked && given(texts.whatIsWrong, state.given.difference));
    field.draw(open, open ? state.difference.problem : "", coming && !replied);
    place.hidden = !open && !coming && !said.firstChild;
  }
  return { place, field, draw };
}

// The field of one of the two. Its text is kept in this browser until the server has taken it.
function replyField(talk, kind, described, onward) {
  const typed = draft(`${talk.id} ${talk.state.round} ${kind}`);
  const [label, placeholder, skip] = kind === "question" ? [texts.yourAnswer, texts.inYourWords, texts.skipQuestion] : [texts.whatIsWrong, texts.itShouldBe, texts.skipPainting];
  const problem = h("p", { class: "problem", role: "alert" });
  const input = h("input", { id: `answer-${kind}`, maxlength: 500, autocomplete: "off", enterkeyhint: "send", "aria-label": label, "aria-describedby": described, placeholder, value: typed.read(), oninput: () => typed.keep(input.value) });
  const skipping = h("button", { type: "button", class: "plain", "aria-label": skip, onclick: (event) => send({ skip: true }).then((taken) => taken && onward(event.detail === 0)) }, texts.skip);
  const place = h("div", {}, problem, h("div", { class: "field" }, input, skipping));
  let sending = false;

  // Enter pressed twice sends it once.
  async function send(what) {
    if (sending) return false;
    sending = true;
    const taken = await talk.send(kind, what);
    sending = false;
    if (taken) typed.drop();
    return taken;
  }
  // skippable: what is still being made needs no field yet, and may be skipped already.
  function draw(open, wrong, skippable = false) {
    setText(problem, wrong ?? "");
    input.hidden = !open;
    place.hidden = !open && !skippable;
  }
  const open = () => !place.hidden && !input.hidden;
  return { place, draw, open, focus: () => input.focus(), send: () => send({ text: input.value }), typed: () => open() && !sending && input.value.trim() !== "", sending: () => sending };
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const given = (label, reply) => h("p", { class: "given" }, h("span", { class: "faint" }, `${label}: `), reply.text || h("em", {}, texts.skipped));
