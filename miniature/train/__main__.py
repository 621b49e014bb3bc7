"""Train all of the miniature from nothing, one model after the other: ``python -m dir_tir.miniature.train``. Interrupt it as you like."""

from __future__ import annotations

import subprocess
import sys

import torch

from .forecast import hours_of_trainings


def main() -> None:
    """Say how long it will take, then run each model's own training command; each continues where it stopped."""
    hours = hours_of_trainings("cuda" if torch.cuda.is_available() else "cpu")
    each = ", ".join(f"{training} {_spoken(time)}" for training, time in hours.items())
    print(f"{len(hours)} trainings from nothing, one after the other: about {_spoken(sum(hours.values()))} on this machine ({each}).")
    print("Interrupted, the same command goes on where it stopped.", flush=True)
    for training in hours:
        subprocess.run([sys.executable, "-m", f"dir_tir.miniature.train.{training}", *sys.argv[1:]], check=True)


def _spoken(hours: float) -> str:
    return f"{hours:.1f} h" if hours >= 1 else f"{max(1, round(60 * hours))} min"


if __name__ == "__main__":
    main()
