"""What ``dir-tir eval`` takes, and what it finds out where nothing is given."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np
import pytest
from dir_tir.chat.terminal.eval_options import add_options, config_of, evaluate
from dir_tir.contracts import PictureRecord, Row
from dir_tir.errors import DirTirError, InputError
from dir_tir.tools.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


def _options(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(given)


def test_a_gallery_is_searched_by_the_profile_that_it_was_made_with(tmp_path: Path) -> None:
    profile, descriptions = tmp_path / "mine.toml", tmp_path / "descriptions.jsonl"
    descriptions.write_text('{"image": "a.png", "description": "red"}\n')
    with Workspace(tmp_path / "home") as workspace:
        vector = np.ones((1, 4), dtype=np.float32) / 2
        with workspace.store.write("mine", "an encoder of mine", 4, str(profile)) as gallery:
            gallery.add([Row(PictureRecord("a", str(tmp_path / "a.png"), (), 8, 8), vector[0], vector)])
            gallery.complete()
        with pytest.raises(DirTirError, match=r"mine\.toml"):  # which is not there; the default one would say that its encoder is another
            evaluate(workspace, _options("--gallery", "mine", "--descriptions", str(descriptions), "--targets", "1"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--without-captions", "--gallery", "mine"], "--without-captions is for postcards"),
        (["--twins", "--gallery", "mine"], "--twins are drawn and --gallery names pictures that are there"),
        (["--twins", "--postcards", "20", "--targets", "21"], "21 targets in 20 postcards"),
    ],
)
def test_look_alikes_that_cannot_be_drawn_are_refused_before_anything_is_drawn(tmp_path: Path, given: list[str], said: str) -> None:
    with Workspace(tmp_path / "home") as workspace:
        with pytest.raises(InputError, match=said):
            evaluate(workspace, _options("--profile", "miniature", *given))
        assert not (tmp_path / "home" / "postcards").exists()


def test_who_only_points_is_shown_nothing_twice_unless_that_is_wanted() -> None:
    given = [[], ["--clicks"], ["--clicks", "also"], ["--clicks", "--no-exclude-shown"]]
    configs = [config_of(_options(*options), "miniature", "postcards", 20) for options in given]
    assert [(config.clicks, config.exclude_shown) for config in configs] == [
        ("none", None),
        ("alone", True),
        ("also", None),
        ("alone", False),
    ]


def test_the_user_is_exact_unless_a_clumsy_one_is_wanted() -> None:
    assert config_of(_options(), "miniature", "postcards", 20).manner == "exact"
    assert config_of(_options("--user", "clumsy"), "miniature", "postcards", 20).manner == "clumsy"


@pytest.mark.parametrize("instead", [["--compare", "a", "b"], ["--replay", "a.json"], ["--vectors", "a.npz"]])
def test_a_user_is_refused_where_nobody_answers(tmp_path: Path, instead: list[str]) -> None:
    with Workspace(tmp_path / "home") as workspace, pytest.raises(InputError, match="--user clumsy is for conversations"):
        evaluate(workspace, _options("--user", "clumsy", *instead))
