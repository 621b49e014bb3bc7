"""Visitors of the web servers, each with a postcard in mind; and whether their conversations ended as they should."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dir_tir.store.pictures import content_id
from soak.visiting import Visitor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postcards import Hunt


VAGUE = "a postcard"


class WrongError(Exception):
    """A conversation that did not go as it should have."""


@dataclass
class Talk:
    """One conversation. hops: how often another server was asked than the time before. said: round and kind → what was replied."""

    hunt: Hunt
    visitor: Visitor
    id: str = ""
    hops: int = 0
    said: dict[tuple[int, str], str] = field(default_factory=dict)
    accepted: bool = False
    view: Any = None

    @property
    def closed(self) -> int:
        """Rounds that are over."""
        return max(0, len(self.view["rounds"]) - 1) if self.view else 0

    @property
    def target(self) -> str:
        return content_id(self.hunt.file)

    def begin(self) -> None:
        """Say next to nothing of what is looked for, so that there is something to ask."""
        self.id = self._ask("/api/conversations", {"gallery": self.hunt.gallery, "description": VAGUE})["id"]

    def step(self) -> bool:
        """Look how it stands, and reply to what is asked, or say that the picture is there; whether it has ended."""
        self.view = view = self._ask(f"/api/conversations/{self.id}")
        if view["problem"]:
            raise WrongError(f"conversation {self.id}: {view['problem']}")
        if view["finished"]:
            return True
        if self.accepted:
            return False
        if view["rounds"] and self.target in {result["id"] for result in view["rounds"][-1]["results"]}:
            self.accepted = True
            self._ask(f"/api/conversations/{self.id}/accept", {"picture": self.target})
            return False
        for kind in ("question", "difference"):
            if (asked := view[kind]) and kind not in view["given"] and (asked["round"], kind) not in self.said:
                text = self.hunt.answer(asked["question"]) if kind == "question" else self.hunt.difference
                self._ask(f"/api/conversations/{self.id}/reply", {"round": asked["round"], "kind": kind, "reply": {"text": text}})
                self.said[asked["round"], kind] = text
        return False

    def hop(self, port: int) -> None:
        """Ask another server from now on, and have it go on where the first has left it."""
        self.visitor.port = port
        self.hops += 1
        self._ask(f"/api/conversations/{self.id}/run", {})

    def require_right(self, ports: Sequence[int]) -> None:
        """Raises WrongError unless it ended with its picture or its last round, has every reply once, and every server says so."""
        views = []
        for port in ports:
            self.visitor.port = port
            views.append(self._ask(f"/api/conversations/{self.id}")["rounds"])
        if any(rounds != views[0] for rounds in views):
            self._wrong("its servers show it differently")
        rounds, found = views[0], self.view["found"]
        if [record["round"] for record in rounds] != list(range(len(rounds))):
            self._wrong(f"its rounds are {[record['round'] for record in rounds]}")
        if found not in (None, self.target) or (found is None and self.view["round"] != self.view["most"]):
            self._wrong(f"it ended in round {self.view['round']} of {self.view['most']} with {found}")
        kept = {
            (record["round"], kind): reply["text"]
            for record in rounds[1:]
            for kind, reply in (("question", record["answer"]), ("difference", (record["critique"] or {}).get("reply")))
            if reply and reply["text"]
        }
        if lost := [key for key in self.said if key[0] < len(rounds) and kept.get(key) != self.said[key]]:
            self._wrong(f"of what was said {lost} is lost; it has {kept}")
        if more := kept.keys() - self.said.keys():
            self._wrong(f"nobody said {more}")

    def _ask(self, path: str, body: Any = None) -> Any:
        status, answer = self.visitor.ask(path, body)
        if status not in (200, 201):
            self._wrong(f"{path} is answered with {status}: {answer}")
        return answer

    def _wrong(self, what: str) -> None:
        raise WrongError(f"conversation {self.id} about {self.hunt.file.name}: {what}")


def outcome(talks: Sequence[Talk]) -> str:
    """In words."""
    found = sum(bool(talk.view["found"]) for talk in talks)
    return f"{sum(talk.closed for talk in talks)} rounds, {found} ended with the picture, {len(talks) - found} with their last round"
