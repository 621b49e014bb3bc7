// The conversations that this person has begun, newest first.

import { h, picture } from "./dom.js";
import { texts } from "./texts.js";

export function pastView(conversations) {
  return h("section", { class: "past", "aria-labelledby": "past-title", hidden: !conversations.length },
    h("h2", { id: "past-title" }, texts.yourConversations),
    h("ul", {}, conversations.map((talk) => h("li", {}, line(talk)))),
  );
}

function line(talk) {
  return h("a", { href: `#/${talk.id}`, class: "past-talk" },
    talk.picture ? h("img", { src: picture(talk.gallery, talk.picture), alt: "", width: 64, height: 64, loading: "lazy" }) : h("span", { class: "no-picture" }),
    h("span", {}, h("strong", {}, talk.description), h("small", {}, texts.conversationLine(talk))),
  );
}
