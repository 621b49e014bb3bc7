// Making elements, asking the server, and saying aloud what has changed.

import { texts } from "./texts.js";

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "open") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const $ = (id) => document.getElementById(id);

export function ask(path, body) {
  return answerOf(path, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

// The same with a file as the body.
export const send = (path, file) => answerOf(path, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });

async function answerOf(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error(texts.serverAway);
  }
  const text = await answer.text();
  let data = {};
  try {
    data = JSON.parse(text);
  } catch {
    data = { problem: text };
  }
  if (!answer.ok) throw new Error(data.problem || texts.serverSaid(answer.status));
  return data;
}

// Why the server gives no stream of events, in its words; nothing when it gives one, or does not answer.
export async function refusal(path) {
  try {
    const answer = await fetch(path);
    if (!answer.ok) return (await answer.json()).problem;
    await answer.body.cancel();
  } catch {
    return "";
  }
  return "";
}

export function say(text) {
  const status = $("status");
  if (status.textContent !== text) status.textContent = text;
}

export const picture = (gallery, id, large = false) => `/pictures/${encodeURIComponent(gallery)}/${id}${large ? "?large" : ""}`;

export const original = (gallery, id) => `/originals/${encodeURIComponent(gallery)}/${id}`;

// The start, with this picture to begin with.
export const likeAddress = (gallery, id) => `#/?like=${encodeURIComponent(gallery)}/${id}`;

// Of a round that was asked again there may be several, each of a prompt of its own.
export const painting = (state, round, prompt) => `/paintings/${state.id}/${round}?${encodeURIComponent(prompt)}`;

// Rebuilds `place` only when what it shows has changed; the focus stays. Nothing that is typed into is built like this.
const shown = new WeakMap();
export function show(place, key, build) {
  const text = JSON.stringify(key);
  if (shown.get(place) === text) return;
  shown.set(place, text);
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  place.replaceChildren(...[build()].flat().filter(Boolean));
  // Without scrolling: what was far down may be drawn anew just after something above came into sight.
  if (focused) place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
