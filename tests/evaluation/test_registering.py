"""What another package registers is known by name wherever ours is: in the help, in tables, curves and page."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.chat.terminal.cli import main
from dir_tir.evaluation.conversing import Task
from dir_tir.evaluation.manifest import manifest
from dir_tir.evaluation.methods import METHODS, Method
from dir_tir.evaluation.metrics import METRICS, Metric
from dir_tir.evaluation.report.curves import save_curves
from dir_tir.evaluation.report.page import save_page
from dir_tir.evaluation.report.summary import Ran, summarise
from dir_tir.evaluation.report.tables import format_summary, write_csv
from dir_tir.evaluation.runner import run
from dir_tir.graph.config import Config
from dir_tir.tools.fusion import FUSIONS, Fusion, ordered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dir_tir.tools.workspace import Workspace
    from fakes import FakeToolbox

CONFIG = Config(gallery="colours", max_rounds=2, related_size=20)


@dataclass(frozen=True)
class Report:
    """Everything a run leaves to read."""

    summary: dict[str, Any]
    lines: str
    csv: str
    curves: str
    page: str


@pytest.fixture
def report(tmp_path: Path, workspace: Workspace, toolbox: FakeToolbox) -> Any:
    """Holds some conversations by a method, and reports them."""

    def made(method: str = "dir-tir") -> Report:
        tasks = [Task(id_, f"a text about {id_}") for id_ in toolbox.search.ids[:4]]
        conversations = run(tasks, CONFIG, tmp_path / "run" / f"{method}.jsonl", lambda _: toolbox, method=method)
        summary = summarise([Ran(method, CONFIG, conversations)])
        write_csv(tmp_path / "summary.csv", summary)
        curves = save_curves(summary, tmp_path)[0].read_text()
        page = save_page(tmp_path, summary, conversations, manifest(workspace, [CONFIG], tasks), toolbox.search).read_text()
        return Report(summary, "\n".join(format_summary(summary)), (tmp_path / "summary.csv").read_text(), curves, page)

    return made


def _help(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        main(["eval", "--help"])
    return " ".join(capsys.readouterr().out.split())


@pytest.fixture
def registered() -> Iterator[None]:
    yield
    for table in (FUSIONS, METHODS, METRICS):
        if "mine" in table:
            table.remove("mine")


@pytest.mark.slow
@pytest.mark.usefixtures("registered")
def test_a_fusion_is_one_entry(report: Any, capsys: pytest.CaptureFixture[str], toolbox: FakeToolbox, tmp_path: Path) -> None:
    FUSIONS.add("mine", Fusion("the darkest first", lambda scores: ordered(scores, -scores.text)))

    assert " mine" in _help(capsys)
    made = report()
    assert "mine" in [method["method"] for method in made.summary["methods"]]
    assert "\nmine " in made.lines
    assert "mine," in made.csv
    assert "the darkest first" in made.curves
    assert "<td>mine</td>" in made.page
    config = Config(gallery="colours", max_rounds=1, related_size=20, fusion="mine")
    (conversation,) = run([Task(toolbox.search.ids[0], "red")], config, tmp_path / "mine.jsonl", lambda _: toolbox)
    worst = [hit["id"] for hit in toolbox.search.by_text("red", 40)][-10:]
    assert {result["id"] for result in conversation["rounds"][0]["results"]} == set(worst)


@pytest.mark.usefixtures("registered")
def test_a_method_that_is_run_is_one_entry(report: Any, capsys: pytest.CaptureFixture[str]) -> None:
    METHODS.add("mine", Method("never narrowed", {"schedule": "constant"}, colour="#123456"))

    assert " mine" in _help(capsys)
    made = report("mine")
    assert "\nmine: " in made.lines
    assert "mine," in made.csv
    assert "never narrowed" in made.curves
    assert "#123456" in made.curves
    assert "<h2>mine, open_clip, by round</h2>" in made.page


@pytest.mark.slow
@pytest.mark.usefixtures("registered")
def test_a_method_that_is_read_off_a_run_is_one_entry(report: Any, capsys: pytest.CaptureFixture[str]) -> None:
    METHODS.add("mine", Method("always right", read_from="dir-tir", rank=lambda _: 1))

    assert " mine" in _help(capsys)
    made = report()
    assert "\nmine " in made.lines
    assert "always right" in made.curves
    assert "<td>mine</td>" in made.page


@pytest.mark.slow
@pytest.mark.usefixtures("registered")
def test_a_metric_is_one_entry(report: Any) -> None:
    METRICS.add("mine", Metric("Top 3", lambda ranks: ranks <= 3, percent=True, decimals=1, drawn=True))

    made = report()
    assert "Top 3" in made.lines
    assert ",mine," in made.csv
    assert "<!-- Top 3, % -->" in made.curves
    assert "<th>Top 3</th>" in made.page


PACKAGE = """
from dir_tir.evaluation.methods import METHODS, Method
from dir_tir.evaluation.metrics import METRICS, Metric
from dir_tir.tools.fusion import FUSIONS, Fusion, ordered

FUSIONS.add("theirs", Fusion("their fusion", lambda scores: ordered(scores, scores.text)))
METHODS.add("their-method", Method("their method", {"clusters": 3}))
METRICS.add("their-metric", Metric("Theirs", lambda ranks: ranks / 2))
"""
READ = """
from dir_tir.chat.terminal.cli import main
from dir_tir.evaluation.metrics import METRICS
from dir_tir.graph.config import Config
Config(fusion="theirs")
assert METRICS["their-metric"].title == "Theirs"
main(["eval", "--help"])
"""


def test_a_package_of_somebody_elses_adds_to_every_table_by_its_entry_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "their_package.py").write_text(PACKAGE)
    (tmp_path / "theirs-1.0.dist-info").mkdir()
    (tmp_path / "theirs-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    groups = [f"[dir_tir.{table}]\nmine = their_package\n" for table in ("fusions", "methods", "metrics")]
    (tmp_path / "theirs-1.0.dist-info" / "entry_points.txt").write_text("\n".join(groups))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    ran = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True, timeout=120)
    said = "".join(ran.stdout.split())  # lines may break within a name
    assert "theirs" in said
    assert "their-method" in said
