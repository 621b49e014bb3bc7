"""Files as the world has them: pictures of every format with bytes that are wrong, odd names, captions of any make.

Each case reads one damaged file; one in twenty indexes a folder of them. A file is read, or left out with one line; what is whole is in.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from dir_tir.errors import DirTirError, InputError, PictureError
from dir_tir.evaluation.datasets import read_described
from dir_tir.evaluation.dialogues import read_dialogues
from dir_tir.store.gallery.captions import read_captions
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import find_pictures
from dir_tir.store.gallery.vectors import load_vectors
from dir_tir.store.pictures import content_id, open_sized
from fakes import FakeEncoder
from PIL import Image
from raw_files import dng, jpeg_of

from .case import Case, Fault, Outcome, Part

_TEXTS = (
    '{"image": "a.png", "caption": "a red cat"}\n{"image": "b.png", "captions": ["a tree", "a house\u2028by the lake"]}\n',
    '{"images": [{"id": 1, "file_name": "a.png"}], "annotations": [{"image_id": 1, "caption": "a cat"}]}',
    '{"images": [{"filename": "a.png", "split": "test", "sentences": [{"raw": "a cat"}]}]}',
    '[{"img": "a.png", "dialog": ["a forest", "is it green? yes"]}]',
)
_ENDS = b"\xf6\xdf", b"\n", b"\x1b[2J", "\U0001f600".encode(), b"\xed\xa0\xbd", b"'\"", b" ", "\u202e".encode(), b"\\", b"%s"


@contextmanager
def _opened(folder: Path) -> Iterator[Case]:
    whole = _whole()

    def case(number: int, chance: random.Random) -> Outcome:
        at = folder / "case"
        shutil.rmtree(at, ignore_errors=True)
        at.mkdir()
        if number % 20 == 19:
            return _folder(at, whole, chance)
        return _text(at, chance) if number % 20 == 9 else _picture(at, whole, chance)

    yield case


def _whole() -> dict[str, bytes]:
    """A whole file of every kind, by "name of the kind.suffix"."""
    noise = Image.merge("RGB", [Image.effect_noise((97, 61), 90) for _ in range(3)])
    grey, alpha = noise.convert("L"), noise.copy()
    alpha.putalpha(grey)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    made: dict[str, bytes] = {
        "baseline.jpg": jpeg_of(noise, exif=exif),
        "progressive.jpeg": jpeg_of(noise, progressive=True),
        "cmyk.jpg": jpeg_of(noise.convert("CMYK")),
    }
    kinds: list[tuple[str, Image.Image, str, dict[str, object]]] = [
        ("plain.png", noise, "PNG", {"exif": exif}),
        ("clear.png", alpha, "PNG", {}),
        ("palette.png", noise.convert("P"), "PNG", {"transparency": 3}),
        ("deep.png", Image.fromarray(np.asarray(grey).astype(np.uint16) * 257), "PNG", {}),
        ("still.gif", noise.convert("P"), "GIF", {}),
        ("moving.gif", noise, "GIF", {"save_all": True, "append_images": [grey.convert("RGB")]}),
        ("lossy.webp", noise, "WEBP", {"exif": exif}),
        ("lossless.webp", alpha, "WEBP", {"lossless": True}),
        ("moving.webp", noise, "WEBP", {"save_all": True, "append_images": [alpha.convert("RGB")]}),
        ("plain.bmp", noise, "BMP", {}),
        ("palette.bmp", noise.convert("P"), "BMP", {}),
        ("plain.tif", noise, "TIFF", {}),
        ("lzw.tiff", noise, "TIFF", {"compression": "tiff_lzw"}),
        ("deflate.tif", noise, "TIFF", {"compression": "tiff_adobe_deflate"}),
        ("jpeg.tif", noise, "TIFF", {"compression": "jpeg"}),
        ("fax.tif", noise.convert("1"), "TIFF", {"compression": "group4"}),
        ("float.tif", grey.convert("F"), "TIFF", {}),
        ("lab.tif", noise.convert("YCbCr"), "TIFF", {}),
        ("plain.avif", noise, "AVIF", {"speed": 10}),
        ("clear.avif", alpha, "AVIF", {"speed": 10}),
        ("two.mpo.jpg", noise, "MPO", {"save_all": True, "append_images": [noise]}),
    ]
    made |= {name: _saved(picture, form, **options) for name, picture, form, options in kinds}
    import pillow_heif

    for name, picture in (("plain.heic", noise), ("clear.heif", alpha)):
        out = BytesIO()
        pillow_heif.from_pillow(picture).save(out)
        made[name] = out.getvalue()
    for suffix in ("dng", "cr2", "nef", "arw", "orf", "rw2", "raf", "cr3", "pef", "srw"):
        made[f"raw.{suffix}"] = dng(jpeg_of(noise), 120, 80, turn=6, version=suffix != "arw")
    return made


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _damaged(content: bytes, chance: random.Random) -> bytes:
    """One to four things that happen to files: bits that turn, pieces that are lost, doubled, zero or out of place, numbers that lie."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4))):
        size = len(data)
        if not size:
            break
        at = chance.randrange(min(size, chance.choice((64, 512, size))))  # headers are the more interesting part
        length = chance.choice((1, 2, 4, 16, 256))
        match chance.randrange(8):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at:]
            case 2:
                del data[at : at + length]
            case 3:
                data[at : at + length] = bytes(length)
            case 4:
                data[at : at + length] = chance.randbytes(length)
            case 5:
                data[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f", b"\x00\xff\x00\x00")
                )
            case 6:
                data[at:at] = data[at : at + length] * chance.choice((1, 3, 50))
            case _:
                to = chance.randrange(size)
                data[at : at + length], data[to : to + length] = data[to : to + length], data[at : at + length]
    return bytes(data)


def _picture(at: Path, whole: dict[str, bytes], chance: random.Random) -> Outcome:
    kind = chance.choice(sorted(whole))
    file = at / f"a{Path(kind).suffix}"
    file.write_bytes(_damaged(whole[kind], chance))
    try:
        picture, extent = open_sized(file, 768)
    except PictureError as error:
        return Outcome(Path(kind).suffix[1:], () if str(error).isprintable() else (Fault("escaped", repr(str(error))),))
    right = picture.mode == "RGB" and max(picture.size) <= 768 and min(*picture.size, *extent) > 0
    return Outcome(Path(kind).suffix[1:], () if right else (Fault("lost", f"{kind}: {picture.mode} {picture.size} {extent}"),))


def _text(at: Path, chance: random.Random) -> Outcome:
    """A file of captions or dialogues, whole or damaged, as many programs write it."""
    text = chance.choice(_TEXTS)
    content = text.encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252") if text != _TEXTS[0] else ("utf-8-sig", "utf-16")))
    file = at / ("a.jsonl" if text == _TEXTS[0] else "a.json")
    file.write_bytes(_damaged(content, chance) if chance.random() < 0.7 else content)
    reads: list[Callable[[Path], object]] = [read_captions, read_described, lambda file: read_dialogues(file, mend=True)]
    for read in reads:
        try:
            read(file)
        except InputError as error:
            if not str(error).isprintable():
                return Outcome("text", (Fault("escaped", repr(str(error))),))
    return Outcome("text")


def _folder(at: Path, whole: dict[str, bytes], chance: random.Random) -> Outcome:
    """A folder of whole and damaged pictures with odd names, indexed twice: the second time nothing is new."""
    folder, intact = at / "pictures", set()
    for number in range(chance.randrange(6, 14)):
        kind = chance.choice(sorted(whole))
        place = folder / chance.choice(("", "deep/er", "@eaDir", "#recycle", os.fsdecode(b"gr\xf6n")))
        place.mkdir(parents=True, exist_ok=True)
        file = place / os.fsdecode(b"%d" % number + chance.choice(_ENDS) + Path(kind).suffix.encode())
        sound = chance.random() < 0.5
        file.write_bytes(whole[kind] if sound else _damaged(whole[kind], chance))
        if sound and place.name not in ("@eaDir", "#recycle"):
            intact.add(content_id(file))
    store, faults = ChromaStore(at / "home"), []
    for again in (False, True):
        try:
            found = find_pictures(folder)
        except DirTirError:
            return Outcome("folder", (Fault("lost", "no pictures found"),) if intact else ())
        done = index(found.pictures, store, "g", FakeEncoder(), within=folder, closed=found.closed)
        if done.added + done.kept + len(done.broken) + len(done.duplicates) != len(found.pictures):
            faults.append(Fault("lost", f"{done} of {len(found.pictures)} pictures"))
        if again and (done.added or done.changed or done.removed or done.moved):
            faults.append(Fault("doubled", f"indexed again: {done}"))
    with store.open("g") as gallery:
        ids = [record.id for record in load_vectors(gallery).records]
    faults += [Fault("lost", f"{id_} is whole, and not in the gallery") for id_ in intact - set(ids)]
    return Outcome("folder", tuple(faults))


PART = Part("files", "damaged files of every format, odd names, captions of any make", cases=2400, few=40, open=_opened, limit=30)
