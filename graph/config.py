"""The settings of a conversation. Every face reads them off `Config`: commands, page, library, Studio's form, a run's manifest.

A setting is one field with its words, its range and its default. Importing this loads nothing heavy.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from typing_extensions import TypedDict

from ..contracts import PAGE
from ..errors import InputError
from ..store.gallery.filters import Filter, checked_folder, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


class _Open(int):
    """A default that gives way: places on the page follow from the other number when only that one is given."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, schema_of: Any) -> Any:
        return schema_of(int)


def _setting(default: Any, words: str, *, low: float | None = None, high: float | None = None, whom: str = "") -> Any:
    """A field with what every face shows of it; pydantic reads description, ge and le into the JSON schema behind Studio's form."""
    limits = {name: limit for name, limit in (("ge", low), ("le", high)) if limit is not None}
    return field(default=default, metadata={"description": words, "whom": whom, **limits})


def _chosen(default: str, words: str) -> Any:
    """What a face finds out by itself (which gallery, which models, who answers): no option is made of it."""
    return _setting(default, words, whom="face")


def _for_people(default: Any, words: str, **limits: float) -> Any:
    """What a person may want to change, at every face."""
    return _setting(default, words, whom="people", **limits)


def _filter(words: str, check: Callable[[str], object]) -> Any:
    """Which of the gallery's pictures a person searches; an evaluation searches all. Empty: all."""
    return field(default="", metadata={"description": words, "whom": "filter", "check": check})


@dataclass(frozen=True)
class Config:
    """The defaults are the paper's; where it is silent, `docs/decisions/` says why they are what they are. Raises InputError."""

    profile: str = _chosen("miniature", "which models and prompts")
    gallery: str = _chosen("postcards", "where to search")
    user: Literal["person", "simulated"] = _chosen("person", "who answers")
    target: str = _chosen("", "id of the picture that the simulated user looks for; no node ever gets it")
    clicks: Literal["none", "alone", "also"] = _chosen(
        "none", "whether the simulated user points at the nearest of the ten: never, instead of answering, or beside it"
    )
    manner: Literal["exact", "clumsy"] = _chosen(
        "exact", "how the simulated user answers: as the vision model says, or as people do, who deny, misremember and do not know"
    )
    like: str = _chosen("", "a picture that the one looked for is like, kept with the conversation")
    max_rounds: int = _for_people(10, "rounds at most", low=0)
    dialog_num: int = _for_people(
        _Open(7), "results of ten that the description brings (by slots); at 0 nothing is asked", low=0, high=PAGE
    )
    image_num: int = _for_people(_Open(3), "results of ten that the painting brings (by slots); at 0 nothing is painted", low=0, high=PAGE)
    painting: bool = _for_people(True, "what is understood is painted, and you are asked what is wrong with it")
    paint_all: bool | None = _for_people(
        None,
        "what is painted takes in the answers to questions, too; otherwise only what was said of paintings (unset: for a person yes, for "
        "the simulated user no)",
    )
    fusion: str | None = _for_people(
        None, "how the two lists of results become one page (unset: for a person newest, for the simulated user slots)"
    )
    hubs: bool | None = _for_people(
        None, "pictures that are near to whatever is asked for lose by it (unset: for a person yes, for the simulated user no)"
    )
    rerank: bool | None = _setting(
        None, "the encoder's matching head, where the profile has one, orders the first results once more (unset: for a person yes)"
    )
    related_size: int = _setting(500, "how many of the nearest pictures a question is made for, N of Algorithm 1", low=1)
    schedule: Literal["linear", "constant"] = _setting("linear", "of N over the rounds: fewer every round, or always as many")
    clusters: int = _setting(10, "groups that these pictures are sorted into, K of Algorithm 1", low=1)
    temperature: float = _setting(1.0, "of the softmax in Algorithm 1", low=0.0001)
    questions: int = _setting(1, "proposed in a round; of several the one is asked that shifts the candidates least (PlugIR)", low=1)
    captioning: float | None = _for_people(
        None,
        "seconds that a round may take to caption pictures that nobody has captioned, where the profile has a vision model; 0: none "
        "(unset: for a person 10, for the simulated user 0)",
        low=0,
    )
    with_context: bool = _setting(True, "whoever asks sees a caption of each group")
    rewriting: bool = _setting(True, "answers are worked into the description; otherwise question and answer are added to it as they are")
    compared: Literal["caption", "image"] = _setting("caption", "what is compared with the images in Algorithm 1")
    exclude_shown: bool | None = _for_people(
        None, "what was shown and missed is not shown again (unset: for a person yes, for the simulated user no)"
    )
    language: str = _for_people("", "of the questions, where the language model knows more than English (empty: as you write)")
    seed: int = _for_people(0, "of everything drawn at random", low=0, high=2**32 - 1)
    after: str = _filter("only pictures from this day on, as in 2019, 2019-05 or 2019-05-31", day_of)
    before: str = _filter("only pictures from before this day, written likewise", day_of)
    folder: str = _filter("only pictures in this folder and below, as in Holiday/2019", checked_folder)

    def __post_init__(self) -> None:
        dialog, image = self.dialog_num, self.image_num
        for setting in SETTINGS:
            setting.check(getattr(self, setting.name))
        if isinstance(dialog, _Open) and not isinstance(image, _Open):
            dialog = PAGE - image
        elif isinstance(image, _Open) and not isinstance(dialog, _Open):
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
        if unknown := sorted(stored.keys() - {setting.name for setting in SETTINGS}):
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


@dataclass(frozen=True)
class Setting:
    """One field of `Config`, for whoever makes an option, a form or a table of it."""

    name: str
    words: str
    type: type[bool] | type[int] | type[float] | type[str]
    default: bool | int | float | str | None
    low: float | None
    high: float | None
    optional: bool  # None is a value: unset
    whom: str  # "people": worth showing to everybody; "filter": which pictures; "face": a face finds it out itself; "": for experiments
    listed: tuple[str, ...] = ()
    is_sound: Callable[[str], object] | None = None  # raises InputError for a text that is none of those meant

    @property
    def is_option(self) -> bool:
        """Whether a face that begins conversations makes an option of it."""
        return self.whom != "face"

    @property
    def is_filter(self) -> bool:
        """Whether it says which pictures are searched."""
        return self.whom == "filter"

    @property
    def for_people(self) -> bool:
        """Whether a person may want it; the others are for experiments."""
        return self.whom == "people"

    @property
    def choices(self) -> tuple[str, ...]:
        """The values there are, where they can be listed."""
        if self.name != "fusion":
            return self.listed
        from ..tools.fusion import FUSIONS  # those that other packages bring are known when somebody asks

        return tuple(FUSIONS)

    def check(self, value: Any) -> None:
        """Raises InputError for a value of another type, out of range, or none of the choices."""
        if self.optional and value is None:
            return
        right_type = isinstance(value, int | float if self.type is float else self.type) and (self.type is bool) == isinstance(value, bool)
        if not right_type or not self._in_range(value):
            raise InputError(f"{self.name} is {value!r}; expected {self._expected()}")
        if self.is_sound and value:
            try:
                self.is_sound(value)
            except InputError as error:
                raise InputError(f"{self.name}: {error}") from None

    def _in_range(self, value: Any) -> bool:
        if self.type is str:
            return value == self.default or not self.choices or value in self.choices
        return not (self.low is not None and not value >= self.low) and not (self.high is not None and not value <= self.high)

    def _expected(self) -> str:
        if self.type is str:
            return f"one of {', '.join(self.choices)}" if self.choices else "a text"
        words = {bool: "true or false", int: "a whole number", float: "a number"}[self.type]
        if self.high is not None:
            return f"{words} from {self.low} to {self.high}"
        return words if self.low is None else f"{words} of at least {self.low}"


def _settings() -> tuple[Setting, ...]:
    hints, found = get_type_hints(Config), []
    for one in fields(Config):
        hint, more = hints[one.name], one.metadata
        optional = NoneType in get_args(hint)
        literal = get_args(hint) if get_origin(hint) is Literal else ()
        kind = str if literal else get_args(hint)[0] if optional else hint
        default: Any = int(one.default) if isinstance(one.default, _Open) else one.default
        limits = more.get("ge"), more.get("le")
        found.append(Setting(one.name, more["description"], kind, default, *limits, optional, more["whom"], literal, more.get("check")))
    return tuple(found)


SETTINGS = _settings()


def config_of(runtime: Runtime[Config]) -> Config:
    """The settings of the run; the paper's where whoever runs the graph gives none."""
    return runtime.context or Config()
