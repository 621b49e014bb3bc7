"""Train all of the miniature from nothing, one model after the other: ``python -m dir_tir.miniature.train``. Interrupt it as you like."""

from __future__ import annotations

import subprocess
import sys

MODELS = ("eyes", "encoder", "llm", "vision", "enlarger", "painter", "reader")


def main() -> None:
    """Run each model's own training command; each continues where it stopped and returns at once when it is done."""
    print("Training seven small models, one after the other: many hours on two cores. Interrupted, the same command goes on.", flush=True)
    for model in MODELS:
        subprocess.run([sys.executable, "-m", f"dir_tir.miniature.train.{model}", *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
