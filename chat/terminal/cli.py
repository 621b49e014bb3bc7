"""The command ``dir-tir``. Only the standard library is imported before a command is chosen, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ...errors import DirTirError, InputError
from .eval_options import add_options, evaluate

if TYPE_CHECKING:
    from ...tools.workspace import Workspace

REFUSED = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0, 2 for input that was refused with a reason, 130 when interrupted."""
    options = parser().parse_args(arguments)
    try:
        from ...tools.workspace import Workspace

        with Workspace() as workspace:
            options.run(workspace, options)
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
    index.add_argument("--profile", default="", help="whose encoder (default: the gallery's, or what the folder's dir-tir.toml says)")
    index.add_argument("--captions", type=Path, metavar="FILE", help="captions.jsonl, COCO's or Karpathy's (default: the folder's own)")
    index.add_argument("--split", default="", metavar="NAME", help="of a file with splits, the pictures of this one only")
    index.add_argument("--write-captions", action="store_true", help="let the profile's vision model caption pictures that have none")
    index.set_defaults(run=_index)

    chat = commands.add_parser("chat", help="find a picture of a gallery yourself")
    where = chat.add_mutually_exclusive_group(required=True)
    where.add_argument("--gallery", help="where to search")
    where.add_argument("--resume", metavar="ID", help="go on with a conversation")
    chat.add_argument("--profile", default="", help="which models (default: those the gallery was made with)")
    chat.add_argument("--seed", type=int, default=0)
    chat.set_defaults(run=_chat)

    web = commands.add_parser("web", help="open the page for finding pictures in a browser")
    web.add_argument("--gallery", default="", help="whose models to load first (the page lets one choose)")
    web.add_argument("--profile", default="", help="which models (default: for each gallery those it was made with)")
    _serving(web, port=8020)
    web.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    web.set_defaults(run=_web)

    mcp = commands.add_parser("mcp", help="serve a gallery's search to chatbots (Model Context Protocol)")
    mcp.add_argument("--gallery", required=True, help="where to search")
    mcp.add_argument("--profile", default="", help="which models (default: those the gallery was made with)")
    mcp.add_argument("--http", action="store_true", help="listen at a port instead of speaking over standard input and output")
    _serving(mcp, port=8021)
    mcp.set_defaults(run=_mcp)

    evaluation = commands.add_parser("eval", help="let the simulated user look for many pictures, and count")
    _looking_for_postcards(evaluation)
    add_options(evaluation, _positive)
    evaluation.set_defaults(run=evaluate)

    gallery = commands.add_parser("gallery", help="list, show, verify, export or delete galleries")
    actions = gallery.add_subparsers(required=True, metavar="ACTION", dest="action")
    actions.add_parser("list", help="those there are")
    for action, what in (
        ("show", "what is in one"),
        ("verify", "whether every file is there and unchanged"),
        ("delete", "not its pictures"),
    ):
        actions.add_parser(action, help=what).add_argument("name")
    actions.choices["show"].add_argument("picture", nargs="?", default="", help="beginning of an id, or end of a path")
    actions.choices["delete"].add_argument("--yes", action="store_true", help="do not ask")
    export = actions.add_parser("export", help="pictures, captions and embeddings for other programs")
    export.add_argument("name")
    export.add_argument("folder", type=Path)
    gallery.set_defaults(run=_gallery)

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


def _serving(command: argparse.ArgumentParser, port: int) -> None:
    command.add_argument(
        "--host", default="127.0.0.1", help="where to listen; beyond this machine a token is demanded (default %(default)s)"
    )
    command.add_argument("--port", type=int, default=port, help="0: any that is free (default %(default)s)")
    command.add_argument("--token", default=os.environ.get("DIR_TIR_TOKEN", ""), help="to demand instead of a new one (or DIR_TIR_TOKEN)")


def _demo(workspace: Workspace, options: argparse.Namespace) -> None:
    from .demo import demo

    demo(workspace, postcards=options.postcards, rounds=options.rounds, seed=options.seed)


def _index(workspace: Workspace, options: argparse.Namespace) -> None:
    from .indexing import index_folder

    index_folder(
        workspace,
        options.folder,
        options.gallery,
        options.profile,
        options.captions,
        options.split,
        write_captions=options.write_captions,
        confirm=_asker(),
    )


def _chat(workspace: Workspace, options: argparse.Namespace) -> None:
    from .talk import chat

    chat(workspace, gallery=options.gallery, profile=options.profile, seed=options.seed, resume=options.resume)


def _web(workspace: Workspace, options: argparse.Namespace) -> None:
    from ..web.command import web

    web(workspace, options.profile, options.gallery, options.host, options.port, options.token, browser=not options.no_browser)


def _mcp(workspace: Workspace, options: argparse.Namespace) -> None:
    from ..chatbot.mcp import serve_http, serve_stdio

    if options.http:
        serve_http(workspace, options.gallery, options.profile, options.host, options.port, options.token)
    else:
        serve_stdio(workspace, options.gallery, options.profile)


def _gallery(workspace: Workspace, options: argparse.Namespace) -> None:
    from . import galleries

    match options.action:
        case "list":
            galleries.list_galleries(workspace)
        case "show":
            galleries.show_gallery(workspace, options.name, options.picture)
        case "verify":
            galleries.verify_gallery(workspace, options.name)
        case "export":
            galleries.export_gallery(workspace, options.name, options.folder)
        case "delete":
            galleries.remove_gallery(workspace, options.name, (lambda _: True) if options.yes else _asker())


def _asker() -> Callable[[str], bool] | None:
    """Asks yes or no at the terminal; None where nobody sits at one."""
    return (lambda question: input(f"{question} [y/N] ").strip().lower() in ("y", "yes")) if sys.stdin.isatty() else None


def _models(workspace: Workspace, options: argparse.Namespace) -> None:
    from .models import fetch_models, list_models

    if options.fetch:
        if not options.profile:
            raise InputError("--fetch needs --profile NAME: all profiles together are 80 GB")
        fetch_models(options.profile)
    list_models(options.profile)


def _miniature(workspace: Workspace, options: argparse.Namespace) -> None:
    from ...evaluation.postcards import draw_postcards

    draw_postcards(options.folder, options.postcards, options.seed)


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
