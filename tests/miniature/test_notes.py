"""Before a description the language model is taught to note each group, its noun first."""

import random

from dir_tir.miniature.train.lessons import re_prompt, rewrite
from dir_tir.miniature.train.notes import noted, notes, unchanged
from dir_tir.miniature.world.knowledge import Group, Knowledge
from dir_tir.miniature.world.scene import scenes
from dir_tir.tools.thinking import without_thinking

_CAT, _KITES = Group("cat", 1, "blue"), Group("kite", 2, size="big", position="right")


def test_groups_are_noted_as_the_text_mentions_them_with_what_holds_afterwards() -> None:
    before = Knowledge(groups=(_KITES, _CAT))
    after = before.with_group(Group("cat", 1, size="small", position="left"))
    assert notes("a blue kitten, to the right two huge kites", before, after) == "cat one small blue left; kites two big right"


def test_what_is_displaced_is_noted_as_gone_what_is_new_last() -> None:
    before = Knowledge(place="beach", groups=(_KITES, _CAT))
    after = before.with_group(Group("tent", None, "red", position="right")).with_nothing_at("left").without("star")
    text = "a beach, two big kites on the right, a blue cat"
    assert notes(text, before, after) == "kites gone; cat one blue; tents red right; nothing left; no star"


def test_a_description_without_things_is_noted_as_nothing() -> None:
    assert notes("a beach", Knowledge("beach"), Knowledge("beach", "night")) == "nothing"


def test_only_the_description_follows_the_notes() -> None:
    known = Knowledge("beach", groups=(_CAT,))
    assert without_thinking(noted("a blue cat on the beach", known, known)) == "a beach, a blue cat"
    assert without_thinking(unchanged("a blue cat on the beach")) == "a blue cat on the beach"


def test_each_note_is_a_clause_of_the_description_that_follows() -> None:
    rng = random.Random(0)
    replies = [reply for scene in scenes("train", 100) for lesson in (rewrite, re_prompt) for _, reply in lesson(rng, scene)]
    for reply in replies:
        thinking, description = reply.removeprefix("<think> ").split("</think>")
        if thinking != "nothing new":
            noted_clauses = [line for line in thinking.split("; ") if line != "nothing" and "gone" not in line]
            clauses = description.split(", ")[1:]
            assert len(clauses) == len(noted_clauses)
            assert all(any(note.split()[0] in clause.split() for clause in clauses) for note in noted_clauses)
