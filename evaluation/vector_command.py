"""``dir-tir eval --vectors FILE.npz``: every fusion on embeddings, printed as a table and kept as a run folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ..store.gallery.hubs import hubs_of
from .manifest import made_of, name_of, refuse_another
from .methods import HUBS, PAGING, PASSING
from .metrics import definitions
from .report.curves import save_curves
from .report.summary import figured
from .report.tables import format_chosen, format_reaching, write_json, write_tables
from .vector_ranks import CLICKS, NOISE, ranks_on
from .vectors import VectorSet, read_vectors

if TYPE_CHECKING:
    from pathlib import Path

    from ..store.gallery.hubs import Hubs
    from ..store.home import Home

_RETRIEVER = "vectors"
_BEST = "newest"
_DRAWN = [_BEST + HUBS + PASSING + CLICKS, _BEST + HUBS + PASSING, _BEST + HUBS, _BEST, "sum", "slots", "drm", "zs", PAGING]


def score_vectors(home: Home, file: Path, seed: int = 0, out: Path | None = None) -> Path:
    """Rank every query by every method, print and keep the figures; returns the folder. Raises InputError for an unusable file."""
    vectors = read_vectors(file)
    hubs = hubs_of(vectors.images, vectors.bank, vectors.captions)
    made = _manifest(file, vectors, hubs, seed)
    folder = out or home.evaluations / f"{_RETRIEVER}-{file.stem[:40]}-{name_of(made)}"
    if out:
        refuse_another(out, made)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "manifest.json", made)
    with tqdm(total=len(vectors.texts), desc="ranking", unit="query") as bar:
        ranked = ranks_on(vectors, hubs.values, seed, lambda: bar.update() and None)
    methods = [figured(name, _RETRIEVER, ranks, _spent(name, vectors)) for name, ranks in ranked.items()]
    summary = {"methods": methods, "failed": [], "broken": []}
    write_tables(folder, summary)
    drawn = {each["method"]: each for each in methods}
    save_curves({"methods": [drawn[name] for name in _DRAWN if name in drawn]}, folder)
    print("\n".join([*format_chosen(summary), "", *format_reaching(summary), "", *definitions(), "", *_notes(made)]))
    print(f"manifest.json, summary.json, summary.csv, table.tex and curves are in {folder}")
    return folder


def _manifest(file: Path, vectors: VectorSet, hubs: Hubs, seed: int) -> dict[str, Any]:
    return made_of(
        {
            "vectors": hashlib.sha256(file.read_bytes()).hexdigest()[:16],
            "pictures": len(vectors.images),
            "queries": vectors.texts.shape[0],
            "rounds": vectors.texts.shape[1] - 1,
            "hubs": {"from": hubs.source, "captions": hubs.captions, "captions that were queries, left out": vectors.queries_in_bank},
            "clicks": {"noise": NOISE, "seed": seed},
        }
    )


def _notes(made: dict[str, Any]) -> list[str]:
    """What the figures rest on."""
    setting = made["setting"]
    hubs = setting["hubs"]
    queries = hubs["captions that were queries, left out"]
    left_out = f", {queries} more left out because they are queries" if queries else ""
    source = f"a bank of {hubs['captions']} captions{left_out}" if hubs["from"] == "bank" else f"how crowded pictures lie{left_out}"
    return [f"{setting['queries']} queries in {setting['pictures']} pictures, seed {setting['clicks']['seed']}; hubs from {source}"]


def _spent(name: str, vectors: VectorSet) -> list[dict[str, float | None]]:
    """A round takes the answer about the description, and the one about the painting where there is one; nothing says how long it took."""
    paging = name.startswith(PAGING)
    both = vectors.paintings is not None and not name.startswith(("drm", "zs"))
    answers = 0 if paging else 1 + both
    clicks = 1 if paging or name.endswith(CLICKS) else 0
    return [{"answers": answers * number, "clicks": clicks * number, "seconds": None} for number in range(vectors.texts.shape[1])]
