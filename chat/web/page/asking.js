// What is asked in a round, the question and the painting, each with its field. The fields of a round are made once and stay where they
// are, whatever the server sends meanwhile: nothing takes text, cursor or focus from somebody who is typing.

import { draft } from "./drafts.js";
import { h, painting, show } from "./dom.js";
import { texts } from "./texts.js";

export function questionCard(talk) {
  const said = h("div");
  const title = h("h3", { id: "asked" });
  const field = replyField(talk, "question", title.id);
  const words = h("ul", { class: "chips words", "aria-label": texts.wordsApart });
  const card = h("div", { class: "card question" }, title, words, field.form);
  const place = h("div", { hidden: true }, said, card);

  function draw(answering, loading) {
    const { state } = talk;
    const replied = "question" in state.given;
    const asked = answering && state.asks && !replied && !talk.clicked && state.question;
    show(said, [answering, state.given, state.running, loading, Boolean(asked), Boolean(state.difference), talk.clicked], () => {
      if (!answering || asked) return null;
      if (talk.clicked) return pointed(talk);
      if (!state.asks) return null;
      return replied ? given(texts.yourAnswer, state.given.question, talk) : state.running && h("div", { class: "card" }, h("p", { class: "waiting" }, loading || (state.thinks ? texts.thinking : texts.searching)));
    });
    card.hidden = !asked;
    if (asked) {
      setText(title, state.question.question || texts.sayMore);
      show(words, state.question.words, () => state.question.words.map((word) => chip(talk, word)));
      words.hidden = !state.question.words.length;
      field.draw(true, state.question.problem);
    }
    place.hidden = card.hidden && !said.firstChild;
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

export function differenceCard(talk) {
  const said = h("div");
  const image = h("div");
  const title = h("h3", { id: "painted" });
  const skipped = h("p", { class: "faint", hidden: true }, texts.wasSkipped);
  const field = replyField(talk, "difference", title.id);
  const card = h("div", { class: "card difference" }, image, h("div", { class: "beside" }, title, skipped, field.form));
  const place = h("div", { hidden: true }, said, card);

  function draw(answering, loading) {
    const { state } = talk;
    const there = Boolean(state.difference);
    const replied = "difference" in state.given;
    const open = answering && state.paints && !(replied && there) && (there || state.running) && !talk.clicked;
    show(said, [answering, state.given, state.running, there, Boolean(state.question), talk.clicked], () => answering && state.paints && replied && there && !talk.clicked && given(texts.whatIsWrong, state.given.difference, talk));
    card.hidden = !open;
    if (open) {
      const prompt = state.rounds.at(-1).prompt;
      show(image, [there, loading, prompt], () => (there
        ? h("img", { class: "painting", src: painting(state, state.round, prompt), alt: texts.paintingOfUnderstood(prompt), width: 192, height: 192 })
        : h("div", { class: "painting coming" }, h("span", {}, loading || texts.paintingNow), h("progress", { "aria-label": texts.painting }), h("small", {}, ""))));
      setText(title, there ? state.difference.question : texts.paintingComes);
      skipped.hidden = !replied;
      field.form.hidden = replied;
      field.draw(there, state.difference?.problem);
      step(image.querySelector("progress"), state.progress);
    }
    place.hidden = card.hidden && !said.firstChild;
  }
  return { place, field, draw };
}

function step(bar, progress) {
  if (!bar || !progress) return;
  bar.max = progress.total;
  bar.value = progress.done;
  bar.nextElementSibling.textContent = texts.steps(progress);
}

function replyField(talk, kind, described) {
  const typed = draft(`${talk.id} ${talk.state.round} ${kind}`);
  const [label, placeholder, skip] = kind === "question" ? [texts.yourAnswer, texts.inYourWords, texts.skipQuestion] : [texts.whatIsWrong, texts.itShouldBe, texts.skipPainting];
  const problem = h("p", { class: "problem", role: "alert" });
  const input = h("input", { id: `answer-${kind}`, maxlength: 500, autocomplete: "off", "aria-label": label, "aria-describedby": described, placeholder, value: typed.read(), oninput: () => typed.keep(input.value) });
  const main = h("button", { class: "main" }, texts.send);
  let sending = false;

  // What stands in the field, or nothing. Enter pressed twice sends it once.
  const reply = () => (input.value.trim() ? { text: input.value } : { skip: true });
  async function send(what) {
    if (sending) return false;
    sending = true;
    const taken = await talk.send(kind, what);
    sending = false;
    if (taken) typed.drop();
    return taken;
  }
  const form = h("form", { onsubmit: (event) => { event.preventDefault(); send(reply()); } },
    problem,
    input,
    h("div", { class: "row" }, main, h("button", { type: "button", class: "plain", "aria-label": skip, onclick: () => send({ skip: true }) }, texts.skip)),
  );
  function draw(there, wrong) {
    setText(problem, wrong ?? "");
    input.hidden = main.hidden = !there;
  }
  return { form, draw, send: () => send(reply()), typed: () => input.checkVisibility() && input.value.trim() !== "" };
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function pointed(talk) {
  return h("div", { class: "card given" }, h("p", {}, texts.unasked(talk.clicked).join(", ")), h("p", { class: "waiting" }, texts.searching), takeBack(talk));
}

// Both replies of the round are given up: one of them may have been heard already.
const takeBack = (talk) => h("div", { class: "row" }, h("button", { class: "plain", "data-key": "take back", onclick: () => talk.back(talk.state.open_round) }, texts.takeBack));

function given(label, reply, talk) {
  const { state } = talk;
  const open = ["question", "difference"].some((kind) => state[kind] && !(kind in state.given));
  const waits = state.running ? (state.given.difference && state.given.question ? texts.searching : "") : open ? texts.otherOpen : "";
  return h("div", { class: "card given" }, h("p", {}, h("span", { class: "faint" }, `${label}: `), reply.text || h("em", {}, texts.skipped)), waits && h("p", { class: state.running ? "waiting" : "faint" }, waits), takeBack(talk));
}
