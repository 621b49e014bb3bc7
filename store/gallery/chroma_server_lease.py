"""One writer of a gallery at a time, whichever machine it is on: a lease in Chroma's server.

    dir-tir-<gallery>-writer    an empty collection; its metadata say who writes, and until when unless they say so again

Chroma has nothing that changes a value only if nobody else has. But of two that make a collection of one name, it refuses one: who makes it
has the lease. One that is over is put away by its id, under another name, and never by its own, which may be somebody else's by then.
Whoever puts one away looks whether it was renewed at that moment; whoever renews one that was over looks whether it was put away. Both
wrote before they looked, so one of them sees the other, and does not write. The time is the server's, which everybody asks.

What no lease can hold back is a request that was on its way while its writer's lease ran out (docs/decisions/0027).
"""

from __future__ import annotations

import getpass
import os
import platform
import threading
import time
import uuid
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from ...errors import GalleryError
from ...plain import shown

LASTS = 30.0  # seconds after which one that was killed has let go
_TRIES = 3
_PARTING = 10.0  # seconds


class Lease:
    """Of one gallery. refusal: what is said when another has it, with who that is for its ``{who}``. token: names this one. dead: tokens of
    those whose writers are known to be gone."""

    def __init__(self, client: Any, gallery: str, refusal: str, token: str, dead: Collection[str] = (), lasts: float = LASTS) -> None:
        self._client, self._token, self._lasts = client, token, lasts
        self._dead = {token, *dead}  # its own: made by a request whose answer was lost
        self._gallery, self._name, self._refusal = gallery, lease_name(gallery), refusal
        self._renewing, self._over = threading.Lock(), threading.Event()
        self._holding = threading.Thread(target=self._hold, name="lease", daemon=True)
        self._mine: Any = None
        self._good_until = 0.0  # by this machine's steady clock

    def take(self) -> None:
        """Have it, and renew it from now on. Raises GalleryError when another has it, and what Chroma raises."""
        for _ in range(_TRIES):
            if (there := self._there()) is not None:
                if self._lives(there):
                    raise self._refused(there)
                self._put_away(there)
            started = time.monotonic()
            try:
                self._mine = self._client.create_collection(self._name, embedding_function=None, metadata=self._metadata())
            except Exception:
                if self._there() is None:
                    raise
                continue  # somebody was faster
            self._good_until = started + self._lasts
            self._holding.start()
            return
        raise self._refused(self._there())

    def release(self) -> None:
        """Let go; of a server that does not answer, it is not waited for: the lease ends by itself."""
        self._over.set()
        self._holding.join(_PARTING)

    def check(self) -> None:
        """Before every change: that nobody else writes. Raises GalleryError when somebody does, because this writer was silent for long."""
        with self._renewing:
            if time.monotonic() >= self._good_until:
                self._renew()

    def _renew(self) -> None:
        """Raises GalleryError when another has put it away, which is only done when it was over."""
        from chromadb.errors import NotFoundError

        started, until = time.monotonic(), self._good_until
        try:
            self._mine.modify(metadata=self._metadata())
        except NotFoundError:
            raise self._refused(self._there()) from None
        if time.monotonic() >= until and ((there := self._there()) is None or there.id != self._mine.id):
            self._good_until = 0.0
            raise self._refused(there)
        self._good_until = started + self._lasts

    def _hold(self) -> None:
        while not self._over.wait(self._lasts / 3):
            with self._renewing, suppress(Exception):  # the next change finds out
                if time.monotonic() < self._good_until:
                    self._renew()
        with suppress(Exception):
            self._put_away(self._mine)

    def _put_away(self, lease: Any) -> None:
        """By its id. Raises GalleryError for another's that was renewed meanwhile."""
        from chromadb.errors import NotFoundError

        aside = f"{self._name}-{uuid.uuid4().hex}"
        with suppress(NotFoundError):
            lease.modify(name=aside)
            if lease is not self._mine and self._lives(self._client.get_collection_by_id(lease.id, embedding_function=None)):
                raise self._refused(lease)
            self._client.delete_collection(aside)

    def _there(self) -> Any:
        """The lease of the gallery, as it is now; nothing where there is none."""
        return find_lease(self._client, self._gallery)

    def _lives(self, lease: Any) -> bool:
        return lease.metadata["token"] not in self._dead and is_good(self._client, lease)

    def _metadata(self) -> dict[str, str | int]:
        return {"who": _who(), "until": self._client.heartbeat() + int(self._lasts * 1e9), "token": self._token}

    def _refused(self, lease: Any) -> GalleryError:
        who = f" ({shown(lease.metadata['who'], 100)})" if lease is not None else ""
        return GalleryError(f"{self._refusal.format(who=who)}; one that was killed lets go within {self._lasts:.0f} s")


def lease_name(gallery: str) -> str:
    """What the collection is called."""
    return f"dir-tir-{gallery}-writer"


def find_lease(client: Any, gallery: str) -> Any:
    """That of a gallery; nothing where there is none. Raises GalleryError for somebody else's collection of this name."""
    from chromadb.errors import NotFoundError

    try:
        lease = client.get_collection(lease_name(gallery), embedding_function=None)
    except NotFoundError:
        return None
    if not {"who", "until", "token"} <= (lease.metadata or {}).keys():
        raise GalleryError(f"the collection {lease.name!r} on the server was not made by dir-tir: choose another gallery name")
    return lease


def who_writes(client: Any, gallery: str) -> str:
    """Who writes into a gallery now; nothing when nobody does."""
    lease = find_lease(client, gallery)
    return shown(lease.metadata["who"], 100) if lease is not None and is_good(client, lease) else ""


def is_good(client: Any, lease: Any) -> bool:
    """Whether it is not over, by the server's clock."""
    return bool(int(lease.metadata["until"]) > client.heartbeat())


def _who() -> str:
    try:
        user = f"{getpass.getuser()} at "
    except (OSError, KeyError, ImportError):  # an account without a name, as in containers
        user = ""
    return f"{user}{platform.node() or 'some machine'}, process {os.getpid()}"
