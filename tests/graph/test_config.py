from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from dir_tir.errors import InputError
from dir_tir.graph.config import Config


def test_settings_survive_json() -> None:
    config = Config(user="simulated", target="x", seed=3)
    assert Config(**json.loads(json.dumps(asdict(config)))) == config


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dialog_num": 8}, "must add up to 10"),
        ({"dialog_num": 11, "image_num": -1}, "must not be negative"),
        ({"max_rounds": -1}, "max_rounds must be at least 0"),
        ({"related_size": 0}, "related_size"),
        ({"user": "simulated"}, "needs a target"),
        ({"target": "x"}, "nobody else may have one"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_words(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Config(**settings)


def test_shown_pictures_are_passed_over_for_a_person_and_not_in_the_papers_protocol() -> None:
    assert Config().node_settings()["exclude_shown"] is True
    assert Config(user="simulated", target="x").node_settings()["exclude_shown"] is False
    assert Config(user="simulated", target="x", exclude_shown=True).node_settings()["exclude_shown"] is True
