// Which view is open: the start (#/), the galleries (#/galleries) or a conversation (#/<id>).

import { $, h } from "./dom.js";
import { startView } from "./start.js";
import { conversationView } from "./conversation.js";
import { galleriesView } from "./galleries.js";
import { texts } from "./texts.js";

let leave = () => {};

async function open() {
  leave();
  leave = () => {};
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  $("rounds").replaceChildren();
  const id = location.hash.replace(/^#\/?/, "").replace(/^\?.*/, ""); // the start may be told something: #/?like=…
  const main = $("main");
  main.className = id && id !== "galleries" ? "talking" : "starting";
  main.replaceChildren();
  try {
    leave = (id === "galleries" ? await galleriesView(main) : id ? await conversationView(main, id) : await startView(main)) ?? leave;
  } catch (error) {
    main.className = "starting";
    main.replaceChildren(h("section", { class: "hero" }, h("h1", {}, texts.didNotWork), h("p", { role: "alert" }, error.message), h("a", { class: "button", href: "#/" }, texts.backToStart)));
  }
}

function fill() {
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text];
  for (const element of document.querySelectorAll("[data-label]")) element.ariaLabel = texts[element.dataset.label];
  const key = (part) => [/[:…]$/.test(part) ? part : h("kbd", {}, part), " "];
  $("key-list").replaceChildren(...texts.keyList.flatMap(([keys, does]) => [h("dt", {}, keys.flatMap(key)), h("dd", {}, does)]));
}

fill();
$("help-button").addEventListener("click", () => $("help").showModal());
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // a click next to it
}
addEventListener("hashchange", open);
open();
