"""`--help` answers at once: nothing heavy is imported for it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from dir_tir.chat.terminal.cli import COMMANDS

HEAVY = "torch transformers diffusers open_clip chromadb langgraph langchain_core sklearn scipy matplotlib uvicorn mcp pydantic".split()
SCRIPT = """
import sys
from dir_tir.chat.terminal.cli import main
try:
    main(sys.argv[1:])
finally:
    print("loaded:", *(name for name in {heavy} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_loads_nothing_heavy(command: str) -> None:
    script = SCRIPT.format(heavy=HEAVY)
    said = subprocess.run([sys.executable, "-c", script, *command.split(), "--help"], check=True, capture_output=True, text=True)
    assert f"usage: dir-tir {command}".strip() in said.stdout
    assert said.stderr.strip() == "loaded:"
