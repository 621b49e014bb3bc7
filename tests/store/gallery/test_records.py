from __future__ import annotations

from dir_tir.contracts import PictureRecord
from dir_tir.store.gallery.records import to_metadata, to_record
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.lists(st.text(), max_size=3).map(tuple)
NUMBERS = st.integers(0, 2**60)


@given(
    st.builds(PictureRecord, st.text(), st.text(), TEXTS, NUMBERS, NUMBERS, TEXTS, NUMBERS, NUMBERS, st.booleans(), st.none() | st.text())
)
def test_a_record_comes_back_from_flat_metadata_as_it_was(record: PictureRecord) -> None:
    metadata = to_metadata(record)
    assert all(isinstance(value, str | int) for value in metadata.values())
    assert to_record(record.id, metadata) == record


def test_what_an_older_version_did_not_write_is_empty() -> None:
    assert to_record("a", {"path": "/a.png"}) == PictureRecord("a", "/a.png", (), 0, 0)
