"""A server that is up for a long time: what it holds, and what other processes do meanwhile."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.web.application import application
from dir_tir.chat.web.open_conversations import KEPT
from dir_tir.chat.web.server_state import ServerState
from dir_tir.chat.web.start_view import LISTED
from dir_tir.store.pictures import content_id
from dir_tir.tools.workspace import Workspace
from PIL import Image
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from postcards import Hunt

LOCAL = "http://localhost"
MANY = 200


def _held() -> dict[str, int]:
    """What grows in a server that does not let go of something."""
    gc.collect()
    return {
        "conversations": sum(isinstance(thing, Conversation) for thing in gc.get_objects()),
        "threads": sum(thread.name.startswith("conversation") for thread in threading.enumerate()),
        "files": len(psutil.Process().open_files()),
    }


@pytest.mark.slow
def test_two_hundred_conversations_leave_no_more_behind_than_a_few(quick_state: ServerState) -> None:
    client, before = TestClient(application(quick_state), base_url=LOCAL), _held()

    def talk(number: int) -> None:
        begun = client.post("/api/conversations", json={"gallery": "colours", "description": f"colour number {number}"})
        address = f"/api/conversations/{begun.json()['id']}"
        asked = wait_until(lambda: (now := client.get(address).json()) and now["question"] and now)
        assert client.post(f"{address}/reply", json={"round": 1, "kind": "question", "reply": {"text": "a red one"}}).status_code == 200
        assert client.post(f"{address}/accept", json={"picture": asked["rounds"][0]["results"][0]["id"]}).status_code == 200
        wait_until(lambda: client.get(address).json()["finished"])

    for number in range(10):
        talk(number)
    after_ten = _held()
    for number in range(10, MANY):
        talk(number)
    wait_until(lambda: len(quick_state.conversations) <= KEPT)
    held = _held()
    assert held["conversations"] - before["conversations"] <= KEPT
    assert held["threads"] == 0
    assert held["files"] <= after_ten["files"]
    assert len(client.get("/api/start").json()["conversations"]) == LISTED


def test_what_another_process_indexes_is_found_and_what_it_deletes_is_gone(hunt: Hunt, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()

    def run(*command: str) -> None:
        subprocess.run([sys.executable, "-m", "dir_tir.chat.terminal.cli", *command], check=True, timeout=600, capture_output=True)

    def draw(number: int) -> str:
        file = tmp_path / "pictures" / f"{number}.png"
        Image.new("RGB", (64, 64), (40 * number, 250 - 40 * number, 99)).save(file)
        return content_id(file)

    first = draw(0)
    run("index", str(tmp_path / "pictures"), "--gallery", "live", "--profile", "miniature")
    with Workspace() as workspace, ServerState(workspace, image_num=0, max_rounds=1) as state:
        client = TestClient(application(state), base_url=LOCAL)

        def results() -> list[dict[str, Any]]:
            begun = client.post("/api/conversations", json={"gallery": "live", "description": "a card"})
            assert begun.status_code == 201, begun.text
            address = f"/api/conversations/{begun.json()['id']}"
            rounds: Any = wait_until(lambda: (now := client.get(address).json())["rounds"] or now["problem"])
            assert isinstance(rounds, list), rounds
            found: list[dict[str, Any]] = rounds[0]["results"]
            return found

        assert [result["id"] for result in results()] == [first]
        second = draw(1)
        run("index", str(tmp_path / "pictures"), "--gallery", "live")
        assert client.get(f"/pictures/live/{second}").status_code == 200
        assert {result["id"] for result in results()} == {first, second}
        (tmp_path / "pictures" / "0.png").unlink()
        run("index", str(tmp_path / "pictures"), "--gallery", "live")
        assert client.get(f"/pictures/live/{first}").status_code == 404
        assert [result["id"] for result in results()] == [second]
        start = client.get("/api/start").json()
        assert {"name": "live", "count": 1, "problem": ""} in start["galleries"]
        shown = client.get(f"/api/conversations/{start['conversations'][1]['id']}").json()["rounds"][0]["results"]
        assert {result["id"]: result["gone"] for result in shown} == {first: True, second: False}
        run("gallery", "delete", "live", "--yes")
        assert "live" not in [gallery["name"] for gallery in client.get("/api/start").json()["galleries"]]
        refused = client.post("/api/conversations", json={"gallery": "live", "description": "a card"})
        assert "there is no gallery" in refused.json()["problem"]
        assert client.get(f"/pictures/live/{second}").status_code == 404
