"""What a cluster consists of, as `docs/deploy.md` describes it; all of it on the loopback interface."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from databases import Postgres, postgres_programs
from serving import cut_off

from .parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .parts import Parts

PROGRAMS = Path(sys.executable).parent
TESTS = Path(__file__).parent.parent
# Each machine of Ray has an address of its own, as it will have; on 127.0.0.1 itself Ray takes that of the network.
HEAD, WORKERS = "127.0.0.2", ("127.0.0.3", "127.0.0.4")
_SHARED = 80_000_000  # bytes of memory that a machine of Ray shares among its processes


@dataclass
class Whole:
    """The parts, and what a process of ours has to be told to use them."""

    folder: Path
    postgres: Part
    chroma: Part
    head: Part
    workers: list[Part]
    models: Part
    webs: list[Part]
    ray: str  # the address of its head
    told: Mapping[str, str]

    @property
    def parts(self) -> list[Part]:
        """All of them, in the order in which they are listed."""
        return [self.postgres, self.chroma, self.head, *self.workers, self.models, *self.webs]

    def start(self, parts: Parts) -> None:
        """What others need comes first; nothing is left running when this raises PartError."""
        for begun in ([self.postgres, self.chroma, self.head], self.workers, [self.models], self.webs):
            parts.begin(*begun)
            parts.await_ready(*begun)

    def task(self, name: str, *words: str) -> Part:
        """`dir-tir WORDS` in a home that no other process has."""
        return _ours(name, f"dir-tir {words[0]}", words, self.folder, self.told)


@contextmanager
def whole(folder: Path, rounds: int) -> Iterator[Whole]:
    """A cluster in this folder, whose parts are not started yet. Raises FileNotFoundError where there is no PostgreSQL."""
    if not (programs := postgres_programs()):
        raise FileNotFoundError("no PostgreSQL here: apt-get install postgresql")
    # The path of a socket has to be short; and PostgreSQL runs as somebody who may not go everywhere.
    with tempfile.TemporaryDirectory(prefix="pg-") as database, tempfile.TemporaryDirectory(prefix="ray-") as scratch:
        yield _described(folder, rounds, Postgres(programs, Path(database)), Path(database), Path(scratch))


def _described(folder: Path, rounds: int, postgres: Postgres, database: Path, scratch: Path) -> Whole:
    ray = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), "RAY_USAGE_STATS_ENABLED": "0", "OMP_NUM_THREADS": "1"}
    chroma, head, client, models, *webs = _free(6)
    profile = folder / "endpoints.toml"
    told = {
        "DIR_TIR_SESSIONS": postgres.address(),
        "DIR_TIR_STORE": f"http://127.0.0.1:{chroma}",
        "DIR_TIR_PAINTINGS": str(folder / "paintings"),
        **ray,
    }
    return Whole(
        folder,
        Part(
            "postgres",
            "PostgreSQL: conversations",
            postgres.command,
            folder / "postgres.log",
            says="ready to accept connections",
            address=str(database),
        ),
        Part(
            "chroma",
            "Chroma's server: galleries",
            [str(PROGRAMS / "chroma"), "run", "--path", str(folder / "chroma"), "--host", "127.0.0.1", "--port", str(chroma)],
            folder / "chroma.log",
            says="Connect to Chroma at",
            address=told["DIR_TIR_STORE"],
        ),
        _ray(
            *("ray-head", "Ray's head: hands out work", HEAD, folder, scratch, ray),
            *("--head", "--port", str(head), "--ray-client-server-port", str(client), "--num-cpus", "0", "--include-dashboard", "false"),
        ),
        [
            _ray(
                *(f"ray-{number}", "a worker of Ray: decodes and encodes", at, folder, scratch, ray),
                *("--address", f"{HEAD}:{head}", "--num-cpus", "1"),
            )
            for number, at in enumerate(WORKERS, start=1)
        ],
        Part(
            "models",
            "a model server: all four models of the miniature",
            [sys.executable, "-m", "model_server", "--port", str(models), "--profile", str(profile)],
            folder / "models.log",
            says=r"(http://127\S+)",
            env={"PYTHONPATH": _paths(), "OMP_NUM_THREADS": "1"},
        ),
        [
            _ours(
                f"web-{number}",
                "a web server",
                ("web", "--no-browser", "--port", str(port), "--profile", str(profile), "--max-rounds", str(rounds)),
                folder,
                told,
                r"DIR-TIR is at\s+(http://\S+)",
            )
            for number, port in enumerate(webs, start=1)
        ],
        f"{HEAD}:{head}",
        told,
    )


def _ray(name: str, words: str, at: str, folder: Path, scratch: Path, env: Mapping[str, str], *more: str) -> Part:
    """A machine of Ray, with a folder of its own as well: two that are started at once in one folder would hinder each other. It gives up
    after 30 s, which are over where much else runs."""
    command = [str(PROGRAMS / "ray"), "start", "--block", "--node-ip-address", at, "--temp-dir", str(scratch / name)]
    command += ["--object-store-memory", str(_SHARED), *more]
    return Part(name, words, command, folder / f"{name}.log", "Ray runtime started", at, {**env, "PYTHONPATH": _paths()}, again=2)


def _ours(name: str, words: str, command: Sequence[str], folder: Path, told: Mapping[str, str], says: str = "") -> Part:
    """`dir-tir ...`: what it is told is all that it shares with others."""
    program = [sys.executable, "-m", "dir_tir.chat.terminal.cli", *command]
    env = {**cut_off(folder / f"home-{name}"), "OMP_NUM_THREADS": "1", **told}
    return Part(name, words, program, folder / f"{name}.log", says, env=env)


def _paths() -> str:
    return os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])


def _free(count: int) -> list[int]:
    """So many ports that nobody listens at."""
    with ExitStack() as open_:
        found = [open_.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in found]
