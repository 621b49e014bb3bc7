from __future__ import annotations

import pytest
from dir_tir.chat.terminal.typed_commands import Command, command_of, meant


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("help", Command("help")),
        (" ? ", Command("help")),
        ("Undo.", Command("undo")),
        ("keep looking", Command("undo")),
        ("edit", Command("edit")),
        ("edit painting", Command("edit painting")),
        ("back 2", Command("back", 2)),
        ("back to round 12", Command("back", 12)),
        ("allow 1", Command("allow", 1)),
        ("return 3", Command("return", 3)),
        ("branches", Command("branches")),
        ("open 3", Command("open", 3)),
        ("Open number 3", Command("open", 3)),
        ("open", Command("open")),
        ("open #3", Command("open", 3)),
        ("open no. 3", Command("open", 3)),
        ("open picture 3", Command("open", 3)),
        ("why", Command("why")),
        ("Why?", Command("why")),
        ("why 3?", Command("why", 3)),
        ("allow #1", Command("allow", 1)),
        ("return to 1", Command("return", 1)),
        ("next", Command("next")),
        ("Show more", Command("next")),
        ("next to the boat", None),
        ("why not", None),
        ("open sea", None),
        ("back", None),
        ("undo the rope", None),
        ("a helping hand", None),
        ("in the back 2", None),
        ("edit a red boat", None),  # as "more 3" it is a reply
        ("", None),
    ],
)
def test_a_command_is_the_whole_line(typed: str, command: Command | None) -> None:
    assert command_of(typed) == command


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("udno", "undo"),
        ("undp", "undo"),
        ("bakc 2", "back 2"),
        ("bac 2", "back 2"),
        ("hlep", "help"),
        ("HELPP", "help"),
        ("back", "undo"),
        ("mroe 3, 5", "more 3, 5"),
        ("nto 2", "not 2"),
        ("alow 1", "allow 1"),
        ("oepn 2", "open 2"),
        ("ksip", "skip"),
        ("agian", "again"),
        ("eidt", "edit"),
    ],
)
def test_what_is_nearly_a_command_is_known(typed: str, command: str) -> None:
    assert meant(typed) == command


@pytest.mark.parametrize(
    "typed",
    [
        *"ship ski black pack quiet suit held kelp helm heap tide diet gain red none bank boat".split(),
        *("two 3", "net 2", "3", "no 3", "undo", "help", "back 2", "more 3", "not 2", "branches", "a ship", "an udno in the air", ""),
    ],
)
def test_an_answer_is_not_asked_about(typed: str) -> None:
    assert meant(typed) == ""
