"""A profile whose encoder is a fake, so that a server indexes without a model: its kind is registered as another package's would be."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Literal

from dir_tir.tools.models.adapters import ADAPTERS, Given, adapter
from dir_tir.tools.models.options import EncoderOptions
from fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image


@dataclass
class Gate:
    """Before which the encoder waits while it is closed, when so many batches have passed."""

    passes: int = 0
    opened: Event = field(default_factory=Event)
    reached: Event = field(default_factory=Event)


@contextmanager
def drawn_profile(folder: Path, batch: int = 2) -> Iterator[tuple[str, Gate]]:
    """The path of a profile with that encoder, and its gate, which is open at first."""
    gate = Gate()
    gate.opened.set()

    class DrawnOptions(EncoderOptions):
        kind: Literal["drawn"] = "drawn"  # type: ignore[assignment]

    class Drawn(FakeEncoder):
        def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
            if not gate.opened.is_set() and not gate.passes:
                gate.reached.set()
                assert gate.opened.wait(60)
            gate.passes = max(0, gate.passes - 1)
            return super().encode_images(images)

    @adapter("encoder", DrawnOptions)
    def load(_: DrawnOptions, given: Given) -> FakeEncoder:
        return Drawn(fingerprint=given.fingerprint)

    file = folder / "drawn.toml"
    file.write_text(f'prompts = "miniature"\n[encoder]\nkind = "drawn"\nbatch = {batch}\n')
    try:
        yield str(file), gate
    finally:
        ADAPTERS.remove("encoder/drawn")
