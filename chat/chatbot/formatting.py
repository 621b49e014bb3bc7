"""A conversation in words for a language model: what it tells its user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...nodes.without_models import say_more
from ...plain import shown
from ..library.texts import BY_MODEL, note_text, only_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ...tools.finding import Matches
    from ..library.branches import Branch
    from ..library.events import Result
    from ..library.snapshot import Snapshot


def format_snapshot(now: Snapshot, *, paths: bool = False) -> str:
    """What has been understood, the ten results, and what is asked. paths: whether whoever reads it may know where files are."""
    page = now.page
    if page is None:
        return f"Conversation {now.id} has not begun."
    lines = [f"Conversation {now.id}, round {page.round} of {now.config.max_rounds}. Understood: {page.description}", "Results:"]
    lines += [format_result(result, paths=paths) for result in page.shown]
    if now.config.only:
        lines.insert(1, f"{shown(only_text(now.config.only))}.")
    if page.ruled_out:
        lines.insert(1, f"Ruled out: {'; '.join(page.ruled_out)}")
    lines += [f"Note: {note_text(note)}" for note in page.notes]
    if now.finished:
        lines.append("The rounds are used up. The picture can still be marked as found; or begin again with other words, or go back.")
    if now.question and now.question.question:
        lines.append(f"Question for the user: {now.question.question}")
    elif now.question:
        lines.append(f"Nothing is asked. Tell the user: {say_more(now.question.words)} What they say is the answer.")
    if now.difference:
        missing = "" if now.difference.painting.is_file() else " (its file is missing)"
        lines.append(f"About the painting, the last picture{missing}: {now.difference.question}")
    return "\n".join(lines)


def format_result(result: Result, *, paths: bool = False) -> str:
    """A result with its number, its date and its file, and whether its picture can no longer be shown."""
    model = f" {BY_MODEL}" if result.by_model else ""
    return f"{result.number}. {result.line}{model}{_facts(result.path, result.date, result.caption, paths, gone=result.gone)}"


def _facts(path: Path, date: datetime | None, caption: str, paths: bool, *, gone: bool = False) -> str:
    name = shown(path if paths else path.name)
    facts = [f"{date:%Y-%m-%d}"] if date else []
    facts += [] if gone or name == caption else [name]
    facts += [] if path.is_file() else ["its file is missing"]
    return f" ({', '.join(facts)})" if facts else ""


def format_branches(branches: Sequence[Branch]) -> str:
    """What can be returned to, a line each; nothing where there is nothing."""
    lines = []
    for number, branch in enumerate(branches, start=1):
        now = branch.snapshot
        came = f"found {now.found.caption}" if now.found else f"round {now.round}, understood: {now.page.description if now.page else ''}"
        lines.append(f"Branch {number}, answered otherwise from round {branch.since} on: {came}")
    return "\n".join(lines)


def format_matches(matches: Matches, *, paths: bool = False) -> str:
    """What a search without a conversation found: a line for each picture, with its date and its file."""
    lines = [
        f"{number}. {match.record.title}{_facts(Path(match.record.path), match.record.date, match.record.title, paths)}"
        for number, match in enumerate(matches.found, start=1)
    ]
    if matches.ruled_out:
        lines.insert(0, f"Ruled out: {'; '.join(map(shown, matches.ruled_out))}")
    if not matches.read:
        lines.insert(0, "Note: most of these words are not known to the encoder; say it in plain English.")
    return "\n".join(lines)


def format_found(found: Result, *, paths: bool = False) -> str:
    """The end of a conversation that found its picture."""
    return f"Found: {found.caption}{_facts(found.path, found.date, found.caption, paths, gone=found.gone)}. The conversation has ended."
