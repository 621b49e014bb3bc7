// The painting of what is understood: it says that it is one, and enlarges.

import { $, h, painting, show } from "./dom.js";
import { texts } from "./texts.js";

export function enlargePainting(state, round, prompt) {
  show($("painting"), [state.id, round, prompt], () => [
    h("img", { src: painting(state, round, prompt), alt: texts.paintingOf(prompt) }),
    h("div", { class: "about" },
      h("p", { id: "painting-title", tabindex: "-1", autofocus: true }, texts.iPainted(prompt)),
      h("p", { class: "faint" }, texts.noPicture),
      h("form", { method: "dialog" }, h("button", { class: "main" }, texts.close))),
  ]);
  if (!$("painting").open) $("painting").showModal();
}

// A small one that enlarges.
export function paintingButton(state, round, prompt, key) {
  return h("button", { type: "button", class: "painting", "data-key": key, "aria-label": texts.enlargePainting(prompt), title: texts.enlargePainting(prompt), onclick: () => enlargePainting(state, round, prompt) },
    h("img", { src: painting(state, round, prompt), alt: texts.paintingOfUnderstood(prompt), width: 192, height: 192 }));
}

export function paintingView(talk) {
  const image = h("div");
  const about = h("p", { class: "faint" });
  const title = h("h3", { id: "painted" });
  const place = h("div", { class: "painted", hidden: true }, image, h("div", { class: "beside" }, about, title, h("button", { type: "button", class: "plain stop", "data-key": "stop painting", onclick: () => talk.paint(false) }, texts.stopPainting)));

  function draw(shown, there, loading) {
    const { state } = talk;
    place.hidden = !shown;
    if (!shown) return;
    const { prompt } = state.rounds.at(-1);
    show(image, [there, loading, prompt], () => (there
      ? paintingButton(state, state.round, prompt, "enlarge painting")
      : h("div", { class: "painting coming" }, h("span", {}, loading || texts.painting), h("progress", { "aria-label": texts.painting }), h("small", {}, ""))));
    show(about, [there, prompt], () => (there ? texts.iPainted(prompt) : texts.paintingComes(prompt)));
    show(title, [there, state.difference?.question], () => (there ? state.difference.question : ""));
    title.hidden = !there;
    step(image.querySelector("progress"), state.progress);
  }
  return { place, title, draw };
}

function step(bar, progress) {
  if (!bar || !progress) return;
  bar.max = progress.total;
  bar.value = progress.done;
  bar.nextElementSibling.textContent = texts.steps(progress);
}
