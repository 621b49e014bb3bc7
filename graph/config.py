"""The settings of a conversation. Every face reads them off `Config`: commands, page, library, Studio's form, a run's manifest.

A setting is one field with its words, its range and its default. Importing this loads nothing heavy.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import TypedDict

from ..contracts import PAGE
from ..errors import InputError
from ..store.gallery.filters import Filter, checked_folder, day_of
from .settings import Open, chosen, filters, for_people, setting, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langgraph.runtime import Runtime

_FILTERS = ("after", "before", "folder")
_NEVER_A_NODES = {"profile", "user", "target", "clicks", "manner", "like", *_FILTERS}  # the search that a node holds is filtered
# What unset settings are: for the simulated user of an evaluation the paper's protocol, for a person the best ranking known.
PAPERS: dict[str, Any] = {"fusion": "slots", "hubs": False, "rerank": False, "exclude_shown": False, "captioning": 0.0, "paint_all": False}
PEOPLES: dict[str, Any] = {
    "fusion": "newest",
    "hubs": True,
    "rerank": True,
    "exclude_shown": True,
    "captioning": 10.0,
    "paint_all": True,
}


@dataclass(frozen=True)
class Config:
    """The defaults are the paper's; where it is silent, `docs/decisions/` says why they are what they are. Raises InputError."""

    profile: str = chosen("miniature", "which models and prompts")
    gallery: str = chosen("postcards", "where to search")
    user: Literal["person", "simulated"] = chosen("person", "who answers")
    target: str = chosen("", "id of the picture that the simulated user looks for; no node ever gets it")
    clicks: Literal["none", "alone", "also"] = chosen(
        "none", "whether the simulated user points at the nearest of the ten: never, instead of answering, or beside it"
    )
    manner: Literal["exact", "clumsy"] = chosen(
        "exact", "how the simulated user answers: as the vision model says, or as people do, who deny, misremember and do not know"
    )
    like: str = chosen("", "a picture that the one looked for is like, kept with the conversation")
    max_rounds: int = for_people(10, "rounds at most", low=0)
    dialog_num: int = for_people(Open(7), "results of ten that the description brings (by slots); at 0 nothing is asked", low=0, high=PAGE)
    image_num: int = for_people(Open(3), "results of ten that the painting brings (by slots); at 0 nothing is painted", low=0, high=PAGE)
    painting: bool = for_people(True, "what is understood is painted, and you are asked what is wrong with it")
    paint_all: bool | None = for_people(
        None,
        "what is painted takes in the answers to questions, too; otherwise only what was said of paintings (unset: for a person yes, for "
        "the simulated user no)",
    )
    fusion: str | None = for_people(
        None, "how the two lists of results become one page (unset: for a person newest, for the simulated user slots)"
    )
    hubs: bool | None = for_people(
        None, "pictures that are near to whatever is asked for lose by it (unset: for a person yes, for the simulated user no)"
    )
    rerank: bool | None = setting(
        None, "the encoder's matching head, where the profile has one, orders the first results once more (unset: for a person yes)"
    )
    related_size: int = setting(500, "how many of the nearest pictures a question is made for, N of Algorithm 1", low=1)
    schedule: Literal["linear", "constant"] = setting("linear", "of N over the rounds: fewer every round, or always as many")
    clusters: int = setting(10, "groups that these pictures are sorted into, K of Algorithm 1", low=1)
    temperature: float = setting(1.0, "of the softmax in Algorithm 1", low=0.0001)
    questions: int = setting(1, "proposed in a round; of several the one is asked that shifts the candidates least (PlugIR)", low=1)
    captioning: float | None = for_people(
        None,
        "seconds that a round may take to caption pictures that nobody has captioned, where the profile has a vision model; 0: none "
        "(unset: for a person 10, for the simulated user 0)",
        low=0,
    )
    with_context: bool = setting(True, "whoever asks sees a caption of each group")
    rewriting: bool = setting(True, "answers are worked into the description; otherwise question and answer are added to it as they are")
    compared: Literal["caption", "image"] = setting("caption", "what is compared with the images in Algorithm 1")
    exclude_shown: bool | None = for_people(
        None, "what was shown and missed is not shown again (unset: for a person yes, for the simulated user no)"
    )
    language: str = for_people("", "of the questions, where the language model knows more than English (empty: as you write)")
    seed: int = for_people(0, "of everything drawn at random", low=0, high=2**32 - 1)
    after: str = filters("only pictures from this day on, as in 2019, 2019-05 or 2019-05-31", day_of)
    before: str = filters("only pictures from before this day, written likewise", day_of)
    folder: str = filters("only pictures in this folder and below, as in Holiday/2019", checked_folder)

    def __post_init__(self) -> None:
        dialog, image = self.dialog_num, self.image_num
        for each in SETTINGS:
            each.check(getattr(self, each.name))
        if isinstance(dialog, Open) and not isinstance(image, Open):
            dialog = PAGE - image
        elif isinstance(image, Open) and not isinstance(dialog, Open):
            image = PAGE - dialog
        object.__setattr__(self, "dialog_num", int(dialog))
        object.__setattr__(self, "image_num", int(image))
        if dialog + image != PAGE:
            raise InputError(f"dialog_num {dialog} and image_num {image} must add up to {PAGE}: give one of them, or change the other")
        if (self.user == "simulated") != bool(self.target):
            raise InputError(
                f"user {self.user!r} with target {self.target!r}: the simulated user needs a target, and nobody else may have one"
            )
        if self.only and self.target:
            raise InputError(f"the simulated user looks for any picture: leave out what filters them (only {self.only.words})")

    @property
    def paints(self) -> bool:
        """Whether anything is painted, where the profile has a painter."""
        return self.painting and self.image_num > 0

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Config:
        """The settings that a conversation was begun with, as they were stored. Raises InputError for one that this version lacks."""
        if unknown := sorted(stored.keys() - {each.name for each in SETTINGS}):
            raise InputError(f"the conversation has settings that this version does not know ({', '.join(unknown)}): update dir-tir")
        return cls(**stored)

    @property
    def only(self) -> Filter:
        """Which of the gallery's pictures are searched. Raises InputError for dates with no day between them."""
        return Filter(self.after, self.before, self.folder)

    def settled(self, user: str = "") -> Config:
        """The same with what is unset as it is for this user; without one, for the user that the settings name."""
        unset = PEOPLES if (user or self.user) == "person" else PAPERS
        return replace(self, **{name: value for name, value in unset.items() if getattr(self, name) is None})

    def node_settings(self) -> dict[str, Any]:
        """What a node may name as a keyword parameter. The target is not among it, and neither is who the user is."""
        return {name: value for name, value in asdict(self.settled()).items() if name not in _NEVER_A_NODES}


class Settings(TypedDict, total=False):
    """The options among the fields of `Config`, as keywords: editors complete them and mypy checks them. A test holds the two equal."""

    max_rounds: int
    dialog_num: int
    image_num: int
    painting: bool
    paint_all: bool | None
    fusion: str | None
    hubs: bool | None
    rerank: bool | None
    related_size: int
    schedule: Literal["linear", "constant"]
    clusters: int
    temperature: float
    questions: int
    captioning: float | None
    with_context: bool
    rewriting: bool
    compared: Literal["caption", "image"]
    exclude_shown: bool | None
    language: str
    seed: int
    after: str
    before: str
    folder: str


class Filters(TypedDict, total=False):
    """Those of them that say which pictures are searched."""

    after: str
    before: str
    folder: str


SETTINGS = settings_of(Config)


def config_of(runtime: Runtime[Config]) -> Config:
    """The settings of the run; the paper's where whoever runs the graph gives none."""
    return runtime.context or Config()
