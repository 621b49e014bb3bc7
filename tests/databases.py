"""A PostgreSQL server on a socket in a folder of its own, as Debian has it; one for all tests of a process."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDED = "DIR_TIR_NEEDS_POSTGRES"
PASSWORD = "correct-horse/b@ttery"


class Postgres:
    """A server that can be stopped, killed and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._numbers = itertools.count()
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "password").write_text(PASSWORD)
        if os.getuid() == 0:  # which it refuses to run as
            for path in (folder, folder / "password"):
                shutil.chown(path, "nobody")
        made = ["-D", str(folder / "data"), "-U", "tests", "-A", "scram-sha-256", "--pwfile", str(folder / "password")]
        subprocess.run(self._command("initdb", *made, "-E", "UTF8", "--locale", "C", "--no-sync"), check=True, capture_output=True)

    @property
    def command(self) -> list[str]:
        """What serves it until it is stopped."""
        settings = {"listen_addresses": "", "unix_socket_directories": str(self._folder), "fsync": "off", "logging_collector": "off"}
        options = itertools.chain.from_iterable(("-c", f"{name}={value}") for name, value in settings.items())
        return self._command("postgres", "-D", str(self._folder / "data"), *options)

    def start(self) -> None:
        """Returns when it answers."""
        import psycopg

        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.address()).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._server.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once, as if it was killed: every connection breaks, and it has to recover from its log."""
        if self._server:
            os.kill(int((self._folder / "data" / "postmaster.pid").read_text().split()[0]), how)
            self._server.wait(60)
            self._server = None

    def address(self, user: str = "tests", password: str = PASSWORD, **more: str) -> str:
        """Of its database, for anybody."""
        said = "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
        return f"postgresql://{user}:{quote(password, safe='')}@/postgres?host={quote(str(self._folder), safe='')}{said}"

    def empty(self) -> str:
        """The address of a place in it in which there is nothing yet."""
        import psycopg

        if self._server is None:  # a test that failed left it so
            self.start()
        name = f"place_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return self.address(options=f"-csearch_path={name}")

    @contextmanager
    def pooled(self, mode: str) -> Iterator[str]:
        """The address of a PgBouncer before it, in this mode. Skips the test where there is none."""
        import psycopg

        program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
        if not program:
            pytest.skip("no PgBouncer here (apt-get install pgbouncer)")
        place = self._folder / f"pooled-{mode}"
        place.mkdir()
        (place / "users").write_text(f'"tests" "{PASSWORD}"\n')
        settings = {"listen_addr": "", "unix_socket_dir": place, "auth_type": "plain", "auth_file": place / "users", "pool_mode": mode}
        said = "\n".join(f"{name} = {value}" for name, value in settings.items())
        (place / "settings.ini").write_text(f"[databases]\npostgres = host={self._folder}\n[pgbouncer]\n{said}\n")
        if os.getuid() == 0:
            for path in (place, *place.iterdir()):
                shutil.chown(path, "nobody")
        command = [*self._as_nobody(), program, str(place / "settings.ini")]
        with (place / "log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log) as pooler:
            address = f"postgresql://tests:{quote(PASSWORD, safe='')}@/postgres?host={quote(str(place), safe='')}&port=6432"
            try:
                wait_until(lambda: pooler.poll() is not None or (place / ".s.PGSQL.6432").exists())
                psycopg.connect(address).close()
                yield address
            finally:
                pooler.terminate()

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Says something to the server from outside."""
        import psycopg

        with psycopg.connect(self.address(), autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _command(self, program: str, *arguments: str) -> list[str]:
        return [*self._as_nobody(), str(self._programs / program), *arguments]

    @staticmethod
    def _as_nobody() -> list[str]:
        return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []


def postgres_programs() -> Path | None:
    """Where they are, if anywhere."""
    found = [Path(path).resolve() for path in (shutil.which("postgres"), *Path("/usr/lib/postgresql").glob("*/bin/postgres")) if path]
    return found[0].parent if found else None


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Skips the test where there is no PostgreSQL, unless one is required."""
    found = postgres_programs()
    try:
        import langgraph.checkpoint.postgres  # noqa: F401
    except ImportError:
        found = None
    if not found:
        reason = "no PostgreSQL here (apt-get install postgresql; pip install 'dir-tir[postgres]')"
        (pytest.fail if os.environ.get(NEEDED) else pytest.skip)(reason)
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(found, Path(folder))
        try:
            server.start()
            yield server
        finally:
            with suppress(OSError):
                server.stop()
