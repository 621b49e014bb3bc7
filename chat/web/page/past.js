// The conversations that this person has begun, newest first: gone on with, renamed, exported, deleted.

import { ask, h, picture, say } from "./dom.js";
import { forget } from "./drafts.js";
import { agreed } from "./question.js";
import { texts } from "./texts.js";

// kept: how many there are, of which the newest are listed.
export function pastView(conversations, kept) {
  const refused = h("p", { class: "problem", role: "alert" });
  const list = h("ul", {});
  const title = h("h2", { id: "past-title", tabindex: -1 }, texts.yourConversations);
  const more = h("p", { class: "faint" }, kept > conversations.length && texts.newestListed(conversations.length, kept));
  const section = h("section", { class: "past", "aria-labelledby": "past-title", hidden: !conversations.length },
    h("div", { class: "row" }, title, h("span", { class: "gap" }), h("button", { type: "button", class: "plain", onclick: removeAll }, texts.deleteAll)),
    refused, list, more,
  );

  async function tried(action) {
    refused.textContent = "";
    try {
      return (await action()) ?? true;
    } catch (error) {
      refused.textContent = error.message;
      return false;
    }
  }

  async function removeAll() {
    if (!(await agreed(texts.deleteEvery(kept), texts.deleteEveryMeans, texts.delete))) return;
    const done = await tried(() => ask("/api/delete-conversations", {}));
    if (!done) return;
    if (done.left) {
      refused.textContent = texts.someStay(done.left);
      return;
    }
    for (const { id } of conversations) forget(id);
    section.hidden = true;
    say(texts.allDeleted);
    document.querySelector("#main").focus();
  }

  function item(talk) {
    const address = `/api/conversations/${talk.id}`;
    const element = h("li", {});
    const rename = h("button", { type: "button", class: "plain", onclick: () => element.replaceChildren(form()) }, texts.rename);

    async function remove() {
      if (!(await agreed(texts.deleteTalk(called(talk)), texts.deleteTalkMeans, texts.delete)) || !(await tried(() => ask(`${address}/delete`, {})))) return;
      const next = element.nextElementSibling ?? element.previousElementSibling;
      forget(talk.id);
      element.remove();
      section.hidden = !list.children.length;
      say(texts.deleted(called(talk)));
      (next?.querySelector("a") ?? document.querySelector("#main")).focus();
    }

    function form() {
      const input = h("input", { value: called(talk), maxlength: 120, "aria-label": texts.titleOf(called(talk)), placeholder: talk.description });
      const save = async (event) => {
        event.preventDefault();
        const wanted = input.value.trim() === talk.description ? "" : input.value;
        if (await tried(() => ask(`${address}/rename`, { title: wanted }))) talk.title = wanted.trim();
        close();
      };
      const close = () => {
        draw();
        rename.focus();
      };
      setTimeout(() => input.select());
      return h("form", { class: "past-talk renaming", onsubmit: save, onkeydown: (event) => event.key === "Escape" && close() }, input, h("div", { class: "row" }, h("button", { class: "main" }, texts.save), h("button", { type: "button", onclick: close }, texts.cancel)));
    }

    function draw() {
      rename.ariaLabel = `${texts.rename}: ${called(talk)}`;
      element.replaceChildren(
        line(talk),
        h("div", { class: "keeping" }, rename,
          h("a", { class: "button plain", href: `${address}/export`, download: "", "aria-label": `${texts.export}: ${called(talk)}` }, texts.export),
          h("button", { type: "button", class: "plain", "aria-label": `${texts.deleteIt}: ${called(talk)}`, onclick: remove }, texts.deleteIt)),
      );
    }
    draw();
    return element;
  }

  list.append(...conversations.map(item));
  return section;
}

const called = (talk) => talk.title || talk.description;

function line(talk) {
  return h("a", { href: `#/${talk.id}`, class: "past-talk" },
    talk.picture ? h("img", { src: picture(talk.gallery, talk.picture), alt: "", width: 64, height: 64, loading: "lazy" }) : h("span", { class: "no-picture" }),
    h("span", {}, h("strong", {}, called(talk)), h("small", {}, talk.gone ? texts.galleryGone(talk.gallery) : texts.conversationLine(talk))),
  );
}
