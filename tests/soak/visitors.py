"""Twenty visitors at once: each finds what they said, once, in their own conversation, and nothing of the others."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .case import Fault, Outcome, Part
from .visiting import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .case import Case

AT_ONCE = 20


def _visit(port: int, number: int, seed: int) -> list[Fault]:
    """One whole conversation. What was said is named by visitor, so that it is recognised elsewhere."""
    chance, ann = random.Random(seed), Visitor(port)
    first, answer, wish = (f"{word} of visitor {number}/{seed}" for word in ("a boat", "red, and that", "larger, says the wish"))
    status, begun = ann.ask("/api/conversations", {"gallery": "colours", "description": first})
    if status != 201:
        return [Fault("stuck", f"visitor {number} may not begin: {status} {begun}")]
    address = f"/api/conversations/{begun['id']}"
    faults = []
    try:
        ann.until(address, lambda now: now["question"] and now["difference"])
        said = [("question", answer), ("difference", wish)]
        chance.shuffle(said)
        for kind, text in said:
            for _ in range(chance.randrange(1, 3)):  # an impatient one sends it twice
                status, told = ann.ask(f"{address}/reply", {"round": 1, "kind": kind, "reply": {"text": text}})
                if status >= 500:
                    faults.append(Fault("five hundred", f"{status} to a reply: {told}"))
        view = ann.until(address, lambda now: len(now["rounds"]) > 1)
    except TimeoutError as error:
        return [*faults, Fault("stuck", f"visitor {number} waits for {error}")]
    record = view["rounds"][1]
    kept = (view["description"], record["answer"]["text"], (record["critique"] or {}).get("reply", {}).get("text"))
    if kept != (first, answer, wish):
        faults.append(Fault("lost", f"visitor {number} said {(first, answer, wish)}, kept is {kept}"))
    if f"visitor {number}/{seed}" not in str(view) or any(f"visitor {other}/" in str(view) for other in range(AT_ONCE) if other != number):
        faults.append(Fault("escaped", f"visitor {number} sees what others said"))
    if (listed := [talk["id"] for talk in ann.ask("/api/start")[1]["conversations"]]) != [begun["id"]]:
        faults.append(Fault("doubled" if len(listed) > 1 else "lost", f"visitor {number} is listed {len(listed)} conversations"))
    if Visitor(port).ask(address)[0] != 404:
        faults.append(Fault("escaped", f"a stranger may look at the conversation of visitor {number}"))
    return faults


@contextmanager
def _open(folder: Path) -> Iterator[Case]:
    from dir_tir.chat.web.application import application
    from quick_server import quick_server
    from serving import listened

    with quick_server(folder, 12) as state, listened(application(state)) as port:

        def case(number: int, chance: random.Random) -> Outcome:
            seeds = [chance.randrange(10**9) for _ in range(AT_ONCE)]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                visits = list(pool.map(_visit, [port] * AT_ONCE, range(AT_ONCE), seeds))
            return Outcome(f"{AT_ONCE} at once", tuple(fault for faults in visits for fault in faults))

        yield case


PART = Part("visitors", "twenty visitors at once", 15, 1, _open)
