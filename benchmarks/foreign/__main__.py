"""Measure the loop with a language model that nobody here trained, and print a line for each check: ``make foreign``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from ...evaluation.postcards import postcards_gallery
from ...graph.config import Config
from ...miniature.train.settings import RUNS
from ...tools.models.loading import Models
from ...tools.profiles.profile import SHIPPED
from ...tools.workspace import Workspace
from ..miniature.check import Check, report
from .asking import parts
from .conversing import Counted, conversations, spoken, tasks_of, transcripts, whole
from .weights import converted, lacking

_FOLDER = RUNS.parent / "foreign"
_LOCAL = """
[llm]
kind = "transformers"
path = "{folder}"
dtype = "{dtype}"
tries = 2
batch = 16
generation = {{ max_new_tokens = 40, do_sample = false }}
"""
_SERVED = """
[llm]
kind = "openai"
url = "{url}"
model = "{folder}"
tries = 2
timeout = 120
generation = {{ max_new_tokens = 40, temperature = 0.0 }}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", default="compact", help="the prompt set (default %(default)s)")
    parser.add_argument("--cases", type=int, default=40, help="for each check of a part; 0: none (default %(default)s)")
    parser.add_argument("--targets", type=int, default=50, help="conversations; 0: none (default %(default)s)")
    parser.add_argument("--postcards", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--model", type=Path, help="a folder of transformers' instead of the model of the package")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--url", default="", help="of an OpenAI-compatible server that answers instead, such as `transformers serve`")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the checks as a list of objects")
    parser.add_argument("--transcripts", type=Path, metavar="FILE", help="write ten rounds, picked at random, as markdown")
    options = parser.parse_args()
    if not options.model and lacking():
        sys.exit(lacking())
    _FOLDER.mkdir(parents=True, exist_ok=True)
    folder = (options.model or converted(_FOLDER / "smollm2-135m")).absolute()
    with Workspace() as workspace:
        report(_checks(workspace, profile(folder, options), options), options.json)


def profile(folder: Path, options: argparse.Namespace) -> str:
    """A profile with this language model and the miniature's other models; the path of its file."""
    own = (SHIPPED / "miniature.toml").read_text(encoding="utf-8").replace('path = "', f'path = "{SHIPPED.parent.parent}/')
    before, _, after = own.partition("[llm]")
    llm = (_SERVED if options.url else _LOCAL).format(folder=folder, dtype=options.dtype, url=options.url)
    file = _FOLDER / ("served.toml" if options.url else "local.toml")
    file.write_text(before + llm + "\n[vision]" + after.partition("[vision]")[2], encoding="utf-8")
    return str(file.absolute())


def _checks(workspace: Workspace, profile: str, options: argparse.Namespace) -> Iterator[Check]:
    models: Models = workspace.models(profile)
    prompts, llm = spoken(options.prompts), models.llm
    assert llm is not None
    gallery = postcards_gallery(workspace, options.postcards, profile)
    if options.cases:
        yield from parts(llm, prompts, workspace.search(gallery.gallery, profile), options.cases)
    if not options.targets:
        return
    counted = Counted(llm)
    config = Config(profile=profile, gallery=gallery.gallery, max_rounds=options.rounds, related_size=options.postcards // 10)
    file = _FOLDER / f"{options.prompts}{'-served' if options.url else ''}.jsonl"
    file.unlink(missing_ok=True)
    found, seconds = conversations(
        workspace, config, tasks_of(gallery.descriptions, options.targets), counted, prompts, file, options.at_once
    )
    yield from whole(found, counted.calls.total(), seconds)
    if options.transcripts:
        options.transcripts.write_text(transcripts(found, 10), encoding="utf-8")


if __name__ == "__main__":
    main()
