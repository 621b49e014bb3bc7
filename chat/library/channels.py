"""Whether what a checkpoint holds is what the nodes put there: a copied or damaged sessions file may hold anything."""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from typing_extensions import is_typeddict

from ...errors import InputError
from ...nodes.state import ConversationState
from .events import asked, page_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langgraph.types import StateSnapshot


def check_channels(values: Mapping[str, Any]) -> None:
    """Raises InputError for values of the state that no conversation can be shown or gone on with."""
    for name, types in _kinds().items():
        if name in values and not (isinstance(values[name], types) and not (int in types and isinstance(values[name], bool))):
            expected = " or ".join("nothing" if type_ is NoneType else type_.__name__ for type_ in types)
            raise InputError(f"{name} is {values[name]!r:.60}, expected {expected}")
    try:
        for record in values.get("rounds", ()):
            page_of(record, lambda _: None)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"the record of a round is damaged: {type(error).__name__}: {error!s:.60}") from None


def check_state(state: StateSnapshot) -> None:
    """The same of a whole state, with the questions that stand."""
    check_channels(state.values)
    for stop in state.interrupts:
        asked(stop.value)


@cache
def _kinds() -> dict[str, tuple[type, ...]]:
    """Channel → the plain types that its value may have."""
    return {name: _plain(hint) for name, hint in get_type_hints(ConversationState).items()}


def _plain(hint: Any) -> tuple[type, ...]:
    if get_origin(hint) in (Union, UnionType):
        return tuple(type_ for one in get_args(hint) for type_ in _plain(one))
    return (dict,) if is_typeddict(hint) else (get_origin(hint) or hint,)
