"""A server that is up for a long time: what it holds, and what other processes do meanwhile."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from dir_tir.chat.library.conversation import Conversation
from dir_tir.chat.web.application import application
from dir_tir.chat.web.open_conversations import KEPT
from dir_tir.chat.web.start_view import LISTED
from dir_tir.store.pictures import content_id
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from dir_tir.chat.web.server_state import ServerState

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


@pytest.mark.slow
def test_what_another_process_indexes_is_found_and_what_it_deletes_is_gone(quick_state: ServerState, tmp_path: Path) -> None:
    client, home, folder = TestClient(application(quick_state), base_url=LOCAL), quick_state.workspace.home.root, tmp_path / "pictures"
    folder.mkdir()

    def in_another_process(code: str) -> None:
        program = f"from pathlib import Path; from galleries import *; home, folder = Path({str(home)!r}), Path({str(folder)!r}); {code}"
        subprocess.run(
            [sys.executable, "-c", program], check=True, timeout=300, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )

    def ids() -> list[str]:
        return [content_id(file) for file in sorted(folder.iterdir())]

    def found() -> set[str]:
        begun = client.post("/api/conversations", json={"gallery": "new", "description": "a card"})
        assert begun.status_code == 201, begun.text
        address = f"/api/conversations/{begun.json()['id']}"
        rounds: Any = wait_until(lambda: (now := client.get(address).json())["rounds"] or now["problem"])
        assert isinstance(rounds, list), rounds
        return {result["id"] for result in rounds[0]["results"]}

    in_another_process("indexed(home, folder, 1, 'new')")
    assert found() == set(ids())
    in_another_process("indexed(home, folder, 2, 'new')")
    first, second = ids()
    assert client.get(f"/pictures/new/{second}").status_code == 200
    assert found() == {first, second}
    (folder / "1.png").unlink()
    in_another_process("indexed(home, folder, 1, 'new')")
    assert client.get(f"/pictures/new/{second}").status_code == 404
    assert found() == {first}
    start = client.get("/api/start").json()
    assert ("new", 1) in [(gallery["name"], gallery["count"]) for gallery in start["galleries"]]
    shown = client.get(f"/api/conversations/{start['conversations'][1]['id']}").json()["rounds"][0]["results"]
    assert {result["id"]: result["gone"] for result in shown} == {first: False, second: True}
    in_another_process("ChromaStore(home / 'galleries').delete('new')")
    assert "new" not in [gallery["name"] for gallery in client.get("/api/start").json()["galleries"]]
    refused = client.post("/api/conversations", json={"gallery": "new", "description": "a card"})
    assert "there is no gallery" in refused.json()["problem"]
    assert client.get(f"/pictures/new/{first}").status_code == 404
