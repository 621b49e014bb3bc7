"""A profile whose models are fakes, on workers as well: they find its kinds as those of another package, by an entry point."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dir_tir.tools.models.adapters import ADAPTERS, Given, adapter
from dir_tir.tools.models.options import EncoderOptions, ModelOptions, TextOptions
from fakes import FakeEncoder, FakeLanguageModel, FakePainter, FakeVisionModel, plausible

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH, PROFILE = 4, "fakes.toml"


class Hashed(EncoderOptions):
    kind: Literal["hashed"] = "hashed"  # type: ignore[assignment]
    salt: str = ""


class Plausible(TextOptions):
    kind: Literal["plausible"] = "plausible"  # type: ignore[assignment]


class Saying(TextOptions):
    kind: Literal["saying"] = "saying"  # type: ignore[assignment]


class Coloured(ModelOptions):
    kind: Literal["coloured"] = "coloured"  # type: ignore[assignment]


def register() -> list[str]:
    """The names under which they are registered."""

    @adapter("encoder", Hashed)
    def encoder(_: Hashed, given: Given) -> FakeEncoder:
        return FakeEncoder(fingerprint=given.fingerprint)

    @adapter("llm", Plausible)
    def llm(*_: Any) -> FakeLanguageModel:
        return FakeLanguageModel(plausible)

    @adapter("vision", Saying)
    def vision(*_: Any) -> FakeVisionModel:
        return FakeVisionModel()

    @adapter("painter", Coloured)
    def painter(*_: Any) -> FakePainter:
        return FakePainter()

    return ["encoder/hashed", "llm/plausible", "vision/saying", "painter/coloured"]


def cluster_site(folder: Path) -> dict[str, str]:
    """The environment of a process that knows these kinds, as of a package that is installed; the profile lies in the folder."""
    (folder / "cluster_entry.py").write_text("import cluster_models\ncluster_models.register()\n")
    information = folder / "cluster_fakes-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: cluster-fakes\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[dir_tir.adapters]\nfakes = cluster_entry\n")
    tables = {"encoder": "hashed", "llm": "plausible", "vision": "saying", "painter": "coloured"}
    lines = [f'[{role}]\nkind = "{kind}"\nbatch = {BATCH}' for role, kind in tables.items()]
    (folder / PROFILE).write_text("\n".join(['prompts = "paper"', *lines]))
    path = [str(folder), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, path))}


@contextmanager
def kinds() -> Iterator[None]:
    """This process knows them meanwhile."""
    names = register()
    try:
        yield
    finally:
        for name in names:
            ADAPTERS.remove(name)
