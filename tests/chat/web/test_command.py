"""`dir-tir web` as a process: it goes on without what cannot be used, comes to rest when it is told to end, and can be killed."""

from __future__ import annotations

import json
import shutil
import signal
import urllib.request
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.store.conversations.conversations import Conversations
from dir_tir.store.gallery.chroma import ChromaStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.home import Home
from fakes import FakeEncoder
from PIL import Image
from postcards import hunts
from serving import Served
from waiting import LIMIT, wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.server


@pytest.fixture
def home(ground: Path, tmp_path: Path) -> Path:
    """The gallery of postcards, and a larger one that earlier weights made."""
    shutil.copytree(ground, tmp_path / "home")
    sources = []
    for number in range(160):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / f"{number}.png")
        sources.append(Source(tmp_path / f"{number}.png"))
    index(sources, ChromaStore(tmp_path / "home" / "galleries"), "earlier", FakeEncoder(fingerprint="earlier"), profile="miniature")
    return tmp_path / "home"


def test_it_takes_a_gallery_that_works_ends_at_the_next_step_when_terminated_and_keeps_each_reply_when_killed(home: Path) -> None:
    served = Served(["web", "--no-browser", "--port", "0", "--max-rounds", "3"], home).start()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(served.address.rstrip("/") + path, data, {"content-type": "application/json"})
        with browser.open(request, timeout=LIMIT) as answer:
            return json.loads(answer.read())

    usable, unusable = ask("/api/start")["galleries"]
    assert (usable["problem"], unusable["name"], "encoder" in unusable["problem"]) == ("", "earlier", True)
    hunt = hunts(home)[0]
    id_ = ask("/api/conversations", {"gallery": hunt.gallery, "description": hunt.description})["id"]
    view = wait_until(lambda: (now := ask(f"/api/conversations/{id_}")) and now["progress"] and now)
    assert (view["most"], view["running"]) == (3, True)
    served.stop(signal.SIGTERM)  # in the middle of the painting
    assert served.process is not None
    assert served.process.returncode == 128 + signal.SIGTERM

    served.command[served.command.index("--port") + 1] = str(served.port)  # the browser's cookie is for this address
    served.start()
    assert ask(f"/api/conversations/{id_}")["running"] is False
    ask(f"/api/conversations/{id_}/run", {})
    wait_until(lambda: (now := ask(f"/api/conversations/{id_}"))["question"] and now["difference"])

    def reply(kind: str, text: str) -> None:
        assert ask(f"/api/conversations/{id_}/reply", {"round": 1, "kind": kind, "reply": {"text": text}}) == {}

    reply("question", hunt.caption)
    served.stop(signal.SIGKILL)  # acknowledged, and nothing of it worked in
    served.start()
    before = ask(f"/api/conversations/{id_}")
    assert (before["running"], before["round"], before["given"]["question"]["text"]) == (False, 1, hunt.caption)
    reply("difference", hunt.difference)
    wait_until(lambda: ask(f"/api/conversations/{id_}")["round"] == 2)
    served.stop(signal.SIGKILL)
    with Conversations(Home(home)) as kept:
        record = kept.values(id_)["rounds"][1]
    assert (record["answer"]["text"], record["critique"]["reply"]["text"]) == (hunt.caption, hunt.difference)


def test_without_a_gallery_the_page_is_there_at_once_and_nothing_is_drawn(tmp_path: Path) -> None:
    served = Served(["web", "--no-browser", "--port", "0", "--folders", str(tmp_path)], tmp_path / "home").start()
    with urllib.request.urlopen(f"{served.address}api/start", timeout=LIMIT) as answer:
        start = json.loads(answer.read())
    assert (start["galleries"], start["manages"]) == ([], True)
    with urllib.request.urlopen(f"{served.address}api/folders", timeout=LIMIT) as answer:
        assert json.loads(answer.read())["path"] == str(tmp_path)
    served.stop()
    assert not (tmp_path / "home" / "postcards").exists()
