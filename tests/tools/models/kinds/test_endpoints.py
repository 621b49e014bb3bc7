"""The endpoint adapter against servers that behave as people report of theirs."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from dir_tir.errors import BrokenReply, EndpointError, ProfileError
from dir_tir.tools.models.addresses import is_this_machine
from dir_tir.tools.models.kinds.openai import OpenAIModel, OpenAIOptions
from pydantic import ValidationError
from scripted import Answer, Scripted, says, scripted

ELSEWHERE = "203.0.113.1:9"  # an address that nobody has


def _model(url: str, **changed: Any) -> OpenAIModel:
    return OpenAIModel(OpenAIOptions(**{"url": url, "model": "m", "tries": 2, "timeout": 10.0, **changed}))


def _reply(answer: Callable[[Any], Answer], **changed: Any) -> tuple[str, Scripted]:
    with scripted(answer) as server:
        return _model(server.url, **changed).reply("a boat"), server


def _refusal(answer: Answer, kind: type[Exception], **changed: Any) -> tuple[str, Scripted]:
    with scripted(lambda _: answer) as server, pytest.raises(kind) as caught:
        _model(server.url, **changed).reply("a boat")
    assert "\n" not in str(caught.value)
    return str(caught.value), server


# Thoughts


def test_a_thought_that_was_cut_off_is_no_reply() -> None:
    said, server = _refusal(says("Okay, the user wants a boat. Let me", "length"), BrokenReply)
    assert "said nothing in 2 tries: allow it more new tokens" in said
    assert len(server.bodies) == 2


def test_the_reply_of_a_model_that_has_shown_to_think_nothing_may_be_cut_off() -> None:
    with scripted(lambda body: says("a red boat", "length" if "long" in str(body["messages"]) else "stop")) as server:
        model = _model(server.url)
        with pytest.raises(BrokenReply):
            model.reply("a long one")
        assert model.reply("a short one") == "a red boat"
        assert model.reply("a long one") == "a red boat"


def test_a_reply_beside_which_the_thoughts_were_put_may_be_cut_off() -> None:
    assert _reply(lambda _: says("a red boat", "length", reasoning_content="It is a boat."))[0] == "a red boat"
    said, _ = _refusal(says(None, "length", reasoning_content="It is a bo"), BrokenReply)
    assert "allow it more new tokens" in said


def test_the_channels_of_a_server_that_takes_their_marks_out_are_told_apart() -> None:
    assert _reply(lambda _: says("analysisWe need a boat.assistantfinala red boat"))[0] == "a red boat"


# Proxies


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://{ELSEWHERE}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("proxied")
def test_what_is_meant_for_this_machine_goes_to_no_proxy() -> None:
    assert _reply(lambda _: says("a red boat"), tries=1)[0] == "a red boat"


@pytest.mark.usefixtures("proxied")
def test_what_is_meant_for_others_goes_to_the_proxy() -> None:
    with scripted(lambda _: says("by the proxy")) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", server.url.removesuffix("/v1"))
        patch.setenv("http_proxy", server.url.removesuffix("/v1"))
        assert _model("http://203.0.113.1/v1").reply("a boat") == "by the proxy"


def test_a_socks_proxy_is_no_matter_here_and_one_line_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://{ELSEWHERE}")
    assert _reply(lambda _: says("a red boat"), tries=1)[0] == "a red boat"
    with pytest.raises(ProfileError, match=r"endpoint http://203.* SOCKS proxy.*pip install socksio, or let NO_PROXY name 203\.0\.113\.2"):
        _model("http://203.0.113.2/v1")  # another than before: clients are kept by address


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("api.localhost", True), ("0.0.0.0", True),
     ("192.168.1.2", False), ("localhost.example.org", False), ("example.org", False), ("", False)],
)  # fmt: skip
def test_which_addresses_lead_nowhere_else(host: str, here: bool) -> None:
    assert is_this_machine(host) == here


# Budgets


def _knows_only_max_tokens(body: Any) -> Answer:
    if "max_completion_tokens" in body:
        fault = {"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}
        return 422, {"detail": [fault]}
    return says("a red boat")


def test_a_server_that_knows_max_tokens_only_is_asked_in_its_words() -> None:
    reply, server = _reply(_knows_only_max_tokens, generation={"max_new_tokens": 20})
    assert reply == "a red boat"
    assert [body.get("max_tokens") for body in server.bodies] == [None, 20]
    assert "max_completion_tokens" not in server.bodies[1]


@pytest.mark.parametrize("tokens", [None, 9000])
def test_a_server_that_passes_the_budget_over_is_asked_in_older_words(tokens: int | None) -> None:
    def answer(body: Any) -> Answer:
        return says("a red boat") if "max_tokens" in body else says("word " * 9000, tokens=tokens)

    reply, server = _reply(answer, generation={"max_new_tokens": 20})
    assert reply == "a red boat"
    assert len(server.bodies) == 2


# Refusals


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": {"message": "top_k must be -1 or at least 1", "type": "BadRequestError"}}),
        (422, {"detail": [{"loc": ["body", "top_k"], "msg": "top_k must be -1 or at least 1"}]}),
        (413, {"message": "top_k must be -1 or at least 1"}),
    ],
)
def test_a_refused_request_is_asked_once_and_says_who_refused_what(status: int, body: Any) -> None:
    said, server = _refusal((status, body), EndpointError, generation={"top_k": 0, "temperature": 0.5})
    assert f"{server.url} (model 'm') refuses what it is asked ({status}: top_k must be -1 or at least 1" in said
    assert "check `generation.top_k` in the profile" in said
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    "answer",
    [
        says("", "content_filter"),
        says("a red", "content_filter"),
        says(None, refusal="I'm sorry, I can't help with that."),
        (400, {"error": {"message": "The response was filtered", "code": "content_filter"}}),
    ],
)
def test_what_a_filter_holds_back_is_said_to_be_held_back(answer: Answer) -> None:
    said, server = _refusal(answer, BrokenReply)
    assert "holds its reply back (" in said
    assert "new tokens" not in said
    assert len(server.bodies) == 1


def test_settings_that_only_servers_know_are_sent_as_they_are() -> None:
    generation = {"top_k": 20, "temperature": 0.5, "extra_body": {"best_of": 2}, "max_new_tokens": 9}
    _, server = _reply(lambda _: says("a boat"), generation=generation)
    sent = server.bodies[0]
    assert (sent["top_k"], sent["temperature"], sent["best_of"], sent["max_completion_tokens"]) == (20, 0.5, 2, 9)


@pytest.mark.parametrize(("key", "meant"), [("temprature", "did you mean temperature"), ("do_sample", "temperature = 0")])
def test_a_setting_that_means_nothing_to_an_endpoint_is_refused_when_the_profile_is_read(key: str, meant: str) -> None:
    with pytest.raises(ValidationError, match=rf"generation\.{key} means nothing to an endpoint \({meant}"):
        OpenAIOptions(url="http://x", model="m", generation={key: 1})


# Keys and addresses


def test_a_key_may_have_a_line_end_and_nothing_else_that_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", " sk-123\n")
    assert _reply(lambda _: says("a boat"), key="MINE")[1].keys == ["sk-123"]
    monkeypatch.setenv("MINE", "sk-1 23")
    with pytest.raises(ProfileError, match="the key in MINE has a space or a letter that no key has"):
        _model("http://127.0.0.1:9/v1", key="MINE")


@pytest.mark.parametrize("url", ["localhost:8000/v1", "127.0.0.1:8000", "http://", "ftp://x/v1"])
def test_an_address_without_its_beginning_is_refused_when_the_profile_is_read(url: str) -> None:
    with pytest.raises(ValidationError, match="expected an address such as http://localhost:8000/v1"):
        OpenAIOptions(url=url, model="m")


def test_why_there_is_no_connection_is_said() -> None:
    with pytest.raises(EndpointError, match=r"\(Connection error: .*(Name or service not known|name resolution|nodename)"):
        _model("http://nobody.invalid/v1", tries=1).reply("a boat")
    with pytest.raises(EndpointError, match=r"\(Connection error: .*refused\)"):
        _model("http://127.0.0.1:9/v1", tries=1).reply("a boat")


def test_a_certificate_that_nobody_signed_is_named(tmp_path: Path) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", tmp_path / "key", "-out", tmp_path / "certificate"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with pytest.raises(EndpointError, match=r"certificate verify failed: self-signed certificate"):
            _model(f"https://127.0.0.1:{server.server_port}/v1", tries=1).reply("a boat")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
