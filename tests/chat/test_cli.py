"""The command line as a person meets it: what it offers, and one line for whatever it has to refuse."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.cli import INTERRUPTED, REFUSED, main
from fakes import FakeEncoder

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("demo", "index", "chat", "eval", "miniature", "models")
ROLES = {"encoder": "open_clip", "llm": "transformers", "vision": "transformers", "painter": "diffusers"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile of one's own whose four folders are empty."""
    lines = ['prompts = "paper"']
    for role, kind in ROLES.items():
        (tmp_path / role).mkdir()
        lines += [f"[{role}]", f'kind = "{kind}"', f'path = "{role}"']
    (tmp_path / "own.toml").write_text("\n".join(lines))
    return tmp_path / "own.toml"


def _status(*arguments: str) -> int:
    """The exit status as the shell sees it, also where argparse leaves by itself."""
    with pytest.raises(SystemExit) as left:
        sys.exit(main(arguments))
    assert isinstance(left.value.code, int)
    return left.value.code


def _refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line said about input that is refused."""
    assert _status(*arguments) == REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("dir-tir: ")
    assert "Traceback" not in line
    return line


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert _status("--help") == 0
    words = capsys.readouterr().out.split()
    assert set(COMMANDS) <= set(words)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _status(command, "--help") == 0
    assert f"usage: dir-tir {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("demo --postcards -3", "-3 is not a whole number of at least 1"),
        ("demo --postcards many", "many is not a whole number of at least 1"),
        ("demo --rounds 0", "0 is not a whole number of at least 1"),
        ("miniature folder --postcards -1", "-1 is not a whole number of at least 1"),
        ("chat --seed red", "--seed: invalid int value: 'red'"),
        ("index folder", "required: --gallery"),
        ("paint", "invalid choice: 'paint'"),
        ("", "required: COMMAND"),
        ("chat --gallery mine --profile huge", "there is no profile 'huge'"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_one_line(arguments: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert reason in _refusal(capsys, *arguments.split())


def test_a_folder_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path) -> None:
    assert "there is no folder" in _refusal(capsys, "index", str(tmp_path / "none"), "--gallery", "mine")
    assert not home.exists()


def test_a_folder_without_pictures_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("no picture")
    assert "there are no pictures in" in _refusal(capsys, "index", str(tmp_path / "letters"), "--gallery", "mine")
    assert not home.exists()


def test_a_chat_without_weights_names_the_models_that_lack_them(capsys: pytest.CaptureFixture[str], profile: Path) -> None:
    assert "no weights yet for encoder, llm, vision, painter" in _refusal(capsys, "chat", "--gallery", "mine", "--profile", str(profile))
    (profile.parent / "llm" / "model.safetensors").touch()
    assert "no weights yet for encoder, vision, painter" in _refusal(capsys, "chat", "--gallery", "mine", "--profile", str(profile))


@pytest.mark.parametrize(("gallery", "reason"), [("attic", "there is no gallery at"), ("../attic", "cannot be a folder name")])
def test_a_gallery_that_is_not_there_is_refused_before_the_large_models_are_loaded(
    gallery: str, reason: str, capsys: pytest.CaptureFixture[str], profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dir_tir.tools.registry.Models.encoder", FakeEncoder())
    for role in ROLES:
        (profile.parent / role / "model.safetensors").touch()  # loading one of these would be refused too, and for another reason
    assert reason in _refusal(capsys, "chat", "--profile", str(profile), "--gallery", gallery)


def test_an_interrupted_command_says_that_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dir_tir.chat.galleries.index_folder", interrupt)
    assert _status("index", str(tmp_path), "--gallery", "mine") == INTERRUPTED
    assert "the same command goes on from here" in capsys.readouterr().err
