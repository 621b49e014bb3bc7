// A conversation: what was said at one side, the ten results at the other. The server sends it anew whenever it changes.

import { $, ask, h, say, show } from "./dom.js";
import { asks, history, target } from "./said.js";
import { resultsView } from "./results.js";

export async function talkView(main, id) {
  const left = h("section", { class: "said", "aria-label": "Conversation" });
  const wanted = h("div", { class: "wanted" });
  const past = h("div", { class: "history" });
  const open = h("div", { class: "asks" });
  const right = h("section", { class: "found", "aria-label": "Results" });
  left.append(wanted, past, open);

  const talk = {
    id,
    state: await ask(`/api/conversations/${id}`),
    looked: null, // the round whose page is looked at; null: the newest
    marks: new Map(JSON.parse(sessionStorage.getItem(`marks ${id}`) ?? "[]")), // id -> "more_like" or "not_these", not sent yet
    problem: "",
    async send(kind, reply) {
      const { round } = talk.state;
      await talk.tried(() => ask(`/api/conversations/${id}/reply`, { round, kind, reply: { ...reply, ...talk.marked() } }));
      talk.clear();
    },
    accept: (result) => talk.tried(() => ask(`/api/conversations/${id}/accept`, { picture: result })),
    async tried(action) {
      talk.problem = "";
      try {
        await action();
      } catch (error) {
        talk.problem = error.message;
      }
      draw();
    },
    mark(result, mark) {
      if (talk.marks.get(result) === mark) talk.marks.delete(result);
      else talk.marks.set(result, mark);
      sessionStorage.setItem(`marks ${id}`, JSON.stringify([...talk.marks]));
      draw();
    },
    clear() {
      talk.marks.clear();
      sessionStorage.removeItem(`marks ${id}`);
      draw();
    },
    marked() {
      const of = (kind) => [...talk.marks].filter(([, mark]) => mark === kind).map(([result]) => result);
      return Object.fromEntries(["more_like", "not_these"].map((kind) => [kind, of(kind)]).filter(([, ids]) => ids.length));
    },
    async searchAgain() {
      const { state } = talk;
      const kinds = [state.asks && "question", state.paints && "difference"].filter((kind) => kind && !(kind in state.said));
      for (const kind of kinds) await talk.send(kind, { skip: true });
    },
    look(round) {
      talk.looked = round === talk.state.rounds.length - 1 ? null : round;
      draw();
    },
  };
  const results = resultsView(right, talk);

  function draw() {
    const { state } = talk;
    show($("rounds"), [state.rounds.length, state.most, state.finished, talk.looked], () => dots(talk));
    show(wanted, state.hunted, () => target(state));
    show(past, [state.rounds, state.found], () => history(state));
    asks(open, talk);
    results.draw();
  }

  const keys = (event) => pressed(event, talk, results);
  main.replaceChildren(right, left);
  draw();
  say(news({ rounds: [] }, talk.state)); // what stands already when the page opens is said, too
  scroll(left);
  document.addEventListener("keydown", keys);
  const events = new EventSource(`/api/conversations/${id}/events`);
  events.onmessage = (event) => {
    const before = talk.state;
    talk.state = JSON.parse(event.data);
    talk.problem = "";
    if (talk.state.rounds.length !== before.rounds.length) talk.looked = null;
    draw();
    say(news(before, talk.state));
    if (talk.state.rounds.length !== before.rounds.length) scroll(left);
  };
  events.onerror = () => {
    talk.problem = "The server does not answer. This page goes on by itself when it is back.";
    draw();
  };
  return () => {
    events.close();
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
    const name = round ? `Round ${round}` : "First search";
    const there = round <= newest;
    return h("li", {}, h("button", {
      class: `dot ${there ? "there" : round === newest + 1 && !state.finished ? "next" : ""}`,
      "data-key": `round ${round}`,
      "aria-label": there ? `${name}: look at its results` : `${name}: still to come`,
      "aria-current": there && round === at ? "step" : null,
      disabled: !there,
      title: name,
      onclick: () => look(round),
    }, String(round)));
  }));
}

function news(before, now) {
  if (now.problem && now.problem !== before.problem) return now.problem;
  if (now.found && !before.found) return "Found. The conversation has ended.";
  if (now.finished && !before.finished) return "The rounds are used up.";
  const closed = now.rounds.length > before.rounds.length ? `${now.rounds.length > 1 ? `Round ${now.rounds.length - 1}` : "First search"}: ten new results. ` : "";
  const question = now.question && now.question.question !== before.question?.question ? `Question: ${now.question.question} ` : "";
  const painting = now.difference && now.difference.round !== before.difference?.round ? "The painting is there. " : "";
  return closed + question + painting || $("status").textContent;
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
    : { a: () => $("answer-question")?.focus(), p: () => $("answer-difference")?.focus(), w: results.why, s: () => talk.marks.size && talk.searchAgain(), "?": () => $("help").showModal() }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}
