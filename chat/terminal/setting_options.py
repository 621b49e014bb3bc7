"""The settings of a conversation as options of a command: one for each field of `graph/config.py` that a face offers."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...graph.config import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...graph.settings import Setting

_ALSO = {"max_rounds": "--rounds"}  # shorter, and what it was called first
_SHOWN = {"after": "DATE", "before": "DATE"}
_FITTED = {"related_size": "a tenth of the gallery, at most 500"}  # what a face works out where nothing is given


def add_setting_options(command: argparse.ArgumentParser, *, filters: bool = True) -> None:
    """An option for every setting; those for experiments stand in a group of their own, and so do ``filters``."""
    if filters:
        add_filter_options(command)
    people = command.add_argument_group("settings")
    others = command.add_argument_group("settings for experiments")
    for setting in SETTINGS:
        if setting.is_option and not setting.is_filter:
            _add(people if setting.for_people else others, setting)


def add_filter_options(command: argparse.ArgumentParser) -> None:
    """An option for every setting that says which pictures are searched."""
    only = command.add_argument_group("only some of the pictures")
    for setting in SETTINGS:
        if setting.is_filter:
            _add(only, setting)


def settings_given(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given, by the names of `Config`; the others keep their defaults."""
    return {setting.name: getattr(options, setting.name) for setting in SETTINGS if setting.is_option and hasattr(options, setting.name)}


def _add(group: argparse._ArgumentGroup, setting: Setting) -> None:
    names = [_ALSO[setting.name]] if setting.name in _ALSO else []
    names.append(f"--{setting.name.replace('_', '-')}")
    default = _FITTED.get(setting.name, _word(setting.default))
    words = (setting.words + (f" (default {default})" if default else "")).replace("%", "%%")
    if setting.type is bool:
        group.add_argument(*names, dest=setting.name, action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, help=words)
    else:
        shown = (
            "{" + ",".join(setting.choices) + "}"
            if setting.choices
            else {int: "N", float: "X"}.get(setting.type, _SHOWN.get(setting.name, "NAME"))
        )
        group.add_argument(*names, dest=setting.name, type=_reader(setting), default=argparse.SUPPRESS, metavar=shown, help=words)


def _reader(setting: Setting) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value: Any = text
        with suppress(ValueError):  # the check says what is expected
            value = setting.type(text)
        try:
            setting.check(value)
        except InputError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        return value

    return read


def _word(value: Any) -> str:
    return "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
