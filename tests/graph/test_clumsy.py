"""Whole conversations with the clumsy user: killed and gone on with, they are those of one go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.prompts.library import PromptLibrary
from dir_tir.store.conversations.sessions import open_sessions
from dir_tir.tools.clumsy_user import ClumsyUser
from dir_tir.tools.user import SimulatedUser
from fakes import FakeLanguageModel, FakePainter, FakeToolbox, plausible
from galleries import colours

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from PIL import Image

ROUNDS = 6
OPENING = {"description": "a boat"}
THREAD: Any = {"configurable": {"thread_id": "talk"}}


class Shades:
    """A vision model that tells shades apart."""

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        return f"The boat should be {_shade(images[1])}." if len(images) > 1 else f"It is {_shade(images[0])}."


def _shade(image: Image.Image) -> str:
    red, green, blue = image.getpixel((0, 0))  # type: ignore[misc]
    return f"shade{red:02x}{green:02x}{blue:02x}"


def test_after_a_kill_the_clumsy_user_takes_back_what_it_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    search, _ = colours(tmp_path, 40)
    target = search.ids[3]

    def path_of(id_: str) -> Path:
        return Path(search.record(id_).path)

    def converse(seed: int, file: str, start: Any = OPENING, until: int = 99) -> list[Any]:
        """The records up to the end, or to where it is left: after that many answers, when nothing more is done or written."""

        def toolbox(_: Config) -> FakeToolbox:
            prompts = PromptLibrary.load("paper")
            exact = SimulatedUser(Shades(), prompts, path_of(target))
            user = ClumsyUser(exact, seed, target, ROUNDS, path_of)
            return FakeToolbox(search, FakeLanguageModel(plausible), FakePainter(), user, prompts)

        config = Config(user="simulated", target=target, manner="clumsy", max_rounds=ROUNDS, related_size=20)
        with open_sessions(tmp_path / file) as saver:
            graph, answered = build_graph(toolbox, saver), 0
            for _, update in graph.stream(start, THREAD, context=config, stream_mode="updates", subgraphs=True, durability="sync"):
                answered += "answer" in update
                if answered == until:
                    break
            return list(graph.get_state(THREAD).values["rounds"])

    def taken_back(rounds: list[Any]) -> list[int]:
        return [record["round"] for record in rounds if "colour of" in record["answer"]["text"]]

    seed, whole = next((seed, rounds) for seed in range(40) if taken_back(rounds := converse(seed, f"{seed}.sqlite")))
    last = taken_back(whole)[0] - 1  # before something is taken back
    cut = converse(seed, "cut.sqlite", until=last)
    assert len(cut) <= last
    resumed = converse(seed, "cut.sqlite", start=None)
    assert [_said(record) for record in resumed] == [_said(record) for record in whole]


def _said(record: Any) -> tuple[Any, ...]:
    return record["question"], record["answer"], record["critique"], [result["id"] for result in record["results"]]
