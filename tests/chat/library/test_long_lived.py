"""What a process that lives for long holds after many conversations."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import psutil
import pytest
from dir_tir import Conversation, ImageSearch, Workspace
from dir_tir.tools.user import Person
from fakes import FakeToolbox
from galleries import colours

CONVERSATIONS = 40  # two hundred are held in tests/chat/web/test_long_running.py


def _conversations() -> int:
    gc.collect()
    return sum(isinstance(thing, Conversation) for thing in gc.get_objects())


@pytest.mark.slow
def test_many_conversations_leave_nothing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    found, _ = colours(tmp_path, 40)
    before = _conversations()
    with Workspace() as workspace:
        toolbox = FakeToolbox(search=found, user=Person(workspace.paintings))
        search = ImageSearch("colours", workspace=workspace, resolve=lambda _: toolbox, max_rounds=1, image_num=0, dialog_num=10)
        process, after_ten = psutil.Process(), (0, 0)
        for number in range(CONVERSATIONS):
            talk = search.start(f"colour number {number}")
            talk.accept(talk.results[0])
            if number == 10:
                after_ten = (len(process.open_files()), threading.active_count())
        assert _conversations() - before <= 1  # the one that this test has
        assert (len(process.open_files()), threading.active_count()) <= after_ten
        assert len(search.conversations()) == CONVERSATIONS
