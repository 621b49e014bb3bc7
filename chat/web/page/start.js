// The start: the form that begins a conversation, and the conversations begun before.

import { beginForm } from "./begin.js";
import { ask, h } from "./dom.js";
import { makingForm, postcardsOffer } from "./making.js";
import { pastView } from "./past.js";
import { texts } from "./texts.js";

export async function startView(main) {
  const { galleries, settings, conversations, kept, manages } = await ask("/api/start");
  main.replaceChildren(
    h("section", { class: "hero" },
      h("h1", {}, texts.whichPicture),
      galleries.length ? beginForm(galleries, settings) : await emptyStart(manages),
    ),
    pastView(conversations, kept),
  );
  main.querySelector("#description")?.focus();
}

// Without a gallery there is nothing to look for: one is made right here, where that is allowed.
async function emptyStart(manages) {
  if (!manages) return h("p", { role: "alert" }, texts.noGallery);
  const done = () => (location.hash = "#/galleries");
  return h("div", { class: "empty" }, h("p", {}, texts.chooseFolderHere), makingForm({ done }), postcardsOffer(done));
}
