"""What a conversation carries from node to node: plain JSON that survives every checkpoint unchanged and is read easily in Studio.

It lives beside the nodes, because they read and write it; `graph/` only wires them. The target picture is nowhere in here.
"""

import operator
from typing import Annotated

from typing_extensions import TypedDict

from ..contracts import UserReply
from ..tools.fusion import Result


class Candidate(TypedDict):
    """A representative of one cluster of the pictures that fit the description."""

    id: str
    caption: str


class Try(TypedDict):
    """One question the LLM proposed in this round."""

    question: str
    with_candidates: bool
    reason: str  # why it was turned down; empty while nothing speaks against it


class Painting(TypedDict):
    """P_k: a picture on disk, and what it was painted from."""

    path: str
    link: str  # where a server shows it; empty where none does
    prompt: str
    seed: int


class Critique(TypedDict):
    """Q_{k-1} and A_{k-1}: what the user was asked about the painting, and what they said."""

    question: str
    reply: UserReply


class Captioned(Result):
    """A result as a person can read it in the state."""

    caption: str


class RoundRecord(TypedDict):
    """C_k of the paper, and what else one wants to know of round k afterwards. Round 0 is the search with D_0 alone."""

    round: int
    candidates: list[Candidate]
    tries: list[Try]
    question: str  # Q_{k-0}; empty when every try was turned down
    answer: UserReply  # A_{k-0}
    description: str  # D_k, with the answer worked in
    painting: Painting | None  # P_k, painted from G_k
    critique: Critique | None
    prompt: str  # G_{k+1}, with the differences worked in
    results: list[Captioned]
    accepted: str | None  # id of the result which the user says is the one
    notes: list[str]  # what did not go as planned, in words
    seconds: dict[str, dict[str, float]]  # refiner (or merge) → tool → seconds; "own" is everything but the tools


class DialogOutput(TypedDict):
    """The channels that the dialog refiner writes, and nobody else after the round is opened."""

    related: list[str]  # retrieve: ids of the top N_r for the description, best first
    candidates: list[Candidate]  # cluster_context
    tries: list[Try]  # ask appends, filter_uncertain judges the last
    answer: UserReply  # answer
    description: str  # rewrite; the first one, D_0, is the conversation's input
    dialog_seconds: dict[str, float]  # the binding of every node of this refiner


class ImageOutput(TypedDict):
    """The channels that the image refiner writes, and nobody else after the round is opened."""

    painting: Painting | None  # generate
    critique: Critique | None  # critique
    prompt: str  # re_prompt; the first one, G_1 = D_0, is set by open_round
    image_seconds: dict[str, float]  # the binding of every node of this refiner


class DialogState(DialogOutput):
    """What the dialog refiner sees."""

    round: int
    rounds: list[RoundRecord]


class ImageState(ImageOutput):
    """What the image refiner sees: never anything of the dialog in the same round."""

    round: int
    rounds: list[RoundRecord]


class Opening(TypedDict):
    """What starts a conversation."""

    description: str  # D_0


class ConversationState(DialogOutput, ImageOutput):
    """Everything."""

    round: int  # open_round: k
    rounds: Annotated[list[RoundRecord], operator.add]  # merge, and merge alone, appends the record of the round
