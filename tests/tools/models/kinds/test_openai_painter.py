"""The painter behind an endpoint: against a server that serves that of the miniature, and against some that fail."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from dir_tir.errors import BrokenReply, EndpointError, ProfileError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.home import Home
from dir_tir.tools.models.adapters import Given
from dir_tir.tools.models.kinds.openai_painter import OpenAIPainter, OpenAIPainterOptions
from dir_tir.tools.user import Person
from fakes import FakeToolbox
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from PIL import Image
from proxies import before
from pydantic import ValidationError
from scripted import Answer, Scripted, scripted

if TYPE_CHECKING:
    from dir_tir.tools.models.loading import Models


def _painter(url: str, **changed: Any) -> OpenAIPainter:
    return OpenAIPainter(OpenAIPainterOptions(**{"url": url, "model": "painter", "tries": 2, "timeout": 60.0, **changed}), Given())


def _file(picture: Image.Image) -> str:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


PAINTED = Image.linear_gradient("L").resize((32, 16)).convert("RGB")
SENT = {"data": [{"b64_json": _file(PAINTED)}]}


def _paint(answer: Callable[[Any], Answer] | Answer, **changed: Any) -> tuple[Image.Image, Scripted]:
    with scripted(answer if callable(answer) else lambda _: answer) as server:
        return _painter(server.url, **changed).paint("a boat", 7), server


def _fails(answer: Answer, kind: type[Exception], said: str, asked: int, **changed: Any) -> None:
    with scripted(lambda _: answer) as server, pytest.raises(kind, match=said) as caught:
        _painter(server.url, **changed).paint("a boat", 7)
    assert "\n" not in str(caught.value)
    assert len(server.bodies) == asked


def test_a_painting_is_that_of_the_same_weights_here_for_the_same_seed(endpoints: dict[str, int], miniature: Models) -> None:
    steps: list[tuple[int, int]] = []
    painted = _painter(f"http://127.0.0.1:{endpoints['infinity']}/v1").paint(
        "fish, on meadow", 5, lambda done, total: steps.append((done, total))
    )
    assert (np.asarray(painted) == np.asarray(miniature.painter.paint("fish, on meadow", 5))).all()
    assert (steps[0], steps[-1], set(steps)) == ((0, 1), (1, 1), {(0, 1), (1, 1)})


def test_what_is_asked_is_what_the_profile_says() -> None:
    _, server = _paint((200, SENT), size="512x256", extra_body={"num_inference_steps": 4})
    sent = {"model": "painter", "prompt": "a boat", "n": 1, "size": "512x256", "num_inference_steps": 4}
    assert server.bodies == [{**sent, "response_format": "b64_json", "seed": 7}]
    assert "seed" not in _paint((200, SENT), seed=False)[1].bodies[0]


@pytest.mark.parametrize("name", ["seed", "response_format"])
def test_what_a_server_does_not_take_is_left_out_from_then_on(name: str) -> None:
    def answer(body: Any) -> Answer:
        return (400, {"error": {"message": f"Unknown parameter: '{name}'.", "param": name}}) if name in body else (200, SENT)

    with scripted(answer) as server:
        painter = _painter(server.url)
        assert all(painter.paint("a boat", 7).size == (32, 16) for _ in range(2))
    assert [name in body for body in server.bodies] == [True, False, False]


def test_a_picture_may_come_in_an_address_that_holds_it() -> None:
    painted, _ = _paint((200, {"data": [{"b64_json": None, "url": f"data:image/png;base64,{_file(PAINTED)}"}]}))
    assert (np.asarray(painted) == np.asarray(PAINTED)).all()


def test_an_address_that_a_server_names_is_never_fetched() -> None:
    with scripted(lambda _: (200, SENT)) as inside:
        _fails((200, {"data": [{"url": f"{inside.url}/secret.png"}]}), EndpointError, "gives an address instead of a picture", asked=1)
    assert inside.bodies == []


@pytest.mark.parametrize(
    "refusal",
    [
        {"error": {"code": "content_policy_violation", "message": "Your request was rejected."}},
        {"error": {"code": "moderation_blocked", "message": "Your request was rejected by the safety system."}},
        {"error": {"code": "contentFilter", "message": "Your task failed as a result of our safety system."}},
    ],
)
def test_what_the_painter_will_not_paint_is_said_to_be_refused(refusal: Any) -> None:
    _fails((400, refusal), BrokenReply, r"^the painter refused to paint this \(400: Your .*\): describe it in other words$", asked=1)


def test_a_round_goes_on_without_a_painting_that_is_refused() -> None:
    refusal = (400, {"error": {"code": "content_policy_violation", "message": "Your request was rejected."}})
    with scripted(lambda _: refusal) as server:
        toolbox = FakeToolbox(painter=_painter(server.url), user=Person(Paintings(Home.of().paintings)))
        graph = build_graph(lambda _: toolbox, InMemorySaver())
        thread: Any = {"configurable": {"thread_id": "talk"}}
        config = Config(max_rounds=1, related_size=20)
        graph.invoke({"description": "a boat"}, thread, context=config)
        done = graph.invoke(Command(resume={"text": "a red one"}), thread, context=config)
    (note,) = [note for note in done["rounds"][1]["notes"] if note.startswith("painter_failed")]
    assert note == "painter_failed: the painter refused to paint this (400: Your request was rejected. content_policy_violation): " + (
        "describe it in other words"
    )
    assert done["rounds"][1]["answer"]["text"] == "a red one"


def _bomb() -> str:
    """A PNG of 60,000 x 60,000 pixels in a hundred bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    size = (60_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    return base64.b64encode(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    ).decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (base64.b64encode(b"<svg/>").decode(), "gave something else than a picture: this is not a picture"),
        (_bomb(), "something else than a picture: the picture has more than 179 million pixels"),
        (_file(Image.new("RGB", (8, 8))), "a single colour, which shows nothing"),
    ],
)
def test_what_is_no_picture_is_none(sent: str, said: str) -> None:
    _fails((200, {"data": [{"b64_json": sent}]}), BrokenReply, said, asked=1)


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"data": []}),
        (200, {"data": [{"b64_json": None}]}),
        (200, {"data": [{"b64_json": "no base64!"}]}),
        (200, {"created": 1}),
        (200, "<html>Sign in</html>"),
    ],
)
def test_an_answer_without_a_picture_is_asked_for_again(answer: Answer) -> None:
    _fails(answer, EndpointError, r"gave no answer in 2 tries \(not what|gave no answer in 2 tries \(.*no JSON", asked=2)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        ((404, {"message": "The model `painter` does not exist."}), ProfileError, "knows no such model"),
        ((401, {"detail": "Unauthorized"}), ProfileError, "refuses the key in OPENAI_API_KEY"),
        ((400, {"error": {"message": "Invalid size"}}), EndpointError, "check `size` in the profile"),
        ((422, {"detail": [{"loc": ["body", "steps"], "msg": "too many"}]}), EndpointError, "check `steps` in the profile"),
    ],
)
def test_a_refusal_is_asked_once_and_says_what_to_do(answer: Answer, kind: type[Exception], said: str) -> None:
    _fails(answer, kind, said, asked=1, size="512x512", extra_body={"steps": 900})


@pytest.mark.parametrize("fault", ["hang up", "429"])
def test_what_goes_wrong_once_is_tried_again(fault: str) -> None:
    with scripted(lambda _: (200, SENT)) as server, before(int(server.url.split(":")[2].split("/")[0])) as proxy:
        proxy.faults.append(fault)
        assert _painter(proxy.url).paint("a boat", 7).size == (32, 16)
        assert len(proxy.seen) == 2


def test_a_painting_that_nobody_wants_any_more_is_not_waited_for() -> None:
    class NotWanted(Exception):
        pass

    def progress(done: int, total: int) -> None:
        if asked.is_set():
            raise NotWanted

    asked, painted = Event(), Event()

    def answer(_: Any) -> Answer:
        asked.set()
        painted.wait(60)
        return 200, SENT

    with scripted(answer) as server:
        with pytest.raises(NotWanted):
            _painter(server.url).paint("a boat", 7, progress)
        assert not painted.is_set()
        painted.set()


def test_a_size_that_is_none_is_refused_when_the_profile_is_read() -> None:
    with pytest.raises(ValidationError, match="size is 'large'; expected width and height"):
        OpenAIPainterOptions(url="http://x", model="m", size="large")
