from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dir_tir.benchmarks.on_a_server import compared

if TYPE_CHECKING:
    from pathlib import Path

    from chroma_servers import ChromaServer


def test_of_a_gallery_on_a_server_what_travels_is_counted(chroma_server: ChromaServer, tmp_path: Path) -> None:
    lines = compared(tmp_path, chroma_server.url, chroma_server.process, 200)
    assert len(lines) == 10
    assert all(re.search(r"\d+\.\d\d \(\d+\.\d\d \+ \d+\.\d\d\) (s|ms a picture)", line) for line in lines[:8])
    whole, changed = (float(line.split()[-3]) for line in lines[8:])
    assert whole > 10 * changed > 0
