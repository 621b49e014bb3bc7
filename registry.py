"""Tables of things known by name, which other packages may add to.

A package of somebody else's adds an entry without touching ours, by an entry point in its own pyproject.toml:

    [project.entry-points."dir_tir.fusions"]
    mine = "my_package.my_module"        # imported when the table is first read; it registers what it has
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from threading import RLock
from typing import TypeVar

from .errors import InputError

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """Name → thing, in the order of registration. ``what`` names one thing in messages, ``group`` is the group of entry points.

    ``package``: one of ours whose modules register an entry each; a new file in it is found because it is there.
    """

    def __init__(self, what: str, group: str, package: str = "") -> None:
        self.what, self.group, self.package = what, group, package
        self._entries: dict[str, T] = {}
        self._complete = False
        self._lock = RLock()

    def add(self, name: str, entry: T) -> T:
        """Register an entry. Raises ValueError for a name that is taken."""
        if name in self._entries:
            raise ValueError(f"{self.what} {name!r} is registered already")
        self._entries[name] = entry
        return entry

    def register(self, name: str) -> Callable[[T], T]:
        """As `add`, as a decorator."""
        return lambda entry: self.add(name, entry)

    def remove(self, name: str) -> None:
        """Take an entry out again (tests, notebooks)."""
        del self._entries[name]

    def named(self, name: str) -> T:
        """The entry of this name. Raises InputError that lists the names there are."""
        if name not in self:
            raise InputError(f"there is no {self.what} {name!r}: choose of {', '.join(self)}")
        return self[name]

    def __getitem__(self, name: str) -> T:
        self._complete_once()
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        self._complete_once()
        return iter(list(self._entries))

    def __len__(self) -> int:
        self._complete_once()
        return len(self._entries)

    def _complete_once(self) -> None:
        """Import the modules of our package, and those that other packages name for this table."""
        with self._lock:
            if not self._complete:
                self._complete = True
                for module in iter_modules(import_module(self.package).__path__) if self.package else ():
                    import_module(f"{self.package}.{module.name}")
                for point in entry_points(group=self.group):
                    point.load()
