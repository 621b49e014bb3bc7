"""Measure the models that the miniature profile names, and print a line for each check."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ...tools.registry import models_of
from ..train.reader import Reader
from .check import Check
from .seeing import encoder_checks, painter_checks, vision_checks
from .speaking import language_checks


def main() -> None:
    """``--cases`` a row, ``--json FILE`` for the same as a list of objects."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    models = models_of("miniature")
    parts: tuple[Iterator[Check], ...] = (
        encoder_checks(models.encoder, options.cases),
        language_checks(models.llm, options.cases),
        vision_checks(models.vision, options.cases),
        painter_checks(models.painter, Reader.load(), options.cases),
    )
    print(f"{'check':75} {'value':>7} {'bar':>8} {'cases':>6}")
    checks = []
    for check in chain.from_iterable(parts):
        sign = "<=" if check.ceiling else ">="
        print(f"{check.check:75} {check.value:7.1%} {sign} {check.bar:4.0%} {check.cases:6} {'' if check.passed else 'missed'}", flush=True)
        checks.append(check)
    if options.json:
        options.json.write_text(json.dumps([check.as_json() for check in checks], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
