// One gallery: what it is, how far its indexing is, and what can be done.

import { ask, h, show } from "./dom.js";
import { agreed } from "./question.js";
import { kept } from "./drafts.js";
import { texts } from "./texts.js";

// page: `tried` runs an action and shows why it was refused; `into` chooses another folder for a gallery.
export function galleryCard(name, page) {
  const address = `/api/galleries/${encodeURIComponent(name)}`;
  const about = h("div", { class: "about" });
  const bar = h("progress", { "aria-label": texts.progressOf(name) });
  const words = h("p", { class: "faint" });
  const outcome = h("div", { class: "outcome" });
  const stop = h("button", { type: "button", onclick: () => page.tried(() => ask(`${address}/stop`, {})) }, texts.stop);
  const work = h("div", { hidden: true }, bar, h("div", { class: "row" }, words, h("span", { class: "gap" }), stop));
  const actions = h("div", { class: "row" });
  const element = h("li", { class: "gallery" }, h("h2", {}, name), about, work, outcome, actions);
  let gallery = null;
  let job = null;

  const update = (more = {}) => page.tried(() => ask(`${address}/update`, more));
  const up = (folder) => (folder ? update({ folder }) : page.into(name));

  async function remove() {
    if (await agreed(texts.deleteGallery(name), texts.deleteGalleryMeans(gallery.count, gallery.conversations), texts.delete)) await page.tried(() => ask(`${address}/delete`, {}));
  }

  const running = () => job && !texts.ended[job.phase];

  function drawGallery() {
    about.replaceChildren(
      h("p", {}, texts.galleryFacts(gallery)),
      ...gallery.folders.map((folder) => h("p", { class: "folder-path" }, folder)),
      ...(gallery.problem ? [h("p", { class: "problem" }, gallery.problem)] : []),
      ...(!gallery.finished && !gallery.problem && !running() ? [h("p", { class: "problem" }, texts.unfinished)] : []),
    );
    show(actions, [gallery, running()], () => [
      gallery.count && !gallery.problem && h("a", { class: "button main", href: "#/", onclick: () => kept("gallery").keep(name), "data-key": "search" }, texts.searchIn),
      ...(gallery.folders.length ? gallery.folders : [""]).map((folder) => h("button", { type: "button", "data-key": `up ${folder}`, onclick: () => up(folder) }, gallery.folders.length > 1 ? texts.bringFolder(folder) : gallery.finished ? texts.bringUpToDate : texts.goOn)),
      h("button", { type: "button", class: "plain", "data-key": "add", onclick: () => page.into(name) }, texts.addFolder),
      h("button", { type: "button", class: "plain", "data-key": "delete", onclick: remove }, texts.deleteIt),
    ]);
  }

  function drawJob() {
    if (running()) {
      words.textContent = texts.working(job);
      stop.disabled = job.stopping;
      if (job.total) [bar.max, bar.value] = [job.total, job.done];
      else bar.removeAttribute("value");
    }
    const { outcome: done, problem, phase } = job ?? {};
    show(outcome, [phase, done, problem], () => (texts.ended[phase] ? [
      h("p", { class: problem ? "problem" : "faint" }, `${texts.ended[phase]} ${problem || texts.outcome(done)}`),
      done?.left_out > 0 && h("details", {}, h("summary", {}, texts.leftOut(done.left_out)), h("ul", {}, done.named.map((line) => h("li", {}, line)))),
      done?.vanished && h("p", {}, texts.vanished(done.vanished)),
      done?.vanished && h("button", { type: "button", "data-key": "vanished", onclick: () => update({ folder: job.folder, remove: true }) }, texts.removeVanished),
    ] : []));
  }

  return {
    element,
    // now: the gallery, or nothing while there is none yet. work: its indexing, if there is one.
    show(now, indexing) {
      [gallery, job] = [now, indexing];
      work.hidden = !running();
      actions.hidden = !gallery || running();
      if (gallery) drawGallery();
      drawJob();
    },
  };
}
