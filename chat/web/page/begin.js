// The form that begins a conversation: what the picture shows, in which gallery it is, or a mystery to look for.

import { ask, h, send } from "./dom.js";
import { draft, kept } from "./drafts.js";
import { filterFields } from "./filters.js";
import { likeField } from "./like.js";
import { mysteryCard } from "./mystery.js";
import { settingsPanel } from "./settings.js";
import { texts } from "./texts.js";

// fields: those of the settings, as the server lists them.
export function beginForm(galleries, fields) {
  const refused = h("p", { class: "problem", role: "alert" });
  const gallery = h("select", { id: "gallery", name: "gallery" }, galleries.map(({ name, count, problem }) => h("option", { value: name, disabled: Boolean(problem) }, problem ? texts.galleryUnusable(name) : texts.galleryLine(name, count))));
  const unusable = galleries.filter((item) => item.problem);
  const [chosen, typed] = [kept("gallery"), draft("description")];
  if (galleries.some(({ name, problem }) => name === chosen.read() && !problem)) gallery.value = chosen.read();
  const description = h("input", { id: "description", value: typed.read(), oninput: () => typed.keep(description.value), name: "description", maxlength: 500, required: true, autocomplete: "off", "aria-describedby": "description-help" });
  const like = likeField(gallery, description);
  const filters = filterFields(gallery);
  const mystery = mysteryCard(gallery, description, refused);
  const settings = settingsPanel(fields, gallery, galleries);

  async function begin(event) {
    event.preventDefault();
    refused.textContent = "";
    chosen.keep(gallery.value);
    try {
      const body = { gallery: gallery.value, description: description.value, mystery: mystery.picture, settings: settings.given(), like: like.id, ...filters.given() };
      const { id } = like.file ? await send(`/api/like?begin=${encodeURIComponent(JSON.stringify(body))}`, like.file) : await ask("/api/conversations", body);
      typed.drop();
      filters.clear();
      location.hash = `#/${id}`;
    } catch (error) {
      refused.textContent = error.message;
    }
  }

  const models = h("p", { class: "faint", id: "models" });
  const tell = () => {
    const here = galleries.find(({ name }) => name === gallery.value);
    models.textContent = here?.models ?? "";
    description.placeholder = here?.example || texts.example;
  };
  gallery.addEventListener("change", mystery.forget);
  gallery.addEventListener("change", tell);
  tell();

  const form = h("form", { class: "begin", onsubmit: begin },
    h("label", { for: "description", class: "unseen" }, texts.whatDoesItShow),
    h("div", { class: "line" }, description, h("button", { class: "main" }, texts.findIt)),
    h("p", { id: "description-help", class: "faint" }, texts.fewWords),
    refused,
    mystery.card,
    h("div", { class: "choices" }, h("label", { for: "gallery" }, texts.gallery), gallery, h("button", { type: "button", onclick: mystery.draw }, texts.mystery), settings.button),
    settings.summary,
    like.place,
    filters.place,
    models,
    unusable.map(({ name, problem }) => h("p", { class: "faint" }, texts.galleryProblem(name, problem))),
  );
  like.drop(form);
  return [form, settings.dialog]; // the panel is a form of its own
}
