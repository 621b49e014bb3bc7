from __future__ import annotations

import asyncio
from threading import Thread

from dir_tir.chat.web.changes import Changes


def test_a_change_in_a_thread_wakes_everybody_who_listens_at_once() -> None:
    changes = Changes()

    async def listen(listening: asyncio.Semaphore) -> None:
        event = asyncio.Event()
        with changes.wakes(event):
            listening.release()
            await asyncio.wait_for(event.wait(), 20)

    async def both() -> None:
        listening = asyncio.Semaphore(0)
        listeners = [asyncio.create_task(listen(listening)) for _ in range(2)]
        for _ in listeners:
            await listening.acquire()
        Thread(target=changes.announce).start()
        await asyncio.gather(*listeners)

    asyncio.run(both())


def test_several_changes_between_two_looks_wake_once() -> None:
    changes = Changes()

    async def listen() -> int:
        event, woken = asyncio.Event(), 0
        with changes.wakes(event):
            for _ in range(5):
                changes.announce()
            await event.wait()
            event.clear()
            woken += 1
            await asyncio.sleep(0.05)
            return woken + event.is_set()

    assert asyncio.run(listen()) == 1


def test_who_no_longer_listens_and_a_loop_that_is_over_do_no_harm() -> None:
    changes = Changes()

    async def leave() -> asyncio.Event:
        event = asyncio.Event()
        with changes.wakes(event):
            pass
        changes.announce()
        await asyncio.sleep(0.01)
        return event

    assert not asyncio.run(leave()).is_set()

    async def abandon() -> None:
        changes.wakes(asyncio.Event()).__enter__()  # its loop ends in the middle

    asyncio.run(abandon())
    changes.announce()
