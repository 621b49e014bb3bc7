"""The process that speaks to Ray for a command, over a pipe: ``python -m dir_tir.tools.cluster.driver FD``.

Ray ends a process that has lost its cluster, writes into its output and takes its signals. So nothing of Ray's is in the command itself,
which sees this process end and says what that means. What goes through here are bytes.

In:  ("start", address, folder), ("begin", factory, given, shared, slots), ("do", number, name, given), ("tell", name, given),
("drop",), ("end",)
Out: ("up", workers), ("worker", who, answer), ("done", number, answer), ("lost", number, reason), ("dropped", number), ("note", text),
("gone", text)
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any

import numpy as np
import ray

from ...plain import said_by
from .worker import Worker, difference, this_program

_TRIES = 3  # workers that may end over one job, and times that a worker may end before it has done any
_STORE = 256 * 2**20  # bytes of Ray's memory for what is on its way, where it is started here
_LOOKING, _MISSED = 1.0, 4  # seconds between looks at the head, and how many it may miss
_SURE = (_MISSED + 2) * _LOOKING  # seconds after which a head that is gone has been noticed
_PLACE = 20.0  # seconds without any worker, after which somebody is told that they wait
_STALLED = 60.0  # seconds after the last of them has gone, without another


class GoneError(Exception):
    """It cannot go on; why."""


@dataclass(order=True)
class _Job:
    number: int
    name: str = field(compare=False)
    given: bytes = field(compare=False)
    tries: int = field(compare=False, default=0)


class Driver:
    """One command's work on a cluster."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._heard: asyncio.Queue[tuple[Any, ...] | None] = asyncio.Queue()
        self._jobs: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue()
        self._actors: set[Any] = set()  # those that work
        self._here = this_program()
        self._last = ""  # why the last worker ended
        self._left = 0  # workers that have not been given up
        self._dropping = False
        self._saying = Lock()

    async def run(self, address: str) -> None:
        """Work until there is no command any more. Raises GoneError."""
        workers, options = _places()
        self._say("up", workers)
        loop = asyncio.get_running_loop()
        Thread(target=self._listen, args=(loop,), daemon=True).start()
        if head := _head(address):
            Thread(target=self._watch, args=(head,), daemon=True).start()
        await self._hear(workers, options)

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            try:
                heard = self._pipe.recv()
            except (EOFError, OSError):
                heard = None
            if heard == ("end",):
                heard = None
            loop.call_soon_threadsafe(self._heard.put_nowait, heard)
            if heard is None:
                return

    async def _hear(self, workers: int, options: dict[str, Any]) -> None:
        tending: list[asyncio.Task[None]] = []
        while (heard := await self._next(tending)) is not None:
            match heard:
                case ("begin", factory, given, shared, slots):
                    self._left = workers
                    there = ray.put(np.frombuffer(shared, dtype=np.uint8))
                    made = ray.remote(Worker).options(**options, max_concurrency=slots + 1)
                    tending += [asyncio.create_task(self._tend(made, (factory, given, there), slots)) for _ in range(workers)]
                    tending.append(asyncio.create_task(self._tell_who_waits()))
                case ("do", number, name, given):
                    self._jobs.put_nowait(_Job(number, name, given))
                case ("tell", name, given):
                    for actor in self._actors:
                        actor.do.remote(name, given)
                case ("drop",):
                    self._dropping = True
                    while not self._jobs.empty():
                        self._say("dropped", self._jobs.get_nowait().number)

    async def _next(self, tending: list[asyncio.Task[None]]) -> tuple[Any, ...] | None:
        """What the command says next. Raises what has ended one of those who tend the workers."""
        listening = asyncio.create_task(self._heard.get())
        while not listening.done():
            await asyncio.wait([listening, *tending], return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in tending if task.done()]:
                tending.remove(task)
                task.result()
        return listening.result()

    async def _tend(self, made: Any, beginning: tuple[Any, ...], slots: int) -> None:
        """One worker; after it has ended, another in its place."""
        failed = 0
        while failed < _TRIES:
            actor = made.remote()
            try:
                who = await _answer(actor.hello.remote())
                if different := difference(self._here, who):
                    raise GoneError(different)
                self._say("worker", who, await _answer(actor.begin.remote(*beginning)))
                self._actors.add(actor)
                failed = -1 if await self._serve(actor, slots) else failed
            except ray.exceptions.RayError as error:
                self._last = _reason(error)
            finally:
                self._actors.discard(actor)
                ray.kill(actor)
            failed += 1
        self._left -= 1
        if not self._left:
            raise GoneError(
                f"no worker could begin ({self._last}): see Ray's logs, and that RAY_AUTH_MODE and the token are those of the cluster"
            )

    async def _serve(self, actor: Any, slots: int) -> bool:
        """Give it jobs until it ends; whether it has done any."""
        done = False

        async def slot() -> None:
            nonlocal done
            while True:
                job = await self._jobs.get()
                try:
                    answer = await _answer(actor.do.remote(job.name, job.given))
                except (ray.exceptions.RayError, asyncio.CancelledError) as error:
                    self._again(job, self._last if isinstance(error, asyncio.CancelledError) else _reason(error))
                    raise
                done = True
                self._say("done", job.number, answer)

        slotted = [asyncio.create_task(slot()) for _ in range(slots)]
        try:
            ended, _ = await asyncio.wait(slotted, return_when=asyncio.FIRST_COMPLETED)
            self._last = _reason(next(iter(ended)).exception())
        finally:
            for task in slotted:
                task.cancel()
            await asyncio.gather(*slotted, return_exceptions=True)
        return done

    def _again(self, job: _Job, reason: str) -> None:
        """Of a job over which a worker has ended."""
        job.tries += 1
        if self._dropping:
            self._say("dropped", job.number)
        elif job.tries < _TRIES:
            self._jobs.put_nowait(job)
        else:  # a little later: where the head is gone, whoever watches it says so first, and it is not this job's fault
            asyncio.get_running_loop().call_later(_SURE, self._say, "lost", job.number, reason)

    async def _tell_who_waits(self) -> None:
        """Somebody is told once that there are no workers; and where there were some, it does not go on without any for ever."""
        loop = asyncio.get_running_loop()
        since, told, had = loop.time(), False, False
        while True:
            await asyncio.sleep(0.5)
            if self._actors:
                since, had = loop.time(), True
            elif had and loop.time() - since > _STALLED:
                raise GoneError(f"its workers ended, and no other came within {_STALLED:.0f} seconds ({self._last})")
            elif not told and not had and loop.time() - since > _PLACE:
                told = True
                self._say("note", "waiting for a worker: each needs a processor of the cluster that is free, and loads its models first")

    def _watch(self, head: tuple[str, int]) -> None:
        """Ends this process when the head answers no more. In a thread: without its head, Ray keeps whoever asks it for something waiting
        for a minute."""
        missed = 0
        while missed < _MISSED:
            time.sleep(_LOOKING)
            try:
                socket.create_connection(head, 2 * _LOOKING).close()
                missed = 0
            except OSError:
                missed += 1
        self._say("gone", "its head does not answer any more")
        os._exit(1)

    def _say(self, *said: Any) -> None:
        with self._saying:
            self._pipe.send(said)


async def _answer(reference: Any) -> Any:
    return await asyncio.wrap_future(reference.future())


def _reason(error: BaseException | None) -> str:
    """Why a worker is not there, in a line: of Ray's many, the one that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if missing := next((line for line in lines if "ModuleNotFoundError" in line and "dir_tir" in line), ""):
        return f"dir-tir is not installed there: {missing.rpartition('ModuleNotFoundError: ')[2]}"
    return said_by(RuntimeError(lines[0] if lines else type(error).__name__))


def _places() -> tuple[int, dict[str, Any]]:
    """How many workers there can be, and what each takes: a GPU where there are any, else a processor."""
    there = ray.cluster_resources()
    gpus, processors = int(there.get("GPU", 0)), int(there.get("CPU", 0))
    if not gpus and not processors:
        raise GoneError("it has no processor to work on: start it with --num-cpus")
    if gpus:  # the others decode for it
        return gpus, {"num_gpus": 1, "num_cpus": processors // gpus}
    return processors, {"num_cpus": 1}


def _head(address: str) -> tuple[str, int] | None:
    """Where the head of the cluster listens."""
    at = address.removeprefix("ray://") if address.startswith("ray://") else ray.get_runtime_context().gcs_address
    host, _, port = at.rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdigit() else None


def _join(address: str, folder: str) -> None:
    """Become part of a cluster, or start one. Raises GoneError."""
    quiet = {"log_to_driver": False, "configure_logging": False, "logging_level": "CRITICAL"}
    try:
        if address:
            ray.init(address, **quiet)
        else:
            ray.init(
                "local",
                num_cpus=os.cpu_count(),
                include_dashboard=False,
                object_store_memory=_STORE,
                _temp_dir=folder,
                _node_ip_address="127.0.0.1",
                **quiet,
            )
    except (ConnectionError, RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        raise GoneError(_reason(error)) from error


def main() -> None:
    os.set_inheritable(int(sys.argv[1]), False)
    pipe = Connection(int(sys.argv[1]))
    _, address, folder = pipe.recv()
    try:
        _join(address, folder)
        asyncio.run(Driver(pipe).run(address))
        if address:
            ray.shutdown()
    except GoneError as gone:  # to take leave of what is gone would take long
        pipe.send(("gone", str(gone)))
    except BrokenPipeError:  # the command is gone
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        sys.stderr.flush()
        os._exit(0)  # what was started here ends with this process


if __name__ == "__main__":
    main()
