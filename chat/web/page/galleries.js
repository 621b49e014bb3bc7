// The galleries (#/galleries): which there are, how far each is, and what can be done about it.

import { ask, h, say } from "./dom.js";
import { galleryCard } from "./gallery_card.js";
import { makingForm } from "./making.js";
import { texts } from "./texts.js";

export async function galleriesView(main) {
  const { galleries, manages } = await ask("/api/start");
  if (!manages) {
    main.replaceChildren(h("section", { class: "manage" },
      h("h1", {}, texts.galleries),
      h("ul", { class: "galleries" }, galleries.map(({ name, count, problem }) => h("li", { class: "gallery" }, h("strong", {}, name), h("small", {}, problem ? texts.cannotSearch(problem) : texts.pictures(count))))),
      h("p", { class: "faint" }, texts.notManaged),
    ));
    return () => {};
  }
  const list = h("ul", { class: "galleries", "aria-label": texts.galleries });
  const none = h("p", { class: "faint" }, texts.noneYet);
  const refused = h("p", { class: "problem", role: "alert" });
  const place = h("div", {});
  const cards = new Map(); // by the name of the gallery
  let known = [];
  let jobs = [];

  async function load() {
    const data = await ask("/api/galleries");
    [known, jobs] = [data.galleries, data.jobs];
    draw();
  }

  // A gallery that is being made has no more than its indexing, and one that could not be made no more than why.
  function draw() {
    const names = [...new Set([...known.map(({ name }) => name), ...jobs.map(({ gallery }) => gallery)])];
    for (const [name, { element }] of cards) {
      if (names.includes(name)) continue;
      element.remove();
      cards.delete(name);
    }
    names.forEach((name, at) => {
      if (!cards.has(name)) cards.set(name, galleryCard(name, { tried, into }));
      const card = cards.get(name);
      card.show(known.find((gallery) => gallery.name === name) ?? null, jobs.find(({ gallery }) => gallery === name) ?? null);
      if (list.children[at] !== card.element) list.insertBefore(card.element, list.children[at] ?? null);
    });
    none.hidden = names.length > 0;
  }

  function tell(now) {
    const ended = now.filter(({ gallery, phase }) => texts.ended[phase] && jobs.some((job) => job.gallery === gallery && !texts.ended[job.phase]));
    jobs = now;
    for (const { gallery, phase, problem } of ended) say(`${gallery}: ${texts.ended[phase]} ${problem}`);
    if (ended.length) load().catch(() => {}); // what has ended has changed its gallery
    else draw();
  }

  async function tried(action) {
    refused.textContent = "";
    try {
      await action();
      await load();
      return true;
    } catch (error) {
      refused.textContent = error.message;
      return false;
    }
  }

  // The form; of a gallery that is there, for another folder of it.
  const form = (gallery = "") => makingForm({ gallery, done: () => { fresh(); load().catch(() => {}); } });
  function fresh() {
    place.replaceChildren(form());
  }
  function into(gallery) {
    const chosen = form(gallery);
    place.replaceChildren(chosen);
    chosen.scrollIntoView({ block: "start" });
    chosen.querySelector("button, input")?.focus();
  }

  main.replaceChildren(h("section", { class: "manage" }, h("h1", {}, texts.galleries), refused, none, list, place));
  fresh();
  await load();
  const events = new EventSource("/api/galleries/events");
  events.onmessage = ({ data }) => {
    if (refused.textContent === texts.goesOnByItself) refused.textContent = "";
    tell(JSON.parse(data).jobs);
  };
  events.onerror = () => (refused.textContent = texts.goesOnByItself);
  return () => events.close();
}
