"""The settings of a conversation: JSON-able, so that Studio shows them as a form and a run's manifest can hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..errors import InputError
from ..tools.contextual_reference import CLUSTERS

PAGE = 10  # equation 1: dial_num + image_num = 10


@dataclass(frozen=True)
class Config:
    """The defaults are the paper's; where it is silent, `docs/decisions/` says why they are what they are."""

    profile: str = "miniature"  # which models and prompts
    gallery: str = "postcards"  # where to search
    user: Literal["person", "simulated"] = "person"
    target: str = ""  # id of the picture the simulated user holds; no node ever gets it
    max_rounds: int = 10
    dialog_num: int = 7
    image_num: int = 3
    related_size: int = 500  # N of Algorithm 1
    schedule: Literal["linear", "constant"] = "linear"  # of N over the rounds
    clusters: int = CLUSTERS
    temperature: float = 1.0  # of the softmax in Algorithm 1
    questions: int = 1  # proposed in a round; of several the one is asked that shifts the candidates least (PlugIR)
    with_context: bool = True  # whoever asks sees the representatives of Algorithm 1
    rewriting: bool = True  # answers are worked into the description; otherwise question and answer are joined to it as they are
    compared: Literal["caption", "image"] = "caption"  # what is compared with the images in Algorithm 1
    exclude_shown: bool | None = None  # pass over what was shown and missed; None: for a person yes, for the simulated user no
    seed: int = 0

    def __post_init__(self) -> None:
        if self.dialog_num < 0 or self.image_num < 0 or self.dialog_num + self.image_num != PAGE:
            raise InputError(f"dialog_num {self.dialog_num} and image_num {self.image_num} must not be negative and must add up to {PAGE}.")
        if self.max_rounds < 0 or self.related_size < 1 or self.clusters < 1 or self.questions < 1 or not self.temperature > 0:
            raise InputError(
                f"max_rounds must be at least 0, related_size, clusters and questions at least 1, temperature above 0; got {self}."
            )
        if (self.user == "simulated") != bool(self.target):
            raise InputError(
                f"user {self.user!r} with target {self.target!r}: the simulated user needs a target, and nobody else may have one."
            )

    def node_settings(self) -> dict[str, Any]:
        """What a node may name as a keyword parameter. The target is not among it, and neither is who the user is."""
        exclude_shown = self.user == "person" if self.exclude_shown is None else self.exclude_shown
        return {
            "dialog_num": self.dialog_num,
            "image_num": self.image_num,
            "related_size": self.related_size,
            "schedule": self.schedule,
            "clusters": self.clusters,
            "temperature": self.temperature,
            "questions": self.questions,
            "with_context": self.with_context,
            "rewriting": self.rewriting,
            "compared": self.compared,
            "exclude_shown": exclude_shown,
            "seed": self.seed,
        }
