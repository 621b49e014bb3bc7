"""Whole conversations with each profile as it ships: its repositories fetched from a hub on loopback, tiny checkpoints of their classes in
them, its own device, format, batches, prompts and generation. Only how large paintings are, and in how many steps, is cut down."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import checkpoints
import pytest
import real_classes
import real_painters
from dir_tir.chat.library.search import ImageSearch
from dir_tir.chat.terminal.indexing import index_folder
from dir_tir.errors import EndpointError
from dir_tir.graph.build import build_graph
from dir_tir.graph.config import Config
from dir_tir.miniature.gallery import write_gallery
from dir_tir.store.pictures import content_id
from dir_tir.tools.profiles.profile import SHIPPED, load_profile
from dir_tir.tools.workspace import Workspace
from hubs import Hub, point_at, serving
from proxies import Proxy
from transformers import GenerationMixin

CLASSES = {
    "laion/CLIP-ViT-B-32-laion2B-s34B-b79K": checkpoints.save_encoder,
    "Qwen/Qwen2.5-1.5B-Instruct": real_classes.save_instruct,
    "Qwen/Qwen2-VL-2B-Instruct": lambda folder: real_classes.save_qwen_vl(folder, "qwen2_vl"),
    "stabilityai/sd-turbo": real_painters.save_turbo,
    "Salesforce/blip-itm-large-coco": checkpoints.save_blip,
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B": real_classes.save_r1,
    "Qwen/Qwen2.5-VL-7B-Instruct": real_classes.save_qwen_vl,
    "stabilityai/stable-diffusion-3.5-large": real_painters.save_sd3,
}
SMALLER = {r"height = \d+": "height = 32", r"width = \d+": "width = 32", r"num_inference_steps = \d\d": "num_inference_steps = 2"}
SMALLER |= {r'prompts = "compact"': 'prompts = "paper"'}  # models that say one word to everything cannot be begun
SMALLER |= {r"max_new_tokens = 1\d\d": "max_new_tokens = 8"}  # of those that never end


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    with serving(Hub({name: save(folder / name.replace("/", "--")) for name, save in CLASSES.items()})) as there:
        yield there


@pytest.fixture
def home(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's machine: nothing fetched yet, twelve pictures with captions."""
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    point_at(hub.url, monkeypatch)
    write_gallery(tmp_path / "pictures", 12)
    return tmp_path


def _copy(home: Path, name: str, file: str = "own.toml", **changes: str) -> str:
    """A profile of one's own, copied from one that ships."""
    text = (SHIPPED / f"{name}.toml").read_text()
    for old, new in {**SMALLER, **changes}.items():
        text = re.sub(old, new, text)
    (home / file).write_text(text)
    return str(home / file)


def _begin(workspace: Workspace, home: Path, profile: str, rounds: int = 2) -> tuple[Config, Any]:
    index_folder(workspace, home / "pictures", "mine", profile)
    target = content_id(home / "pictures" / "postcard-00003.png")
    config = Config(profile=profile, gallery="mine", user="simulated", target=target, max_rounds=rounds, related_size=10)
    workspace.models(profile).fetch()  # indexing has fetched the encoder; this fetches the others
    return config, {"configurable": {"thread_id": "talk"}}


def _rounds(home: Path, profile: str) -> list[Any]:
    with Workspace() as workspace:
        config, thread = _begin(workspace, home, profile)
        graph = build_graph(workspace.toolbox, workspace.sessions)
        return list(graph.invoke({"description": "a boat"}, thread, context=config)["rounds"])


@pytest.mark.parametrize("name", ["laptop", "paper"])
def test_a_conversation_with_the_profile_as_it_ships(
    home: Path, hub: Hub, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, formats = _copy(home, name), set()
    generate = GenerationMixin.generate

    def watched(self: Any, **inputs: Any) -> Any:
        if "CausalLM" in type(self).__name__:
            formats.add(str(self.dtype))
        return generate(self, **inputs)

    monkeypatch.setattr(GenerationMixin, "generate", watched)
    rounds = _rounds(home, profile)
    assert "12 pictures added" in capsys.readouterr().out
    assert len(rounds) == 3
    first = rounds[1]
    assert (first["question"], first["description"]) == (real_classes.REPLY, real_classes.REPLY)  # asked, judged, rewritten: no thoughts
    assert first["answer"]["text"]
    assert first["critique"]["reply"]["text"]
    assert first["prompt"] == real_classes.REPLY
    assert len({result["id"] for result in first["results"]}) == 10
    assert {result["source"] for result in first["results"]} == {"dialog", "image"}
    assert rounds[1]["painting"]["seed"] != rounds[2]["painting"]["seed"]
    assert formats == {"torch.bfloat16"}  # as the profile says
    asked = len(hub.asked)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    shutil.rmtree(home / "home")
    again = _rounds(home, profile)
    assert [record["results"] for record in again] == [record["results"] for record in rounds]
    assert len(hub.asked) == asked


def test_photos_needs_its_encoder_alone_and_the_laptop_goes_on_in_the_same_gallery(home: Path, hub: Hub) -> None:
    (home / "pictures" / "captions.jsonl").unlink()
    photos, laptop = _copy(home, "photos"), _copy(home, "laptop", "more.toml")
    with Workspace() as workspace:
        index_folder(workspace, home / "pictures", "mine", photos)
        with ImageSearch("mine", photos, workspace=workspace, max_rounds=2) as search:
            search.load()
            talk = search.start("a boat")
            assert (talk.question and talk.question.question, talk.difference, talk.results[0].score != 0) == ("", None, True)
            assert talk.reply(more_like=[talk.results[1]]).notes == ()
            assert talk.reply("a red house").description == "a boat, a red house"
            assert talk.finished
        assert all("CLIP" in asked for asked in hub.asked[-1:])  # nothing else was fetched
        with ImageSearch("mine", laptop, workspace=workspace, max_rounds=1, captioning=60.0) as search:
            search.load()
            workspace.models(laptop).fetch(["vision"])
            talk = search.start("ein Boot auf dem Meer")
            talk.reply("ein rotes")
            first, record = talk.rounds
    assert (first["said"], first["description"]) == ("ein Boot auf dem Meer", real_classes.REPLY)
    assert record["answer"].get("english") == real_classes.REPLY
    assert record["candidates"] and all(candidate["caption"] for candidate in record["candidates"])  # written when they were needed
    assert record["painting"]


def _endpoints(proxy: Proxy) -> dict[str, str]:
    miniature = load_profile("miniature")
    return {
        r"http://localhost:\d+/v1": proxy.url,
        r'model = "deepseek[^"]*"': f'model = "{miniature.llm.source()}"',
        r'model = "Qwen[^"]*"': f'model = "{miniature.vision.source()}"',
        r'prompts = "paper"': 'prompts = "miniature"',  # which these models were taught on
        r"temperature = [\d.]+": "temperature = 0.0",
        r"max_new_tokens = \d+": "max_new_tokens = 96",
        r"timeout = \d+": "timeout = 60",
    }


def test_a_conversation_through_an_endpoint_on_which_everything_goes_wrong_once(home: Path, proxy: Proxy) -> None:
    quiet = _rounds(home, _copy(home, "server", **_endpoints(proxy)))
    assert quiet[1]["question"].endswith("?")
    assert quiet[1]["answer"]["text"]
    assert quiet[2]["description"] != "a boat"
    shutil.rmtree(home / "home")
    proxy.faults.extend(["500", "", "cut", "", "429", "", "junk", "", "hang up", "", "stall", "", "shapeless"])
    disturbed = _rounds(home, _copy(home, "server", "impatient.toml", **{**_endpoints(proxy), r"timeout = \d+": "timeout = 6"}))
    assert not proxy.faults
    spoken = ("question", "answer", "description", "critique", "prompt")
    assert [{key: record[key] for key in spoken} for record in disturbed] == [{key: record[key] for key in spoken} for record in quiet]


def test_an_endpoint_that_is_gone_ends_the_conversation_with_one_line_and_it_goes_on_later(home: Path, proxy: Proxy) -> None:
    profile = _copy(home, "server", **{**_endpoints(proxy), r"tries = \d": "tries = 1"})
    with Workspace() as workspace:
        config, thread = _begin(workspace, home, profile)
        graph = build_graph(workspace.toolbox, workspace.sessions)
        proxy.faults.extend([""] * 4)
        proxy.always = "500"
        with pytest.raises(EndpointError, match=r"gave no answer in 1 tries .*then go on; nothing is lost"):
            graph.invoke({"description": "a boat"}, thread, context=config)
        assert len(graph.get_state(thread).values["rounds"]) >= 1
        proxy.always = ""
        rounds = graph.invoke(None, thread, context=config)["rounds"]
    assert len(rounds) == 3
    assert rounds[2]["answer"]["text"]
