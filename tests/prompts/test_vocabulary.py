from __future__ import annotations

from collections import Counter

import pytest
from dir_tir.errors import PromptError
from dir_tir.miniature.world.language import caption
from dir_tir.miniature.world.scene import COLOURS, KINDS, PLACES, POSITIONS, TIMES, WEATHERS, Scene, Thing, scenes
from dir_tir.miniature.world.words import PLACE_WORDS, POSITION_WORDS, TIME_WORDS, WEATHER_WORDS
from dir_tir.prompts.vocabulary import Vocabulary

SMALL = """
line = ["a $place $time", "$things", "always"]
[groups.place]
most = 1
templates = ["a photo of $a_word", "$phrase"]
words = "beach, city"
[groups.time]
most = 1
templates = ["$phrase"]
words = "at night"
[groups.things]
most = 2
templates = ["$phrase"]
phrase = "$a_word there"
nothing = "nothing there"
words = \"\"\"
ox, cow,
sheep
\"\"\"
"""


def test_words_stand_in_phrases_and_phrases_in_templates() -> None:
    place, _, things = Vocabulary.read(SMALL).groups
    assert place.texts == [["a photo of a beach", "a photo of a city"], ["beach", "city"]]
    assert things.phrases == ["an ox there", "a cow there", "a sheep there", "nothing there"]
    assert (things.words, things.most) == (("ox", "cow", "sheep"), 2)


def test_a_clause_of_whose_groups_none_has_a_word_is_left_out_of_the_line() -> None:
    vocabulary = Vocabulary.read(SMALL)
    assert vocabulary.put([("place", ["beach"]), ("time", ["at night"])]) == "a beach at night, always"
    assert vocabulary.put([("things", ["an ox there", "a cow there"])]) == "an ox there, a cow there, always"


def test_a_group_may_have_the_words_of_another() -> None:
    more = SMALL + '[groups.more]\nmost = 1\ntemplates = ["$phrase"]\nwords_of = "things"\n'
    assert Vocabulary.read(more).groups[-1].words == ("ox", "cow", "sheep")


def test_another_template_or_another_word_is_another_vocabulary() -> None:
    others = {Vocabulary.read(text).identity for text in (SMALL, SMALL.replace("a photo", "a picture"), SMALL.replace("cow", "goat"))}
    assert len(others) == 3


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("most = 1", "least = 1", "unknown keys: least"),
        ("beach, city", "beach, city, beach", "beach"),
        ("$a_word there", "$thing there", "thing"),
        ('"$things"', '"$animals"', "animals"),
        ("line =", "lines =", "line"),
        ('words = "at night"', 'words_of = "nights"', "nights"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(before: str, after: str, named: str) -> None:
    with pytest.raises(PromptError, match=named):
        Vocabulary.read(SMALL.replace(before, after, 1), "mine")


def test_the_words_of_postcards_are_those_of_the_world() -> None:
    groups = {group.name: group for group in Vocabulary.load("miniature").groups}
    assert [groups[name].words for name in ("place", "time", "weather")] == [
        tuple(words[value][0] for value in values)
        for words, values in ((PLACE_WORDS, PLACES), (TIME_WORDS, TIMES), (WEATHER_WORDS, WEATHERS))
    ]
    assert [name for name in groups if name in POSITIONS] == list(POSITIONS)
    for position in POSITIONS:
        assert groups[position].words == tuple(f"{colour} {kind}" for kind in KINDS for colour in COLOURS)
        assert all(phrase.endswith(POSITION_WORDS[position][0]) for phrase in groups[position].phrases)


def test_a_line_of_words_is_a_caption_of_the_world() -> None:
    scene = next(iter(scenes("test", 1)))
    groups = (Thing("boat", "orange", "", 1), None, Thing("cat", "red", "", 1))
    said = Scene(scene.place, scene.time, scene.weather, groups)
    line = Vocabulary.load("miniature").put(
        [
            ("place", [PLACE_WORDS[scene.place][0]]),
            ("time", [TIME_WORDS[scene.time][0]]),
            ("weather", [WEATHER_WORDS[scene.weather][0]]),
            ("left", ["an orange boat on the left"]),
            ("right", ["a red cat on the right"]),
        ]
    )
    assert line == caption(said)


def test_no_word_of_any_vocabulary_stands_in_two_groups_that_are_not_places_on_the_picture() -> None:
    counted = Counter(word for group in Vocabulary.load("paper").groups for word in group.words)
    assert [word for word, times in counted.items() if times > 1] == []
