"""Conversations that run in the background of a server, and what somebody who looks at one sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from ...errors import DirTirError
from ...graph.build import ended
from ..library.events import Difference, Progress, Question, asked
from ..library.texts import note_text, reason_text

if TYPE_CHECKING:
    from ...nodes.state import RoundRecord
    from ...store.conversations.register import Entry
    from ..library.conversation import Conversation, Kind


STOPS_WITHIN = 20  # seconds


@dataclass
class Live:
    """One conversation with a thread of its own whenever there is something to do. ``version`` grows with every change worth showing."""

    talk: Conversation
    entry: Entry
    version: int = 0
    running: bool = False
    problem: str = ""
    progress: Progress | None = None
    said: dict[tuple[int, str], Any] = field(default_factory=dict)  # (round, kind) -> the reply given in a round that is not closed yet
    _lock: Lock = field(default_factory=Lock)
    _wanted: bool = False
    _stopped: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def run(self) -> None:
        """See to it that the conversation runs on with what has been laid ready by now."""
        with self._lock:
            self._wanted = True
            if self.running:
                return
            self.running = True
        self._thread = Thread(target=self._work, name=f"conversation {self.talk.id[:6]}", daemon=True)
        self._thread.start()

    def put(self, round_number: int, kind: Kind, reply: Any) -> None:
        """A reply to what is asked, or still to be asked, in this round."""
        self.talk.put(round_number, kind, reply)
        self.said[round_number, kind] = reply
        self.version += 1
        self.run()

    def accept(self, id_: str) -> None:
        """This result is the picture."""
        self.talk.note_accepted(id_)
        self.version += 1
        self.run()

    def stop(self) -> None:
        """Run no further than to the next event; what is on disk by then goes on another time. Waits for that, within reason."""
        self._stopped.set()
        if self._thread:
            self._thread.join(timeout=STOPS_WITHIN)

    def _work(self) -> None:
        while True:
            with self._lock:
                if self._stopped.is_set() or not self._wanted:
                    self.running = False
                    self.version += 1
                    return
                self._wanted = False
            try:
                for event in self.talk.events():
                    self.progress = event if isinstance(event, Progress) else self.progress
                    self.version += 1
                    if self._stopped.is_set():
                        break
                self.problem = ""
            except DirTirError as error:
                self.problem = str(error)
            except Exception as error:  # whatever it is, whoever looks has to be told; the thread's own traceback goes to the log
                if self._stopped.is_set():  # the sessions were closed under it
                    return
                self.problem = f"{type(error).__name__}: {error}"
                with self._lock:
                    self.running = False
                    self.version += 1
                raise


def seen(live: Live, loading: tuple[int, int] | None) -> dict[str, Any]:
    """All that the page shows of a conversation, as JSON: from the state alone, so that it is there before any model is loaded. A painting
    or picture is named; the page fetches it.
    """
    talk, entry = live.talk, live.entry
    state = talk.state  # read once: what is shown together has to belong together
    closed: list[RoundRecord] = state.values.get("rounds", [])
    found = closed[-1]["accepted"] if closed else None
    pages = closed[:-1] if found else closed  # a round that ends with "this is it" has no page of its own
    standing = {
        "question" if isinstance(item, Question) else "difference": item for item in (asked(stop.value) for stop in state.interrupts)
    }
    return {
        "id": talk.id,
        "gallery": talk.config.gallery,
        "description": talk.description,
        "round": state.values.get("round", 0),
        "most": talk.config.max_rounds,
        "paints": bool(talk.config.image_num),
        "asks": bool(talk.config.dialog_num),
        "rounds": [_round(record) for record in pages],
        "question": _asked(live, standing.get("question")),
        "difference": _asked(live, standing.get("difference")),
        "progress": _progress(live, state.values.get("round", 0)),
        "said": {kind: reply for (number, kind), reply in live.said.items() if number == state.values.get("round")},
        "running": live.running,
        "loading": loading,
        "finished": ended(state),
        "found": found,
        "problem": live.problem,
        "hunted": entry.hunted,
        "version": live.version,
    }


def _asked(live: Live, item: Question | Difference | None) -> dict[str, Any] | None:
    return None if item is None else {"round": item.round, "question": item.question, "problem": item.problem}


def _progress(live: Live, round_number: int) -> dict[str, int] | None:
    if live.progress is None or live.progress.round != round_number:
        return None
    return {"done": live.progress.done, "total": live.progress.total}


def _round(record: RoundRecord) -> dict[str, Any]:
    return {
        "round": record["round"],
        "description": record["description"],
        "prompt": record["prompt"],
        "question": record["question"],
        "answer": record["answer"],
        "critique": record["critique"],
        "painted": record["painting"]["prompt"] if record["painting"] else None,
        "candidates": record["candidates"],
        "tries": [{**attempt, "reason": reason_text(attempt["reason"])} for attempt in record["tries"]],
        "notes": [note_text(note) for note in record["notes"]],
        "accepted": record["accepted"],
        "results": record["results"],
    }
