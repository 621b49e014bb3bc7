"""One address before several servers, as a load balancer has it: each connection goes to the first that takes it."""

from __future__ import annotations

import socket
import socketserver
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@contextmanager
def forwarded(ports: Sequence[int]) -> Iterator[int]:
    """The port of the address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            for port in ports:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as server:
                    answers = Thread(target=_pump, args=(server, self.request), daemon=True)
                    answers.start()
                    _pump(self.request, server)
                    answers.join()
                    return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as balancer:
        Thread(target=balancer.serve_forever, daemon=True).start()
        yield balancer.server_address[1]
        balancer.shutdown()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):  # whoever is gone, the other is told
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
