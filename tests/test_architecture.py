"""The page for developers says what is there: rooms, layers, and where each kind of change begins."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from dir_tir.registry import Registry

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TABLES = {
    "dir_tir.adapters": ("tools.models.adapters", "ADAPTERS"),
    "dir_tir.fusions": ("tools.fusion", "FUSIONS"),
    "dir_tir.methods": ("evaluation.methods", "METHODS"),
    "dir_tir.metrics": ("evaluation.metrics", "METRICS"),
}


def _section(title: str) -> str:
    return re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:][[*re.findall(r"^## (.*)$", PAGE, re.MULTILINE)].index(title)]


def _rows(title: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in _section(title).splitlines() if line.startswith("| ")][1:]


def test_the_rooms_are_those_of_the_layers_contract_in_its_order() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    named = [name.removesuffix(".py").strip("/") for first, *_ in _rows("The rooms") for name in re.findall(r"`([^`]+)`", first)]
    assert named == [room for layer in contract["layers"] for room in layer.split(" | ")]


def test_every_file_and_folder_that_a_starting_point_names_is_there() -> None:
    named = re.findall(r"`([\w./-]+/[\w./-]*|\w+\.py)`", _section("Common starting points"))
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("group", TABLES)
def test_each_table_of_names_is_where_the_page_says(group: str) -> None:
    module, name = TABLES[group]
    table = getattr(import_module(f"dir_tir.{module}"), name)
    assert isinstance(table, Registry)
    assert table.group == group
    (row,) = (row for row in _rows("Common starting points") if f"`{group}`" in row[1])
    assert module.split(".")[0] in row[1]
    assert "`registry.py`" in _section("Common starting points")


def test_a_word_stands_in_the_glossary_once() -> None:
    words = [word for first, _ in _rows("Words") for word in first.split(", ")]
    assert len(words) == len(set(words)) > 15
