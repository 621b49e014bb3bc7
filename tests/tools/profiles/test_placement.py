from __future__ import annotations

from pathlib import Path

import pytest
import torch
from dir_tir.errors import ProfileError
from dir_tir.tools.models.kinds.blip import BlipOptions
from dir_tir.tools.models.kinds.diffusers import DiffusersOptions
from dir_tir.tools.models.kinds.openai import OpenAIOptions
from dir_tir.tools.models.transformers_loading import TransformersOptions
from dir_tir.tools.profiles.placement import GB, counted_parameters, memory_needed, placed, require_memory
from dir_tir.tools.profiles.profile import load_profile


def test_auto_is_the_processor_in_float32_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    placement = placed(TransformersOptions(repo="a/b", offload=True))
    assert (placement.device, placement.torch_dtype, placement.offload) == ("cpu", torch.float32, False)


def test_auto_is_a_gpu_in_a_half_format_but_for_encoders_whose_vectors_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda: True)
    placement = placed(TransformersOptions(repo="a/b", offload=True))
    assert (placement.device, placement.dtype, placement.offload) == ("cuda", "bfloat16", True)
    assert placed(BlipOptions(repo="a/b")).dtype == "float32"
    assert placed(BlipOptions(repo="a/b", dtype="float16")).dtype == "float16"
    assert placed(TransformersOptions(repo="a/b", device="cpu")).device == "cpu"


@pytest.mark.parametrize(("device", "reason"), [("cuda", "is not on this machine: say auto, or cpu"), ("tpu", "is unknown; expected auto")])
def test_a_device_that_is_not_there_is_refused(device: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ProfileError, match=reason):
        placed(TransformersOptions(repo="a/b", device=device))


def test_a_quantisation_whose_library_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dir_tir.tools.profiles.placement.find_spec", lambda _: None)
    with pytest.raises(ProfileError, match=r"needs bitsandbytes, which is not installed: pip install 'dir-tir\[quantise\]'"):
        placed(TransformersOptions(repo="a/b", quantise="bitsandbytes-4bit"))


def test_parameters_are_counted_from_the_files_themselves(weights: Path) -> None:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(weights / "llm")
    assert counted_parameters(weights / "llm") == sum(parameter.numel() for parameter in model.parameters())
    assert counted_parameters(weights / "encoder") > 0


def test_a_file_that_is_broken_counts_as_nothing(tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"cut off", b"\xff" * 64, b"\x02\0\0\0\0\0\0\0[]")):
        (tmp_path / f"{number}.safetensors").write_bytes(content)
    assert counted_parameters(tmp_path) == 0


def test_memory_goes_by_parameters_and_format(weights: Path) -> None:
    whole = memory_needed(TransformersOptions(repo="a/b", parameters=1.0, device="cpu"), None)
    assert whole == pytest.approx(4.4 * GB)
    assert memory_needed(TransformersOptions(repo="a/b", parameters=1.0, device="cpu", dtype="bfloat16"), None) == whole / 2
    assert memory_needed(OpenAIOptions(url="http://x", model="y"), None) == 0
    counted = memory_needed(TransformersOptions(repo="a/b", parameters=1.0, device="cpu"), weights / "llm")
    assert counted == pytest.approx(4.4 * counted_parameters(weights / "llm"))


def test_models_that_will_not_fit_are_refused_before_they_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("dir_tir.tools.profiles.placement.memory_free", lambda _: 4 * GB)
    models = {role: model for role, model in load_profile("laptop").models.items() if role != "vision"}
    with pytest.raises(
        ProfileError, match=r"'laptop' needs about 6\.9 GB on cpu \(encoder 0\.7, llm 3\.4, painter 2\.8\), and 4\.0 GB are free"
    ):
        require_memory("laptop", models, {})
    require_memory("laptop", {"llm": models["llm"]}, {})
    require_memory("x", {"painter": DiffusersOptions(repo="a/b")}, {})  # nobody knows how large it is


def test_what_is_offloaded_is_counted_in_main_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda: True)
    monkeypatch.setattr("dir_tir.tools.profiles.placement.memory_free", lambda device: {"cpu": 5, "cuda": 30}[device] * GB)
    models = {"llm": TransformersOptions(repo="a/b", parameters=10), "painter": DiffusersOptions(repo="a/b", parameters=3, offload=True)}
    with pytest.raises(ProfileError, match=r"6\.6 GB on cpu \(painter 6\.6\)"):
        require_memory("x", models, {})
