"""Who answers: a person, by way of an interrupt, or the simulated user, a vision model that looks at the target.

A person is asked with a JSON payload and resumes with a JSON value:

    {"kind": "question", "round": 3, "question": "..."}                           {"text": "..."}       an answer
    {"kind": "question", "round": 3, "question": "", "words": ["..."]}            {"text": "..."}       a word that fits, or other words
    {"kind": "difference", "round": 3, "question": "...", "painting": "<path>"}   {"skip": true}        no answer
                                                                                  {"accept": "<id>"}    that result is the picture
Where a server shows pictures, the payload has links: "results", those of the newest page, best first, and "link", the painting.
An answer, or none, may carry marks on what was shown: "more_like": ["<id>", ...] and "not_these": ["<id>", ...]; and "show_again": true, by
which what was shown before counts as not shown. It may carry corrections of what is understood: "description": "...", "prompt": "..." (of
the painting) and "ruled_out": ["...", ...], the whole list of what the picture does not show. An answer beside a correction is worked into
the corrected text. A reply of nothing but marks and corrections is a click: whoever gives it wants the next page at once, and is asked
nothing more in this round.

A bare text is taken as an answer. What is none of these, names a result that was not shown, or is longer than the models read at a time, is
asked for again, with "problem" in the payload: were it an error, it would be replayed whenever the conversation is resumed.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

from ..errors import InputError
from ..plain import cleaned
from ..store.conversations.paintings import painting_file
from ..store.pictures import open_picture
from .differences import clauses
from .models.retrying import reply_or_nothing
from .rewriting.writing import LONGEST_RULED_OUT, MOST_RULED_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from ..contracts import EarlierRound, UserReply, VisionModel
    from ..prompts.library import PromptLibrary
    from ..store.conversations.paintings import Paintings

LONGEST = 500  # characters of a description or an answer
NOTHING_DESCRIBED = "the description is empty: say in a few words what the picture shows"
MARKS = ("more_like", "not_these")
SHOW_AGAIN = "show_again"
TEXTS = ("description", "prompt")  # what a person may word anew
RULED_OUT = "ruled_out"
CORRECTIONS = (*TEXTS, RULED_OUT)
UNASKED = {*MARKS, SHOW_AGAIN, *CORRECTIONS}  # what may be said beside an answer, or without one


@dataclass(frozen=True)
class Person:
    """Stops the graph until somebody answers. gallery: whose pictures have links, where a server shows them."""

    paintings: Paintings
    gallery: str = ""

    def answer(self, question: str, earlier: Sequence[EarlierRound]) -> UserReply:
        return _await_reply({"kind": "question", "round": len(earlier), "question": question, **self._results(earlier)}, _shown(earlier))

    def offer(self, words: Sequence[str], earlier: Sequence[EarlierRound]) -> UserReply:
        asked = {"kind": "question", "round": len(earlier), "question": "", "words": list(words), **self._results(earlier)}
        return _await_reply(asked, _shown(earlier))

    def compare(self, question: str, painting: str, earlier: Sequence[EarlierRound]) -> UserReply:
        asked = {
            "kind": "difference",
            "round": len(earlier),
            "question": question,
            "painting": painting,
            **self._linked(painting),
            **self._results(earlier),
        }
        return _await_reply(asked, _shown(earlier))

    def _linked(self, painting: str) -> dict[str, str]:
        link = self.paintings.link(Path(painting))
        return {"link": link} if link else {}

    def _results(self, earlier: Sequence[EarlierRound]) -> dict[str, Any]:
        """The newest page by links, best first."""
        page = earlier[-1]["results"] if earlier else ()
        links = [self.paintings.picture_link(self.gallery, result["id"]) for result in page]
        return {"results": links} if any(links) else {}

    def point(self, results: Sequence[tuple[str, str]]) -> UserReply:
        """Nothing: a person points when they like, and is not asked to (`graph/injection.py`, Clicked)."""
        return {"text": "", "accepted": None}


@dataclass(frozen=True)
class SimulatedUser:
    """The paper's stand-in for a person. The one place where the target is looked at; it never accepts, so that all rounds are run."""

    vision: VisionModel
    prompts: PromptLibrary
    target: Path

    def answer(self, question: str, earlier: Sequence[EarlierRound]) -> UserReply:
        return {"text": self.says(question, self.target), "accepted": None}

    def offer(self, words: Sequence[str], earlier: Sequence[EarlierRound]) -> UserReply:
        """Nothing: whoever is simulated is asked."""
        return {"text": "", "accepted": None}

    def compare(self, question: str, painting: str, earlier: Sequence[EarlierRound]) -> UserReply:
        return {"text": self.differences(painting_file(painting), self.target), "accepted": None}

    def point(self, results: Sequence[tuple[str, str]]) -> UserReply:
        """The one with the fewest differences, of equal ones the better placed. It errs as the vision model errs; one of which that says
        nothing is not pointed at as long as there is another."""
        told = together(lambda path: self.differences(path, self.target), [Path(path) for _, path in results])
        nearest = min(range(len(results)), key=lambda place: (not told[place], clauses(told[place]), place))
        return {"text": "", "accepted": None, "more_like": [results[nearest][0]]}

    def says(self, question: str, picture: Path) -> str:
        """What the vision model answers of a picture; nothing when it fails."""
        return reply_or_nothing(self.vision.reply, self.prompts.render("answer", question=question), [open_picture(picture)])

    def differences(self, picture: Path, wanted: Path) -> str:
        """What the vision model finds wrong with a picture that was to look like another; nothing when it fails."""
        return reply_or_nothing(self.vision.reply, self.prompts.render("differences"), [open_picture(picture), open_picture(wanted)])


def together(say: Callable[[Path], str], paths: Sequence[Path]) -> list[str]:
    """What a model says of each picture. It is asked at the same time, so that it can answer them together."""
    with ThreadPoolExecutor(len(paths)) as threads:
        asked = [threads.submit(copy_context().run, say, path) for path in paths]
    return [one.result() for one in asked]


def parse_resume_value(value: Any, shown: Collection[str] | None = None) -> UserReply:
    """What a resume value means. Raises InputError when it means nothing, is too long, or names another id than those ``shown``."""
    match value:
        case dict() if UNASKED & value.keys():
            said: dict[str, Any] = {mark: _ids(value[mark]) for mark in MARKS if mark in value}
            rest = {key: item for key, item in value.items() if key not in UNASKED}
            for id_ in (id_ for ids in said.values() for id_ in ids):
                _refuse_unseen(id_, shown)
            if _yes(value.get(SHOW_AGAIN, False)):
                said[SHOW_AGAIN] = True
            said |= {name: _worded(name, value[name]) for name in TEXTS if name in value}
            if RULED_OUT in value:
                said[RULED_OUT] = _ruled_out(value[RULED_OUT])
            return {**parse_resume_value(rest or None, shown), **said}  # type: ignore[typeddict-item]
        case str(text) | {"text": str(text)}:
            return {"text": typed_text(text), "accepted": None}
        case None | {"skip": True}:
            return {"text": "", "accepted": None}
        case {"accept": str(result)} if result:
            _refuse_unkeepable(result)
            _refuse_unseen(result, shown)
            return {"text": "", "accepted": result}
    raise InputError('Not understood; expected {"text": "..."}, {"skip": true} or {"accept": "<id>"}.')


def is_click(value: Any) -> bool:
    """Whether a resume value is a click: it says something that nobody asked, and answers or skips nothing."""
    return isinstance(value, dict) and value.keys() <= UNASKED and says_unasked(value)


def says_unasked(reply: Mapping[str, Any]) -> bool:
    """Whether a reply says something beside an answer. An empty list of what is ruled out says something: nothing is, any more."""
    return any(reply.get(name) for name in UNASKED) or RULED_OUT in reply


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"Not understood; expected true or false for {SHOW_AGAIN}, got {value!r:.80}.")
    return value


def _ids(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(id_, str) and id_ for id_ in value):
        raise InputError(f"Not understood; expected a list of ids for {' and '.join(MARKS)}, got {value!r:.80}.")
    for id_ in value:
        _refuse_unkeepable(id_)
    return value


def _worded(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InputError(f"Not understood; expected a text for {name}, got {value!r:.80}.")
    if not (text := typed_text(value)):
        raise InputError(f"The {name} is empty; say in a few words what the picture shows.")
    return text


def _ruled_out(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise InputError(f"Not understood; expected a list of texts for {RULED_OUT}, got {value!r:.80}.")
    texts = list(dict.fromkeys(map(typed_text, value)))
    if len(texts) > MOST_RULED_OUT:
        raise InputError(f"That rules out {len(texts)} things; at most {MOST_RULED_OUT} can be.")
    if long := [text for text in texts if len(text) > LONGEST_RULED_OUT]:
        raise InputError(f"{long[0][:20]!r}... is {len(long[0])} characters long; say what is ruled out in at most {LONGEST_RULED_OUT}.")
    return texts


def _shown(earlier: Sequence[EarlierRound]) -> set[str]:
    return {result["id"] for record in earlier for result in (*record["results"], *record.get("further", ()))}


def _refuse_unseen(id_: str, shown: Collection[str] | None) -> None:
    if shown is not None and id_ not in shown:
        raise InputError(f"{id_!r:.80} is no result of this conversation; expected the id of one that was shown.")


def typed_text(text: str) -> str:
    """What a person typed, as it is kept: one clean line. Raises InputError for a text that the models would not read to its end, or that
    cannot be kept as it is."""
    if len(text.strip()) > LONGEST:
        raise InputError(f"That is {len(text.strip())} characters long; say it in at most {LONGEST}.")
    _refuse_unkeepable(text)
    return cleaned(text)


def _refuse_unkeepable(text: str) -> None:
    """Halves of characters cannot be written to any file or answer, and control characters make terminals do things."""
    for place, letter in enumerate(text, 1):
        if (kind := category(letter)) == "Cs" or (kind == "Cc" and not letter.isspace()):
            raise InputError(f"Character {place} (U+{ord(letter):04X}) cannot be kept, it is no text; leave it out.")


def _await_reply(payload: dict[str, Any], shown: Collection[str]) -> UserReply:
    from langgraph.types import interrupt  # whoever only reads what was typed does without LangGraph

    asked = payload
    while True:
        value = interrupt(asked)
        try:
            return parse_resume_value(value, shown)
        except InputError as error:
            asked = {**payload, "problem": str(error)}
