// The start: describe a picture, take a mystery, or go on with an earlier conversation.

import { ask, h, picture } from "./dom.js";

export async function startView(main) {
  const { galleries, conversations } = await ask("/api/start");
  const problem = h("p", { class: "problem", role: "alert" });
  const gallery = h("select", { id: "gallery", name: "gallery" }, galleries.map(({ name, count }) => h("option", { value: name }, `${name} (${count} pictures)`)));
  const kept = localStorage.getItem("gallery");
  if (galleries.some(({ name }) => name === kept)) gallery.value = kept;
  const description = h("input", { id: "description", name: "description", maxlength: 500, required: true, autocomplete: "off", placeholder: "a fish on a meadow", "aria-describedby": "description-help" });
  let hunted = "";

  async function begin(event) {
    event.preventDefault();
    problem.textContent = "";
    localStorage.setItem("gallery", gallery.value);
    try {
      const { id } = await ask("/api/conversations", { gallery: gallery.value, description: description.value, hunted });
      location.hash = `#/${id}`;
    } catch (error) {
      problem.textContent = error.message;
    }
  }

  const mystery = h("div", { class: "mystery", hidden: true });
  async function draw() {
    problem.textContent = "";
    try {
      ({ hunted } = await ask("/api/mystery", { gallery: gallery.value }));
    } catch (error) {
      problem.textContent = error.message;
      return;
    }
    mystery.hidden = false;
    mystery.replaceChildren(
      h("img", { src: picture(gallery.value, hunted, true), alt: "The mystery picture that you are to find", width: 220, height: 220 }),
      h("div", {}, h("h2", {}, "Find this one"), h("p", {}, "Only you see it. Describe it in a few words, then answer what you are asked."), h("button", { type: "button", class: "plain", onclick: draw }, "Another one"), h("button", { type: "button", class: "plain", onclick: forget }, "None")),
    );
    description.placeholder = "begin with a few words, not with all of it";
    description.focus();
  }
  function forget() {
    hunted = "";
    mystery.hidden = true;
    description.focus();
  }
  gallery.addEventListener("change", forget);

  const form = h("form", { class: "begin", onsubmit: begin },
    h("label", { for: "description", class: "unseen" }, "What does the picture show?"),
    h("div", { class: "line" }, description, h("button", { class: "main" }, "Find it")),
    h("p", { id: "description-help", class: "faint" }, "A few words are enough. You will be asked the rest."),
    problem,
    mystery,
    h("div", { class: "choices" }, h("label", { for: "gallery" }, "Gallery"), gallery, h("button", { type: "button", onclick: draw }, "Mystery postcard")),
  );
  main.replaceChildren(
    h("section", { class: "hero" },
      h("h1", {}, "Which picture do you have in mind?"),
      galleries.length ? form : h("p", { role: "alert" }, "There is no gallery yet. Make one in a terminal: dir-tir index FOLDER --gallery NAME"),
    ),
    h("section", { class: "past", "aria-labelledby": "past-title", hidden: !conversations.length },
      h("h2", { id: "past-title" }, "Your conversations"),
      h("ul", {}, conversations.map((talk) => h("li", {}, line(talk)))),
    ),
  );
  description.focus();
}

function line(talk) {
  const rounds = `${talk.rounds} ${talk.rounds === 1 ? "round" : "rounds"}`;
  const end = talk.found ? `found after ${rounds}` : talk.finished ? "rounds used up" : `goes on after ${rounds}`;
  return h("a", { href: `#/${talk.id}`, class: "past-talk" },
    talk.picture ? h("img", { src: picture(talk.gallery, talk.picture), alt: "", width: 64, height: 64, loading: "lazy" }) : h("span", { class: "no-picture" }),
    h("span", {}, h("strong", {}, talk.description), h("small", {}, `${talk.mystery ? "mystery, " : ""}${end}, ${new Date(talk.begun).toLocaleString()}`)),
  );
}
