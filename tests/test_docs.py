"""What the documentation shows works: its Python runs as it stands, its commands are commands, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.terminal.cli import parser
from langchain_core.messages import AIMessage

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.tools import BaseTool
    from postcards import Hunt

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LONGEST, IN_README = 30, 25  # words of a sentence


class Caller:
    """The chat model that a page leaves to its reader: calls the first tool with what the user says, then repeats what that said."""

    def bind_tools(self, tools: list[BaseTool]) -> Caller:
        self.name = tools[0].name
        return self

    def invoke(self, messages: list[BaseMessage]) -> AIMessage:
        if messages[-1].type == "tool":
            return AIMessage(messages[-1].content)
        return AIMessage("", tool_calls=[{"name": self.name, "args": {"description": messages[-1].content}, "id": "call"}])


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


# The block of studio.md needs a server; tests/graph/test_studio_server.py has one and runs it.
RUN = [page for page in PAGES if _blocks(page, "python") and page.name != "studio.md"]


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, own_hunt: Hunt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "postcards").symlink_to(own_hunt.file.parent, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    pointed = iter(["", "1"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(pointed) if "one of them" in prompt else "It is rainy.")
    names: dict[str, object] = {"__name__": "example", "model": Caller()}
    for block in _blocks(page, "python"):
        exec(compile(block, page.name, "exec"), names)
    if page.name == "library.md":
        assert capsys.readouterr().out.splitlines()[0] == str(own_hunt.file)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_shows_is_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = [line.partition("#")[0] for block in _blocks(page, "sh") for line in block.splitlines()] + re.findall(
        r"`((?:dir-tir|make) [^`]*)`", text
    )
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for command in shown:
        match shlex.split(command):
            case ["make", *rest]:
                assert {word for word in rest if "=" not in word} <= set(targets), command
            case [program, *rest] if Path(program).name == "dir-tir":
                assert _understood([{"N": "3"}.get(word, word) for word in rest if word not in {"[…]", "..."}]), command


def _understood(words: list[str]) -> bool:
    """Whether a command line is one; a bare command may leave out what it needs."""
    for line in (words, [*words, "--help"] if not any(word.startswith("-") for word in words) else words):
        try:
            parser().parse_args(line)
        except SystemExit as end:
            if end.code == 0:
                return True
        else:
            return True
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_sentence_of_a_page_is_short_enough_to_be_read_once(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    lines = ["\n" if re.match(r"[|#!>]|$", line) else line for line in text.splitlines()]
    for sentence in re.split(r"(?<=[.?!:])[*`)]*\s+|\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", "\n".join(lines)):
        assert len(sentence.split()) <= (IN_README if page.name == "README.md" else LONGEST), " ".join(sentence.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in target or (page.parent / target).exists(), target
    for name in re.findall(r"`([\w./-]+\.(?:py|md|toml|json|txt|html|js))`", text):
        if "/" in name:
            assert (ROOT / name).exists(), name
