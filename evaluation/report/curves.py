"""The figures of a run: curves by round, as in the paper's figures 2 and 3, and the sweep over shares, as in its figure 4."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..methods import SHARES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_Methods = dict[str, list[dict[str, Any]]]  # method → rows by round
_CURVES = {
    "dir-tir": ("DIR-TIR", "#c2410c"),
    "drm": ("Dialog Refiner alone", "#1d4ed8"),
    "irm": ("Image Refiner alone", "#15803d"),
    "dar": ("scores added (DAR)", "#7e22ce"),
    "plugir": ("five questions (PlugIR)", "#be185d"),
    "ft": ("raw dialogue, tuned encoder (FT)", "#0f766e"),
    "zs": ("raw dialogue (ZS)", "#6b7280"),
}


def save_curves(summary: dict[str, Any], folder: Path) -> list[Path]:
    """Write ``curves`` and, where shares were told apart, ``shares`` as PNG and SVG, a row for each retriever; returns the SVG files."""
    by_retriever: dict[str, _Methods] = {}
    for method in summary["methods"]:
        by_retriever.setdefault(method["retriever"], {})[method["method"]] = method["rounds"]
    drawn = [("curves", _by_round(by_retriever))]
    shared = {retriever: methods for retriever, methods in by_retriever.items() if SHARES.keys() <= methods.keys()}
    if shared:
        drawn.append(("shares", _by_share(shared)))
    for name, figure in drawn:
        figure.savefig(folder / f"{name}.png", dpi=150)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    return [folder / f"{name}.svg" for name, _ in drawn]


def _by_round(by_retriever: dict[str, _Methods]) -> Figure:
    figure, rows = _panels("round", list(by_retriever))
    for methods, panels in zip(by_retriever.values(), rows, strict=True):
        for panel, metric in zip(panels, ("hits@10", "recall@10"), strict=True):
            for name in filter(methods.__contains__, _CURVES):
                label, colour = _CURVES[name]
                rounds = [row["round"] for row in methods[name]]
                low, high = ([100 * row[metric][end] for row in methods[name]] for end in ("low", "high"))
                panel.plot(rounds, [100 * row[metric]["value"] for row in methods[name]], label=label, color=colour, marker="o", ms=3)
                panel.fill_between(rounds, low, high, color=colour, alpha=0.12, lw=0)
            panel.set_xticks(rounds)
    rows[0][0].legend(frameon=False, loc="lower right")
    return figure


def _by_share(by_retriever: dict[str, _Methods]) -> Figure:
    figure, rows = _panels("places of the dialog among the ten", list(by_retriever))
    at_share = {share: name for name, share in SHARES.items()}
    for methods, panels in zip(by_retriever.values(), rows, strict=True):
        last = len(methods["drm"]) - 1
        for panel, metric in zip(panels, ("hits@10", "recall@10"), strict=True):
            for number in sorted({min(n, last) for n in (1, 3, 5, 10)}):
                values = [100 * methods[at_share[share]][number][metric]["value"] for share in range(11)]
                panel.plot(range(11), values, label=f"round {number}", marker="o", ms=3)
            panel.set_xticks(range(11))
    rows[0][0].legend(frameon=False, loc="lower right")
    return figure


def _panels(below: str, retrievers: list[str]) -> tuple[Figure, list[list[Axes]]]:
    """Two panels for each retriever, Hits@10 and Recall@10 in per cent. No window, no state of pyplot's."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "dir-tir"  # the same figure gives the same file
    figure = Figure(figsize=(9, 3.6 * len(retrievers)), layout="constrained")
    rows = [list(panels) for panels in figure.subplots(len(retrievers), 2, sharey=True, squeeze=False)]
    for retriever, panels in zip(retrievers, rows, strict=True):
        for panel, name in zip(panels, ("Hits@10", "Recall@10"), strict=True):
            panel.set_title(f"{name}, {retriever}" if len(retrievers) > 1 else name, loc="left")
            panel.set_xlabel(below)
            panel.set_ylim(0, 102)
            panel.grid(alpha=0.25)
            panel.spines[["top", "right"]].set_visible(False)
        panels[0].set_ylabel("%")
    return figure, rows
