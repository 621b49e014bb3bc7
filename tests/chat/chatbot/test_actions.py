"""What chatbots can do, over a small gallery on disk with fake models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir import ImageSearch, Workspace
from dir_tir.chat.chatbot.actions import ActionResult, SearchActions
from dir_tir.chat.chatbot.clients import ClientOf
from dir_tir.chat.web import limits
from dir_tir.errors import InputError
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.home import Home
from dir_tir.tools.user import Person
from fakes import FakeToolbox
from galleries import colours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImageSearch]:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    found, encoder = colours(tmp_path, 40)
    index([Source(tmp_path / "000.png")], ChromaStore(Home.of().galleries), "others", encoder)
    with Workspace() as workspace:
        toolbox = FakeToolbox(search=found, user=Person(workspace.paintings))
        with ImageSearch("colours", workspace=workspace, resolve=lambda _: toolbox, max_rounds=3) as opened:
            yield opened


def _begun(actions: SearchActions) -> str:
    """The id of a new conversation."""
    return _id(actions.call("start_search", {"description": "something red"}))


def _id(said: ActionResult) -> str:
    return said.text.split()[1].rstrip(",")


def test_a_conversation_of_another_gallery_is_refused_by_name(search: ImageSearch) -> None:
    with ImageSearch("others", workspace=search.workspace, resolve=lambda _: search.toolbox) as others:
        elsewhere = others.begin("something red").id
    for tool, more in (("answer_search", {"answer": "red"}), ("mark_found", {"number": 1})):
        with pytest.raises(InputError, match="looks for a picture of gallery 'others', and this is 'colours'"):
            SearchActions(search).call(tool, {"conversation": elsewhere, **more})


def test_nobody_gets_at_the_conversation_of_another_client(search: ImageSearch) -> None:
    mine, theirs = SearchActions(search, ClientOf("mcp-one")), SearchActions(search, ClientOf("mcp-other"))
    id_ = _begun(mine)
    with pytest.raises(InputError, match="there is no conversation"):
        theirs.call("answer_search", {"conversation": id_, "answer": "red"})
    assert id_ in mine.call("list_searches", {}).text
    assert (
        theirs.call("list_searches", {}).text == SearchActions(search).call("list_searches", {}).text == "Nothing has been looked for yet."
    )


def test_a_client_that_sends_nothing_to_be_known_by_goes_on_by_the_id_and_is_listed_nothing(search: ImageSearch) -> None:
    first, next_ = (SearchActions(search, ClientOf(f"mcp-new-{number}", known=False)) for number in range(2))
    id_ = _begun(first)
    assert "round 1" in next_.call("answer_search", {"conversation": id_, "answer": "red"}).text
    assert id_ not in first.call("list_searches", {}).text
    with pytest.raises(InputError, match="there is no conversation"):
        SearchActions(search, ClientOf("mcp-known")).call("mark_found", {"conversation": id_, "number": 1})
    cookie = SearchActions(search, ClientOf("mcp-0"))  # the first one again, which has sent its cookie back
    assert id_ in cookie.call("list_searches", {}).text
    assert cookie.call("mark_found", {"conversation": id_, "number": 1}).text.startswith("Found")


def test_after_a_kill_an_answer_that_was_kept_is_taken_up_and_its_repetition_is_not(search: ImageSearch) -> None:
    id_ = _begun(SearchActions(search))
    talk = search.resume(id_)
    talk.put(1, "question", "a red one")
    talk.put(1, "difference", {"skip": True})  # both are kept; here the process ends
    said = SearchActions(search).call("answer_search", {"conversation": id_, "answer": "a red one"}).text
    assert "round 1" in said
    rounds = search.resume(id_).rounds
    assert [record["answer"]["text"] for record in rounds] == ["", "a red one"]
    assert "round 2" in SearchActions(search).call("answer_search", {"conversation": id_, "answer": "blue"}).text


def test_a_client_has_so_many_requests_worked_on_and_no_more(search: ImageSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RUNNING_EACH", 0)
    with pytest.raises(InputError, match="are being worked on already"):
        SearchActions(search).call("start_search", {"description": "something red"})
    monkeypatch.setattr(limits, "RUNNING_EACH", 1)
    monkeypatch.setattr(limits, "KEPT_EACH", 1)
    _begun(SearchActions(search))
    with pytest.raises(InputError, match="as many as one may have"):
        SearchActions(search).call("start_search", {"description": "something red"})


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        (
            "start_search",
            {"description": "a boat", "colour": "red"},
            "there is no argument 'colour': expected after, before, folder, like, description",
        ),
        ("list_searches", {"gallery": "mine"}, "there is no argument 'gallery': expected none"),
        ("start_search", {}, "argument 'description' cannot be used (Field required): what the user says the picture shows"),
        ("mark_found", {"conversation": "1", "number": "first"}, "argument 'number' cannot be used"),
        (
            "paint",
            {},
            "there is no tool 'paint': expected start_search, answer_search, more_results, go_back,",
        ),
        ("find_pictures", {"description": "a boat", "top": 0}, "argument 'top' cannot be used"),
        ("find_pictures", {"description": " "}, "the description is empty"),
        ("find_pictures", {"description": "a boat", "after": "soon"}, "'soon' is no date"),
        ("start_search", {"description": "a boat", "folder": "nowhere"}, "(only folder nowhere): without that there are 40"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(search: ImageSearch, tool: str, arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(InputError) as refused:
        SearchActions(search).call(tool, arguments)
    assert reason in str(refused.value)


def test_pictures_are_found_without_a_conversation_and_nothing_is_kept(search: ImageSearch) -> None:
    found = SearchActions(search).call("find_pictures", {"description": "something red, no boats", "top": 3})
    ruled_out, *lines = found.text.splitlines()
    assert ruled_out == "Ruled out: boats"
    assert [line[:2] for line in lines] == ["1.", "2.", "3."]
    assert all(caption in line and str(path) in line for line, (caption, path) in zip(lines, found.pictures, strict=True))
    assert search.conversations() == []


def test_files_and_dates_are_named_and_folders_to_those_on_this_machine_alone(search: ImageSearch, tmp_path: Path) -> None:
    here, elsewhere = SearchActions(search), SearchActions(search, ClientOf("mcp-one", here=False))
    for actions in (here, elsewhere):
        begun = actions.call("start_search", {"description": "something red"})
        found = actions.call("find_pictures", {"description": "something red", "top": 2})
        closely = actions.call("show_result", {"conversation": _id(begun), "number": 2})
        marked = actions.call("mark_found", {"conversation": _id(begun), "number": 2})
        for said in (begun, found, closely, marked):
            assert len(re.findall(r"\(20\d\d-\d\d-\d\d, \S+\.png\)", said.text)) == len(said.results)
            assert all(path.name in said.text for _, _, path in said.results)
            assert (str(tmp_path) in said.text) is (actions is here)


def test_one_result_is_looked_at_closely(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    third = search.resume(id_).results[2]
    said = actions.call("show_result", {"conversation": id_, "number": 3})
    assert (said.results, said.closely) == (((3, third.caption, third.path),), True)
    assert said.text.startswith(f"3. {third.caption} (")
    with pytest.raises(InputError, match="there is no result 11"):
        actions.call("show_result", {"conversation": id_, "number": 11})
    with pytest.raises(InputError, match="there is no conversation"):
        SearchActions(search, ClientOf("mcp-other")).call("show_result", {"conversation": id_, "number": 3})


def test_who_waits_is_told_what_is_being_done(search: ImageSearch) -> None:
    told: list[str] = []
    actions = SearchActions(search)
    id_ = _id(actions.of(ClientOf(), told.append).call("start_search", {"description": "something red"}))
    assert told[0].startswith("loading models: 1 of ")
    assert {"results are found", "a question is found", "painted"} <= set(told)
    told.clear()
    for tool, arguments in (("answer_search", {"answer": "red"}), ("go_back", {}), ("mark_found", {"number": 1})):
        actions.of(ClientOf(), told.append).call(tool, {"conversation": id_, **arguments})
    assert not [doing for doing in told if doing.startswith("loading")]
    assert told.count("round 1: results are found") == 1


def test_null_is_nothing_said(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    nothing = {"difference": None, "more_like": None, "not_these": None}
    assert "round 1 of 3" in actions.call("answer_search", {"conversation": id_, "answer": "red", **nothing}).text
    (_, record) = search.resume(id_).rounds
    assert (record["answer"]["text"], record["critique"]["reply"]["text"]) == ("red", "")  # type: ignore[index]


def test_a_result_whose_file_is_gone_is_named_and_the_others_are_shown(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    second = search.resume(id_).results[1]
    second.path.unlink()
    said = actions.call("answer_search", {"conversation": id_, "answer": "red", "more_like": [2]})
    now = search.resume(id_).snapshot()
    missing = [result.number for result in now.results if not result.path.is_file()]
    assert len(said.pictures) == 11 - len(missing)
    lines = said.text.splitlines()
    assert [line.partition(".")[0] for line in lines if line.endswith(", its file is missing)")] == [str(number) for number in missing]
    assert len(said.results) == 10
    accepted = actions.call("mark_found", {"conversation": id_, "number": now.results[0].number})
    assert accepted.text.startswith("Found: ")


def test_an_answer_to_what_is_not_asked_leaves_nothing_behind(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    with pytest.raises(InputError, match="there is no result 11: they are numbered 1 to 10"):
        actions.call("answer_search", {"conversation": id_, "answer": "blue", "more_like": [11]})
    actions.call("answer_search", {"conversation": id_, "difference": "darker"})
    assert search.resume(id_).rounds[1]["answer"]["text"] == ""


def test_pointing_at_results_is_enough_and_what_was_shown_can_come_again(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    first = search.resume(id_).results
    assert "round 1" in actions.call("answer_search", {"conversation": id_, "more_like": [3]}).text
    assert "round 2" in actions.call("answer_search", {"conversation": id_, "show_again": True}).text
    zeroth, pointed, again = search.resume(id_).rounds
    assert (pointed["answer"]["more_like"], again["answer"]["show_again"]) == ([first[2].id], True)
    pages = [{result["id"] for result in record["results"]} for record in (zeroth, pointed, again)]
    assert not pages[0] & pages[1]
    assert pages[2] & (pages[0] | pages[1])


def test_what_is_understood_is_worded_anew_alone_or_beside_an_answer(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    said = actions.call("answer_search", {"conversation": id_, "description": "a red duck", "ruled_out": ["rain", "a dog"]}).text
    assert "round 1 of 3. Understood: a red duck\nRuled out: rain; a dog\nResults:" in said
    said = actions.call("answer_search", {"conversation": id_, "answer": "it swims", "ruled_out": []}).text
    assert "Understood: a red duck, with " in said
    assert "Ruled out" not in said
    with pytest.raises(InputError, match="The description is empty"):
        actions.call("answer_search", {"conversation": id_, "description": " "})


def test_one_goes_back_also_after_the_end_and_returns_to_a_branch(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    with pytest.raises(InputError, match="nothing has been answered yet"):
        actions.call("go_back", {"conversation": id_})
    with pytest.raises(InputError, match="nobody has gone back yet"):
        actions.call("go_back", {"conversation": id_, "branch": 1})
    actions.call("answer_search", {"conversation": id_, "answer": "red"})
    found = actions.call("mark_found", {"conversation": id_, "number": 2}).text
    back = actions.call("go_back", {"conversation": id_})
    assert f"Conversation {id_}, round 1 of 3." in back.text
    assert "Question for the user:" in back.text
    assert back.text.splitlines()[-1].startswith("Branch 1, answered otherwise from round 2 on: found ")
    assert "round 0 of 3" in actions.call("go_back", {"conversation": id_, "to_round": 1}).text
    for wrong, reason in (
        ({"to_round": 5}, "there is no round 5"),
        ({"branch": 2}, "expected 1 to 1"),
        ({"branch": 1, "to_round": 1}, "not both"),
    ):
        with pytest.raises(InputError, match=reason):
            actions.call("go_back", {"conversation": id_, **wrong})
    assert actions.call("go_back", {"conversation": id_, "branch": 1}).text == found


def test_the_next_ten_are_shown_without_an_answer_and_their_numbers_count(search: ImageSearch) -> None:
    actions = SearchActions(search)
    id_ = _begun(actions)
    more = actions.call("more_results", {"conversation": id_})
    assert more.text.splitlines()[0] == "More results:"
    assert [line.split(".")[0] for line in more.text.splitlines()[1:]] == [str(number) for number in range(11, 21)]
    assert len(more.pictures) == 10
    assert actions.call("mark_found", {"conversation": id_, "number": 13}).pictures == (more.pictures[2],)
