"""What a setting is: a field of `Config` with its words, its range and its default, and what every face makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from ..errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance


class Open(int):
    """A default that gives way: places on the page follow from the other number when only that one is given."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, schema_of: Any) -> Any:
        return schema_of(int)


def setting(default: Any, words: str, *, low: float | None = None, high: float | None = None, whom: str = "") -> Any:
    """A field with what every face shows of it; pydantic reads description, ge and le into the JSON schema behind Studio's form."""
    limits = {name: limit for name, limit in (("ge", low), ("le", high)) if limit is not None}
    return field(default=default, metadata={"description": words, "whom": whom, **limits})


def chosen(default: str, words: str) -> Any:
    """What a face finds out by itself (which gallery, which models, who answers): no option is made of it."""
    return setting(default, words, whom="face")


def for_people(default: Any, words: str, **limits: float) -> Any:
    """What a person may want to change, at every face."""
    return setting(default, words, whom="people", **limits)


def filters(words: str, check: Callable[[str], object]) -> Any:
    """Which of the gallery's pictures a person searches; an evaluation searches all. Empty: all."""
    return field(default="", metadata={"description": words, "whom": "filter", "check": check})


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


def settings_of(config: type[DataclassInstance]) -> tuple[Setting, ...]:
    """Of a dataclass whose fields are made by the functions of this file."""
    hints, found = get_type_hints(config), []
    for one in fields(config):
        hint, more = hints[one.name], one.metadata
        optional = NoneType in get_args(hint)
        literal = get_args(hint) if get_origin(hint) is Literal else ()
        kind = str if literal else get_args(hint)[0] if optional else hint
        default: Any = int(one.default) if isinstance(one.default, Open) else one.default
        limits = more.get("ge"), more.get("le")
        found.append(Setting(one.name, more["description"], kind, default, *limits, optional, more["whom"], literal, more.get("check")))
    return tuple(found)
