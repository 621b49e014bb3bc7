"""The drawn postcard: deterministic, the same at any size, and every attribute shows where it should."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest
from dir_tir.miniature.world.drawing import draw
from dir_tir.miniature.world.drawing.layout import spots
from dir_tir.miniature.world.scene import COLOURS, COUNTS, KINDS, PLACES, POSITIONS, SIZES, TIMES, WEATHERS, Scene, Thing
from PIL import Image, ImageChops, ImageStat

SIZE = 96
CAT = Thing("cat", "red", "big", 1)
SCENE = Scene("meadow", "noon", "clear", (CAT, Thing("boat", "blue", "small", 3), Thing("tree", "pink", "big", 2)), seed=5)


def third(picture: Image.Image, index: int) -> Image.Image:
    return picture.crop((SIZE * index // 3, 0, SIZE * (index + 1) // 3, SIZE))


def difference(first: Image.Image, second: Image.Image) -> float:
    """Mean absolute difference of the channels, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


def test_the_same_scene_gives_the_same_pixels() -> None:
    assert draw(SCENE, SIZE).tobytes() == draw(SCENE, SIZE).tobytes()


@pytest.mark.parametrize("size", [16, 64, 96, 129, 256])
def test_any_size_gives_a_square_rgb_picture(size: int) -> None:
    picture = draw(SCENE, size)
    assert (picture.size, picture.mode) == ((size, size), "RGB")


def test_a_large_picture_reduced_looks_like_a_small_one() -> None:
    assert difference(draw(SCENE, 4 * SIZE).reduce(4), draw(SCENE, SIZE)) < 4


@pytest.mark.parametrize(
    "other",
    [
        None,
        replace(CAT, kind="duck"),
        replace(CAT, colour="white"),
        replace(CAT, size="small"),
        replace(CAT, count=3),
    ],
)
def test_changing_the_left_group_changes_the_left_third_only(other: Thing | None) -> None:
    before, after = draw(SCENE, SIZE), draw(replace(SCENE, groups=(other, *SCENE.groups[1:])), SIZE)
    assert difference(third(before, 0), third(after, 0)) > 1
    for index in (1, 2):
        assert third(before, index).tobytes() == third(after, index).tobytes()


def test_every_thing_stays_in_its_column() -> None:
    for size, count, seed in product(SIZES, COUNTS, range(40)):
        group = Thing("star", "red", size, count)
        drawn = list(spots(Scene("lake", "noon", "clear", (group, group, group), seed)))
        assert len(drawn) == 3 * count
        for number, spot in enumerate(drawn):
            assert abs(spot.x - (2 * (number // count) + 1) / 6) + spot.side / 2 <= 1 / 6
            assert 0.34 <= spot.y - spot.side / 2 < spot.y + spot.side / 2 <= 0.98


def test_all_settings_are_told_apart_without_any_thing() -> None:
    pictures = [draw(Scene(*setting, groups=(None, None, None)), SIZE) for setting in product(PLACES, TIMES, WEATHERS)]
    assert min(difference(first, second) for first, second in combinations(pictures, 2)) > 2


def test_a_thing_keeps_its_colour_in_any_light() -> None:
    for colour, time, weather in product(COLOURS, TIMES, WEATHERS):
        star = Thing("star", colour, "big", 1)
        at = tuple(round(fraction * 480) for fraction in (0.5, 0.64))
        here = draw(Scene("city", time, weather, (None, star, None)), 480).getpixel(at)
        assert here == draw(Scene("city", "noon", "clear", (None, star, None)), 480).getpixel(at)


def test_all_kinds_and_colours_differ_even_when_small() -> None:
    things = [Thing(kind, colour, "small", 1) for kind, colour in product(KINDS, COLOURS)]
    pictures = [third(draw(Scene("lake", "noon", "clear", (None, thing, None)), SIZE), POSITIONS.index("middle")) for thing in things]
    assert min(difference(first, second) for first, second in combinations(pictures, 2)) > 0.3
