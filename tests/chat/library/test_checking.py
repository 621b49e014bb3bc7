"""What a program hands in wrongly is refused in one line, before anything is loaded or kept."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir import ImageSearch, Workspace
from dir_tir.errors import DirTirError
from dir_tir.tools.user import Person
from fakes import FakeToolbox
from galleries import colours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A workspace, a search in it, and a conversation that asks."""
    folder = tmp_path_factory.mktemp("colours")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DIR_TIR_HOME", str(folder / "home"))
        found, _ = colours(folder, 20)
        with Workspace() as workspace:
            toolbox = FakeToolbox(search=found, user=Person(workspace.paintings))
            search = ImageSearch("colours", workspace=workspace, resolve=lambda _: toolbox)
            yield SimpleNamespace(workspace=workspace, search=search, talk=search.start("a red boat"), folder=folder)


def _refused(call: Callable[[], object]) -> str:
    with pytest.raises(DirTirError) as refused:
        call()
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"max_rounds": "3"}, "max_rounds is '3'; expected a whole number of at least 0"),
        ({"max_round": 3}, "there is no setting 'max_round': did you mean max_rounds?"),
        ({"colour": 3}, "there is no setting 'colour': expected max_rounds, dialog_num, "),
        ({"fusion": "newst"}, "fusion is 'newst'; expected one of slots, "),
        ({"hubs": "yes"}, "hubs is 'yes'; expected true or false"),
        ({"after": "yesterday"}, "'yesterday' is no date"),
        ({"profile": 3}, "profile is 3; expected the name of one, or the path of its .toml file"),
        ({"profile": "minature"}, "did you mean 'miniature'?"),
        ({"workspace": "/tmp"}, "workspace is '/tmp'; expected a dir_tir.Workspace"),
    ],
)
def test_a_setting_of_the_wrong_type_or_name_is_refused_when_a_search_is_opened(there: Any, settings: dict[str, Any], reason: str) -> None:
    known = {"workspace": there.workspace, **settings}
    assert reason in _refused(lambda: ImageSearch("colours", **known))
    assert reason in _refused(lambda: ImageSearch.from_folder(there.folder, "new", **{"profile": "miniature", **known}))
    assert "new" not in there.workspace.store.names()


@pytest.mark.parametrize(
    ("gallery", "reason"),
    [
        (None, "gallery is None; expected the name of one"),
        (Path("colours"), "expected the name of one"),
        ("a b", "gallery name 'a b' cannot be a folder name"),
        ("../colours", "cannot be a folder name"),
        ("gr\u00fcn", "cannot be a folder name"),
        ("\ud83d", "cannot be a folder name"),
        ("colors", "there is no gallery 'colors'"),
        ("colors", "did you mean colours?"),
    ],
)
def test_a_gallery_of_no_usable_name_is_refused(there: Any, gallery: Any, reason: str) -> None:
    assert reason in _refused(lambda: ImageSearch(gallery, workspace=there.workspace))


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        (None, "folder is None; expected the path of one"),
        (3, "folder is 3"),
        (b"/tmp", "folder is b'/tmp'"),
        ("", "the folder has no name: give the path of one, or . for this one"),
        ("a\0b", "cannot be the path of one (embedded null byte)"),
        ("\ud83d", "cannot be the path of one"),
        (__file__, "there is no folder"),
        ("/nowhere at all", "there is no folder"),
    ],
)
def test_what_is_no_folder_is_refused(there: Any, folder: Any, reason: str) -> None:
    assert reason in _refused(lambda: ImageSearch.from_folder(folder, workspace=there.workspace))


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda one: one.search.find(3), "description is 3; expected a text"),
        (lambda one: one.search.start(None), "description is None"),
        (lambda one: one.search.begin(b"a boat"), "description is b'a boat'"),
        (lambda one: one.search.find("a boat", "3"), "top is '3'; expected a whole number"),
        (lambda one: one.search.find("a boat", 1.5), "top is 1.5"),
        (lambda one: one.search.find("a boat", True), "top is True"),
        (lambda one: one.search.find("a boat", ruled_out="rain"), "ruled_out is 'rain'; expected a list of texts"),
        (lambda one: one.search.find("a boat", ruled_out=[3]), "one of ruled_out is 3; expected a list of texts"),
        (lambda one: one.search.find("a boat", afterwards="2019"), "there is no filter 'afterwards': did you mean after?"),
        (lambda one: one.search.begin("a boat", max_rounds=3), "there is no filter 'max_rounds'"),
        (lambda one: one.search.resume(3), "id is 3; expected that of a conversation"),
        (lambda one: one.search.delete(None), "id is None"),
        (lambda one: one.search.delete("\ud83d"), "there is no conversation '\\ud83d'"),
        (lambda one: one.search.prune(90), "older_than is 90; expected a duration"),
        (lambda one: one.search.conversations("", "all"), "limit is 'all'"),
        (lambda one: one.talk.reply(3), "Not understood"),
        (lambda one: one.talk.reply({"text": "red"}), "Not understood"),
        (lambda one: one.talk.reply(more_like=one.talk.results[0]), "more_like is Result("),
        (lambda one: one.talk.reply(more_like="abc"), "more_like is 'abc'; expected a list of results, or of ids"),
        (lambda one: one.talk.reply(more_like=[3]), "one of more_like is 3"),
        (lambda one: one.talk.reply(not_these=None), "not_these is None"),
        (lambda one: one.talk.reply(ruled_out="rain"), "ruled_out is 'rain'; expected a list of texts"),
        (lambda one: one.talk.correct(3), "expected a text for description, got 3"),
        (lambda one: one.talk.accept(3), "result is 3; expected one of .results, or the id of one"),
        (lambda one: one.talk.back("1"), "there is no round '1'"),
        (lambda one: one.talk.return_to(None), "branch is None; expected one of .branches, or the id of one"),
        (lambda one: one.talk.answer("What is on the left?", "a boat"), "question is 'What is on the left?'; expected one of .asked"),
        (lambda one: Workspace(3), "the home is 3; expected the path of a folder"),
    ],
)
def test_what_a_call_cannot_use_is_refused_and_leaves_nothing_behind(there: Any, call: Callable[[Any], object], reason: str) -> None:
    before = len(there.search.conversations()), there.talk.given
    assert reason in _refused(lambda: call(there))
    assert (len(there.search.conversations()), there.talk.given) == before


def test_a_profile_of_ones_own_may_be_given_as_a_path(there: Any, tmp_path: Path) -> None:
    assert str(tmp_path / "own.toml") in _refused(lambda: ImageSearch("colours", tmp_path / "own.toml", workspace=there.workspace))
