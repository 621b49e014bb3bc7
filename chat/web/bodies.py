"""What the page may send: JSON objects with exactly these fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import InputError
from ...tools.user import CORRECTIONS, MARKS, SHOW_AGAIN

if TYPE_CHECKING:
    from starlette.requests import Request

Id = Annotated[str, Field(min_length=1, max_length=128)]
_Body = TypeVar("_Body", bound="Body")


class Body(BaseModel):
    """No other field, and no type that would have to be turned into the one expected."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MysteryBody(Body):
    """A mystery picture is wanted, for a player to look for."""

    gallery: str


class GalleryBody(Body):
    """Something about a gallery is wanted."""

    gallery: str


class BeginBody(Body):
    """A conversation is begun, about the pictures that the filters let through."""

    gallery: str
    description: str
    mystery: str = ""  # id of the picture that the player was shown
    like: Annotated[str, Field(max_length=128)] = ""  # id of a picture of the gallery that the one looked for is like
    after: Annotated[str, Field(max_length=32)] = ""
    before: Annotated[str, Field(max_length=32)] = ""
    folder: Annotated[str, Field(max_length=1000)] = ""
    settings: dict[str, bool | int | float | str] = {}  # that somebody chose; what may be in it says `settings_view.py`


class Reply(Body):
    """A reply as `tools/user.py` understands it, but for "this is it", which has an address of its own."""

    text: str = ""
    skip: bool = False
    more_like: list[Id] = []
    not_these: list[Id] = []
    show_again: bool = False
    description: str | None = None
    prompt: str | None = None
    ruled_out: list[str] | None = None

    def value(self) -> dict[str, Any]:
        """As the conversation takes it; of nothing but marks and edits it is a click."""
        marks = {mark: said for mark in (*MARKS, SHOW_AGAIN) if (said := getattr(self, mark))}
        marks |= {name: said for name in CORRECTIONS if (said := getattr(self, name)) is not None}
        if self.text.strip() and not self.skip:
            return {"text": self.text, **marks}
        return {"skip": True, **marks} if self.skip or not marks else marks


class ReplyBody(Body):
    """A reply to what is asked, or still to be asked, in a round."""

    round: int
    kind: Literal["question", "difference", "click"]
    reply: Reply


class AcceptBody(Body):
    """A result is the picture."""

    picture: Id


class PaintBody(Body):
    """What is understood is to be painted, or not, in this conversation."""

    painting: bool


class BackBody(Body):
    """A round is to be asked again."""

    round: int


class ReturnBody(Body):
    """A branch that was left is to be gone on with."""

    branch: Id


class FolderBody(Body):
    """The folder of a picture's file is to be shown; ``file``: which, of several that hold the same picture."""

    gallery: str
    picture: Id
    file: int = 0


class MakeBody(Body):
    """A gallery is to be made of a folder."""

    gallery: str
    folder: str
    profile: str


class UpdateBody(Body):
    """A gallery is to be brought up to date. folder: which, where it is not the only one. remove: also what has vanished all at once."""

    folder: str = ""
    remove: bool = False


class RenameBody(Body):
    """A conversation is to have another title; an empty one stands for its description."""

    title: str


class EmptyBody(Body):
    """Nothing to say but that something shall be done."""


async def read_body(request: Request, kind: type[_Body]) -> _Body:
    """The body of a request. JSON alone: a form of another site cannot send it. Raises InputError that says in a line what is wrong."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise InputError("the request is not JSON")
    return read_text(await request.body(), kind)


def read_text(text: str | bytes, kind: type[_Body]) -> _Body:
    """The same of a text of JSON."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise InputError(f"the request is not JSON ({first['msg'].removeprefix('Invalid JSON: ')})") from None
        place = ascii(".".join(map(str, first["loc"])) or "all of it")[1:-1]
        raise InputError(f"the request is not understood at {place:.80}: {first['msg'][:1].lower()}{first['msg'][1:]}") from None
