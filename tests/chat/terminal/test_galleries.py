from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from chroma_servers import ChromaServer
from dir_tir.chat.terminal.galleries import (
    copy_to_server,
    list_galleries,
    prune_gallery,
    remove_gallery,
    repair_gallery,
    show_gallery,
    verify_gallery,
)
from dir_tir.errors import GalleryError, InputError, StoreError
from dir_tir.store.gallery.folders import folders_of, remember_folder
from dir_tir.store.gallery.vectors import load_vectors
from dir_tir.store.home import Home
from dir_tir.store.server_address import ServerAddress
from dir_tir.tools.workspace import Workspace
from stores import row


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """With the gallery "g", whose pictures are gone, searched once."""
    workspace = Workspace(tmp_path)
    with workspace.store.write("g", "one", 4) as gallery:
        gallery.add([row(1), row(2)])
        gallery.complete()
    with workspace.store.open("g") as there:
        load_vectors(there)
    return workspace


def test_verifying_names_the_ways_out_and_they_work(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(GalleryError, match="`dir-tir gallery prune g` where the folder is gone"):
        verify_gallery(workspace, "g")
    with pytest.raises(InputError, match="needs --yes"):
        prune_gallery(workspace, "g", None)
    prune_gallery(workspace, "g", lambda _: True)
    assert "2 pictures forgotten" in capsys.readouterr().out
    verify_gallery(workspace, "g")
    assert "it is sound" in capsys.readouterr().out
    prune_gallery(workspace, "g", None)
    assert "nothing is gone" in capsys.readouterr().out


def test_repairing_says_what_it_found_and_kept(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    repair_gallery(workspace, "g")
    assert "is sound: 2 pictures" in capsys.readouterr().out
    (Path(workspace.store.place("g")) / "chroma.sqlite3").write_bytes(b"not a database any more")
    with pytest.raises(GalleryError, match="`dir-tir gallery repair g`"):
        verify_gallery(workspace, "g")
    repair_gallery(workspace, "g")
    assert "made anew: 2 pictures kept, 0 have to be indexed again" in capsys.readouterr().out
    assert workspace.store.describe("g").count == 2


def test_a_gallery_is_copied_to_the_server_and_stays(
    workspace: Workspace, chroma_server: ChromaServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match="set DIR_TIR_STORE"):
        copy_to_server(workspace, "g")
    remember_folder(workspace.store.cache("g"), Path("/pictures"))
    there = Workspace(Home(tmp_path, server=chroma_server.address(tmp_path)))
    list_galleries(there)
    said = capsys.readouterr().out
    assert "there are no galleries yet at http://127.0.0.1" in said
    assert f"in {tmp_path / 'galleries'}: g; `dir-tir gallery copy NAME`" in said
    with pytest.raises(GalleryError, match=r"or copy the one in .*galleries: `dir-tir gallery copy g`"):
        there.store.open("g")
    with there.store.write("g", "one", 4) as gallery:  # as far as one came that was killed
        gallery.add([row(2), row(3, ("a", "b"))])
    copy_to_server(there, "g")
    assert "'g': 1 pictures copied to http://127.0.0.1" in capsys.readouterr().out
    with there.store.open("g") as gallery, workspace.store.open("g") as before:
        assert gallery.records() == before.records() | {row(3).record.id: row(3, ("a", "b")).record}
        ids = sorted(before.records())
        np.testing.assert_allclose(np.stack(gallery.embeddings(ids)), np.stack(before.embeddings(ids)), atol=1e-6)
        assert gallery.info.revision
    assert folders_of(there.store.cache("g")) == [Path("/pictures")]
    copy_to_server(there, "g")
    assert "0 pictures copied" in capsys.readouterr().out
    list_galleries(there)
    said = capsys.readouterr().out
    assert "\nat http://127.0.0.1" in said
    assert "gallery copy" not in said
    show_gallery(there, "g")
    assert "3 pictures, 3 with captions; http://127.0.0.1" in capsys.readouterr().out


def test_nobody_is_asked_about_a_gallery_while_its_server_is_away(tmp_path: Path) -> None:
    away = Workspace(Home(tmp_path, server=ServerAddress("http://127.0.0.1:1")))
    with pytest.raises(StoreError, match="cannot be reached"):
        remove_gallery(away, "g", lambda question: pytest.fail(question))
    with pytest.raises(StoreError, match="cannot be reached"):
        away.encoder("g", "miniature")  # which is loaded afterwards


def test_a_gallery_that_cannot_be_opened_is_deleted(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    place = Path(workspace.store.place("g"))
    (place / "chroma.sqlite3").write_bytes(b"not a database any more")
    shutil.rmtree(place / "matrix")
    remove_gallery(workspace, "g", lambda question: "unknown number" in question)
    assert "is deleted" in capsys.readouterr().out
    assert not place.exists()
