"""``dir-tir find``: paths for people and for pipes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...plain import shown
from ...store.gallery.filters import ALL
from ...tools.finding import find
from ...tools.user import NOTHING_DESCRIBED, typed_text
from ..library.profile_choice import profile_of
from .only_gallery import named_or_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...store.gallery.filters import Filter
    from ...tools.finding import Matches
    from ...tools.workspace import Workspace


def find_in(
    workspace: Workspace,
    gallery: str,
    profile: str,
    description: str,
    top: int,
    ruled_out: Sequence[str] = (),
    only: Filter = ALL,
    like: Path | None = None,
) -> Matches:
    """The pictures of a gallery, or of the only one there is, that fit a description best, of those that ``only`` lets through; with
    ``like``, the file of a picture, those that are like it. Raises InputError, GalleryError."""
    line, away = typed_text(description), [typed_text(one) for one in ruled_out]
    if not line and like is None:
        raise InputError(NOTHING_DESCRIBED)
    gallery = named_or_only(workspace, gallery)
    search = workspace.search(gallery, profile_of(workspace, gallery, profile)).only(only)
    matches = find(search.like(like) if like else search, line, top, away)
    _say_beside(matches)
    return matches


def as_json(matches: Matches) -> str:
    """Everything about the matches, as one object. Bytes of a path that are no text stand as halves of characters, as in Python."""
    results = [
        {
            "number": number,
            "id": match.record.id,
            "path": match.record.path,
            "date": match.record.date.isoformat() if match.record.date else None,
            "score": round(match.score, 6),
            "captions": list(match.record.captions),
        }
        for number, match in enumerate(matches.found, start=1)
    ]
    return json.dumps({"description": matches.description, "ruled_out": list(matches.ruled_out), "results": results}, indent=1)


def write_paths(matches: Matches, end: bytes) -> None:
    """The path of each match on standard output, byte for byte, so that other programs find the file; to a terminal as it may be shown."""
    if sys.stdout.isatty():
        for match in matches.found:
            print(shown(match.record.path))
        return
    sys.stdout.flush()
    for match in matches.found:
        sys.stdout.buffer.write(os.fsencode(match.record.path) + end)
    sys.stdout.buffer.flush()


def _say_beside(matches: Matches) -> None:
    """On standard error, what whoever reads the paths would not guess."""
    if matches.ruled_out:
        print(f"ruled out: {', '.join(map(shown, matches.ruled_out))}", file=sys.stderr)
    if not matches.read:
        print("most of these words are not known to the encoder, so the order is a guess", file=sys.stderr)
    if gone := sum(not Path(match.record.path).is_file() for match in matches.found):
        print(f"{gone} of these files are gone: index their folder again, or `dir-tir gallery prune`", file=sys.stderr)
