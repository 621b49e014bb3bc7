from __future__ import annotations

import pytest
from dir_tir.tools.rewriting.wishes import wishes


@pytest.mark.parametrize(
    ("said", "wished"),
    [
        ("It should be a beach; the cat on the right should be blue.", ["a beach", "the cat on the right blue"]),
        ("There should be two stars. The picture must also show a bridge", ["two stars", "a bridge"]),
        ("Red boats need to be on the left", ["Red boats on the left"]),
        ("two red boats", []),
        ("It should be; ", []),
        ("", []),
    ],
)
def test_what_should_be_is_said_as_if_it_were(said: str, wished: list[str]) -> None:
    assert wishes(said) == wished
