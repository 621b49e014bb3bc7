"""A text is worked over by a language model until a reply stands, and stays as it was where none does."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from ...plain import shown
from ..models.retrying import reply_or_nothing
from .checks import (
    EMPTY,
    FACTS_LOST,
    INVENTED,
    NO_DESCRIPTION,
    fault_of,
    new_words,
    says_less,
    still_ruled_out,
    tells_nothing,
    worth_joining,
)
from .denials import affirmed, asks_yes_or_no, denials
from .leaving_out import without_denied
from .wishes import wishes
from .words import facts, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...contracts import LanguageModel
    from ...prompts.asking import Asking
    from .denials import Denial
log = logging.getLogger(__name__)

TRIES = 3  # the first as the profile says, the others drawn: a model that takes the likeliest word would say the same again
MOST_RULED_OUT = 20
LONGEST_RULED_OUT = 80  # characters of each
NOT = "Not:"  # what follows it in a reply is ruled out, with semicolons between
UNCHANGED = "unchanged"  # the whole of a reply by which the text stays as it was
_NOT = re.compile(r"[\s.;,|]*\bNot(?: in the picture| shown| there)?:\s*(?P<listed>.*)$", re.DOTALL)


class Reader(Protocol):
    """What a search knows of texts (`tools/search/search.py`)."""

    def alike(self, one: str, other: str) -> float: ...

    def reads(self, text: str) -> bool: ...


Writer = Literal["model", "joined", "kept", "person"]


@dataclass(frozen=True)
class Rewritten:
    """What came of it: the text, what is ruled out beside it, who wrote the text, and why replies were turned down (codes of `checks`)."""

    text: str
    ruled_out: list[str]
    by: Writer
    faults: list[str]


def rewritten(
    llm: LanguageModel | None,
    asking: Asking,
    old: str,
    ruled_out: Sequence[str],
    said: str,
    question: str = "",
    search: Reader | None = None,
) -> Rewritten:
    """``old`` with what was ``said`` (to ``question``) worked in, as the model replies to ``asking``.

    When every reply is turned down, or there is no model, the old text stays: joined with what was said where that does no harm.
    ``search``: who reads the text afterwards, and so can tell whether two texts say the same, and whether it knows the words of one.
    """
    if tells_nothing(said, question):
        return Rewritten(old, _all_ruled_out(old, old, ruled_out, [], said, question, search), "kept", [])
    if llm is None:
        return kept(old, ruled_out, said, question, search)
    if asking.form.addition:
        return _with_addition(llm, asking, old, ruled_out, said, question, search)
    faults: list[str] = []
    unread = search is not None and not search.reads(old)  # to an encoder all such texts are alike, so nothing of one may go
    alike = partial(_alike, search) if search and not unread else None
    for number in range(TRIES):
        said_by_model = reply_or_nothing(partial(asking.reply, again=number), llm)
        text, listed = apart(said_by_model, old)
        fault = fault_of(text, old, said, question, alike)
        if not fault and search and not all(map(search.reads, new_words(text, old, said, question))):
            fault = NO_DESCRIPTION  # it made words up
        if not fault and unread and not set(facts(old)) <= set(facts(text)):
            fault = FACTS_LOST
        if not fault:
            if _telling(text) == _telling(old) or says_less(text, old, said, question):
                text = old  # nothing new
            return Rewritten(text, _all_ruled_out(text, old, ruled_out, listed, said, question, search), "model", faults)
        faults.append(fault)
        if fault == EMPTY:  # it has been asked again already
            break
    return kept(old, ruled_out, said, question, search, faults)


def _with_addition(
    llm: LanguageModel, asking: Asking, old: str, ruled_out: Sequence[str], said: str, question: str, search: Reader | None
) -> Rewritten:
    """``old`` less what was denied of it, joined with what the model makes of what was said. Nothing else can go, so that a reply only must
    not make anything up, and must leave out nothing. Where it does, what was said is joined as it is: asking again would gain little."""
    if old == said or not (facts(affirmed(said)) or asks_yes_or_no(question)) or set(facts(said)) <= set(facts(old)):
        return kept(old, ruled_out, said, question, search)
    reply, listed = apart(reply_or_nothing(asking.reply, llm), "")
    addition = reply.rstrip(" .")
    text = f"{without_denied(old, _read(said, question, search))}, {addition}" if addition else ""
    there, spoken_of = set(facts(addition)), set(facts(f"{question} {said}"))
    fault = fault_of(text, old, said, question)
    if not fault and not there <= spoken_of:
        fault = INVENTED
    if not fault and not set(facts(affirmed(said))) <= there:
        fault = FACTS_LOST
    if not fault:
        return Rewritten(text, _all_ruled_out(text, old, ruled_out, listed, said, question, search), "model", [])
    wished = [part for part in wishes(said) if worth_joining(part) and not set(facts(part)) <= set(facts(old))]
    if not wished:
        return kept(old, ruled_out, said, question, search, [fault])
    text = ", ".join((old, *wished))
    return Rewritten(text, _all_ruled_out(text, old, ruled_out, [], said, question, search), "joined", [fault])


def kept(
    old: str, ruled_out: Sequence[str], said: str, question: str = "", search: Reader | None = None, faults: Sequence[str] = ()
) -> Rewritten:
    """``old`` as it was, joined with what was ``said`` where that does no harm: for when no reply of a model stands, or none came.
    Of a text that is itself what was said, as a first description is, only what it affirms; of another not what a plain reading is sure
    was denied."""
    joins = not set(facts(said)) <= set(facts(old)) and worth_joining(said, question) and (search is None or search.reads(said))
    text = (
        f"{old}, {said.rstrip('.')}"
        if joins
        else (affirmed(old) or old)
        if old == said
        else without_denied(old, _read(said, question, search))
    )
    return Rewritten(text, _all_ruled_out(text, old, ruled_out, [], said, question, search), "joined" if joins else "kept", list(faults))


def apart(reply: str, old: str) -> tuple[str, list[str]]:
    """A reply as its text, which is ``old`` where it says that nothing changes, and what it says is ruled out."""
    listed = _NOT.search(reply)
    text = reply[: listed.start()].rstrip() if listed else reply
    if text.strip(" \t\n.\"'*").lower() == UNCHANGED:
        text = old
    if not listed:
        return text, []
    parts = (
        re.sub(r"^(?:no|not|without)\s+", "", part.strip(" .,-*\"'"), flags=re.IGNORECASE)
        for part in re.split(r"[;\n]|, ", listed["listed"])
    )
    return text, [part for part in parts if facts(part)]


def _telling(text: str) -> list[str]:
    """The words that may say something of a picture, as they stand there: boats are not one boat."""
    return [word for word in words(text) if facts(word)]


def _alike(search: Reader, one: str, other: str) -> float:
    """How far two texts say the same. Of one on which the encoder fails that is not known; who searches for it is told so."""
    try:
        return search.alike(one, other)
    except Exception:  # a library's
        log.warning("the encoder fails on %s", shown(one, 200))
        return 0.0


def _all_ruled_out(
    text: str, old: str, before: Sequence[str], listed: Sequence[str], said: str, question: str, search: Reader | None
) -> list[str]:
    """What is ruled out from now on: a model may only add what somebody spoke of, and what the text says is none of it. What a plain
    reading is sure of is added where the model forgot it."""
    spoken_of = set(facts(f"{said} {question} {old}"))
    listed = [one for one in listed if set(facts(one)) <= spoken_of and len(one) <= LONGEST_RULED_OUT]
    read = [denial.text for denial in _read(said, question, search) if not denial.placed and (denial.whole or denial.of)]
    return still_ruled_out([*before, *listed, *read], text)[-MOST_RULED_OUT:]


def _read(said: str, question: str, search: Reader | None) -> list[Denial]:
    """What a plain reading finds denied. It reads English, so of words that the encoder does not know it makes nothing."""
    return denials(said, question) if search is None or search.reads(said) else []
