"""What pydantic finds wrong with a table, as one line for whoever wrote it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError


def faults_in(error: ValidationError, type_: type[BaseModel], table: Mapping[str, Any], known: Collection[str]) -> str:
    """Every fault, what is unknown with the nearest key there is. known: the keys to name when one is unknown or missing."""
    unknown, missing, others = [], [], []
    for fault in error.errors():
        key = str(fault["loc"][0]) if fault["loc"] else ""
        match fault["type"]:
            case "extra_forbidden":
                unknown.append(_with_nearest(key, known))
            case "missing":
                missing.append(key)
            case "value_error":
                others.append(str(fault["ctx"]["error"]))
            case "greater_than_equal":
                others.append(f"{key} is {table[key]!r}; expected at least {fault['ctx']['ge']:g}")
            case "literal_error":
                choices = sorted(str(choice) for choice in get_args(type_.model_fields[key].annotation) if choice)
                others.append(f"{key} is {table[key]!r}; expected {', '.join(choices)}")
            case _:
                others.append(f"{key} is {table[key]!r}, expected {_named(type_.model_fields[key].annotation)}")
    named = [f"unknown: {', '.join(sorted(unknown))}"] if unknown else []
    named += [f"missing: {', '.join(sorted(missing))}"] if missing else []
    return "; ".join([*named, *others, *([f"known: {', '.join(sorted(known))}"] if named else [])])


def _named(annotation: Any) -> str:
    return str(getattr(get_origin(annotation) or annotation, "__name__", annotation))


def _with_nearest(key: str, known: Collection[str]) -> str:
    near = get_close_matches(key, sorted(known), n=1)
    return f"{key} (did you mean {near[0]}?)" if near else key
