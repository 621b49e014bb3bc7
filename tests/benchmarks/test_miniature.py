"""The report's cases are what its rows say, and its arithmetic is right. The figures themselves are the report's own business."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dir_tir.benchmarks.miniature.check import Check, every, share
from dir_tir.benchmarks.miniature.finding import ranks_among
from dir_tir.benchmarks.miniature.naming import named_right
from dir_tir.benchmarks.miniature.seeing import names_all, statements
from dir_tir.benchmarks.miniature.speaking import among_the_first_two
from dir_tir.benchmarks.miniature.wordings import unseen
from dir_tir.miniature.train.people import with_typos, without_articles
from dir_tir.miniature.train.talks import telling
from dir_tir.miniature.train.vision import about, compared
from dir_tir.miniature.world.knowledge import Knowledge, complete
from dir_tir.miniature.world.language import caption, free
from dir_tir.miniature.world.questions import NO_IDEA, Question
from dir_tir.miniature.world.scene import KINDS, Scene, Thing, scenes
from dir_tir.miniature.world.unanswerable import unanswerable
from dir_tir.miniature.world.words import COLOUR_WORDS, KIND_WORDS, plural
from small_disks import leave, small_disk

SCENE = Scene("beach", "night", "rain", (Thing("boat", "red", "small", 2), None, Thing("cat", "blue", "big", 1)))


def test_a_bar_is_a_floor_or_a_ceiling_and_may_be_missing() -> None:
    assert Check("found", 0.92, 0.92, 10).passed
    assert not Check("found", 0.91, 0.92, 10).passed
    assert not Check("invented", 0.06, 0.05, 10, ceiling=True).passed
    assert Check("read", 0.1, None, 10).passed
    assert Check("invented", 0.06, 0.05, 10, ceiling=True).line().endswith("missed")
    assert "1.25 s" in Check("round", 1.25, 2.0, 50, ceiling=True, unit="s").line()
    assert Check("found", 0.912345, 0.92, 10).as_json() == {"check": "found", "value": 0.9123, "bar": 0.92, "cases": 10, "pass": False}


def test_words_are_right_when_place_and_first_thing_are() -> None:
    truth = complete(SCENE)
    assert named_right(Knowledge("beach"), ["rainy", "white boat", "pink kite"], truth)  # its colour, and further things, are other checks
    assert not named_right(Knowledge("beach"), ["pink kite", "red boat"], truth)
    assert not named_right(Knowledge("city"), ["red boat"], truth)
    assert not named_right(Knowledge("beach"), ["rainy"], truth)


def test_cases_keep_their_order_and_an_error_is_not_swallowed() -> None:
    assert every(lambda n: n * n, range(40), "squares") == [n * n for n in range(40)]
    assert share([True, False, True, True]) == 0.75
    with pytest.raises(ZeroDivisionError):
        every(lambda n: 1 / n, [1, 0], "fractions")


def test_a_rank_is_one_more_than_the_number_of_pictures_that_score_higher() -> None:
    texts, pictures = np.eye(3, dtype=np.float32)[:2], np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0]], np.float32)
    assert ranks_among(texts, pictures).tolist() == [1, 2]


def test_unseen_wordings_hold_every_fact_and_are_no_lesson() -> None:
    rng = random.Random(3)
    for scene in scenes("test", 100):
        text = unseen(rng, scene)
        for position, thing in scene.placed():
            assert position in text
            assert any(word in text for word in COLOUR_WORDS[thing.colour])
            assert any(noun in text or plural(noun) in text for noun in KIND_WORDS[thing.kind])
        assert text not in {free(rng, complete(scene)) for _ in range(20)}


def test_typos_hit_about_one_word_in_eight_and_no_word_is_lost() -> None:
    rng = random.Random(4)
    words = " ".join(caption(scene) for scene in scenes("test", 300))
    typed = with_typos(rng, words).split()
    assert len(typed) == len(words.split())
    assert 0.08 < np.mean([a != b for a, b in zip(typed, words.split(), strict=True)]) < 0.14
    assert without_articles("a big cat on the left, an umbrella") == "big cat on left, umbrella"


def test_a_caption_names_all_when_each_thing_has_a_clause_with_its_kind_and_colour() -> None:
    assert names_all(caption(SCENE), SCENE)
    assert names_all("a scene, red boats, a blue cat", SCENE)
    assert not names_all("a scene, blue boats, a red cat", SCENE)
    assert not names_all("a scene, red boats, a blue cat, a green star", SCENE)
    assert statements("It should be a beach; the cat should be red.") == {"it should be a beach", "the cat should be red"}
    assert statements("Nothing differs.") == set()


def test_only_the_two_most_telling_questions_count() -> None:
    # Three halves: weather and time are split evenly, the place nearly not at all.
    pictures = [Scene("beach" if n else "city", "night" if n % 2 else "noon", "rain" if n < 4 else "snow", SCENE.groups) for n in range(8)]
    left = telling(Knowledge(groups=complete(SCENE).groups, empty=("middle",)), pictures, frozenset())
    assert among_the_first_two(Question("time"), left)
    assert among_the_first_two(Question("weather"), left)
    assert not among_the_first_two(Question("place"), left)
    assert not among_the_first_two(None, left)


def test_vision_lessons_hold_true_answers_and_questions_without_one() -> None:
    rng = random.Random(5)
    pairs = about(rng, SCENE)
    assert pairs[-1][1] == caption(SCENE)
    assert NO_IDEA in [reply for _, reply in pairs]
    other = Scene("city", "night", "rain", (None, None, Thing("cat", "red", "big", 1)))
    (_, told), *looked = compared(rng, other, SCENE)
    assert told == "It should be a beach; red boats should be on the left; the cat on the right should be blue."
    truth = {
        "on the left": "nothing; two small red boats",
        "in the middle": "nothing; nothing",
        "on the right": "a big red cat; a big blue cat",
    }
    assert all(reply == truth[question.removeprefix("Both ").removesuffix("?")] for question, reply in looked)


def test_held_out_questions_without_an_answer_are_no_lesson() -> None:
    rng = random.Random(6)
    taught, kept = ({unanswerable(rng, held_out=held_out) for _ in range(3000)} for held_out in (False, True))
    assert not taught & kept
    assert len(kept) == 6 * len(KINDS) + 11


def test_the_report_writes_what_it_prints_or_says_that_the_disk_is_full(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    command = [sys.executable, "-m", "dir_tir.benchmarks.miniature", "--cases", "3", "--only", "answers c", "--json", str(file)]
    printed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    rows = json.loads(file.read_text())
    assert [row["check"].rpartition(", ")[2] for row in rows] == ["content", "colour", "count", '"cannot tell"', "unseen questions"]
    assert all(row["check"] in printed and row["cases"] == 3 for row in rows)

    with small_disk(tmp_path / "disk") as disk:
        leave(disk, 0)
        again = subprocess.run([*command[:-1], str(disk / "report.json")], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (again.returncode, again.stderr.splitlines()[-1][:18]) == (1, "the disk is full (")
        assert [path.name for path in disk.iterdir()] == ["ballast"]
