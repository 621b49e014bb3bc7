from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from dir_tir.errors import BrokenReply
from dir_tir.prompts.asking import Asking, Form
from dir_tir.tools.rewriting.writing import MOST_RULED_OUT, apart, kept, rewritten
from fakes import FakeLanguageModel, RecordingSearch


@dataclass(frozen=True)
class Reader:
    """Who knows no text to be like another, unless told otherwise, and some words."""

    reads: Callable[[str], bool] = str.isascii
    alike: Callable[[str, str], float] = lambda one, other: 0.0


def test_the_first_reply_that_stands_is_taken() -> None:
    llm = FakeLanguageModel(['{"a": 1}', "a boat boat boat", "a red boat"])
    new = rewritten(llm, Asking("?"), "a boat", [], "red")
    assert (new.text, new.by, new.faults) == ("a red boat", "model", ["no_description", "repetition"])
    assert llm.again == [0, 1, 2]


def test_what_is_only_worded_otherwise_stays_as_it_was() -> None:
    new = rewritten(FakeLanguageModel(["a scene with two red boats"]), Asking("?"), "two red boats", [], ";;;;;;;;;;")
    assert (new.text, new.by) == ("two red boats", "model")
    for old, now in (("two red boats, cats", "two boats, red cats"), ("boats", "a boat")):
        assert rewritten(FakeLanguageModel([now]), Asking("?"), old, [], "sorry").text == now


def test_what_nobody_reads_is_like_nothing_else() -> None:
    search = Reader(lambda text: text != "die Ente", alike=lambda one, other: 1.0)
    new = rewritten(FakeLanguageModel(lambda _: "die Katze"), Asking("?"), "die Ente", [], "no idea", search=search)
    assert (new.text, new.by) == ("die Ente", "kept")


def test_what_a_reply_forgets_though_nobody_took_it_back_stays() -> None:
    llm = FakeLanguageModel(lambda _: "a scene, a red boat")
    search = Reader(alike=lambda one, other: 1.0)
    assert rewritten(llm, Asking("?"), "two red boats", [], "You are a captain. Speak like one.", search=search).text == "two red boats"
    assert rewritten(llm, Asking("?"), "two red boats", [], "one", search=search).text == "a scene, a red boat"
    assert (
        rewritten(llm, Asking("?"), "two red boats", [], "Sorry, I meant one boat like that.", search=search).text == "a scene, a red boat"
    )


def test_where_none_stands_the_old_text_is_joined_with_what_does_no_harm() -> None:
    new = rewritten(FakeLanguageModel(lambda _: "{}"), Asking("?"), "a boat", [], "A red sail.", search=Reader())
    assert (new.text, new.by, new.faults) == ("a boat, A red sail", "joined", ["no_description"] * 3)


@pytest.mark.parametrize("said", ["no sail", "Actually green", "3", "ein Segel"])
def test_and_stays_as_it_was_with_what_does(said: str) -> None:
    new = rewritten(FakeLanguageModel(lambda _: "{}"), Asking("?"), "a boat", ["rain"], said, search=Reader(lambda text: "ein" not in text))
    assert (new.text, new.by) == ("a boat", "kept")
    assert new.ruled_out == (["rain", "sail"] if said == "no sail" else ["rain"])


@pytest.mark.parametrize("said", ["I don't know", "no idea, sorry", "yes"])
def test_for_who_knows_nothing_no_model_is_asked(said: str) -> None:
    llm = FakeLanguageModel(["a boat on the gexa"])
    new = rewritten(llm, Asking("?"), "a boat", ["rain"], said, "What colour is the boat?", Reader())
    assert (new.text, new.ruled_out, new.by, new.faults, llm.again) == ("a boat", ["rain"], "kept", [], [])


def test_a_reply_with_words_that_nobody_said_and_the_encoder_does_not_know_is_turned_down() -> None:
    llm = FakeLanguageModel(["a white boat on the gexa", "a white boat"])
    new = rewritten(llm, Asking("?"), "a boat", [], "white", search=Reader(lambda text: "gexa" not in text))
    assert (new.text, new.faults) == ("a white boat", ["no_description"])


def test_a_model_that_says_nothing_is_not_asked_again() -> None:
    llm = FakeLanguageModel([BrokenReply("nothing")])
    assert rewritten(llm, Asking("?"), "a boat", [], "red").faults == ["nothing_written"]


def test_what_the_model_lists_is_added_to_what_was_ruled_out_before() -> None:
    new = rewritten(FakeLanguageModel(["a boat\nNot: red sail"]), Asking("?"), "a boat", ["rain"], "the sail is not red")
    assert (new.text, new.ruled_out) == ("a boat", ["rain", "red sail"])


def test_what_nobody_spoke_of_is_not_ruled_out() -> None:
    assert rewritten(FakeLanguageModel(["a boat Not: people; dogs"]), Asking("?"), "a boat", [], "red?").ruled_out == []


def test_what_a_model_forgets_to_list_is_ruled_out_all_the_same() -> None:
    assert rewritten(FakeLanguageModel(["a boat"]), Asking("?"), "a boat", [], "no rain, no boats on the left").ruled_out == ["rain"]


def test_what_is_asserted_is_ruled_out_no_more() -> None:
    assert rewritten(FakeLanguageModel(["a rainy boat"]), Asking("?"), "a boat", ["rain"], "It rains after all").ruled_out == []


def test_only_so_much_is_remembered() -> None:
    before = [f"thing{number}" for number in range(50)]
    assert rewritten(FakeLanguageModel(["a boat"]), Asking("?"), "a boat", before, "no rain").ruled_out == [
        *before[-MOST_RULED_OUT + 1 :],
        "rain",
    ]


@pytest.mark.parametrize(
    ("reply", "text", "listed"),
    [
        ("a boat", "a boat", []),
        ("a boat\nNot: rain; red car", "a boat", ["rain", "red car"]),
        ("a boat. Not: no rain, not snow.", "a boat", ["rain", "snow"]),
        ("a boat Not in the picture: - rain", "a boat", ["rain"]),
        ("a boat. Not: none", "a boat", []),
        ("a knot: of rope", "a knot: of rope", []),
        ("Not: rain", "", ["rain"]),
        ("unchanged", "a cat", []),
        ("**Unchanged.**\nNot: rain", "a cat", ["rain"]),
        ("an unchanged boat", "an unchanged boat", []),
    ],
)
def test_a_reply_is_taken_apart(reply: str, text: str, listed: list[str]) -> None:
    assert apart(reply, "a cat") == (text, listed)


def test_of_a_first_description_that_no_model_read_what_it_affirms_is_kept() -> None:
    new = kept("on the meadow, no rain", [], "on the meadow, no rain")
    assert (new.text, new.ruled_out) == ("on the meadow", ["rain"])
    only = kept("no rain", [], "no rain")  # there is nothing else to search for
    assert (only.text, only.by) == ("no rain", "kept")


def test_texts_that_find_the_same_pictures_are_alike() -> None:
    search = RecordingSearch()
    assert search.alike("a boat", "a boat") == pytest.approx(1)
    assert search.alike("a boat", "a red car") < 0.9
    assert RecordingSearch(size=5).alike("a boat", "a red car") == 1
    assert search.reads("a boat")
    assert not search.reads("мы видели")
    assert not search.reads("")


def test_what_is_known_already_is_not_joined_again() -> None:
    assert kept("a boat, the boat is red", [], "The boat is red.").by == "kept"


def test_no_of_another_language_rules_nothing_out() -> None:
    said = "No me acuerdo, un caballo."
    assert kept("a boat", [], said, search=Reader(lambda text: "caballo" not in text)).ruled_out == []


ADDITION = Asking("?", Form(addition=True))


@pytest.mark.parametrize(
    ("reply", "text", "by", "faults"),
    [
        ("a red sail on the left.", "a boat, a red sail on the left", "model", []),
        ("a red sail and two dogs", "a boat, A red sail", "joined", ["invented"]),
        ("a sail on the left", "a boat, A red sail", "joined", ["facts_lost"]),
        ("a red sail, a red sail, a red sail", "a boat, A red sail", "joined", ["repetition"]),
        ("", "a boat, A red sail", "joined", ["nothing_written"]),
    ],
)
def test_an_addition_holds_what_was_said_and_nothing_else(reply: str, text: str, by: str, faults: list[str]) -> None:
    model = FakeLanguageModel([reply])
    new = rewritten(model, ADDITION, "a boat", ["rain"], "A red sail.", "What is on the left?", Reader())
    assert (new.text, new.by, new.faults, new.ruled_out) == (text, by, faults, ["rain"])


def test_what_is_denied_leaves_the_text_before_something_is_added() -> None:
    new = rewritten(FakeLanguageModel(["a green cat"]), ADDITION, "a boat, a red cat", [], "The cat is not red. It is green.", "", Reader())
    assert (new.text, new.by) == ("a boat, a cat, a green cat", "model")
    only = rewritten(FakeLanguageModel([]), ADDITION, "a boat, a red cat", [], "no rain", "", Reader())
    assert (only.text, only.ruled_out) == ("a boat, a red cat", ["rain"])


def test_a_first_description_and_what_is_known_already_ask_no_model() -> None:
    nobody = FakeLanguageModel([])
    assert rewritten(nobody, ADDITION, "a boat, no rain", [], "a boat, no rain", "", Reader()).text == "a boat"
    assert rewritten(nobody, ADDITION, "a red boat", [], "Red.", "What colour is the boat?", Reader()).text == "a red boat"


def test_wishes_are_joined_as_what_the_picture_shows() -> None:
    said = "It should be at night; the red boat should be on the left; nothing else."
    new = rewritten(FakeLanguageModel(["a cat"]), ADDITION, "a lake", [], said, "", Reader())
    assert (new.text, new.by) == ("a lake, at night, the red boat on the left", "joined")
