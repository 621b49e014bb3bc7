"""The pictures painted in conversations: PNG files named after their round, and what they were painted from.

They lie in a folder, or at any URL that fsspec has a library for (s3://bucket/folder), for servers on several machines. The state of a
conversation names each by its place; whoever wants to look at one asks `painting_file` for a file.
"""

from __future__ import annotations

import logging
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ..home import PAINTINGS, checked_name
from ..writing import write_whole
from .faults import AwayError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

# Conversations of version 0.1 have paintings without a mark. What one was begun with is named after its content.
_NAME = re.compile(r"round-\d{2,4}(?:-[0-9a-f]{8})?\.png|like-[0-9a-f]{16}\.png")


@dataclass(frozen=True)
class Paintings:
    """A folder of paintings for each conversation, below ``at``: a folder, or the URL of one. ``server``: the address of a server that
    shows them, if any."""

    at: Path | str
    server: str = ""

    def file(self, conversation: str, name: str) -> Path:
        """A file that is the painting of this name, if there is one. Raises InputError for what is no name of a painting."""
        return painting_file(self._place(conversation, name))

    def newest(self, conversation: str, round_number: int) -> Path | None:
        """What was painted last for a round: another branch of the conversation may have painted it, too."""
        painted = {name: at for name, at in self._there(conversation).items() if name.startswith(f"round-{round_number:02}")}
        return self.file(conversation, max(painted, key=lambda name: painted[name])) if painted else None

    def count(self, conversation: str) -> int:
        """How many there are of a conversation."""
        return sum(name.startswith("round-") for name in self._there(conversation))

    def copy(self, conversation: str, to: Paintings) -> None:
        """Keep all those of a conversation there as well, in the order in which they were painted. Raises as `save` does."""
        painted = self._there(conversation)
        for name in sorted(painted, key=lambda name: painted[name]):
            to._write(to._place(conversation, name), self.file(conversation, name).read_bytes())

    def delete(self, conversation: str) -> None:
        """All those of a conversation."""
        folder = self.folder(conversation)
        if not is_url(folder):
            shutil.rmtree(folder, ignore_errors=True)
            return
        files, path = _reached(folder)
        with _plainly(f"paintings at {self.at} cannot be deleted"):
            if files.exists(path):
                files.rm(path, recursive=True)

    def folder(self, conversation: str) -> str:
        """Where those of a conversation lie."""
        return f"{str(self.at).rstrip('/')}/{checked_name(conversation, 'conversation id')}"

    def link(self, path: Path) -> str:
        """The address under which the server shows a painting: what reads the state elsewhere (Studio) can follow it. Empty without one."""
        return f"{self.server.rstrip('/')}/paintings/{path.parent.name}/{path.name}" if self.server else ""

    def picture_link(self, gallery: str, id_: str) -> str:
        """The address under which the same server shows a picture of a gallery. Empty without one."""
        return f"{self.server.rstrip('/')}/pictures/{gallery}/{id_}.webp" if self.server else ""

    def save(self, picture: Image.Image, conversation: str, round_number: int, prompt: str) -> str:
        """Keep the painting of a round; one of the same prompt (resumed after a crash) replaces it, and one of another, painted in another
        branch, does not. Returns its place. Raises DiskFullError, and AwayError when a URL cannot be written.
        """
        return self._write(
            self._place(conversation, f"round-{round_number:02}-{sha256(prompt.encode()).hexdigest()[:8]}.png"), _png(picture)
        )

    def save_like(self, picture: Image.Image, conversation: str) -> str:
        """Keep the picture that a conversation is begun with, by its content; what `like` knows it by. Raises as `save` does."""
        content = _png(picture)
        name = f"like-{sha256(content).hexdigest()[:16]}.png"
        self._write(self._place(conversation, name), content)
        return f"{conversation}/{name}"

    def like(self, known: str) -> Path:
        """A file that is the picture which a conversation was begun with. Raises InputError for what names none."""
        conversation, _, name = known.partition("/")
        if not name.startswith("like-"):
            raise InputError(f"{known!r:.80} is no picture that a conversation was begun with")
        return self.file(conversation, name)

    def _write(self, place: str, content: bytes) -> str:
        if not is_url(place):
            return str(write_whole(Path(place), content))
        files, path = _reached(place)
        with _plainly(f"the painting cannot be kept at {self.at}"):
            files.pipe_file(path, content)
        write_whole(_copy(place), content, durable=False)
        return place

    def _place(self, conversation: str, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r:.40} is no painting")
        return f"{self.folder(conversation)}/{name}"

    def _there(self, conversation: str) -> dict[str, Any]:
        """Name → when it was painted, of what there is of a conversation."""
        folder = self.folder(conversation)
        if not is_url(folder):
            return {file.name: file.stat().st_mtime_ns for file in Path(folder).glob("*.png") if _NAME.fullmatch(file.name)}
        files, path = _reached(folder)
        with _plainly(f"paintings at {self.at} cannot be listed"):
            found = {place.rpartition("/")[2]: place for place in (files.ls(path, detail=False) if files.exists(path) else ())}
            return {name: files.modified(place) for name, place in found.items() if _NAME.fullmatch(name)}


def _png(picture: Image.Image) -> bytes:
    drawn = BytesIO()
    picture.save(drawn, format="PNG")
    return drawn.getvalue()


def painting_file(place: str) -> Path:
    """The file of a painting on this machine: where it lies, or a copy of what lies at a URL. Where there is none, a path at which nothing
    is: it may be painted again."""
    if not is_url(place):
        return Path(place)
    copy = _copy(place)
    if not copy.exists():
        try:
            files, path = _reached(place)
            write_whole(copy, files.cat_file(path), durable=False)
        except FileNotFoundError:
            pass
        except Exception as error:  # each library has its own
            logging.getLogger(__name__).warning("painting %s cannot be read: %s", place, type(error).__name__)
    return copy


def is_url(place: str) -> bool:
    """Whether it is no path."""
    return "://" in place


def _reached(url: str) -> tuple[Any, str]:
    """The files of a URL as fsspec sees them, and the path in there."""
    import fsspec

    try:
        files, path = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{PAINTINGS} cannot be opened ({error}): install what it needs, or give a folder") from None
    files.invalidate_cache()  # what another machine has painted is to be seen
    return files, path


@contextmanager
def _plainly(what: str) -> Iterator[None]:
    """Raises AwayError for whatever goes wrong with what lies at a URL: each library has errors of its own."""
    try:
        yield
    except Exception as error:
        raise AwayError(
            f"{what} ({type(error).__name__}): see that {PAINTINGS} can be reached and written; the same command goes on"
        ) from error


def _copy(url: str) -> Path:
    return Path(_copies().name) / f"{sha256(url.encode()).hexdigest()[:32]}.png"


@cache
def _copies() -> TemporaryDirectory[str]:
    """Gone with the process."""
    return TemporaryDirectory(prefix="dir-tir-paintings-")
