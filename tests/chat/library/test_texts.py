from __future__ import annotations

from dir_tir.chat.library.texts import FAULTS, NOTES, REASONS, fault_text, note_text, reason_text
from dir_tir.nodes import notes
from dir_tir.prompts.rendering import REASON_WORDS
from dir_tir.tools.question_rules import ALREADY_KNOWN, NOTHING_LEFT
from dir_tir.tools.rewriting import checks


def test_every_code_of_the_state_has_a_sentence() -> None:
    codes = {value for name, value in vars(notes).items() if name.isupper() and isinstance(value, str)} | set(notes.FAILED.values())
    codes |= {code for of_texts in (notes.LACKING, notes.UNUSED, notes.KEPT, notes.JOINED, notes.UNREAD) for code in of_texts.values()}
    assert NOTES.keys() == codes
    assert FAULTS.keys() == {value for name, value in vars(checks).items() if name.isupper() and name[0] != "_" and isinstance(value, str)}
    assert fault_text(checks.EMPTY) == "nothing was written"
    assert REASON_WORDS.keys() - REASONS.keys() == {"skipped"}  # is no try's reason
    assert note_text(NOTHING_LEFT) == "No question in this round: nothing is left to ask."
    assert reason_text(ALREADY_KNOWN) == "already known"


def test_what_a_model_said_when_it_failed_is_shown_with_the_note() -> None:
    assert note_text("painter_failed: out of memory") == "The painting failed: out of memory"


def test_a_sentence_of_a_conversation_of_version_0_1_is_shown_as_it_is() -> None:
    sentence = "No question in this round: every one proposed was turned down."
    assert note_text(sentence) == sentence
    assert reason_text("asked before") == "asked before"
