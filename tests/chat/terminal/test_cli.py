"""The command line as a person meets it: what it offers, and one line for whatever it has to refuse."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from dir_tir.chat.terminal.cli import COMMANDS, main
from dir_tir.chat.terminal.endings import INTERRUPTED, REFUSED
from dir_tir.tools.models.loading import Models
from dir_tir.tools.profiles.profile import load_profile
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder, FakeVisionModel
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

ROLES = {"encoder": "open_clip", "llm": "transformers", "vision": "transformers", "painter": "diffusers"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile of one's own whose four folders are empty."""
    lines = ['prompts = "paper"']
    for role, kind in ROLES.items():
        (tmp_path / role).mkdir()
        lines += [f"[{role}]", f'kind = "{kind}"', f'path = "{role}"']
    (tmp_path / "own.toml").write_text("\n".join(lines))
    return tmp_path / "own.toml"


class FakedModels(Models):
    """A profile's models as they are read; what would be fetched is taken for there, and what would be loaded is a fake."""

    encoder = FakeEncoder()
    encoder_fingerprint = encoder.fingerprint
    vision = FakeVisionModel("a field\nof grain")

    def fetch(self, roles: Collection[str] = ()) -> None:
        pass


class FakedWorkspace(Workspace):
    """A workspace in which nothing is ever loaded."""

    def models(self, profile: str) -> Models:
        return FakedModels(load_profile(profile))


@pytest.fixture
def faked(home: Path) -> Iterator[Workspace]:
    with FakedWorkspace(home) as workspace:
        yield workspace


def _status(*arguments: str, workspace: Workspace | None = None) -> int:
    """The exit status as the shell sees it, also where argparse leaves by itself."""
    with pytest.raises(SystemExit) as left:
        sys.exit(main(arguments, workspace))
    assert isinstance(left.value.code, int)
    return left.value.code


def _said(capsys: pytest.CaptureFixture[str], *arguments: str, workspace: Workspace | None = None) -> str:
    """What a command that succeeds prints."""
    assert _status(*arguments, workspace=workspace) == 0
    return capsys.readouterr().out


def _refusal(capsys: pytest.CaptureFixture[str], *arguments: str, workspace: Workspace | None = None) -> str:
    """The one line said about input that is refused."""
    assert _status(*arguments, workspace=workspace) == REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("dir-tir: ")
    assert "Traceback" not in line
    return line


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert _status("--help") == 0
    words = capsys.readouterr().out.split()
    assert set(COMMANDS) <= set(words)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _status(command, "--help") == 0
    assert f"usage: dir-tir {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("demo --postcards -3", "-3 is not a whole number of at least 1"),
        ("demo --postcards many", "many is not a whole number of at least 1"),
        ("demo --rounds 0", "0 is not a whole number of at least 1"),
        ("miniature folder --postcards -1", "-1 is not a whole number of at least 1"),
        ("chat --gallery mine --seed red", "--seed: seed is 'red'; expected a whole number"),
        ("chat --resume 1 --image-num 0 --profile paper", "leave out profile, image_num, or begin a new one"),
        ("index folder", "required: --gallery"),
        ("paint", "there is no command 'paint' (see dir-tir --help)"),
        ("idnex folder", "there is no command 'idnex': did you mean index?"),
        ("chat --gallery mine --profile huge", "there is no profile 'huge'"),
        ("chat", "there are no galleries yet: make one with `dir-tir index FOLDER --gallery NAME`"),
        ("mcp", "there are no galleries yet"),
        ("chat --galery mine", "there is no option --galery: did you mean --gallery? (see dir-tir chat --help)"),
        ("gallery shwo mine", "shwo is none of list, show, verify, repair, prune, export, copy, delete: did you mean show?"),
        ("completion csh", "csh is none of bash, zsh, fish, powershell: did you mean"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_one_line(arguments: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert reason in _refusal(capsys, *arguments.split())


def test_a_bare_command_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(capsys)
    assert said.startswith("usage: dir-tir")
    assert set(COMMANDS) <= set(said.split())


def test_a_slip_in_a_gallerys_name_is_asked_about(
    faked: Workspace, photos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _said(capsys, "index", str(photos), "--gallery", "holidays", "--profile", "miniature", workspace=faked)
    assert "did you mean holidays? Or index" in _refusal(capsys, "gallery", "show", "holydays", workspace=faked)


def test_a_folder_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path) -> None:
    assert "there is no folder" in _refusal(capsys, "index", str(tmp_path / "none"), "--gallery", "mine")
    assert not home.exists()


def test_a_folder_without_pictures_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("no picture")
    assert "there are no pictures in" in _refusal(capsys, "index", str(tmp_path / "letters"), "--gallery", "mine")
    assert not home.exists()


def test_a_chat_without_weights_names_the_models_that_lack_them(capsys: pytest.CaptureFixture[str], profile: Path) -> None:
    assert "no weights yet for encoder, llm, vision, painter" in _refusal(capsys, "chat", "--gallery", "mine", "--profile", str(profile))
    (profile.parent / "llm" / "model.safetensors").touch()
    assert "no weights yet for encoder, vision, painter" in _refusal(capsys, "chat", "--gallery", "mine", "--profile", str(profile))


@pytest.mark.parametrize(("gallery", "reason"), [("attic", "there is no gallery 'attic'"), ("../attic", "cannot be a folder name")])
def test_a_gallery_that_is_not_there_is_refused_before_the_large_models_are_loaded(
    faked: Workspace, gallery: str, reason: str, capsys: pytest.CaptureFixture[str], profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ROLES:
        (profile.parent / role / "model.safetensors").touch()  # loading one of these would be refused too, and for another reason
    assert reason in _refusal(capsys, "chat", "--profile", str(profile), "--gallery", gallery, workspace=faked)


def test_an_interrupted_command_says_that_nothing_is_lost(
    faked: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    def interrupt(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", interrupt)
    assert _status("index", str(photos), "--gallery", "mine", workspace=faked) == INTERRUPTED
    assert "the same command goes on from here" in capsys.readouterr().err


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder as people have it."""
    (tmp_path / "photos" / "2024").mkdir(parents=True)
    for number in range(3):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / "photos" / "2024" / f"{number}.png")
    (tmp_path / "photos" / "copy of 0.png").write_bytes((tmp_path / "photos" / "2024" / "0.png").read_bytes())
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"\xff\xd8\xff and no more")
    (tmp_path / "photos" / "empty.jpg").touch()
    (tmp_path / "photos" / "film.mov").touch()
    return tmp_path / "photos"


def test_photos_are_not_indexed_with_models_that_know_postcards_only(
    faked: Workspace, photos: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = _refusal(capsys, "index", str(photos), "--gallery", "mine", workspace=faked)
    assert "the models of profile 'miniature' know only the illustrated postcards" in line
    assert "give --profile photos for other pictures" in line
    assert not home.exists()


def test_an_indexing_says_which_models_are_at_work_and_what_the_next_profile_adds(
    faked: Workspace, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _said(capsys, "index", str(photos), "--gallery", "mine", "--profile", "photos", workspace=faked)
    assert "Models at work: encoder (ViT-B-32). Profile laptop adds language model (3.1 GB to fetch), vision model" in said
    assert "To search:  dir-tir web --gallery mine" in said
    line = _refusal(capsys, "index", str(photos), "--gallery", "mine", "--write-captions", workspace=faked)
    assert "profile 'photos' has no vision model to write captions with: take --profile laptop, or leave out --write-captions" in line


@pytest.mark.parametrize(("answer", "indexed"), [("y", True), ("", False), ("no", False)])
def test_at_a_terminal_it_is_asked(
    faked: Workspace,
    photos: Path,
    home: Path,
    answer: str,
    indexed: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: (asked.append(question), answer)[1])
    assert (_status("index", str(photos), "--gallery", "mine", workspace=faked) == 0) is indexed
    (question,) = asked
    assert "For other pictures say --profile photos. Go on with 'miniature'? [y/N]" in question
    assert home.exists() is indexed


def test_no_answer_at_all_is_no(
    faked: Workspace, photos: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end_of_input(_: str) -> str:
        raise EOFError  # Ctrl-D

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", end_of_input)
    assert _status("index", str(photos), "--gallery", "mine", workspace=faked) == REFUSED
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_named_profile_settles_it_and_so_does_the_folder_and_the_gallery_remembers(
    faked: Workspace, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "3 pictures added" in _said(capsys, "index", str(photos), "--gallery", "mine", "--profile", "laptop", workspace=faked)
    assert "mine: 3 pictures, profile laptop" in _said(capsys, "gallery", "list", workspace=faked)
    again = _said(capsys, "index", str(photos), "--gallery", "mine", workspace=faked)  # with laptop
    assert "0 pictures added, 3 were there" in again
    assert "profile laptop" in _said(capsys, "gallery", "show", "mine", workspace=faked)
    (photos / "dir-tir.toml").write_text('profile = "paper"')
    _said(capsys, "index", str(photos), "--gallery", "other", workspace=faked)
    assert "other: 3 pictures, profile paper" in _said(capsys, "gallery", "list", workspace=faked)
    (photos / "dir-tir.toml").write_text("profile: paper")
    assert "dir-tir.toml is not understood" in _refusal(capsys, "index", str(photos), "--gallery", "third", workspace=faked)


def test_an_indexing_says_what_it_did_and_lists_what_it_left_out(
    faked: Workspace, photos: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _said(capsys, "index", str(photos), "--gallery", "mine", "--profile", "miniature", workspace=faked)
    assert "gallery 'mine': 3 pictures added, 0 were there" in said
    assert "1 are copies of others" in said
    assert "1 other files passed over: 1 .mov" in said
    assert f"left out {photos / 'broken.jpg'}: " in said
    assert f"left out {photos / 'empty.jpg'}: " in said
    report = (home / "galleries" / "mine" / "left-out.txt").read_text()
    assert [line.split("\t")[0] for line in report.splitlines()] == [
        str(photos / name) for name in ("broken.jpg", "empty.jpg", "2024/0.png", "film.mov")
    ]
    (photos / "2024" / "1.png").unlink()
    (photos / "2024" / "2.png").rename(photos / "moved.png")
    Image.new("RGB", (8, 8), "white").save(photos / "new.png")
    said = _said(capsys, "index", str(photos), "--gallery", "mine", workspace=faked)
    assert "1 pictures added, 1 moved, 1 removed, 1 were there" in said


def test_a_folder_that_is_not_there_any_more_is_asked_about_or_needs_yes_and_comes_back_without_encoding(
    faked: Workspace, photos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("index", str(photos), "--gallery", "mine", "--profile", "laptop")
    _said(capsys, *command, workspace=faked)
    (photos / "2024").rename(photos.parent / "not mounted")
    assert _status(*command, workspace=faked) == REFUSED
    told = capsys.readouterr()
    assert f"not there any more, and kept: 2 of 3 pictures in {photos / '2024'}" in told.out
    assert "run the same command with --yes to remove them" in told.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: (asked.append(question), "n")[1])
    assert "and kept: 2 of 3 pictures" in _said(capsys, *command, workspace=faked)
    assert asked == [
        f"2 of 3 pictures in {photos / '2024'} are not there any more. Is everything mounted that should be? "
        "Remove them from gallery 'mine'? [y/N] "
    ]
    assert "2 removed" in _said(capsys, *command, "--yes", workspace=faked)
    assert len(asked) == 1
    (photos.parent / "not mounted").rename(photos / "2024")
    assert "2 came back" in _said(capsys, *command, workspace=faked)


def test_what_is_excluded_is_passed_over_remembered_and_taken_in_again(
    faked: Workspace, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("index", str(photos), "--gallery", "mine", "--profile", "laptop")
    assert "1 pictures added" in _said(capsys, *command, "--exclude", "/2024/", workspace=faked)
    assert "0 pictures added, 1 were there" in _said(capsys, *command, workspace=faked)
    assert "2 pictures added" in _said(capsys, *command, "--exclude", "", workspace=faked)
    said = _said(capsys, *command, "--exclude", "1.png", "--exclude", "2.png", workspace=faked)  # files that are there are not asked about
    assert "2 removed, 1 were there" in said


def test_a_gallery_is_verified_exported_and_deleted_and_the_pictures_stay(
    faked: Workspace, photos: Path, home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _said(capsys, "index", str(photos), "--gallery", "mine", "--profile", "miniature", workspace=faked)
    assert "all 4 files are there and unchanged" in _said(capsys, "gallery", "verify", "mine", workspace=faked)
    shown = _said(capsys, "gallery", "show", "mine", "2024/0.png", workspace=faked)
    assert str(photos / "copy of 0.png") in shown
    assert "(no caption)" in shown
    assert "has no picture 'zzz'" in _refusal(capsys, "gallery", "show", "mine", "zzz", workspace=faked)

    _said(capsys, "gallery", "export", "mine", str(tmp_path / "out"), workspace=faked)
    lines = [json.loads(line) for line in (tmp_path / "out" / "pictures.jsonl").read_text().splitlines()]
    images = np.load(tmp_path / "out" / "images.npy")
    assert images.shape == (3, 16)
    (row,) = (number for number, line in enumerate(lines) if line["path"].endswith("1.png"))
    np.testing.assert_allclose(images[row], FakeEncoder().encode_images([Image.open(photos / "2024" / "1.png")])[0], atol=1e-6)
    assert "is there already" in _refusal(capsys, "gallery", "export", "mine", str(tmp_path / "out"), workspace=faked)

    (photos / "2024" / "1.png").unlink()
    Image.new("RGB", (9, 9)).save(photos / "2024" / "2.png")
    assert _status("gallery", "verify", "mine", workspace=faked) == REFUSED
    told = capsys.readouterr()
    assert f"{photos / '2024' / '1.png'}: gone" in told.out
    assert f"{photos / '2024' / '2.png'}: changed since it was indexed" in told.out
    assert "2 of 4 files of gallery 'mine' are not as they were: index their folder again" in told.err

    assert "needs --yes" in _refusal(capsys, "gallery", "delete", "mine", workspace=faked)
    assert "is deleted" in _said(capsys, "gallery", "delete", "mine", "--yes", workspace=faked)
    assert not (home / "galleries" / "mine").exists()
    assert (photos / "2024" / "0.png").is_file()
    assert "there is no gallery" in _refusal(capsys, "gallery", "delete", "mine", "--yes", workspace=faked)
    assert "there are no galleries yet" in _said(capsys, "gallery", "list", workspace=faked)


def test_captions_are_written_by_the_profiles_vision_model_when_asked_for(
    faked: Workspace, photos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "captions written" not in _said(capsys, "index", str(photos), "--gallery", "mine", "--profile", "laptop", workspace=faked)
    assert "3 captions written" in _said(capsys, "index", str(photos), "--gallery", "mine", "--write-captions", workspace=faked)
    assert "captions written" not in _said(capsys, "index", str(photos), "--gallery", "mine", "--write-captions", workspace=faked)
    assert len(FakedModels.vision.history) == 3
    assert "search for it without seeing it" in FakedModels.vision.history[0][0]
    assert "3 with captions" in _said(capsys, "gallery", "show", "mine", workspace=faked)


@pytest.mark.models
def test_models_are_listed_without_fetching_or_loading(capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(capsys, "models")
    for needed in (
        "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
        "Qwen/Qwen2.5-VL-7B-Instruct",
        "Apache-2.0, not here, 16.6 GB to fetch",
        "stabilityai/stable-diffusion-3.5-large",
        "an endpoint: nothing is needed here",
        "knows only the illustrated postcards",
    ):
        assert needed in said
    assert "--fetch needs --profile" in _refusal(capsys, "models", "--fetch")


@pytest.mark.models
def test_models_that_cannot_be_fetched_are_each_said_and_do_not_keep_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert _status("models", "--fetch", "--profile", "laptop") == REFUSED
    told = capsys.readouterr()
    assert told.out.count("is not on this machine and cannot be fetched") == 4
    assert "4 could not be fetched; what was fetched is kept, and the same command goes on" in told.err
