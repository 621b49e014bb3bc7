"""What a chatbot may hand to each tool. Schemas, descriptions and refusals of every protocol are made of these models."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...plain import shown


class Arguments(BaseModel):
    """Nothing but what is named is taken; what is left away or null counts as not said."""

    model_config = ConfigDict(extra="forbid")


class Filtered(Arguments):
    """Some of the pictures alone are looked at."""

    after: str | None = Field(None, description="only pictures from this day on, as in 2019, 2019-05 or 2019-05-31")
    before: str | None = Field(None, description="only pictures from before this day, written likewise")
    folder: str | None = Field(None, description="only pictures in this folder and below, as in Holiday/2019")
    like: str | None = Field(
        None, description="file of a picture of the gallery that what is looked for is like; the description may be empty then"
    )


class StartSearch(Filtered):
    """Begin to look for a picture."""

    description: str = Field(description="what the user says the picture shows, in a few words")


class AnswerSearch(Arguments):
    """Hand over what the user said; the next ten results come back. What is left away is skipped; pointing at results alone is enough."""

    conversation: str = Field(description="id of the conversation")
    answer: str | None = Field(None, description="the user's answer to the question")
    difference: str | None = Field(None, description="what the user says is wrong with the painting")
    more_like: list[int] | None = Field(None, description="numbers of results that the user wants more of")
    not_these: list[int] | None = Field(None, description="numbers of results that the user wants to keep away from")
    show_again: bool | None = Field(None, description="true: what was shown before may be shown again from now on")
    description: str | None = Field(None, description="what is understood, as the user words it instead; enough on its own")
    prompt: str | None = Field(None, description="what is painted, as the user words it instead; enough on its own")
    ruled_out: list[str] | None = Field(None, description="the whole list of what the picture does not show, as the user wants it instead")


class MoreResults(Arguments):
    """The next ten results of the newest page, numbered on. It is no answer, and uses up no round; what was asked stays asked."""

    conversation: str = Field(description="id of the conversation")


class GoBack(Arguments):
    """Have a round asked again, so that the user answers it otherwise, also after the end; what came of it before can be returned to."""

    conversation: str = Field(description="id of the conversation")
    to_round: int | None = Field(None, description="the round to ask again; left away: the one that was answered last")
    branch: int | None = Field(None, description="number of what came of it before, to return to it instead; as listed by this tool")


class FindPictures(Filtered):
    """Look once, without a conversation: the pictures that fit a description best, and where their files are."""

    description: str = Field(description="what the pictures show, in a few words; what they do not show may be said too")
    top: int | None = Field(None, ge=1, le=50, description="how many pictures, at most 50; left away: 10")


class MarkFound(Arguments):
    """Say that a result is the picture the user had in mind; ends the conversation."""

    conversation: str = Field(description="id of the conversation")
    number: int = Field(description="of the result, as shown last")


class ShowResult(Arguments):
    """Show one result large, for a user who wants to look closely."""

    conversation: str = Field(description="id of the conversation")
    number: int = Field(description="of the result, as shown last")


class ListSearches(Arguments):
    """What was looked for earlier, newest first, with the id that goes on with it."""


TOOLS: dict[str, type[Arguments]] = {
    "start_search": StartSearch,
    "answer_search": AnswerSearch,
    "more_results": MoreResults,
    "go_back": GoBack,
    "mark_found": MarkFound,
    "show_result": ShowResult,
    "list_searches": ListSearches,
    "find_pictures": FindPictures,
}
TITLES = {
    "start_search": "Begin a search",
    "answer_search": "Answer, and see the next results",
    "more_results": "See ten more results",
    "go_back": "Go back to a round",
    "mark_found": "This is the picture",
    "show_result": "Look closely at a result",
    "list_searches": "Earlier searches",
    "find_pictures": "Find pictures",
}
LOOKING = {"show_result", "list_searches", "find_pictures"}  # change nothing
REPEATABLE = LOOKING | {"mark_found"}  # done twice is as done once


def description_of(tool: str) -> str:
    """What the tool does, on one line."""
    return " ".join(cleandoc(TOOLS[tool].__doc__ or "").split())


def schema_of(tool: str) -> dict[str, Any]:
    """The JSON schema of its arguments, without what says nothing new (titles, the tool's description again): clients pay for it in every
    conversation."""
    schema = TOOLS[tool].model_json_schema()
    properties = {name: {key: value for key, value in one.items() if key != "title"} for name, one in schema["properties"].items()}
    return {key: value for key, value in schema.items() if key not in ("title", "description")} | {"properties": properties}


def refusal(error: ValidationError) -> str:
    """One line that names the argument which cannot be used, for a model to do better."""
    arguments = next((model for model in TOOLS.values() if model.__name__ == error.title), Arguments)
    first = error.errors()[0]
    name = shown(".".join(map(str, first["loc"])), 80)
    if first["type"] == "extra_forbidden":
        return f"there is no argument {name!r}: expected {', '.join(arguments.model_fields) or 'none'}"
    return (
        f"argument {name!r} cannot be used ({first['msg']}): {getattr(arguments.model_fields.get(str(first['loc'][0])), 'description', '')}"
    )
