"""The command ``dir-tir``. Only the standard library is imported before a command is chosen, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from ..errors import DirTirError, InputError

REFUSED = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0, 2 for input that was refused with a reason, 130 when interrupted."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except DirTirError as error:
        print(f"dir-tir: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\ndir-tir: interrupted; the same command goes on from here", file=sys.stderr)
        return INTERRUPTED
    return 0


class _Parser(argparse.ArgumentParser):
    """Refuses in one line, as every other refusal does; `--help` has the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"dir-tir: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="dir-tir", description="Find a picture by talking about it.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('dir-tir')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="watch a conversation find a postcard, offline")
    _looking_for_postcards(demo)
    demo.set_defaults(run=_demo)

    index = commands.add_parser("index", help="make or bring up to date a gallery of a folder's pictures")
    index.add_argument("folder", type=Path)
    index.add_argument("--gallery", required=True, help="its name")
    index.add_argument("--profile", default="miniature", help="whose encoder (default %(default)s)")
    index.set_defaults(run=_index)

    chat = commands.add_parser("chat", help="find a picture of a gallery yourself")
    where = chat.add_mutually_exclusive_group(required=True)
    where.add_argument("--gallery", help="where to search")
    where.add_argument("--resume", metavar="ID", help="go on with a conversation")
    chat.add_argument("--profile", default="miniature", help="which models (default %(default)s)")
    chat.add_argument("--seed", type=int, default=0)
    chat.set_defaults(run=_chat)

    evaluation = commands.add_parser("eval", help="let the simulated user look for many postcards, and count")
    evaluation.add_argument("--targets", type=_positive, default=50, help="how many (default %(default)s)")
    evaluation.add_argument("--at-once", type=_positive, default=1, help="conversations held at a time (default %(default)s)")
    evaluation.add_argument("--methods", default="dir-tir", metavar="A,B", help="dir-tir, drm, irm, dar, zs, plugir (default %(default)s)")
    evaluation.add_argument("--exclude-shown", action="store_true", help="what was shown and missed is not shown again")
    evaluation.add_argument(
        "--compare", nargs=2, metavar="RUN", help="instead, the difference of two runs on the same targets; RUN or RUN:METHOD"
    )
    evaluation.add_argument(
        "--benchmark", action="store_true", help="instead, hold them one after another and then at once, and say where the time goes"
    )
    _looking_for_postcards(evaluation)
    evaluation.add_argument(
        "--replay", type=Path, metavar="FILE", help="score published dialogues (VisDial, ChatIR) instead; needs --images"
    )
    evaluation.add_argument("--pool", type=Path, metavar="FILE", help="of a replay: the search space, a JSON list of picture names")
    evaluation.add_argument("--images", type=Path, metavar="DIR", help="of a replay: where the pictures are")
    evaluation.add_argument("--mend", action="store_true", help="of a replay: repair dirty dialogues first, and count what was repaired")
    evaluation.add_argument("--profile", default="miniature", help="of a replay: whose encoder (default %(default)s)")
    evaluation.set_defaults(run=_eval)

    models = commands.add_parser("models", help="what the models of a profile need and what is here; fetch them")
    models.add_argument("--profile", action="append", default=[], metavar="NAME", help="may be repeated (default: all that ship)")
    models.add_argument("--fetch", action="store_true", help="fetch what is not here; afterwards no network is needed")
    models.set_defaults(run=_models)

    miniature = commands.add_parser("miniature", help="draw postcards into a folder")
    miniature.add_argument("folder", type=Path)
    miniature.add_argument("--postcards", type=_positive, default=2000)
    miniature.add_argument("--seed", type=int, default=0)
    miniature.set_defaults(run=_miniature)
    return parser


def _looking_for_postcards(command: argparse.ArgumentParser) -> None:
    command.add_argument("--postcards", type=_positive, default=2000, help="size of the gallery (default %(default)s)")
    command.add_argument("--rounds", type=_positive, default=10, help="rounds at most (default %(default)s)")
    command.add_argument("--seed", type=int, default=0, help="which postcards are looked for (default %(default)s)")


def _demo(options: argparse.Namespace) -> None:
    from .demo import demo

    demo(postcards=options.postcards, rounds=options.rounds, seed=options.seed)


def _index(options: argparse.Namespace) -> None:
    from .galleries import index_folder

    index_folder(options.folder, options.gallery, options.profile)


def _chat(options: argparse.Namespace) -> None:
    from .terminal import chat

    chat(gallery=options.gallery, profile=options.profile, seed=options.seed, resume=options.resume)


def _eval(options: argparse.Namespace) -> None:
    if options.compare:
        from ..evaluation.comparison import compare, told

        for found in compare(*options.compare):
            print("\n".join(told(found)), end="\n\n")
        return
    if options.replay:
        if options.images is None:
            raise InputError("--replay needs --images DIR, the folder that the names of the search space are relative to")
        from ..evaluation.replay import replay

        replay(options.replay, options.pool, options.images, options.profile, mend=options.mend)
        return
    from .evaluate import benchmark_postcards, evaluate_postcards

    if options.benchmark:
        benchmark_postcards(options.targets, options.postcards, options.rounds, options.seed, options.at_once)
        return
    evaluate_postcards(
        options.targets,
        options.postcards,
        options.rounds,
        options.seed,
        options.at_once,
        options.methods.split(","),
        exclude_shown=options.exclude_shown,
    )


def _models(options: argparse.Namespace) -> None:
    from .models import fetch_models, list_models

    if options.fetch:
        if not options.profile:
            raise InputError("--fetch needs --profile NAME: all profiles together are 80 GB")
        fetch_models(options.profile)
    list_models(options.profile)


def _miniature(options: argparse.Namespace) -> None:
    from .galleries import draw_postcards

    draw_postcards(options.folder, options.postcards, options.seed)


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return int(text)
