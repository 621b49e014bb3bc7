"""Simulated conversations over a list of targets, one JSONL line each; what is in the file already is not run again."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, as_completed
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ..errors import DiskFullError, InputError, PictureError
from ..store.conversations.sessions import open_sessions
from ..store.disk import plain_when_full
from ..store.pictures import content_id
from ..store.text_files import read_lines, whole
from ..store.writing import write_whole
from .conversing import INTERRUPTED, Conversing, Task, keys_of
from .holding import Holder, Threads
from .methods import DIR_TIR, read_off

if TYPE_CHECKING:
    from ..graph.config import Config
    from ..store.conversations.saver import RoundSaver
    from ..tools.models.processors import Processors
    from ..tools.search import Search
    from ..tools.toolbox import Toolbox


def read_tasks(file: Path, count: int, seed: int) -> list[Task]:
    """``count`` lines ``{"image", "description"}`` of a JSONL file, drawn at random; ``image`` is a path relative to it.

    Raises InputError when the file has fewer lines or a line is not of that form.
    """
    lines = read_lines(file, 'lines {"image", "description"}')
    if len(lines) < count:
        raise InputError(f"{file} describes {len(lines)} pictures, {count} targets were asked for")
    tasks = []
    for number, text in random.Random(seed).sample(lines, count):
        try:
            line = json.loads(text)
            tasks.append(Task(content_id(file.parent / line["image"]), whole(line["description"]), line["image"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, PictureError) as fault:
            raise InputError(f'{file}, line {number}: expected {{"image", "description"}} and the picture there ({fault})') from fault
    return tasks


def run(
    tasks: Sequence[Task],
    config: Config,
    file: Path,
    resolve: Callable[[Config], Toolbox],
    advance: Callable[[], None] = lambda: None,
    at_once: int = 1,
    method: str = DIR_TIR,
    tuned: Search | None = None,
    processors: Processors | None = None,
    asked: Collection[str] = (),
    holder: Callable[[RoundSaver], Holder] | None = None,
) -> list[dict[str, Any]]:
    """Every task's conversation, in the tasks' order: ``{"task", "method", "target", "image", "description", "broken", "rounds"}``.

    ``rounds`` are the records, each with ``ranks``: the target's rank by name, of the ``method`` that is run and of all that can be read
    off it (with ``tuned`` also when the description is read by an encoder that is tuned on dialogues; what takes long only where it is
    ``asked`` for). ``broken`` are the reasons of replies that stayed broken; nodes go on without them. Two descriptions of one picture are
    two tasks, each with a conversation.

    Of one that ended with an error there is ``error`` instead of ``rounds`` (and ``traceback`` where it was not one of ours), and the
    others go on; it is tried again when the run is continued. ``config`` is that of every conversation but for the target. ``advance``
    is called after each. ``at_once`` run at a time; the models answer them together.

    A line is written when its conversation is over, so that a run that was killed loses those under way and no others; in the end the
    lines stand in the tasks' order. Interrupted (KeyboardInterrupt), it finishes the steps under way and keeps where each conversation
    was; the same call goes on from there. ``processors``: those of the models, to be shared out. ``holder``: who
    holds the conversations, given where they are kept; by default threads of this process.
    """
    by_key = dict(zip(keys_of(tasks), tasks, strict=True))
    wanted = {method, *(other for other, reads in read_off(method, config, asked).items() if tuned or reads.needs != "dialogue_encoder")}
    shared = processors.sharing(at_once) if processors else nullcontext()
    with (
        plain_when_full(file),
        _alone(file),
        open_sessions(file.with_suffix(".sqlite")) as saver,
        file.open("a+", encoding="utf-8", errors="surrogateescape") as lines,
        shared,
    ):
        _cut_off_half_a_line(lines)
        there = {line["task"]: line for line in whole_lines(file)}
        done = {key: line for key, line in there.items() if "error" not in line and wanted <= line["rounds"][0]["ranks"].keys()}
        left = {key: task for key, task in by_key.items() if key not in done}
        for _ in range(len(tasks) - len(left)):
            advance()
        holding: Holder = holder(saver) if holder else Threads(Conversing(method, config, file, resolve, saver, tuned, asked), at_once)
        futures = {holding.submit(key, task, there.get(key, {})): key for key, task in left.items()}
        written: set[Future[dict[str, Any]]] = set()

        def keep(future: Future[dict[str, Any]]) -> None:
            written.add(future)
            conversation = done[futures[future]] = future.result()
            lines.write(json.dumps(conversation) + "\n")
            lines.flush()
            if conversation.get("error") != INTERRUPTED:
                advance()

        try:
            for future in as_completed(futures):
                keep(future)
        except DiskFullError:
            holding.stop()  # none of them could be written
            raise
        except KeyboardInterrupt:
            holding.stop()
            for future in futures.keys() - written:
                if not future.cancelled():
                    keep(future)
            raise
        finally:
            holding.close()
        conversations = [done[key] for key in by_key]
        write_whole(file, "".join(json.dumps(conversation) + "\n" for conversation in conversations))
    if not any("error" in conversation for conversation in conversations):  # nothing is under way any more
        for sessions in file.parent.glob(f"{file.stem}.sqlite*"):
            sessions.unlink()
    return conversations


def untimed(conversation: dict[str, Any]) -> dict[str, Any]:
    """What two runs of the same seed have in common: everything but seconds and the folder of the paintings."""

    def bare(record: dict[str, Any]) -> dict[str, Any]:
        painting = record["painting"] and {**record["painting"], "path": Path(record["painting"]["path"]).name}
        return {**record, "painting": painting, "seconds": None}

    return conversation if "error" in conversation else {**conversation, "rounds": [bare(record) for record in conversation["rounds"]]}


def whole_lines(file: Path) -> list[dict[str, Any]]:
    """The conversations that were written before, none where there is no file. What is no whole line, because a kill or a full disk cut it
    off, is passed over: that conversation is held again."""
    if not file.exists():
        return []
    found = []
    for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            conversation = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(conversation, dict):
            found.append(conversation)
    return found


def _cut_off_half_a_line(lines: IO[str]) -> None:
    """What is written from now on begins a line of its own."""
    lines.seek(0)
    whole, newline, rest = lines.read().rpartition("\n")
    if rest:
        lines.seek(0)
        lines.truncate(len((whole + newline).encode(errors="surrogateescape")))
    lines.seek(0, os.SEEK_END)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """No other process runs the same evaluation meanwhile: both would hold every conversation."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file.with_suffix(".lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise InputError(f"{file} is being written by another evaluation: wait for it, or stop it; the same command goes on") from None
    try:
        yield
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()
