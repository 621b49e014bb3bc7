"""``dir-tir gallery``: list, show, verify, repair, prune, export, copy, delete."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from ...contracts import PictureRecord
from ...errors import DirTirError, GalleryError, InputError, StoreError
from ...plain import shown
from ...store.gallery.catalogue import EXPORTED, export, faults, gone_pictures, prune
from ...store.gallery.chroma import ChromaStore
from ...store.gallery.copying import copy_gallery
from ...store.gallery.put_aside import count_aside
from ...store.gallery.written import WrittenCaptions, with_written
from ...store.server_address import STORE
from ..library.profile_choice import Confirm
from ..library.texts import BY_MODEL
from .asking import agreed

if TYPE_CHECKING:
    from ...tools.workspace import Workspace

_SHOWN = 20


def list_galleries(workspace: Workspace) -> None:
    """A line for each gallery; where they are on a server, which one, and what lies in folders beside."""
    names, server = workspace.store.names(), workspace.home.server
    if not names:
        at = f" at {server}" if server else ""
        print(f"there are no galleries yet{at}: make one with `dir-tir index FOLDER --gallery NAME`")
    for name in names:
        try:
            info = workspace.store.describe(name)
            state = "" if info.revision else ", not finished: index again to go on"
            print(f"{name}: {info.count} pictures, profile {info.profile or 'unknown'}{state}")
        except DirTirError as error:
            print(f"{shown(name)}: {shown(error)}")
    if server and names:
        print(f"at {server}")
    beside = [name for name in ChromaStore(workspace.home.galleries).names() if name not in names] if server else []
    if beside:
        print(f"not there, but in {shown(workspace.home.galleries)}: {', '.join(beside)}; `dir-tir gallery copy NAME` copies one")


def show_gallery(workspace: Workspace, name: str, picture: str = "") -> None:
    """What is known of a gallery, or of one of its pictures, named by the beginning of its id or the end of its path."""
    with workspace.store.open(name) as gallery:
        written = WrittenCaptions(gallery.cache).all()
        records = {id_: with_written(record, written) for id_, record in gallery.records().items()}
        if picture:
            found = [
                record for record in records.values() if record.id.startswith(picture) or any(p.endswith(picture) for p in record.paths)
            ]
            if not found:
                raise GalleryError(f"gallery {name!r} has no picture {picture!r}: give the beginning of its id or the end of its path")
            for record in found[:_SHOWN]:
                _show(record)
            return
        info, size, captioned = gallery.info, workspace.store.size(name) / 1e6, sum(bool(record.captions) for record in records.values())
        models = sum(record.by_model for record in records.values())
        by_model = f" ({models} in a model's words)" if models else ""
        print(f"{name}: {len(records)} pictures, {captioned} with captions{by_model}; {shown(workspace.store.place(name))}, {size:.1f} MB")
        if aside := count_aside(gallery.cache):
            print(f"{aside} removed pictures are kept aside, and come back without encoding")
        print(f"made with profile {info.profile or 'unknown'}, encoder {info.fingerprint}, {info.dimension} dimensions")
        print(f"pictures from {shown(_common(records)) or 'nowhere yet'}")
        for record in sorted(records.values(), key=lambda record: record.path)[:_SHOWN]:
            print(f"  {record.id[:8]}  {record.width} x {record.height}  {shown(record.path)}  {shown(record.caption, 60)}")
        if len(records) > _SHOWN:
            print(f"  and {len(records) - _SHOWN} more")


def verify_gallery(workspace: Workspace, name: str) -> None:
    """Whether the gallery itself is sound, and every file still there and unchanged. Raises GalleryError when something is not."""
    if damage := workspace.store.damage(name):
        for line in damage:
            print(f"  {line}")
        raise GalleryError(f"gallery {name!r} is damaged: `dir-tir gallery repair {name}`")
    with workspace.store.open(name) as gallery:
        paths = sum(len(record.paths) for record in gallery.records().values())
        with tqdm(total=paths, desc="verifying", unit="file") as bar:
            found = list(faults(gallery, bar.update))
    for path, wrong in found:
        print(f"  {shown(path)}: {shown(wrong)}")
    if found:
        raise GalleryError(
            f"{len(found)} of {paths} files of gallery {name!r} are not as they were: index their folder again, "
            f"or `dir-tir gallery prune {name}` where the folder is gone or has moved"
        )
    print(f"gallery {name!r}: it is sound, and all {paths} files are there and unchanged")


def repair_gallery(workspace: Workspace, name: str) -> None:
    """Make a damaged gallery anew of what can be read; says what was wrong and what has to be indexed again."""
    done = workspace.store.repair(name)
    for line in done.found:
        print(f"  {line}")
    if not done.found:
        print(f"gallery {name!r} is sound: {done.kept} pictures")
        return
    print(f"gallery {name!r} is made anew: {done.kept} pictures kept, {len(done.lost)} have to be indexed again")
    for path in done.lost[:_SHOWN]:
        print(f"  {shown(path)}")
    if done.lost:
        print(f"  index {shown(os.path.commonpath([str(Path(path).parent) for path in done.lost]))} into it again")


def prune_gallery(workspace: Workspace, name: str, confirm: Confirm | None) -> None:
    """Forget pictures whose files are gone, wherever they were, when that is confirmed."""
    info = workspace.store.describe(name)
    with workspace.store.open(name) as gallery:
        gone, relabelled = gone_pictures(gallery)
    if not gone and not relabelled:
        print(f"gallery {name!r}: nothing is gone")
        return
    counted = f"{len(gone)} of {info.count} pictures of gallery {name!r}"
    if not agreed(confirm, f"forgetting {counted}", f"Forget {counted}, whose files are gone?"):
        return
    with workspace.store.write(name, info.fingerprint, info.dimension) as writable:
        print(f"gallery {name!r}: {prune(writable)} pictures forgotten")


def export_gallery(workspace: Workspace, name: str, folder: Path) -> None:
    """Write what the gallery knows into a folder."""
    with workspace.store.open(name) as gallery:
        export(gallery, folder)
    print(f"gallery {name!r} in {shown(folder)}: {', '.join(EXPORTED)}")


def copy_to_server(workspace: Workspace, name: str) -> None:
    """Copy a gallery from the folders of this home to its server. Raises InputError where there is no server."""
    if not workspace.home.server:
        raise InputError(f"galleries lie in {workspace.home.galleries}: set {STORE} to the server that this one is to be copied to")
    with tqdm(desc="copying", unit="picture") as bar:
        copied = copy_gallery(name, ChromaStore(workspace.home.galleries), workspace.store, bar.update)
    print(f"gallery {name!r}: {copied} pictures copied to {workspace.store.place(name)}; {shown(workspace.home.galleries / name)} stays")


def remove_gallery(workspace: Workspace, name: str, confirm: Confirm | None) -> None:
    """Delete a gallery when that is confirmed."""
    try:
        count = f"{workspace.store.describe(name).count} pictures"
    except StoreError:
        raise
    except GalleryError:  # it is deleted also when it cannot be opened; where there is none, deleting says so
        count = "an unknown number of pictures"
    question = f"Delete gallery {name!r} with the embeddings and captions of {count}? The pictures themselves stay."
    if not agreed(confirm, f"deleting gallery {name!r} (embeddings and captions of {count})", question):
        return
    workspace.store.delete(name)
    print(f"gallery {name!r} is deleted")


def _show(record: PictureRecord) -> None:
    print(f"{record.id}  {record.width} x {record.height}")
    for path in record.paths:
        print(f"  {shown(path)}")
    for caption in record.captions or ("(no caption)",):
        print(f"  {shown(caption)}" + (f" {BY_MODEL}" if record.by_model else ""))


def _common(records: dict[str, PictureRecord]) -> str:
    folders = [str(Path(record.path).parent) for record in records.values()]
    return os.path.commonpath(folders) if folders else ""
