from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from dir_tir.errors import InputError
from dir_tir.store.conversations.register import Entry, Register, new_id

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path)


def test_an_entry_comes_back_as_it_was_kept_and_the_newest_first(register: Register) -> None:
    kept = [Entry(new_id(), f"boat {number}", {"seed": number}, begun=f"2026-01-0{number}") for number in (1, 3, 2)]
    for entry in kept:
        register.enter(entry)
    assert register.entry(kept[0].id) == kept[0]
    assert [entry.description for entry in register.entries("")] == ["boat 3", "boat 2", "boat 1"]


def test_everybody_sees_their_own_entries_only(register: Register) -> None:
    register.enter(Entry("one", "a boat", {}, owner="ann"))
    register.enter(Entry("two", "a boat", {}, owner="bob"))
    assert [entry.id for entry in register.entries("ann")] == ["one"]
    assert register.entries("") == []


@pytest.mark.parametrize("id_", ["missing", "../sessions", "a/b", ""])
def test_an_id_that_is_not_there_or_climbs_out_is_refused(register: Register, id_: str) -> None:
    with pytest.raises(InputError, match=r"there is no conversation|cannot be a folder name"):
        register.entry(id_)


def test_ids_cannot_be_guessed() -> None:
    made = {new_id() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[0-9a-f]{32}", id_) for id_ in made)
