"""What galleries on Chroma's server cost, beside those in folders: ``python -m dir_tir.benchmarks.on_a_server 2000 10000``.

Starts a server of its own on loopback; of its disk, only what the embeddings take is known. Seconds are of the clock, and in brackets of
the processor: of this process, and of the server.
"""

from __future__ import annotations

import argparse
import os
import socket
import socketserver
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..store.gallery.chroma import ChromaStore
from ..store.gallery.chroma_server import ChromaServerStore
from ..store.gallery.vectors import load_vectors
from ..store.server_address import ServerAddress
from .size.synthetic import DIMENSION, FINGERPRINT, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..contracts import Store

_BATCH = 64  # pictures stored at a time, as an indexing does
_CHANGED = 100  # of so many pictures, one


def main() -> None:
    """A block of lines for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="pictures of a gallery")
    sizes: list[int] = parser.parse_args().sizes
    with tempfile.TemporaryDirectory(prefix="server-") as folder, chroma_run(Path(folder) / "data") as (url, process):
        for size in sizes:
            print("\n".join(compared(Path(folder) / str(size), url, process, size)), flush=True)


def compared(folder: Path, url: str, process: int, size: int) -> list[str]:
    """The lines of one size. process: the server's."""
    server = ServerAddress(url)
    stores: dict[str, Store] = {"folder": ChromaStore(folder / "folder"), "server": ChromaServerStore(server, folder / "cache")}
    lines = []
    for kind, store in stores.items():
        clock = _Clock(process)
        name = f"size-{size}"
        _write(store, name, range(size))
        lines.append(
            f"{size:>7,} {kind}: storing     {clock.took(1000 / size)} ms a picture, {store.size(name) / 1000 / size:.1f} kB a picture"
        )
        for what in ("first", "later"):
            clock = _Clock(process)
            _opened(store, name)
            lines.append(f"{size:>7,} {kind}: {what} opening {clock.took()} s")
        _write(store, name, range(0, size, _CHANGED))
        clock = _Clock(process)
        _opened(store, name)
        lines.append(f"{size:>7,} {kind}: after 1 %   {clock.took()} s")
    with counting(url) as (through, count):
        reader = ChromaServerStore(ServerAddress(through), folder / "counted")
        for what in ("all of it", "after 1 %"):
            before = count()
            _opened(reader, name)
            lines.append(f"{size:>7,} server: {what} {(count() - before) / 1e6:.2f} MB received")
            _write(stores["server"], name, range(1, size, _CHANGED))
    return lines


@contextmanager
def chroma_run(folder: Path) -> Iterator[tuple[str, int]]:
    """Its address, and the process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.kill()


@contextmanager
def counting(url: str) -> Iterator[tuple[str, Callable[[], int]]]:
    """An address before the server, and how many bytes it has sent through it so far."""
    sent = [0]
    host, port = urlsplit(url).hostname, urlsplit(url).port

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((host or "", port or 0)) as server:
                asking = Thread(target=_pump, args=(self.request, server, [0]), daemon=True)
                asking.start()
                _pump(server, self.request, sent)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as forwarder:
        Thread(target=forwarder.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{forwarder.server_address[1]}", lambda: sent[0]
        forwarder.shutdown()


class _Clock:
    """Time since it was made."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._began = self._now()

    def took(self, scale: float = 1.0) -> str:
        """As "1.00 (0.50 + 0.20)"."""
        clock, here, there = (scale * (now - then) for now, then in zip(self._now(), self._began, strict=True))
        return f"{clock:.2f} ({here:.2f} + {there:.2f})"

    def _now(self) -> tuple[float, float, float]:
        """Of the clock, of the processor here, and there (Linux)."""
        there = 0.0
        with suppress(OSError):
            said = Path(f"/proc/{self._process}/stat").read_text().rpartition(")")[2].split()
            there = (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
        return time.perf_counter(), time.process_time(), there


def _write(store: Store, name: str, numbers: range) -> None:
    with store.write(name, FINGERPRINT, DIMENSION) as gallery:
        for start in range(0, len(numbers), _BATCH):
            gallery.add(rows(numbers[start : start + _BATCH]))
        gallery.complete()


def _opened(store: Store, name: str) -> None:
    with store.open(name) as gallery:
        load_vectors(gallery)


def _pump(source: socket.socket, sink: socket.socket, sent: list[int]) -> None:
    with suppress(OSError):
        while data := source.recv(2**16):
            sent[0] += len(data)
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
