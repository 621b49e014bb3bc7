"""What is open while the server of the galleries cannot be had: no gallery and no picture is gone."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chroma_proxies import ChromaProxy, before_chroma
from dir_tir.errors import StoreError
from dir_tir.store.gallery.chroma_server import ChromaServerStore
from dir_tir.store.home import Home
from dir_tir.tools.models.loading import Models
from dir_tir.tools.workspace import Workspace
from stores import LASTS, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chroma_servers import ChromaServer

ONE = row(1).record


@pytest.fixture
def proxy(chroma_server: ChromaServer, tmp_path: Path) -> Iterator[ChromaProxy]:
    with ChromaServerStore(chroma_server.address(tmp_path), tmp_path / "writer", LASTS).write("g", "one", 4) as gallery:
        gallery.add([row(1), row(2)])
        gallery.complete()
    with before_chroma(chroma_server.port) as between:
        yield between


def _opened(proxy: ChromaProxy, server: ChromaServer, folder: Path) -> Workspace:
    return Workspace(Home(folder / "home", server=replace(server.address(folder), url=proxy.url)))


def test_what_was_read_of_a_gallery_is_shown_on_and_read_no_second_time(
    chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path
) -> None:
    with _opened(proxy, chroma_server, tmp_path) as used, _opened(proxy, chroma_server, tmp_path) as unused:
        before = used.vectors("g")
        time.sleep(0.6)  # what the store says of the gallery is as old as that by then
        proxy.always = "hang up"
        assert used.picture("g", ONE.id) == ONE
        with pytest.raises(StoreError):
            used.vectors("g")
        with pytest.raises(StoreError):
            unused.picture("g", ONE.id)
        proxy.always = ""
        time.sleep(0.6)
        assert used.vectors("g") is before
        assert used.picture("g", "f" * 32) is None
        assert used.picture("another", ONE.id) is None


def test_nobody_is_told_that_there_are_no_galleries(
    chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Models, "encoder_fingerprint", "one")
    with _opened(proxy, chroma_server, tmp_path) as workspace:
        assert workspace.largest_gallery("miniature") == "g"
        names = workspace.store.names()
        monkeypatch.setattr(workspace.store, "names", lambda: names)  # it goes in between
        time.sleep(0.6)
        proxy.always = "hang up"
        with pytest.raises(StoreError):
            workspace.largest_gallery("miniature")


def test_a_server_that_says_nothing_is_waited_for_once_by_a_page_of_pictures(
    chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path
) -> None:
    address = replace(chroma_server.address(tmp_path), url=proxy.url)
    store = ChromaServerStore(address, tmp_path / "slow", LASTS, patience=1.0)
    with Workspace(Home(tmp_path / "home", server=address), store=store) as workspace:
        workspace.vectors("g")
        time.sleep(0.6)
        proxy.always, proxy.stall = "stall", 4.0
        begun = time.monotonic()
        assert [workspace.picture("g", ONE.id) for _ in range(10)] == [ONE] * 10
        assert time.monotonic() - begun < 6  # one by one it would be ten seconds
