// A conversation: what was said at one side, the ten results at the other. The server sends it anew whenever it changes.

import { $, ask, h, refusal, say, show } from "./dom.js";
import { history, mystery, openQuestions } from "./dialogue.js";
import { forget, marks, missed } from "./drafts.js";
import { onwardBar } from "./onward.js";
import { resultsView } from "./results.js";
import { texts } from "./texts.js";

export async function conversationView(main, id) {
  const address = `/api/conversations/${id}`;
  const left = h("section", { class: "said", "aria-label": texts.conversation });
  const wanted = h("div", { class: "wanted" });
  const past = h("div", { class: "history" });
  const open = h("div", { class: "asks" });
  const right = h("section", { class: "found", "aria-label": texts.results });
  left.append(wanted, past, open);

  const talk = {
    id,
    state: await ask(address),
    looked: null, // the round whose page is looked at; null: the newest
    marks: new Map(JSON.parse(marks(id).read() || "[]")), // id -> "more_like" or "not_these", not sent yet
    missed: new Set(JSON.parse(missed(id).read() || "[]")), // ids
    branchesOpen: false, // whether the ways left are listed
    refused: "", // why the last thing asked of the server was not done
    away: false, // whether the server cannot be reached
    // Whether it was taken. What is refused stays on the page as it was: the marks, and what was typed.
    async send(kind, reply) {
      const about = () => (kind === "click" ? talk.state.open_round : talk.state.round);
      const [round, whole] = [about(), { ...reply, ...talk.marked() }];
      const taken = await talk.tried(() => ask(`${address}/reply`, { round, kind, reply: whole }));
      if (taken && about() === round) talk.state = { ...talk.state, given: { ...talk.state.given, [kind]: whole } };
      if (taken) talk.clear();
      return taken;
    },
    // Who looks for a mystery and takes another picture for it goes on looking: nothing is over.
    accept(result) {
      if (!talk.state.mystery || result === talk.state.mystery) return talk.tried(() => ask(`${address}/accept`, { picture: result }));
      talk.missed.add(result);
      missed(id).keep(JSON.stringify([...talk.missed]));
      draw();
      return say(texts.missed);
    },
    more: () => talk.tried(() => ask(`${address}/more`, {})),
    run: () => talk.tried(() => ask(`${address}/run`, {})),
    paint: (painting) => talk.tried(() => ask(`${address}/paint`, { painting })),
    back: (round) => talk.tried(() => ask(`${address}/back`, { round })),
    returnTo: (branch) => talk.tried(() => ask(`${address}/return`, { branch })),
    async tried(action) {
      talk.refused = "";
      try {
        await action();
      } catch (error) {
        talk.refused = error.message;
      }
      draw();
      return !talk.refused;
    },
    mark(result, mark) {
      if (talk.marks.get(result) === mark) talk.marks.delete(result);
      else talk.marks.set(result, mark);
      keep();
    },
    // One click: this result, and whatever is marked, is all that is said in this round.
    point(result) {
      talk.marks.set(result, "more_like");
      keep();
      return talk.send("click", {});
    },
    showAgain: () => talk.send("click", { show_again: true }),
    get clicked() {
      const { given, round, open_round } = talk.state;
      return given.click && round === open_round ? given.click : null;
    },
    clear() {
      talk.marks.clear();
      marks(id).drop();
      draw();
    },
    marked() {
      const of = (kind) => [...talk.marks].filter(([, mark]) => mark === kind).map(([result]) => result);
      return Object.fromEntries(["more_like", "not_these"].map((kind) => [kind, of(kind)]).filter(([, ids]) => ids.length));
    },
    async searchAgain() {
      const kinds = [talk.state.asks && "question", talk.state.paints && "difference"].filter(Boolean);
      const marked = talk.marked();
      if (!(await talk.answers.sendTyped())) return;
      if (kinds.some((kind) => !(kind in talk.state.given))) await talk.send("click", marked); // and the rest is skipped
    },
    look(round) {
      talk.looked = round === talk.state.rounds.length - 1 ? null : round;
      draw();
    },
  };
  const results = resultsView(right, talk);
  const onward = onwardBar(talk, open);
  left.append(onward.bar);

  function keep() {
    marks(id).keep(JSON.stringify([...talk.marks]));
    draw();
  }

  function draw() {
    const { state } = talk;
    show($("rounds"), [state.rounds.length, state.most, state.finished, talk.looked], () => dots(talk));
    show(wanted, state.mystery, () => mystery(state));
    show(past, [state.rounds, state.found, state.branches], () => history(talk));
    openQuestions(open, talk);
    results.draw();
    onward.draw();
  }

  const keys = (event) => pressed(event, talk, results);
  main.replaceChildren(right, left);
  draw();
  say(news({ rounds: [] }, talk.state)); // what stands already when the page opens is said, too
  scroll(left);
  document.addEventListener("keydown", keys);
  let events;
  let later;
  function listen() {
    events = new EventSource(`${address}/events`);
    events.onopen = () => {
      talk.away = false;
      talk.refused = "";
      draw();
      if (!talk.state.finished) talk.run(); // after a restart of the server nothing runs until somebody wants it to
    };
    events.onmessage = (event) => {
      const before = talk.state;
      talk.state = JSON.parse(event.data);
      const closed = talk.state.rounds.length !== before.rounds.length;
      if (closed) {
        talk.looked = null;
        talk.refused = "";
      }
      if (talk.state.finished && !talk.state.found) forget(id); // who has found it may look on
      draw();
      say(news(before, talk.state));
      if (closed) scroll(left);
    };
    events.onerror = async () => {
      talk.away = true;
      draw();
      if (events.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      later = setTimeout(listen, 3000);
      const reason = await refusal(`${address}/events`);
      if (!reason) return;
      talk.away = false;
      talk.refused = reason;
      draw();
    };
  }
  listen();
  return () => {
    clearTimeout(later);
    events.close();
    onward.leave();
    document.removeEventListener("keydown", keys);
  };
}

function scroll(left) {
  if (getComputedStyle(left).overflowY === "auto") left.scrollTop = left.scrollHeight;
}

function dots({ state, looked, look }) {
  const newest = state.rounds.length - 1;
  const at = looked ?? newest;
  return h("ol", {}, Array.from({ length: state.most + 1 }, (_, round) => {
    const name = texts.round(round);
    const there = round <= newest;
    return h("li", {}, h("button", {
      class: `dot ${there ? "there" : round === newest + 1 && !state.finished ? "next" : ""}`,
      "data-key": `round ${round}`,
      "aria-label": there ? texts.lookAt(name) : texts.toCome(name),
      "aria-current": there && round === at ? "step" : null,
      disabled: !there,
      title: name,
      onclick: () => look(round),
    }, String(round)));
  }));
}

function news(before, now) {
  if (now.problem && now.problem !== before.problem) return now.problem;
  if (now.found && !before.found) return texts.foundEnded;
  if (now.finished && !before.finished) return texts.roundsUsedUpSaid;
  const closed = now.rounds.length > before.rounds.length ? texts.tenNew(texts.round(now.rounds.length - 1)) : "";
  const further = !closed && now.rounds.at(-1)?.further.length > before.rounds.at(-1)?.further.length ? texts.tenFurther : "";
  const question = now.question && (now.question.question !== before.question?.question || now.question.round !== before.question?.round) ? texts.questionSaid(now.question.question || texts.sayMore) : "";
  const painting = now.difference && now.difference.round !== before.difference?.round ? texts.paintingThere : "";
  return closed + further + question + painting || $("status").textContent;
}

function pressed(event, talk, results) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest("input, textarea, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const act = /^[0-9]$/.test(event.key)
    ? () => results.enlarge((Number(event.key) + 9) % 10)
    : { a: () => $("answer-question")?.focus(), p: () => $("answer-difference")?.focus(), v: () => document.querySelector("[data-key='enlarge painting']")?.click(), w: results.why, e: results.edit, s: () => talk.marks.size && talk.searchAgain(), "?": () => $("help").showModal() }[event.key] ?? results.key(event.key);
  if (act) {
    event.preventDefault();
    act();
  }
}
