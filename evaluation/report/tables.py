"""A run as lines to print, and as files that other programs read."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from ...store.writing import write_whole
from ..metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAME = 12  # columns


def format_summary(summary: dict[str, Any]) -> list[str]:
    """A table for each method that was run, round by round; one of all methods in the last round; what went wrong."""
    lines: list[str] = []
    several = len({method["retriever"] for method in summary["methods"]}) > 1
    for method in summary["methods"]:
        if "seconds" in method:
            name = _name(method, several)
            lines += ["", *format_rounds(method["rounds"], f"{name}: {'round':>{max(6, _NAME - len(name) - 2)}}")]
            lines.append(
                "seconds a round, median, waiting for other conversations included: "
                + ", ".join(f"{tool} {s:.3f}" for tool, s in method["seconds"].items())
            )
    width = max(_NAME, *(len(_name(method, several)) for method in summary["methods"]))
    last = [(_name(method, several), method["rounds"][-1]) for method in summary["methods"]]
    lines += ["", *_table(f"{'last round':<{width}}", [(f"{name:<{width}}", row) for name, row in last])]
    lines += [f"{each['method']}: {each['replies']} replies stayed broken ({each['reason']})" for each in summary["broken"]]
    lines += [f"failed, and in no figure: {each['method']}, {each['target'][:24]} ({each['error']})" for each in summary["failed"]]
    return lines


def format_rounds(rounds: Sequence[dict[str, Any]], head: str = "round", *, signed: bool = False) -> list[str]:
    """Rows of figures, one for each round. ``signed`` ones are differences: with their signs, and an interval each."""
    return _table(head, [(f"{row['round']:{len(head)}}", row) for row in rounds], signed=signed)


def write_csv(path: Path, summary: dict[str, Any]) -> None:
    """Every figure of every method and round, one a line."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["method", "retriever", "round", "metric", "value", "low", "high"])
    for method in summary["methods"]:
        for row in method["rounds"]:
            for metric, figure in row.items():
                if metric != "round":
                    where = [method["method"], method["retriever"], row["round"], metric]
                    table.writerow([*where, figure["value"], figure["low"], figure["high"]])
    write_whole(path, text.getvalue(), durable=False)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """An object, indented."""
    write_whole(path, json.dumps(content, indent=2) + "\n", durable=False)


def _table(head: str, rows: Sequence[tuple[str, dict[str, Any]]], *, signed: bool = False) -> list[str]:
    """A column for each metric that the rows have; shares have intervals, and differences have."""
    there = {name: metric for name, metric in METRICS.items() if any(name in row for _, row in rows)}
    columns = []
    for name, metric in there.items():
        with_interval = signed or metric.percent
        cells = [
            ""
            if name not in row
            else metric.format_with_interval(row[name], signed=signed)
            if with_interval
            else metric.format(row[name]["value"])
            for _, row in rows
        ]
        width = max(len(metric.title), *map(len, cells))
        columns.append([f"{cell:>{width}}" for cell in (metric.title, *cells)])
    names = [head, *(name for name, _ in rows)]
    return ["  ".join([name, *cells]).rstrip() for name, *cells in zip(names, *columns, strict=True)]


def _name(method: dict[str, Any], several: bool) -> str:
    return f"{method['method']}, {method['retriever']}" if several else str(method["method"])
