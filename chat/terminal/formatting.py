"""A conversation in lines for a person at a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ...plain import shown
from ...store.gallery.filters import ALL
from ..library.texts import BY_MODEL, note_text, only_text

WHAT_BROUGHT = {"dialog": "your words", "image": "the painting"}

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...store.gallery.filters import Filter
    from ..library.branches import Branch
    from ..library.events import Page, Result
    from ..library.snapshot import Snapshot


def format_page(page: Page, width: int = 0, only: Filter = ALL) -> list[str]:
    """What has been understood, what did not go as planned, and the ten results by number. width: of the terminal; 0: lines stay whole.
    only: which pictures were searched."""
    lines = [f"{f'Round {page.round}' if page.round else 'First search'}: {page.description}"]
    if only:
        lines.append(f"  {shown(only_text(only))}")
    if page.ruled_out:
        lines.append(f"  Ruled out: {format_ruled_out(page)}")
    lines += [f"  ({note_text(note)})" for note in page.notes]
    lines += format_results(page.shown)
    return [_filled(line, width) for line in lines] if width > 20 else lines


def format_results(results: Sequence[Result]) -> list[str]:
    """Results by number."""
    lines = [_result(result) for result in results]
    return [*lines, "  (* found by the painting)"] if any(result.source == "image" for result in results) else lines


def format_reasons(page: Page) -> list[str]:
    """What brought each result of a page: how much of it the words and the painting, and how near it is to them."""
    lines = []
    for result in page.shown:
        shares = result.shares or {result.source: 1.0}
        brought = " and ".join(f"{WHAT_BROUGHT[origin]} ({share:.0%})" for origin, share in shares.items() if share >= 0.005)
        lines.append(f"  {result.number:2}  {brought}; likeness {result.score:.2f}")
    return lines


def format_ruled_out(page: Page) -> str:
    """What the picture does not show, by number."""
    return ", ".join(f"{number} {text}" for number, text in enumerate(page.ruled_out, start=1))


def format_branch(number: int, branch: Branch) -> str:
    """What came of a conversation before the person went back."""
    now = branch.snapshot
    came = f"found: {shown(now.found.path.name)}" if now.found else f"round {now.round}: {now.page.description if now.page else ''}"
    return f"  {number}  otherwise from round {branch.since} on; {came}"


def format_end(now: Snapshot) -> str:
    """How a conversation ended."""
    if not now.found:
        return "The rounds are used up; begin again with other words, or say which it was."
    return f"Found: {shown(now.found.path)}" + ("" if now.found.path.is_file() else f"  (its file is missing: {now.found.caption})")


def _result(result: Result) -> str:
    name = shown(result.path.name)
    file = "" if result.gone or result.caption == name else f"  [{name}]"
    missing = "" if result.path.is_file() else " (its file is missing)"
    model = f" {BY_MODEL}" if result.by_model else ""
    return f"  {result.number:2}{'*' if result.source == 'image' else ' '} {result.line}{model}{file}{missing}"


def _filled(line: str, width: int) -> str:
    """A line in lines that end between words; a word that is longer than the terminal is wide stays whole."""
    return textwrap.fill(line, width, subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False)
