from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.store.gallery.columns import columns_of, keep_columns, kept_columns
from dir_tir.store.gallery.record_table import RecordTable, write_records

ODD = '/a/\udcf6 & "b"/c\nd.png'  # bytes that are no text, and a name with a line break
RECORDS = [
    PictureRecord("00", ODD, ("a boat", "ein Schiff mit Ä"), 3, 2, ("/b/c.png",), 9, 10**18, False, "2019-05-31T12:00:00"),
    PictureRecord("0f", "/b/d.png", (), 3, 2),
    PictureRecord("é", "/b/e.png", (" ",), 3, 2, by_model=True),
]


@pytest.fixture
def table(tmp_path: Path) -> RecordTable:
    write_records(tmp_path, RECORDS)
    return RecordTable(tmp_path)


def test_a_record_comes_back_as_it_was_from_its_row_or_its_id(table: RecordTable) -> None:
    assert list(table) == RECORDS
    assert table[np.intp(1)] == RECORDS[1]  # type: ignore[call-overload]
    assert table[-1] == table[1:][1] == RECORDS[2]
    assert [table.rows[record.id] for record in RECORDS] == [0, 1, 2]
    assert list(table.rows) == [table.rows.at(row) for row in range(3)] == ["00", "0f", "é"]
    with pytest.raises(IndexError):
        table[3]


@pytest.mark.parametrize("other", ["", "0", "000", "0g", "zz", "a much longer one than any that is there"])
def test_an_id_that_is_not_there_is_not_found(table: RecordTable, other: str) -> None:
    assert other not in table.rows
    assert table.rows.get(other) is None


def test_which_have_a_caption_is_known_unread_and_what_is_put_in_counts_and_is_not_written(table: RecordTable, tmp_path: Path) -> None:
    assert table.captioned.tolist() == [True, False, False]
    said = PictureRecord("0f", "/b/d.png", ("a cat",), 3, 2, by_model=True)
    table[1] = said
    assert table[1] == list(table)[1] == said
    assert table.captioned.tolist() == [True, True, False]
    assert RecordTable(tmp_path)[1] == RECORDS[1]


def test_of_no_records_there_is_a_table_too(tmp_path: Path) -> None:
    write_records(tmp_path, [])
    assert list(RecordTable(tmp_path)) == []
    assert "00" not in RecordTable(tmp_path).rows


def test_days_and_folders_are_kept_and_damaged_ones_are_not_taken(tmp_path: Path) -> None:
    columns, file = columns_of(RECORDS), tmp_path / "columns.npz"
    assert kept_columns(file, 3) is None
    keep_columns(file, columns)
    kept = kept_columns(file, 3)
    assert kept
    assert kept.folders == columns.folders
    assert kept.names == columns.names
    assert [kept.days.tolist(), kept.rows.tolist(), kept.codes.tolist()] == [columns.days.tolist(), [0, 0, 1, 2], [0, 1, 1, 1]]
    assert kept_columns(file, 4) is None
    file.write_bytes(file.read_bytes()[:-200])
    assert kept_columns(file, 3) is None
