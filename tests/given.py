"""What an adapter is handed in tests: a folder of weights, the processor of this machine."""

from __future__ import annotations

from pathlib import Path

from dir_tir.tools.models.adapters import Given
from dir_tir.tools.profiles.fingerprints import Fingerprints


def given(folder: Path) -> Given:
    return Given(folder, fingerprint_of=lambda: Fingerprints().of(folder))
