"""``dir-tir find``."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ....store.gallery.filters import Filter
from ..option_types import positive
from ..setting_options import add_filter_options, settings_given

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    command.add_argument("description", nargs="*", help="what the picture shows; may be left away with --like")
    command.add_argument("--like", type=Path, metavar="FILE", help="a picture that they are like")
    command.add_argument("--gallery", default="", help="where to search (default: the only one there is)")
    command.add_argument("--profile", default="", help="whose encoder (default: that of the gallery)")
    command.add_argument("--top", type=positive, default=10, metavar="N", help="how many paths (default %(default)s)")
    command.add_argument(
        "--not", dest="ruled_out", action="append", default=[], metavar="WORDS", help="what it does not show; again for more"
    )
    add_filter_options(command)
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="with dates, scores and captions, as one JSON object")
    form.add_argument("-0", "--null", action="store_true", help="end paths with a zero byte, for xargs -0")


def run(workspace: Workspace, options: Namespace) -> None:
    from ..finding import as_json, find_in, write_paths

    only, description = Filter(**settings_given(options)), " ".join(options.description)
    with collector_paused():
        matches = find_in(workspace, options.gallery, options.profile, description, options.top, options.ruled_out, only, options.like)
    if options.json:
        print(as_json(matches))
    else:
        write_paths(matches, end=b"\0" if options.null else b"\n")


@contextmanager
def collector_paused() -> Iterator[None]:
    """While libraries are imported for one search: nothing of them is ever garbage, and to look through all of them again and again for
    some takes a sixth of the command's time (docs/log/2026-11-29-find.md)."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
