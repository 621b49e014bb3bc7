"""The figures of a run: curves by round, as in the paper's figures 2 and 3, and the sweep over shares, as in its figure 4."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .methods import SHARES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
    """Write ``curves`` and, where shares were told apart, ``shares`` as PNG and SVG; returns the SVG files."""
    methods = {method["method"]: method["rounds"] for method in summary["methods"]}
    drawn = [("curves", _by_round(methods))]
    if {"drm", "irm"} <= methods.keys():
        drawn.append(("shares", _by_share(methods)))
    for name, figure in drawn:
        figure.savefig(folder / f"{name}.png", dpi=150)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    return [folder / f"{name}.svg" for name, _ in drawn]


def _by_round(methods: dict[str, list[dict[str, Any]]]) -> Figure:
    figure, panels = _panels("round")
    for panel, metric in zip(panels, ("hits@10", "recall@10"), strict=True):
        for name in filter(methods.__contains__, _CURVES):
            label, colour = _CURVES[name]
            rounds = [row["round"] for row in methods[name]]
            low, high = ([100 * row[metric][end] for row in methods[name]] for end in ("low", "high"))
            panel.plot(rounds, [100 * row[metric]["value"] for row in methods[name]], label=label, color=colour, marker="o", ms=3)
            panel.fill_between(rounds, low, high, color=colour, alpha=0.12, lw=0)
        panel.set_xticks(rounds)
    panels[0].legend(frameon=False, loc="lower right")
    return figure


def _by_share(methods: dict[str, list[dict[str, Any]]]) -> Figure:
    figure, panels = _panels("places of the dialog among the ten")
    at_share = {share: name for name, share in SHARES.items()}
    last = len(methods["drm"]) - 1
    for panel, metric in zip(panels, ("hits@10", "recall@10"), strict=True):
        for number in sorted({min(n, last) for n in (1, 3, 5, 10)}):
            values = [100 * methods[at_share[share]][number][metric]["value"] for share in range(11)]
            panel.plot(range(11), values, label=f"round {number}", marker="o", ms=3)
        panel.set_xticks(range(11))
    panels[0].legend(frameon=False, loc="lower right")
    return figure


def _panels(below: str) -> tuple[Figure, list[Axes]]:
    """Two panels, Hits@10 and Recall@10 in per cent. No window, no state of pyplot's."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "dir-tir"  # the same figure gives the same file
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    panels = list(figure.subplots(1, 2, sharey=True))
    for panel, name in zip(panels, ("Hits@10", "Recall@10"), strict=True):
        panel.set_title(name, loc="left")
        panel.set_xlabel(below)
        panel.set_ylim(0, 102)
        panel.grid(alpha=0.25)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("%")
    return figure, panels
