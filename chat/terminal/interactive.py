"""A person finds a picture in the terminal: typed answers, and the commands of `typed_commands.py`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ...errors import InputError
from ...nodes.without_models import say_more
from ...plain import shown
from ...store.gallery.reading import SIDE
from ...store.pictures import open_picture
from ...tools.models.failures import failure_text
from ...tools.typed_reply import QUIT, Quit, parse_typed_reply
from ...tools.user import typed_text
from ..library.events import Difference, Page, Progress, Question
from ..library.loading import load
from ..library.search import ImageSearch
from ..library.texts import at_work_text
from .acting import Read, act, read_line
from .contact_sheet import save_sheet
from .endings import Terminated
from .formatting import format_end, format_page
from .inline import inline
from .typed_commands import command_of

if TYPE_CHECKING:
    from ...tools.workspace import Workspace
    from ..library.conversation import Conversation
    from ..library.events import Asked

WELCOME = "Answer in your own words. Or type: skip, more 3, not 2, that's number 3, open 1, edit, undo, help, quit."
LIKE_PROMPT = "What does the picture show besides? Enter alone looks for what is like yours > "
AFTER_FINDING = "Enter ends here; open shows the picture, undo goes on looking > "
AFTER_THE_LAST_ROUND = "Enter ends here; that's number 3 says which it was, undo goes on looking > "


def begin(
    workspace: Workspace, gallery: str, profile: str, settings: Mapping[str, Any], read: Read = input, *, like: Path | None = None
) -> None:
    """A new conversation: until the picture is found, the rounds are used up, or the person quits; quitting loses nothing. like: a picture
    that the one looked for is like; then nothing need be typed."""
    if like:
        open_picture(like, SIDE)  # one that cannot be read is refused before anything is typed
    with ImageSearch(gallery, profile, workspace=workspace, **settings) as search:
        _ = search.config  # what cannot be searched is refused before anything is typed
        print(shown(at_work_text(search.at_work)))
        try:
            description = described(read, LIKE_PROMPT if like else "")
        except (Quit, EOFError, KeyboardInterrupt) as stop:
            print()
            _end_if_asked_to(stop)
            return
        lead(search, search.begin(description, like=like), workspace, read)


def resume(workspace: Workspace, id_: str, read: Read = input) -> None:
    """A conversation that was begun earlier, in its gallery and with its settings."""
    settings = workspace.register.entry(id_).settings
    with _saying_how_to_go_on(id_), ImageSearch(settings["gallery"], settings["profile"], workspace=workspace) as search:
        _lead(search, search.resume(id_), workspace, read)


def lead(search: ImageSearch, conversation: Conversation, workspace: Workspace, read: Read) -> None:
    """Load what the conversation needs, and converse. Whatever stops it before its end, the command that goes on with it is said."""
    with _saying_how_to_go_on(conversation.id):
        print(f"It is kept, whatever happens. {_how_to_go_on(conversation.id)}", flush=True)
        _lead(search, conversation, workspace, read)


def _lead(search: ImageSearch, conversation: Conversation, workspace: Workspace, read: Read) -> None:
    load(search.toolbox, conversation.config)  # once something is typed: it takes seconds, and nobody should wait before they begin
    converse(conversation, read, workspace.home.sheets)


@contextmanager
def _saying_how_to_go_on(id_: str) -> Iterator[None]:
    """Whoever stops, and whatever goes wrong inside, the command that goes on is said."""
    how = _how_to_go_on(id_)
    try:
        yield
    except (Quit, EOFError, KeyboardInterrupt) as stop:
        try:
            print(f"\n{how}", flush=True)
        except OSError:  # whoever read the output is gone, or what it is written to is full
            print(how, file=sys.stderr)
        _end_if_asked_to(stop)
    except (BrokenPipeError, SystemExit):  # these end without a line of their own
        print(how, file=sys.stderr)
        raise
    except BaseException as error:
        error.add_note(how)
        raise


def _how_to_go_on(id_: str) -> str:
    return f"To go on:  dir-tir chat --resume {id_}"


def converse(conversation: Conversation, read: Read, sheets: Path) -> None:
    """Show what comes out of the conversation and reply to its questions. Raises Quit when the person wants to stop.

    sheets: the folder for a picture of every page, and of the whole conversation at its end.
    """
    for page in conversation.snapshot().pages:
        _show(page, conversation, sheets)
    _answered(conversation, read, sheets)
    while _goes_on(conversation, read, sheets):
        _answered(conversation, read, sheets)


def _answered(conversation: Conversation, read: Read, sheets: Path) -> None:
    """Until the conversation has ended."""
    found = False
    with tqdm(desc="painting", unit="step", leave=False, delay=1e-9) as bar:  # with a delay it shows nothing before there are steps
        for event in conversation.events():
            bar.clear()
            match event:
                case Progress():
                    bar.total, bar.n = event.total, event.done
                    bar.refresh()
                case Page():
                    _show(event, conversation, sheets)
                case Question() | Difference() if not found:  # once the picture is found, nothing more is asked
                    found = _replied(event, conversation, read, sheets)
    _tell_the_end(conversation, sheets)


def _tell_the_end(conversation: Conversation, sheets: Path) -> None:
    now = conversation.snapshot()
    print(f"\n{format_end(now)}")
    with _or_without_a_sheet():
        sheet = save_sheet(sheets / f"{now.id}.png", conversation.rounds, conversation.picture, now.found.id if now.found else "")
        print(f"The conversation on one picture:  {shown(sheet)}")


def _goes_on(conversation: Conversation, read: Read, sheets: Path) -> bool:
    """Whether the person goes back after the end, or only says which picture it was. Nobody is asked where nobody types."""
    show = partial(_show, conversation=conversation, sheets=sheets)
    while read is not input or sys.stdin.isatty():
        now = conversation.snapshot()
        try:
            typed = read_line(read, AFTER_FINDING if now.found else AFTER_THE_LAST_ROUND)
        except EOFError:
            return False
        command = command_of(typed)
        try:
            if command and command.name in ("undo", "back", "return"):
                return act(command, conversation, read, show)
            if command and command.name in ("help", "branches", "open", "why"):
                act(command, conversation, read, show)
            elif not typed.strip() or typed.strip().lower() in QUIT:
                return False
            elif it_is := parse_typed_reply(typed, [result.id for result in now.shown]).get("accept"):
                conversation.accept(it_is)
                _tell_the_end(conversation, sheets)
            else:
                print("The search has ended. undo or back 2 goes on with it.")
        except InputError as error:
            print(shown(error))
    return False


def _replied(asked: Asked, conversation: Conversation, read: Read, sheets: Path) -> bool:
    """Whether the person says that a result is the picture. Asked again until what they type can be understood."""
    if isinstance(asked, Difference):
        print(f"\nThe painting so far:  {shown(asked.painting)}")
        if page := conversation.page:
            print(f"I painted what I understood: {page.prompt}")
        _picture(asked.painting)
    wanted = asked.question or say_more(asked.words if isinstance(asked, Question) else ())
    print(f"\n{wanted}")
    show = partial(_show, conversation=conversation, sheets=sheets)
    while True:
        try:
            typed = read_line(read, "> ")
            if command := command_of(typed):
                if act(command, conversation, read, show):
                    return False
                print(f"\n{wanted}")
                continue
            reply = parse_typed_reply(typed, [result.id for result in conversation.snapshot().shown], asked.question)
        except InputError as error:
            print(shown(error))
            continue
        if "accept" in reply:
            conversation.accept(reply["accept"])
            return True
        conversation.answer(asked, reply)
        return False


def described(read: Read, optional: str = "") -> str:
    """The first description, asked for until there is one; with words that ask for an ``optional`` one, there need not be. Raises Quit."""
    while True:
        try:
            description = typed_text(read(optional or "What does the picture show? "))
        except InputError as error:
            print(shown(error))
            continue
        if description or optional:
            break
        print("A few words are enough: a thing, and where it is.")
    if description.lower() in QUIT:
        raise Quit
    print(WELCOME)
    return description


def _show(page: Page, conversation: Conversation, sheets: Path) -> None:
    """The page of a round: as text, as a sheet, and in the terminal itself where that is possible."""
    if page.accepted:
        return
    print("\n" + "\n".join(format_page(page, _width(), conversation.config.only)))
    with _or_without_a_sheet():
        sheet = save_sheet(sheets / f"{conversation.id}-{page.round:02}.png", [page.record], conversation.picture)
        print(f"  as pictures:  {shown(sheet)}")
        _picture(sheet)


@contextmanager
def _or_without_a_sheet() -> Iterator[None]:
    """The conversation does not end for want of a picture of it: the disk is full, a font lacks something."""
    try:
        yield
    except BrokenPipeError:
        raise
    except Exception as error:
        print(f"  no picture of this: {failure_text(error)}")


def _picture(path: Path) -> None:
    if sys.stdout.isatty() and path.is_file():
        print(inline(path, os.environ), end="")


def _width() -> int:
    """Columns of the terminal; 0 where the output goes elsewhere and lines stay whole."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def _end_if_asked_to(stop: BaseException) -> None:
    if isinstance(stop, Terminated):
        raise stop
