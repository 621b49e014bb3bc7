"""Chroma's server, when galleries are kept on one: its address, and what it has to be told. All of it comes from the environment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..errors import InputError

STORE, TENANT, DATABASE, TOKEN = "DIR_TIR_STORE", "DIR_TIR_STORE_TENANT", "DIR_TIR_STORE_DATABASE", "DIR_TIR_STORE_TOKEN"
_EXPECTED = "expected http://HOST:PORT or https://HOST of Chroma's server, or nothing for folders of this machine"


@dataclass(frozen=True)
class ServerAddress:
    """url: scheme, host, port, and the path that a proxy has the server at. tenant, database: of Chroma's. token: is never shown."""

    url: str
    tenant: str = "default_tenant"
    database: str = "default_database"
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> ServerAddress | None:
        """What the variables say; nothing where galleries lie in folders. Raises InputError, which repeats no address: there may be a
        password in it."""
        said = environment.get(STORE, "").strip()
        if not said:
            return None
        try:
            parts = urlsplit(said)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:  # a port that is no number
            raise InputError(f"{STORE} is no address: {_EXPECTED}") from None
        if parts.scheme not in ("http", "https") or not host or any(character.isspace() for character in said):
            raise InputError(f"{STORE} is no address: {_EXPECTED}")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise InputError(f"{STORE} has more in it than an address: put a token into {TOKEN}, and leave out '@', '?' and '#'")
        tenant, database = (
            _named(variable, environment.get(variable, "") or default)
            for variable, default in ((TENANT, cls.tenant), (DATABASE, cls.database))
        )
        host = f"[{host}]" if ":" in host else host
        token = environment.get(TOKEN, "").strip()
        if not token.isascii() or not token.isprintable():
            raise InputError(f"{TOKEN} has characters that no token has: copy it again")
        return cls(f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}", tenant, database, token)

    def __str__(self) -> str:
        """For a person."""
        return f"{self.url} ({self.tenant}/{self.database})"

    @property
    def key(self) -> str:
        """A name for a folder, another for each tenant and database of each server."""
        whole = "\n".join((self.url, self.tenant, self.database))
        host = "".join(character if character.isalnum() else "-" for character in urlsplit(self.url).netloc)
        return f"{host.strip('-')[:50]}-{hashlib.sha256(whole.encode()).hexdigest()[:12]}"


def _named(variable: str, name: str) -> str:
    """A name that stands in the path of addresses."""
    if "/" in name or name in (".", "..") or not name.isprintable():
        raise InputError(f"{variable} is {name!r}: expected the name of one of Chroma's, without '/'")
    return name
