"""From the settings of a conversation to the tools it is run with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tools.toolbox import ProfileToolbox, open_toolbox

if TYPE_CHECKING:
    from .config import Config


def toolbox_of(config: Config) -> ProfileToolbox:
    """The toolbox for a Config, always the same one for the same profile, gallery and target; nothing is loaded before it is used."""
    return open_toolbox(config.profile, config.gallery, config.target)
