// The start: the form that begins a conversation, and the conversations begun before.

import { beginForm } from "./begin.js";
import { ask, h } from "./dom.js";
import { pastView } from "./past.js";
import { texts } from "./texts.js";

export async function startView(main) {
  const { galleries, conversations } = await ask("/api/start");
  main.replaceChildren(
    h("section", { class: "hero" },
      h("h1", {}, texts.whichPicture),
      galleries.length ? beginForm(galleries) : h("p", { role: "alert" }, texts.noGallery),
    ),
    pastView(conversations),
  );
  main.querySelector("#description")?.focus();
}
