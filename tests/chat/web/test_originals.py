"""The file behind a result: handed out as it was indexed, or not at all."""

from __future__ import annotations

import asyncio
import os
import sys
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from dir_tir.chat.web.application import application
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.pictures import content_id
from fakes import FakeEncoder
from PIL import Image
from quick_server import quick_server
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dir_tir.chat.web.server_state import ServerState

TOKEN = "a-token-of-these-tests"
LOCAL = "http://localhost"
BEARER = {"authorization": f"Bearer {TOKEN}"}
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of any bytes, and xdg-open")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerState]:
    with quick_server(tmp_path_factory.mktemp("server"), 3) as state:
        yield state


@pytest.fixture
def client(state: ServerState) -> TestClient:
    return TestClient(application(state), base_url=LOCAL)


@pytest.fixture
def indexed(state: ServerState, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Indexes files as the only ones of the gallery of this test; its name."""

    def make(*files: Path) -> str:
        name = request.node.originalname.replace("_", "-")[:40]
        index([Source(file) for file in files], state.workspace.store, name, FakeEncoder())
        return str(name)

    return make


def _drawn(file: Path, colour: tuple[int, int, int] = (200, 10, 10)) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (12, 8), colour).save(file, format="PNG")
    return file


def test_the_original_comes_byte_by_byte_to_be_shown_or_kept_and_as_nothing_but_a_picture(
    client: TestClient, indexed: Callable[..., str], tmp_path: Path
) -> None:
    file = _drawn(tmp_path / "a boat; filename=x.html.png")
    address = f"/originals/{indexed(file)}/{content_id(file)}"
    shown, kept = client.get(address), client.get(f"{address}?download")
    assert shown.content == kept.content == file.read_bytes()
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]  # of both headers
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    name = "filename*=utf-8''a%20boat%3B%20filename%3Dx.html.png"
    assert shown.headers["content-disposition"] == f"inline; {name}"
    assert kept.headers["content-disposition"] == f"attachment; {name}"
    head = client.head(address)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(file.stat().st_size))
    part = client.get(address, headers={"range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PNG")
    assert client.get(address, headers={"range": "bytes=999999-"}).status_code == 416


@linux
@pytest.mark.parametrize("name", [b"gr\xf6\xdfe.png", "größe 🐠.png".encode(), b"two\r\nlines\x1b[2J.png", b'"quoted\\".png'])
def test_a_name_of_any_bytes_is_kept_as_far_as_a_header_can_say_it(
    client: TestClient, indexed: Callable[..., str], tmp_path: Path, name: bytes
) -> None:
    file = _drawn(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)), (len(name), 0, 0))
    gallery = indexed(file)
    kept = client.get(f"/originals/{gallery}/{content_id(file)}?download")
    assert kept.content == file.read_bytes()
    said = kept.headers["content-disposition"].partition("filename*=utf-8''")[2]
    assert unquote_to_bytes(said).decode() == name.decode("utf-8", "replace")
    about = client.get(f"/api/pictures/{gallery}/{content_id(file)}").json()
    assert about["name"].isprintable()
    is_text = name.decode("utf-8", "ignore").isprintable() and b"\xf6" not in name
    assert about["files"][0]["text"] == is_text
    assert (about["files"][0]["path"] == str(file)) == is_text


@pytest.mark.parametrize(("suffix", "kind"), [(".tif", "image/tiff"), (".nef", "application/octet-stream"), (".HEIC", "image/heic")])
def test_what_no_browser_shows_is_downloaded(
    client: TestClient, indexed: Callable[..., str], tmp_path: Path, suffix: str, kind: str
) -> None:
    drawn = Image.effect_noise((64, 64), 90).convert("RGB")
    file = tmp_path / f"a{suffix}"
    if suffix == ".HEIC":
        import pillow_heif

        pillow_heif.from_pillow(drawn).save(file)
    else:
        drawn.save(file, format="TIFF" if suffix == ".tif" else "JPEG")
    got = client.get(f"/originals/{indexed(file)}/{content_id(file)}")
    assert got.headers["content-type"] == kind
    assert got.headers["content-disposition"].startswith("attachment" if kind.startswith("application") else "inline")


def test_nothing_comes_but_what_the_gallery_knows_by_this_id(client: TestClient, indexed: Callable[..., str], tmp_path: Path) -> None:
    file = _drawn(tmp_path / "a.png", (1, 2, 3))
    gallery, id_ = indexed(file), content_id(file)
    outside = tmp_path / "outside.png"
    outside.write_bytes(b"outside")
    for path in (
        f"{gallery}/{file}",
        f"{gallery}/..%2f..%2foutside.png",
        f"{gallery}/{content_id(outside)}",
        f"..%2f{gallery}/{id_}",
        f"nothing/{id_}",
        f"colours/{id_}",  # that is in another gallery
        f"{gallery}/{id_}%00",
        f"{gallery}/{id_}/..",
        "..%2f..%2f..%2fetc/passwd",
    ):
        assert client.get(f"/originals/{path}").status_code == 404, path
        assert client.get(f"/api/pictures/{path}").status_code == 404, path


def test_a_file_put_in_the_place_of_another_is_not_handed_out(client: TestClient, indexed: Callable[..., str], tmp_path: Path) -> None:
    file = _drawn(tmp_path / "a.png", (3, 2, 1))
    gallery, id_ = indexed(file), content_id(file)
    before, content = file.stat(), file.read_bytes()
    secret = b"x" * len(content)
    file.write_bytes(secret)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # nothing of it can be seen from outside
    refused = client.get(f"/originals/{gallery}/{id_}")
    assert (refused.status_code, secret in refused.content) == (404, False)
    assert refused.json()["problem"] == "the file of this picture is gone, or has changed since it was indexed: index its folder again"
    file.unlink()
    (tmp_path / "secret").write_bytes(secret)
    file.symlink_to(tmp_path / "secret")
    assert client.get(f"/originals/{gallery}/{id_}").status_code == 404
    file.unlink()
    os.mkfifo(file)  # it would never end
    assert client.get(f"/originals/{gallery}/{id_}").status_code == 404
    file.unlink()
    assert client.get(f"/api/pictures/{gallery}/{id_}").json()["files"][0]["state"] == "missing"
    file.write_bytes(content + b"more")
    assert client.get(f"/api/pictures/{gallery}/{id_}").json()["files"][0]["state"] == "changed"


def test_every_file_that_holds_a_picture_is_named_and_any_of_them_will_do(
    client: TestClient, indexed: Callable[..., str], tmp_path: Path
) -> None:
    first, second = _drawn(tmp_path / "a.png", (5, 5, 5)), _drawn(tmp_path / "copies" / "b.png", (5, 5, 5))
    gallery, id_, content = indexed(first, second), content_id(first), first.read_bytes()
    os.utime(first, (86400 * 365, 86400 * 365))
    about = client.get(f"/api/pictures/{gallery}/{id_}").json()
    assert [(file["path"], file["state"]) for file in about["files"]] == [(str(first), "there"), (str(second), "there")]
    assert (about["name"], about["width"], about["height"], about["bytes"], about["taken"]) == ("a.png", 12, 8, len(content), False)
    assert abs(datetime.fromisoformat(about["date"]).timestamp() - second.stat().st_mtime) < 60
    first.unlink()
    kept = client.get(f"/originals/{gallery}/{id_}?download")
    assert (kept.content, kept.headers["content-disposition"]) == (content, 'attachment; filename="b.png"')


def test_where_files_lie_is_told_on_this_machine_alone_unless_somebody_wants_it_told(
    state: ServerState, indexed: Callable[..., str], tmp_path: Path
) -> None:
    file = _drawn(tmp_path / "a.png", (9, 5, 5))
    gallery, id_ = indexed(file), content_id(file)
    beyond, told = (
        TestClient(application(state, TOKEN, paths=paths), base_url="http://pictures.example", headers=BEARER) for paths in (False, True)
    )
    about = beyond.get(f"/api/pictures/{gallery}/{id_}")
    assert (about.json()["name"], str(tmp_path) in about.text, about.json()["desktop"]) == ("a.png", False, False)
    assert beyond.get(f"/originals/{gallery}/{id_}").content == file.read_bytes()
    assert told.get(f"/api/pictures/{gallery}/{id_}").json()["files"][0]["path"] == str(file)
    file.unlink()
    for path in (f"/pictures/{gallery}/{id_}", f"/originals/{gallery}/{id_}"):
        refused = beyond.get(path)
        assert (refused.status_code, str(tmp_path) in refused.text) == (404, False)


@linux
def test_a_folder_opens_on_the_desktop_of_this_machine_and_for_nobody_elsewhere(
    state: ServerState, client: TestClient, indexed: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener, seen = tmp_path / "xdg-open", tmp_path / "seen"
    opener.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {seen}\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    first, second = _drawn(tmp_path / "a.png", (5, 9, 5)), _drawn(tmp_path / "-R; $(reboot)" / "b.png", (5, 9, 5))
    gallery, id_ = indexed(first, second), content_id(first)
    about = f"/api/pictures/{gallery}/{id_}"

    def asked(client: TestClient, **more: Any) -> str:
        answer = client.post("/api/folder", json={"gallery": gallery, "picture": id_, **more})
        return "" if answer.status_code == 200 else str(answer.json()["problem"])

    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert asked(client) == "there is no desktop here that could show a folder: copy the path instead"
    assert client.get(about).json()["desktop"] is False
    monkeypatch.setenv("DISPLAY", ":0")
    assert client.get(about).json()["desktop"] is True
    elsewhere = TestClient(application(state, TOKEN, paths=True), base_url="http://pictures.example", headers=BEARER)
    assert "on the same machine" in asked(elsewhere)
    assert "none of number 2" in asked(client, file=2)
    assert "none of number -1" in asked(client, file=-1)
    assert "at path" in asked(client, path="/etc")
    assert client.get("/api/folder").status_code == 405
    assert "not JSON" in client.post("/api/folder", data={"gallery": gallery, "picture": id_}).json()["problem"]
    assert not seen.exists()
    places = [Path(file["path"]) for file in client.get(about).json()["files"]]
    for number, place in enumerate(places):
        assert asked(client, file=number) == ""
        wait_until(lambda place=place: seen.exists() and str(place.parent) in seen.read_text().splitlines())
    assert sorted(seen.read_text().splitlines()) == sorted(str(place.parent) for place in places)
    first.unlink()
    assert asked(client, file=places.index(first)) == "the file is not there any more"


def test_a_huge_file_goes_through_a_little_memory(state: ServerState, indexed: Callable[..., str], tmp_path: Path) -> None:
    file = _drawn(tmp_path / "a.png", (7, 7, 7))
    os.truncate(file, 48 * 2**20)  # what follows the end of a PNG is passed over
    scope = {
        **{"type": "http", "method": "GET", "http_version": "1.1", "scheme": "http", "query_string": b"", "root_path": ""},
        **{"headers": [(b"host", b"localhost")], "asgi": {"version": "3.0", "spec_version": "2.4"}},
        "path": f"/originals/{indexed(file)}/{content_id(file)}",
    }
    came = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal came
        came += len(message.get("body", b""))

    tracemalloc.start()
    try:
        asyncio.run(application(state)(scope, receive, send))  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
    assert came == 48 * 2**20
