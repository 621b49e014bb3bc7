"""Training reads shared beginnings once, continues where it stopped, and teaches the graph's own prompts."""

import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from dir_tir.miniature.train import forecast
from dir_tir.miniature.train.__main__ import main as train_all
from dir_tir.miniature.train.enlarger import ENLARGED, LARGE, autoencoder
from dir_tir.miniature.train.eyes import pixels
from dir_tir.miniature.train.growing import deepened
from dir_tir.miniature.train.lessons import LESSONS, ask
from dir_tir.miniature.train.llm import losses_of
from dir_tir.miniature.train.loop import Plan, train
from dir_tir.miniature.train.packing import pack
from dir_tir.miniature.train.painter import text_encoder
from dir_tir.miniature.train.qwen import configuration, look_back
from dir_tir.miniature.train.settings import WEIGHTS
from dir_tir.miniature.train.talks import telling
from dir_tir.miniature.train.truths import fits
from dir_tir.miniature.world.drawing import draw
from dir_tir.miniature.world.knowledge import Knowledge, glimpse
from dir_tir.miniature.world.questions import NOTHING_LEFT
from dir_tir.miniature.world.scene import Scene, Thing, scenes
from dir_tir.nodes.history import SKIPPED
from dir_tir.prompts.library import PromptLibrary
from dir_tir.prompts.rendering import REASON_WORDS
from dir_tir.tools import question_rules as validity
from dir_tir.tools.question_rules import ALREADY_KNOWN, ASKED_BEFORE, fault_of
from dir_tir.tools.workspace import Workspace
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM


def test_packed_examples_cost_what_they_cost_alone() -> None:
    torch.manual_seed(0)
    tiny = Qwen2Config(
        vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1
    )
    model = Qwen2ForCausalLM(tiny).eval()
    family = [([1, 2, 3, 4], [9, 8]), ([1, 2, 3, 5, 6], [7]), ([1, 2, 3, 5], [6, 6, 6])]
    together = losses_of(model, pack([family, family[:1]], pad=0), "cpu")[0].sum(1)
    alone = [losses_of(model, pack([[example]], pad=0), "cpu")[0].sum() for example in family]
    alone = torch.stack((sum(alone), alone[0]))
    torch.testing.assert_close(together, alone)


@pytest.mark.parametrize("matrix_rate", [None, 0.02])
def test_a_stopped_training_ends_where_an_uninterrupted_one_does(tmp_path: Path, matrix_rate: float | None) -> None:
    whole = _train(tmp_path / "whole", matrix_rate, stop_at=None)
    with pytest.raises(KeyboardInterrupt):
        _train(tmp_path / "halves", matrix_rate, stop_at=7)
    torch.testing.assert_close(_train(tmp_path / "halves", matrix_rate, stop_at=None), whole)


def test_a_deepened_model_begins_by_saying_what_the_shallow_one_says_and_learns_in_every_layer() -> None:
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "llm")
    shallow = Qwen2ForCausalLM(configuration(tokenizer, layers=2, positions=64))
    deeper = deepened(shallow, layers=5)
    tokens = torch.randint(0, 100, (2, 20))
    torch.testing.assert_close(deeper(tokens).logits, shallow(tokens).logits)
    optimiser = torch.optim.SGD(deeper.parameters(), lr=1.0)
    for _ in range(2):  # the first step only moves the matrices that were zero
        optimiser.zero_grad()
        deeper(tokens, labels=tokens).loss.backward()
        optimiser.step()
    assert all(layer.mlp.up_proj.weight.grad.abs().max() > 0 for layer in deeper.model.layers)


def test_every_lesson_is_a_family_of_filled_prompts_and_replies() -> None:
    rng, library = random.Random(0), PromptLibrary.load("miniature")
    variables = {f"${name}" for prompt in library.texts for name in library.variables(prompt)}  # people write other dollars
    for scene in scenes("train", 20):
        for lesson in LESSONS:
            pairs = lesson(rng, scene)
            assert pairs
            assert all(prompt and reply and not any(variable in prompt for variable in variables) for prompt, reply in pairs)


def test_the_most_telling_question_is_the_one_in_which_the_candidates_differ_most() -> None:
    base = Scene("beach", "night", "rain", (Thing("cat", "red", "big", 1), None, None))
    candidates = [Scene("beach", time, "rain", base.groups) for time in ("night", "noon", "morning", "evening")]
    known = Knowledge(place="beach", empty=("middle", "right"))
    (entropy, best), *_ = telling(known.with_group(_left_cat()), candidates, frozenset())
    assert best.topic == "time"
    assert entropy == pytest.approx(1.386, abs=1e-3)


def test_a_glimpse_fits_its_scene_and_hardly_ever_another() -> None:
    rng = random.Random(0)
    some = list(scenes("train", 60))
    known = [glimpse(rng, scene, 0.9) for scene in some]
    assert all(fits(part, scene) for part, scene in zip(known, some, strict=True))
    assert sum(fits(known[i], some[j]) for i in range(60) for j in range(60) if i != j) < 30


def _left_cat():  # type: ignore[no-untyped-def]
    from dir_tir.miniature.world.knowledge import Group

    return Group("cat", 1, "red", "big", "left")


def test_lessons_say_that_nothing_is_left_exactly_when_no_question_is_and_in_the_graphs_words() -> None:
    assert fault_of(NOTHING_LEFT, ()) == validity.NOTHING_LEFT
    rng = random.Random(0)
    late = [prompt for scene in scenes("train", 100) for prompt, reply in ask(rng, scene) if reply == NOTHING_LEFT]
    assert len(late) > 20
    known = [prompt.split("\nKnown: ")[1].splitlines()[0] for prompt in late if "Rejected:\nnone" in prompt]
    assert sum(all(position in text for position in ("left", "right")) for text in known) > 0.9 * len(known)


def _train(folder: Path, matrix_rate: float | None, stop_at: int | None) -> Tensor:
    torch.manual_seed(0)
    model = nn.Linear(3, 1)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        if step == stop_at:
            raise KeyboardInterrupt
        return model(torch.randn(4, 3)).pow(2).mean(), {}

    train(Plan("test", folder, steps=12, rate=0.01, save_every=0.0, matrix_rate=matrix_rate), model, loss_of)
    return model.weight.detach().clone()


def test_the_next_token_of_a_shared_beginning_is_scored_once() -> None:
    rows = pack([[([1, 2, 3, 4], [9, 8]), ([1, 2, 3, 5, 6], [7])]], pad=0)
    assert rows.tokens.tolist() == [[1, 2, 3, 4, 9, 5, 6]]
    assert rows.labels.tolist() == [[-100, -100, -100, 9, 8, -100, 7]]
    assert rows.context.tolist() == [[2, 3, -100, -100, -100, 6, -100]]


def test_lessons_word_a_rejection_as_the_graph_does() -> None:
    rng = random.Random(0)
    taught = {line.rsplit("(", 1)[1] for scene in scenes("train", 200) for prompt, _ in ask(rng, scene) for line in _rejected(prompt)}
    assert taught == {f"{REASON_WORDS[reason]})" for reason in (ALREADY_KNOWN, ASKED_BEFORE, SKIPPED)}


def _rejected(prompt: str) -> list[str]:
    return [line for line in prompt.split("Rejected:\n")[1].splitlines() if line.startswith("- ")]


def test_the_painters_thumbnails_are_means_of_pixels_and_as_many_times_smaller() -> None:
    postcard = draw(next(scenes("train", 1)), LARGE)
    vae = autoencoder()
    with torch.inference_mode():
        thumbnail = vae.encode(pixels([postcard])).latents
        assert (thumbnail - pixels([postcard.reduce(ENLARGED)])).abs().max() < 0.005  # half a grey level of 256, rounded by Pillow
        assert vae.decode(thumbnail).sample.shape == (1, 3, LARGE, LARGE)


def test_the_painter_reads_as_the_encoder_does() -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "encoder")
    texts = ["two small red boats on the left", "a rainy beach at night"]
    tokens = tokenizer(texts, padding=True, return_tensors="pt")
    ends = (tokens["input_ids"] == tokenizer.eos_token_id).int().argmax(1)
    with torch.inference_mode():
        words = text_encoder(tokenizer)(**{key: tokens[key] for key in ("input_ids", "attention_mask")})[0]
    projection = load_file(WEIGHTS / "encoder" / "open_clip_model.safetensors")["text_projection"].float()
    embeddings = functional.normalize(words[torch.arange(2), ends] @ projection, dim=-1).numpy()
    assert np.abs(embeddings - Workspace().models("miniature").encoder.encode_texts(texts)).max() < 1e-3


def test_a_fresh_model_looks_back_at_the_two_tokens_before() -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "encoder")
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(configuration(tokenizer, layers=1, positions=256))
    model.set_attn_implementation("eager")
    look_back(model.model.layers[0], model.model.rotary_emb.inv_freq)
    with torch.inference_mode():
        seen = model(torch.randint(0, 100, (1, 60)), output_attentions=True).attentions[0][0]
    for head, distance in ((0, 1), (1, 2)):
        assert seen[head].diagonal(-distance)[3:].min() > 0.5


def test_all_trainings_together_say_how_long_they_take_before_the_first_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun: list[str] = []

    def begin(command: list[str], *, check: bool) -> None:
        assert check
        assert "about 17.1 h on this machine (eyes 6 min, encoder 40 min, dialogues 10 min, " in capsys.readouterr().out or begun
        begun.append(command[2])

    monkeypatch.setattr(forecast, "seconds_of_fixed_step", lambda device: 0.1)
    monkeypatch.setattr(subprocess, "run", begin)
    monkeypatch.setattr(sys, "argv", ["train"])
    train_all()
    assert begun == [f"dir_tir.miniature.train.{name}" for name in forecast.WORK]
    assert all(find_spec(module) for module in begun)


def test_the_fixed_step_of_a_forecast_takes_time() -> None:
    assert 0 < forecast.seconds_of_fixed_step("cpu") < 60
