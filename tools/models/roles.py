"""What the models of a profile are there for: the one list of their names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """contract: whose adapters can play it. tool: by which of a conversation's tools it is used; empty: by none."""

    name: str
    contract: str
    tool: str = ""
    required: bool = True  # whether every profile has one


ROLES = {
    role.name: role
    for role in (
        Role("encoder", "encoder", tool="search"),
        Role("llm", "llm", tool="llm"),
        Role("vision", "vision", tool="user"),  # of the simulated user only; a person answers without a model
        Role("painter", "painter", tool="painter"),
        Role("dialogue_encoder", "encoder", required=False),
    )
}

TOOLS_OF_MODELS = tuple(role.tool for role in ROLES.values() if role.tool)  # the tools of a conversation behind which there is a model

USES = {  # what somebody does → the roles that it needs
    "a conversation": ("encoder", "llm", "painter"),
    "an evaluation": ("encoder", "llm", "vision", "painter"),
    "indexing": ("encoder",),
}
