"""Every setting is an option of every command that begins conversations, read off `Config` alone."""

from __future__ import annotations

import argparse
from importlib import import_module

import pytest
from dir_tir.chat.terminal.setting_options import add_setting_options, settings_given
from dir_tir.graph.config import SETTINGS, Config

OPTIONS = [setting for setting in SETTINGS if setting.is_option]
ANOTHER = {
    "fusion": "slots",
    "schedule": "constant",
    "compared": "image",
    "language": "German",
    "after": "2019-05",
    "before": "2020",
    "folder": "Holiday/2019",
}  # a value other than the default, where there is one


def _given(line: str) -> Config:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_setting_options(parser)
    return Config(**settings_given(parser.parse_args(line.split())))


@pytest.mark.parametrize("command", ["chat", "web", "mcp", "eval"])
def test_every_setting_is_in_the_help_of_what_begins_conversations(command: str) -> None:
    parser = argparse.ArgumentParser()
    import_module(f"dir_tir.chat.terminal.commands.{command}").add_options(parser)
    words = " ".join(parser.format_help().split())
    for setting in OPTIONS:
        said = f"--{setting.name.replace('_', '-')}" in words and setting.words in words
        assert said == (command != "eval" or not setting.is_filter)  # the simulated user looks for any picture


@pytest.mark.parametrize("setting", OPTIONS, ids=lambda setting: setting.name)
def test_what_is_given_reaches_the_settings_of_the_conversation(setting: object) -> None:
    name, kind, default = setting.name, setting.type, setting.default  # type: ignore[attr-defined]
    option = f"--{name.replace('_', '-')}"
    if kind is bool:
        assert getattr(_given(option), name) is True
        assert getattr(_given(f"--no-{option[2:]}"), name) is False
    else:
        value = ANOTHER[name] if kind is str else kind((default or 0) + 1)
        assert getattr(_given(f"{option} {value}"), name) == value


def test_what_is_not_given_keeps_its_default() -> None:
    assert _given("") == Config()


def test_no_place_for_the_painting_means_no_painting() -> None:
    assert not _given("--image-num 0").paints
    assert not _given("--no-painting").paints
    assert _given("").paints


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("--image-num 11", "image_num is 11; expected a whole number from 0 to 10"),
        ("--image-num some", "image_num is 'some'; expected a whole number from 0 to 10"),
        ("--rounds -1", "max_rounds is -1; expected a whole number of at least 0"),
        ("--temperature 0", "temperature is 0.0; expected a number of at least"),
        ("--after soon", "after: 'soon' is no date: expected a year, a month or a day"),
        ("--compared sounds", "compared is 'sounds'; expected one of caption, image"),
    ],
)
def test_what_is_out_of_range_is_refused_with_what_is_expected(line: str, reason: str) -> None:
    with pytest.raises(argparse.ArgumentError, match=reason):
        _given(line)
