"""The figures of a run: curves by round, as in the paper's figures 2 and 3, and the sweep over shares, as in its figure 4."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...store.writing import write_whole
from ..methods import Method, known_methods
from ..metrics import METRICS, Metric

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_Methods = dict[str, list[dict[str, Any]]]  # method → rows by round
_WITH_INTERVALS = 4  # curves; the bands of more are one grey
_ABREAST = 3  # names in a line of the legend
_FREE = ("#7e22ce", "#a16207", "#0369a1", "#4d7c0f", "#be123c", "#334155")  # colours for methods without one of their own


def save_curves(summary: dict[str, Any], folder: Path) -> list[Path]:
    """Write ``curves`` and, where every share was ranked, ``shares`` as PNG and SVG, a row for each retriever; returns the SVG files."""
    by_retriever: dict[str, _Methods] = {}
    for method in summary["methods"]:
        by_retriever.setdefault(method["retriever"], {})[method["method"]] = method["rounds"]
    drawn = [("curves", _by_round(by_retriever, summary["methods"][0]["method"]))]
    shares = {method.share: name for name, method in known_methods().items() if method.share is not None}
    shared = {retriever: methods for retriever, methods in by_retriever.items() if methods.keys() >= set(shares.values())}
    if shared:
        drawn.append(("shares", _by_share(shared, shares)))
    for name, figure in drawn:
        for form, how in (("png", {"dpi": 150}), ("svg", {"metadata": {"Date": None}})):
            file = io.BytesIO()
            figure.savefig(file, format=form, **how)
            write_whole(folder / f"{name}.{form}", file.getvalue(), durable=False)
    return [folder / f"{name}.svg" for name, _ in drawn]


def _by_round(by_retriever: dict[str, _Methods], studied: str) -> Figure:
    """The method under study lies above the others and is drawn thicker. Among many it alone has its intervals."""
    figure, rows = _panels("round", list(by_retriever))
    free = iter(_FREE * 10)
    curves = {name: (method, method.colour or next(free)) for name, method in _drawn(by_retriever, studied).items()}
    for methods, panels in zip(by_retriever.values(), rows, strict=True):
        for panel, (metric, figured) in zip(panels, _metrics().items(), strict=True):
            scale = 100 if figured.percent else 1
            for name, (method, colour) in curves.items():
                there = [row for row in methods.get(name, ()) if metric in row]
                rounds = [row["round"] for row in there]
                low, high = ([scale * row[metric][end] for row in there] for end in ("low", "high"))
                above = {"zorder": 4, "lw": 2.4} if name == studied else {"zorder": 3}
                values = [scale * row[metric]["value"] for row in there]
                panel.plot(rounds, values, label=method.label, color=colour, marker="o", ms=3, **above)
                if name == studied or len(curves) <= _WITH_INTERVALS:
                    panel.fill_between(rounds, low, high, color=colour, alpha=0.12, lw=0)
            panel.set_xticks(range(max(len(rounds) for rounds in methods.values())))
    figure.legend(*rows[0][0].get_legend_handles_labels(), frameon=False, loc="outside lower center", ncols=_ABREAST)
    figure.set_figheight(figure.get_figheight() + 0.25 * -(-len(curves) // _ABREAST))  # below the panels, which stay as high as they were
    return figure


def _drawn(by_retriever: dict[str, _Methods], studied: str) -> dict[str, Method]:
    """The methods of a summary that have a curve, in the order of the table; one that is known no more is called by its name."""
    there = dict.fromkeys(name for methods in by_retriever.values() for name in methods)
    known = known_methods()
    named = {name: known[name] for name in known if name in there} | {name: Method(name) for name in there if name not in known}
    return {name: method for name, method in named.items() if method.drawn or name == studied}


def _metrics() -> dict[str, Metric]:
    return {name: metric for name, metric in METRICS.items() if metric.drawn}


def _by_share(by_retriever: dict[str, _Methods], shares: dict[int, str]) -> Figure:
    figure, rows = _panels("places of the dialog among the ten", list(by_retriever))
    places = sorted(shares)
    for methods, panels in zip(by_retriever.values(), rows, strict=True):
        last = len(methods[shares[places[0]]]) - 1
        for panel, (metric, figured) in zip(panels, _metrics().items(), strict=True):
            scale = 100 if figured.percent else 1
            for number in sorted({min(n, last) for n in (1, 3, 5, 10)}):
                rows_of = [methods[shares[share]][number] for share in places]
                values = [scale * row[metric]["value"] if metric in row else float("nan") for row in rows_of]
                panel.plot(places, values, label=f"round {number}", marker="o", ms=3)
            panel.set_xticks(places)
    rows[0][0].legend(frameon=False, loc="lower right")
    return figure


def _panels(below: str, retrievers: list[str]) -> tuple[Figure, list[list[Axes]]]:
    """A panel for each retriever and metric that is drawn. No window, no state of pyplot's."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "dir-tir"  # the same figure gives the same file
    metrics = list(_metrics().values())
    figure = Figure(figsize=(4.5 * len(metrics), 3.6 * len(retrievers)), layout="constrained")
    rows = [list(panels) for panels in figure.subplots(len(retrievers), len(metrics), squeeze=False)]
    for retriever, panels in zip(retrievers, rows, strict=True):
        for panel, metric in zip(panels, metrics, strict=True):
            title = f"{metric.title}, %" if metric.percent else metric.title
            panel.set_title(f"{title}, {retriever}" if len(retrievers) > 1 else title, loc="left")
            panel.set_xlabel(below)
            if metric.percent:
                panel.set_ylim(0, 102)
            panel.grid(alpha=0.25)
            panel.spines[["top", "right"]].set_visible(False)
    return figure, rows
