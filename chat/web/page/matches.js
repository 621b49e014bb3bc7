// What a result matches, in words: what was first said or shown, what was answered since, what was pointed at, or the painting.

import { texts } from "./texts.js";

const answered = ({ answer, critique }) => answer.text || critique?.reply.text;
const pointed = ({ answer, critique }) => [answer, critique?.reply].some((reply) => reply?.more_like?.length || reply?.not_these?.length);

export function matches(state, record, result) {
  const said = state.rounds.slice(1, record.round + 1);
  if (result.source === "image") return texts.matches.painting;
  if (said.some(answered)) return texts.matches.answers;
  if (said.some(pointed)) return texts.matches.clicks;
  if (!state.like) return texts.matches.words;
  return state.description ? texts.matches.both : texts.matches.picture;
}
