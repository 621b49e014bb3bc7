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
      manages && galleries.every(({ problem }) => problem) ? emptyStart(galleries) : galleries.length ? beginForm(galleries, settings) : h("p", { role: "alert" }, texts.noGallery),
    ),
    pastView(conversations, kept),
  );
  main.querySelector("#description")?.focus();
}

// Without a gallery that can be searched, one is made right here. galleries: what there is, and why it cannot be.
function emptyStart(galleries) {
  const done = () => (location.hash = "#/galleries");
  return h("div", { class: "empty" },
    galleries.map(({ name, problem }) => h("p", {}, texts.galleryProblem(name, problem))),
    h("p", {}, texts.chooseFolderHere),
    makingForm({ done }),
    postcardsOffer(done),
  );
}
