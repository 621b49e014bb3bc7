from __future__ import annotations

import re
from pathlib import Path

import pytest
from dir_tir.errors import ProfileError
from dir_tir.tools.profiles.at_work import at_work
from dir_tir.tools.profiles.profile import PACKAGE, SHIPPED, load_profile

GOOD = """
prompts = "paper"
[encoder]
kind = "open_clip"
path = "encoder"
[llm]
kind = "transformers"
repo = "some/model"
generation = { max_new_tokens = 8 }
[vision]
kind = "transformers"
path = "vision"
tries = 1
[painter]
kind = "diffusers"
path = "painter"
call = { height = 32 }
"""


def write(tmp_path: Path, text: str) -> str:
    (tmp_path / "mine.toml").write_text(text)
    return str(tmp_path / "mine.toml")


@pytest.mark.parametrize("name", [file.stem for file in SHIPPED.glob("*.toml")])
def test_every_profile_that_ships_is_understood(name: str) -> None:
    assert load_profile(name).name == name


def test_the_miniature_lies_inside_the_package_and_needs_no_hub() -> None:
    profile = load_profile("miniature")
    assert profile.is_local
    assert profile.prompts == "miniature"
    assert Path(profile.encoder.path) == PACKAGE / "miniature" / "weights" / "encoder"


def test_an_encoder_tuned_on_dialogues_may_be_named_or_missing(tmp_path: Path) -> None:
    assert load_profile(write(tmp_path, GOOD)).dialogue_encoder is None
    named = load_profile(write(tmp_path, GOOD + '[dialogue_encoder]\nkind = "open_clip"\npath = "tuned"'))
    assert named.dialogue_encoder
    assert named.dialogue_encoder.path == str(tmp_path / "tuned")
    assert list(named.models) == ["encoder", "llm", "vision", "painter", "dialogue_encoder"]


def test_ones_own_profile_is_read_with_paths_beside_it(tmp_path: Path) -> None:
    profile = load_profile(write(tmp_path, GOOD))
    assert (profile.name, profile.encoder.path, profile.llm.repo) == ("mine", str(tmp_path / "encoder"), "some/model")
    assert (profile.llm.tries, profile.vision.tries) == (3, 1)
    assert profile.llm.generation == {"max_new_tokens": 8}
    assert profile.painter.call == {"height": 32}
    assert not profile.is_local


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("prompts", "colour = 1\nprompts", "the profile: unknown: colour"),
        ('prompts = "paper"', "", "the profile: missing: prompts"),
        ("tries = 1", "retries = 1", r"\[vision\]: unknown: retries \(did you mean tries\?\); known: batch, .*, timeout, tries"),
        ('prompts = "paper"', 'prompts = "paper"\nlimitedto = "x"', r"the profile: unknown: limitedto \(did you mean limited_to\?\)"),
        ("tries = 1", 'timeout = "1"', r"\[vision\]: timeout is '1', expected float"),
        ("tries = 1", "timeout = -1", r"\[vision\]: timeout is -1; expected at least 0"),
        ("tries = 1", "offload = 1", r"\[vision\]: offload is 1, expected bool"),
        ("tries = 1", 'dtype = "int3"', r"\[vision\]: dtype is 'int3'; expected auto, bfloat16, float16, float32"),
        (
            "tries = 1",
            'quantise = "a-bit"',
            r"\[vision\]: quantise is 'a-bit'; expected bitsandbytes-4bit, bitsandbytes-8bit, torchao-int8",
        ),
        ('path = "encoder"', 'path = "encoder"\nquantise = "torchao-int8"', r"\[encoder\]: an encoder cannot be quantised"),
        ("height = 32", "height = 32 }\nlicense = { a = 1", r"\[painter\]: unknown: license \(did you mean licence\?\)"),
        ('path = "encoder"', 'model = "ViT-B-32"', r"\[encoder\]: give either path or repo or model and tag, not model"),
        ('kind = "transformers"\nrepo = "some/model"', 'kind = "openai"\nurl = "http://x"', r"\[llm\]: give either model and url, not url"),
        ('path = "painter"', 'path = "painter"\nwithout = [1]', r"\[painter\]: without is \[1\], expected list"),
        ("tries = 1", 'tries = "1"', r"\[vision\]: tries is '1', expected int"),
        ("tries = 1", "tries = true", r"\[vision\]: tries is True, expected int"),
        ("tries = 1", "batch = 0", r"\[vision\]: batch is 0; expected at least 1"),
        ("tries = 1", "tries = 0", r"\[vision\]: tries is 0; expected at least 1"),
        ('kind = "diffusers"', "", r"\[painter\]: missing: kind; expected diffusers"),
        ('kind = "diffusers"', 'kind = "crayons"', r"\[painter\]: kind 'crayons' is unknown; expected diffusers"),
        ('path = "encoder"', "", r"\[encoder\]: give either path"),
        ('path = "encoder"', "path = 7", r"\[encoder\]: path is 7, expected str"),
        ('path = "encoder"', 'path = "encoder"\nrepo = "a/b"', r"\[encoder\]: give either path"),
        ("[painter]", "[paintr]", r"the profile: unknown: paintr \(did you mean painter\?\)"),
        ("[encoder]", "[encoders]", r"no table \[encoder\]"),
        ("[painter]", "[painter", "is not TOML"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(ProfileError, match=message) as caught:
        load_profile(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "\n" not in str(caught.value)


def test_keys_that_only_another_kind_has_are_passed_over_as_they_always_were(tmp_path: Path) -> None:
    there = 'kind = "transformers"\nrepo = "some/model"'
    endpoint = 'kind = "openai"\nurl = "http://x"\nmodel = "m"\ndtype = "bfloat16"\nquantise = "bitsandbytes-4bit"'
    assert str(load_profile(write(tmp_path, GOOD.replace(there, endpoint))).llm.source()) == "m at http://x"
    assert load_profile(write(tmp_path, GOOD.replace(there, f'{there}\nkey = "MY_KEY"'))).llm.kind == "transformers"


def test_a_profile_cannot_be_changed() -> None:
    profile = load_profile("miniature")
    with pytest.raises(ValueError, match="frozen"):
        profile.prompts = "other"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        profile.llm.tries = 7  # type: ignore[misc]


def test_a_profile_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(
        ProfileError,
        match=r"no profile 'huge': expected laptop, miniature, miniature-blip, paper, photos, server, or the path of a .toml file$",
    ):
        load_profile("huge")
    with pytest.raises(ProfileError, match=r"there is no profile 'labtop': .*; did you mean 'laptop'\?"):
        load_profile("labtop")


@pytest.mark.parametrize("name", ["photos", "laptop", "paper", "server"])
def test_a_profile_of_real_models_says_of_each_what_it_needs_and_under_which_licence(name: str) -> None:
    profile = load_profile(name)
    assert (profile.prompts, profile.limited_to) == ("compact" if name == "laptop" else "paper", "")
    for model in profile.models.values():
        assert model.kind == "openai" or (model.licence and model.download and model.parameters)  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["llm", "vision", "painter"])
def test_every_model_but_the_encoder_may_be_left_out(tmp_path: Path, role: str) -> None:
    table = re.compile(rf"\[{role}\]\n([^\[].*\n)*")
    profile = load_profile(write(tmp_path, table.sub("", GOOD)))
    assert set(load_profile(write(tmp_path, GOOD)).models) - set(profile.models) == {role}


def test_what_the_next_profile_adds_is_named_and_searches_the_same_galleries() -> None:
    photos, laptop = load_profile("photos"), load_profile("laptop")
    found = at_work(photos)
    assert (found.models, found.more) == ({"encoder": "ViT-B-32"}, "laptop")
    assert found.adds == {"llm": 3.1, "vision": 4.4, "painter": 2.6}
    assert photos.encoder.identity == laptop.encoder.identity
    assert not at_work(laptop).adds


def test_the_miniature_says_what_it_knows_and_which_profile_knows_more() -> None:
    profile = load_profile("miniature")
    assert "postcards" in profile.limited_to
    assert not load_profile(profile.otherwise).limited_to


def test_an_encoder_that_cannot_match_is_not_asked_to_rerank(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"^profile '[^']+', \[encoder\]: unknown: rerank[^\n]*known: [^\n]+$"):
        load_profile(write(tmp_path, GOOD.replace('path = "encoder"', 'path = "encoder"\nrerank = 50')))
    blip = GOOD.replace('kind = "open_clip"\npath = "encoder"', 'kind = "blip"\npath = "encoder"\nrerank = 50\nhead = "head"')
    assert load_profile(write(tmp_path, blip)).encoder.model_dump(include={"rerank", "head"}) == {
        "rerank": 50,
        "head": str(tmp_path / "head"),
    }
