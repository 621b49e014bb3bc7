"""Refusing weights that are not all there: libraries draw what is missing at random, and say so only in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_NAMED = 3  # of what is missing


def load_whole(type_: Any, folder: Path, **arguments: Any) -> Any:
    """What ``type_.from_pretrained`` of transformers or diffusers reads from a folder. Raises ProfileError when weights are missing, or of
    another size. No code of the folder is run."""
    model, found = type_.from_pretrained(folder, **arguments, ignore_mismatched_sizes=True, output_loading_info=True)
    require_all(folder, model, lacking(found))
    return model


def lacking(found: Mapping[str, Any]) -> set[str]:
    """What was drawn at random, by what a library says of its loading."""
    return {*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])}


def require_all(folder: Path, model: Any, missing: Iterable[str]) -> None:
    """Raise ProfileError when anything is missing."""
    names = sorted(missing)
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        raise ProfileError(
            f"the weights in {folder} are not those of a whole {type(model).__name__}: {', '.join(names[:_NAMED])}{more} missing, or of "
            "another size, and would be drawn at random: name another checkpoint, or fetch this one anew"
        )
