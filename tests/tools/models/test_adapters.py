"""An adapter is one file: one of somebody else's is known in profiles, in galleries, in the search and in `dir-tir models`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Literal

import numpy as np
import pytest
from dir_tir import registry
from dir_tir.chat.library.search import ImageSearch
from dir_tir.chat.terminal.models import list_models
from dir_tir.errors import ProfileError
from dir_tir.tools.models.adapters import ADAPTERS, Adapter, Given, adapter, adapters_for
from dir_tir.tools.models.options import EncoderOptions, ModelOptions
from dir_tir.tools.profiles.profile import load_profile
from dir_tir.tools.workspace import Workspace
from PIL import Image

PROFILE = """
prompts = "miniature"
[encoder]
kind = "colours"
levels = 3
[llm]
kind = "openai"
url = "http://127.0.0.1:9/v1"
model = "m"
[vision]
kind = "openai"
url = "http://127.0.0.1:9/v1"
model = "m"
[painter]
kind = "diffusers"
device = "cpu"
path = "nowhere"
"""


class ColourOptions(EncoderOptions):
    kind: Literal["colours"] = "colours"
    levels: int = 2


class Colours:
    """Pictures by their mean colour, texts by the colours they name."""

    def __init__(self, options: ColourOptions, given: Given) -> None:
        self.fingerprint, self.dimension, self._levels = given.fingerprint, 3, options.levels

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return self._unit([[colour in text for colour in ("red", "green", "blue")] for text in texts])

    def encode_images(self, images: Sequence[Image.Image]) -> np.ndarray:
        return self._unit([np.asarray(image.convert("RGB")).mean((0, 1)) // (256 / self._levels) for image in images])

    def cuts(self, text: str) -> bool:
        return False

    def tokens(self, text: str) -> int:
        return len(text.split())

    def _unit(self, rows: object) -> np.ndarray:
        vectors = np.asarray(rows, dtype=np.float32).reshape(-1, 3) + 1e-3
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.fixture
def colours() -> Iterator[None]:
    adapter("encoder", ColourOptions)(Colours)
    yield
    ADAPTERS.remove("encoder/colours")


@pytest.fixture
def profile(tmp_path: Path) -> str:
    (tmp_path / "colours.toml").write_text(PROFILE)
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / "model_index.json").write_text("{}")
    return str(tmp_path / "colours.toml")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for colour in ("red", "lime", "blue"):
        Image.new("RGB", (8, 8), colour).save(tmp_path / "photos" / f"{colour}.png")
    return tmp_path / "photos"


def test_an_encoder_without_weights_indexes_and_searches(colours: None, profile: str, photos: Path, tmp_path: Path) -> None:
    with Workspace(tmp_path / "home") as workspace:
        search = ImageSearch.from_folder(photos, profile=profile, workspace=workspace, related_size=3)
        found = workspace.search(search.config.gallery, profile)
        assert [Path(found.record(hit["id"]).path).name for hit in found.by_text("something blue", 1)] == ["blue.png"]


def test_its_fingerprint_is_what_is_said_of_it_and_not_how_it_runs(colours: None, profile: str) -> None:
    def fingerprint(old: str, new: str) -> str:
        Path(profile).write_text(PROFILE.replace(old, new))
        return Workspace().models(profile).encoder_fingerprint

    same, other = fingerprint("levels = 3", "levels = 3\nbatch = 5"), fingerprint("levels = 3", "levels = 4")
    assert len(same) == len(other) == 16
    assert fingerprint("", "") == same != other


def test_it_is_listed_among_the_models(colours: None, profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    list_models([profile])
    said = capsys.readouterr().out
    assert "encoder          no weights: it is computed\n                   nothing is needed here\n" in said
    assert "indexing 0.0 GB" in said


def test_what_is_unknown_of_it_is_refused_by_name(colours: None, profile: str) -> None:
    Path(profile).write_text(PROFILE.replace("levels", "level"))
    with pytest.raises(ProfileError, match=r"\[encoder\]: unknown: level \(did you mean levels\?\); known: batch, kind, levels, licence"):
        load_profile(profile)


def test_without_it_its_kind_is_unknown(profile: str) -> None:
    with pytest.raises(ProfileError, match="kind 'colours' is unknown; expected blip, open_clip"):
        load_profile(profile)


def test_a_package_that_is_not_installed_is_named_when_the_model_is_wanted(profile: str) -> None:
    adapter("encoder", ColourOptions, needs=["colour_science_of_tomorrow"])(Colours)
    try:
        with pytest.raises(ProfileError, match="kind 'colours' needs colour_science_of_tomorrow: pip install colour_science_of_tomorrow"):
            _ = Workspace().models(profile).encoder
    finally:
        ADAPTERS.remove("encoder/colours")


def test_another_package_adds_one_by_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        def load(self) -> ModuleType | None:
            table.add("encoder/colours", Adapter("encoder", "colours", ColourOptions, Colours))
            return None

    points: dict[str, list[EntryPoint | Point]] = {ADAPTERS.group: [Point()]}
    monkeypatch.setattr(registry, "entry_points", lambda group: points.get(group, []))
    table: registry.Registry[Adapter] = registry.Registry("adapter", ADAPTERS.group)
    assert list(table) == ["encoder/colours"]


def test_every_kind_of_ours_is_there_because_its_file_is() -> None:
    assert {contract: list(adapters_for(contract)) for contract in ("encoder", "llm", "vision", "painter")} == {
        "encoder": ["blip", "open_clip", "openai"],
        "llm": ["openai", "transformers"],
        "vision": ["openai", "transformers"],
        "painter": ["diffusers", "openai"],
    }
    for entry in ADAPTERS.values():
        assert issubclass(entry.options, ModelOptions)
