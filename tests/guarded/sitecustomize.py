"""Cuts the network of a process that has this folder on its path: every connection and every look-up beyond this machine is written down
and refused."""

import os
import sys
from pathlib import Path

LOCAL = ("127.", "::1", "localhost", "0.0.0.0", "::")


def cut(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments
    else:
        return
    host = address[0] if isinstance(address, tuple) else None  # the address of a socket in a file is no tuple
    text = host.decode() if isinstance(host, bytes) else host
    if isinstance(text, str) and text and not text.startswith(LOCAL):
        with Path(os.environ["DIR_TIR_OUTSIDE"]).open("a", encoding="utf-8") as log:
            log.write(f"{event} {text}\n")
        raise ConnectionRefusedError(f"the network is cut: {text}")


if "DIR_TIR_OUTSIDE" in os.environ:
    sys.addaudithook(cut)
