from __future__ import annotations

from typing import Any

import pytest
from dir_tir.errors import BrokenReply
from dir_tir.graph.injection import nobody
from dir_tir.nodes.answer import answer
from dir_tir.nodes.ask import ask
from dir_tir.nodes.ask_several import ask_several
from dir_tir.nodes.cluster_context import cluster_context
from dir_tir.nodes.filter_uncertain import filter_uncertain
from dir_tir.nodes.retrieve import retrieve
from dir_tir.nodes.rewrite import rewrite
from dir_tir.prompts.library import PromptLibrary
from dir_tir.tools.contextual_reference import divergence
from fakes import FakeLanguageModel, FakeUser, RecordingSearch
from states import proposed, record, said, state

PROMPTS = PromptLibrary(
    "short",
    {
        "ask": "ask|$description|$dialogue|$candidates|$rejected",
        "ask_without_candidates": "blind|$description|$dialogue|$rejected",
        "filter_uncertain": "filter|$description|$dialogue|$question",
        "rewrite": "rewrite|$description|$ruled_out|$dialogue|$question|$answer",
    },
)
RELATED: Any = {"related_size": 20, "schedule": "linear", "max_rounds": 10}
UNCAPTIONED: Any = {"captions": None, "captioning": 10.0}
SEVERAL: Any = {"temperature": 1.0, "with_context": True, **RELATED}
TALK = [record(), record(1, question="Where?", answer=said("at sea")), record(2, question="When?")]
NEXT = {"round": 3, "rounds": TALK}


def test_retrieve_looks_at_fewer_pictures_the_longer_the_dialogue() -> None:
    search = RecordingSearch()
    assert len(retrieve(state(round=1), search=search, **RELATED)["related"]) == 20
    assert len(retrieve(state(round=6), search=search, **RELATED)["related"]) == 10
    assert search.history == [("text", "a boat", 20), ("text", "a boat", 10)]


@pytest.mark.parametrize("compared", ["caption", "image"])
def test_cluster_context_picks_representatives_among_the_related(compared: str) -> None:
    related = RecordingSearch().ids[5:25]
    update = cluster_context(
        state(related=related), search=RecordingSearch(), clusters=4, temperature=1.0, compared=compared, seed=0, **RELATED, **UNCAPTIONED
    )
    assert update.keys() == {"candidates", "captioning_failure"}
    assert len(update["candidates"]) == 4
    places = [related.index(candidate["id"]) for candidate in update["candidates"]]
    assert places == sorted(places)
    assert all(candidate["caption"] == f"a caption of {candidate['id']}" for candidate in update["candidates"])


def test_pictures_that_a_crash_lost_are_looked_up_again() -> None:
    search, now = RecordingSearch(), state(round=6)
    settings: Any = {"clusters": 4, "temperature": 1.0, "compared": "image", "seed": 0, **RELATED, **UNCAPTIONED}
    kept = retrieve(now, search=search, **RELATED)
    assert cluster_context(now, search=search, **settings) == cluster_context({**now, **kept}, search=search, **settings)


def test_a_picture_without_a_caption_represents_nothing() -> None:
    half = RecordingSearch(caption=lambda id_: "" if int(id_[-3:]) % 2 == 0 else f"a caption of {id_}")
    related = RecordingSearch().ids[:20]
    settings: Any = {"clusters": 20, "temperature": 1.0, "compared": "caption", "seed": 0, **RELATED, **UNCAPTIONED}
    update = cluster_context(state(related=related), search=half, **settings)
    assert [candidate["id"] for candidate in update["candidates"]] == related[1::2]


def test_where_nobody_captioned_a_picture_the_words_seen_in_it_represent_it() -> None:
    half = RecordingSearch(caption=lambda id_: "" if int(id_[-3:]) % 2 == 0 else "said by a person", words=["ox", "cow"])
    related = RecordingSearch().ids[:4]
    settings: Any = {"clusters": 4, "temperature": 1.0, "compared": "caption", "seed": 0, **RELATED, **UNCAPTIONED}
    update = cluster_context(state(related=related), search=half, **settings)
    assert [(candidate["caption"], candidate["looks_like"]) for candidate in update["candidates"]] == [
        ("", "an ox"),
        ("said by a person", ""),
    ] * 2
    llm = FakeLanguageModel(["What colour?"])
    ask(state(**update), llm=llm, prompts=PROMPTS, with_context=True)
    assert llm.history == ["ask|a boat|none|- an ox\n- said by a person\n- an ox\n- said by a person|none"]


def test_with_no_candidate_to_show_it_is_asked_without_from_the_first_try_on() -> None:
    llm = FakeLanguageModel(["What colour?"])
    update = ask(state(**NEXT), llm=llm, prompts=PROMPTS, with_context=True)
    assert update == {"tries": [proposed("What colour?", with_candidates=False)]}
    assert llm.history == ["blind|a boat|Q: Where?\nA: at sea|- When? (skipped by the user)"]


def test_ask_shows_the_candidates_and_what_was_turned_down_and_why() -> None:
    llm = FakeLanguageModel(["What colour?"])
    candidates = [{"id": "1", "caption": "a red boat"}, {"id": "2", "caption": "a cat"}]
    update = ask(
        state(**NEXT, candidates=candidates, tries=[proposed("Is it a boat?", "already_known")]),
        llm=llm,
        prompts=PROMPTS,
        with_context=True,
    )
    assert update == {"tries": [proposed("Is it a boat?", "already_known"), proposed("What colour?")]}
    assert llm.history == [
        "ask|a boat|Q: Where?\nA: at sea|- a red boat\n- a cat|- When? (skipped by the user)\n- Is it a boat? (already known)"
    ]


def test_the_fourth_try_no_longer_sees_the_candidates() -> None:
    llm = FakeLanguageModel(["What colour?"])
    update = ask(state(tries=[proposed(f"{n}?", "already_known") for n in range(3)]), llm=llm, prompts=PROMPTS, with_context=True)
    assert llm.history[0].startswith("blind|a boat|none|- 0? (already known)\n")
    assert update["tries"][-1] == proposed("What colour?", with_candidates=False)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "not_a_question"),
        ("It is red.", "not_a_question"),
        (BrokenReply("nothing"), "not_a_question"),
        ("where ?", "asked_before"),
        ("WHEN?", "asked_before"),
    ],
)
def test_a_reply_that_cannot_be_put_to_the_user_is_a_try_with_its_reason(reply: str | Exception, reason: str) -> None:
    update = ask(state(**NEXT), llm=FakeLanguageModel([reply]), prompts=PROMPTS, with_context=True)
    assert [attempt["reason"] for attempt in update["tries"]] == [reason]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [("Uncertain", ""), ('"uncertain."', ""), ("red", "already_known"), ("", "already_known"), (BrokenReply("nothing"), "already_known")],
)
def test_a_question_is_valid_only_when_the_filter_is_uncertain(reply: str | Exception, reason: str) -> None:
    llm = FakeLanguageModel([reply])
    tries = [proposed("Where?", "asked_before"), proposed("What colour?")]
    update = filter_uncertain(state(**NEXT, tries=tries), llm=llm, prompts=PROMPTS)
    assert update == {"tries": [tries[0], proposed("What colour?", reason)]}
    assert llm.history == ["filter|a boat|Q: Where?\nA: at sea|What colour?"]


def test_of_several_questions_the_one_is_asked_that_shifts_the_candidates_least() -> None:
    said_of = {"filter|a boat|none|Big?": "yes"}  # known already
    replies = iter(["Red?", "Big?", "red?", "At sea?"])
    llm = FakeLanguageModel(lambda prompt: said_of.get(prompt, "Uncertain") if prompt.startswith("filter") else next(replies))
    search = RecordingSearch()
    related = search.ids[:8]
    now = search.cosines("a boat", related)
    shifts = {question: divergence(now, search.cosines(f"a boat, {question}", related)) for question in ("Red?", "At sea?")}
    update = ask_several(state(related=related), llm=llm, prompts=PROMPTS, search=search, questions=4, **SEVERAL)
    chosen = min(shifts, key=shifts.__getitem__)
    (other,) = shifts.keys() - {chosen}
    assert update["tries"][-1] == proposed(chosen)
    assert {(t["question"], t["reason"]) for t in update["tries"][:-1]} == {
        (other, "another_chosen"),
        ("Big?", "already_known"),
        ("red?", "asked_before"),
    }
    asked = [prompt for prompt in llm.history if prompt.startswith("ask")]
    assert asked[-1].endswith("- Red? (asked before)\n- Big? (already known)\n- red? (asked before)")


def test_several_questions_can_be_proposed_without_context() -> None:
    llm = FakeLanguageModel(lambda prompt: "Uncertain" if prompt.startswith("filter") else "Red?")
    now = state(related=["picture-001"], candidates=[{"id": "1", "caption": "a red boat"}])
    update = ask_several(now, llm=llm, prompts=PROMPTS, search=RecordingSearch(), questions=2, **{**SEVERAL, "with_context": False})
    assert [prompt.split("|")[0] for prompt in llm.history] == ["blind", "filter", "blind"]
    assert update["tries"][-1] == proposed("Red?", with_candidates=False)


def test_where_no_question_stands_all_are_kept_with_their_reasons() -> None:
    llm = FakeLanguageModel(["A boat.", "", "Red?", "no"])
    update = ask_several(state(), llm=llm, prompts=PROMPTS, search=RecordingSearch(), questions=3, **SEVERAL)
    assert [attempt["reason"] for attempt in update["tries"]] == ["not_a_question", "not_a_question", "already_known"]


def test_answer_puts_the_valid_question_to_the_user_and_does_nothing_else() -> None:
    user = FakeUser()
    opened = state(**NEXT, tries=[proposed("Where?", "asked_before"), proposed("What colour?")])
    assert answer(opened, user=user, clicked=nobody) == {"answer": said("a red one")}
    assert user.history == [("answer", "What colour?", 3)]


def test_rewrite_works_the_answer_into_the_description() -> None:
    llm = FakeLanguageModel([" a red boat at sea \n"])
    assert _rewritten(llm, **NEXT) == {
        "description": "a red boat at sea",
        "ruled_out": [],
        "description_written": {"by": "model", "faults": []},
    }
    assert llm.history == ["rewrite|a boat|none|Q: Where?\nA: at sea|What colour?|red"]


@pytest.mark.parametrize("reply", ["", "  ", BrokenReply("nothing")])
def test_rewrite_adds_the_answer_word_for_word_when_nothing_comes_back(reply: str | Exception) -> None:
    assert _rewritten(FakeLanguageModel([reply])) == {
        "description": "a boat, red",
        "ruled_out": [],
        "description_written": {"by": "joined", "faults": ["nothing_written"]},
    }


def test_what_is_ruled_out_is_kept_beside_the_description() -> None:
    llm = FakeLanguageModel(["a boat at sea\nNot: red boat; sun"])
    update = _rewritten(llm, ruled_out=["rain"], answer=said("Not red, and no sun. At sea."))
    assert (update["description"], update["ruled_out"]) == ("a boat at sea", ["rain", "red boat", "sun"])
    assert llm.history == ["rewrite|a boat|rain|none|What colour?|Not red, and no sun. At sea."]


def test_a_reply_that_asserts_what_is_denied_is_asked_for_again_and_drawn() -> None:
    llm = FakeLanguageModel(["a red boat", "a red boat", "a boat"])
    update = _rewritten(llm, answer=said("It is not red."))
    assert update == {
        "description": "a boat",
        "ruled_out": ["red"],
        "description_written": {"by": "model", "faults": ["denied_asserted", "denied_asserted"]},
    }
    assert llm.again == [0, 1, 2]


def _rewritten(llm: FakeLanguageModel, **changes: Any) -> dict[str, Any]:
    asked = {"tries": [proposed("What colour?")], "answer": said("red"), **changes}
    return rewrite(state(**asked), llm=llm, prompts=PROMPTS, search=RecordingSearch(), rewriting=True)


def test_without_context_no_try_sees_candidates() -> None:
    llm = FakeLanguageModel(["What colour?"])
    update = ask(state(candidates=[{"id": "1", "caption": "a red boat"}]), llm=llm, prompts=PROMPTS, with_context=False)
    assert llm.history == ["blind|a boat|none|none"]
    assert update["tries"] == [proposed("What colour?", with_candidates=False)]


def test_without_rewriting_question_and_answer_are_joined_to_the_description() -> None:
    llm = FakeLanguageModel([])
    update = rewrite(
        state(tries=[proposed("What colour?")], answer=said("red")), llm=llm, prompts=PROMPTS, search=RecordingSearch(), rewriting=False
    )
    assert update == {"description": "a boat, What colour? red"}
    assert llm.history == []
