"""A client of Chroma's server, and every error of it in one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ...errors import DirTirError, GalleryError, StoreError
from ...plain import said_by
from ..server_address import DATABASE, STORE, TENANT, TOKEN, ServerAddress

PATIENCE = 60.0  # seconds that one waits for the next bytes of an answer
_CONNECT = 10.0  # for a connection, and for a server that has nothing to do but to say that it is there
_AGAIN = "nothing is lost, and the same command goes on"


def connect(address: ServerAddress, patience: float = PATIENCE) -> Any:
    """A client, for any number of threads. Raises StoreError."""
    import chromadb
    import httpx
    from chromadb.config import Settings

    timeout = httpx.Timeout(patience, connect=min(patience, _CONNECT))
    with plain_server_errors(address):
        _look(address, min(patience, _CONNECT))
        client = chromadb.HttpClient(
            host=address.url,
            port=httpx.URL(address.url).port or 0,  # is in the address already, and has to be a number
            headers=_headers(address),
            settings=Settings(anonymized_telemetry=False),
            tenant=address.tenant,
            database=address.database,
        )
        with suppress(AttributeError):  # of another version, which then waits for ever
            client._server._session.timeout = timeout  # Chroma's client has no setting for it
    return client


@contextmanager
def plain_server_errors(address: ServerAddress, name: str = "") -> Iterator[None]:
    """Whatever client and server raise, as a StoreError; as a GalleryError what is said of one gallery. ``name``: that it is about."""
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except DirTirError:
        raise
    except NotFoundError as error:
        if name and "ollection" in str(error):
            raise GalleryError(f"gallery {name!r} on {address} is gone, or was never finished: index into it again") from None
        raise StoreError(_lacking(address)) from None
    except ChromaError as error:
        raise StoreError(_said(address, error)) from None
    except Exception as error:
        raise StoreError(_happened(address, error)) from None


def _look(address: ServerAddress, timeout: float) -> None:
    """Whether it is a server of Chroma at all: asked first, because Chroma's client says of whatever else answers only what that sent."""
    import httpx

    answer = httpx.get(f"{address.url}/api/v2/heartbeat", headers=_headers(address), timeout=timeout)
    answer.raise_for_status()
    if "nanosecond heartbeat" not in answer.json():
        raise ValueError("no heartbeat")


def _headers(address: ServerAddress) -> dict[str, str]:
    """The token where Chroma Cloud looks for it, and where the proxies look that one puts before a server of one's own."""
    if not address.token:
        return {}
    return {"x-chroma-token": address.token} | ({} if ".trychroma.com" in address.url else {"Authorization": f"Bearer {address.token}"})


def _happened(address: ServerAddress, error: BaseException) -> str:
    """What no server of Chroma said. Nothing of an answer is repeated: a proxy's page may repeat what it was sent."""
    import httpx

    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, httpx.TimeoutException):
            return f"Chroma's server at {address.url} does not answer in time: see what it is doing; {_AGAIN}"
        if isinstance(cause, httpx.HTTPStatusError):
            return _refused(address, cause.response.status_code)
        if isinstance(cause, httpx.TransportError):
            reason = said_by(cause, 120)
            return f"Chroma's server at {address.url} cannot be reached ({reason}): start it (`chroma run`), or see to {STORE}; {_AGAIN}"
        if isinstance(cause, httpx.InvalidURL):
            return f"{address.url} is no address: see to {STORE}"
    if "Could not connect to tenant" in str(error):
        return _lacking(address)
    return f"what answers at {address.url} is no server of Chroma 0.6 or later, or has what nobody of us wrote: see to {STORE}"


def _refused(address: ServerAddress, status: int) -> str:
    if status in (401, 403):
        return f"Chroma's server at {address.url} does not take the token ({status}): see to {TOKEN}"
    if status == 429:
        return f"Chroma's server at {address.url} asks to be left alone for a while (429): wait; {_AGAIN}"
    if status in (502, 503, 504):
        return f"what stands before Chroma's server at {address.url} cannot reach it ({status}): start it (`chroma run`); {_AGAIN}"
    if status == 413:
        return f"what stands before Chroma's server at {address.url} takes no requests of this size (413): allow it 40 MB"
    if status >= 500:
        return f"Chroma's server at {address.url} is out of order ({status}): look into its log; {_AGAIN}"
    return f"what answers at {address.url} is no server of Chroma 0.6 or later ({status}): see to {STORE}"


def _lacking(address: ServerAddress) -> str:
    return (
        f"Chroma's server at {address.url} has no database {address.database!r} of tenant {address.tenant!r}: "
        f"see to {DATABASE} and {TENANT}, or make it"
    )


def _said(address: ServerAddress, error: BaseException) -> str:
    """What a server of Chroma said."""
    reason, kind = said_by(error, 200), type(error).__name__
    if kind in ("ChromaAuthError", "AuthorizationError"):
        return f"Chroma's server at {address.url} does not take the token: see to {TOKEN}"
    if kind in ("RateLimitError", "QuotaError"):
        return f"Chroma's server at {address.url} allows no more ({reason}): wait, or have its limits raised; {_AGAIN}"
    return f"Chroma's server at {address.url} cannot do it ({reason}): look into its log; {_AGAIN}"


def _causes(error: BaseException) -> list[BaseException]:
    """It, and what it came of."""
    found: list[BaseException] = []
    while error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__ or error
    return found
