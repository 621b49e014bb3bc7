"""Weights that are not all there, and folders with code of their own: refused when they are loaded."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import checkpoints
import pytest
from dir_tir.errors import ProfileError
from dir_tir.tools.models.kinds.blip import BlipEncoder, BlipOptions
from dir_tir.tools.models.kinds.open_clip import OpenClipEncoder, OpenClipOptions
from dir_tir.tools.models.loading import Models
from dir_tir.tools.profiles.profile import load_profile
from given import given
from safetensors.torch import load_file, save_file

WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture
def own(weights: Path, tmp_path: Path) -> Path:
    """The tiny checkpoints and their profile, in a folder that a test may damage."""
    return Path(shutil.copytree(weights, tmp_path / "own"))


def _load(folder: Path, role: str) -> object:
    return getattr(Models(load_profile(str(folder / "tiny.toml"))), role)


def _without(file: Path, part: str) -> None:
    """Take the tensors out whose names hold ``part``."""
    state = load_file(file)
    kept = {name: tensor for name, tensor in state.items() if part not in name}
    assert 0 < len(kept) < len(state)
    save_file(kept, file, {"format": "pt"})


@pytest.mark.parametrize(
    ("role", "file", "part", "named"),
    [
        ("llm", "model.safetensors", "norm.weight", "norm.weight"),
        ("vision", "model.safetensors", "multi_modal_projector", "multi_modal_projector"),
        ("encoder", "open_clip_model.safetensors", "text_projection", "text_projection"),
        ("painter", f"transformer/{WEIGHTS}", "proj_out", "proj_out"),
        ("painter", f"vae/{WEIGHTS}", "decoder", "decoder"),
        ("painter", "text_encoder/model.safetensors", "layer_norm", "layer_norm"),
    ],
)
def test_weights_that_are_missing_are_never_drawn(own: Path, role: str, file: str, part: str, named: str) -> None:
    _without(own / role / file, part)
    with pytest.raises(ProfileError, match=rf"{re.escape(named)}.*") as caught:
        _load(own, role)
    assert str(own / role) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_weights_of_another_size_are_named(own: Path) -> None:
    config = json.loads((own / "llm" / "config.json").read_text())
    (own / "llm" / "config.json").write_text(json.dumps({**config, "intermediate_size": 96}))
    with pytest.raises(
        ProfileError, match=r"not those of a whole Qwen2ForCausalLM: model\.layers\.0\.mlp\.down_proj\.weight.*another size"
    ):
        _load(own, "llm")


def test_a_head_that_is_tied_to_the_words_is_not_missing_and_one_that_is_not_is(own: Path) -> None:
    file, config = own / "llm" / "model.safetensors", own / "llm" / "config.json"
    assert "lm_head.weight" not in load_file(file)
    _load(own, "llm")
    config.write_text(json.dumps({**json.loads(config.read_text()), "tie_word_embeddings": False}))
    with pytest.raises(ProfileError, match=r"lm_head\.weight missing"):
        _load(own, "llm")


def test_names_with_something_in_front_are_no_weights(own: Path) -> None:
    file = own / "llm" / "model.safetensors"
    save_file({f"_orig_mod.{name}": tensor for name, tensor in load_file(file).items()}, file, {"format": "pt"})
    with pytest.raises(ProfileError, match=r"and \d+ more missing"):
        _load(own, "llm")


def test_a_blip_that_writes_captions_is_no_encoder(tmp_path: Path) -> None:
    folder = checkpoints.save_blip(tmp_path / "blip")
    state = load_file(folder / "model.safetensors")
    captioning = {name.replace("text_encoder.", "text_decoder.bert."): value for name, value in state.items() if "proj." not in name}
    save_file(captioning, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ProfileError, match="not those of a whole BlipForImageTextRetrieval"):
        BlipEncoder(BlipOptions(path="encoder"), given(folder))


def test_a_clip_without_weights_is_no_encoder(own: Path) -> None:
    (own / "encoder" / "open_clip_model.safetensors").unlink()
    with pytest.raises(ProfileError, match=r"the encoder cannot be loaded \(Required pretrained weights"):
        _load(own, "encoder")


def test_a_text_tower_from_another_repository_is_named(weights: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(weights / "encoder", tmp_path / "encoder"))
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"]["text_cfg"]["hf_model_name"] = "nobody/roberta"
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    with pytest.raises(
        ProfileError, match=rf"encoder in {folder} is that of another repository, nobody/roberta.*hf download nobody/roberta"
    ):
        OpenClipEncoder(OpenClipOptions(path="encoder"), given(folder))


@pytest.mark.parametrize(
    ("role", "file"),
    [("llm", "config.json"), ("llm", "tokenizer_config.json"), ("vision", "config.json"), ("vision", "processor_config.json"),
     ("encoder", "tokenizer_config.json"), ("painter", "tokenizer/tokenizer_config.json"), ("painter", "text_encoder/config.json")],
)  # fmt: skip
def test_no_code_of_a_folder_runs_and_nobody_is_asked(
    own: Path, role: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "it-ran"
    path = own / role / file
    (path.parent / "evil.py").write_text(f"open({str(mark)!r}, 'w')\nclass Evil: ...\n")
    names = ("AutoConfig", "AutoModel", "AutoModelForCausalLM", "AutoModelForImageTextToText", "AutoTokenizer", "AutoProcessor")
    said = json.loads(path.read_text())
    of_its_own = {"model_type": "evil"} if file.endswith("/config.json") or file == "config.json" else {"tokenizer_class": "Evil"}
    code = {"auto_map": {name: ["evil.Evil", None] if name == "AutoTokenizer" else "evil.Evil" for name in names}}
    path.write_text(json.dumps({**said, **of_its_own, **code}))

    def asked(*_: object) -> str:
        mark.write_text("asked")
        return "y"

    monkeypatch.setattr("builtins.input", asked)
    refused = ""
    try:
        _load(own, role)
    except ProfileError as error:
        refused = str(error)
    assert "\n" not in refused
    assert "pass the argument" not in refused
    assert not mark.exists()
