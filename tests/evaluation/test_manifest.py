"""A run is named after what its results depend on: settings, weights, prompts, targets, and the program itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from dir_tir.errors import InputError
from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.manifest import code_digest, made_by_other_code, manifest, name_of, refuse_another
from dir_tir.graph.config import Config

if TYPE_CHECKING:
    from pathlib import Path

    from dir_tir.tools.workspace import Workspace

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


def test_what_hubs_are_worked_out_from_is_said_and_is_never_what_the_tasks_begin_with(workspace: Workspace) -> None:
    def hubs(*begun: str) -> dict[str, object]:
        return dict(manifest(workspace, [CONFIG], [Task("a", text) for text in begun])["setting"]["hubs"])

    assert hubs("red") == {"from": "bank", "captions": 201}
    assert hubs("red", "Picture number 4") == {"from": "bank", "captions": 200}
    assert hubs("picture number 3", "picture number 4") == {"from": "crowding", "captions": 0}


def test_another_setting_is_another_run_and_another_machine_is_not(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [Task("a", "red"), Task("b", "blue")]
    made = manifest(workspace, [CONFIG], tasks)
    monkeypatch.setattr("sys.argv", ["dir-tir", "eval", "--at-once", "3"])
    assert name_of(manifest(workspace, [CONFIG], tasks)) == name_of(made)
    assert name_of(manifest(workspace, [Config(gallery="colours", max_rounds=3)], tasks)) != name_of(made)
    assert name_of(manifest(workspace, [CONFIG], tasks[:1])) != name_of(made)
    assert name_of(manifest(workspace, [CONFIG, CONFIG], tasks)) != name_of(made)
    assert set(made["setting"]["weights"]) == {"encoder", "llm", "vision", "painter", "dialogue_encoder"}


def test_a_run_with_another_user_is_another_run_and_not_gone_on_with(workspace: Workspace, tmp_path: Path) -> None:
    exact, clumsy = (manifest(workspace, [replace(CONFIG, manner=manner)], [Task("a", "red")]) for manner in ("exact", "clumsy"))
    assert clumsy["setting"]["config"]["manner"] == "clumsy"
    assert name_of(exact) != name_of(clumsy)
    (tmp_path / "manifest.json").write_text(json.dumps(exact))
    refuse_another(tmp_path, exact)
    with pytest.raises(InputError, match="has another run in it"):
        refuse_another(tmp_path, clumsy)


def test_two_descriptions_of_pictures_that_the_gallery_lacks_are_told_apart_by_their_names(workspace: Workspace) -> None:
    missing = [Task("", "red", image) for image in ("a.jpg", "b.jpg")]
    assert name_of(manifest(workspace, [CONFIG], missing[:1])) != name_of(manifest(workspace, [CONFIG], missing[1:]))


def test_other_code_of_the_product_is_another_run_and_a_face_or_a_chart_is_not(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("nodes", "prompts/paper", "chat/web", "evaluation/report"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "nodes" / "ask.py").write_text("one")
    (tmp_path / "prompts" / "paper" / "ask.txt").write_text("one")
    digest = code_digest(tmp_path)
    for name in ("chat/web/page.py", "evaluation/report/curves.py", "nodes/notes.md"):
        (tmp_path / name).write_text("anything")
        assert code_digest(tmp_path) == digest
    seen = {digest}
    for name in ("nodes/ask.py", "prompts/paper/ask.txt", "evaluation/runner.py", "contracts.py", "nodes/another.py"):
        (tmp_path / name).write_text("two")
        seen.add(code_digest(tmp_path))
    assert len(seen) == 6
    made = manifest(workspace, [CONFIG], [])
    assert name_of({**made, "code": "1.0, another"}) != name_of(made)


def test_a_run_that_other_code_left_is_named_and_not_continued(workspace: Workspace, tmp_path: Path) -> None:
    made = manifest(workspace, [CONFIG], [Task("a", "red")])
    folder = tmp_path / f"colours-1-{name_of(made)}"
    for name, content in (
        ("colours-1-before", {**made, "code": "0.1.0, another"}),
        ("colours-1-others", {**made, "code": "0.1.0, another", "also": [made["setting"]]}),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps(content))
    assert made_by_other_code(made, folder) == tmp_path / "colours-1-before"
    (tmp_path / "colours-1-before" / "manifest.json").write_text(json.dumps(manifest(workspace, [Config(gallery="colours")], [])))
    assert made_by_other_code(made, folder) is None
