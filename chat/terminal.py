"""A person finds a picture in the terminal: typed answers, `skip`, `that's number 3`, `quit`."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..graph.build import build_graph
from ..graph.config import Config
from ..graph.resources import toolbox_of
from ..store.home import conversations_folder, gallery_folder
from ..store.opening import open_gallery
from ..store.sessions import open_sessions
from ..tools.profile import load_profile
from ..tools.user import refuse_too_long
from ..tools.weights import require_weights
from .conversation import Conversation
from .inline import inline
from .loading import load
from .sheet import save_sheet
from .typed import QUIT, Quit, reply_of

if TYPE_CHECKING:
    from langgraph.types import Interrupt

    from ..nodes.state import Record
    from ..tools.search import Search

WELCOME = "Answer in your own words. Or type: skip, that's number 3, quit."
Read = Callable[[str], str]


def chat(gallery: str, profile: str, seed: int, resume: str | None, read: Read = input) -> None:
    """Converse until the picture is found, the rounds are used up, or the person quits; quitting loses nothing."""
    require_weights(load_profile(profile), profile)
    with open_gallery(gallery_folder(gallery)):
        pass  # one that is not there is said before anybody waits for models or types
    name = resume or f"chat-{secrets.token_hex(4)}"
    with open_sessions() as saver:
        config = Config(profile=profile, gallery=gallery, seed=seed)
        talk = Conversation(build_graph(toolbox_of, saver), config, name)
        if resume and not talk.begun:
            raise InputError(f"there is no conversation {resume!r}: leave --resume away to begin one")
        try:
            converse(talk, _loaded, read)
        except (Quit, EOFError, KeyboardInterrupt):
            print(f"\nTo go on:  dir-tir chat --gallery {gallery} --profile {profile} --seed {seed} --resume {name}" if talk.begun else "")


def _loaded(config: Config) -> Search:
    toolbox = toolbox_of(config)
    load(toolbox, config)
    return toolbox.search


def converse(talk: Conversation, search_of: Callable[[Config], Search], read: Read) -> None:
    """Show what comes out of the conversation and reply to its questions. Raises Quit when the person wants to stop.

    ``search_of`` is called once the first description is typed: loading models takes seconds, and nobody should wait before they begin.
    """
    begun = talk.begun
    description = "" if begun else _described(read)
    search = search_of(talk.config)
    if begun:
        for record in talk.rounds:
            _show(record, talk, search)
        events: Iterable[Record | Interrupt] = talk.go_on() if not talk.finished else ()
    else:
        events = talk.open(description)
    while replies := _react(events, talk, search, read):
        events = talk.reply(replies)
    accepted = talk.rounds[-1]["accepted"]
    print(f"\nFound: {search.record(accepted).path}" if accepted else "\nThe rounds are used up; begin again with other words.")
    print(f"The conversation on one picture:  {_sheet(talk, search)}")


def _react(events: Iterable[Record | Interrupt], talk: Conversation, search: Search, read: Read) -> dict[str, dict[str, Any]]:
    """Show every page as it comes and collect a reply to every question; once the picture is found, nothing more is asked."""
    replies: dict[str, dict[str, Any]] = {}
    found: dict[str, Any] | None = None
    for event in events:
        if isinstance(event, dict):
            _show(event, talk, search)
            continue
        shown = [result["id"] for result in talk.rounds[-1]["results"]]
        replies[event.id] = found or _asked(event.value, shown, read)
        found = found or (replies[event.id] if "accept" in replies[event.id] else None)
    return replies


def _asked(question: dict[str, Any], shown: list[str], read: Read) -> dict[str, Any]:
    """What the person replies to a question, asked again until it can be understood."""
    if question["kind"] == "difference":
        print(f"\nThe painting so far:  {question['painting']}")
        _picture(question["painting"])
    print(f"\n{question['question']}")
    while True:
        try:
            return reply_of(read("> "), shown)
        except InputError as error:
            print(error)


def _described(read: Read) -> str:
    while True:
        description = read("What does the picture show? ").strip()
        try:
            refuse_too_long(description)
        except InputError as error:
            print(error)
            continue
        if description:
            break
        print("A few words are enough: a thing, and where it is.")
    if description.lower() in QUIT:
        raise Quit
    print(WELCOME)
    return description


def _show(record: Record, talk: Conversation, search: Search) -> None:
    """The page of a round: as text, as a sheet, and in the terminal itself where that is possible."""
    if record["accepted"]:
        return
    print(f"\n{'First search' if not record['round'] else 'Round ' + str(record['round'])}: {record['description']}")
    for note in record["notes"]:
        print(f"  ({note})")
    for rank, result in enumerate(record["results"], start=1):
        mark = "*" if result["source"] == "image" else " "
        print(f"  {rank:2}{mark} {search.record(result['id']).caption}")
    if any(result["source"] == "image" for result in record["results"]):
        print("  (* found by the painting)")
    page = save_sheet(conversations_folder() / f"{talk.name}-{record['round']:02}.png", [record], search)
    print(f"  as pictures:  {page}")
    _picture(str(page))


def _sheet(talk: Conversation, search: Search) -> str:
    rounds = talk.rounds
    return str(save_sheet(conversations_folder() / f"{talk.name}.png", rounds, search, rounds[-1]["accepted"] or ""))


def _picture(path: str) -> None:
    if sys.stdout.isatty():
        print(inline(Path(path), os.environ), end="")
