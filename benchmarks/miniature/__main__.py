"""Measure the models that the miniature profile names on test scenes, and print a line for each check: ``make miniature-report``."""

from __future__ import annotations

import argparse
import json
import shutil
from itertools import chain
from pathlib import Path

from ...miniature.train.settings import RUNS, WEIGHTS
from ...tools.models.loading import Models
from ...tools.profiles.fingerprints import Fingerprints
from ...tools.profiles.profile import PACKAGE
from ...tools.workspace import Workspace
from . import finding, listening, living, naming, painting, seeing, speaking
from .check import Check, Exam, report


def main() -> None:
    """An interrupted report goes on: what these weights and this code have been measured in is not measured again until it is whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="for each check (default %(default)s)")
    parser.add_argument("--only", default="", help="the exams whose name begins so")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the checks as a list of objects")
    options = parser.parse_args()
    workspace = Workspace()
    models = workspace.models("miniature")
    first = (finding.exams(), naming.exams(), speaking.exams(), listening.exams(workspace))
    exams = chain(*first, seeing.exams(), painting.exams(), living.exams(workspace))
    state = "-".join(Fingerprints().of(folder)[:8] for folder in (WEIGHTS, PACKAGE / "miniature", PACKAGE / "prompts", PACKAGE / "tools"))
    results = RUNS.parent / "report" / f"{state}-{options.cases}"
    wanted = [exam for exam in exams if exam.name.startswith(options.only)]
    report((check for exam in wanted for check in _sat(exam, models, options.cases, results)), options.json)
    if not options.only:
        shutil.rmtree(results)


def _sat(exam: Exam, models: Models, cases: int, results: Path) -> list[Check]:
    file = results / f"{exam.name.replace(' ', '-')}.json"
    if file.exists():
        return [Check(**check) for check in json.loads(file.read_text(encoding="utf-8"))]
    checks = list(exam.sit(models, cases))
    results.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([vars(check) for check in checks]), encoding="utf-8")
    return checks


if __name__ == "__main__":
    main()
