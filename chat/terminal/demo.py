"""A conversation to watch: the simulated user looks for a postcard, the system finds it."""

from __future__ import annotations

import json
import random
import textwrap
import time
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from ...evaluation.postcards import Postcards, postcards_gallery
from ...graph.build import build_graph
from ...graph.config import Config
from ...store.pictures import content_id
from ...tools.question_rules import NOTHING_LEFT
from ...tools.timing import added
from ..library.conversation import Conversation
from ..library.events import Page
from ..library.loading import load
from ..library.texts import note_text, reason_text
from .contact_sheet import save_sheet

if TYPE_CHECKING:
    from ...tools.search import Search
    from ...tools.toolbox import Toolbox
    from ...tools.workspace import Workspace
    from ..library.events import Result

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
    _converse(workspace, config, description, target, f"demo-{postcards}-{rounds}-{seed}")
    print(f"\nTo look for a postcard yourself:  .venv/bin/dir-tir chat --gallery {gallery.gallery}")


def _converse(workspace: Workspace, config: Config, description: str, target: Path, id_: str) -> None:
    toolbox = workspace.toolbox(config)
    load(toolbox, config)
    print(f"\nlooking for  {target.name}\n\n     I say  {description}")
    began = time.monotonic()
    saver, find = workspace.sessions, toolbox.search.vectors.find

    def resolve(_: Config) -> Toolbox:
        return toolbox

    conversation = Conversation(
        build_graph(resolve, saver), resolve, find, config, id_, description, replies=workspace.conversations.replies
    )
    before = conversation.snapshot()
    if before.finished:
        saver.delete_thread(id_)
    elif before.begun:
        print("(going on with the conversation that was interrupted)")
        for page in before.pages:
            _show(page, toolbox.search, config.target)
    for event in conversation.events():
        if isinstance(event, Page):
            _show(event, toolbox.search, config.target)
    pages = conversation.snapshot().pages
    found = next((page.round for page in pages if any(result.id == config.target for result in page.results)), None)
    verdict = "not among the ten" if found is None else f"among the ten in round {found}"
    print(f"\nThe postcard was {verdict}. {time.monotonic() - began:.1f} s.")
    sheet = save_sheet(workspace.home.sheets / f"{id_}.png", [page.record for page in pages], find, config.target)
    print(f"The conversation on one picture:  {sheet}")


def _show(page: Page, search: Search, target: str) -> None:
    record = page.record
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
        for note in page.notes:
            _say("note", note_text(note))
    place = next((result.number for result in page.results if result.id == target), None)
    _say("the ten", "  ".join(_result(result, target) for result in page.results))
    _say("target", f"rank {rank} for the description" + (f", number {place} of the ten" if place else ", not among the ten"))
    if record["seconds"]:
        spent: dict[str, float] = reduce(added, record["seconds"].values(), {})
        _say("seconds", ", ".join(f"{tool} {seconds:.2f}" for tool, seconds in sorted(spent.items())))


def _result(result: Result, target: str) -> str:
    return f"{'>' if result.id == target else ''}{result.id[:6]}{'' if result.source == 'dialog' else '*'}"


def _say(who: str, what: str) -> None:
    print(textwrap.fill(what, 110, initial_indent=f"{who:>12}  ", subsequent_indent=" " * 14))


def _pick(postcards: Postcards, seed: int) -> tuple[Path, str]:
    """A postcard, and how somebody who wants it begins. These lines are data, as a data set's captions are."""
    lines = [json.loads(line) for line in postcards.descriptions.read_text(encoding="utf-8").splitlines()]
    line = random.Random(seed).choice(lines)
    return postcards.folder / line["image"], line["description"]
