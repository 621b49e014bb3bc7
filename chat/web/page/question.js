// One question before something is deleted.

import { h } from "./dom.js";
import { texts } from "./texts.js";

// Whether somebody agrees. yes: what the button says that does it. The focus goes back to where it was.
export function agreed(question, means, yes) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "question", "aria-labelledby": "question-title", "aria-describedby": "question-means" },
      h("h2", { id: "question-title" }, question),
      h("p", { id: "question-means" }, means),
      h("form", { method: "dialog", class: "row" }, h("button", { value: "no", autofocus: true }, texts.cancel), h("button", { value: "yes", class: "danger" }, yes)),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
