"""What the models of a profile are there for: the one list of their names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """contract: whose adapters can play it. tool: by which of a conversation's tools it is used; empty: by none.

    A profile may do without any that is not required, and everything says so instead of failing.
    """

    name: str
    contract: str
    tool: str = ""
    required: bool = False  # whether every profile has one


ROLES = {
    role.name: role
    for role in (
        Role("encoder", "encoder", tool="search", required=True),
        Role("llm", "llm", tool="llm"),
        Role("vision", "vision", tool="user"),  # of the simulated user only; a person answers without a model
        Role("painter", "painter", tool="painter"),
        Role("dialogue_encoder", "encoder"),
    )
}

TOOLS_OF_MODELS = tuple(role.tool for role in ROLES.values() if role.tool)  # the tools of a conversation behind which there is a model

LACKABLE = tuple(role.name for role in ROLES.values() if role.tool and not role.required)  # what a conversation can do without

USES = {  # what somebody does → the roles that it needs
    "a conversation": ("encoder", "llm", "painter"),
    "an evaluation": ("encoder", "llm", "vision", "painter"),
    "indexing": ("encoder",),
}
