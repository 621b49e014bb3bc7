"""LangGraph's development server, as `make studio` starts it, driven by the official SDK client over the shipped models."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from dir_tir.graph.config import SETTINGS, Config
from dir_tir.store.pictures import content_id
from langgraph_sdk import get_sync_client
from postcards import hunts
from serving import asked_for_outside, cut_off, quick_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langgraph_sdk.client import SyncLangGraphClient

ROOT = Path(__file__).parents[2]


@dataclass
class Studio:
    client: SyncLangGraphClient
    address: str
    settings: dict[str, Any]


@pytest.fixture(scope="module")
def studio(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("studio")  # the server writes beside its configuration
    shipped = json.loads((ROOT / "langgraph.json").read_text())
    absolute = json.loads(json.dumps(shipped).replace('"./', f'"{ROOT}/').replace('"."', f'"{ROOT}"'))
    (folder / "langgraph.json").write_text(json.dumps(absolute))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    as_made = dict(re.findall(r"(LANG\w+)=(\w+)", (ROOT / "Makefile").read_text()))  # what `make studio` switches off
    environment = cut_off(ground, DIR_TIR_PICTURES=address, **as_made)
    log = (folder / "log").open("w")
    command = [str(Path(sys.executable).parent / "langgraph"), "dev", "--no-browser", "--no-reload", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(address, server, folder / "log")
        settings = {"gallery": hunts(ground)[0].gallery, "profile": str(quick_profile(folder, 2)), "related_size": 20}
        yield Studio(get_sync_client(url=address, timeout=300), address, settings)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)
        log.close()
    assert asked_for_outside(ground) == ""


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            if httpx2.get(f"{address}/ok").status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def _run(studio: Studio, thread: str, settings: dict[str, Any] | None = None, **step: Any) -> None:
    studio.client.runs.wait(thread, "dir_tir", context={**studio.settings, **(settings or {})}, **step)


def _asked(studio: Studio, thread: str) -> dict[str, Any]:
    """Kind → interrupt, of what the thread waits for."""
    state = studio.client.threads.get_state(thread)
    return {stop["value"]["kind"]: stop for task in state["tasks"] for stop in task["interrupts"]}


def _rounds(studio: Studio, thread: str) -> list[dict[str, Any]]:
    rounds: list[dict[str, Any]] = studio.client.threads.get_state(thread)["values"]["rounds"]
    return rounds


def test_the_form_of_its_settings_is_there(studio: Studio) -> None:
    (assistant,) = studio.client.assistants.search(graph_id="dir_tir")
    schemas = studio.client.assistants.get_schemas(assistant["assistant_id"])
    assert schemas["context_schema"]["properties"]["max_rounds"]["default"] == 10
    shown = schemas["context_schema"]["properties"]
    assert {name: one["description"] for name, one in shown.items()} == {setting.name: setting.words for setting in SETTINGS}
    assert (shown["image_num"]["minimum"], shown["image_num"]["maximum"], shown["image_num"]["default"]) == (0, 10, 3)
    assert shown["schedule"]["enum"] == ["linear", "constant"]
    fields = schemas["input_schema"]["properties"]
    assert fields.keys() == {"description", "messages"}
    assert all(one["description"] for one in fields.values())
    assert studio.settings["gallery"] in shown["gallery"]["enum"]
    assert "miniature" in shown["profile"]["enum"]
    assert assistant["description"].startswith("Find a picture by talking about it")
    drawn = studio.client.assistants.get_graph(assistant["assistant_id"], xray=True)
    assert {"dialog_refiner:ask", "image_refiner:generate", "merge"} <= {node["id"] for node in drawn["nodes"]}


def test_both_questions_are_answered_in_either_order_and_a_round_is_told_again_differently(studio: Studio, ground: Path) -> None:
    hunt = hunts(ground)[0]
    thread = studio.client.threads.create()["thread_id"]
    _run(studio, thread, input={"description": hunt.description})
    links = [""]
    for first, second in (("question", "difference"), ("difference", "question")):
        links.append(_asked(studio, thread)["difference"]["value"]["link"])
        results = _asked(studio, thread)["question"]["value"]["results"]
        texts = {"question": hunt.answer(_asked(studio, thread)["question"]["value"]["question"]), "difference": hunt.difference}
        for kind in (first, second):
            _run(studio, thread, command={"resume": {_asked(studio, thread)[kind]["id"]: {"text": texts[kind]}}})
            assert kind != first or _asked(studio, thread).keys() == {second}
    rounds = _rounds(studio, thread)
    assert [record["round"] for record in rounds] == [0, 1, 2]
    assert hunt.caption in [result["caption"] for record in rounds for result in record["results"]]

    picture = httpx2.get(links[1])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert len(results) == 10
    assert httpx2.get(results[9]).headers["content-type"] == "image/webp"
    assert httpx2.get(f"{studio.address}/paintings/..%2f..%2fsessions/round-01.png").status_code == 404
    _readable(rounds)

    earlier = next(
        state
        for state in studio.client.threads.get_history(thread, limit=100)
        if len(state["values"].get("rounds", [])) == 1 and set(state["next"]) == {"dialog_refiner", "image_refiner"}
    )
    _run(studio, thread, checkpoint=earlier["checkpoint"], input=None)
    asked = _asked(studio, thread)
    assert {stop["value"]["round"] for stop in asked.values()} == {1}
    _run(studio, thread, command={"resume": {stop["id"]: {"text": "three small green ducks on the right"} for stop in asked.values()}})
    again = _rounds(studio, thread)
    assert len(again) == 2
    assert again[0] == rounds[0]
    assert again[1]["answer"]["text"] == "three small green ducks on the right"
    assert again[1]["description"] != rounds[1]["description"]


def test_a_plain_chat_client_finds_the_picture_by_messages_alone(studio: Studio, ground: Path) -> None:
    hunt = hunts(ground)[0]
    thread = studio.client.threads.create()["thread_id"]

    def send(text: str) -> str:  # in the gallery of nobody's choice, of which there is none: the largest is searched
        _run(studio, thread, {"gallery": Config.gallery}, input={"messages": [{"type": "human", "content": text}]})
        said: str = studio.client.threads.get_state(thread)["values"]["messages"][-1]["content"]
        return said

    page = send(hunt.description)
    pictures = re.findall(r"!\[number \d+\]\((\S+)\)", page)
    assert len(pictures) == 10
    assert all(f"/pictures/{hunt.gallery}/" in picture for picture in pictures)
    shown = httpx2.get(pictures[0])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert httpx2.get(pictures[0].replace("/pictures/", "/pictures/..%2f")).status_code == 404
    assert httpx2.get(re.sub(r"[^/]+\.webp$", "nothing.webp", pictures[0])).status_code == 404

    painted = send(hunt.answer(page.split("\n\n")[-1]))
    (painting,) = re.findall(r"!\[painting\]\((\S+)\)", painted)
    assert httpx2.get(painting).headers["content-type"] == "image/png"
    assert len(re.findall(r"!\[number", send(hunt.difference))) == 10
    assert send("that's number 1").startswith("Found, number 1:")
    assert _rounds(studio, thread)[-1]["accepted"]


def test_a_reply_that_names_no_result_is_asked_again(studio: Studio, ground: Path) -> None:
    thread = studio.client.threads.create()["thread_id"]
    _run(studio, thread, {"image_num": 0}, input={"description": hunts(ground)[0].description})
    _run(studio, thread, {"image_num": 0}, command={"resume": {"accept": "anything"}})
    assert "no result of this conversation" in _asked(studio, thread)["question"]["value"]["problem"]


def test_what_a_run_fails_of_is_told_to_its_client(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    with pytest.raises(Exception, match="there is no gallery 'nowhere'"):
        _run(studio, thread, {"gallery": "nowhere"}, input={"description": "a boat"})


def test_the_example_of_the_documentation_runs(studio: Studio, ground: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "studio.md").read_text(), re.DOTALL | re.MULTILINE)
    block = block.replace("http://127.0.0.1:2024", studio.address).replace('{"gallery": "postcards"}', repr(studio.settings))
    exec(compile(block, "studio.md", "exec"), {})
    assert hunts(ground)[0].caption in capsys.readouterr().out


def test_with_the_simulated_user_it_stops_at_the_tenth_round(studio: Studio, ground: Path) -> None:
    hunt = hunts(ground)[1]
    thread = studio.client.threads.create()["thread_id"]
    _run(studio, thread, {"user": "simulated", "target": content_id(hunt.file)}, input={"description": hunt.description})
    rounds = _rounds(studio, thread)
    assert [record["round"] for record in rounds] == list(range(11))
    assert all(record["answer"]["text"] or not record["question"] for record in rounds)
    assert studio.client.threads.get_state(thread)["next"] == []


def _readable(value: Any) -> None:
    """Nothing but short texts, numbers and lists of them."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _readable(part)
    else:
        assert value is None or isinstance(value, int | float) or (isinstance(value, str) and len(value) < 600)
