// The start: describe a picture, take a mystery, or go on with an earlier conversation.

import { ask, h, picture } from "./dom.js";
import { draft, kept } from "./drafts.js";
import { texts } from "./texts.js";

export async function startView(main) {
  const { galleries, conversations } = await ask("/api/start");
  const refused = h("p", { class: "problem", role: "alert" });
  const gallery = h("select", { id: "gallery", name: "gallery" }, galleries.map(({ name, count, problem }) => h("option", { value: name, disabled: Boolean(problem) }, problem ? texts.galleryUnusable(name) : texts.galleryLine(name, count))));
  const unusable = galleries.filter((item) => item.problem);
  const [chosen, typed] = [kept("gallery"), draft("description")];
  if (galleries.some(({ name, problem }) => name === chosen.read() && !problem)) gallery.value = chosen.read();
  const description = h("input", { id: "description", value: typed.read(), oninput: () => typed.keep(description.value), name: "description", maxlength: 500, required: true, autocomplete: "off", placeholder: texts.example, "aria-describedby": "description-help" });
  let mystery = ""; // id of the picture that the player is shown

  async function begin(event) {
    event.preventDefault();
    refused.textContent = "";
    chosen.keep(gallery.value);
    try {
      const { id } = await ask("/api/conversations", { gallery: gallery.value, description: description.value, mystery });
      typed.drop();
      location.hash = `#/${id}`;
    } catch (error) {
      refused.textContent = error.message;
    }
  }

  const card = h("div", { class: "mystery", hidden: true });
  async function draw() {
    refused.textContent = "";
    try {
      mystery = (await ask("/api/mystery", { gallery: gallery.value })).picture;
    } catch (error) {
      refused.textContent = error.message;
      return;
    }
    card.hidden = false;
    card.replaceChildren(
      h("img", { src: picture(gallery.value, mystery, true), alt: texts.mysteryPicture, width: 220, height: 220 }),
      h("div", {}, h("h2", {}, texts.findThis), h("p", {}, texts.onlyYou), h("button", { type: "button", class: "plain", onclick: draw }, texts.anotherOne), h("button", { type: "button", class: "plain", onclick: forget }, texts.noMystery)),
    );
    description.placeholder = texts.beginWithFew;
    description.focus();
  }
  function forget() {
    mystery = "";
    card.hidden = true;
    description.focus();
  }
  const models = h("p", { class: "faint", id: "models" });
  const tell = () => { models.textContent = galleries.find(({ name }) => name === gallery.value)?.models ?? ""; };
  gallery.addEventListener("change", forget);
  gallery.addEventListener("change", tell);
  tell();

  const form = h("form", { class: "begin", onsubmit: begin },
    h("label", { for: "description", class: "unseen" }, texts.whatDoesItShow),
    h("div", { class: "line" }, description, h("button", { class: "main" }, texts.findIt)),
    h("p", { id: "description-help", class: "faint" }, texts.fewWords),
    refused,
    card,
    h("div", { class: "choices" }, h("label", { for: "gallery" }, texts.gallery), gallery, h("button", { type: "button", onclick: draw }, texts.mystery)),
    models,
    unusable.map(({ name, problem }) => h("p", { class: "faint" }, texts.galleryProblem(name, problem))),
  );
  main.replaceChildren(
    h("section", { class: "hero" },
      h("h1", {}, texts.whichPicture),
      galleries.length ? form : h("p", { role: "alert" }, texts.noGallery),
    ),
    h("section", { class: "past", "aria-labelledby": "past-title", hidden: !conversations.length },
      h("h2", { id: "past-title" }, texts.yourConversations),
      h("ul", {}, conversations.map((talk) => h("li", {}, line(talk)))),
    ),
  );
  description.focus();
}

function line(talk) {
  return h("a", { href: `#/${talk.id}`, class: "past-talk" },
    talk.picture ? h("img", { src: picture(talk.gallery, talk.picture), alt: "", width: 64, height: 64, loading: "lazy" }) : h("span", { class: "no-picture" }),
    h("span", {}, h("strong", {}, talk.description), h("small", {}, texts.conversationLine(talk))),
  );
}
