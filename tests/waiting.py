"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

LIMIT = 120.0  # seconds that a test waits for something at most
_T = TypeVar("_T")


def wait_until(true: Callable[[], _T]) -> _T:
    """What the function gives, as soon as that counts as true."""
    deadline = time.monotonic() + LIMIT
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found
