"""What an encoder, and a captioner where there is one, make of pictures that were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ...contracts import Row
from ...errors import PictureError
from .embedding import embed_each

if TYPE_CHECKING:
    from ...contracts import Encoder
    from .reading import Read

Captioner = Callable[[Image.Image], str]


@dataclass(frozen=True)
class Encoded:
    """What a picture has become: its row, or why it is none. written: whether the captioner has said something. uncaptioned: why it
    could not."""

    row: Row | None = None
    fault: str = ""
    written: bool = False
    uncaptioned: str = ""


def encode(reads: Sequence[Read], encoder: Encoder, captioner: Captioner | None, written: Mapping[str, str]) -> list[Encoded]:
    """Of each that has a picture, in their order. written: by id, captions that a model has written already.

    Raises ModelError when the encoder fails on every one.
    """
    if not reads:
        return []
    images, faults = embed_each(encoder.encode_images, [read.picture for read in reads if read.picture is not None])
    taken = [number for number in range(len(reads)) if number not in faults]
    captions = {number: reads[number].source.captions or _written(reads[number], written) for number in taken}
    asked = {number: reads[number] for number in taken if captioner and not captions[number]}
    said = _captioned(asked, captioner) if captioner else {}
    captions |= {number: (text,) for number, (text, _) in said.items() if text}
    every = [caption for number in taken for caption in captions[number]]
    texts, unread = embed_each(encoder.encode_texts, every) if every else (images, {})
    encoded, start = [Encoded(fault=faults.get(number, "")) for number in range(len(reads))], 0
    for number in taken:
        read, several, image = reads[number], captions[number], images[number]
        assert read.record is not None  # those that have none are broken and are not encoded
        # A caption that the encoder cannot take stands where the picture does.
        embedded = [image if start + n in unread else texts[start + n] for n in range(len(several))] or [image]
        by_model = bool(several) and not read.source.captions
        row = Row(replace(read.record, captions=several, by_model=by_model), image, np.array(embedded))
        text, reason = said.get(number, ("", ""))
        encoded[number] = Encoded(row, written=bool(text), uncaptioned=reason)
        start += len(several)
    return encoded


def _written(read: Read, written: Mapping[str, str]) -> tuple[str, ...]:
    return (written[read.record.id],) if read.record and read.record.id in written else ()


def _captioned(asked: Mapping[int, Read], captioner: Captioner) -> dict[int, tuple[str, str]]:
    """What the captioner says of each picture, and why it cannot; asked together, as models like it."""

    def caption(read: Read) -> tuple[str, str]:
        try:
            return (" ".join(captioner(read.picture).split()) if read.picture else "", "")
        except PictureError as error:
            return "", str(error)

    with ThreadPoolExecutor(max(1, len(asked))) as threads:
        return dict(zip(asked, threads.map(caption, asked.values()), strict=True))
