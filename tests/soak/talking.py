"""A person who converses in a process that may end at any moment, and what is there of it afterwards.

``python -m soak.talking HOME ATTEMPT PLAN`` does it in a process of its own; the other cases fork.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.library.events import Difference, Question
from dir_tir.errors import DiskFullError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakeLanguageModel, FakePainter, FakeToolbox, RecordingSearch, plausible
from PIL import Image

from .case import Fault

ID = "talk"
WHOLE, NO_ROOM = 0, 9  # how a process ends


@dataclass(frozen=True)
class Plan:
    """rounds: how many there are. slow: seconds that a model takes at most. at_rest: replies are given before a run instead of within one.
    marked: with marks on results. accepts: the first result is the picture in the last round. points: at the first result, in every second
    round, instead of answering."""

    rounds: int
    slow: float
    at_rest: bool
    marked: bool
    accepts: bool
    points: bool = False

    @classmethod
    def drawn(cls, chance: random.Random) -> Plan:
        return cls(chance.randint(1, 3), chance.choice((0, 0.005, 0.03)), *(chance.random() < share for share in (0.4, 0.5, 0.2, 0.4)))


@cache
def search() -> RecordingSearch:
    return RecordingSearch(40)


def conversation(home: Home, kept: Conversations, plan: Plan) -> Conversation:
    def wait() -> None:
        time.sleep(random.uniform(0, plan.slow))

    def reply(prompt: str) -> str:
        wait()
        return plausible(prompt)

    person = Person(Paintings(home.paintings))
    toolbox = FakeToolbox(search(), FakeLanguageModel(reply), FakePainter(wait), person, paintings=person.paintings)
    config = Config(gallery="soak", max_rounds=plan.rounds, related_size=8)
    graph = build_graph(lambda _: toolbox, kept.saver)
    find = search().vectors.find
    return Conversation(graph, lambda _: toolbox, find, config, ID, "a boat", replies=kept.replies, alone=kept.running)


def talk(folder: Path, attempt: int, plan: Plan) -> int:
    """Converse to the end; what was acknowledged stands in the file of that name, a line each, outside of the home."""
    acknowledged = acks_of(folder)
    try:
        with Conversations(Home.of(folder / "home")) as kept:
            if not kept.register.entries(""):
                kept.register.enter(Entry(ID, "a boat", {"gallery": "soak"}))
            _acknowledge(folder, "begun")
            _converse(conversation(Home.of(folder / "home"), kept, plan), folder, acknowledged, attempt, plan)
    except DiskFullError:
        return NO_ROOM
    return WHOLE


def acks_of(folder: Path) -> dict[str, Any]:
    """Key → what was acknowledged."""
    file = folder / "acknowledged"
    return dict(map(json.loads, file.read_text().splitlines())) if file.exists() else {}


def faults_of(folder: Path, plan: Plan) -> list[Fault]:
    """What is wrong with a conversation that came to its end."""
    acknowledged, faults = acks_of(folder), []
    with Conversations(Home.of(folder / "home")) as kept:
        talked = conversation(Home.of(folder / "home"), kept, plan)
        if not talked.finished:
            return [Fault("stuck", "the conversation did not come to its end")]
        rounds = talked.rounds
        if [record["round"] for record in rounds] != list(range(len(rounds))):
            faults.append(Fault("doubled", f"rounds {[record['round'] for record in rounds]}"))
        for key, said in acknowledged.items():
            number, _, kind = key.partition(" ")
            if kind == "accept":
                faults += [] if talked.snapshot().found else [Fault("lost", "the picture that was accepted")]
            elif kind and not (int(number) < len(rounds) and _said(rounds[int(number)], kind) == said):
                faults.append(Fault("lost", f"{key}: {said}; there is {rounds[int(number) :][:1] and _said(rounds[int(number)], kind)}"))
        for record in rounds:
            if record["painting"]:
                with Image.open(record["painting"]["path"]) as painting:
                    painting.load()
        if kept.replies.of(ID):
            faults.append(Fault("stuck", f"replies that nobody takes up: {sorted(kept.replies.of(ID))}"))
        if [one.id for one in kept.kept()] != [ID]:
            faults.append(Fault("lost", "it is not listed"))
    return faults


def _converse(talked: Conversation, folder: Path, acknowledged: dict[str, Any], attempt: int, plan: Plan) -> None:
    def give(asked: Question | Difference) -> None:
        kind = "question" if isinstance(asked, Question) else "difference"
        if (key := f"{asked.round} {kind}") in acknowledged:
            raise AssertionError(f"doubled: {key} is asked again")
        if plan.accepts and asked.round == plan.rounds:
            if f"{asked.round} accept" not in acknowledged:
                talked.note_accepted(talked.results[0])
                acknowledged[f"{asked.round} accept"] = _acknowledge(folder, f"{asked.round} accept")
            return
        if plan.points and asked.round % 2:
            if (click := f"{asked.round} click") in acknowledged:
                raise AssertionError(f"doubled: {key} is asked after the click of its round")
            pointed = {"more_like": [talked.results[0].id]}
            talked.put(asked.round, "click", pointed)
            acknowledged[click] = _acknowledge(folder, click, pointed)
            return
        said: dict[str, Any] = {"text": f"{key} {attempt}"}
        if plan.marked and kind == "question":
            said["more_like"] = [talked.results[0].id]
        talked.put(asked.round, kind, said)
        acknowledged[key] = _acknowledge(folder, key, said)

    while not talked.finished:
        for event in talked.events():
            if isinstance(event, Question | Difference) and not plan.at_rest:
                give(event)
        if plan.at_rest:
            for asked in talked.asked:
                if f"{asked.round} click" not in acknowledged:
                    give(asked)


def _acknowledge(folder: Path, key: str, said: Any = None) -> Any:
    with (folder / "acknowledged").open("ab", buffering=0) as file:
        file.write(json.dumps([key, said]).encode() + b"\n")
    return said


def _said(record: Any, kind: str) -> Any:
    reply = record["answer"] if kind in ("question", "click") else (record["critique"] or {}).get("reply", {})
    return {name: value for name, value in reply.items() if name != "accepted" and (value or kind != "click")}


def forked(work: Callable[[], int], after: float | None = None, within: float = 60.0) -> int | None:
    """Run in a forked process, killed after so many seconds; its exit status, None when it was killed, -1 when it did not end."""
    sys.stdout.flush()
    if not (child := os.fork()):
        status = 70
        try:
            status = work()
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return ended(child, after, within)


def ended(child: int, after: float | None, within: float = 60.0) -> int | None:
    """As `forked`, of a process that is there."""
    deadline = time.monotonic() + (within if after is None else after)
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return None if after is not None else -1


def plan_as_text(plan: Plan) -> str:
    return json.dumps(asdict(plan))


if __name__ == "__main__":
    sys.exit(talk(Path(sys.argv[1]), int(sys.argv[2]), Plan(**json.loads(sys.argv[3]))))
