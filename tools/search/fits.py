"""How well pictures fit a text by an encoder's matching head, which reads text and picture together."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ...contracts import Matcher
from ...errors import ModelError, PictureError
from ...store.gallery.reading import SIDE
from ...store.pictures import open_picture

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from ...contracts import Encoder, PictureRecord
    from ...store.gallery.record_table import Records

KEPT = 20_000  # of pairs of a text and a picture: a page is asked for again when a conversation is opened, or ranked otherwise
_TOGETHER = 16  # pictures opened at a time


class Fits:
    """Of the pictures of one gallery; the last ones asked for are remembered."""

    def __init__(self, encoder: Encoder, records: Records) -> None:
        self._encoder = encoder
        self._records = records
        self._known: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = Lock()

    @property
    def rerank(self) -> int:
        """How many of the first results the encoder orders; 0 where it has no such head."""
        return self._encoder.rerank if isinstance(self._encoder, Matcher) else 0

    def of(self, text: str, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """What the matching head says of each picture, (rows,); NaN where the file cannot be read. Raises ModelError."""
        assert isinstance(self._encoder, Matcher)
        records = {(text, self._records[row].id): self._records[row] for row in rows}
        with self._lock:
            found = {key: self._known[key] for key in records if key in self._known}
        left = [key for key in records if key not in found]
        for start in range(0, len(left), _TOGETHER):
            opened = {key: picture for key in left[start : start + _TOGETHER] if (picture := _opened(records[key]))}
            said = self._encoder.match(text, list(opened.values()))
            if not np.isfinite(said).all():
                raise ModelError("the encoder's matching head gave no numbers: try another `dtype` in the profile, or where it is served")
            found |= zip(opened, said.tolist(), strict=True)
        with self._lock:
            self._known |= {key: found[key] for key in records if key in found}
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return np.array([found.get(key, np.nan) for key in records], dtype=np.float32)


def _opened(record: PictureRecord) -> Image.Image | None:
    """A picture from the first of its files that can be read."""
    for path in record.paths:
        with suppress(PictureError):
            return open_picture(Path(path), SIDE)
    return None
