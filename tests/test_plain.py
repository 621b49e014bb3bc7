"""What may be kept and what may be shown, of texts that anybody may have written."""

from __future__ import annotations

import re

import pytest
from dir_tir.plain import LONGEST_SHOWN, cleaned, said_by, shown, traced
from hypothesis import given
from hypothesis import strategies as st

# Whatever Python takes for a text: halves of characters among it.
ANY = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b\x9b[]0;31mK\x07\x00\n\u202e\u2028\ud83d\udce4\ufeff\U000e0041")), max_size=60
)
RAW = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("\x1b[31ma red\x1b[0m boat", "a red boat"),
        ("\x1b]0;owned\x07a boat\x1b]8;;http://evil\x1b\\ here\x1b]8;;\x1b\\", "a boat here"),
        ("a \x1bP$q\x9cboat\x9b2J", "a boat"),
        ("\x1b]0;never closed", "0;never closed"),
        ("a\x00 bo\x08at\x7f", "a boat"),
        (" a\r\nboat\u2028\tby the\x85sea ", "a boat by the sea"),
        ("a \u202etaob\u202c", "a taob"),
        ("a boat \ud83d", "a boat"),
        ("\ufeffa boat", "a boat"),
        ("a cat\U000e0041\U000e0042", "a cat"),
        (
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("👩\u200d🚀 ja\u200cvad, שלום\u200f!", "👩\u200d🚀 ja\u200cvad, שלום\u200f!"),
    ],
)
def test_what_is_kept_of_a_text_is_what_can_be_read_in_it(said: str, kept: str) -> None:
    assert cleaned(said) == kept


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("gr\udcf6\udcdfe.png", "gr\\xf6\\xdfe.png"),
        ("a\nb\x1b[2J.png", "a\\nb\\x1b[2J.png"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("C:\\pictures\\größe 🐘.png", "C:\\pictures\\größe 🐘.png"),
    ],
)
def test_what_is_shown_of_a_name_is_all_of_it(name: str, printed: str) -> None:
    assert shown(name) == printed


@given(ANY)
def test_nothing_raw_is_kept_or_shown_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    for line in (cleaned(text), shown(text)):
        assert not RAW.search(line)
        line.encode()
    assert cleaned(cleaned(text)) == cleaned(text)
    assert shown(shown(text)) == shown(text)


def test_what_is_too_long_to_be_shown_is_cut_off() -> None:
    assert len(shown("x" * 100_000)) == LONGEST_SHOWN
    assert shown("x" * 10, longest=5) == "xxxx…"


class _Mute(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("the device\nis \x1b[31mgone"), "the device is gone"),
        (RuntimeError(), "RuntimeError"),
        (RuntimeError("x" * 100_000), "x" * 299 + "…"),
        (RuntimeError(b"gr\xf6\xdfe"), "b'gr\\xf6\\xdfe'"),
        (RuntimeError("gr\udcf6\udcdfe"), "gre"),
        (_Mute("x"), "_Mute"),
    ],
)
def test_an_exception_says_one_bounded_line(error: Exception, said: str) -> None:
    assert said_by(error) == said


def test_a_traceback_in_a_log_holds_nothing_raw() -> None:
    try:
        raise RuntimeError("\x1b[2J" + "x" * 5000)
    except RuntimeError as error:
        lines = traced(error).split("\n")
    assert "\x1b" not in "".join(lines)
    assert max(map(len, lines)) <= 1000
