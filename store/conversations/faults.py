"""What can be in the way of what is kept of conversations, wherever it is kept."""

from __future__ import annotations

from ...errors import InputError

REPAIR = "`dir-tir conversations repair`"


class DamagedError(InputError):
    """A file of sessions, or something in it, that cannot be read."""


class AwayError(InputError):
    """Where conversations or paintings are kept cannot be had just now. Nothing that was acknowledged is lost."""


class BusyError(AwayError):
    """Another process had the file for itself all the time that was waited."""


class ElsewhereError(InputError):
    """Another process runs the conversation, or deletes it."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"conversation {id_!r} is running: wait until it asks something, or stop it where it runs")


class ClosedError(InputError):
    """What was open is closed under whoever still used it."""

    def __init__(self) -> None:
        super().__init__("the search that this conversation belongs to is closed: use it inside the with")


def unreadable(reason: object) -> DamagedError:
    """What to do about a conversation whose checkpoint does not stand as one of ours does."""
    return DamagedError(f"a checkpoint cannot be read ({reason}): {REPAIR} takes its conversation back to the last whole round")
