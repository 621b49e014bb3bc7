"""What is made once for all tests: a gallery of postcards with the shipped models, and a server. And which tests are quick (tiers.py)."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from chroma_servers import ChromaServer
from chroma_servers import chroma_server as serving_chroma
from cluster_models import PROFILE, cluster_site, kinds
from databases import Postgres, postgres_server
from dir_tir.store.home import Home
from dir_tir.tools.workspace import Workspace
from hypothesis import HealthCheck, settings
from model_server import model_server
from postcards import COUNT, Hunt, hunts
from proxies import Proxy, before
from ray_heads import Head
from ray_heads import ray_head as started_head
from servers import transformers_serve
from serving import listened
from tiers import BY_FIXTURE, COSTS, LIBRARIES, MARKERS, needs_of_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dir_tir.tools.models.loading import Models


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the files of tests/*/golden anew")


# The same examples every time, however busy the machine is.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files in which nothing is quick would load their libraries only to be left out again."""
    if config.option.markexpr != "quick" or not collection_path.name.startswith("test_"):
        return None
    return bool(needs_of_file(collection_path)) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        for mark in sorted(needs_of_file(item.path) | {BY_FIXTURE[name] for name in fixtures & BY_FIXTURE.keys()}):
            item.add_marker(mark)
        if not {mark.name for mark in item.iter_markers()} & (MARKERS.keys() - {"quick"}):
            item.add_marker("quick")
    # Files with dear tests come first, so that several processes that share the files come to their ends together.
    cost = {item.path: 0 for item in items}
    for item in items:
        cost[item.path] += max(COSTS[mark.name] for mark in item.iter_markers() if mark.name in COSTS)
    items.sort(key=lambda item: -cost[item.path])


@pytest.fixture(autouse=True)
def _stays_quick(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(LIBRARIES) & sys.modules.keys()
    yield
    if request.node.get_closest_marker("quick") and (loaded := (set(LIBRARIES) & sys.modules.keys()) - before):
        pytest.fail(f"this test loads {', '.join(sorted(loaded))}: mark it with pytest.mark.models, or its file")


@pytest.fixture(scope="session")
def renew_golden(pytestconfig: pytest.Config) -> bool:
    """Whether texts that are kept as files are to be written anew."""
    return bool(pytestconfig.getoption("--update-golden"))


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test writes without naming a home is not written into that of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("DIR_TIR_SESSIONS", "DIR_TIR_PAINTINGS", "DIR_TIR_STORE"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """Chroma's server for all tests."""
    with serving_chroma(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture(params=["chroma", pytest.param("server", marks=pytest.mark.server)])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of store, by its name in `stores.STORES`."""
    if request.param == "server":
        request.getfixturevalue("chroma_server")
    return str(request.param)


@pytest.fixture(scope="session")
def cluster_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Where a package of fake models lies, and the environment of a process that finds it."""
    folder = tmp_path_factory.mktemp("site")
    return folder, cluster_site(folder)


@pytest.fixture
def cluster_profile(cluster_folder: tuple[Path, dict[str, str]]) -> Iterator[str]:
    """The path of a profile with fake models, which workers have as well."""
    with kinds():
        yield str(cluster_folder[0] / PROFILE)


@pytest.fixture(scope="session")
def head_of_all(cluster_folder: tuple[Path, dict[str, str]]) -> Iterator[Head]:
    with started_head(cluster_folder[1]) as head:
        yield head


@pytest.fixture
def ray_head(head_of_all: Head) -> Head:
    """A Ray cluster with two workers, one for all tests; who kills its head may leave it so."""
    head_of_all.start()
    return head_of_all


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.server)])
def either_home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of which the conversations are in an SQLite file, and once more one of which they are in PostgreSQL."""
    database = request.getfixturevalue("postgres").empty() if request.param == "postgres" else ""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path))
    monkeypatch.setenv("DIR_TIR_SESSIONS", database)
    return Home.of()


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DIR_TIR_HOME with the gallery."""
    from dir_tir.evaluation.postcards import postcards_gallery
    from dir_tir.tools.workspace import Workspace

    home = tmp_path_factory.mktemp("ground")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIR_TIR_HOME", str(home))
        postcards_gallery(Workspace(), COUNT, "miniature")
    return home


@pytest.fixture
def hunt(ground: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hunt]:
    """A postcard to look for, in the home of the gallery. Other tests look there too: whoever makes galleries takes `own_hunt`."""
    monkeypatch.setenv("DIR_TIR_HOME", str(ground))
    galleries = sorted((ground / "galleries").iterdir())
    yield hunts(ground)[0]
    assert sorted((ground / "galleries").iterdir()) == galleries, "this test changes the home that all tests share: give it a copy"


@pytest.fixture
def own_hunt(ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hunt:
    """The same in a copy of the home, for a test that makes galleries."""
    shutil.copytree(ground, tmp_path / "own-home")
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "own-home"))
    return hunts(tmp_path / "own-home")[0]


@pytest.fixture(scope="session")
def miniature() -> Iterator[Models]:
    """The shipped models, in this process."""
    with Workspace() as workspace:
        yield workspace.models("miniature")


@pytest.fixture(scope="session")
def endpoints(miniature: Models) -> Iterator[dict[str, int]]:
    """The same models behind endpoints: the port of each dialect."""
    with listened(model_server(miniature, "infinity")) as infinity, listened(model_server(miniature, "vllm")) as vllm:
        yield {"infinity": infinity, "vllm": vllm}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an OpenAI-compatible server that serves any local folder."""
    with transformers_serve(tmp_path_factory.mktemp("serve") / "log") as port:
        yield port


@pytest.fixture
def proxy(server: int) -> Iterator[Proxy]:
    """A proxy before the server, which breaks what it is told to."""
    with before(server) as between:
        yield between
