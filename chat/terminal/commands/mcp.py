"""``dir-tir mcp``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..serving_options import add_serving_options
from ..setting_options import add_setting_options, settings_given

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ....tools.workspace import Workspace


def add_options(command: ArgumentParser) -> None:
    command.add_argument("--gallery", default="", help="where to search (default: the only one there is)")
    command.add_argument("--profile", default="", help="which models (default: those the gallery was made with)")
    command.add_argument("--http", action="store_true", help="listen at a port instead of speaking over standard input and output")
    add_serving_options(command, port=8021)
    add_setting_options(command)


def run(workspace: Workspace, options: Namespace) -> None:
    from ...chatbot.mcp import serve_http, serve_stdio
    from ..only_gallery import named_or_only

    settings, gallery = settings_given(options), named_or_only(workspace, options.gallery)
    if options.http:
        serve_http(workspace, gallery, options.profile, options.host, options.port, options.token, settings)
    else:
        serve_stdio(workspace, gallery, options.profile, settings)
