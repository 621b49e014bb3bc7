// A folder of the server's machine. Only folders are listed, below those that whoever runs the server allows.

import { ask, h, say } from "./dom.js";
import { texts } from "./texts.js";

// opened: called with what the server says of the folder that is open now. `path` is that folder.
export function folderChoice(opened) {
  const above = h("ol", { class: "above" });
  const inside = h("ul", { class: "folders" });
  const count = h("p", { class: "faint" });
  const refused = h("p", { class: "problem", role: "alert" });
  const element = h("fieldset", { class: "folder-choice" }, h("legend", {}, texts.folder), h("nav", { "aria-label": texts.whereFolder }, above), refused, inside, count);
  const choice = { element, path: "", open };

  async function open(path, focus = false) {
    refused.textContent = "";
    let view;
    try {
      view = await ask(`/api/folders?path=${encodeURIComponent(path)}`);
    } catch (error) {
      refused.textContent = error.message;
      return;
    }
    choice.path = view.path;
    const step = ({ name, path: to }, last) => h("li", {}, last ? h("strong", { tabindex: -1, "aria-current": "true" }, name) : h("button", { type: "button", class: "plain", onclick: () => open(to, true) }, name));
    above.replaceChildren(...view.above.map((one, at) => step(one, at === view.above.length - 1)));
    inside.replaceChildren(...view.folders.map(({ name, path: to }) => h("li", {}, h("button", { type: "button", onclick: () => open(to, true) }, name))));
    inside.hidden = !view.folders.length;
    count.textContent = [texts.picturesBelow(view.pictures, view.all), view.left_out && texts.moreFolders(view.left_out)].filter(Boolean).join(" ");
    if (focus) above.querySelector("strong").focus();
    if (focus) say(count.textContent);
    opened(view);
  }
  return choice;
}
