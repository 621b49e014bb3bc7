// The settings of the next conversation, as the server lists them, kept in this browser. What is as the server has it is not kept.

import { h } from "./dom.js";
import { kept } from "./drafts.js";
import { texts } from "./texts.js";

// fields: of the server. gallery: the list that one is chosen from; galleries: what is known of each, with the profiles it can be searched by.
export function settingsPanel(fields, gallery, galleries) {
  const store = kept("settings");
  let chosen = read(store);
  const profiles = () => galleries.find(({ name }) => name === gallery.value)?.profiles ?? [];

  // What there is no field for, and what no profile of this gallery is called, is not sent.
  function given() {
    const known = fields.filter(({ name, default: standing }) => name in chosen && chosen[name] !== standing).map(({ name }) => [name, chosen[name]]);
    const profile = profiles().slice(1).find(({ name, fetch }) => name === chosen.profile && !fetch);
    return Object.fromEntries(profile ? [...known, ["profile", profile.name]] : known);
  }
  function choose(name, value) {
    chosen = { ...chosen, [name]: value };
    store.keep(JSON.stringify(chosen));
    tell();
  }
  function reset() {
    chosen = {};
    store.drop();
    build();
    tell();
  }

  const body = h("div", { class: "settings-list" });
  const dialog = h("dialog", { class: "settings", "aria-labelledby": "settings-title" },
    h("h2", { id: "settings-title" }, texts.settings),
    h("p", { class: "faint" }, texts.settingsFor),
    h("form", { method: "dialog", onsubmit: tell }, body,
      h("div", { class: "row" }, h("button", { type: "button", class: "plain", onclick: reset }, texts.toDefaults), h("span", { class: "gap" }), h("button", { class: "main" }, texts.done))),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  const button = h("button", { type: "button", "aria-haspopup": "dialog", onclick: () => { build(); dialog.showModal(); } }, texts.settings);
  const summary = h("p", { class: "faint", id: "settings-chosen" });

  function build() {
    const choices = profiles();
    body.replaceChildren(...(choices.length > 1 ? [profileField(choices, chosen.profile, (name) => choose("profile", name))] : []), ...fields.map((field) => row(field, chosen[field.name] ?? field.default, (value) => choose(field.name, value))));
  }
  function tell() {
    const all = Object.entries(given()).map(([name, value]) => texts.setTo(name, value));
    summary.textContent = all.length ? texts.settingsChosen(all) : "";
  }
  gallery.addEventListener("change", tell);
  tell();
  return { button, summary, dialog, given };
}

function read(store) {
  try {
    return JSON.parse(store.read() || "{}") ?? {};
  } catch {
    return {};
  }
}

const labelled = (id, name, words, input) => h("div", { class: "setting" }, h("label", { for: id }, name), input, h("p", { class: "faint", id: `${id}-words` }, words));

function row(field, value, choose) {
  const { name, type, low, high, choices, words } = field;
  const id = `setting-${name}`;
  const common = { id, "aria-describedby": `${id}-words` };
  const title = texts.settingName(name);
  if (type === "bool") return labelled(id, title, words, h("input", { ...common, type: "checkbox", checked: value === true, onchange: (event) => choose(event.target.checked) }));
  if (choices.length) return labelled(id, title, words, h("select", { ...common, onchange: (event) => choose(event.target.value) }, choices.map((one) => h("option", { value: one, selected: one === value }, one))));
  if (type === "str") return labelled(id, title, words, h("input", { ...common, value, maxlength: 40, autocomplete: "off", onchange: (event) => choose(event.target.value.trim()) }));
  // What is no number of the range stays in its field, which says so, and is not kept.
  const typed = (event) => event.target.reportValidity() && event.target.value !== "" && choose(Number(event.target.value));
  return labelled(id, title, words, h("input", { ...common, type: "number", value, min: low, max: high, step: type === "int" ? 1 : "any", required: true, onchange: typed }));
}

function profileField(choices, chosen, choose) {
  const id = "setting-profile";
  const select = h("select", { id, "aria-describedby": `${id}-words`, onchange: (event) => choose(event.target.value) },
    choices.map((profile, at) => h("option", { value: profile.name, disabled: at > 0 && profile.fetch > 0, selected: profile.name === chosen }, texts.profileChoice(profile, at === 0))));
  const row = labelled(id, texts.settingName("profile"), texts.profileWords, select);
  row.classList.add("wide");
  return row;
}
