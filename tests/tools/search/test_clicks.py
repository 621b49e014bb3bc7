"""A click raises what is like the picture clicked, and more so where the page had other things to offer."""

from __future__ import annotations

import numpy as np
import pytest
from dir_tir.tools.search.clicks import SHARPNESS, WEIGHT, evidence


def test_a_click_is_as_likely_as_the_softmax_over_the_page_says() -> None:
    likeness = np.array([[0.9, 0.1, 0.5], [0.1, 0.9, 0.5]], dtype=np.float32)
    found = evidence(likeness, 0)
    by_hand = np.exp(SHARPNESS * likeness / likeness.std())
    assert found == pytest.approx(WEIGHT * np.log(by_hand[0] / by_hand.sum(axis=0)), abs=1e-5)
    assert found.argmax() == 0 and found.argmin() == 1
    assert found[2] == pytest.approx(WEIGHT * np.log(0.5), abs=1e-5)  # as like the one as the other


def test_a_page_of_one_picture_says_nothing() -> None:
    assert evidence(np.array([[0.9, 0.1, 0.5]], dtype=np.float32), 0) == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
