"""What a conversation carries from node to node: plain JSON that survives every checkpoint unchanged and is read easily in Studio.

It lives beside the nodes, because they read and write it; `graph/` only wires them. The target picture is nowhere in here. What people read
is not here either: notes and reasons are codes, worded in `chat/library/texts.py`.
"""

import operator
from typing import Annotated, NotRequired

from langchain_core.messages import AnyMessage
from langgraph.channels.untracked_value import UntrackedValue
from langgraph.graph.message import add_messages
from pydantic import Field
from typing_extensions import TypedDict

from ..contracts import UserReply
from ..tools.fusion import Result
from ..tools.rewriting.writing import Writer


class Candidate(TypedDict):
    """A representative of one cluster of the pictures that fit the description."""

    id: str
    caption: str
    looks_like: NotRequired[str]  # without a caption: the words that the encoder sees in it


class Try(TypedDict):
    """One question the LLM proposed in this round."""

    question: str
    asked: NotRequired[str]  # as it is put to the user, where that is in another language
    with_candidates: bool
    reason: str  # code of why it was turned down (`tools/question_rules.py`); empty while nothing speaks against it


class Painting(TypedDict):
    """P_k: a picture on disk, and what it was painted from."""

    path: str
    prompt: str
    seed: int


class Critique(TypedDict):
    """Q_{k-1} and A_{k-1}: what the user was asked about the painting, and what they said."""

    question: str
    reply: UserReply


class Captioned(Result):
    """A result as a person can read it in the state."""

    caption: str
    looks_like: NotRequired[str]  # without a caption: the words that the encoder sees in it


class Writing(TypedDict):
    """Who wrote a text of this round, and what came before it stood."""

    by: Writer  # "joined" and "kept": no reply of the model stood; the old text, with the answer as it was said or without
    faults: list[str]  # codes of why replies were turned down (`tools/rewriting/checks.py`), in their order


class DialogTurn(TypedDict):
    """What the dialog refiner does in one round, and the record of the round keeps."""

    candidates: list[Candidate]  # cluster_context
    tries: list[Try]  # ask appends, filter_uncertain judges the last
    offered: list[str]  # offer: words to take or to rule out, where no model can ask
    answer: UserReply  # answer: A_{k-0}
    description_written: Writing | None  # rewrite


class ImageTurn(TypedDict):
    """What the image refiner does in one round, and the record of the round keeps."""

    painting: Painting | None  # generate: P_k, painted from G_k
    critique: Critique | None  # critique
    prompt_written: Writing | None  # re_prompt


class DialogRound(DialogTurn):
    """What is emptied for the dialog refiner when a round is opened."""

    captioning_failure: str  # cluster_context: why no captions are written
    dialog_failure: str  # of the injection of every node: the note, when a model failed
    dialog_seconds: dict[str, float]  # of the injection of every node


class ImageRound(ImageTurn):
    """What is emptied for the image refiner when a round is opened."""

    image_failure: str
    image_seconds: dict[str, float]


class DialogOutput(DialogRound):
    """The channels that the dialog refiner writes, and nobody else after the round is opened."""

    description: str  # rewrite: D_k, with the answer worked in; the first one, D_0, is the conversation's input
    ruled_out: list[str]  # rewrite: short texts of what the picture does not show, by the answers


class ImageOutput(ImageRound):
    """The channels that the image refiner writes, and before both are joined nobody else."""

    prompt: str  # re_prompt: G_{k+1}, with the differences worked in, and merge, with the description; G_1 = D_0 is set by open_round
    ruled_out_of_prompt: list[str]  # re_prompt: the same, by the differences


class NewRound(DialogRound, ImageRound):
    """Everything that is emptied when a round is opened."""

    said: str  # listen: the first description as it was typed, where it was searched for in English
    further: list[Captioned]  # both: what a person looked at of the newest page's order beyond its ten
    click_seconds: dict[str, float]  # point


NO_REPLY: UserReply = {"text": "", "accepted": None}
NEW_ROUND: NewRound = {
    "candidates": [],
    "tries": [],
    "offered": [],
    "answer": NO_REPLY,
    "description_written": None,
    "captioning_failure": "",
    "dialog_failure": "",
    "dialog_seconds": {},
    "painting": None,
    "critique": None,
    "prompt_written": None,
    "image_failure": "",
    "image_seconds": {},
    "said": "",
    "further": [],
    "click_seconds": {},
}


class RoundRecord(DialogTurn, ImageTurn):
    """C_k of the paper, and what else one wants to know of round k afterwards. Round 0 is the search with D_0 alone.

    What has the name of a channel is that channel's value at the end of the round.
    """

    round: int
    said: str
    lacks: list[str]
    question: str  # Q_{k-0} as it was put; empty when every try was turned down, and where there is no language model
    description: str
    prompt: str
    ruled_out: list[str]
    ruled_out_of_prompt: list[str]
    results: list[Captioned]
    further: list[Captioned]  # of the page before
    accepted: str | None  # id of the result which the user says is the one
    notes: list[str]  # codes of what did not go as planned (`nodes/notes.py`)
    seconds: dict[str, dict[str, float]]  # refiner (or merge, or click) → tool → seconds; "own" is everything but the tools


# What a client that only sends messages is at; nothing where people answer by resuming.
ASKING, QUESTION, DIFFERENCE, ANSWERED = "asking", "question", "difference", "answered"


class DialogState(DialogOutput):
    """What the dialog refiner sees."""

    chat: str
    lacks: list[str]
    language: str
    round: int
    rounds: list[RoundRecord]
    # retrieve: ids of the top N_r for the description, best first. Not kept in checkpoints, of which it would be a quarter: whoever goes on
    # after a crash finds it missing, and looks again (`nodes/retrieve.py`).
    related: Annotated[list[str], UntrackedValue]


class ImageState(ImageOutput):
    """What the image refiner sees: never anything of the dialog in the same round."""

    chat: str
    lacks: list[str]
    language: str
    compare: str
    round: int
    rounds: list[RoundRecord]


# What Studio's form and others that read the schema show.
_DESCRIBED = "what the picture shows, in a few words; questions are then interrupts, answered by resuming"
_SAID = (
    "instead of a description, for clients that only send messages: the first describes the picture, each later one answers what was asked"
)


class Opening(TypedDict, total=False):
    """What starts a conversation: a description, or a message that is one. Later messages answer what is asked."""

    description: Annotated[str, Field(description=_DESCRIBED)]  # D_0
    messages: Annotated[list[AnyMessage], Field(description=_SAID), add_messages]


class ConversationState(DialogOutput, ImageOutput):
    """Everything."""

    messages: Annotated[list[AnyMessage], add_messages]  # hear and say; empty where people answer by resuming
    chat: str  # hear, say, open_round
    said: str  # listen
    language: str  # open_round, listen: of the conversation (`tools/translating.py`); empty for English
    compare: str  # listen: what is asked about paintings, in that language
    lacks: list[str]  # open_round: roles that the profile has no model for (`tools/models/roles.py`)
    further: list[Captioned]  # both
    click_seconds: dict[str, float]  # point
    round: int  # open_round: k
    rounds: Annotated[list[RoundRecord], operator.add]  # merge, and merge alone, appends the record of the round
