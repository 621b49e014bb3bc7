"""Conversations that kill themselves while somebody goes back in them: `python dying_turning.py FOLDER TURN-CALL-NUMBER ...`, run by
test_going_back.py. CALL is what has just been done on the disk when the process ends, for the NUMBERth time since the wish."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.register import Entry
from dir_tir.store.conversations.replies import Replies
from dir_tir.store.conversations.saver import RoundSaver
from dir_tir.store.home import Home
from talks import opened

CALLS: dict[str, Any] = {"give": Replies, "put": RoundSaver, "forget": RoundSaver, "replace": Replies}


def die_after(call: str, number: int) -> None:
    """From now on, the process ends once this has been done so often."""
    owner, times = CALLS[call], iter(range(1, number + 1))
    done = getattr(owner, call)

    def lethal(*arguments: Any, **keywords: Any) -> Any:
        result = done(*arguments, **keywords)
        if next(times) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, call, lethal)


def turn_to_death(kill: str, home: Home) -> int:
    """Two rounds, then back to the first (and there again, by "return"), in a process of its own; how that ended."""
    if child := os.fork():  # nothing runs here yet but this thread; a fork spares every child the imports
        return os.waitpid(child, 0)[1]
    turn, call, number = kill.split("-")
    with Conversations(home) as kept:
        kept.register.enter(Entry(kill, "a boat", {}))
        talk = opened(home, kept, kill)
        talk.go_on()
        for answer in ("red", "green"):
            talk.reply(answer, None)
        talk.put(3, "question", "blue")
        if turn == "return":
            talk.back(1)
            talk.reply("other", None)
            (branch,) = talk.branches
            die_after(call, int(number))
            talk.note_return(branch)
        else:
            die_after(call, int(number))
            talk.note_back(1)
    os._exit(1)


if __name__ == "__main__":
    folder, *kills = sys.argv[1:]
    if Home.of().database:
        import dir_tir.store.conversations.postgres.saver  # noqa: F401  # once, before the forks
    for kill in kills:
        print(turn_to_death(kill, Home.of(Path(folder) / kill)))
