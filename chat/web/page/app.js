// Which of the two views is open: the start (#/) or a conversation (#/<id>).

import { $, h } from "./dom.js";
import { startView } from "./start.js";
import { talkView } from "./talk.js";

let leave = () => {};

async function open() {
  leave();
  leave = () => {};
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  $("rounds").replaceChildren();
  const id = location.hash.replace(/^#\/?/, "");
  const main = $("main");
  main.className = id ? "talking" : "starting";
  main.replaceChildren();
  try {
    leave = (id ? await talkView(main, id) : await startView(main)) ?? leave;
  } catch (error) {
    main.className = "starting";
    main.replaceChildren(h("section", { class: "hero" }, h("h1", {}, "That did not work"), h("p", { role: "alert" }, error.message), h("a", { class: "button", href: "#/" }, "To the start")));
  }
}

$("help-button").addEventListener("click", () => $("help").showModal());
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
}
addEventListener("hashchange", open);
open();
