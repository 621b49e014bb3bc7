"""The command ``eval``: what it takes, and what it hands to the evaluation. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError

if TYPE_CHECKING:
    from ...evaluation.runner import Task
    from ...graph.config import Config
    from ...tools.workspace import Workspace

_SHARE = 10  # of a gallery without a published N, Algorithm 1 looks at the tenth part


def add_options(command: argparse.ArgumentParser, positive: Callable[[str], int]) -> None:
    """What may be said beside postcards, rounds and seed."""
    say = command.add_argument
    say("--targets", type=positive, default=50, help="how many (default %(default)s)")
    say("--at-once", type=positive, default=1, help="conversations held at a time (default %(default)s)")
    say("--methods", default="dir-tir", metavar="A,B", help="dir-tir, drm, irm, dar, zs, plugir (default %(default)s)")
    say("--exclude-shown", action="store_true", help="what was shown and missed is not shown again")
    say(
        "--profile", action="append", metavar="NAME", help="whose models; given twice, two retrievers beside each other (default miniature)"
    )
    own = command.add_argument_group("looking for pictures of a gallery instead of postcards")
    own.add_argument("--gallery", metavar="NAME", help="where to search; one for each profile", action="append")
    own.add_argument(
        "--descriptions", type=Path, metavar="FILE", help="first descriptions: captions of COCO, Karpathy or PlugIR, dialogues, own lines"
    )
    own.add_argument("--images", type=Path, metavar="DIR", help="what the file's names are relative to (default: the file's folder)")
    own.add_argument("--pool", type=Path, metavar="FILE", help="the search space that a file of captions belongs to line by line")
    own.add_argument("--split", default="", help="of a file with splits (Karpathy), the pictures of this one only")
    own.add_argument("--dataset", choices=("visdial", "coco", "flickr30k"), help="sets the N of Algorithm 1 as published")
    own.add_argument("--related-size", type=positive, metavar="N", help="or sets it (default: a tenth of the gallery)")
    instead = command.add_argument_group("instead of conversations")
    instead.add_argument("--compare", nargs=2, metavar="RUN", help="the difference of two runs on the same targets; RUN or RUN:METHOD")
    instead.add_argument("--replay", type=Path, metavar="FILE", help="score published dialogues (VisDial, ChatIR) with --images and --pool")
    instead.add_argument("--mend", action="store_true", help="of a replay: repair dirty dialogues first, and count what was repaired")


def evaluate(workspace: Workspace, options: argparse.Namespace) -> None:
    """Do what the options say."""
    profiles = options.profile or ["miniature"]
    if options.compare:
        from ...evaluation.comparison import compare, told

        for found in compare(workspace.home, *options.compare):
            print("\n".join(told(found)), end="\n\n")
    elif options.replay:
        if options.images is None:
            raise InputError("--replay needs --images DIR, the folder that the names of the search space are relative to")
        from ...evaluation.replay import replay

        replay(workspace, options.replay, options.pool, options.images, profiles[0], mend=options.mend)
    else:
        looking = _in_gallery(workspace, options, profiles) if options.gallery else _for_postcards(workspace, options, profiles)
        from ...evaluation.command import evaluate

        evaluate(workspace, *looking, options.at_once, options.methods.split(","))


def _for_postcards(workspace: Workspace, options: argparse.Namespace, profiles: list[str]) -> tuple[list[Config], list[Task]]:
    """Draws and indexes the gallery where it is not there yet."""
    from ...evaluation.postcards import postcards_gallery
    from ...evaluation.runner import read_tasks

    drawn = [postcards_gallery(workspace, options.postcards, profile) for profile in profiles]
    related = options.related_size or max(10, options.postcards // _SHARE)
    configs = [_config(options, profile, gallery.gallery, related) for profile, gallery in zip(profiles, drawn, strict=True)]
    return configs, read_tasks(drawn[0].descriptions, options.targets, options.seed)


def _in_gallery(workspace: Workspace, options: argparse.Namespace, profiles: list[str]) -> tuple[list[Config], list[Task]]:
    if options.descriptions is None:
        raise InputError("--gallery needs --descriptions FILE: how somebody would begin to describe its pictures")
    if len(options.gallery) != len(profiles):
        raise InputError(
            f"{len(profiles)} profiles and {len(options.gallery)} galleries: give one --gallery for each --profile, in their order"
        )
    from ...evaluation.datasets import RELATED, read_described, tasks_of

    described = read_described(options.descriptions, options.pool, options.split)
    for reason, count in described.left_out.items():
        print(f"left out of {options.descriptions.name}: {count} entries ({reason})")
    first = _config(options, profiles[0], options.gallery[0], 1)
    search = workspace.search(first.gallery, first.profile)
    related = options.related_size or (RELATED[options.dataset] if options.dataset else max(10, len(search) // _SHARE))
    tasks = tasks_of(described.pairs, options.images or options.descriptions.parent, search, options.targets, options.seed)
    pairs = zip(profiles, options.gallery, strict=True)
    return [_config(options, profile, gallery, min(related, len(search))) for profile, gallery in pairs], tasks


def _config(options: argparse.Namespace, profile: str, gallery: str, related: int) -> Config:
    """The simulated user's target is set for each conversation."""
    from ...graph.config import Config

    return Config(
        profile=profile,
        gallery=gallery,
        max_rounds=options.rounds,
        related_size=related,
        seed=options.seed,
        exclude_shown=options.exclude_shown,
    )
