"""Look-alikes: the world's own account of differences says that there is one, and which."""

import random
from collections import Counter

from dir_tir.miniature.world.differences import differences
from dir_tir.miniature.world.drawing import draw
from dir_tir.miniature.world.scene import Scene, Thing, scenes
from dir_tir.miniature.world.twins import ATTRIBUTES, twins

ALONE = Scene("beach", "night", "rain", (Thing("boat", "red", "small", 2), None, None))


def test_each_differs_in_the_one_attribute_that_is_named_and_no_two_are_the_same() -> None:
    for scene in scenes("test", 200):
        found = twins(random.Random(0), scene, 20)
        assert len({twin for _, twin in found}) == 20
        for attribute, twin in found:
            (difference,) = differences(twin, scene)
            said = difference.subject.split()[-1]  # "place", "left colour", or a position alone where another kind stands
            assert ("kind" if said in ("left", "middle", "right") else said) == attribute
            assert len({thing.kind for _, thing in twin.placed()}) == len(list(twin.placed()))


def test_all_attributes_have_their_turn() -> None:
    for scene in scenes("test", 50):
        assert set(Counter(attribute for attribute, _ in twins(random.Random(0), scene, 20))) == set(ATTRIBUTES)


def test_no_two_pictures_of_one_thing_and_all_its_look_alikes_are_the_same() -> None:
    alike = twins(random.Random(0), ALONE, 1000)
    assert len(alike) == 38
    assert len({draw(scene, 96).tobytes() for scene in (ALONE, *(twin for _, twin in alike))}) == 39


def test_the_same_seed_gives_the_same_ones() -> None:
    assert twins(random.Random(5), ALONE, 20) == twins(random.Random(5), ALONE, 20)
    assert twins(random.Random(5), ALONE, 20) != twins(random.Random(6), ALONE, 20)
