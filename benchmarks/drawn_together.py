"""What answering conversations together gains where a model draws its replies: ``python -m dir_tir.benchmarks.drawn_together``.

One thread; the miniature's language model, or a folder of your own, with `do_sample`. Each reply has to be the same both ways.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..tools.models.adapters import Given
from ..tools.models.kinds.transformers_llm import TransformersLanguageModel
from ..tools.models.processors import Processors
from ..tools.models.retrying import reply_or_nothing
from ..tools.models.transformers_loading import TransformersOptions
from ..tools.profiles.profile import load_profile
from ..tools.profiles.weights import weights_there

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS, THINGS = ("red", "blue", "green", "white"), ("cat", "house", "boat", "tree", "car", "duck")


@dataclass(frozen=True)
class Measured:
    """Processor seconds for all replies, one conversation after another and several at once; the replies that differ."""

    one: float
    together: float
    replies: int
    differ: int

    @property
    def ratio(self) -> float:
        return self.one / self.together


def measure(folder: Path, at_once: int, each: int, tokens: int) -> Measured:
    """``at_once`` conversations of ``each`` prompts, with replies of as many tokens as one another."""
    generation = {"max_new_tokens": tokens, "min_new_tokens": tokens, "do_sample": True, "temperature": 0.9, "top_p": 0.95}
    processors = Processors()
    options = TransformersOptions(path=str(folder), tries=1, batch=at_once, generation=generation)
    model = TransformersLanguageModel(options, Given(folder, processors=processors))
    talks = [[f"a {COLOURS[(talk + n) % 4]} {THINGS[n % 6]}, number {talk}" for n in range(each)] for talk in range(at_once)]

    def hold(prompts: Sequence[str]) -> list[str]:
        return [reply_or_nothing(model.reply, prompt) for prompt in prompts]

    with processors.sharing(1):
        hold(talks[0][:1])
        start = time.process_time()
        alone = [hold(talk) for talk in talks]
        one = time.process_time() - start
    with processors.sharing(at_once), ThreadPoolExecutor(at_once) as threads:
        start = time.process_time()
        together = list(threads.map(hold, talks))
        many = time.process_time() - start
    pairs = [(a, b) for these, those in zip(alone, together, strict=True) for a, b in zip(these, those, strict=True)]
    return Measured(one, many, len(pairs), sum(a != b for a, b in pairs))


def main() -> None:
    """One line of figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a folder with a language model of transformers; the miniature's, if not given")
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--each", type=int, default=6, help="prompts of each conversation")
    parser.add_argument("--tokens", type=int, default=40, help="of each reply")
    options = parser.parse_args()
    folder = options.model or weights_there(load_profile("miniature").models["llm"])
    if not folder:
        parser.error("the miniature's language model is not here: name a folder with --model")
    found = measure(folder, options.at_once, options.each, options.tokens)
    print(f"{found.replies} drawn replies of {options.tokens} tokens on one thread, {found.differ} differ; processor seconds:")
    print(f"  one after another  {found.one:7.2f}")
    print(f"  {options.at_once:>2} at once         {found.together:7.2f}   {found.ratio:.1f} times as fast")


if __name__ == "__main__":
    main()
