// The picture that it is: large, with its file, so that one can get at it.

import { h, original, picture, show } from "./dom.js";
import { fileView } from "./file.js";
import { shownOf } from "./further.js";
import { aspectOf } from "./grid.js";
import { texts } from "./texts.js";

// head: what stands above it, which is to be seen when it appears.
export function foundView(talk, head) {
  const image = h("div", { class: "found-picture" });
  const words = h("p", {});
  const file = fileView();
  let drawn = false;
  const place = h("div", { class: "card found-card", hidden: true }, image, h("div", { class: "about" }, words, file.place));

  function draw() {
    const { state } = talk;
    const result = talk.looked === null && state.found && state.rounds.flatMap(shownOf).findLast(({ id }) => id === state.found);
    const appears = place.hidden && Boolean(result) && drawn;
    drawn = true;
    place.hidden = !result;
    if (!result) return;
    show(image, result, () => (result.gone ? h("p", { class: "gone" }, texts.gone) : h("a", { href: original(state.gallery, result.id), target: "_blank", rel: "noopener", "aria-label": texts.openOriginal }, h("img", { src: picture(state.gallery, result.id, true), alt: result.caption, width: result.width, height: result.height }))));
    words.textContent = texts.named(result);
    file.draw(state.gallery, result);
    place.style.setProperty("--aspect", aspectOf(result));
    if (appears) requestAnimationFrame(() => head.scrollIntoView()); // somebody may have said "this is it" far down the page
  }

  return { place, draw, key: (pressed) => (place.hidden ? undefined : file.key(pressed)) };
}
