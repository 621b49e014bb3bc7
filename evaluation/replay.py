"""Score published dialogues as they are, without asking or painting anything: anyone with the pictures can check the search by it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ..errors import InputError
from ..plain import shown
from ..store.gallery.indexing import index
from ..store.gallery.sources import Source
from ..tools.search import Search
from ..tools.workspace import Workspace
from .dialogues import Dialogue, read_dialogues, read_pool
from .manifest import made_of, refuse_another
from .methods import PAGING
from .metrics import Ranks, definitions
from .ranking import paging
from .report.curves import save_curves
from .report.summary import figured
from .report.tables import format_reaching, format_rounds, write_json, write_tables

SEPARATOR = ", "  # between caption and turns, as ChatIR joins them


def replay(
    workspace: Workspace, dialogues: Path, pool: Path | None, images: Path, profile: str, *, mend: bool, out: Path | None = None
) -> Path:
    """Embed the search space where that is not done yet, rank every dialogue's picture in every round, print and keep the figures.

    Without a ``pool`` the search space is the dialogues' own pictures. Raises InputError when a picture is not in ``images``, or when
    ``out`` has another run in it.
    """
    read = read_dialogues(dialogues, mend=mend)
    names = read_pool(pool) if pool else sorted({dialogue.image for dialogue in read.dialogues})
    paths = paths_of(names, images)
    models = workspace.models(profile)
    key = hashlib.sha256("\n".join([str(images.absolute()), *names]).encode()).hexdigest()[:8]
    gallery = f"replay-{len(names)}-{key}-{models.encoder_fingerprint[:6]}"
    made = _manifest(dialogues, names, models.encoder_fingerprint, mend=mend)
    if out:
        refuse_another(out, made)
    with tqdm(total=len(names), desc="indexing", unit="picture") as bar:
        sources = [Source(paths[name], (name,)) for name in names]
        done = index(sources, workspace.store, gallery, models.encoder, progress=lambda at, _: bar.update(at - bar.n) and None)
    if done.broken:
        raise InputError(f"{len(done.broken)} pictures of the search space cannot be read, {done.broken[0][0]} for one")
    search = workspace.search(gallery, profile)
    by_path = {path: id_ for id_ in search.ids for path in search.record(id_).paths}  # the same picture under two names is one
    ids = {name: by_path[str(source.path)] for name, source in zip(names, sources, strict=True)}
    known = [dialogue for dialogue in read.dialogues if dialogue.image in ids]
    if not known:
        raise InputError(f"no dialogue of {dialogues} is about a picture of {pool}")
    with tqdm(total=len(known), desc="replaying", unit="dialogue") as bar:
        ranks = ranks_of(known, search, ids, advance=lambda: bar.update() and None)
    paged = np.array([paging(int(first), ranks.shape[1]) for first in ranks[:, 0]])
    kind = models.profile.encoder.kind
    summary = {
        "methods": [figured("replay", kind, ranks, _answered(known)), figured(PAGING, kind, paged, _paged(ranks.shape[1]))],
        "dialogues": len(known),
        "not in the search space": len(read.dialogues) - len(known),
        "mended": read.mended,
        "refused": read.refused,
    }
    folder = out or workspace.home.evaluations / f"{gallery}-{dialogues.stem}{'-mended' if mend else ''}"
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "manifest.json", made)
    write_tables(folder, summary)
    save_curves(summary, folder)
    _print(summary, folder)
    return folder


def paths_of(names: Sequence[str], images: Path) -> dict[str, Path]:
    """Where the pictures of a search space are: at their name under ``images``, or, of a bare number, in the file whose name ends in it.

    Raises InputError when some are not there.
    """
    by_number: dict[int, Path] = {}
    if any(name.isdecimal() for name in names):
        numbered = ((re.search(r"(\d+)$", path.stem), path) for path in sorted(images.rglob("*")))
        by_number = {int(number[1]): path for number, path in numbered if number}
    paths = {name: by_number.get(int(name), images / name) if name.isdecimal() else images / name for name in names}
    missing = [name for name, path in paths.items() if not path.is_file()]
    if missing:
        raise InputError(f"{images} lacks {len(missing)} of {len(names)} pictures of the search space, {missing[0]} for one")
    return {name: path.absolute() for name, path in paths.items()}


def ranks_of(dialogues: Sequence[Dialogue], search: Search, ids: Mapping[str, str], advance: Callable[[], None] = lambda: None) -> Ranks:
    """(dialogues, rounds): the rank from 1 of each dialogue's picture for caption and turns up to each round.

    A dialogue that is shorter than the longest keeps its last rank.
    """
    rounds = max(len(dialogue.texts) for dialogue in dialogues)
    rows = []
    for dialogue in dialogues:
        texts = [SEPARATOR.join(dialogue.texts[: number + 1]) for number in range(len(dialogue.texts))]
        ranks = [search.ranks_by_text(text, [ids[dialogue.image]])[0] for text in texts]
        rows.append(ranks + ranks[-1:] * (rounds - len(ranks)))
        advance()
    return np.array(rows)


def _manifest(dialogues: Path, names: Sequence[str], encoder: str, *, mend: bool) -> dict[str, Any]:
    said, space = (hashlib.sha256(content).hexdigest()[:16] for content in (dialogues.read_bytes(), "\n".join(names).encode()))
    return made_of({"dialogues": said, "search space": space, "encoder": encoder, "mended": mend})


def _answered(dialogues: Sequence[Dialogue]) -> list[dict[str, float | None]]:
    """An answer each round, as long as a dialogue lasts; nothing says how long it took."""
    turns = np.array([len(dialogue.texts) - 1 for dialogue in dialogues])
    return [{"answers": float(turns.clip(max=number).mean()), "clicks": 0, "seconds": None} for number in range(turns.max() + 1)]


def _paged(rounds: int) -> list[dict[str, float | None]]:
    return [{"answers": 0, "clicks": number, "seconds": None} for number in range(rounds)]


def _print(summary: dict[str, Any], folder: Path) -> None:
    for method in summary["methods"]:
        for line in [*format_rounds(method["rounds"], f"{shown(method['method'])}: round"), ""]:
            print(line)
    print("\n".join([*format_reaching(summary), "", *definitions()]))
    counts = {name: summary[name] for name in ("not in the search space", "mended", "refused") if summary[name]}
    print(
        f"\n{summary['dialogues']} dialogues{''.join(f'; {name}: {dict(n) if isinstance(n, dict) else n}' for name, n in counts.items())}"
    )
    print(f"manifest.json, summary.json, summary.csv, table.tex and curves are in {shown(folder)}")
