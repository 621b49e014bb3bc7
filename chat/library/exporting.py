"""A conversation as one HTML file: what was said, painted and found in each round, with small pictures in it. It opens anywhere, without a
network, and runs nothing: no script, no link, every text escaped."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ...errors import PictureError
from ...plain import cleaned
from ...store.conversations.paintings import painting_file
from .texts import note_text
from .thumbnails import small_picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...store.conversations.register import Entry
    from .events import Page, Result
    from .snapshot import Snapshot

_RESULT, _PAINTING = 200, 320  # pixels


def html_of(snapshot: Snapshot, entry: Entry) -> str:
    """The file's text. The style is the only thing its policy allows beside pictures that it holds itself."""
    style = files(__package__).joinpath("export.css").read_text("utf-8")
    allowed = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=PackageLoader("dir_tir.chat.library", "."), autoescape=select_autoescape(default=True), undefined=StrictUndefined
    )
    return environment.get_template("export.html").render(
        title=cleaned(entry.name),
        style=style,
        policy=f"default-src 'none'; img-src data:; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'",
        description=cleaned(snapshot.description),
        gallery=snapshot.gallery,
        begun=_day(entry.begun),
        rounds=[_round(page, snapshot) for page in snapshot.pages],
        found=_result(snapshot.found, "") if snapshot.found else None,
        finished=snapshot.finished,
    )


def _round(page: Page, snapshot: Snapshot) -> dict[str, Any]:
    record = page.record
    critique, painting = record["critique"], record["painting"]
    return {
        "name": f"Round {page.round}" if page.round else "First search",
        "question": cleaned(record["question"]),
        "answer": said(record["answer"]),
        "asked": bool(page.round),
        "painting": _source(painting_file(painting["path"]), _PAINTING) if painting else "",
        "painted": cleaned(painting["prompt"]) if painting else "",
        "critique": cleaned(critique["question"]) if critique else "",
        "difference": said(critique["reply"]) if critique else "",
        "understood": page.description,
        "ruled_out": page.ruled_out,
        "notes": [note_text(note) for note in page.notes],
        "results": [_result(result, snapshot.found.id if snapshot.found else "") for result in page.results],
    }


def said(reply: Mapping[str, Any]) -> str:
    """A reply in words, with what it said without being asked."""
    marks = [
        _counted(len(reply.get("more_like") or ()), "more like this"),
        _counted(len(reply.get("not_these") or ()), "not this"),
        "show again what was shown" if reply.get("show_again") else "",
        f"the picture shows: {reply['description']}" if reply.get("description") else "",
        f"the painting shows: {reply['prompt']}" if reply.get("prompt") else "",
        f"it does not show: {', '.join(reply['ruled_out']) or 'nothing is ruled out'}" if "ruled_out" in reply else "",
    ]
    return cleaned(". ".join(part for part in (str(reply.get("text", "")), *marks) if part))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""


def _result(result: Result, found: str) -> dict[str, Any]:
    return {"number": result.number, "line": result.line, "picture": _source(result.path, _RESULT), "found": result.id == found}


def _source(path: Path, side: int) -> str:
    """A picture as the address that holds it; empty when its file is gone."""
    try:
        return f"data:image/webp;base64,{b64encode(small_picture(path, side)).decode()}"
    except PictureError:
        return ""


def _day(begun: str) -> str:
    try:
        return f"{datetime.fromisoformat(begun):%Y-%m-%d}"
    except ValueError:
        return ""
