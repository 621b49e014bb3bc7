from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dir_tir.contracts import Click
from dir_tir.errors import InputError
from dir_tir.nodes.history import marks, pages, passed_over, ruled_out_in
from dir_tir.nodes.merge import merge
from dir_tir.nodes.open_round import open_round
from dir_tir.nodes.retrieve import retrieve
from dir_tir.nodes.state import DialogOutput, DialogTurn, ImageOutput, ImageTurn, RoundRecord
from dir_tir.tools.question_rules import NOTHING_LEFT
from dir_tir.tools.search import Search
from dir_tir.tools.timing import Stopwatch
from fakes import FakeMatcher, FakePainter, RecordingSearch
from galleries import colours
from states import accepting, proposed, record, said, state


def _update(changed: Any, search: Any = None, **settings: Any) -> Any:
    off = {"hubs": False, "rerank": False, "exclude_shown": False, "paint_all": False}
    defaults = {"dialog_num": 7, "image_num": 3, "fusion": "slots", **off}
    return merge(changed, search=search or RecordingSearch(), stopwatch=Stopwatch(), **{**defaults, **settings})


def _merge(changed: Any, search: Any = None, **settings: Any) -> Any:
    update = _update(changed, search, **settings)
    assert update.keys() == {"rounds"}
    (made,) = update["rounds"]
    assert made.keys() == RoundRecord.__annotations__.keys()
    return made


def test_the_first_round_opened_is_round_zero_and_its_painting_prompt_the_description() -> None:
    update = open_round({"description": "a boat", "rounds": []}, lacks=(), language="", languages=())  # type: ignore[typeddict-item]
    assert (update["round"], update["prompt"]) == (0, "a boat")


def test_a_new_round_clears_what_the_refiners_wrote_and_keeps_description_and_prompt() -> None:
    update = open_round(
        state(rounds=[record(0), record(1)], tries=[proposed("?")], prompt="a red boat"), lacks=["painter"], language="", languages=()
    )
    kept = {"description", "ruled_out", "ruled_out_of_prompt"}
    own = {"round", "lacks", "said", "further", "click_seconds"}
    assert update.keys() == (DialogOutput.__annotations__.keys() | ImageOutput.__annotations__.keys() | own) - kept
    assert (update["round"], update["prompt"], update["tries"], update["painting"]) == (2, "a red boat", [], None)
    assert update["lacks"] == ["painter"]


def test_a_record_holds_every_channel_of_its_round_that_has_its_name() -> None:
    now = state(tries=[proposed("Where?")], answer=said("at sea"), prompt="a red boat")
    made = _merge(now)
    assert {name: made[name] for name in made.keys() & now.keys()} == {name: now[name] for name in made.keys() & now.keys()}
    assert made.keys() & now.keys() >= DialogTurn.__annotations__.keys() | ImageTurn.__annotations__.keys() | {"description", "prompt"}


def test_the_next_painting_is_of_all_that_is_understood_where_that_is_wanted() -> None:
    now = state(
        description="a boat, no longer small, a lighthouse", prompt="a boat, in the rain", ruled_out_of_prompt=["lighthouse", "snow"]
    )
    update = _update(now, paint_all=True)
    assert update["prompt"] == update["rounds"][0]["prompt"] == "a boat, in the rain, no longer small, a lighthouse"
    assert update["ruled_out_of_prompt"] == update["rounds"][0]["ruled_out_of_prompt"] == ["snow"]
    assert _merge(now)["prompt"] == "a boat, in the rain"


def test_a_prompt_worded_by_hand_stays_what_was_written_and_the_next_answers_join_it() -> None:
    by_hand = state(description="a boat, a lighthouse", prompt="two masts", answer={**said("a lighthouse"), "prompt": "two masts"})
    assert _merge(by_hand, paint_all=True)["prompt"] == "two masts"
    later = state(rounds=[record(description="a boat, a lighthouse", prompt="two masts")], prompt="two masts")
    update = _update({**later, "description": "a boat, a lighthouse, snow"}, paint_all=True)
    assert update["prompt"] == "two masts, snow"


def test_a_conversation_does_not_begin_without_a_description() -> None:
    with pytest.raises(InputError, match="description is empty"):
        open_round({"description": " \n", "rounds": []}, lacks=(), language="", languages=())  # type: ignore[typeddict-item]


def test_a_result_without_a_caption_says_what_it_looks_like_and_one_with_a_caption_does_not() -> None:
    half = RecordingSearch(caption=lambda id_: "" if int(id_[-3:]) % 2 == 0 else "said by a person", words=["ox", "cow"])
    results = _merge(state(), half)["results"]
    assert {(result["caption"], result["looks_like"]) for result in results} == {("", "an ox"), ("said by a person", "")}


def test_the_first_results_are_ordered_by_the_matching_head_where_the_setting_says_so(tmp_path: Path) -> None:
    search = Search(FakeMatcher(rerank=20), colours(tmp_path, 30)[0].vectors)
    plain, by_head = (
        sum(int(result["caption"].split()[-1]) for result in _merge(state(), search, rerank=rerank)["results"]) for rerank in (False, True)
    )
    assert by_head > plain  # this head likes them red
    assert _merge(state(), rerank=True)["results"] == _merge(state())["results"]  # an encoder without such a head


def test_round_zero_takes_all_ten_from_the_dialog_list() -> None:
    made = _merge(state(round=0, rounds=[]))
    assert [result["source"] for result in made["results"]] == ["dialog"] * 10
    assert (made["round"], made["question"], made["notes"], made["description"]) == (0, "", [], "a boat")


def test_the_image_list_comes_from_this_rounds_painting(tmp_path: Path) -> None:
    path = tmp_path / "painted.png"
    FakePainter().paint("a boat", 7).save(path)
    search = RecordingSearch()
    made = _merge(state(painting={"path": str(path), "prompt": "a boat", "seed": 7}), search)
    assert [result["source"] for result in made["results"]] == ["dialog"] * 7 + ["image"] * 3
    assert {kind: asked for kind, asked, _ in search.history} == {"text": "a boat", "image": str(path)}


def test_the_page_is_made_by_the_fusion_that_the_settings_name(tmp_path: Path) -> None:
    path = tmp_path / "painted.png"
    FakePainter().paint("a boat", 7).save(path)
    painted = state(round=3, painting={"path": str(path), "prompt": "a boat", "seed": 7})
    search = RecordingSearch()
    added = {hit["id"]: hit["score"] for hit in search.by_text("a boat", 60)}
    for hit in search.by_image(str(path), 60):
        added[hit["id"]] += hit["score"]
    made = _merge(painted, fusion="dar")
    assert [result["id"] for result in made["results"]] == sorted(added, key=lambda id_: -added[id_])[:10]
    assert {result["source"] for result in made["results"]} == {"dialog", "image"}
    with pytest.raises(InputError, match="no fusion 'none'"):
        _merge(painted, fusion="none")


def test_what_was_shown_is_passed_over_only_when_the_setting_says_so() -> None:
    page = _merge(state(round=0, rounds=[]))["results"]
    later = state(rounds=[record(results=page)])
    assert [result["id"] for result in _merge(later)["results"]] == [result["id"] for result in page]
    fresh = _merge(later, exclude_shown=True)["results"]
    assert len(fresh) == 10
    assert not {result["id"] for result in fresh} & {result["id"] for result in page}


def test_what_was_shown_before_it_was_wanted_again_is_passed_over_no_more() -> None:
    again: Any = {**said(""), "show_again": True}
    pages = [record(number, results=[{"id": id_, "score": 0.5, "source": "dialog"}]) for number, id_ in enumerate("abc")]
    assert passed_over(pages, [said("a boat")]) == {"a", "b", "c"}
    assert passed_over(pages, [said("a boat"), again]) == set()  # in the round that closes now
    pages[1]["answer"] = again
    assert passed_over(pages, [said("a boat")]) == {"b", "c"}
    pages[2]["critique"] = {"question": "?", "reply": again}
    assert passed_over(pages, [said("a boat")]) == {"c"}


def test_what_was_looked_at_beyond_a_page_belongs_to_that_page() -> None:
    def results(ids: str) -> list[Any]:
        return [{"id": id_, "score": 0.5, "source": "dialog"} for id_ in ids]

    rounds = [record(0, results=results("ab")), record(1, results=results("cd"), further=results("xy"))]
    assert pages(rounds, results("z")) == [("a", "b", "x", "y"), ("c", "d", "z")]
    assert passed_over(rounds, [said("a boat")], results("z")) == set("abxycdz")
    clicks, _ = marks(rounds, [{**said(""), "more_like": ["y", "z"]}], results("z"))
    assert clicks == [(("a", "b", "x", "y"), "y"), (("c", "d", "z"), "z")]


@pytest.mark.parametrize("where", [{"answer": accepting("x")}, {"critique": {"question": "?", "reply": accepting("x")}}])
def test_an_accepted_result_is_recorded_and_the_page_stays(where: dict[str, Any]) -> None:
    page = [{"id": "x", "score": 0.5, "source": "dialog"}]
    search = RecordingSearch()
    made = _merge(state(rounds=[record(results=page)], **where), search, exclude_shown=True)
    assert (made["accepted"], made["results"], search.history) == ("x", page, [])


def test_what_did_not_go_as_planned_is_said_in_the_record() -> None:
    unlucky = state(tries=[proposed("Where?", "already_known")], critique={"question": "?", "reply": said("it is red")})
    assert _merge(unlucky)["notes"] == ["all_turned_down", "differences_unused"]
    assert _merge(state(tries=[proposed("Nothing is left to ask.", NOTHING_LEFT)]))["notes"] == ["nothing_left"]
    assert _merge(state(description="a boat " * 40))["notes"] == ["description_cut"]
    assert _merge(state(tries=[proposed("Where?")], answer=said("at sea")))["notes"] == ["answer_unused"]
    failed = state(tries=[proposed("Where?", "already_known")], dialog_failure="language_model_failed: no such model")
    assert _merge(failed)["notes"] == ["language_model_failed: no such model"]


@pytest.mark.parametrize(
    ("changes", "notes"),
    [
        ({"answer": said("at sea")}, ["answer_unused"]),
        ({"answer": said("no sea"), "ruled_out": ["sea"]}, []),
        ({"answer": said("at sea"), "description_written": {"by": "kept", "faults": ["facts_lost"]}}, ["description_kept"]),
        ({"answer": said("at sea"), "description_written": {"by": "joined", "faults": ["facts_lost"]}}, ["answer_joined"]),
        ({"answer": said("мы видели")}, ["answer_unread"]),
        ({"critique": {"question": "?", "reply": said("мы видели")}}, ["differences_unread"]),
        ({"critique": {"question": "?", "reply": said("Nothing différe")}}, ["differences_unused"]),  # "nothing" is read, whoever reads
        ({"critique": {"question": "?", "reply": said("no sea")}, "ruled_out_of_prompt": ["sea"]}, []),
    ],
)
def test_what_became_of_an_answer_is_noted(changes: dict[str, Any], notes: list[str]) -> None:
    assert _merge(state(tries=[proposed("Where?")], **changes))["notes"] == notes


def test_a_first_description_in_words_that_are_not_known_is_noted() -> None:
    assert _merge(state(round=0, rounds=[], description="мы видели"))["notes"] == ["description_unread"]


def test_seconds_are_kept_by_refiner_and_tool() -> None:
    made = _merge(state(dialog_seconds={"llm": 1.0}, image_seconds={"painter": 2.0}))
    assert made["seconds"]["dialog"] == {"llm": 1.0}
    assert made["seconds"]["image"] == {"painter": 2.0}
    assert made["seconds"]["merge"].keys() == {"own"}


def test_what_the_user_wants_more_of_and_less_of_counts_from_the_round_in_which_they_say_so() -> None:
    def page(*ids: str) -> list[Any]:
        return [{"id": id_, "score": 0.5, "source": "dialog"} for id_ in ids]

    earlier = record(1, results=page("a", "c"), answer={**said("red"), "more_like": ["a", "b"]})
    rounds = [record(results=page("a", "b")), earlier]
    search = RecordingSearch()
    _merge(state(round=2, rounds=rounds, answer={**said(""), "not_these": ["b"]}), search)
    assert search.marked == [([Click(("a", "b"), "a")], ["b"])]  # of the page that was there when they said so
    retrieve(state(round=2, rounds=rounds), search=search, related_size=20, schedule="linear", max_rounds=10)  # type: ignore[arg-type]
    assert search.marked[-1] == ([Click(("a", "b"), "a"), Click(("a", "b"), "b")], [])
    _merge(state(round=2, rounds=rounds, answer={**said(""), "more_like": ["a"]}), search)
    assert search.marked[-1][0][0] == Click(("a", "c"), "a")  # of the latest that held it


def test_what_is_ruled_out_by_answers_and_differences_is_searched_away_from_unless_the_description_says_it() -> None:
    search = RecordingSearch()
    now = state(description="a boat in the rain", ruled_out=["cats", "rain"], ruled_out_of_prompt=["snow", "cats"])
    _merge(now, search)
    assert search.ruled_out == [["cats", "snow"]]
    retrieve(now, search=search, related_size=20, schedule="linear", max_rounds=10)
    assert search.ruled_out[-1] == ["cats", "snow"]
    old = {name: value for name, value in now.items() if not name.startswith("ruled_out")}  # of version 0.1
    assert ruled_out_in(old) == []
