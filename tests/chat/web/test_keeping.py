"""Conversations kept in order over the page's server: renamed, exported, deleted, by nobody but whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.web.application import application
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from dir_tir.chat.web.server_state import ServerState


class Person:
    """Somebody with a browser."""

    def __init__(self, state: ServerState) -> None:
        self.client = TestClient(application(state), base_url="http://localhost")

    def begin(self, description: str = "a boat") -> str:
        begun = self.client.post("/api/conversations", json={"gallery": "colours", "description": description})
        id_: str = begun.json()["id"]
        wait_until(lambda: self.client.get(f"/api/conversations/{id_}").json()["question"])
        return id_

    def post(self, id_: str, action: str, **body: Any) -> Any:
        return self.client.post(f"/api/conversations/{id_}/{action}", json=body)

    def listed(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.client.get("/api/start").json()["conversations"]
        return listed


@pytest.fixture
def ann(quick_state: ServerState) -> Person:
    return Person(quick_state)


def test_a_title_stands_in_the_list_and_what_was_said_stays(ann: Person) -> None:
    id_ = ann.begin()
    assert ann.post(id_, "rename", title="  My\tboat ").status_code == 200
    [line] = ann.listed()
    assert (line["title"], line["description"]) == ("My boat", "a boat")
    assert ann.client.get(f"/api/conversations/{id_}").json()["description"] == "a boat"
    ann.post(id_, "rename", title="")
    assert ann.listed()[0]["title"] == ""


@pytest.mark.parametrize("title", ["x" * 121, "x" * 600, "a\0b", "\ud800"])
def test_a_title_that_cannot_be_kept_is_refused(ann: Person, title: str) -> None:
    id_ = ann.begin()
    refused = ann.client.post(
        f"/api/conversations/{id_}/rename",
        content=f'{{"title": "{title.encode("unicode_escape").decode().replace(chr(92) + "x00", chr(92) + "u0000")}"}}',
        headers={"content-type": "application/json"},
    )
    assert refused.status_code == 422
    assert ann.listed()[0]["title"] == ""


def test_an_export_is_a_download_that_runs_nothing_and_has_its_pictures_in_it(ann: Person) -> None:
    id_ = ann.begin("<script>alert(1)</script> & a boat")
    file = ann.client.get(f"/api/conversations/{id_}/export")
    assert file.headers["content-disposition"] == 'attachment; filename="script-alert-1-script-a-boat.html"'
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; a boat" in file.text
    assert "<script" not in file.text
    assert "default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-" in file.text
    assert file.text.count("data:image/webp;base64,") == 10


def test_what_runs_is_stopped_and_deleted_and_whoever_looks_at_it_is_told(ann: Person, quick_state: ServerState) -> None:
    id_, other = ann.begin(), ann.begin("a tree")
    entry = quick_state.workspace.register.entry(id_)
    with quick_state.conversations.using(id_, entry.owner) as looked_at:
        assert quick_state.conversations.holds(id_, looked_at)
        assert ann.post(id_, "delete").status_code == 200
        assert not quick_state.conversations.holds(id_, looked_at)
    assert [line["id"] for line in ann.listed()] == [other]
    assert ann.client.get(f"/api/conversations/{id_}").status_code == 404
    assert quick_state.workspace.conversations.values(id_) == {}


def test_all_of_one_person_go_and_nothing_of_anothers(ann: Person, quick_state: ServerState) -> None:
    bob = Person(quick_state)
    ann.begin()
    ann.begin("a tree")
    kept = bob.begin()
    assert ann.client.post("/api/delete-conversations", json={}).json() == {"left": 0}
    assert (ann.listed(), [line["id"] for line in bob.listed()]) == ([], [kept])


def test_nobody_renames_exports_or_deletes_anothers(ann: Person, quick_state: ServerState) -> None:
    id_, bob = ann.begin(), Person(quick_state)
    assert bob.post(id_, "rename", title="mine").status_code == 422
    assert bob.post(id_, "delete").status_code == 422
    assert bob.client.get(f"/api/conversations/{id_}/export").status_code == 404
    assert bob.client.get("/api/delete-conversations").status_code == 405
    assert [line["title"] for line in ann.listed()] == [""]
