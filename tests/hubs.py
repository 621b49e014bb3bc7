"""A hub on loopback that serves folders as repositories to the real client of the Hugging Face hub, and refuses as the real one does."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from answering import answering

COMMIT = "a" * 40


@dataclass
class Hub:
    """repositories: name → folder. gated: names refused with 403. cut: after how many bytes the next file breaks off."""

    repositories: dict[str, Path]
    gated: set[str] = field(default_factory=set)
    cut: int | None = None
    asked: list[str] = field(default_factory=list)
    url: str = ""


def point_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client of this process take this address for the hub's."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self, *, body: bool) -> None:
            path = self.path.partition("?")[0].strip("/")
            hub.asked.append(path)
            named = path.removeprefix("api/models/")
            repo = "/".join(named.split("/")[:2])
            rest = named.split("/")[2:]
            if repo not in hub.repositories:
                return self._refuse(401, "RepoNotFound", "Invalid username or password.")
            if repo in hub.gated:
                return self._refuse(403, "GatedRepo", f"Access to model {repo} is restricted.")
            files = {
                file.relative_to(hub.repositories[repo]).as_posix(): file for file in hub.repositories[repo].rglob("*") if file.is_file()
            }
            if rest[:1] == ["revision"] and rest[1] != "main" and not _is_commit(rest[1]):
                return self._refuse(404, "RevisionNotFound", f"Invalid rev id: {rest[1]}")
            if path.startswith("api/") and rest[:1] in ([], ["revision"]):
                return self._json(
                    {
                        "id": repo,
                        "sha": COMMIT,
                        "siblings": [{"rfilename": name, "size": file.stat().st_size} for name, file in files.items()],
                    }
                )
            if path.startswith("api/"):
                return self._json(
                    [{"type": "file", "path": name, "size": file.stat().st_size, "oid": _sha(file)} for name, file in files.items()]
                )
            return self._file(files["/".join(rest[2:])], rest[1] if _is_commit(rest[1]) else COMMIT, body=body)

        def _json(self, content: Any) -> None:
            self._send(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

        def _refuse(self, status: int, code: str, message: str) -> None:
            self._send(status, b"", {"X-Error-Code": code, "X-Error-Message": message})

        def _file(self, file: Path, commit: str, *, body: bool) -> None:
            content = file.read_bytes()
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
            headers = {"ETag": f'"{_sha(file)}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
            self.send_response(206 if start else 200)
            for name, value in {**headers, "Content-Length": str(len(content) - start)}.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                sent = content[start:]
                if hub.cut is not None and len(sent) > hub.cut:
                    sent, hub.cut = sent[: hub.cut], None
                    self.close_connection = True
                self.wfile.write(sent)

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    with answering(Handler) as port:
        hub.url = f"http://127.0.0.1:{port}"
        yield hub


def _is_commit(revision: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{40}", revision) is not None


def _sha(file: Path) -> str:
    return hashlib.sha1(file.read_bytes()).hexdigest()
