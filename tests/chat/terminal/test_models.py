"""What `dir-tir models` says of models behind endpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dir_tir.chat.terminal.models import format_needs, list_models
from dir_tir.tools.profiles.profile import load_profile
from fake_embeddings import encoder_profile
from scripted import Answer, scripted

LISTED = {"data": [{"id": "clip", "owned_by": "infinity"}]}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, LISTED), "it answers\n"),
        ((200, {"data": [{"id": "siglip"}]}), "it answers, and has siglip instead of clip\n"),
        ((200, "<html>Welcome</html>"), "it answers, and does not say which models it has\n"),
        ((401, {"detail": "Unauthorized"}), "it does not answer (401: Unauthorized)\n"),
        ((503, {"detail": "loading"}), "it does not answer (503: loading)\n"),
    ],
)
def test_an_endpoint_says_whether_it_answers(answer: Answer, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with scripted(lambda _: answer) as server:
        list_models([str(encoder_profile(tmp_path / "there.toml", server.url))])
        asked: list[Any] = server.bodies
    lines = capsys.readouterr().out
    assert f"clip at {server.url}" in lines
    assert f"an endpoint: nothing is needed here; {said}" in lines
    assert "nothing of it runs on this machine" in lines
    assert asked == [None]


def test_an_endpoint_that_is_away_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list_models([str(encoder_profile(tmp_path / "there.toml", "http://127.0.0.1:9/v1"))])
    assert "it does not answer (Connection error: [Errno 111] Connection refused)" in capsys.readouterr().out


def test_an_endpoint_whose_profile_nobody_named_is_not_asked() -> None:
    vision = load_profile("server").vision
    assert vision is not None
    assert format_needs(vision, None) == "an endpoint: nothing is needed here"
