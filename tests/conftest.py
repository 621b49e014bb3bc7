"""What is made once for all tests: a gallery of postcards with the shipped models, and a server that serves these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from postcards import COUNT, Hunt, hunts
from proxies import Proxy, before
from servers import transformers_serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the files of tests/*/golden anew")


@pytest.fixture(scope="session")
def renew_golden(pytestconfig: pytest.Config) -> bool:
    """Whether texts that are kept as files are to be written anew."""
    return bool(pytestconfig.getoption("--update-golden"))


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
def hunt(ground: Path, monkeypatch: pytest.MonkeyPatch) -> Hunt:
    """A postcard to look for, in the home of the gallery."""
    monkeypatch.setenv("DIR_TIR_HOME", str(ground))
    return hunts(ground)[0]


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
