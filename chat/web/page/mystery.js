// A picture of the gallery for the player to look for, drawn by the server; only the page and the register know which.

import { ask, h, picture } from "./dom.js";
import { texts } from "./texts.js";

// gallery, description: the fields of the form. refused: where a refusal is shown. `picture` is its id, or nothing.
export function mysteryCard(gallery, description, refused) {
  const card = h("div", { class: "mystery", hidden: true });
  const mystery = { picture: "", card, draw, forget };

  async function draw() {
    refused.textContent = "";
    try {
      mystery.picture = (await ask("/api/mystery", { gallery: gallery.value })).picture;
    } catch (error) {
      refused.textContent = error.message;
      return;
    }
    card.hidden = false;
    card.replaceChildren(
      h("img", { src: picture(gallery.value, mystery.picture, true), alt: texts.mysteryPicture, width: 220, height: 220 }),
      h("div", {}, h("h2", {}, texts.findThis), h("p", {}, texts.onlyYou), h("button", { type: "button", class: "plain", onclick: draw }, texts.anotherOne), h("button", { type: "button", class: "plain", onclick: forget }, texts.noMystery)),
    );
    description.placeholder = texts.beginWithFew;
    description.focus();
  }
  function forget() {
    mystery.picture = "";
    card.hidden = true;
    description.focus();
  }
  return mystery;
}
