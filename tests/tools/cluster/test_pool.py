"""Workers that cannot be had, or not be used, are one line; and what was started ends with its command."""

from __future__ import annotations

import os
import pickle
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from dir_tir.chat.terminal.cli import main
from dir_tir.errors import ClusterError, InputError
from dir_tir.tools.cluster.pool import Pool, received
from dir_tir.tools.cluster.worker import Worker, difference, this_program
from PIL import Image
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from ray_heads import Head


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(500):
        Image.new("RGB", (4, 4), (number % 256, number // 256, 99)).save(tmp_path / f"{number:03}.png")
    return tmp_path


def test_without_ray_a_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dir_tir.tools.cluster.pool.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'dir-tir\[cluster\]'"), Pool():
        pass


def test_an_address_at_which_nobody_answers_is_refused_before_anything_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("something was started"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with (
        pytest.raises(ClusterError, match=f"no Ray answers at 127.0.0.1:{port} .Connection refused.") as refused,
        Pool(f"127.0.0.1:{port}"),
    ):
        pass
    assert "\n" not in str(refused.value)
    with pytest.raises(InputError, match="is no address of a cluster"), Pool("somewhere"):
        pass


@pytest.mark.parametrize("said", [["eval", "--compare", "a", "b", "--ray"], ["eval", "--vectors", "x.npz", "--ray", "auto"]])
def test_what_has_no_conversations_refuses_workers(said: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(said) == 2
    assert "--ray is for conversations" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "there", "said"),
    [
        ("dir-tir", "0.0.1", "the worker on far has dir-tir 0.0.1, and this command"),
        ("code", "abc", "the code of dir-tir abc"),
        ("python", "3.99", "Python 3.99"),
        ("ray", "1.0", "Ray 1.0"),
    ],
)
def test_another_program_on_a_worker_is_named(key: str, there: str, said: str) -> None:
    here = this_program()
    assert difference(here, Worker().hello()) == ""
    assert said in difference(here, {**here, "host": "far", key: there})


class Job:
    """What a worker is told to make in these tests."""

    def __init__(self, how: str, _: Any) -> None:
        if how == "refusing":
            raise ClusterError("it sees nothing")

    def fail(self) -> None:
        raise ValueError("a fault\nof two lines")

    def refuse(self) -> None:
        raise InputError("no such picture")


def test_what_a_worker_raises_arrives_as_one_line_with_where_it_came_from() -> None:
    worker = Worker()
    _, sent = pickle.loads(worker.begin(f"{__name__}:Job", pickle.dumps(("refusing",)), None))
    assert re.fullmatch(r"the worker on \S+ cannot begin: it sees nothing", str(received(sent)))
    worker.begin(f"{__name__}:Job", pickle.dumps(("",)), None)
    _, sent = pickle.loads(worker.do("fail", pickle.dumps(())))
    error = received(sent)
    assert "failed: a fault of two lines" in str(error)
    assert "in fail" in str(error.__cause__)
    _, sent = pickle.loads(worker.do("refuse", pickle.dumps(())))
    refused = received(sent)
    assert (type(refused), str(refused)) == (InputError, "no such picture")


def test_another_token_than_the_clusters_is_refused_in_one_line(ray_head: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "0" * 64)
    with pytest.raises(ClusterError, match="set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN"), Pool(ray_head.address) as pool:
        pool.ready()


@pytest.mark.server
def test_an_interrupted_indexing_keeps_what_was_stored_and_leaves_no_process(
    folder: Path, cluster_profile: str, cluster_folder: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, **cluster_folder[1], "DIR_TIR_HOME": str(home)}
    command = [
        sys.executable,
        "-m",
        "dir_tir.chat.terminal.cli",
        "index",
        str(folder),
        "--gallery",
        "g",
        "--profile",
        cluster_profile,
        "--ray",
    ]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr
    said = ""
    while not re.search(r" [1-9]\d+/500", said):  # two batches are stored
        more = process.stderr.read(1)
        assert more, said
        said += more
    there = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert rest.endswith("dir-tir: interrupted; the same command goes on from here\n")
    assert "ray" not in (said + rest).lower()
    assert len(there) > 4
    wait_until(lambda: not [child for child in there if child.is_running() and child.status() != psutil.STATUS_ZOMBIE])
    from dir_tir.store.gallery.chroma import ChromaStore

    assert 8 <= len(ChromaStore(home / "galleries").open("g")) < 500
