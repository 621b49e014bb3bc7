"""Which of a few answers a causal model finds likelier: read from its logits, word by word, as far as they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...contracts import Example

if TYPE_CHECKING:
    from collections.abc import Sequence


def likeliest(model: Any, tokenizer: Any, asked: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """For each prompt, as the chat template writes it, the answer that the model would give if it could give no others. Where answers go
    apart, the likelier next token decides; prompts are read together, padded on the left."""
    import torch

    written = {answer: _tokens(tokenizer, answer) for _, answers in asked for answer in answers}
    left = [list({tuple(written[answer]): answer for answer in reversed(answers)}.values()) for _, answers in asked]  # what differs in them
    prompts = [_tokens(tokenizer, prompt) for prompt, _ in asked]
    said = [0] * len(asked)  # tokens on which all that are left agree
    while True:
        for number, answers in enumerate(left):
            while len(answers) > 1 and len({_next(written[answer], said[number]) for answer in answers}) == 1:
                said[number] += 1
        open_ = [number for number, answers in enumerate(left) if len(answers) > 1]
        if not open_:
            return [answers[0] for answers in left]
        batch = tokenizer.pad(
            {"input_ids": [prompts[number] + written[left[number][0]][: said[number]] for number in open_]},
            padding_side="left",
            return_tensors="pt",
        ).to(model.device)
        with torch.inference_mode():
            logits = model(**batch, logits_to_keep=1).logits[:, -1]
        for number, row in zip(open_, logits, strict=True):
            place = said[number]
            best = max({_next(written[answer], place) for answer in left[number]}, key=lambda token: _logit(row, token, tokenizer))
            left[number] = [answer for answer in left[number] if _next(written[answer], place) == best]


def named_in(reply: str, answers: Sequence[str]) -> str:
    """The answer that a reply names first, or nothing."""
    said = reply.casefold()
    named = [answer for answer in answers if answer.casefold() in said]
    return min(named, key=lambda answer: said.index(answer.casefold()), default="")


def cued(prompt: str, begin: str, examples: Sequence[Example] = ()) -> tuple[str, list[Example]]:
    """For models that cannot be begun: a message that ends with the words which the reply should begin with, and examples that do so, too.
    Their words are those of the reply but the last two; with plain examples a small model answers the words instead of going on."""
    as_shown = [Example(f"{asked}\n{' '.join(replied.split()[:-2])} …", replied) for asked, replied in examples]
    return f"{prompt}\n{begin} …", as_shown


def _tokens(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _next(tokens: Sequence[int], place: int) -> int:
    """The token at a place; -1 where the answer has ended."""
    return tokens[place] if place < len(tokens) else -1


def _logit(row: Any, token: int, tokenizer: Any) -> float:
    return float(row[tokenizer.eos_token_id if token < 0 else token])
