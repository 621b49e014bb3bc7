"""Tests look at what the product promises, not at what it keeps to itself: none names a private part of it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
ROOMS = [path for path in TESTS.parent.iterdir() if path.is_dir() and (path / "__init__.py").is_file()]
FILES = sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("*.py") if path != Path(__file__))


def _private(name: str) -> bool:
    """``_repr_html_`` is what notebooks call."""
    return (
        name.startswith("_")
        and name not in ("_", "_repr_html_")
        and not (name.startswith("__") and name.endswith("__") and name != "__globals__")
    )


@cache
def _privates_of_the_product() -> frozenset[str]:
    """Every private name that a file of the product defines or sets on an object."""
    names = set()
    for file in (file for room in ROOMS for file in room.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                    names.add(name)
                case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                    names.add(name)
    return frozenset(filter(_private, names)) | {"__globals__"}


def _reached_for(text: str) -> Iterator[str]:
    """Imported private names, attributes of anything but oneself, and names in the strings that patch."""
    known = _privates_of_the_product()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.partition(".")[0] == "dir_tir":
                yield from (f"{node.lineno}: import {alias.name}" for alias in names if _private(alias.name))
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=name) if name in known:
                yield f"{node.lineno}: .{name}"
            case ast.Constant(value=str(value)) if value in known or re.fullmatch(r"dir_tir(\.\w+)*\._\w+", value):
                yield f"{node.lineno}: {value!r}"


@pytest.mark.parametrize("file", FILES)
def test_a_test_reaches_through_no_private_name(file: str) -> None:
    assert list(_reached_for((TESTS / file).read_text(encoding="utf-8"))) == []


def test_the_search_for_private_names_finds_them() -> None:
    text = "from dir_tir.tools.search import _order\nsearch._vectors\nself._vectors\npatch('dir_tir.tools.search._any')\nthere.__class__"
    assert list(_reached_for(text)) == ["1: import _order", "2: ._vectors", "4: 'dir_tir.tools.search._any'"]
