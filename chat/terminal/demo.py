"""A conversation to watch: the simulated user holds a postcard, the system finds it."""

from __future__ import annotations

import json
import random
import textwrap
import time
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from ...evaluation.postcards import Postcards, postcards_gallery
from ...graph.build import build_graph, ended
from ...graph.config import Config
from ...nodes.state import RoundRecord
from ...store.pictures import content_id
from ...tools.question_rules import NOTHING_LEFT
from ...tools.timing import added
from ..library.loading import load
from ..library.texts import note_text, reason_text
from .sheet import save_sheet

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from ...nodes.state import Opening
    from ...tools.search import Search
    from ...tools.workspace import Workspace

PROFILE = "miniature"


def demo(workspace: Workspace, postcards: int, rounds: int, seed: int) -> None:
    """Draw, index, pick a target, converse, and leave a sheet of the conversation. What is there from the last time is kept."""
    gallery = postcards_gallery(workspace, postcards, PROFILE)
    target, description = _pick(gallery, seed)
    config = Config(
        profile=PROFILE,
        gallery=gallery.gallery,
        user="simulated",
        target=content_id(target),
        max_rounds=rounds,
        related_size=max(10, postcards // 10),
        seed=seed,
    )
    _converse(workspace, config, description, target, conversation=f"demo-{postcards}-{rounds}-{seed}")
    print(f"\nTo look for a postcard yourself:  .venv/bin/dir-tir chat --gallery {gallery.gallery}")


def _converse(workspace: Workspace, config: Config, description: str, target: Path, conversation: str) -> None:
    toolbox = workspace.toolbox(config)
    load(toolbox, config)
    print(f"\nlooking for  {target.name}\n\n     I say  {description}")
    began = time.monotonic()
    records: list[RoundRecord] = []
    saver = workspace.sessions
    graph = build_graph(lambda _: toolbox, saver)
    thread: RunnableConfig = {"configurable": {"thread_id": conversation}}
    interrupted = graph.get_state(thread)
    goes_on = bool(interrupted.values) and not ended(interrupted)
    if goes_on:
        print("(going on with the conversation that was interrupted)")
        records += interrupted.values.get("rounds", [])
        for record in records:
            _show(record, toolbox.search, config.target)
    else:
        saver.delete_thread(conversation)
    start: Opening | None = None if goes_on else {"description": description}
    for update in graph.stream(start, thread, context=config, stream_mode="updates", durability="sync"):
        for record in (update.get("merge") or {}).get("rounds", []):
            _show(record, toolbox.search, config.target)
            records.append(record)
    found = next((r["round"] for r in records if any(result["id"] == config.target for result in r["results"])), None)
    verdict = "not among the ten" if found is None else f"among the ten in round {found}"
    print(f"\nThe postcard was {verdict}. {time.monotonic() - began:.1f} s.")
    sheet = save_sheet(workspace.home.sheets / f"{conversation}.png", records, toolbox.search.vectors.find, config.target)
    print(f"The conversation on one picture:  {sheet}")


def _show(record: RoundRecord, search: Search, target: str) -> None:
    rank = search.ranks_by_text(record["description"], [target])[0]
    if record["round"]:
        print(f"\nround {record['round']}")
        for attempt in record["tries"]:
            if attempt["reason"] not in ("", NOTHING_LEFT):
                _say("turned down", f"{attempt['question']} ({reason_text(attempt['reason'])})")
        _say("asks", record["question"] or "nothing")
        if record["question"]:
            _say("I answer", record["answer"]["text"] or "(nothing)")
        _say("description", record["description"])
        if record["painting"] and record["critique"]:
            _say("paints", record["painting"]["path"])
            _say("I say", record["critique"]["reply"]["text"] or "(nothing)")
            _say("new prompt", record["prompt"])
        for note in record["notes"]:
            _say("note", note_text(note))
    place = next((i for i, result in enumerate(record["results"], 1) if result["id"] == target), None)
    _say("the ten", "  ".join(_result(result["id"], result["source"], target) for result in record["results"]))
    _say("target", f"rank {rank} for the description" + (f", number {place} of the ten" if place else ", not among the ten"))
    if record["seconds"]:
        spent: dict[str, float] = reduce(added, record["seconds"].values(), {})
        _say("seconds", ", ".join(f"{tool} {seconds:.2f}" for tool, seconds in sorted(spent.items())))


def _result(id_: str, source: str, target: str) -> str:
    return f"{'>' if id_ == target else ''}{id_[:6]}{'' if source == 'dialog' else '*'}"


def _say(who: str, what: str) -> None:
    print(textwrap.fill(what, 110, initial_indent=f"{who:>12}  ", subsequent_indent=" " * 14))


def _pick(postcards: Postcards, seed: int) -> tuple[Path, str]:
    """A postcard, and how somebody who wants it begins. These lines are data, as a data set's captions are."""
    lines = [json.loads(line) for line in postcards.descriptions.read_text(encoding="utf-8").splitlines()]
    line = random.Random(seed).choice(lines)
    return postcards.folder / line["image"], line["description"]
