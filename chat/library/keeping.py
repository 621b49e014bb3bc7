"""What one does with a whole conversation that is kept: open it by its entry alone, give it another title, write it down."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...graph.build import build_graph
from ...graph.config import Config
from ...store.writing import write_whole
from ...tools.user import typed_text
from .conversation import Conversation
from .exporting import html_of

if TYPE_CHECKING:
    from ...store.conversations.register import Entry
    from ...tools.workspace import Workspace

LONGEST_TITLE = 120  # characters


def stored(workspace: Workspace, entry: Entry) -> Conversation:
    """A conversation to look at, also when its gallery or its models are gone."""
    conversations, config = workspace.conversations, Config.restored(entry.settings)
    reader, picture = build_graph(workspace.toolbox, workspace.sessions), partial(workspace.picture, config.gallery)
    replies, alone = conversations.replies, conversations.running
    return Conversation(reader, workspace.toolbox, picture, config, entry.id, entry.description, replies=replies, alone=alone)


def rename(workspace: Workspace, id_: str, title: str) -> None:
    """Give a conversation another title; an empty one stands for its description. Raises InputError when there is none of this id."""
    line = typed_text(title)
    if len(line) > LONGEST_TITLE:
        raise InputError(f"that title is {len(line)} characters long: say it in at most {LONGEST_TITLE}")
    workspace.register.rename(id_, line)


def export(workspace: Workspace, id_: str, file: Path | str) -> Path:
    """Write a conversation down as one HTML file that needs nothing else. Raises InputError when there is none of this id, or something
    is there already."""
    entry, path = workspace.register.entry(id_), Path(file)
    if path.exists():
        raise InputError(f"{path} is there already: name a file that is not")
    return write_whole(path, html_of(stored(workspace, entry).snapshot(), entry), durable=False)
