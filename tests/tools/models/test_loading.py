from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dir_tir.errors import ProfileError
from dir_tir.tools.models.loading import Models
from dir_tir.tools.profiles import fingerprints
from dir_tir.tools.profiles.profile import load_profile
from dir_tir.tools.workspace import Workspace
from hubs import Hub, point_at, serving
from PIL import Image


def test_all_four_models_work_and_are_loaded_once_whoever_asks(weights: Path) -> None:
    profile, workspace = str(weights / "tiny.toml"), Workspace()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda role: getattr(workspace.models(profile), role), ["llm", "vision", "painter", "encoder"] * 4))
    assert len({id(model) for model in found}) == 4
    models = workspace.models(profile)
    assert models is workspace.models(profile)
    picture = models.painter.paint("a red boat", 1)
    assert models.encoder.encode_images([picture]).shape == (1, 16)
    assert models.vision.reply("what color", [picture, Image.new("RGB", (9, 9))])
    assert models.llm.reply("is there a boat")


def test_models_used_from_several_threads_give_what_they_give_alone(weights: Path) -> None:
    models = Workspace().models(str(weights / "tiny.toml"))
    prompts = ["a red boat", "the moon at night", "is there a tree"] * 4
    alone = [models.llm.reply(prompt) for prompt in prompts]
    with ThreadPoolExecutor(4) as pool:
        paintings = pool.map(lambda seed: models.painter.paint("a boat", seed).tobytes(), [1] * 4)
        assert list(pool.map(models.llm.reply, prompts)) == alone
        assert len(set(paintings)) == 1


@pytest.mark.parametrize("role", ["encoder", "llm", "vision", "painter"])
def test_weights_that_are_not_there_get_one_clear_line(tmp_path: Path, weights: Path, role: str) -> None:
    shutil.copy(weights / "tiny.toml", tmp_path)
    with pytest.raises(ProfileError, match=f"there are no weights in .*{role}") as caught:
        getattr(Models(load_profile(str(tmp_path / "tiny.toml"))), role)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("role", ["encoder", "llm", "vision", "painter"])
def test_a_folder_of_something_else_gets_one_clear_line(tmp_path: Path, weights: Path, role: str) -> None:
    shutil.copy(weights / "tiny.toml", tmp_path)
    (tmp_path / role).mkdir()
    (tmp_path / role / "config.json").write_text("{}")
    with pytest.raises(ProfileError, match=f"the {role} cannot be loaded") as caught:
        getattr(Models(load_profile(str(tmp_path / "tiny.toml"))), role)
    assert "\n" not in str(caught.value)


def test_broken_weights_get_one_clear_line(tmp_path: Path, weights: Path) -> None:
    shutil.copytree(weights, tmp_path / "w")
    for role, file in {
        "encoder": "open_clip_model.safetensors",
        "llm": "model.safetensors",
        "vision": "model.safetensors",
        "painter": "transformer/diffusion_pytorch_model.safetensors",
    }.items():
        (tmp_path / "w" / role / file).write_bytes(b"cut off")
        with pytest.raises(ProfileError, match=f"the {role} cannot be loaded"):
            getattr(Models(load_profile(str(tmp_path / "w" / "tiny.toml"))), role)


def test_loading_and_using_says_nothing_on_the_terminal_and_asks_no_hub(weights: Path) -> None:
    use = (
        "import socket, sys\n"
        "from PIL import Image\n"
        "def refuse(*_, **__): raise AssertionError('a connection was tried')\n"
        "socket.socket.connect = refuse\n"
        "from dir_tir.tools.workspace import Workspace\n"
        "models = Workspace().models(sys.argv[1])\n"
        "models.encoder; models.llm.reply('a boat'); models.painter.paint('a boat', 1)\n"
        "models.vision.reply('a boat', [Image.new('RGB', (9, 9))])\n"
    )
    done = subprocess.run([sys.executable, "-c", use, str(weights / "tiny.toml")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_two_profiles_that_say_the_same_of_a_model_share_it(weights: Path) -> None:
    text = (weights / "tiny.toml").read_text()
    (weights / "other.toml").write_text(
        text.replace('path = "llm"', 'path = "../weights/./llm"'.replace("weights", weights.name)).replace(
            "[painter.call]", "[painter.call]\nseed = 1"
        )
    )
    workspace = Workspace()
    one, other = workspace.models(str(weights / "tiny.toml")), workspace.models(str(weights / "other.toml"))
    assert one is not other
    assert one.llm is other.llm
    assert one.encoder is other.encoder
    assert one.profile.painter.identity != other.profile.painter.identity  # it is called in another way
    assert Workspace().models(str(weights / "tiny.toml")).llm is not one.llm


@pytest.mark.parametrize("other", ["./tiny.toml", "there/../tiny.toml", "link/tiny.toml"])
def test_one_file_named_in_two_ways_is_one_profile(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    shutil.copy(weights / "tiny.toml", tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    one, same = load_profile("tiny.toml"), load_profile(other)
    assert {role: model.identity for role, model in one.models.items()} == {role: model.identity for role, model in same.models.items()}


def test_what_two_shipped_profiles_have_in_common_is_the_same() -> None:
    one, other = load_profile("miniature"), load_profile("miniature-blip")
    assert {role for role in one.models.keys() & other.models.keys() if one.models[role].identity == other.models[role].identity} == {
        "llm",
        "vision",
        "painter",
    }


def test_a_model_that_is_loaded_needs_no_more_memory(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = Workspace().models(str(weights / "tiny.toml"))
    assert models.llm
    monkeypatch.setattr("dir_tir.tools.profiles.placement.memory_free", lambda _: 0.0)
    models.require_memory(["llm"])
    with pytest.raises(ProfileError, match="needs about"):
        models.require_memory(["llm", "vision"])


def test_the_fingerprint_of_an_encoder_reads_its_files_once_and_loads_nothing(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    digest_of = fingerprints.digest_of
    monkeypatch.setattr(fingerprints, "digest_of", lambda file: read.append(file) or digest_of(file))
    monkeypatch.setattr(Models, "encoder", None)
    found = {Workspace(tmp_path).models(str(weights / "tiny.toml")).encoder_fingerprint for _ in range(3)}
    assert len(found) == 1
    assert len(read) == len(set(read)) == len(list((weights / "encoder").iterdir()))


@pytest.mark.models
@pytest.mark.parametrize("wanted", ["encoder", "llm", "vision", "painter", "encoder_fingerprint"])
def test_no_property_fetches_anything(wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with serving(Hub({})) as hub:
        point_at(hub.url, monkeypatch)
        with pytest.raises(
            ProfileError,
            match=r"'laptop': not on this machine: \w+ \(.*, \d\.\d GB\); fetch once with `dir-tir models --profile laptop --fetch`",
        ):
            getattr(Workspace(tmp_path).models("laptop"), wanted)
    assert not hub.asked


@pytest.mark.models
def test_all_that_a_conversation_lacks_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    models = Workspace(tmp_path).models("laptop")
    with pytest.raises(
        ProfileError, match=r"encoder \(laion/.*, 0\.6 GB\), llm \(Qwen/.*, 3\.1 GB\), painter \(stabilityai/.*, 2\.6 GB\); fetch"
    ):
        models.require_weights(["encoder", "llm", "painter"])
    with pytest.raises(ProfileError, match=r"machine: encoder \(laion/[^,]*, 0\.6 GB\); fetch"):
        models.require_weights()
