from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dir_tir.errors import InputError
from dir_tir.store.conversations.retention import active_at, duration
from langgraph.checkpoint.base.id import uuid6


@pytest.mark.parametrize(
    ("text", "meant"), [("12h", timedelta(hours=12)), ("90d", timedelta(days=90)), ("2w", timedelta(days=14)), ("1d", timedelta(days=1))]
)
def test_durations_are_a_number_and_a_unit(text: str, meant: timedelta) -> None:
    assert duration(text) == meant


@pytest.mark.parametrize("text", ["", "90", "d", "0d", "-1d", "1.5d", "90 d", "90D", "3m", "1d12h", "999999d", "٣d", "90d\n"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no duration: give a whole number and h, d or w"):
        duration(text)


def test_a_conversation_is_as_old_as_its_newest_checkpoint() -> None:
    now = datetime.now(UTC)
    assert abs(active_at(str(uuid6()), "2020-01-01") - now) < timedelta(seconds=5)
    assert active_at(None, "2020-01-01T00:00:00+00:00") == datetime(2020, 1, 1, tzinfo=UTC)
    assert active_at(None, "2020-01-01") == datetime(2020, 1, 1, tzinfo=UTC)
    assert active_at(None, "long ago") >= now
