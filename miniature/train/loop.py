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
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


@dataclass(frozen=True)
class Plan:
    """How long and how fast: constant learning rate after a warm-up, then a linear fall to zero over the last share of ``steps``.

    With a ``matrix_rate``, Muon learns the matrices inside the model at that rate, and AdamW the rest.
    """

    name: str
    folder: Path
    steps: int
    rate: float
    weight_decay: float = 0.01
    save_every: float = 120.0  # seconds
    warmup: int = 200  # steps
    cooldown: float = 0.25
    matrix_rate: float | None = None

    def share_at(self, step: int) -> float:
        """The share of the full learning rate at a step, 0-1."""
        rising = min(1.0, (step + 1) / self.warmup)
        falling = min(1.0, (self.steps - step) / (self.cooldown * self.steps))
        return rising * falling


def train(plan: Plan, model: nn.Module, loss_of: Callable[[int], tuple[Tensor, dict[str, float]]], log_every: int = 50) -> None:
    """Minimise ``loss_of(step)``. A run that was stopped continues from its last save; a finished one returns at once."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    parameters = [p for p in model.parameters() if p.requires_grad]
    device = parameters[0].device.type
    optimisers = _optimisers(plan, model)
    full = [[group["lr"] for group in optimiser.param_groups] for optimiser in optimisers]
    step = _restore(plan, model, optimisers)
    saved = logged = time.monotonic()
    model.train()
    sums: dict[str, float] = {}
    since = step
    while step < plan.steps:
        torch.manual_seed(step)
        for optimiser, rates in zip(optimisers, full, strict=True):
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * plan.share_at(step)
        with autocast(device):
            loss, parts = loss_of(step)
        model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        for key, value in {"loss": loss.item(), **parts}.items():
            sums[key] = sums.get(key, 0.0) + value
        if step % log_every == 0 or step == plan.steps:
            seconds = time.monotonic() - logged
            minutes_left = round(seconds / (step - since) * (plan.steps - step) / 60)
            means = {key: round(value / (step - since), 4) for key, value in sums.items()}
            _log(plan, {"step": step, "minutes_left": minutes_left, "seconds": round(seconds, 1), **means})
            logged, sums, since = time.monotonic(), {}, step
        if time.monotonic() - saved > plan.save_every or step == plan.steps:
            _save(plan, model, optimisers, step)
            saved = time.monotonic()


def autocast(device: str) -> torch.autocast:
    """bfloat16 where the device has it; elsewhere it costs more time than it saves."""
    quick = device == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return torch.autocast(device, torch.bfloat16, enabled=quick)


def _log(plan: Plan, line: dict[str, Any]) -> None:
    print(plan.name, json.dumps(line), flush=True)
    with (plan.folder / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _optimisers(plan: Plan, model: nn.Module) -> list[torch.optim.Optimizer]:
    learning = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    inside = [name for name, p in learning.items() if plan.matrix_rate and p.ndim == 2 and "embed" not in name]
    rest = [parameter for name, parameter in learning.items() if name not in inside]
    optimisers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(rest, lr=plan.rate, weight_decay=plan.weight_decay, betas=(0.9, 0.98), fused=True)
    ]
    if plan.matrix_rate:
        matrices = [learning[name] for name in inside]
        muon = torch.optim.Muon(matrices, lr=plan.matrix_rate, weight_decay=plan.weight_decay, adjust_lr_fn="match_rms_adamw")
        optimisers.append(muon)
    return optimisers


def _save(plan: Plan, model: nn.Module, optimisers: list[torch.optim.Optimizer], step: int) -> None:
    tensors = {f"model.{key}": value for key, value in _own(model).items()}
    for which, optimiser in enumerate(optimisers):
        for index, state in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{which}.{index}.{key}": value for key, value in state.items()}
    partial = plan.folder / "partial.safetensors"
    save_file({key: value.detach().cpu().contiguous() for key, value in tensors.items()}, partial, {"step": str(step)})
    partial.replace(plan.folder / "checkpoint.safetensors")


def _restore(plan: Plan, model: nn.Module, optimisers: list[torch.optim.Optimizer]) -> int:
    path = plan.folder / "checkpoint.safetensors"
    if not path.exists():
        return 0
    model.load_state_dict(trained(plan.folder), strict=False)
    with safe_open(path, "pt") as file:
        step = int(file.metadata()["step"])
        states: list[dict[int, dict[str, Tensor]]] = [{} for _ in optimisers]
        for key in file.keys():  # noqa: SIM118
            if key.startswith("optimiser."):
                _, which, index, name = key.split(".")
                states[int(which)].setdefault(int(index), {})[name] = file.get_tensor(key)
    for optimiser, state in zip(optimisers, states, strict=True):
        optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
    print(plan.name, "continues at step", step, flush=True)
    return step


def trained(folder: Path) -> dict[str, Tensor]:
    """The model's state as the run in ``folder`` last saved it."""
    state = load_file(folder / "checkpoint.safetensors")
    return {key.removeprefix("model."): value for key, value in state.items() if key.startswith("model.")}


def _own(model: nn.Module) -> dict[str, Tensor]:
    """The state without names that share another's memory (tied embeddings)."""
    seen: set[int] = set()
    return {k: v for k, v in model.state_dict().items() if not (v.data_ptr() in seen or seen.add(v.data_ptr()))}  # type: ignore[func-returns-value]
