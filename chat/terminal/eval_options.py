"""The command ``eval``: what it takes, and what it hands to the evaluation. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...tools.profiles.profile import DEFAULT
from .option_types import positive
from .ray_option import add_ray_option
from .setting_options import add_setting_options, settings_given

if TYPE_CHECKING:
    from ...evaluation.conversing import Task
    from ...evaluation.postcards import Postcards
    from ...graph.config import Config
    from ...tools.workspace import Workspace

_SHARE = 10  # of a gallery without a published N, Algorithm 1 looks at the tenth part,
_MOST = 500  # and at no more than the published N for the largest, VisDial's with 50,000


def add_options(command: argparse.ArgumentParser) -> None:
    """Everything that may be said, the settings of the conversations included."""
    from ...evaluation.methods import DIR_TIR, known_methods

    say = command.add_argument
    say("--postcards", type=positive, default=2000, help="size of the gallery (default %(default)s)")
    say("--twins", action="store_true", help="and twenty look-alikes of every target, each different from it in one attribute")
    say("--without-captions", action="store_true", help="of postcards, as if nobody had captioned them: words stand for captions")
    say("--targets", type=positive, default=50, help="how many (default %(default)s)")
    say("--at-once", type=positive, default=1, help="conversations at the same time (default %(default)s)")
    say(
        "--clicks",
        nargs="?",
        const="alone",
        default="none",
        choices=("alone", "also"),
        help="the simulated user points at the nearest of the ten and answers nothing, or (also) points beside answering; alone, it is "
        "shown nothing twice",
    )
    say(
        "--user",
        default="exact",
        choices=("exact", "clumsy"),
        help="how the simulated user answers: as the vision model says, or as people do, who deny, correct themselves, misremember and "
        "take it back, point instead of answering and do not know (default %(default)s)",
    )
    named = ", ".join(name for name, method in known_methods().items() if not method.dear)
    say(
        "--methods", default=DIR_TIR, metavar="A,B", help=f"{named}; with a matching head also slots+rerank and so on (default %(default)s)"
    )
    say(
        "--profile",
        action="append",
        metavar="NAME",
        help="whose models; given twice, two retrievers side by side (default: the gallery's own, for postcards miniature)",
    )
    say(
        "--out",
        type=Path,
        metavar="DIR",
        help="the folder of the run (default: one below DIR_TIR_HOME, named after all that it depends on)",
    )
    add_ray_option(command, "converse on the workers of a Ray cluster, --at-once on each")
    own = command.add_argument_group("looking for pictures of a gallery instead of postcards")
    own.add_argument("--gallery", metavar="NAME", help="where to search; one for each profile", action="append")
    own.add_argument(
        "--descriptions", type=Path, metavar="FILE", help="first descriptions: captions of COCO, Karpathy or PlugIR, dialogues, own lines"
    )
    own.add_argument("--images", type=Path, metavar="DIR", help="what the file's names are relative to (default: the file's folder)")
    own.add_argument("--pool", type=Path, metavar="FILE", help="the search space that a file of captions belongs to line by line")
    own.add_argument("--split", default="", help="of a file with splits (Karpathy), the pictures of this one only")
    own.add_argument("--dataset", choices=("visdial", "coco", "flickr30k"), help="sets the N of Algorithm 1 as published")
    add_setting_options(command, filters=False)  # the simulated user looks for any picture
    instead = command.add_argument_group("instead of conversations")
    instead.add_argument("--compare", nargs=2, metavar="RUN", help="the difference of two runs on the same targets; RUN or RUN:METHOD")
    instead.add_argument("--replay", type=Path, metavar="FILE", help="score published dialogues (VisDial, ChatIR) with --images and --pool")
    instead.add_argument("--vectors", type=Path, metavar="FILE", help="score every fusion on embeddings in an .npz file")
    instead.add_argument("--mend", action="store_true", help="of a replay: repair dirty dialogues first, and count what was repaired")


def evaluate(workspace: Workspace, options: argparse.Namespace) -> None:
    """Do what the options say."""
    from ..library.profile_choice import profile_of

    if options.user != "exact" and (options.compare or options.vectors or options.replay):
        raise InputError(f"--user {options.user} is for conversations: what was said before is scored as it is; leave it out")
    if options.ray is not None and (options.compare or options.vectors or options.replay):
        raise InputError("--ray is for conversations: nothing is said where runs are compared or scored; leave it out")
    profiles = options.profile or [profile_of(workspace, gallery) for gallery in options.gallery or ()] or [DEFAULT]
    if options.compare:
        from ...evaluation.comparison import compare, format_comparison

        for found in compare(workspace.home, *options.compare):
            print("\n".join(format_comparison(found)), end="\n\n")
    elif options.vectors:
        from ...evaluation.vector_command import score_vectors

        score_vectors(workspace.home, options.vectors, _seed(options), options.out)
    elif options.replay:
        if options.images is None:
            raise InputError("--replay needs --images DIR, the folder that the names of the search space are relative to")
        from ...evaluation.replay import replay

        replay(workspace, options.replay, options.pool, options.images, profiles[0], mend=options.mend, out=options.out)
    else:
        if options.twins and options.gallery:
            raise InputError("--twins are drawn and --gallery names pictures that are there: leave one of them out")
        if options.without_captions and options.gallery:
            raise InputError("--without-captions is for postcards: index the pictures of your own gallery without captions instead")
        looking = _in_gallery(workspace, options, profiles) if options.gallery else _for_postcards(workspace, options, profiles)
        from ...evaluation.command import evaluate

        evaluate(workspace, *looking, options.at_once, options.methods.split(","), options.out, options.ray)


def _for_postcards(workspace: Workspace, options: argparse.Namespace, profiles: list[str]) -> tuple[list[Config], list[Task]]:
    """Draws and indexes the gallery where it is not there yet."""
    from ...evaluation.postcards import postcards_gallery, twins_gallery
    from ...evaluation.runner import read_tasks

    captioned = not options.without_captions

    def of(profile: str) -> Postcards:
        if options.twins:
            return twins_gallery(workspace, options.postcards, profile, options.targets, _seed(options), captioned=captioned)
        return postcards_gallery(workspace, options.postcards, profile, captioned=captioned)

    drawn = [of(profile) for profile in profiles]
    related = _related(drawn[0].pictures)
    configs = [config_of(options, profile, gallery.gallery, related) for profile, gallery in zip(profiles, drawn, strict=True)]
    return configs, read_tasks(drawn[0].descriptions, options.targets, _seed(options))


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
    search = workspace.search(options.gallery[0], profiles[0])
    related = RELATED[options.dataset] if options.dataset else _related(len(search))
    tasks = tasks_of(described.pairs, options.images or options.descriptions.parent, search, options.targets, _seed(options))
    pairs = zip(profiles, options.gallery, strict=True)
    return [config_of(options, profile, gallery, min(related, len(search))) for profile, gallery in pairs], tasks


def config_of(options: argparse.Namespace, profile: str, gallery: str, related: int) -> Config:
    """The settings that the options make for a profile and its gallery. The simulated user's target is set for each conversation."""
    from ...graph.config import Config

    passing = {"exclude_shown": True} if options.clicks == "alone" else {}  # without answers the same page would come again and again
    settings = {"related_size": related, **passing, **settings_given(options)}
    return Config(profile=profile, gallery=gallery, clicks=options.clicks, manner=options.user, **settings)


def _related(pictures: int) -> int:
    return min(_MOST, max(10, pictures // _SHARE))


def _seed(options: argparse.Namespace) -> int:
    """Of the targets, too."""
    from ...graph.config import Config

    return int(settings_given(options).get("seed", Config.seed))
