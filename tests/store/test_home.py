from __future__ import annotations

from pathlib import Path

import pytest
from dir_tir.errors import InputError
from dir_tir.store.home import Home, checked_name
from dir_tir.store.server_address import ServerAddress


def test_dir_tir_home_holds_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "here"))
    home = Home.of()
    assert home == Home(tmp_path / "here") == Home.of(tmp_path / "here")
    assert home.galleries == tmp_path / "here" / "galleries"
    assert home.sessions == tmp_path / "here" / "sessions.sqlite"
    assert not home.root.exists()


def test_without_it_the_platforms_data_folder_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIR_TIR_HOME", raising=False)
    assert Home.of().root.name == "dir-tir"
    assert Home.of().root.is_absolute()


def test_the_environment_says_which_server_has_the_galleries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_STORE", "https://galleries.example.org/chroma/")
    monkeypatch.setenv("DIR_TIR_STORE_TENANT", "us")
    monkeypatch.setenv("DIR_TIR_STORE_TOKEN", "secret")
    home = Home.of(tmp_path)
    assert home.server == ServerAddress("https://galleries.example.org:443/chroma", "us", "default_database", "secret")
    assert str(home.server) == "https://galleries.example.org:443/chroma (us/default_database)"
    assert "secret" not in repr(home)
    monkeypatch.setenv("DIR_TIR_STORE", "http://[::1]:8000")
    there = Home.of(tmp_path).server
    assert there
    assert there.url == "http://[::1]:8000"
    assert there.key != home.server.key
    assert checked_name(there.key, "key") == there.key
    monkeypatch.setenv("DIR_TIR_STORE", "")
    assert Home.of(tmp_path).server is None


@pytest.mark.parametrize(
    "said", ["/a/folder", "localhost:8000", "http://", "ftp://host", "http://ho st", "http://host:port", "http://[::1"]
)
def test_what_is_no_address_of_a_server_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_STORE", said)
    with pytest.raises(InputError, match="DIR_TIR_STORE is no address: expected http://HOST:PORT"):
        Home.of()


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("DIR_TIR_STORE", "http://me:secret@host:8000"),
        ("DIR_TIR_STORE", "http://host:8000/?token=secret"),
        ("DIR_TIR_STORE_DATABASE", "../a"),
        ("DIR_TIR_STORE_TOKEN", "secret\nX: y"),
    ],
)
def test_what_does_not_belong_into_an_address_is_refused(variable: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIR_TIR_STORE", "http://host:8000")
    monkeypatch.setenv(variable, said)
    with pytest.raises(InputError, match=f"{variable} ") as raised:
        Home.of()
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65, "a b", "-dash"])
def test_a_name_that_could_climb_out_of_its_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be a folder name"):
        checked_name(name, "gallery name")
