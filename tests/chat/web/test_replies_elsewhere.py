"""A conversation that one server runs, asked for at another."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from fakes import FakePainter
from quick_server import quick_server
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from databases import Postgres

OWNER = "0" * 32


def test_it_is_shown_as_it_stands_and_what_is_said_there_is_taken_up_where_it_runs(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIR_TIR_SESSIONS", postgres.empty())
    painted = Event()
    with quick_server(tmp_path, painter=FakePainter(lambda: painted.wait(60))) as one, quick_server(tmp_path) as other:
        id_ = one.begin("colours", "a boat", OWNER)
        with one.conversations.using(id_, OWNER) as here, other.conversations.using(id_, OWNER) as there:
            wait_until(lambda: here.moment().snapshot.question)
            assert there.follow() is False
            assert there.moment().running
            assert there.moment().snapshot.asked == here.moment().snapshot.asked
            there.reply(1, "question", "red")
            assert there.moment().given == {"question": "red"}
            painted.set()
            wait_until(lambda: there.moment().snapshot.difference)
            there.reply(1, "difference", "redder")
            wait_until(lambda: there.moment().snapshot.question and there.moment().snapshot.round == 2)
            here.follow()
            (_, record) = (page.record for page in here.moment().snapshot.pages)
            assert (record["answer"]["text"], record["critique"]["reply"]["text"]) == ("red", "redder")
            assert there.moment().snapshot.asked == here.moment().snapshot.asked
