"""What can be known, when a language or vision model of transformers is loaded, about how it will be asked."""

from __future__ import annotations

import copy
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ...errors import BrokenReply, ProfileError
from .retrying import limited

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .options import TextOptions

_POSITIONS_WITHOUT_END = ("rope_parameters", "rope_theta", "rope_scaling")  # positions that are worked out instead of looked up


def generation_of(model: Any, options: TextOptions, folder: Path) -> dict[str, Any]:
    """What generate() is given. Raises ProfileError for a setting that it does not know or take."""
    settings = {"do_sample": bool(model.generation_config.do_sample), **limited(options)}
    known = copy.deepcopy(model.generation_config)
    try:
        unknown = known.update(**settings)
    except (ValueError, TypeError) as error:
        raise _refused(folder, " ".join(str(error).split())[:200]) from error
    for key in unknown:
        near = get_close_matches(key, sorted(known.to_dict()), n=1)
        raise _refused(folder, f"{key} is unknown{f', did you mean {near[0]}?' if near else ''}")
    if settings["do_sample"] and not (known.temperature is None or known.temperature > 0):
        raise _refused(folder, f"temperature is {known.temperature} and do_sample true: say do_sample = false for the likeliest words")
    budget, limit = known.max_new_tokens, positions_of(model)
    if budget is not None and (budget < 1 or (limit and budget >= limit)):
        raise _refused(
            folder, f"max_new_tokens is {budget}; expected at least 1" + (f" and less than {limit}, all it reads" if limit else "")
        )
    return settings


def positions_of(model: Any) -> int | None:
    """How many tokens a model has positions for, prompt and reply together; nothing where there is no such end."""
    config = model.config.get_text_config()
    if any(getattr(config, name, None) for name in _POSITIONS_WITHOUT_END):
        return None
    return getattr(config, "max_position_embeddings", None)


def room_for(budget: int | None, prompt: int, limit: int) -> int:
    """How many tokens a reply may have after a prompt of so many. Raises BrokenReply when there is no room."""
    if prompt >= limit:
        raise BrokenReply(f"the prompt has {prompt} tokens, and the language model reads {limit}: name a model that reads more")
    return min(budget or limit, limit - prompt)


def hello_in(template: Callable[..., Any], content: Any, folder: Path) -> str:
    """A short message of a user as a chat template writes it. Raises ProfileError when it refuses one."""
    from jinja2 import TemplateError

    try:
        return str(template([{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True))
    except (TemplateError, ValueError, TypeError, KeyError, IndexError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ProfileError(
            f"the chat template in {folder} takes no single message of a user ({reason}): name a model that is made for conversations, or "
            "put another template there"
        ) from error


def _refused(folder: Path, reason: str) -> ProfileError:
    return ProfileError(f"the model in {folder} cannot be asked with `generation` of the profile: {reason}")
