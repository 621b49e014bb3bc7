// Only some of a gallery's pictures: of some days, of a folder. What the gallery has is asked for when somebody opens this.

import { ask, h } from "./dom.js";
import { draft } from "./drafts.js";
import { texts } from "./texts.js";

// gallery: the list that one is chosen from.
export function filterFields(gallery) {
  const names = ["after", "before", "folder"];
  const kept = Object.fromEntries(names.map((name) => [name, draft(`filter ${name}`)]));
  const days = h("p", { class: "faint", id: "filter-days" });
  const folders = h("datalist", { id: "filter-folders" });
  const field = (name, more) => h("input", { id: `filter-${name}`, name, autocomplete: "off", placeholder: texts.filterExample[name], value: kept[name].read(), oninput: (event) => kept[name].keep(event.target.value), ...more });
  const fields = {
    after: field("after", { maxlength: 10, "aria-describedby": "filter-days" }),
    before: field("before", { maxlength: 10, "aria-describedby": "filter-days" }),
    folder: field("folder", { maxlength: 1000, list: "filter-folders" }),
  };
  const given = () => Object.fromEntries(names.map((name) => [name, fields[name].value.trim()]).filter(([, text]) => text));
  const place = h("details", { class: "filters", open: Object.keys(given()).length > 0, ontoggle: look },
    h("summary", {}, texts.filters),
    names.map((name) => h("div", { class: "filter" }, h("label", { for: `filter-${name}` }, texts.filter[name]), fields[name])),
    days,
    folders,
  );
  let looked = "";

  async function look() {
    if (!place.open || looked === gallery.value) return;
    looked = gallery.value;
    let there = { days: [], folders: [] };
    try {
      there = await ask("/api/filters", { gallery: looked });
    } catch {
      // whoever begins is told what is wrong with the gallery
    }
    days.textContent = there.days.length ? texts.filterDays(...there.days) : texts.filterDate;
    folders.replaceChildren(...there.folders.map((name) => h("option", { value: name })));
  }

  function clear() {
    for (const name of names) {
      fields[name].value = "";
      kept[name].drop();
    }
  }

  gallery.addEventListener("change", look);
  look();
  return { place, given, clear };
}
