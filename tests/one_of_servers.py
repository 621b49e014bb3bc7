"""A quick server in a process of its own, one of several: `python one_of_servers.py FOLDER PAINTINGS`. After so many paintings its painter
comes to no end any more. It prints its port."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from dir_tir.chat.web.application import application
from dir_tir.chat.web.serving import listening, serve
from fakes import FakePainter
from quick_server import quick_server

if __name__ == "__main__":
    folder, paintings = Path(sys.argv[1]), iter(range(int(sys.argv[2])))
    painter = FakePainter(lambda: time.sleep(0 if next(paintings, None) is not None else 600))
    with quick_server(folder, painter=painter) as state, listening("127.0.0.1", 0) as port:
        print(port.getsockname()[1], flush=True)
        serve(application(state), port)
