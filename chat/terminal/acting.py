"""Does what a person at the terminal wants instead of answering."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...errors import InputError
from ...plain import shown
from ...store.conversations.replies import CLICK
from ...tools.user import typed_text
from ..library.desktop import open_file
from .formatting import format_branch, format_reasons, format_results, format_ruled_out
from .typed_commands import HELP, Command, meant

if TYPE_CHECKING:
    from ..library.conversation import Conversation
    from ..library.events import Page
    from ..library.snapshot import Snapshot

Read = Callable[[str], str]


def read_line(read: Read, prompt: str) -> str:
    """A line; one that is nearly a command is asked about."""
    typed = read(prompt)
    if not (command := meant(typed)):
        return typed
    again = read(f"Did you mean {command}? Enter to do it, anything else is taken as your answer > ")
    if not again.strip():
        return command
    return typed if again.strip().lower() in ("n", "no") else again


def act(command: Command, conversation: Conversation, read: Read, show: Callable[[Page], None]) -> bool:
    """Whether something else is asked now than before. Raises InputError for what cannot be done."""
    now = conversation.snapshot()
    match command:
        case Command("help"):
            print(HELP)
        case Command("branches"):
            lines = [format_branch(number, branch) for number, branch in enumerate(conversation.branches, start=1)]
            print("\n".join(lines) or "You have not gone back yet.")
        case Command("why", number):
            if not now.page:
                raise InputError("Nothing has been found yet.")
            if number > len(now.shown):
                raise InputError(f"There is no number {number}; the results are numbered 1 to {len(now.shown)}.")
            lines = format_reasons(now.page)
            print("\n".join(lines[number - 1 : number] if number else lines))
        case Command("next"):
            print("\n".join(format_results(conversation.more())))
        case Command("open", number):
            _open(now, number)
        case Command("undo" | "back"):
            number = command.number if command.name == "back" else conversation.last_answered
            if not number and command.name == "undo":
                raise InputError("Nothing has been answered yet.")
            conversation.note_back(number)
            print(f"\nBack in round {number}. What came of it before is kept: branches lists it.")
            show(now.pages[number - 1])
            return True
        case Command("return", number):
            branches = conversation.branches
            if not 1 <= number <= len(branches):
                raise InputError(f"There is no branch {number}; branches lists what there is.")
            conversation.note_return(branches[number - 1])
            for page in branches[number - 1].snapshot.pages[-1:]:
                show(page)
            return True
        case Command("edit" | "edit painting") if now.page:
            name, old = ("description", now.page.description) if command.name == "edit" else ("prompt", now.page.prompt)
            print(f"{'Understood' if command.name == 'edit' else 'Painted'}: {old}")
            if now.page.ruled_out:
                print(f"Ruled out: {format_ruled_out(now.page)}  (allow 1 takes the first back)")
            new = typed_text(_prefilled(read, "Instead (Enter leaves it): ", old))
            if new and new != old:
                conversation.put(now.open_round, CLICK, {name: new})
                return True
        case Command("allow", number) if now.page:
            listed = list(now.page.ruled_out)
            if not 1 <= number <= len(listed):
                raise InputError(f"There is no number {number} among what is ruled out: {format_ruled_out(now.page) or 'nothing is'}.")
            del listed[number - 1]
            conversation.put(now.open_round, CLICK, {"ruled_out": listed})
            return True
    return False


def _open(now: Snapshot, number: int) -> None:
    """Show the file of a result in the program that this machine has for it; without a number the picture that was found."""
    chosen = [now.found] if now.found and not number else [result for result in now.shown if result.number == number]
    if not chosen:
        raise InputError(f"Say which: open 1 to open {len(now.shown)}.")
    path = chosen[0].path
    if not path.is_file():
        raise InputError(f"{shown(path)} is not there any more.")
    print(shown(path) if open_file(path) else f"Nothing here opens pictures; the file is {shown(path)}")


def _prefilled(read: Read, prompt: str, text: str) -> str:
    """A line that begins as ``text``, where the terminal can do that."""
    if read is not input or not sys.stdin.isatty():
        return read(prompt)
    try:
        import readline
    except ImportError:  # Windows
        return read(prompt)
    readline.set_startup_hook(lambda: readline.insert_text(text))
    try:
        return str(read(prompt))
    finally:
        readline.set_startup_hook()
