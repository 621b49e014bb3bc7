"""What is asked at once answers at once: neither the package nor any ``--help`` loads a library that takes its time."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest
from dir_tir.chat.terminal.cli import parser

MODELS = {"accelerate", "bitsandbytes", "diffusers", "huggingface_hub", "open_clip", "timm", "torch", "torchvision", "transformers"}
LIBRARIES = {"chromadb", "faiss", "matplotlib", "sklearn", "scipy"}
SERVERS = {"mcp", "starlette", "uvicorn"}
GRAPHS = {"langchain_core", "langgraph", "openai"}
ARRAYS = {"numpy", "PIL"}
HEAVY = MODELS | LIBRARIES | SERVERS | GRAPHS | ARRAYS

# What is done, and what may not be loaded by it.
LIGHT = {
    "import dir_tir": HEAVY,
    "import dir_tir.graph.config": HEAVY,
    "import dir_tir.errors": HEAVY,
    "import dir_tir.contracts": HEAVY - ARRAYS,
    "import dir_tir\nfor name in dir_tir.__all__: getattr(dir_tir, name)": MODELS | LIBRARIES | SERVERS,
    "import dir_tir.graph.build, dir_tir.tools.workspace": MODELS | LIBRARIES | SERVERS,
    "import dir_tir.tools.workspace, dir_tir.chat.terminal.finding": HEAVY - ARRAYS,
}


def _loaded(program: str) -> set[str]:
    """The top-level names of all modules that a program has loaded when it ends, in a process of its own."""
    program += "\nimport sys; print('loaded', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def _commands(of: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> list[str]:
    """Every command line up to its last sub-command: "", "demo", "gallery", "gallery show" and so on."""
    deeper = [action.choices for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    return [" ".join(before), *(line for choices in deeper for name, sub in choices.items() for line in _commands(sub, (*before, name)))]


@pytest.mark.parametrize("program", LIGHT, ids=lambda program: program.replace("\n", "; "))
def test_an_import_loads_no_library_that_is_not_needed_yet(program: str) -> None:
    assert not _loaded(program) & LIGHT[program]


@pytest.mark.parametrize("command", _commands(parser()), ids=lambda command: f"dir-tir {command}".strip())
def test_help_loads_no_library_at_all(command: str) -> None:
    program = f"from dir_tir.chat.terminal.cli import main\ntry: main({[*command.split(), '--help']})\nexcept SystemExit: pass"
    assert not _loaded(program) & HEAVY
