"""What a file does not have: connections that break, a password, a server that is not there."""

from __future__ import annotations

import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from databases import PASSWORD, Postgres
from dir_tir.errors import InputError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.faults import ElsewhereError
from dir_tir.store.conversations.register import Entry
from dir_tir.store.home import Home
from fakes import FakeToolbox
from langgraph.checkpoint.base import empty_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = Config(user="simulated", target="x", max_rounds=3, related_size=20)


def _refused(home: Home) -> str:
    with pytest.raises(InputError) as caught:
        Conversations(home)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_database_that_cannot_be_had_costs_one_line_with_the_reason_and_without_the_password(
    postgres: Postgres, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        wrong = _refused(Home(tmp_path, postgres.address(password="not-the-password")))
        nobody = _refused(Home(tmp_path, f"postgresql://tests:{'s3cret'}@127.0.0.1:1/postgres"))
        nowhere = _refused(Home(tmp_path, postgres.address(dbname="nowhere")))
    assert 'password authentication failed for user "tests"' in wrong
    assert "Connection refused" in nobody
    assert 'database "nowhere" does not exist' in nowhere
    assert all("cannot be had" in line and "the same command goes on" in line for line in (wrong, nobody, nowhere))
    said = " ".join((wrong, nobody, nowhere, caplog.text, *capfd.readouterr(), repr(Home(tmp_path, postgres.address()))))
    assert not any(password in said for password in ("not-the-password", "s3cret", PASSWORD))


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:hunt@er@h/db", "postgresql://u:hunt/er@h/db", "postgresql://u:hunter@h:hunter/db", "postgresql://h/db?hunter=1"],
)
def test_an_address_that_cannot_be_understood_is_not_repeated(tmp_path: Path, address: str) -> None:
    pytest.importorskip("psycopg")
    said = _refused(Home(tmp_path, address))
    assert "DIR_TIR_SESSIONS is no address of a database" in said
    assert "hunt" not in said and "er@h" not in said


def test_what_is_no_address_at_all_is_refused_before_anything_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_SESSIONS", "mysql://u:hunter@h/db")
    with pytest.raises(InputError, match="expected postgresql://USER@HOST/DATABASE") as caught:
        Home.of()
    assert "hunter" not in str(caught.value)


def test_without_its_libraries_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("dir_tir.store.conversations.postgres.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    assert "needs psycopg_pool, which is not here: pip install 'dir-tir[postgres]'" in _refused(Home(tmp_path, "postgresql://u@h/db"))


def test_a_pooler_is_taken_where_a_session_keeps_its_connection_and_refused_where_a_lock_would_be_everybodys(
    postgres: Postgres, tmp_path: Path
) -> None:
    with postgres.pooled("transaction") as address:
        assert "PgBouncer's transaction mode" in _refused(Home(tmp_path, address))
    with postgres.pooled("session") as address:
        home = Home(tmp_path, address)
        with Conversations(home) as kept, Conversations(home) as theirs:
            kept.register.enter(Entry("talk", "a boat", {}))
            with kept.running("talk"), pytest.raises(ElsewhereError):
                theirs.saver.alone("talk").__enter__()
            with theirs.running("talk"):
                assert kept.saver.running("talk")


def test_many_open_a_new_database_at_once(postgres: Postgres, tmp_path: Path) -> None:
    home = Home(tmp_path, postgres.empty())

    def enters(number: int) -> None:
        with Conversations(home) as kept:
            kept.register.enter(Entry(f"one-{number}", "a boat", {}))

    with ThreadPoolExecutor(4) as many:
        list(many.map(enters, range(4)))
    with Conversations(home) as kept:
        assert kept.register.count() == 4


def test_of_what_channels_held_nothing_stays_that_no_checkpoint_names(postgres: Postgres, tmp_path: Path) -> None:
    with Conversations(Home(tmp_path, postgres.empty())) as kept:
        toolbox, thread = FakeToolbox(), {"configurable": {"thread_id": "talk"}}
        graph = build_graph(lambda _: toolbox, kept.saver)
        graph.invoke({"description": "a boat"}, thread, context=CONFIG, durability="sync")  # type: ignore[call-overload]
        named = {
            ("", channel, version)
            for there in kept.saver.list({"configurable": {"thread_id": "talk"}})
            for channel, version in there.checkpoint["channel_versions"].items()
        }
        held = set(kept.saver.read("SELECT checkpoint_ns, channel, version FROM checkpoint_blobs"))
        assert len(held) > 4
        assert held <= named
        assert kept.describe("talk").size < 200_000


def test_what_a_database_has_no_signs_for_costs_nothing_but_these_signs(postgres: Postgres, tmp_path: Path) -> None:
    root: Any = {"configurable": {"thread_id": "talk", "checkpoint_ns": ""}}
    said = 'a \0 boat \ud800 with \\u0000 "sails" ⛵'
    with Conversations(Home(tmp_path, postgres.empty())) as kept:
        kept.saver.put(root, {**empty_checkpoint(), "channel_values": {"description": said}}, {}, {})
        assert kept.values("talk") == {"description": 'a \ufffd boat ? with \\u0000 "sails" ⛵'}


def test_a_restart_between_two_statements_is_not_noticed_but_by_whoever_runs_a_conversation(postgres: Postgres, tmp_path: Path) -> None:
    root: Any = {"configurable": {"thread_id": "talk", "checkpoint_ns": ""}}
    home = Home(tmp_path, postgres.empty())
    with Conversations(home) as kept, Conversations(home) as theirs:
        kept.register.enter(Entry("talk", "a boat", {}))
        with kept.running("talk"):
            kept.saver.put(root, empty_checkpoint(), {}, {})
            assert theirs.saver.running("talk")
            postgres.stop()
            postgres.start()
            assert kept.register.count() == 1
            with theirs.running("talk"):  # the lock went with its connection
                pass
            with pytest.raises(InputError, match="was lost while 'talk' ran: nothing is lost, the same command goes on"):
                kept.saver.put(root, empty_checkpoint(), {}, {})
        with kept.running("talk"):
            kept.saver.put(root, empty_checkpoint(), {}, {})
        assert not theirs.saver.running("talk")
