// On a phone the questions stand below the results. While they are out of sight, a bar at the foot of the window says what is asked, and leads there.

import { h } from "./dom.js";
import { texts } from "./texts.js";

// asks: where the questions are.
export function onwardBar(talk, asks) {
  const bar = h("button", { type: "button", class: "onward main", hidden: true, onclick: go });
  let away = false; // whether they are out of sight
  const seen = new IntersectionObserver(([entry]) => {
    away = !entry.isIntersecting;
    draw();
  });
  seen.observe(asks);

  function go() {
    asks.scrollIntoView({ block: "end" });
    asks.querySelector(".field input:not([hidden])")?.focus({ preventScroll: true });
  }

  function draw() {
    const { state } = talk;
    bar.hidden = !away || !talk.answers?.open() || talk.marks.size > 0;
    bar.textContent = `${state.question && !("question" in state.given) ? state.question.question || texts.sayMore : texts.whatIsWrong} ↓`;
  }

  return { bar, draw, leave: () => seen.disconnect() };
}
