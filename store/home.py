"""The one folder that holds everything written at run time: galleries, paintings, sessions, sheets of conversations."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_dir

from ..errors import InputError
from .server_address import ServerAddress

SESSIONS, PAINTINGS = "DIR_TIR_SESSIONS", "DIR_TIR_PAINTINGS"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Home:
    """Where everything lies below ``root``. Nothing is made here: whoever writes makes what it needs.

    database: the address of the PostgreSQL database of the conversations, where they are not kept in a file. A password may be in it.
    paintings_at: a folder, or the URL of one, where paintings are not kept below the root.
    server: Chroma's, where galleries are kept on one.
    """

    root: Path
    database: str = field(default="", repr=False)
    paintings_at: str = ""
    server: ServerAddress | None = None

    @classmethod
    def of(cls, folder: Path | str | None = None) -> Home:
        """The folder given; otherwise DIR_TIR_HOME; otherwise the platform's data folder of the user. The database is that of
        DIR_TIR_SESSIONS, paintings lie at DIR_TIR_PAINTINGS, galleries on the server of DIR_TIR_STORE. Raises InputError for what is no
        address of one."""
        if folder is not None and not isinstance(folder, str | os.PathLike):
            raise InputError(f"the home is {folder!r}; expected the path of a folder")
        chosen, database = folder or os.environ.get("DIR_TIR_HOME"), os.environ.get(SESSIONS, "")
        if database and not database.startswith(("postgresql://", "postgres://")):  # and it is not said: there may be a password in it
            raise InputError(f"{SESSIONS} is no address of a database: expected postgresql://USER@HOST/DATABASE, or nothing for a file")
        root = Path(chosen).expanduser().absolute() if chosen else Path(user_data_dir("dir-tir"))
        return cls(root, database, os.environ.get(PAINTINGS, ""), ServerAddress.of(os.environ))

    @property
    def galleries(self) -> Path:
        """A folder for each gallery."""
        return self.root / "galleries"

    @property
    def caches(self) -> Path:
        """What is kept here of galleries on servers, a folder for each database of each server."""
        return self.root / "caches"

    @property
    def paintings(self) -> Path | str:
        """Where there is a folder for the paintings of each conversation: a path, or a URL."""
        at = self.paintings_at
        return at if "://" in at else Path(at).expanduser().absolute() if at else self.root / "paintings"

    @property
    def sheets(self) -> Path:
        """Where each conversation leaves its sheet: target, paintings and results on one picture."""
        return self.root / "conversations"

    @property
    def register(self) -> Path:
        """Where version 0.1 kept the register of conversations."""
        return self.root / "register"

    @property
    def sessions(self) -> Path:
        """The SQLite file of the checkpoints and the register of conversations, where they are in no database."""
        return self.root / "sessions.sqlite"

    @property
    def fingerprints(self) -> Path:
        """What is known of the files of models, so that large ones are read once (`tools/profiles/fingerprints.py`)."""
        return self.root / "fingerprints.json"

    @property
    def speeds(self) -> Path:
        """How fast pictures were indexed, by profile (`chat/web/speeds.py`)."""
        return self.root / "speeds.json"

    @property
    def vocabularies(self) -> Path:
        """Vocabularies as encoders read them, a file for each (`tools/words/picture_words.py`)."""
        return self.root / "vocabularies"

    @property
    def evaluations(self) -> Path:
        """A folder for each run of an evaluation."""
        return self.root / "evaluations"

    def postcards(self, name: str) -> Path:
        """Where a drawn set of postcards lies; one without look-alikes is called by how many they are."""
        return self.root / "postcards" / name


def checked_name(name: str, what: str) -> str:
    """A name that becomes a folder, so it may not climb out of its parent. Raises InputError for one that could."""
    if not is_name(name):
        raise InputError(
            f"{what} {name!r} cannot be a folder name: use up to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit"
        )
    return name


def is_name(name: str) -> bool:
    """Whether it can become a folder as it is."""
    return bool(_NAME.fullmatch(name))
