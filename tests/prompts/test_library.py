from __future__ import annotations

from importlib.resources import files

import pytest
from dir_tir.errors import PromptError
from dir_tir.prompts.asking import Form
from dir_tir.prompts.library import PromptLibrary, read_prompt
from hypothesis import given
from hypothesis import strategies as st

# The variables each prompt must have in every set: nodes render these, whichever models a profile names.
VARIABLES = {
    "ask": {"description", "dialogue", "candidates", "rejected"},
    "ask_without_candidates": {"description", "dialogue", "rejected"},
    "filter_uncertain": {"description", "dialogue", "question"},
    "rewrite": {"description", "ruled_out", "dialogue", "question", "answer"},
    "re_prompt": {"prompt", "ruled_out", "differences"},
    "compare": set(),
    "answer": {"question"},
    "differences": set(),
    "caption": set(),
    "into_english": {"text"},
    "into_language": {"text", "language"},
    "into_their_language": {"text", "example"},
}


SETS = [folder.name for folder in files("dir_tir.prompts").iterdir() if folder.is_dir() and (folder / "ask.txt").is_file()]


@pytest.mark.parametrize("name", SETS)
def test_every_set_has_exactly_the_prompts_and_variables_that_nodes_render(name: str) -> None:
    prompts = PromptLibrary.load(name)
    assert {prompt: prompts.variables(prompt) | prompts.left_out(prompt) for prompt in prompts.texts} == VARIABLES


def test_a_prompt_may_leave_out_a_variable_if_its_first_line_says_so() -> None:
    prompts = PromptLibrary.load("miniature")
    assert [prompts.left_out(name) for name in ("rewrite", "re_prompt", "ask")] == [{"dialogue", "ruled_out"}, {"ruled_out"}, set()]
    text = prompts.render("rewrite", description="d", ruled_out="", dialogue="never seen", question="q", answer="a")
    assert "never seen" not in text
    assert "leaves out" not in text
    with pytest.raises(PromptError, match="unused: other"):
        prompts.render("rewrite", description="d", question="q", answer="a", other="")


@pytest.mark.parametrize("prompt", sorted(VARIABLES.keys() - {"compare"}))
def test_a_paper_prompt_is_at_most_thirty_lines(prompt: str) -> None:
    assert 8 <= len(PromptLibrary.load("paper").texts[prompt].splitlines()) <= 30


def test_rendering_fills_in_every_variable() -> None:
    assert PromptLibrary("s", {"p": "$one and $two"}).render("p", one="1", two="2") == "1 and 2"


def test_every_missing_and_every_unused_variable_is_named() -> None:
    with pytest.raises(PromptError, match=r"s/p cannot be rendered; missing: one, two; unused: four, three\."):
        PromptLibrary("s", {"p": "$one $two"}).render("p", three="3", four="4")


@given(st.text())
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert PromptLibrary("s", {"p": "$x"}).render("p", x=value) == value


def test_an_unknown_set_and_an_unknown_prompt_name_what_there_is() -> None:
    with pytest.raises(PromptError, match=r"no prompt set 'nowhere'; expected one of: .*paper"):
        PromptLibrary.load("nowhere")
    with pytest.raises(PromptError, match=r"no prompt s/q; expected one of: p\."):
        PromptLibrary("s", {"p": ""}).render("q")


def test_hashes_change_with_the_text_of_a_prompt() -> None:
    before, after = PromptLibrary("s", {"p": "a", "q": "b"}).hashes(), PromptLibrary("s", {"p": "a", "q": "c"}).hashes()
    assert before["p"] == after["p"]
    assert before["q"] != after["q"]


def test_a_file_says_in_its_first_lines_how_its_prompt_is_put() -> None:
    text, form = read_prompt("leaves out: a, b\nbegin: How many; Where\nchoose: Yes; No\nreply: addition\n\n$x: a\nbegin: b\n", "s/p")
    assert text == "$x: a\nbegin: b"
    assert (form.leaves_out, form.begins, form.choices) == ({"a", "b"}, ("How many", "Where"), ("Yes", "No"))
    assert form.addition and form.sentence
    assert not read_prompt("reply: sentence\nWhere?", "s/p")[1].addition


def test_examples_are_turns_before_the_message() -> None:
    text, form = read_prompt("[user]\na dog\n[model]\nWhat colour?\n\n[user]\n$description\n", "s/p")
    assert (text, form.examples) == ("$description", (("a dog", "What colour?"),))


@pytest.mark.parametrize("file", ["a dog\n[user]\nb", "[model]\nb", "[user]\na\n[model]\nb", "[user]\na\n[user]\nb"])
def test_turns_out_of_order_are_refused(file: str) -> None:
    with pytest.raises(PromptError, match=r"s/p has turns out of order"):
        read_prompt(file, "s/p")


def test_a_reply_of_no_known_kind_is_refused() -> None:
    with pytest.raises(PromptError, match="'poem'; expected one of: sentence, addition"):
        read_prompt("reply: poem\na", "s/p")


def test_hashes_change_with_the_form_of_a_prompt() -> None:
    made = [PromptLibrary("s", {"p": "a"}, {"p": form}).hashes()["p"] for form in (Form(), Form(begins=("Where",)), Form(sentence=True))]
    assert len({*made, PromptLibrary("s", {"p": "a"}).hashes()["p"]}) == 3
    assert made[0] == PromptLibrary("s", {"p": "a"}).hashes()["p"]
