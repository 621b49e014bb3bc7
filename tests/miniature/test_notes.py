"""Before a description the language model is taught to note each group, its noun first."""

import random
import re

from dir_tir.miniature.train.lessons import re_prompt, rewrite
from dir_tir.miniature.train.notes import noted, notes, unchanged
from dir_tir.miniature.world.knowledge import Group, Knowledge
from dir_tir.miniature.world.scene import PLACES, TIMES, WEATHERS, scenes
from dir_tir.tools.models.thinking import without_thinking
from dir_tir.tools.rewriting.writing import apart

_CAT, _KITES = Group("cat", 1, "blue"), Group("kite", 2, size="big", position="right")


def test_groups_are_noted_as_the_text_mentions_them_with_what_holds_afterwards() -> None:
    before = Knowledge(groups=(_KITES, _CAT))
    after = before.with_group(Group("cat", 1, size="small", position="left"))
    told = Knowledge(groups=(Group("cat", 1, size="small", position="left"),))
    assert notes("a blue kitten, to the right two huge kites", before, told, after) == "cat one small left blue; kites two big right"


def test_what_is_displaced_is_noted_as_gone_what_is_new_last() -> None:
    before = Knowledge(place="beach", groups=(_KITES, _CAT))
    after = before.with_group(Group("tent", None, "red", position="right")).with_nothing_at("left").without("star")
    text = "a beach, two big kites on the right, a blue cat"
    assert notes(text, before, Knowledge(), after) == "kites gone; cat one blue; tents red right; nothing left; no star"


def test_a_description_without_things_is_noted_as_nothing() -> None:
    assert notes("a beach", Knowledge("beach"), Knowledge(), Knowledge("beach", "night")) == "nothing"


def test_what_was_told_is_noted_before_everything_as_it_is_now() -> None:
    before = Knowledge("beach", groups=(_KITES, _CAT))
    told = Knowledge(groups=(Group("kite", colour="red", position="left"),), empty=("right",))
    after = before.with_group(told.groups[0]).with_nothing_at("right")
    assert noted("a beach, two big kites on the right, a blue cat", before, told, after) == (
        "<think> kites red left; nothing right. kites red left two big; cat one blue; nothing right</think>"
        "a beach, two big red kites on the left, nothing on the right, a blue cat"
    )


def test_what_is_absent_or_ruled_out_is_no_part_of_the_description_but_has_a_line_of_its_own() -> None:
    before = Knowledge("beach", groups=(_KITES, _CAT))
    told = Knowledge().without("star")
    reply = noted("a beach, two big kites on the right, a blue cat", before, told, before.without("star"), ["red cats"], ["forget time"])
    assert reply == (
        "<think> forget time; not red cats; not stars. kites two big right; cat one blue</think>"
        "a beach, two big kites on the right, a blue cat\nNot: red cats; stars"
    )
    assert apart(without_thinking(reply), "") == ("a beach, two big kites on the right, a blue cat", ["red cats", "stars"])


def test_only_the_description_follows_the_notes() -> None:
    known = Knowledge("beach", groups=(_CAT,))
    assert without_thinking(noted("a blue cat on the beach", known, Knowledge(), known)) == "a beach, a blue cat"
    assert apart(without_thinking(unchanged()), "a blue cat on the beach") == ("a blue cat on the beach", [])


def test_a_setting_that_was_told_is_noted_before_things() -> None:
    told = Knowledge("beach", "evening", groups=(Group("kite", 2),))
    assert noted("none", Knowledge(), told, told).startswith("<think> beach; evening; kites two. kites two</think>a beach in the evening")


def test_things_are_noted_in_the_order_in_which_they_were_told_and_each_is_a_clause_of_the_description() -> None:
    rng = random.Random(0)
    lessons = [pair for scene in scenes("train", 100) for lesson in (rewrite, re_prompt) for pair in lesson(rng, scene)]
    for asked, reply in lessons:
        thinking, description = reply.removeprefix("<think> ").split("</think>")
        if thinking == "nothing new":
            continue
        first, second = thinking.split(". ")
        told, now = _nouns(first), _nouns(second)
        assert all(noun in second for noun in told)
        if "Differences:" in asked:
            said = re.findall(r"[a-z]+", asked.partition("Differences:")[2].lower())
            things = [noun for noun in told if noun != "nothing"]
            assert sorted(things, key=said.index) == things
        clauses = description.split(", ")[1:]
        assert len(clauses) == len(now)
        assert all(any(noun in clause.split() for clause in clauses) for noun in now)


def _nouns(notes: str) -> list[str]:
    settings = ("nothing", *PLACES, *TIMES, *WEATHERS)
    return [note.split()[0] for note in notes.split("; ") if note not in settings and "gone" not in note and not note.startswith("not ")]
