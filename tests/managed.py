"""A server that makes galleries below a folder, with an encoder that is a fake."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dir_tir.chat.web.application import application
from dir_tir.chat.web.folders import Folders
from dir_tir.chat.web.server_state import ServerState
from dir_tir.tools.workspace import Workspace
from drawn_encoder import drawn_profile
from PIL import Image
from starlette.testclient import TestClient
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drawn_encoder import Gate


class Managed:
    """A client of a server that makes galleries below ``folder``."""

    def __init__(self, state: ServerState, profile: str, gate: Gate, folder: Path) -> None:
        self.state, self.profile, self.gate, self.folder = state, profile, gate, folder
        self.client = TestClient(application(state), base_url="http://localhost")

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/galleries{path}", json=body)

    def make(self, name: str = "mine", folder: str = "beach") -> Any:
        return self.post("", gallery=name, folder=str(self.folder / folder), profile=self.profile)

    def view(self) -> Any:
        return self.client.get("/api/galleries").json()

    def gallery(self, name: str = "mine") -> Any:
        return next(line for line in self.view()["galleries"] if line["name"] == name)

    def ended(self, name: str = "mine") -> Any:
        """How the indexing of a gallery ended."""

        def job() -> Any:
            found = next(job for job in self.view()["jobs"] if job["gallery"] == name)
            return found if found["phase"] in ("done", "stopped", "failed") else None

        return wait_until(job)

    def draw(self, number: int, folder: str = "beach") -> Path:
        path: Path = self.folder / folder / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (number, 0, 0)).save(path)
        return path


@contextmanager
def managed(tmp_path: Path, **given: Any) -> Iterator[Managed]:
    """Five pictures in the folder "ann/beach", of which an encoder takes two at a time. given: as of `ServerState`."""
    with ExitStack() as opened:
        profile, gate = opened.enter_context(drawn_profile(tmp_path))
        (tmp_path / "ann" / "beach").mkdir(parents=True, exist_ok=True)
        folders = Folders([tmp_path / "ann"])
        workspace = opened.enter_context(Workspace(tmp_path / "home"))
        state = opened.enter_context(ServerState(workspace, profile, **{"folders": folders, **given}))
        page = Managed(state, profile, gate, tmp_path / "ann")
        opened.callback(gate.opened.set)
        for number in range(5):
            page.draw(number)
        yield page


def indexed_and_stuck(folder: Path) -> None:
    """A server that has stored one batch, and waits in the next to be killed."""
    with managed(folder) as page:
        page.gate.passes = 1
        page.gate.opened.clear()
        page.make()
        assert page.gate.reached.wait(60)
        print("stuck", flush=True)
        wait_until(lambda: False)
