"""Rows for training a causal model on families of examples with one beginning: it is read once, and no example sees another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Example = tuple[list[int], list[int]]


@dataclass(frozen=True)
class Rows:
    """A batch of packed rows.

    ``tokens``, ``positions``, ``labels`` and ``context``: (rows, length) int64. ``labels`` holds the next token of replies, ``context``
    that of prompts, both -100 elsewhere. ``mask``: (rows, 1, length, length) float, 0 where a token (third axis) may look (fourth), else
    a large negative number to add to the scores of attention.
    """

    tokens: Tensor
    positions: Tensor
    labels: Tensor
    context: Tensor
    mask: Tensor


def pack(families: Sequence[Sequence[Example]], pad: int) -> Rows:
    """One row for each family of (prompt tokens, reply tokens); labels are shifted by one already."""
    rows = [_row(family) for family in families]
    length = max(len(row[0]) for row in rows)
    tokens = torch.full((len(rows), length), pad)
    positions = torch.zeros((len(rows), length), dtype=torch.long)
    labels, context = (torch.full((len(rows), length), -100) for _ in range(2))
    branch = torch.full((len(rows), length), -1)
    for i, (row_tokens, row_positions, row_labels, row_context, row_branch) in enumerate(rows):
        n = len(row_tokens)
        tokens[i, :n], positions[i, :n] = torch.tensor(row_tokens), torch.tensor(row_positions)
        labels[i, :n], context[i, :n] = torch.tensor(row_labels), torch.tensor(row_context)
        branch[i, :n] = torch.tensor(row_branch)
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    related = (branch[:, None, :] == 0) | (branch[:, None, :] == branch[:, :, None])
    hidden = ~(causal & related)[:, None]
    return Rows(tokens, positions, labels, context, torch.zeros(hidden.shape).masked_fill(hidden, -1e9))


def row_length(family: Sequence[Example]) -> int:
    """Tokens of the row of one family."""
    return len(_row(family)[0])


def _row(family: Sequence[Example]) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    """Tokens, positions, labels, context and branch number (0 for the shared beginning) of one family."""
    prompts = [prompt for prompt, _ in family]
    shared = _shared(prompts)
    tokens, positions = prompts[0][:shared], list(range(shared))
    labels, branch = [-100] * shared, [0] * shared
    context = [*tokens[1:], -100][:shared]
    for number, (prompt, reply) in enumerate(family, start=1):
        own, rest = prompt[shared:], prompt[shared:] + reply
        tokens += rest[:-1]
        positions += range(shared, shared + len(rest) - 1)
        labels += [-100] * (len(own) - 1) + reply
        context += own[1:] + [-100] * len(reply)
        branch += [number] * (len(rest) - 1)
    return tokens, positions, labels, context, branch


def _shared(prompts: Sequence[list[int]]) -> int:
    """Length of the common beginning; at least one token of every prompt is left over."""
    limit = min(map(len, prompts)) - 1
    return next((i for i in range(limit) if len({prompt[i] for prompt in prompts}) > 1), limit)
