// What comes after the ten of a page, in the same order: ten more at a time, without an answer.

import { h, show } from "./dom.js";
import { aspectOf, layOut } from "./grid.js";
import { texts } from "./texts.js";

const TEN = 10;

// All that is shown of a round.
export const shownOf = (record) => (record ? [...record.results, ...record.further] : []);

// tile: makes one of a result and its place. key: what else a tile depends on.
export function furtherView(talk, marking, tile) {
  const place = h("div", { class: "further" });
  let from = -1; // where the first of those asked for will stand

  const more = (key) => h("button", { "data-key": key, onclick: () => { from = place.querySelectorAll(".cell").length; talk.more(); } }, texts.tenMore);
  const tens = (record) => Array.from({ length: Math.ceil(record.further.length / TEN) }, (_, ten) => record.further.slice(ten * TEN, (ten + 1) * TEN));

  function draw(record, key) {
    show(place, [record.round, record.further, key, marking()], () => record.further.length > 0 && [
      ...tens(record).map((results, ten) => h("ol", { class: "grid", "aria-label": texts.furtherResults }, results.map((result, at) => tile(record, result, (ten + 1) * TEN + at)))),
      marking() && h("div", { class: "actions" }, more("more below")),
    ]);
  }

  // Who asked for them goes on with the first of them.
  function fit(found, record) {
    if (!record) return;
    tens(record).forEach((results, ten) => layOut(found, place.querySelectorAll("ol")[ten], results.map(aspectOf), false));
    const first = from < 0 ? null : place.querySelectorAll(".tile")[from];
    if (!first) return;
    from = -1;
    first.focus();
    first.scrollIntoView({ block: "center" });
  }

  return { place, draw, fit, button: () => more("more") };
}
