// The file behind a result: its name, date and size, and what can be done with it: opened, kept, its path copied, its folder shown.

import { ask, h, original, show } from "./dom.js";
import { texts } from "./texts.js";

const KEYS = { o: "original", d: "download", c: "copy 0", f: "folder 0" };

export function fileView() {
  const facts = h("div", { class: "facts" });
  const status = h("p", { class: "faint said-of-file", role: "status" });
  const place = h("div", { class: "file" }, facts, status);
  let wanted = "";

  // Open and download are there at once; the rest when the server has said what it knows.
  async function draw(gallery, result) {
    const asked = `${gallery} ${result.id} ${result.gone}`;
    if (asked === wanted) return;
    wanted = asked;
    status.textContent = "";
    build(gallery, result, null);
    if (result.gone) return;
    try {
      const about = await ask(`/api/pictures/${encodeURIComponent(gallery)}/${result.id}`);
      if (asked === wanted) build(gallery, result, about);
    } catch (error) {
      if (asked !== wanted) return;
      status.textContent = error.message;
      wanted = ""; // asked again when it is looked at again
    }
  }

  function build(gallery, result, about) {
    const there = about ? about.files.some(({ state }) => state === "there") : !result.gone;
    const changed = about?.files.some(({ state }) => state === "changed");
    show(facts, [gallery, result.id, result.gone, about], () => [
      h("p", { class: "faint" }, about ? texts.fileFacts(about) : result.gone ? texts.goneFile : "\u00a0"),
      about && !there && h("p", { class: "problem" }, changed ? texts.changedFile : texts.missingFile),
      h("div", { class: "row" },
        there && h("a", { class: "button", "data-key": "original", href: original(gallery, result.id), target: "_blank", rel: "noopener" }, texts.openOriginal),
        there && h("a", { class: "button", "data-key": "download", href: `${original(gallery, result.id)}?download`, download: "" }, texts.download),
        about?.files.length === 1 && actions(gallery, result, about, 0)),
      about && (about.files.length === 1 ? about.files[0].path && h("p", { class: "path" }, about.files[0].path) : several(gallery, result, about)),
    ].flat());
  }

  function several(gallery, result, about) {
    return [
      h("p", { class: "faint" }, texts.severalFiles(about.files.length)),
      h("ul", { class: "files" }, about.files.map((file, number) => h("li", {},
        h("span", { class: "path" }, file.path ?? file.name, file.state !== "there" && h("small", {}, ` ${texts.fileState[file.state]}`)),
        h("span", { class: "row" }, actions(gallery, result, about, number))))),
    ];
  }

  function actions(gallery, result, about, number) {
    const { path, text, state } = about.files[number];
    return [
      path && text && h("button", { "data-key": `copy ${number}`, onclick: () => copy(path) }, texts.copyPath),
      about.desktop && state !== "missing" && h("button", { "data-key": `folder ${number}`, onclick: () => folder(gallery, result.id, number) }, texts.showFolder),
    ].filter(Boolean);
  }

  async function copy(path) {
    status.textContent = "";
    status.textContent = (await copied(path, place)) ? texts.pathCopied : texts.copyByHand(path);
  }

  async function folder(gallery, picture, file) {
    status.textContent = "";
    try {
      await ask("/api/folder", { gallery, picture, file });
      status.textContent = texts.folderShown;
    } catch (error) {
      status.textContent = error.message;
    }
  }

  // What a key does, if anything: a press of the button that does it.
  function key(pressed) {
    const button = KEYS[pressed] && place.querySelector(`[data-key="${KEYS[pressed]}"]`);
    return button ? () => button.click() : undefined;
  }

  return { place, draw, key };
}

// By the browser's own means; where it has none (a page that is not on this machine), by a field that is selected.
async function copied(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const before = document.activeElement;
    const field = h("textarea", { class: "unseen", value: text, "aria-hidden": "true", tabindex: -1 });
    place.append(field); // within the dialog: outside of it nothing can be selected
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus();
    return done;
  }
}
