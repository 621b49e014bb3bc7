"""Fetching with the real client of the Hugging Face hub, from a hub on loopback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dir_tir.errors import ProfileError
from dir_tir.tools.models.kinds.diffusers import DiffusersOptions
from dir_tir.tools.models.kinds.open_clip import OpenClipOptions
from dir_tir.tools.models.options import WeightOptions
from dir_tir.tools.models.sources import Repository
from dir_tir.tools.models.transformers_loading import TransformersOptions
from dir_tir.tools.profiles.hub import fetch, fetched, wanted
from dir_tir.tools.profiles.weights import weights_missing, weights_there
from hubs import Hub, point_at, serving

OPTIONS = TransformersOptions(repo="some/llm")
LLM = Repository("some/llm")
NOWHERE = "http://127.0.0.1:9"
GB = 10**9
Moved = Callable[[Path], Path]


@pytest.fixture
def hub(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    (weights / "llm" / "pytorch_model.bin").write_bytes(b"a pickle")
    with serving(Hub({"some/llm": weights / "llm", "some/painter": weights / "painter", "some/notes": _notes(tmp_path)})) as there:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
        point_at(there.url, monkeypatch)
        yield there
    (weights / "llm" / "pytorch_model.bin").unlink()


def _notes(folder: Path) -> Path:
    (folder / "notes").mkdir()
    (folder / "notes" / "pytorch_model.bin").write_bytes(b"a pickle")
    return folder / "notes"


def test_a_repository_is_fetched_once_without_pickles_and_then_used_without_a_network(
    hub: Hub, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert weights_there(OPTIONS) is None
    assert weights_missing(OPTIONS)
    assert not hub.asked
    folder = fetch(LLM)
    assert {file.name for file in folder.iterdir()} == {file.name for file in (weights / "llm").iterdir()} - {"pytorch_model.bin"}
    asked = len(hub.asked)
    point_at(NOWHERE, monkeypatch)
    assert weights_there(OPTIONS) == folder
    assert not weights_missing(OPTIONS)
    assert len(hub.asked) == asked


def test_a_pipeline_is_fetched_part_by_part_and_parts_left_out_are_not(hub: Hub) -> None:
    folder = fetch(_source(DiffusersOptions(repo="some/painter", without=["text_encoder"])))
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert {"model_index.json", "transformer/diffusion_pytorch_model.safetensors", "vae/config.json"} <= there
    assert not any(name.startswith("text_encoder/") for name in there)
    assert weights_there(DiffusersOptions(repo="some/painter", without=["text_encoder"])) == folder
    assert weights_there(DiffusersOptions(repo="some/painter")) is None  # a part that is wanted now is not there


def test_a_connection_cut_in_the_middle_of_a_file_is_gone_on_with(hub: Hub, weights: Path) -> None:
    hub.cut = 1000
    folder = fetch(LLM)
    assert hub.cut is None
    assert (folder / "model.safetensors").read_bytes() == (weights / "llm" / "model.safetensors").read_bytes()


def test_a_copy_that_lacks_a_file_is_not_taken_for_a_whole_one_and_is_completed(hub: Hub) -> None:
    folder = fetch(LLM)
    (folder / "model.safetensors").resolve().unlink()
    (folder / "model.safetensors").unlink()
    assert fetched(LLM) is None
    hub.asked.clear()
    assert fetch(LLM) == fetched(LLM) == folder
    assert not [path for path in hub.asked if path.endswith("tokenizer.json")]  # what is there is not fetched again


@pytest.mark.parametrize(
    ("repo", "revision", "reason"),
    [
        ("some/gone", "", "there is no repository 'some/gone' on the hub, or it is private: check `repo`"),
        ("no repository", "", "there is no repository 'no repository'"),
        ("some/llm", "v9", "some/llm has no revision 'v9'"),
        ("some/notes", "", "some/notes has no safetensors of the kind wanted: other formats run code"),
    ],
)
def test_what_is_not_there_is_named(hub: Hub, repo: str, revision: str, reason: str) -> None:
    with pytest.raises(ProfileError, match=reason) as caught:
        fetch(Repository(repo, revision))
    assert "\n" not in str(caught.value)


def test_a_gated_repository_without_a_token_says_how_to_get_one(hub: Hub) -> None:
    hub.gated.add("some/llm")
    with pytest.raises(
        ProfileError, match=r"some/llm is gated: accept its licence at https://huggingface.co/some/llm, then run `hf auth login`"
    ):
        fetch(LLM)


def test_no_network_and_nothing_fetched_says_so(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(NOWHERE, monkeypatch)
    with pytest.raises(ProfileError, match=r"some/llm is not on this machine and cannot be fetched .*check the network"):
        fetch(LLM)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ProfileError, match="some/llm is not on this machine and cannot be fetched"):
        fetch(LLM)


def test_a_full_disk_is_said_before_anything_is_fetched(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from collections import namedtuple

    monkeypatch.setattr("shutil.disk_usage", lambda _: namedtuple("Usage", "total used free")(10, 10, 0))
    with pytest.raises(ProfileError, match=r"some/llm needs 0\.0 GB more and .* has 0\.0 GB free: make room"):
        fetch(LLM)
    assert not list(tmp_path.rglob("*.safetensors"))


SD_TURBO = {
    "model_index.json": 1,
    "README.md": 1,
    "sd_turbo.safetensors": 5 * GB,
    "text_encoder/config.json": 1,
    "text_encoder/model.safetensors": 2,
    "text_encoder/model.fp16.safetensors": 1,
    "tokenizer/vocab.json": 1,
    "tokenizer/merges.txt": 1,
    "unet/diffusion_pytorch_model.safetensors": 2,
    "unet/diffusion_pytorch_model.fp16.safetensors": 1,
    "unet/diffusion_pytorch_model.bin": 2,
    "vae/diffusion_pytorch_model.safetensors": 1,
}


def test_of_variants_one_is_fetched_and_a_part_without_it_as_it_is() -> None:
    small = {"model_index.json", "text_encoder/config.json", "tokenizer/vocab.json", "tokenizer/merges.txt"}
    vae = {"vae/diffusion_pytorch_model.safetensors"}
    assert set(wanted(_source(DiffusersOptions(repo="a/b", variant="fp16")), SD_TURBO)) == small | vae | {
        "text_encoder/model.fp16.safetensors",
        "unet/diffusion_pytorch_model.fp16.safetensors",
    }
    assert set(wanted(_source(DiffusersOptions(repo="a/b")), SD_TURBO)) == small | vae | {
        "text_encoder/model.safetensors",
        "unet/diffusion_pytorch_model.safetensors",
    }


def test_of_an_open_clip_repository_only_its_own_format_is_fetched() -> None:
    files = dict.fromkeys(
        ["open_clip_config.json", "open_clip_model.safetensors", "model.safetensors", "pytorch_model.bin", "vocab.json"], 1
    )
    assert wanted(_source(OpenClipOptions(repo="a/b")), files) == ["open_clip_config.json", "open_clip_model.safetensors", "vocab.json"]


@pytest.mark.models
def test_open_clips_models_and_tags_are_found_in_their_repositories_and_others_refused() -> None:
    assert _source(OpenClipOptions(model="ViT-B-32", tag="laion2b_s34b_b79k")).name == "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"
    assert _source(OpenClipOptions(model="ViT-B-16", tag="openai")).name == "timm/vit_base_patch16_clip_224.openai"
    with pytest.raises(ProfileError, match=r"no tag 'laion9b' for model 'ViT-B-32': expected one of .*laion2b_s34b_b79k"):
        _source(OpenClipOptions(model="ViT-B-32", tag="laion9b"))
    with pytest.raises(ProfileError, match=r"no model 'ViT-Z': expected one of ViT-"):
        _source(OpenClipOptions(model="ViT-Z", tag="x"))
    with pytest.raises(ProfileError, match="would have to be unpickled"):
        _source(OpenClipOptions(model="ViTamin-S", tag="datacomp1b"))


def _source(options: WeightOptions) -> Repository:
    source = options.source()
    assert isinstance(source, Repository)
    return source


@pytest.fixture
def without_list(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """The same folder in a cache as `from_pretrained` of other programs leaves it: without the list of what is in the repository."""

    def moved(folder: Path) -> Path:
        cache = folder.parents[2]
        other = cache.with_name("of-another-program")
        shutil.copytree(cache, other, symlinks=True)
        shutil.rmtree(other / folder.parents[1].name / "trees")
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(other))
        return other / folder.relative_to(cache)

    return moved


@pytest.mark.parametrize("options", [OPTIONS, DiffusersOptions(repo="some/painter")])
def test_a_copy_of_another_program_is_used(hub: Hub, options: WeightOptions, without_list: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = without_list(fetch(_source(options)))
    point_at(NOWHERE, monkeypatch)
    assert weights_there(options) == folder


@pytest.mark.parametrize(
    ("options", "file"),
    [
        (OPTIONS, "model.safetensors"),
        (OPTIONS, "config.json"),
        (OPTIONS, "tokenizer*"),
        (DiffusersOptions(repo="some/painter"), "vae/*.safetensors"),
        (DiffusersOptions(repo="some/painter"), "scheduler/*"),
        (DiffusersOptions(repo="some/painter"), "model_index.json"),
    ],
)
def test_a_copy_of_another_program_that_lacks_something_is_not(hub: Hub, options: WeightOptions, file: str, without_list: Moved) -> None:
    folder = without_list(fetch(_source(options)))
    for there in list(folder.glob(file)):
        there.unlink()
    assert weights_there(options) is None


def test_weights_in_several_files_are_there_when_all_are(hub: Hub, without_list: Moved) -> None:
    folder = without_list(fetch(LLM))
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "model.safetensors"}}))
    assert fetched(LLM) == folder
    index.write_text(json.dumps({"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}}))
    assert fetched(LLM) is None


@pytest.mark.parametrize("listed", [True, False])
def test_a_file_that_was_cut_off_is_not_taken_for_whole_and_is_fetched_anew(hub: Hub, without_list: Moved, *, listed: bool) -> None:
    folder = fetch(LLM) if listed else without_list(fetch(LLM))
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").resolve().write_bytes(content[: len(content) // 2])
    assert fetched(LLM) is None
    hub.asked.clear()
    assert fetch(LLM) == fetched(LLM) == folder
    assert (folder / "model.safetensors").read_bytes() == content
    assert not [path for path in hub.asked if path.endswith("tokenizer.json")]


def test_only_what_is_missing_has_to_fit_on_the_disk(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import namedtuple

    folder = fetch(LLM)
    room = (folder / "config.json").stat().st_size
    (folder / "config.json").resolve().unlink()
    (folder / "config.json").unlink()
    monkeypatch.setattr("shutil.disk_usage", lambda _: namedtuple("Usage", "total used free")(10, 10, room))
    assert fetch(LLM) == folder
    (folder / "model.safetensors").resolve().unlink()
    (folder / "model.safetensors").unlink()
    with pytest.raises(ProfileError, match=r"some/llm needs 0\.0 GB more"):
        fetch(LLM)
