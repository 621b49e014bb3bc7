"""A person finds a picture in the terminal: typed answers, `skip`, `that's number 3`, `quit`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from ...errors import InputError
from ...tools.user import refuse_too_long
from ..library.events import Difference, Page, Progress, page_of
from ..library.loading import load
from ..library.search import ImageSearch
from ..library.texts import note_text
from .inline import inline
from .sheet import save_sheet
from .typed import QUIT, Quit, parse_typed_reply

if TYPE_CHECKING:
    from ...tools.workspace import Workspace
    from ..library.conversation import Conversation
    from ..library.events import Asked

WELCOME = "Answer in your own words. Or type: skip, that's number 3, quit."
Read = Callable[[str], str]


def chat(workspace: Workspace, gallery: str, profile: str, seed: int, resume: str | None, read: Read = input) -> None:
    """Converse until the picture is found, the rounds are used up, or the person quits; quitting loses nothing."""
    if resume:
        settings = workspace.register.entry(resume).settings
        gallery, profile = settings["gallery"], settings["profile"]
    with ImageSearch(gallery, profile, workspace=workspace, seed=seed) as search:
        talk = search.resume(resume) if resume else None
        try:
            talk = talk or search.begin(described(read))
            load(search.toolbox, search.config)  # once something is typed: it takes seconds, and nobody should wait before they begin
            converse(talk, read, workspace.home.sheets)
        except (Quit, EOFError, KeyboardInterrupt):
            print(f"\nTo go on:  dir-tir chat --resume {talk.id}" if talk else "")


def converse(talk: Conversation, read: Read, sheets: Path) -> None:
    """Show what comes out of the conversation and reply to its questions. Raises Quit when the person wants to stop."""
    for record in talk.rounds:
        _show(page_of(record, talk.picture), talk, sheets)
    with tqdm(desc="painting", unit="step", leave=False) as bar:
        found = False
        for event in talk.events():
            match event:
                case Progress():
                    bar.total, bar.n = event.total, event.done
                    bar.refresh()
                case Page():
                    _show(event, talk, sheets)
                case _ if not found:  # once the picture is found, nothing more is asked
                    bar.clear()
                    found = _replied(event, talk, read)
    print(f"\nFound: {talk.found.path}" if talk.found else "\nThe rounds are used up; begin again with other words.")
    print(f"The conversation on one picture:  {_sheet(talk, sheets)}")


def _replied(question: Asked, talk: Conversation, read: Read) -> bool:
    """Whether the person says that a result is the picture. Asked again until what they type can be understood."""
    if isinstance(question, Difference):
        print(f"\nThe painting so far:  {question.painting}")
        _picture(str(question.painting))
    print(f"\n{question.question}")
    while True:
        try:
            reply = parse_typed_reply(read("> "), [result.id for result in talk.results])
        except InputError as error:
            print(error)
            continue
        if "accept" in reply:
            talk.accept(reply["accept"])
            return True
        talk.answer(question, reply)
        return False


def described(read: Read) -> str:
    """The first description, asked for until there is one. Raises Quit."""
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


def _show(page: Page, talk: Conversation, sheets: Path) -> None:
    """The page of a round: as text, as a sheet, and in the terminal itself where that is possible."""
    if page.accepted:
        return
    print(f"\n{'First search' if not page.round else 'Round ' + str(page.round)}: {page.description}")
    for note in page.notes:
        print(f"  ({note_text(note)})")
    for result in page.results:
        print(f"  {result.number:2}{'*' if result.source == 'image' else ' '} {result.caption}")
    if any(result.source == "image" for result in page.results):
        print("  (* found by the painting)")
    sheet = save_sheet(sheets / f"{talk.id}-{page.round:02}.png", [talk.rounds[page.round]], talk.picture)
    print(f"  as pictures:  {sheet}")
    _picture(str(sheet))


def _sheet(talk: Conversation, sheets: Path) -> str:
    rounds = talk.rounds
    return str(save_sheet(sheets / f"{talk.id}.png", rounds, talk.picture, rounds[-1]["accepted"] or ""))


def _picture(path: str) -> None:
    if sys.stdout.isatty():
        print(inline(Path(path), os.environ), end="")
