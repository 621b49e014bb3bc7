"""Completion in shells. The shell asks the command itself, by argcomplete, and has to be answered at once: nothing heavy is imported."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from argcomplete.completers import BaseCompleter, ChoicesCompleter, FilesCompleter, SuppressCompleter
from argcomplete.finders import CompletionFinder
from argcomplete.shell_integration import shellcode

from ...errors import InputError
from ...graph.config import SETTINGS
from ...store.conversations.last_begun import last_begun
from ...store.home import Home, is_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NOTHING = SuppressCompleter()


def lines_for(shell: str) -> str:
    """What a shell has to read to complete `dir-tir`."""
    return shellcode(["dir-tir"], shell=shell, complete_arguments=["-o", "nospace"])


def typed_so_far() -> list[str]:
    """The words before the cursor, without the name of the program."""
    return os.environ.get("COMP_LINE", "")[: int(os.environ.get("COMP_POINT", "0"))].split()[1:]


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell, which says in the environment what is typed so far; ends the process."""
    for command, action in _walked(parser):
        if completer := _completer(command, action):
            action.completer = completer  # type: ignore[attr-defined]  # where argcomplete looks for it
    CompletionFinder()(parser, always_complete_options="long", default_completer=_NOTHING)


class _Galleries(BaseCompleter):
    """By the folders that galleries have: to open the galleries would take longer than anybody waits for a completion."""

    def __call__(self, **_: object) -> Iterable[str]:
        try:
            home = Home.of()
        except InputError:  # an address that is none is refused when the command runs
            return ()
        folder = home.caches / home.server.key if home.server else home.galleries  # those of the server that were used from here
        return sorted(one.name for one in folder.iterdir() if is_name(one.name)) if folder.is_dir() else ()


class _Conversations(BaseCompleter):
    """Those begun last, by id; shells that can show what each is called."""

    def __call__(self, **_: object) -> Mapping[str, str]:
        with suppress(InputError):
            return last_begun(Home.of())
        return {}


class _Profiles(BaseCompleter):
    """Those that ship, and files of one's own."""

    def __call__(self, *, prefix: str, **_: object) -> Iterable[str]:
        shipped = (Path(one.name) for one in files("dir_tir.tools.profiles").iterdir())
        return [*sorted(file.stem for file in shipped if file.suffix == ".toml"), *FilesCompleter(["toml"])(prefix)]


def _walked(parser: argparse.ArgumentParser, command: str = "") -> Iterator[tuple[str, argparse.Action]]:
    """(command, action) of everything that may be typed."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, deeper in action.choices.items():
                yield from _walked(deeper, command or name)
        else:
            yield command, action


def _completer(command: str, action: argparse.Action) -> BaseCompleter | None:
    choices = next((setting.choices for setting in SETTINGS if setting.name == action.dest), ())
    if action.dest == "gallery" or (command, action.dest) == ("gallery", "name"):
        return _Galleries()
    if (command, action.dest) in (("chat", "resume"), ("conversations", "id")):
        return _Conversations()
    if action.dest == "profile":
        return _Profiles()
    if action.type is Path:
        return FilesCompleter()
    return ChoicesCompleter(dict.fromkeys(choices, "")) if choices else None
