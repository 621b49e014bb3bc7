from __future__ import annotations

from datetime import date

import pytest
from dir_tir.contracts import PictureRecord
from dir_tir.errors import InputError
from dir_tir.store.gallery import filters
from dir_tir.store.gallery.columns import columns_of
from dir_tir.store.gallery.filters import Filter

RECORDS = [
    PictureRecord("0", "/photos/Holiday/2019/sea.jpg", (), 8, 8, taken="2019-05-31T23:59:59-05:00"),
    PictureRecord("1", "/photos/Holiday/2019/boats/red.jpg", (), 8, 8, taken="2019-06-01T00:00:00"),
    PictureRecord("2", "/photos/Holiday/2020/snow.jpg", (), 8, 8, taken="2020-01-01T00:00:00"),
    PictureRecord("3", "/photos/yard/desk.jpg", (), 8, 8, also=("/photos/Holiday/2020/desk.jpg",), taken=""),
    PictureRecord("4", "/photos/été/2019.jpg", (), 8, 8, taken="2018-12-31T12:00:00"),
]
COLUMNS = columns_of(RECORDS)


def left(**wanted: str) -> str:
    return "".join(RECORDS[row].id for row in Filter(**wanted).rows(COLUMNS).nonzero()[0])


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ("2019", "", "012"),
        ("2019-06", "", "12"),
        ("2019-06-01", "", "12"),
        ("", "2019-06", "04"),
        ("2019", "2020", "01"),
        ("2019-5", "2019-06-1", "0"),
        ("2018-12-31", "2019-01-01", "4"),
    ],
)
def test_years_and_months_mean_their_beginning_and_what_has_no_date_has_none_of_the_days(after: str, before: str, expected: str) -> None:
    assert left(after=after, before=before) == expected


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("Holiday", "0123"),  # 3 is there as well
        ("Holiday/2019", "01"),
        ("Holiday/2019/", "01"),
        ("./Holiday//2019", "01"),
        ("2019", "01"),
        ("2019/boats", "1"),
        ("/photos/yard", "3"),
        ("/photos", "01234"),
        ("photos", "01234"),
        ("photos/Holiday", "0123"),
        ("été", "4"),
        ("e\u0301te\u0301", "4"),
    ],
)
def test_a_folder_is_named_by_the_end_of_its_path_or_whole(folder: str, expected: str) -> None:
    assert left(folder=folder) == expected


def test_what_lies_above_all_pictures_of_a_gallery_is_no_name() -> None:
    columns = columns_of([PictureRecord(name, f"/home/ann/{name}/a.jpg", (), 8, 8) for name in ("sea", "home")])
    assert list(Filter(folder="home").rows(columns)) == [False, True]
    assert list(Filter(folder="ann").rows(columns)) == [True, True]
    assert list(Filter(folder="/home").rows(columns)) == [True, True]


@pytest.mark.parametrize("folder", ["holiday", "/Holiday", "boats/2019", "photo", "sea.jpg", "Holiday/201"])
def test_where_no_picture_is_left_it_is_said_how_many_there_are(folder: str) -> None:
    with pytest.raises(InputError, match=rf"no picture is left .*only from 2010 on, folder {folder}\): without that there are 5"):
        left(folder=folder, after="2010")


def test_case_counts_where_it_does_in_the_names_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "CASELESS", True)
    assert left(folder="hOLIDAY/2019") == "01"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"after": "2019", "before": "2020"}, "2019"),
        ({"after": "2019-12", "before": "2020", "folder": "Holiday"}, "2019-12, folder Holiday"),
        ({"after": "2019-05-31", "before": "2019-06"}, "2019-05-31"),
        ({"after": "2019", "before": "2021"}, "from 2019 on and before 2021"),
        ({"after": "2019"}, "from 2019 on"),
        ({"before": "2020-03"}, "before 2020-03"),
        ({"after": "9999", "before": ""}, "from 9999 on"),
        ({"folder": "Holiday/2019"}, "folder Holiday/2019"),
    ],
)
def test_what_is_let_through_is_said_in_words(wanted: dict[str, str], words: str) -> None:
    assert Filter(**wanted).words == words


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"after": "last year"}, "'last year' is no date: expected a year, a month or a day, as in 2019, 2019-05 or 2019-05-31"),
        ({"after": "2019-04-31"}, "'2019-04-31' is no date"),
        ({"before": "0000"}, "'0000' is no date"),
        ({"before": "19"}, "'19' is no date"),
        ({"after": "2020", "before": "2019-12"}, "no day is from 2020 on and before 2019-12"),
        ({"after": "2020", "before": "2020-01-01"}, "no day is from 2020 on and before 2020-01-01"),
        ({"folder": "."}, "'.' names no folder"),
        ({"folder": "../yard"}, "'../yard' names no folder"),
    ],
)
def test_what_is_no_date_and_no_folder_is_refused_in_one_line(wanted: dict[str, str], reason: str) -> None:
    with pytest.raises(InputError) as refused:
        Filter(**wanted)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_days_and_folders_of_a_gallery_are_known() -> None:
    assert COLUMNS.dates == (date(2018, 12, 31), date(2020, 1, 1))
    assert COLUMNS.names == ("Holiday", "Holiday/2019", "Holiday/2019/boats", "Holiday/2020", "yard", "été")
    bare = columns_of([PictureRecord("0", "/photos/a.jpg", (), 8, 8)])
    assert (bare.dates, bare.names) == (None, ())
