"""``dir-tir conversations``: list, show, rename, export, copy, repair, delete, prune."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tqdm import tqdm

from ...errors import InputError
from ...plain import shown
from ...store.conversations.conversations import Conversations
from ...store.conversations.copying import copy_conversation
from ...store.conversations.replies import ACCEPTED
from ...store.conversations.retention import duration
from ...store.conversations.sessions import repair_sessions
from ...store.home import SESSIONS
from ..library.channels import check_channels
from ..library.keeping import export, rename
from .asking import agreed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...nodes.state import RoundRecord
    from ...store.conversations.copying import Became
    from ...store.conversations.retention import Kept
    from ...tools.workspace import Workspace
    from ..library.profile_choice import Confirm

_LEFT: dict[Became, str] = {
    "behind": "went on in the file after they were copied; the database has them as they were",
    "running": "running just now; the same command copies them afterwards",
    "damaged": f"cannot be read; `dir-tir conversations repair` mends the file, where {SESSIONS} is not set",
}


def list_conversations(workspace: Workspace, limit: int) -> None:
    """A line for each of the last active, whoever began it: from this terminal, the page or a chatbot."""
    kept = workspace.conversations.kept()
    if not kept:
        print("there are no conversations yet: begin one with `dir-tir chat --gallery NAME`")
    for one in kept[:limit]:
        print(shown(format_line(one, workspace.conversations)))
    if len(kept) > limit:
        print(f"and {len(kept) - limit} more: --limit {len(kept)} lists all")


def show_conversation(workspace: Workspace, id_: str) -> None:
    """What is kept of one. Raises InputError when there is none of this id."""
    kept = workspace.conversations.describe(id_)
    print(shown(format_line(kept, workspace.conversations)))
    if kept.entry:
        print(shown(f"gallery {kept.entry.gallery}, profile {kept.entry.settings.get('profile')}, begun {kept.entry.begun[:16]}"))
    paintings = workspace.paintings
    print(f"{kept.size / 1e6:.2f} MB of sessions, {paintings.count(id_)} paintings in {shown(paintings.folder(id_))}")
    for record in _rounds(workspace.conversations, id_):
        print(f"  round {record['round']}: {shown(record['description'])}")


def rename_conversation(workspace: Workspace, id_: str, title: str) -> None:
    """Raises InputError when there is none of this id."""
    rename(workspace, id_, title)
    print(f"conversation {shown(id_)} is called {shown(workspace.register.entry(id_).name)!r}")


def export_conversation(workspace: Workspace, id_: str, file: Path) -> None:
    """Write one down. Raises InputError when there is none of this id, or something is there already."""
    print(f"conversation {shown(id_)} in {shown(export(workspace, id_, file))}")


def delete_conversation(workspace: Workspace, id_: str, confirm: Confirm | None) -> None:
    """Delete one when that is confirmed. Raises InputError when there is none of this id, or when it is running."""
    kept = workspace.conversations.describe(id_)
    question = f"Delete conversation {id_} ({_description(kept)}) with its paintings?"
    if not agreed(confirm, f"deleting conversation {id_!r}", question):
        return
    workspace.conversations.delete(id_)
    print(f"conversation {id_} is deleted")


def prune_conversations(workspace: Workspace, older_than: str, confirm: Confirm | None) -> None:
    """Delete what was not used for so long ("90d"), when that is confirmed."""
    than = duration(older_than)
    there = workspace.conversations.older(than)
    if not there:
        print(f"every conversation was used within {older_than}")
        return
    counted = _counted(len(there))
    if not agreed(confirm, f"deleting {counted}", f"Delete {counted} not used for {older_than}, with their paintings?"):
        return
    deleted = workspace.conversations.prune(than)
    running = len(there) - len(deleted)
    print(f"{_counted(len(deleted))} deleted" + (f", {running} running and kept" if running else ""))


def copy_conversations(workspace: Workspace) -> None:
    """Copy what is in the file into the database; what is there already stays. Raises InputError where one of the two is not."""
    home = workspace.home
    if not home.database:
        raise InputError(f"conversations are in {home.sessions}: set {SESSIONS} to the database that they are to be copied into")
    if not home.sessions.exists():
        raise InputError(f"there is no {home.sessions}: there is nothing to copy into the database")
    became: dict[Became, list[str]] = {}
    with Conversations(replace(home, database="", paintings_at="")) as source:
        kept = source.kept()
        for one in tqdm(kept, desc="copying", unit="conversation"):
            became.setdefault(copy_conversation(one, source, workspace.conversations), []).append(one.id)
    print(f"{_counted(len(became.pop('copied', ())))} copied, {len(became.pop('there', ()))} there already")
    for what, ids in became.items():
        print(f"  {_LEFT[what]}: {shown(', '.join(ids))}")
    print(f"{shown(home.sessions)} is as it was: delete it when you have seen that all is there")
    if became:
        raise InputError(f"{_counted(sum(map(len, became.values())))} not copied as in the file: see above")


def repair_conversations(workspace: Workspace) -> None:
    """Make a damaged sessions file anew of what can be read; says what was wrong, and what became of each conversation that it hurt.
    Raises InputError where there is no file."""
    if workspace.home.database:
        raise InputError("conversations are in PostgreSQL, which repairs its own files: restore a backup (docs/deploy.md), or delete one")
    done = repair_sessions(workspace.home.sessions, check_channels)
    for line in done.found:
        print(f"  {shown(line)}")
    if not done.found:
        print(f"the sessions file is sound: {_counted(done.kept)}")
        return
    print(f"the sessions file is made anew: {_counted(done.kept)} kept whole, {len(done.hurt)} hurt")
    for id_, became in done.hurt.items():
        print(f"  {shown(id_)} {became}")
    print(f"the damaged one is kept: {shown(done.aside)}")


def format_line(kept: Kept, conversations: Conversations) -> str:
    """A conversation in one line: id, when it was last active, how far it is, where is searched, what for."""
    rounds = _rounds(conversations, kept.id)
    count = sum(not record["accepted"] for record in rounds[1:])
    found = (rounds and rounds[-1]["accepted"]) or ACCEPTED in conversations.replies.of(kept.id)
    state = f"{count} round{'' if count == 1 else 's'}" + (", found" if found else "")
    gallery = kept.entry.gallery if kept.entry else "not in the register"
    return f"{kept.id}  {kept.active:%Y-%m-%d %H:%M}  {state}  {gallery}: {_description(kept)}"


def _rounds(conversations: Conversations, id_: str) -> Sequence[RoundRecord]:
    """Of one that cannot be read nothing is shown; it can be deleted all the same."""
    try:
        rounds: Sequence[RoundRecord] = conversations.values(id_).get("rounds", [])
    except InputError:
        return []
    return rounds


def _description(kept: Kept) -> str:
    return kept.entry.name if kept.entry else "no description"


def _counted(count: int) -> str:
    return f"{count} conversation{'' if count == 1 else 's'}"
