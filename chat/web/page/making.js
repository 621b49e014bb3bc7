// Making a gallery: a folder of the server's machine, the models to index it with, a name.

import { ask, h, say } from "./dom.js";
import { folderChoice } from "./folder_choice.js";
import { profileChoice } from "./profile_choice.js";
import { texts } from "./texts.js";

// gallery: one that is there, to get another folder; it keeps its models and its name. done: called when it has been started.
export function makingForm({ gallery = "", done }) {
  const refused = h("p", { class: "problem", role: "alert" });
  const name = h("input", { id: "gallery-name", maxlength: 64, required: true, autocomplete: "off", pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*", title: texts.nameRule });
  let named = false; // whether somebody has typed a name
  name.addEventListener("input", () => (named = name.value !== ""));
  const start = h("button", { class: "main" }, texts.startIndexing);
  const profile = gallery ? null : profileChoice();
  let empty = true; // whether there are no pictures in the folder
  const draw = () => (start.disabled = empty || Boolean(profile && !profile.name));
  const folder = folderChoice((view) => {
    if (!named) name.value = view.gallery;
    empty = !view.pictures && view.all;
    draw();
  });

  async function begin(event) {
    event.preventDefault();
    refused.textContent = "";
    start.disabled = true;
    try {
      if (gallery) await ask(`/api/galleries/${encodeURIComponent(gallery)}/update`, { folder: folder.path });
      else await ask("/api/galleries", { gallery: name.value, folder: folder.path, profile: profile.name });
      say(texts.started(gallery || name.value));
      done();
    } catch (error) {
      refused.textContent = error.message;
    }
    draw();
  }

  const form = h("form", { class: "making", onsubmit: begin, "aria-labelledby": "making-title" },
    h("h2", { id: "making-title" }, gallery ? texts.folderFor(gallery) : texts.makeGallery),
    folder.element,
    profile?.element,
    !gallery && h("div", { class: "name" }, h("label", { for: "gallery-name" }, texts.galleryName), name),
    refused,
    h("div", { class: "row" }, start, gallery && h("button", { type: "button", onclick: done }, texts.cancel)),
  );
  draw();
  folder.open("");
  profile?.load().then(draw, (error) => (refused.textContent = error.message)); // the first look takes some seconds: libraries are loaded for it
  return form;
}

// For whoever has no pictures at hand, or wants to see first how it goes.
export function postcardsOffer(done) {
  const refused = h("p", { class: "problem", role: "alert" });
  async function draw() {
    refused.textContent = "";
    try {
      await ask("/api/postcards", {});
      done();
    } catch (error) {
      refused.textContent = error.message;
    }
  }
  return h("div", { class: "offer" }, h("p", { class: "faint" }, texts.orPostcards), h("button", { type: "button", onclick: draw }, texts.drawPostcards), refused);
}
