"""Galleries from the page: made, stopped, gone on with, brought up to date, deleted; and nothing of that for whoever may not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web import indexings, limits
from dir_tir.chat.web.indexing import ENDED
from dir_tir.store.gallery.folders import folders_of
from managed import Managed, managed
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Managed]:
    """Five pictures in the folder "beach", which an encoder takes two at a time."""
    with managed(tmp_path) as page:
        yield page


def test_a_gallery_is_made_of_a_folder_and_can_be_searched(page: Managed) -> None:
    assert page.make().status_code == 202
    ended = page.ended()
    assert (ended["phase"], ended["problem"], ended["outcome"]["added"]) == ("done", "", 5)
    line = page.gallery()
    assert (line["count"], line["finished"], line["problem"], line["folders"]) == (5, True, "", [str(page.folder / "beach")])
    assert page.client.get("/api/start").json()["galleries"][0]["count"] == 5
    begun = page.client.post("/api/conversations", json={"gallery": "mine", "description": "a boat"}).json()["id"]
    shown = wait_until(lambda: page.client.get(f"/api/conversations/{begun}").json()["rounds"])
    assert len(shown[0]["results"]) == 5


def test_what_is_new_or_gone_is_seen_after_it_was_brought_up_to_date_also_by_a_search_that_was_open(page: Managed) -> None:
    page.make()
    page.ended()
    search = page.state.search("mine")
    assert len(search.find("a boat", 20).found) == 5
    page.draw(5)
    (page.folder / "beach" / "0.png").unlink()
    assert page.post("/mine/update").status_code == 202
    outcome = page.ended()["outcome"]
    assert (outcome["added"], outcome["removed"], outcome["kept"]) == (1, 1, 4)
    found = {Path(match.record.path).name for match in search.find("a boat", 20).found}
    assert found == {f"{number}.png" for number in range(1, 6)}


def test_a_stop_keeps_what_was_read_and_the_same_goes_on(page: Managed) -> None:
    page.gate.opened.clear()
    page.make()
    assert page.gate.reached.wait(30)
    assert page.post("/mine/stop").status_code == 200
    page.gate.opened.set()
    assert page.ended()["phase"] == "stopped"
    line = page.gallery()
    assert (line["finished"], 0 < line["count"] < 5) == (False, True)
    kept = line["count"]
    page.post("/mine/update")
    outcome = page.ended()["outcome"]
    assert (outcome["kept"], outcome["added"]) == (kept, 5 - kept)
    assert page.gallery()["finished"]
    assert "not being indexed" in page.post("/mine/stop").json()["problem"]


@pytest.mark.slow
def test_a_server_that_is_killed_loses_nothing_and_the_next_goes_on(tmp_path: Path) -> None:
    program = f"from pathlib import Path; from managed import indexed_and_stuck; indexed_and_stuck(Path({str(tmp_path)!r}))"
    paths = os.pathsep.join(sys.path)
    with subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None and server.stdout.readline() == b"stuck\n"
        server.kill()
    with managed(tmp_path) as page:
        line = page.gallery()
        assert (line["finished"], line["count"], line["folders"]) == (False, 2, [str(page.folder / "beach")])
        assert page.view()["jobs"] == []
        page.post("/mine/update")
        outcome = page.ended()["outcome"]
        assert (outcome["kept"], outcome["added"]) == (2, 3)


def test_one_indexing_of_a_gallery_at_a_time_and_few_in_all(page: Managed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INDEXING_IN_ALL", 2)
    page.gate.opened.clear()
    page.draw(9, "alps")
    page.make()
    assert page.gate.reached.wait(30)
    again = wait_until(lambda: (answer := page.post("/mine/update")).status_code == 422 and "being indexed already" in answer.text)
    assert again
    assert "being indexed" in page.post("/mine/delete").json()["problem"]
    assert page.make("alps", "alps").status_code == 202
    assert page.make("third", "alps").status_code == 429
    page.gate.opened.set()
    assert (page.ended()["phase"], page.ended("alps")["phase"]) == ("done", "done")


def test_pictures_that_a_link_leads_to_outside_the_roots_are_left_alone(page: Managed, tmp_path: Path) -> None:
    (tmp_path / "bob").mkdir()
    shutil.copy(page.draw(7), tmp_path / "bob" / "secret.png")
    (page.folder / "beach" / "7.png").unlink()
    (page.folder / "beach" / "linked").symlink_to(tmp_path / "bob")
    (page.folder / "beach" / "one.png").symlink_to(tmp_path / "bob" / "secret.png")
    (page.folder / "beach" / "captions.jsonl").write_text(f'{{"image": "{tmp_path}/bob/secret.png", "captions": ["x"]}}\n')
    page.make()
    ended = page.ended()
    assert (ended["outcome"]["added"], ended["outcome"]["closed"]) == (5, 3)


def test_pictures_that_vanished_all_at_once_stay_until_somebody_says_so(page: Managed) -> None:
    page.make()
    page.ended()
    for number in range(4):
        (page.folder / "beach" / f"{number}.png").unlink()
    page.post("/mine/update")
    assert "4 of 5 pictures" in page.ended()["outcome"]["vanished"]
    assert page.gallery()["count"] == 5
    page.post("/mine/update", remove=True)
    assert page.ended()["outcome"]["removed"] == 4
    assert page.gallery()["count"] == 1


def test_a_deleted_gallery_leaves_its_pictures_and_its_conversations(page: Managed) -> None:
    page.make()
    page.ended()
    page.client.post("/api/conversations", json={"gallery": "mine", "description": "a boat"})
    assert page.gallery()["conversations"] == 1
    assert page.post("/mine/delete").status_code == 200
    assert page.view() == {"galleries": [], "jobs": []}
    assert len(list((page.folder / "beach").iterdir())) == 5
    [talk] = page.client.get("/api/start").json()["conversations"]
    assert (talk["gallery"], talk["gone"]) == ("mine", True)
    assert page.post("/mine/delete").status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("", {"gallery": "../x", "folder": "{ann}/beach", "profile": "{profile}"}, "cannot be a folder name"),
        ("", {"gallery": "x", "folder": "{ann}/..", "profile": "{profile}"}, "there is no folder"),
        ("", {"gallery": "x", "folder": "{ann}/beach", "profile": "/etc/passwd.toml"}, "cannot be chosen here"),
        ("", {"gallery": "x", "folder": "{ann}/beach"}, "at profile: field required"),
        ("", {"gallery": "mine", "folder": "{ann}/beach", "profile": "{profile}"}, "there is a gallery 'mine' already"),
        ("/x/update", {}, "there is no gallery 'x'"),
        ("/mine/update", {"folder": "/etc"}, "there is no folder"),
        ("/..%2fx/update", {}, ""),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_reason(page: Managed, path: str, body: dict[str, str], reason: str) -> None:
    page.make()
    page.ended()
    given = {key: value.format(ann=page.folder, profile=page.profile) for key, value in body.items()}
    refused = page.post(path, **given)
    assert refused.status_code in (404, 405, 422)
    assert reason in refused.text
    assert len(page.view()["galleries"]) == 1


def test_a_folder_that_is_gone_or_empty_ends_with_a_line_and_no_gallery(page: Managed) -> None:
    (page.folder / "empty").mkdir()
    page.make("none", "empty")
    assert "there are no pictures" in page.ended("none")["problem"]
    assert page.view()["galleries"] == []


def test_a_folder_is_shown_with_a_name_for_its_gallery_that_no_other_has(page: Managed) -> None:
    page.make("beach")
    page.ended("beach")
    view = page.client.get("/api/folders", params={"path": str(page.folder / "beach")}).json()
    assert (view["gallery"], view["pictures"], [step["name"] for step in view["above"]]) == ("beach-2", 5, [str(page.folder), "beach"])
    top = page.client.get("/api/folders").json()
    assert [folder["name"] for folder in top["folders"]] == ["beach"]
    assert page.client.get("/api/folders", params={"path": "/etc"}).status_code == 404


def test_a_visitor_who_may_not_manage_galleries_learns_no_path_and_changes_nothing(tmp_path: Path) -> None:
    with managed(tmp_path, folders=None) as page:
        for path in ("/api/galleries", "/api/galleries/events", "/api/folders", "/api/profiles"):
            refused = page.client.get(path)
            assert (refused.status_code, str(tmp_path) in refused.text) == (404, False)
        assert page.make().status_code == 422
        assert "not managed from this page" in page.client.post("/api/postcards", json={}).json()["problem"]
        for action in ("update", "stop", "delete"):
            assert "not managed from this page" in page.post(f"/mine/{action}").json()["problem"]
        assert page.client.get("/api/start").json()["manages"] is False
        assert page.state.workspace.store.names() == []


def test_a_profile_says_what_it_needs_before_anybody_waits_for_it(page: Managed) -> None:
    [profile] = page.client.get("/api/profiles").json()["profiles"]
    assert (profile["name"], profile["title"], profile["asks"], profile["fetch"]) == (page.profile, "drawn", False, 0.0)
    assert (profile["speed"], profile["endpoints"]) == (None, [])
    assert folders_of(page.state.workspace.store.cache("nothing")) == []


def test_postcards_are_drawn_and_indexed_for_whoever_has_no_pictures(page: Managed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "knows no postcards" in page.client.post("/api/postcards", json={}).json()["problem"]
    monkeypatch.setattr(indexings, "POSTCARDS", 3)
    monkeypatch.setattr(indexings, "DEFAULT", page.profile)
    jobs = indexings.Indexings(page.state.workspace, page.state.folders)
    jobs.start_postcards()
    ended = wait_until(lambda: (job := jobs.views()[0])["phase"] in ENDED and job)
    assert (ended["phase"], ended["outcome"]["added"]) == ("done", 3)
    jobs.start("postcards", ended["folder"], page.profile)  # which lies below no root
    again = wait_until(lambda: (job := jobs.views()[0])["phase"] in ENDED and job)
    assert again["outcome"]["kept"] == 3


def test_a_damaged_gallery_is_listed_with_what_is_wrong_and_can_be_deleted(page: Managed) -> None:
    page.make()
    page.ended()
    database = Path(page.state.workspace.store.place("mine")) / "chroma.sqlite3"
    database.write_bytes(b"no database" * 1000)
    assert "dir-tir gallery repair mine" in page.gallery()["problem"]
    assert page.client.get("/api/start").json()["galleries"][0]["problem"]
    assert page.post("/mine/delete").status_code == 200
    assert page.view()["galleries"] == []
