"""What "no boats", "not red" and "no rain" do to a page of postcards: what of it is still shown, and whether the picture is still found.

    python -m dir_tir.benchmarks.ruling_out --targets 200 --profile miniature-blip

For each target a part of the truth is described and painted, and up to three things of each sort are ruled out, all of them truly. Pages
are those of round 1, with and without what is ruled out. A line of JSON for each sort and each ranking; percentages of all targets.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tqdm import tqdm

from ..contracts import PAGE
from ..evaluation.postcards import postcards_gallery
from ..miniature.world.drawing import draw
from ..miniature.world.knowledge import Group, Knowledge, glimpse
from ..miniature.world.language import first_description, plain
from ..miniature.world.scene import COLOURS, KINDS, POSITIONS, SIZES, TIMES, Scene, Thing, sample, scenes
from ..miniature.world.words import plural
from ..tools.fusion import FUSIONS
from ..tools.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tools.fusion import Fused, Scores
    from ..tools.search import Search

_RANKINGS = ("slots", "newest", "slots+hubs", "newest+hubs")
_SKIES = {"clear": "clear sky", "clouds": "clouds", "rain": "rain", "snow": "snow"}
_SIDE = 192  # pixels of a painting


class Denial(NamedTuple):
    """What is said not to be there, and which postcards show it all the same."""

    text: str
    shows: Callable[[Scene], bool]


@dataclass(frozen=True)
class Case:
    """Somebody with a postcard in mind, in round 1."""

    target: int
    begun: str  # the first description
    described: str
    painting: Scene  # what a painter makes of the description: what it does not say is made up
    denied: dict[str, list[Denial]]  # by sort


def cases(cards: Sequence[Scene], count: int, seed: int) -> Iterator[Case]:
    """``count`` different targets, with one to three denials of each sort. ``seed`` settles everything."""
    for target in random.Random(seed).sample(range(len(cards)), count):
        rng, scene = random.Random(f"{seed}/{target}"), cards[target]
        known = glimpse(rng, scene)
        sorts = {"kinds": _kinds(scene), "colours": _colours(scene), "weather and time": _settings(scene)}
        denied = {sort: rng.sample(true, min(len(true), rng.randint(1, 3))) for sort, true in sorts.items()}
        denied["together"] = [each for some in denied.values() for each in some]
        yield Case(target, first_description(rng, scene)[0], plain(known), imagined(rng, known), denied)


def imagined(rng: random.Random, known: Knowledge) -> Scene:
    """A scene in which everything is as it is known, and all else as it comes."""
    other = sample(rng, allow_held_out=True)
    free = [position for position in POSITIONS if not known.at(position)]
    rng.shuffle(free)
    groups = {group.position or free.pop(): _thing(rng, group) for group in known.groups}
    named = {group.kind for group in known.groups}
    for position, thing in other.placed():
        if position not in groups and position not in known.empty and thing.kind not in named:
            groups[position] = thing
    left, middle, right = (groups.get(position) for position in POSITIONS)
    return Scene(known.place or other.place, known.time or other.time, known.weather or other.weather, (left, middle, right), other.seed)


def measure(search: Search, cards: Sequence[Scene], rows: Sequence[int], some: Sequence[Case]) -> Iterator[dict[str, float | str]]:
    """A dictionary for each sort and ranking. ``rows``: where each card stands in the scores."""
    card_at = dict(zip(rows, cards, strict=True))
    counted: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    with TemporaryDirectory() as folder:
        for number, case in enumerate(tqdm(some, desc="ranking", unit="target")):
            draw(case.painting, _SIDE).save(painting := str(Path(folder, f"{number}.png")))
            pages = {ranking: _page(search, case, painting, ranking, ()) for ranking in _RANKINGS}
            for sort, denied in case.denied.items():
                for ranking, before in pages.items():
                    after = _page(search, case, painting, ranking, [each.text for each in denied])
                    both = (_seen(fused, card_at, denied, rows[case.target]) for fused in (before, after))
                    counted.setdefault((sort, ranking), []).append(tuple(figure for figures in both for figure in figures))
    for (sort, ranking), figures in counted.items():
        names = ("shown before", "hits before", "shown", "hits")
        means = dict(zip(names, (100 * np.mean(figures, axis=0)).round(1).tolist(), strict=True))
        yield {"ruled out": sort, "ranking": ranking, **means}


def _page(search: Search, case: Case, painting: str, ranking: str, ruled_out: Sequence[str]) -> Fused:
    name, _, hubs = ranking.partition("+")
    scores: Scores = search.scores(
        case.described,
        painting,
        dialog_num=7,
        image_num=3,
        round_number=1,
        ruled_out=ruled_out,
        before=[(case.begun, None)],
        hubs=bool(hubs),
    )
    return FUSIONS.named(name).fuse(scores)


def _seen(fused: Fused, card_at: dict[int, Scene], denied: Sequence[Denial], target: int) -> tuple[float, float]:
    """Which part of the page shows any of what is denied, and whether the target is on it."""
    shown = [any(each.shows(card_at[int(row)]) for each in denied) for row in fused.page]
    return sum(shown) / len(shown), float(fused.rank(target) <= PAGE)


def _kinds(scene: Scene) -> list[Denial]:
    return [Denial(plural(kind), lambda card, kind=kind: card.find(kind) is not None) for kind in KINDS if not scene.find(kind)]  # type: ignore[misc]


def _colours(scene: Scene) -> list[Denial]:
    return [
        Denial(f"{colour} {thing.kind}", lambda card, kind=thing.kind, colour=colour: _coloured(card, kind, colour))  # type: ignore[misc]
        for _, thing in scene.placed()
        for colour in COLOURS
        if colour != thing.colour
    ]


def _settings(scene: Scene) -> list[Denial]:
    skies = [
        Denial(text, lambda card, weather=weather: card.weather == weather)  # type: ignore[misc]
        for weather, text in _SKIES.items()
        if weather != scene.weather
    ]
    return skies + [Denial(time, lambda card, time=time: card.time == time) for time in TIMES if time != scene.time]  # type: ignore[misc]


def _coloured(card: Scene, kind: str, colour: str) -> bool:
    found = card.find(kind)
    return found is not None and found[1].colour == colour


def _thing(rng: random.Random, group: Group) -> Thing:
    count = group.count or rng.choice((2, 3))
    return Thing(group.kind, group.colour or rng.choice(COLOURS), group.size or rng.choice(SIZES), count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, default=200)
    parser.add_argument("--postcards", type=int, default=5000)
    parser.add_argument("--profile", default="miniature")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with Workspace() as workspace:
        postcards = postcards_gallery(workspace, options.postcards, options.profile)
        search = workspace.search(postcards.gallery, options.profile)
        cards = list(scenes("test", options.postcards, 0))
        for line in measure(search, cards, rows_of(search, len(cards)), list(cases(cards, options.targets, options.seed))):
            print(json.dumps(line), flush=True)


def rows_of(search: Search, count: int) -> list[int]:
    """Where each of the first ``count`` postcards stands in the scores, by the names of the files."""
    named = {Path(path).name: row for row, record in enumerate(search.vectors.records) for path in record.paths}
    return [named[f"postcard-{number:05}.png"] for number in range(count)]


if __name__ == "__main__":
    main()
