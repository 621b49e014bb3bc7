from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest
from dir_tir.errors import InputError
from dir_tir.graph.config import SETTINGS, Config, Settings
from dir_tir.graph.settings import Setting
from pydantic import TypeAdapter

if TYPE_CHECKING:
    from pathlib import Path

AS_IN_VERSION_0_1 = {
    "profile": "miniature",
    "gallery": "postcards",
    "user": "person",
    "target": "",
    "max_rounds": 10,
    "dialog_num": 7,
    "image_num": 3,
    "related_size": 200,
    "schedule": "linear",
    "clusters": 10,
    "temperature": 1.0,
    "questions": 1,
    "with_context": True,
    "rewriting": True,
    "compared": "caption",
    "exclude_shown": None,
    "seed": 0,
}


def test_settings_survive_json() -> None:
    config = Config(user="simulated", target="x", seed=3)
    assert Config(**json.loads(json.dumps(asdict(config)))) == config


def test_settings_stored_by_version_0_1_are_read_and_those_of_a_later_one_refused_by_name() -> None:
    assert Config.restored(AS_IN_VERSION_0_1) == Config(related_size=200)
    with pytest.raises(InputError, match=r"settings that this version does not know \(later\): update"):
        Config.restored({**AS_IN_VERSION_0_1, "later": 1})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dialog_num": 8, "image_num": 3}, "dialog_num 8 and image_num 3 must add up to 10"),
        ({"dialog_num": 7, "image_num": 4}, "dialog_num 7 and image_num 4 must add up to 10"),
        ({"dialog_num": 11, "image_num": -1}, "dialog_num is 11; expected a whole number from 0 to 10"),
        ({"image_num": -1}, "image_num is -1; expected a whole number from 0 to 10"),
        ({"max_rounds": -1}, "max_rounds is -1; expected a whole number of at least 0"),
        ({"max_rounds": "3"}, "max_rounds is '3'; expected a whole number"),
        ({"max_rounds": True}, "max_rounds is True; expected a whole number"),
        ({"with_context": 1}, "with_context is 1; expected true or false"),
        ({"related_size": 0}, "related_size is 0"),
        ({"temperature": float("nan")}, "temperature is nan; expected a number"),
        ({"schedule": "steep"}, "schedule is 'steep'; expected one of linear, constant"),
        ({"gallery": None}, "gallery is None; expected a text"),
        ({"seed": -1}, "seed is -1; expected a whole number from 0 to 4294967295"),
        ({"user": "simulated"}, "needs a target"),
        ({"after": "yesterday"}, "after: 'yesterday' is no date"),
        ({"after": "2020", "before": "2019"}, "no day is from 2020 on and before 2019"),
        ({"folder": ".."}, "folder: '..' names no folder"),
        ({"user": "simulated", "target": "x", "after": "2019"}, "leave out what filters them (only from 2019 on)"),
        ({"target": "x"}, "nobody else may have one"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name_in_one_line(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as refusal:
        Config(**settings)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "shares"), [({}, (7, 3)), ({"image_num": 0}, (10, 0)), ({"dialog_num": 0}, (0, 10)), ({"dialog_num": 7}, (7, 3))]
)
def test_one_share_of_the_page_follows_from_the_other(given: dict[str, int], shares: tuple[int, int]) -> None:
    config = Config(**given)  # type: ignore[arg-type]
    assert (config.dialog_num, config.image_num) == shares
    assert replace(config, max_rounds=3) == Config(max_rounds=3, dialog_num=shares[0], image_num=shares[1])
    assert config.paints == (shares[1] > 0)
    assert not replace(config, painting=False).paints


def test_a_person_gets_the_best_ranking_known_and_the_simulated_user_the_papers() -> None:
    def ranking(config: Config) -> tuple[str, bool, bool, bool]:
        settings = config.node_settings()
        return settings["fusion"], settings["hubs"], settings["rerank"], settings["exclude_shown"]

    def paints_all(config: Config) -> bool:
        return bool(config.node_settings()["paint_all"])

    assert ranking(Config()) == ("newest", True, True, True)
    assert ranking(Config(user="simulated", target="x")) == ("slots", False, False, False)
    assert ranking(Config(user="simulated", target="x", fusion="sum", hubs=True, exclude_shown=True)) == ("sum", True, False, True)
    assert ranking(Config(hubs=False)) == ("newest", False, True, True)
    assert (paints_all(Config()), paints_all(Config(user="simulated", target="x"))) == (True, False)
    assert (paints_all(Config(paint_all=False)), paints_all(Config(user="simulated", target="x", paint_all=True))) == (False, True)
    papers = Config(fusion="slots", hubs=False, rerank=False, exclude_shown=False, captioning=0.0, paint_all=False)
    assert Config().settled("simulated") == papers


def test_a_node_may_name_every_setting_but_who_answers_with_which_models_and_what_is_looked_for() -> None:
    names = {one.name for one in fields(Config)}
    assert Config().node_settings().keys() == names - {"profile", "user", "target", "clicks", "manner", "like", "after", "before", "folder"}


def test_the_keywords_that_editors_complete_are_the_options_among_the_settings() -> None:
    hints = get_type_hints(Config)
    assert get_type_hints(Settings) == {setting.name: hints[setting.name] for setting in SETTINGS if setting.is_option}


def test_every_setting_has_words_and_says_whom_it_is_for() -> None:
    assert [setting.name for setting in SETTINGS] == [one.name for one in fields(Config)]
    assert all(setting.words for setting in SETTINGS)
    named: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}
    assert {name for name in named if not named[name].is_option} == {"profile", "gallery", "user", "target", "clicks", "manner", "like"}
    assert {name for name in named if named[name].for_people} >= {"max_rounds", "image_num", "exclude_shown", "seed"}
    assert (named["image_num"].type, named["image_num"].default, named["image_num"].high) == (int, 3, 10)
    assert (named["exclude_shown"].type, named["exclude_shown"].optional) == (bool, True)
    assert named["compared"].choices == ("caption", "image")


def test_the_form_that_studio_makes_shows_words_ranges_choices_and_defaults() -> None:
    form = TypeAdapter(Config).json_schema()["properties"]
    for setting in SETTINGS:
        assert form[setting.name]["description"] == setting.words
        assert form[setting.name]["default"] == setting.default
    assert (form["image_num"]["minimum"], form["image_num"]["maximum"]) == (0, 10)
    assert form["schedule"]["enum"] == ["linear", "constant"]


def test_importing_the_settings_loads_nothing_heavy(tmp_path: Path) -> None:
    heavy = "{'langgraph', 'langchain_core', 'torch', 'numpy', 'PIL', 'pydantic', 'chromadb'}"
    program = f"import sys; from dir_tir.graph.config import Config; Config(); print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.strip() == "[]"
