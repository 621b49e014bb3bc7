// Which models a gallery is made with: what each profile needs, has and will take on the server's machine.

import { ask, h } from "./dom.js";
import { texts } from "./texts.js";

// `name` is the profile that is chosen.
export function profileChoice() {
  const list = h("div", { class: "profiles" }, h("p", { class: "waiting" }, texts.lookingAtModels));
  const element = h("fieldset", { class: "profile-choice" }, h("legend", {}, texts.models), list, h("p", { class: "faint" }, texts.timeMeasured));
  const choice = {
    element,
    name: "",
    async load() {
      const { profiles } = await ask("/api/profiles");
      const usable = ({ problem, lacking }) => !problem && !lacking.length;
      choice.name = profiles.find(usable)?.name ?? "";
      list.replaceChildren(...profiles.map((profile) => line(profile, usable(profile), choice)));
    },
  };
  return choice;
}

function line(profile, usable, choice) {
  const id = `profile-${profile.title}`;
  const radio = h("input", { type: "radio", name: "profile", id, value: profile.name, disabled: !usable, checked: profile.name === choice.name, "aria-describedby": `${id}-needs`, onchange: () => (choice.name = profile.name) });
  return h("div", { class: "profile" }, radio,
    h("div", {},
      h("label", { for: id }, h("strong", {}, profile.title), " ", texts.does(profile)),
      h("p", { id: `${id}-needs`, class: "faint" }, texts.needs(profile)),
    ),
  );
}
