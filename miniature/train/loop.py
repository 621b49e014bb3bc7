"""One training loop for all models: seeded by step, logged, saved every few minutes, continued where it stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

WARMUP = 200


@dataclass(frozen=True)
class Plan:
    """How long and how fast: constant learning rate after a warm-up, then a linear fall to zero over the last share of ``steps``."""

    name: str
    folder: Path
    steps: int
    rate: float
    weight_decay: float = 0.01
    save_every: float = 120.0  # seconds
    cooldown: float = 0.25

    def rate_at(self, step: int) -> float:
        """Learning rate of a step."""
        rising = min(1.0, (step + 1) / WARMUP)
        falling = min(1.0, (self.steps - step) / (self.cooldown * self.steps))
        return self.rate * rising * falling


def train(plan: Plan, model: nn.Module, loss_of: Callable[[int], tuple[Tensor, dict[str, float]]], log_every: int = 50) -> None:
    """Minimise ``loss_of(step)``. A run that was stopped continues from its last save; a finished one returns at once."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    parameters = [p for p in model.parameters() if p.requires_grad]
    device = parameters[0].device.type
    optimiser = torch.optim.AdamW(parameters, lr=plan.rate, weight_decay=plan.weight_decay, betas=(0.9, 0.98), fused=True)
    step = _restore(plan, model, optimiser)
    saved = logged = time.monotonic()
    model.train()
    sums: dict[str, float] = {}
    since = step
    while step < plan.steps:
        torch.manual_seed(step)
        for group in optimiser.param_groups:
            group["lr"] = plan.rate_at(step)
        with autocast(device):
            loss, parts = loss_of(step)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        for key, value in {"loss": loss.item(), **parts}.items():
            sums[key] = sums.get(key, 0.0) + value
        if step % log_every == 0 or step == plan.steps:
            seconds = time.monotonic() - logged
            _log(plan, {"step": step, "seconds": round(seconds, 1), **{k: round(v / (step - since), 4) for k, v in sums.items()}})
            logged, sums, since = time.monotonic(), {}, step
        if time.monotonic() - saved > plan.save_every or step == plan.steps:
            _save(plan, model, optimiser, step)
            saved = time.monotonic()


def autocast(device: str) -> torch.autocast:
    """bfloat16 where the device has it; elsewhere it costs more time than it saves."""
    quick = device == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return torch.autocast(device, torch.bfloat16, enabled=quick)


def _log(plan: Plan, line: dict[str, Any]) -> None:
    print(plan.name, json.dumps(line), flush=True)
    with (plan.folder / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _save(plan: Plan, model: nn.Module, optimiser: torch.optim.Optimizer, step: int) -> None:
    tensors = {f"model.{key}": value for key, value in _own(model).items()}
    for index, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{index}.{key}": value for key, value in state.items()}
    partial = plan.folder / "partial.safetensors"
    save_file({key: value.detach().cpu().contiguous() for key, value in tensors.items()}, partial, {"step": str(step)})
    partial.replace(plan.folder / "checkpoint.safetensors")


def _restore(plan: Plan, model: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    path = plan.folder / "checkpoint.safetensors"
    if not path.exists():
        return 0
    with safe_open(path, "pt") as file:
        step = int(file.metadata()["step"])
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    model.load_state_dict({key.removeprefix("model."): value for key, value in tensors.items() if key.startswith("model.")}, strict=False)
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("optimiser."):
            _, index, name = key.split(".")
            state.setdefault(int(index), {})[name] = value
    whole = optimiser.state_dict()
    whole["state"] = state
    optimiser.load_state_dict(whole)
    print(plan.name, "continues at step", step, flush=True)
    return step


def _own(model: nn.Module) -> dict[str, Tensor]:
    """The state without names that share another's memory (tied embeddings)."""
    seen: set[int] = set()
    return {k: v for k, v in model.state_dict().items() if not (v.data_ptr() in seen or seen.add(v.data_ptr()))}  # type: ignore[func-returns-value]
