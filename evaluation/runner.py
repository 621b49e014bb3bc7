"""Simulated conversations over a list of targets, one JSONL line each; what is in the file already is not run again."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DirTirError, InputError, PictureError
from ..graph.build import build_graph
from ..store.pictures import content_id
from ..tools.models.processors import Processors
from ..tools.models.retrying import noting
from .ranking import lists, rank_after

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from ..graph.build import ConversationGraph
    from ..graph.config import Config
    from ..nodes.state import RoundRecord
    from ..tools.search import Search
    from ..tools.toolbox import Toolbox


@dataclass(frozen=True)
class Task:
    """A picture to be found, and how whoever wants it begins."""

    target: str
    description: str


def read_tasks(file: Path, count: int, seed: int) -> list[Task]:
    """``count`` lines ``{"image", "description"}`` of a JSONL file, drawn at random; ``image`` is a path beside the file.

    Raises InputError when the file has fewer lines or a line is not of that form.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    if len(lines) < count:
        raise InputError(f"{file} describes {len(lines)} pictures, {count} targets were asked for")
    tasks = []
    for number in random.Random(seed).sample(range(len(lines)), count):
        try:
            line = json.loads(lines[number])
            tasks.append(Task(content_id(file.parent / line["image"]), line["description"]))
        except (ValueError, KeyError, TypeError, OSError, PictureError) as fault:
            raise InputError(
                f'{file}, line {number + 1}: expected {{"image", "description"}} and the picture beside it ({fault})'
            ) from fault
    return tasks


def run(
    tasks: Sequence[Task],
    config: Config,
    file: Path,
    resolve: Callable[[Config], Toolbox],
    advance: Callable[[], None] = lambda: None,
    at_once: int = 1,
    tuned: Search | None = None,
    processors: Processors | None = None,
) -> list[dict[str, Any]]:
    """Every task's conversation, in the tasks' order: ``{"target", "description", "broken", "rounds": [record and "rank" and "lists"]}``.

    One that ended with an error (its target is not in the gallery, say) is ``{"target", "description", "error"}``, and the rest go on; it
    is tried again when the run is gone on with. ``broken`` are the reasons of replies that stayed broken; nodes go on without them.

    ``rank`` is the target's in the merged ranking of the round as it was shown, ``lists`` what other shares would have shown.

    With ``tuned`` there is also the target's rank when the description is read by an encoder that is tuned on dialogues.

    ``config`` is that of every conversation but for the target. ``advance`` is called after each. ``at_once`` conversations are held at
    a time; the models answer them together. A line is written when its conversation is over, so that a run that was killed loses those
    under way and no others; in the end the lines stand in the tasks' order. ``processors``: those of the models, to be shared out.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    done = {line["target"]: line for line in whole_lines(file) if "error" not in line}
    graph = build_graph(resolve)
    # Names the folder of the paintings, so it must be short and another for another run.
    name = f"{file.stem[:24]}-{hashlib.sha256(f'{file.parent.name}/{file.stem}'.encode()).hexdigest()[:10]}"

    def converse(task: Task) -> dict[str, Any]:
        own = replace(config, user="simulated", target=task.target)
        try:
            return _converse(graph, own, f"{name}-{task.target[:16]}", task, resolve(own).search, tuned)
        except Exception as error:  # whatever ends one conversation is named in the summary and ends no other
            reason = str(error) if isinstance(error, DirTirError) else f"{type(error).__name__}: {error}"
            return {"target": task.target, "description": task.description, "error": reason}

    left = [task for task in tasks if task.target not in done]
    for _ in range(len(tasks) - len(left)):
        advance()
    threads = ThreadPoolExecutor(at_once)
    try:
        with (processors or Processors()).sharing(at_once), file.open("a", encoding="utf-8") as lines:
            held = {threads.submit(converse, task): task for task in left}
            for future in as_completed(held):
                conversation = done[held[future].target] = future.result()
                lines.write(json.dumps(conversation) + "\n")
                lines.flush()
                advance()
    finally:
        threads.shutdown(cancel_futures=True)
    conversations = [done[task.target] for task in tasks]
    ordered = file.with_suffix(".ordered")
    ordered.write_text("".join(json.dumps(conversation) + "\n" for conversation in conversations), encoding="utf-8")
    ordered.replace(file)
    return conversations


def untimed(conversation: dict[str, Any]) -> dict[str, Any]:
    """What two runs of the same seed have in common: everything but seconds and the folder of the paintings."""

    def bare(record: dict[str, Any]) -> dict[str, Any]:
        painting = record["painting"] and {**record["painting"], "path": Path(record["painting"]["path"]).name}
        return {**record, "painting": painting, "seconds": None}

    return conversation if "error" in conversation else {**conversation, "rounds": [bare(record) for record in conversation["rounds"]]}


def _converse(graph: ConversationGraph, config: Config, name: str, task: Task, search: Search, tuned: Search | None) -> dict[str, Any]:
    thread: RunnableConfig = {"configurable": {"thread_id": name}}
    search.record(task.target)  # before anything is asked about a picture that is not there
    with noting() as broken:
        state = graph.invoke({"description": task.description}, thread, context=config)
    return {
        "target": task.target,
        "description": task.description,
        "broken": sorted(broken),
        "rounds": [{**record, **_ranked(record, task.target, search, tuned)} for record in state["rounds"]],
    }


def _ranked(record: RoundRecord, target: str, search: Search, tuned: Search | None) -> dict[str, Any]:
    of = lists(search, record["round"], record["description"], record["painting"]["path"] if record["painting"] else None, target, tuned)
    page = [result["id"] for result in record["results"]]
    return {"rank": rank_after(page, search.ranks_by_text(record["description"], page), target, of["dialog_rank"]), "lists": of}


def whole_lines(file: Path) -> list[dict[str, Any]]:
    """The conversations that were written before, none where there is no file; a last line that a kill cut off is dropped from the file."""
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8")
    whole, _, rest = text.rpartition("\n")
    if rest:
        file.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return [json.loads(line) for line in whole.splitlines()]
