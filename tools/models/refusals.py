"""Why a request to an endpoint failed: in the server's own words where it has any, otherwise what lies at the bottom of it."""

from __future__ import annotations

from typing import Any


def reason_of(error: Any) -> str:
    """One line."""
    status, said = getattr(error, "status_code", None), getattr(error, "body", None)
    if status is not None:
        words = _words(said) or " ".join(str(getattr(error.response, "text", "")).split()) or str(error)
        return f"{status}: {words}"[:300]
    bottom: BaseException = error
    while bottom.__cause__ or bottom.__context__:
        bottom = bottom.__cause__ or bottom.__context__  # type: ignore[assignment]
    parts = [" ".join(str(part).split()) or type(part).__name__ for part in dict.fromkeys((error, bottom))]
    return ": ".join(dict.fromkeys(part.rstrip(".") for part in parts))[:300]


def _words(said: Any) -> str:
    """The message in the body of a refusal, of which every server has a form of its own."""
    while isinstance(said, dict | list) and said:
        if isinstance(said, list):
            said = said[0]
            continue
        inner = next((said[key] for key in ("error", "message", "detail", "msg") if said.get(key)), None)
        beside = [str(said[key]) for key in ("code", "loc") if said.get(key) and not isinstance(inner, dict | list)]
        if not isinstance(inner, dict | list):
            return " ".join(" ".join([str(inner or said), *beside]).split())
        said = inner
    return " ".join(str(said or "").split())


def says(error: Any, word: str) -> bool:
    """Whether a refusal names something, wherever in its body."""
    return word in f"{error.body}{getattr(error.response, 'text', '')}"
