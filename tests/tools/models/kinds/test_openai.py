"""The endpoint adapter against a real OpenAI-compatible server that serves the miniature, with a proxy in between that breaks things."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from dir_tir.contracts import Example
from dir_tir.errors import BrokenReply, EndpointError, ProfileError
from dir_tir.prompts.library import PromptLibrary
from dir_tir.tools.models.kinds.openai import LONGEST_SIDE, OpenAIModel, OpenAIOptions
from dir_tir.tools.profiles.profile import load_profile
from dir_tir.tools.workspace import Workspace
from PIL import Image
from proxies import Proxy

MINIATURE = load_profile("miniature")
PROMPT = PromptLibrary.load("miniature").render(
    "rewrite", description="fish, on meadow", dialogue="none", question="What is on the left?", answer="A white fish."
)
GENERATION = {"max_new_tokens": 96, "temperature": 0.0}


def _model(proxy: Proxy, role: str = "llm", **changed: Any) -> OpenAIModel:
    said = {"url": proxy.url, "model": str(MINIATURE.models[role].source()), "tries": 3, "timeout": 30.0, "generation": GENERATION}
    return OpenAIModel(OpenAIOptions(**{**said, **changed}))


@pytest.fixture(scope="module")
def alone() -> str:
    """What the same weights say on this machine."""
    return Workspace().models("miniature").llm.reply(PROMPT)


def test_a_model_behind_an_endpoint_says_what_it_says_here(proxy: Proxy, alone: str) -> None:
    assert _model(proxy).reply(PROMPT) == alone
    assert proxy.paths == ["/v1/chat/completions"]


def test_pictures_are_sent_before_the_text_in_their_order(proxy: Proxy) -> None:
    from dir_tir.miniature.world.drawing import draw
    from dir_tir.miniature.world.scene import scenes

    pictures = [draw(scene, 192) for scene in itertools.islice(scenes("test", 2, 0), 2)]
    vision, here = _model(proxy, "vision"), Workspace().models("miniature").vision
    for prompt, shown in (("Describe the postcard.", pictures[:1]), (PromptLibrary.load("miniature").render("differences"), pictures)):
        assert vision.reply(prompt, shown) == here.reply(prompt, shown)


def test_the_budget_of_tokens_is_kept(proxy: Proxy, alone: str) -> None:
    thought = 11  # tokens of "<think> fish one white left. fish one white left</think>", which count
    short = _model(proxy, generation={"max_new_tokens": thought + 3, "temperature": 0.0}).reply(PROMPT)
    assert alone.startswith(short)
    assert len(short.split()) <= 3


def test_examples_are_earlier_turns_and_an_answer_is_chosen_by_the_reply(proxy: Proxy) -> None:
    endpoint, here = _model(proxy), Workspace().models("miniature").llm
    examples = [Example(PROMPT, "a fish on the meadow, a white fish on the left")]
    assert endpoint.reply(PROMPT, examples=examples) == here.reply(PROMPT, examples=examples)
    judged = PromptLibrary.load("miniature").render(
        "filter_uncertain", description="fish, on meadow", dialogue="none", question="What is on the left?"
    )
    assert endpoint.choose(judged, ("Known", "Uncertain")) == here.choose(judged, ("Known", "Uncertain")) == "Uncertain"


@pytest.mark.parametrize("fault", ["hang up", "429", "500", "stall", "cut", "junk", "shapeless"])
def test_what_goes_wrong_once_is_tried_again(proxy: Proxy, fault: str, alone: str) -> None:
    _model(proxy).reply(PROMPT)  # the server loads the model
    endpoint = _model(proxy, timeout=5.0)
    proxy.seen.clear()
    proxy.faults.append(fault)
    assert endpoint.reply(PROMPT) == alone
    assert len(proxy.seen) == 2
    if fault == "429":
        assert proxy.seen[1] - proxy.seen[0] >= 1  # as long as the server asked for


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("hang up", "Connection error"),
        ("429", "429"),
        ("500", "500"),
        ("stall", "timed out"),
        ("cut", "Connection error"),
        ("junk", ""),
        ("shapeless", ""),
    ],
)
def test_what_goes_wrong_every_time_is_one_line_that_says_what_to_do(proxy: Proxy, fault: str, reason: str) -> None:
    proxy.always = fault
    with pytest.raises(EndpointError, match=rf"gave no answer in 2 tries \(.*{reason}.*\): see that it runs") as caught:
        _model(proxy, timeout=0.5 if fault == "stall" else 30.0, tries=2).reply(PROMPT)  # only who is kept waiting is to give up early
    assert "\n" not in str(caught.value)
    assert len(proxy.seen) == 2


@pytest.mark.slow
def test_a_refused_connection_names_the_address() -> None:
    nobody = OpenAIOptions(url="http://127.0.0.1:9/v1", model="m", tries=1, timeout=5)
    with pytest.raises(
        EndpointError, match=r"the endpoint http://127\.0\.0\.1:9/v1 \(model 'm'\) gave no answer in 1 tries \(Connection error"
    ):
        OpenAIModel(nobody).reply(PROMPT)


def test_a_model_that_says_nothing_is_broken_and_not_gone(proxy: Proxy) -> None:
    proxy.always = "empty"
    with pytest.raises(BrokenReply, match="said nothing in 3 tries"):
        _model(proxy).reply(PROMPT)


def test_an_address_without_such_a_service_is_said_to_be_wrong(proxy: Proxy) -> None:
    with pytest.raises(ProfileError, match=r"knows no such model .*check `url` and `model`"):
        _model(proxy, url=proxy.url + "/elsewhere").reply(PROMPT)


def test_an_empty_reply_at_temperature_0_is_not_asked_for_again_in_the_same_way(proxy: Proxy) -> None:
    proxy.faults.append("empty")
    assert _model(proxy).reply(PROMPT)
    first, second = proxy.bodies
    assert (first["temperature"], second["temperature"], second["top_p"]) == (0.0, 0.7, 0.95)
    assert first["messages"] == second["messages"]
    assert first["max_completion_tokens"] == second["max_completion_tokens"] == 96


@pytest.mark.parametrize("generation", [{"temperature": 0.3}, {}])
def test_an_endpoint_that_draws_anyway_is_asked_again_as_the_profile_says(proxy: Proxy, generation: dict[str, Any]) -> None:
    proxy.always = "empty"
    with pytest.raises(BrokenReply):
        _model(proxy, tries=2, generation=generation).reply(PROMPT)
    assert [body.get("temperature") for body in proxy.bodies] == [generation.get("temperature")] * 2


def test_an_answer_that_was_broken_on_its_way_is_asked_for_again_as_it_was(proxy: Proxy) -> None:
    proxy.faults.append("shapeless")
    _model(proxy).reply(PROMPT)
    assert proxy.bodies[0] == proxy.bodies[1]


def test_large_pictures_are_made_smaller_before_they_are_sent(proxy: Proxy) -> None:
    import base64
    import io

    proxy.always = "empty"
    with pytest.raises(BrokenReply):
        _model(proxy, tries=1).reply(PROMPT, [Image.new("RGBA", (4000, 1000))])
    url = proxy.bodies[0]["messages"][0]["content"][0]["image_url"]["url"]
    sent = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert (sent.format, max(sent.size)) == ("JPEG", LONGEST_SIDE)
