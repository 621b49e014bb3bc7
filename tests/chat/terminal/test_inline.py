from __future__ import annotations

import base64
from pathlib import Path

import pytest
from dir_tir.chat.terminal.inline import inline


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.png"
    path.write_bytes(bytes(5000))
    return path


@pytest.mark.parametrize("environment", [{}, {"TERM": "xterm-256color"}, {"TERM": "xterm-kitty", "TMUX": "1"}])
def test_a_terminal_that_cannot_show_pictures_gets_nothing(picture: Path, environment: dict[str, str]) -> None:
    assert inline(picture, environment) == ""


def test_iterm_gets_the_whole_file_in_one_sequence(picture: Path) -> None:
    sequence = inline(picture, {"TERM_PROGRAM": "iTerm.app"})
    assert base64.b64decode(sequence.partition(":")[2].rstrip("\a\n")) == bytes(5000)


def test_kitty_gets_it_in_pieces_of_which_only_the_last_says_that_it_is(picture: Path) -> None:
    pieces = inline(picture, {"TERM": "xterm-kitty"}).rstrip("\n").split("\033\\")[:-1]
    assert [piece.partition(";")[0] for piece in pieces] == ["\033_Ga=T,f=100,m=1", "\033_Gm=0"]
    assert base64.b64decode("".join(piece.partition(";")[2] for piece in pieces)) == bytes(5000)
