"""Which tests are quick: those that need no model, no browser, no server and not much time. Nobody has to remember to say so.

What needs one of these says it by what it imports or by the fixtures it names; `pytest.mark.slow` is given by hand. Everything that is left
is marked ``quick``, and ``pytest -m quick`` does not even import the files in which nothing is. A quick test that loads a model library
after all fails.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

MARKERS = {
    "quick": "needs no model, no browser, no server, and a second at most; given to whatever has none of the other marks",
    "models": "loads models: the shipped ones, or tiny ones made for the test",
    "browser": "drives a browser",
    "server": "starts a server in a process of its own",
    "slow": "takes seconds without any of these",
}
COSTS = {"quick": 1, "models": 10, "slow": 20, "server": 40, "browser": 100}  # about how much dearer one is than another
# What a test needs that names one of these fixtures, itself or through another fixture.
BY_FIXTURE = {
    **dict.fromkeys(["ground", "hunt", "own_hunt", "weights", "tokenizer", "miniature", "endpoints"], "models"),
    **dict.fromkeys(["browser", "people"], "browser"),
    **dict.fromkeys(["server", "proxy", "served", "studio", "postgres", "chroma_server", "head_of_all"], "server"),
}
# What a file needs that imports one of these, or something below it, when it is imported itself.
BY_IMPORT = {
    **dict.fromkeys(["torch", "transformers", "diffusers", "open_clip", "tokenizers", "timm", "dir_tir.miniature.train"], "models"),
    **dict.fromkeys(["checkpoints", "real_classes", "real_painters", "tiny"], "models"),
    "playwright": "browser",
}
LIBRARIES = ("torch", "transformers", "diffusers", "open_clip")


@cache
def needs_of_file(file: Path) -> frozenset[str]:
    """The marks of every test in a file, read from its imports and its ``pytestmark`` without importing it."""
    needs: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.Import(names=names):
                needs |= {BY_IMPORT[name] for alias in names for name in _above(alias.name) if name in BY_IMPORT}
            case ast.ImportFrom(module=str(module), names=names):
                imported = [f"{module}.{alias.name}" for alias in names]
                needs |= {BY_IMPORT[name] for path in imported for name in _above(path) if name in BY_IMPORT}
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                needs |= {node.attr for node in ast.walk(value) if isinstance(node, ast.Attribute) and node.attr in MARKERS}
    return frozenset(needs)


def _above(module: str) -> list[str]:
    """ "a.b.c" → "a", "a.b", "a.b.c"."""
    parts = module.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
