"""What the page shows of a conversation, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..library.events import Question
from ..library.texts import fault_text, note_text, only_text, reason_text

if TYPE_CHECKING:
    from ...nodes.state import Writing
    from ..library.branches import Branch
    from ..library.events import Asked, Page, Progress, Result
    from .moment import Moment


def conversation_view(moment: Moment, loading: tuple[int, int] | None) -> dict[str, Any]:
    """All of it, in sentences where it is about the search; pictures and paintings are named, and the page fetches them.

    loading: parts of the models there, of how many; nothing while none are being loaded.
    """
    snapshot, config = moment.snapshot, moment.snapshot.config
    return {
        "id": snapshot.id,
        "gallery": snapshot.gallery,
        "description": snapshot.description,
        "only": only_text(config.only),
        "like": bool(config.like),
        "round": snapshot.round,
        "open_round": snapshot.open_round,
        "most": config.max_rounds,
        "paints": config.paints and "painter" not in snapshot.lacks,
        "can_paint": bool(config.image_num) and "painter" not in snapshot.lacks,
        "asks": bool(config.dialog_num) or "llm" in snapshot.lacks,
        "thinks": "llm" not in snapshot.lacks,
        "passes_over": bool(config.node_settings()["exclude_shown"]),
        "rounds": [_round(page) for page in snapshot.pages],
        "question": _asked(snapshot.question),
        "difference": _asked(snapshot.difference),
        "progress": _progress(moment.progress),
        "given": dict(moment.given),
        "running": moment.running,
        "loading": loading,
        "finished": snapshot.finished,
        "found": snapshot.found.id if snapshot.found else None,
        "branches": [_branch(branch) for branch in moment.branches],
        "problem": moment.problem,
        "mystery": moment.entry.hunted,
        "version": moment.version,
    }


def _branch(branch: Branch) -> dict[str, Any]:
    snapshot = branch.snapshot
    description = snapshot.page.description if snapshot.page else snapshot.description
    return {"id": branch.id, "since": branch.since, "rounds": snapshot.round, "description": description, "found": bool(snapshot.found)}


def _asked(item: Asked | None) -> dict[str, Any] | None:
    if item is None:
        return None
    words = list(item.words) if isinstance(item, Question) else []
    return {"round": item.round, "question": item.question, "problem": item.problem, "words": words}


def _progress(progress: Progress | None) -> dict[str, int] | None:
    return None if progress is None else {"done": progress.done, "total": progress.total}


def _round(page: Page) -> dict[str, Any]:
    record = page.record
    return {
        "round": page.round,
        "description": page.description,
        "prompt": page.prompt,
        "ruled_out": list(page.ruled_out),
        "description_written": _written(record.get("description_written")),
        "prompt_written": _written(record.get("prompt_written")),
        "question": record["question"],
        "answer": record["answer"],
        "critique": record["critique"],
        "painted": record["painting"]["prompt"] if record["painting"] else None,
        "candidates": record["candidates"],
        "turned_down": [
            {"question": tried["question"], "reason": reason_text(tried["reason"])} for tried in record["tries"] if tried["reason"]
        ],
        "notes": [note_text(note) for note in page.notes],
        "results": [_result(result) for result in page.results],
        "further": [_result(result) for result in page.further],
    }


def _written(writing: Writing | None) -> dict[str, Any] | None:
    return {**writing, "faults": [fault_text(fault) for fault in writing["faults"]]} if writing else None


def _result(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "caption": result.caption,
        "looks_like": result.looks_like,
        "score": result.score,
        "source": result.source,
        "gone": result.gone,
        "by_model": result.by_model,
        "width": result.width,
        "height": result.height,
    }
