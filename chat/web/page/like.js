// Begin with a picture: a file that is chosen or dropped on the form, or a picture of a gallery that the address names (#/?like=gallery/id).

import { h, picture } from "./dom.js";
import { texts } from "./texts.js";

// gallery, description: the fields of the form.
export function likeField(gallery, description) {
  const file = h("input", { type: "file", id: "like", accept: "image/*,.heic,.heif,.avif,.tif,.tiff", class: "unseen", onchange: () => choose(file.files[0] ?? null) });
  const shown = h("div", { class: "like-shown", hidden: true });
  const label = h("label", { class: "button", for: "like" }, texts.beginLike);
  const place = h("div", { class: "like-picture" }, shown, label, file);
  let preview = ""; // the address of the chosen file in this browser
  const like = { place, file: null, id: "", given: () => like.file || like.id, drop };
  named();

  // Only files are taken from what is dragged over the form.
  function drop(form) {
    form.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("taking");
    });
    form.addEventListener("dragleave", () => form.classList.remove("taking"));
    form.addEventListener("drop", (event) => {
      form.classList.remove("taking");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      choose(event.dataTransfer.files[0]);
    });
  }

  function named() {
    const [name, id] = decodeURIComponent(location.hash.split("?like=")[1] ?? "").split("/");
    if (!id || ![...gallery.options].some(({ value, disabled }) => value === name && !disabled)) return;
    gallery.value = name;
    like.id = id;
    draw();
  }

  function choose(chosen) {
    [like.file, like.id] = [chosen, ""];
    draw();
  }

  function draw() {
    const there = Boolean(like.given());
    description.required = !there;
    shown.hidden = !there;
    label.hidden = file.disabled = there;
    URL.revokeObjectURL(preview);
    preview = like.file ? URL.createObjectURL(like.file) : "";
    shown.replaceChildren(...(there ? [
      h("img", { src: preview || picture(gallery.value, like.id), alt: texts.likeThis, width: 72, height: 72, onerror: (event) => event.target.remove() }), // no browser shows every kind of file
      like.file && h("span", {}, texts.likeFile(like.file.name)),
      h("span", { class: "faint" }, texts.wordsBeside),
      h("button", { type: "button", class: "plain", "aria-label": texts.withoutPicture, onclick: () => { file.value = ""; choose(null); description.focus(); } }, "✕"),
    ].filter(Boolean) : []));
    if (there) description.focus();
  }

  gallery.addEventListener("change", () => like.id && choose(null)); // it is a picture of the other gallery
  return like;
}
