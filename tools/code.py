"""What identifies the program: its source files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WORKING = ("contracts.py", "errors.py", "plain.py", "registry.py", "evaluation", "graph", "nodes", "prompts", "store", "tools")


def digest_of_code(package: Path, names: Sequence[str] = WORKING) -> str:
    """Of these source files, and of all in these folders, in the package's folder: 16 digits. By default of all that works unattended."""
    found = [file for path in (package / name for name in names) for file in ([path] if path.is_file() else path.rglob("*"))]
    files = sorted(file for file in found if file.suffix in (".py", ".txt", ".toml"))
    content = b"".join(f"{file.relative_to(package).as_posix()}\n".encode() + file.read_bytes() for file in files)
    return hashlib.sha256(content).hexdigest()[:16]
