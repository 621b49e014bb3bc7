"""One scene spec is the truth; words, answers and differences follow from it."""

import random
from dataclasses import replace

import pytest
from dir_tir.miniature.world.differences import NO_DIFFERENCE, correct, differences, told
from dir_tir.miniature.world.knowledge import Group, Knowledge, complete, glimpse
from dir_tir.miniature.world.language import caption, first_description, free, plain
from dir_tir.miniature.world.questions import NONE_THERE, UNCERTAIN, Question, answer, askable, deduced, learn
from dir_tir.miniature.world.scene import COLOURS, KINDS, PLACES, Scene, Thing, has_held_out, held_out, scenes

HARBOUR = Scene("beach", "night", "rain", (Thing("boat", "red", "small", 2), Thing("cat", "blue", "big", 1), None))


def test_the_plain_caption_says_everything_from_left_to_right() -> None:
    assert caption(HARBOUR) == "a rainy beach at night, two small red boats on the left, a big blue cat in the middle"


def test_the_same_seed_gives_the_same_scenes_and_no_split_repeats_another() -> None:
    train, test = list(scenes("train", 200)), list(scenes("test", 200))
    assert train == list(scenes("train", 200))
    assert not {caption(scene) for scene in train} & {caption(scene) for scene in test}


def test_some_combinations_occur_in_test_scenes_only() -> None:
    kept = [(k, c, p) for k in KINDS for c in COLOURS for p in PLACES if held_out(k, c, p)]
    assert 30 < len(kept) < 120
    assert not any(has_held_out(scene) for scene in (*scenes("train", 1000), *scenes("validation", 1000)))
    assert any(has_held_out(scene) for scene in scenes("test", 200))


@pytest.mark.parametrize(
    ("question", "truth"),
    [
        (Question("place"), "A beach."),
        (Question("time"), "It is at night."),
        (Question("weather"), "It is rainy."),
        (Question("content", "left"), "Two red boats."),
        (Question("content", "right"), "Nothing."),
        (Question("colour", "cat"), "Blue."),
        (Question("size", "boat"), "Small."),
        (Question("count", "boat"), "Two."),
        (Question("position", "cat"), "In the middle."),
        (Question("presence", "cat"), "Yes, a blue cat in the middle."),
        (Question("presence", "kite"), "No."),
        (Question("colour", "kite"), NONE_THERE),
    ],
)
def test_every_kind_of_question_has_its_true_answer(question: Question, truth: str) -> None:
    assert answer(HARBOUR, question) == truth


def test_what_was_learnt_can_be_deduced_and_is_not_asked_again() -> None:
    rng = random.Random(0)
    for scene in scenes("validation", 200):
        known = glimpse(rng, scene)
        for question in askable(known):
            assert deduced(known, question) == UNCERTAIN
            after = learn(known, question, scene)
            assert deduced(after, question) != UNCERTAIN
            assert question.subject not in {later.subject for later in askable(after)}


def test_asking_everything_ends_with_the_complete_caption() -> None:
    for scene in scenes("validation", 100):
        known = Knowledge(place=scene.place)
        while questions := askable(known):
            known = learn(known, questions[0], scene)
        assert plain(replace(known, empty=())) == caption(scene)


def test_differences_name_what_the_target_has_and_correcting_applies_them() -> None:
    painted = Scene("beach", "noon", "rain", (Thing("boat", "blue", "small", 2), None, Thing("kite", "red", "big", 1)))
    found = differences(painted, HARBOUR)
    assert told(found) == (
        "It should be at night; the boats on the left should be red; a blue cat should be in the middle; nothing should be on the right."
    )
    prompt = Knowledge("beach", groups=(Group("boat", 2, "blue", "small", "left"), Group("kite", 1)))
    assert plain(correct(prompt, found, HARBOUR)) == (
        "a beach at night, two small red boats on the left, a blue cat in the middle, nothing on the right, a kite"
    )
    assert told(differences(HARBOUR, HARBOUR)) == NO_DIFFERENCE


def test_correcting_until_nothing_differs_reaches_the_target() -> None:
    pairs = zip(scenes("train", 100), scenes("test", 100), strict=True)
    for painted, target in pairs:
        known = complete(painted)
        for _ in range(3):
            known = correct(known, differences(_drawn_from(known), target), target)
        assert differences(_drawn_from(known), target) == []


def test_a_first_description_says_little_and_free_wordings_vary() -> None:
    rng = random.Random(0)
    for scene in scenes("validation", 50):
        _, known = first_description(rng, scene)
        assert len(known.groups) <= 1
        assert all(group.colour is None and group.position is None for group in known.groups)
    assert len({free(rng, complete(HARBOUR)) for _ in range(50)}) > 40


def _drawn_from(known: Knowledge) -> Scene:
    """A painter that paints what the prompt says, and something of its own where it says nothing."""
    groups = [known.at(position) for position in ("left", "middle", "right")]
    things = [g and Thing(g.kind, g.colour or "red", g.size or "small", g.count or 2) for g in groups]
    return Scene(known.place or "beach", known.time or "noon", known.weather or "clear", (things[0], things[1], things[2]))
