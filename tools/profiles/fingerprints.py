"""What a model's files are, as a short name: another file, another name. Large files are read once for it."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from threading import Lock

from ...errors import DiskFullError
from ...store.writing import write_whole

_State = tuple[int, int]  # bytes, and when it was last written, in ns


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


class Fingerprints:
    """Fingerprints of folders; a file is read again only when its size or time has changed.

    kept_in: a JSON file of what was read, for other processes and later ones; without it, it is known in this object only.
    """

    def __init__(self, kept_in: Path | None = None) -> None:
        self._file = kept_in
        self._known = self._kept()
        self._lock = Lock()

    def of(self, folder: Path) -> str:
        """The first 16 digits of the SHA-256 over every file of a model: weights, configuration, tokenizer."""
        total = hashlib.sha256()
        with self._lock:
            before = dict(self._known)
            for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
                total.update(f"{file.relative_to(folder).as_posix()}\n{file.stat().st_size}\n".encode())
                total.update(bytes.fromhex(self._digest(file)))
            if before != self._known:
                self._keep()
        return total.hexdigest()[:16]

    def _digest(self, file: Path) -> str:
        there = file.resolve()  # the hub's cache links to what several revisions share
        stat = there.stat()
        state = (stat.st_size, stat.st_mtime_ns)
        known = self._known.get(str(there))
        if known is None or known[0] != state:
            known = self._known[str(there)] = (state, digest_of(there))
        return known[1]

    def _kept(self) -> dict[str, tuple[_State, str]]:
        if self._file is None:
            return {}
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return {name: ((int(size), int(written)), bytes.fromhex(digest).hex()) for name, (size, written, digest) in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):  # none yet, or nothing of ours: everything is read again
            return {}

    def _keep(self) -> None:
        """Write down what is known, with what others have written meanwhile. A disk that is full costs the time, not the search."""
        if self._file is None:
            return
        known = {name: [*state, digest] for name, (state, digest) in {**self._kept(), **self._known}.items()}
        with suppress(OSError, DiskFullError):
            write_whole(self._file, json.dumps(known), durable=False)
