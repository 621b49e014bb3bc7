from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from dir_tir.tools.models.at_once import AtOnce

LEFT = """
import _thread, threading, time
from dir_tir.tools.models.at_once import AtOnce
begun = threading.Event()
threading.Thread(target=lambda: (begun.wait(), _thread.interrupt_main()), daemon=True).start()
try:
    AtOnce(2).all([lambda: (begun.set(), time.sleep(600))] * 3)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_results_come_in_order_and_no_more_calls_run_at_once_than_may() -> None:
    running, most = [0], [0]
    lock, three = threading.Lock(), threading.Barrier(3, timeout=60)

    def call(number: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        three.wait()
        with lock:
            running[0] -= 1
        return number

    calls = AtOnce(3)
    assert calls.all([lambda number=number: call(number) for number in range(21)]) == list(range(21))  # type: ignore[misc]
    assert most == [3]


def test_after_an_error_no_further_call_is_made() -> None:
    made: list[int] = []
    go = threading.Event()

    def call(number: int) -> None:
        made.append(number)
        go.wait(60)
        raise ValueError(str(number))

    calls = AtOnce(1)
    threading.Timer(0.05, go.set).start()
    with pytest.raises(ValueError, match=r"^0$"):
        calls.all([lambda number=number: call(number) for number in range(5)])  # type: ignore[misc]
    calls.all([lambda: None])  # waits for its turn
    assert len(made) <= 2  # the second may have had its turn before anybody knew of the error


def test_who_is_interrupted_leaves_and_the_program_ends_though_an_answer_never_comes() -> None:
    done = subprocess.run([sys.executable, "-c", LEFT], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "interrupted\n"
