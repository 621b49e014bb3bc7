"""A run as lines to print, and as files that other programs read."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from ...store.writing import write_whole
from ..metrics import METRICS, definitions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAME = 12  # columns


def named(method: dict[str, Any]) -> str:
    """A method of a summary as its row is called: with the user, where that is not the exact one."""
    return f"{method['method']}, {method['user']} user" if "user" in method else str(method["method"])


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
            lines.append("calls of models a round, mean: " + ", ".join(f"{what} {n:.2f}" for what, n in method["calls"].items()))
    width = max(_NAME, *(len(_name(method, several)) for method in summary["methods"]))
    last = [(_name(method, several), method["rounds"][-1]) for method in summary["methods"]]
    lines += ["", *_table(f"{'last round':<{width}}", [(f"{name:<{width}}", row) for name, row in last])]
    lines += ["", *format_reaching(summary), "", *definitions(), ""]
    lines += [f"{each['method']}: {each['replies']} replies stayed broken ({each['reason']})" for each in summary["broken"]]
    lines += [f"failed, and in no figure: {each['method']}, {each['target'][:24]} ({each['error']})" for each in summary["failed"]]
    return lines


def format_reaching(summary: dict[str, Any]) -> list[str]:
    """What each method takes until its Hits@10 is 90 %; one that never gets there is named with a dash."""
    named = reaching(summary)
    width = max(_NAME, len("Hits@10 of 90 %"), *(len(name) for name, *_ in named))
    lines = [f"{'Hits@10 of 90 %':<{width}}  round  answers  clicks  seconds of models"]
    for name, *cells in named:
        lines.append(f"{name:<{width}}  {cells[0]:>5}  {cells[1]:>7}  {cells[2]:>6}  {cells[3]:>7}".rstrip())
    return lines


def reaching(summary: dict[str, Any]) -> list[list[str]]:
    """A row for each method: its name, and the round, answers, clicks and seconds of models until its Hits@10 is 90 %."""
    several = len({method["retriever"] for method in summary["methods"]}) > 1
    parts = ("round", "answers", "clicks", "seconds")
    rows = [(_name(method, several), method["to_reach"]) for method in summary["methods"] if "to_reach" in method]
    return [[name, *("-" if spent is None else _spent(spent[part]) for part in parts)] for name, spent in rows]


def format_chosen(summary: dict[str, Any]) -> list[str]:
    """A line for each method: Hits@10 in rounds 0, 1, 3 and the last, and the last round's Recall@10, MRR and BRI."""
    methods = summary["methods"]
    width = max(_NAME, *(len(named(method)) for method in methods))
    last = len(methods[0]["rounds"]) - 1
    columns = [("hits@10", number) for number in sorted({min(number, last) for number in (0, 1, 3, last)})]
    columns += [(name, last) for name in ("recall@10", "mrr", "bri")]
    heads = [f"{METRICS[name].title}, {number}" for name, number in columns]
    lines = [f"{'metric, round':<{width}}  {'  '.join(heads)}"]
    for method in methods:
        cells = [METRICS[name].format(row[name]["value"]) if name in (row := method["rounds"][number]) else "" for name, number in columns]
        padded = [f"{cell:>{len(head)}}" for cell, head in zip(cells, heads, strict=True)]
        lines.append("  ".join([f"{named(method):<{width}}", *padded]).rstrip())
    return lines


def format_rounds(rounds: Sequence[dict[str, Any]], head: str = "round", *, signed: bool = False) -> list[str]:
    """Rows of figures, one for each round. ``signed`` ones are differences: with their signs, and an interval each."""
    return _table(head, [(f"{row['round']:{len(head)}}", row) for row in rounds], signed=signed)


def write_tables(folder: Path, summary: dict[str, Any]) -> None:
    """summary.json, summary.csv and table.tex."""
    write_json(folder / "summary.json", summary)
    write_csv(folder / "summary.csv", summary)
    write_tex(folder / "table.tex", summary)


def write_csv(path: Path, summary: dict[str, Any]) -> None:
    """Every figure of every method and round, one a line."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["method", "retriever", "round", "metric", "value", "low", "high"])
    for method in summary["methods"]:
        for row in method["rounds"]:
            for metric, figure in row.items():
                if metric != "round":
                    where = [named(method), method["retriever"], row["round"], metric]
                    table.writerow([*where, figure["value"], figure["low"], figure["high"]])
    write_whole(path, text.getvalue(), durable=False)


def write_tex(path: Path, summary: dict[str, Any]) -> None:
    """The last round as a LaTeX table, intervals in small type; what each metric means stands in comments above it."""
    several = len({method["retriever"] for method in summary["methods"]}) > 1
    there = {name: metric for name, metric in METRICS.items() if any(name in method["rounds"][-1] for method in summary["methods"])}
    arrows = {name: r"$\downarrow$" if metric.lower_is_better else r"$\uparrow$" for name, metric in there.items()}
    heads = [f"{_tex(metric.title + (', %' if metric.percent else ''))} {arrows[name]}" for name, metric in there.items()]
    lines = [f"% {line}" for line in (*definitions(), f"Round {summary['methods'][0]['rounds'][-1]['round']}, with 95 % intervals.")]
    lines += [rf"\begin{{tabular}}{{l{'r' * len(there)}}}", r"\hline", " & ".join(["method", *heads]) + r" \\", r"\hline"]
    for method in summary["methods"]:
        row = method["rounds"][-1]
        cells = []
        for name, metric in there.items():
            value, low, high = (metric.format(row[name][part]) if name in row else "" for part in ("value", "low", "high"))
            cells.append(f"{value} {{\\scriptsize ({low}--{high})}}" if value else "")
        lines.append(" & ".join([_tex(_name(method, several)), *cells]) + r" \\")
    write_whole(path, "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n", durable=False)


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


def _spent(number: float | None) -> str:
    return "-" if number is None else f"{number:.4g}" if isinstance(number, int) else f"{number:.1f}"


def _tex(text: str) -> str:
    """Text with what LaTeX would read as a command made harmless."""
    return "".join(f"\\{letter}" if letter in "&%$#_{}" else letter for letter in text)


def _name(method: dict[str, Any], several: bool) -> str:
    return f"{named(method)}, {method['retriever']}" if several else named(method)
