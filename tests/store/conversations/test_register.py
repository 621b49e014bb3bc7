from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from dir_tir.errors import InputError
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.conversations.register import Entry, new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dir_tir.store.conversations.register import Register
    from dir_tir.store.conversations.saver import RoundSaver
    from dir_tir.store.home import Home


@pytest.fixture
def conversations(either_home: Home) -> Iterator[Conversations]:
    with Conversations(either_home) as conversations:
        yield conversations


@pytest.fixture
def saver(conversations: Conversations) -> RoundSaver:
    return conversations.saver


@pytest.fixture
def register(conversations: Conversations) -> Register:
    return conversations.register


def test_an_entry_comes_back_as_it_was_kept_and_the_newest_first(register: Register) -> None:
    kept = [Entry(new_id(), f"boat {number}", {"seed": number}, begun=f"2026-01-0{number}") for number in (1, 3, 2)]
    for entry in kept:
        register.enter(entry)
    assert register.entry(kept[0].id) == kept[0]
    assert [entry.description for entry in register.entries("")] == ["boat 3", "boat 2", "boat 1"]
    assert [entry.description for entry in register.entries("", limit=2)] == ["boat 3", "boat 2"]


def test_everybody_sees_their_own_entries_only(register: Register) -> None:
    register.enter(Entry("one", "a boat", {}, owner="ann"))
    register.enter(Entry("two", "a boat", {}, owner="bob"))
    assert [entry.id for entry in register.entries("ann")] == ["one"]
    assert register.entries("") == []


def test_entries_of_some_galleries_can_be_asked_for(register: Register) -> None:
    for gallery in ("beach", "city", "woods"):
        register.enter(Entry(gallery, "a boat", {"gallery": gallery}))
    assert {entry.gallery for entry in register.entries("", galleries={"beach", "woods"})} == {"beach", "woods"}
    assert register.entries("", galleries=()) == []


@pytest.mark.parametrize("id_", ["missing", "../sessions", "a/b", ""])
def test_an_id_that_is_not_there_or_climbs_out_is_refused(register: Register, id_: str) -> None:
    with pytest.raises(InputError, match=r"there is no conversation|cannot be a folder name"):
        register.entry(id_)


@pytest.mark.parametrize("damaged", ["", "{", "[]", "{}", '"a boat"', "null", '{"id": "other", "description": "", "settings": {}}', "\x01"])
def test_a_damaged_or_foreign_entry_costs_itself_alone(register: Register, saver: RoundSaver, damaged: str) -> None:
    register.enter(Entry("good", "a boat", {}))
    register.enter(Entry("bad", "a boat", {}))
    with saver.transaction() as rows:
        rows.execute("UPDATE conversations SET entry = ? WHERE id = 'bad'", (damaged,))
    assert [entry.id for entry in register.entries("")] == ["good"]
    with pytest.raises(InputError, match="the entry of conversation 'bad'"):
        register.entry("bad")


def test_what_a_newer_version_wrote_into_an_entry_is_passed_over(register: Register, saver: RoundSaver) -> None:
    register.enter(entry := Entry("newer", "a boat", {"seed": 1}))
    with saver.transaction() as rows:
        (text,) = rows.execute("SELECT entry FROM conversations").fetchone()
        rows.execute("UPDATE conversations SET entry = ?", (json.dumps({**json.loads(text), "colour": "red"}),))
    assert register.entries("") == [entry]


def test_ids_cannot_be_guessed() -> None:
    made = {new_id() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[0-9a-f]{32}", id_) for id_ in made)
