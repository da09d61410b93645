"""Texts of files become typed values."""

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_data.parsing import clean, decimal_evidence, parse
from training_data.schema import TABLES, Kind


def read(table, column, text, comma=None, **options):
    parsed = parse(TABLES[table].column(column), pa.array([text], pa.string()), comma, **options)
    return "unreadable" if parsed.bad[0] else parsed.values[0].as_py()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-04-03", date(2025, 4, 3)),
        ("03-04-2025", date(2025, 4, 3)),
        ("03/04/2025", date(2025, 4, 3)),
        ("3/4/2025", date(2025, 4, 3)),
        ("2025-04-03T23:30", date(2025, 4, 3)),
        (" '2025-04-03 ", date(2025, 4, 3)),
        ("29-02-2024", date(2024, 2, 29)),
        ("29-02-2023", "unreadable"),
        ("30-02-2024", "unreadable"),
        ("2024-13-01", "unreadable"),
        ("00-01-2024", "unreadable"),
        ("04/25/2025", "unreadable"),
        ("45000", "unreadable"),
        ("03-04-25", "unreadable"),
        ("9999-12-31", date(9999, 12, 31)),
        ("1899-12-31", "unreadable"),
        ("-", None),
        ("NULL", None),
        ("  ", None),
    ],
)
def test_a_date_is_read_day_first_or_iso_and_must_exist(text, expected):
    assert read("employees", "birth_date", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-04-03", datetime(2025, 4, 3)),
        ("2025-04-03T08:30", datetime(2025, 4, 3, 8, 30)),
        ("03-04-2025 08:30:15.25", datetime(2025, 4, 3, 8, 30, 15, 250000)),
        ("2025-04-03T20:00:00Z", datetime(2025, 4, 4, 3, 0)),
        ("2025-04-03T08:30:00+07:00", datetime(2025, 4, 3, 8, 30)),
        ("2025-04-03 08:30 WIB", datetime(2025, 4, 3, 8, 30)),
        ("2025-04-03 24:00", "unreadable"),
        ("2025-04-03 pagi", "unreadable"),
    ],
)
def test_a_time_of_day_is_kept_on_the_clock_of_jakarta(text, expected):
    assert read("feedback", "at", text) == expected


@given(st.dates(date(1900, 1, 1), date(9999, 12, 31)))
def test_every_day_of_the_calendar_reads_back(day):
    for text in (day.isoformat(), f"{day.day:02}-{day.month:02}-{day.year:04}"):
        assert read("employees", "birth_date", text) == day


@pytest.mark.parametrize(
    ("text", "comma", "expected"),
    [
        ("3,5", None, 3.5),
        ("3.5", None, 3.5),
        ("1.234,75", None, 1234.75),
        ("1,234.75", None, 1234.75),
        ("1.234.567", None, 1234567.0),
        ("1,234,567", None, 1234567.0),
        ("500.000", True, 500000.0),
        ("500.000", False, 500.0),
        ("1,125", True, 1.125),
        ("1,125", False, 1125.0),
        ("0.125", None, 0.125),
        ("Rp1.500.000,-", None, 1500000.0),
        ("1 000 000", None, 1000000.0),
        ("+7", None, 7.0),
        ("−0,25", None, -0.25),
        ("1e3", None, 1000.0),
        ("1e999", None, "unreadable"),
        ("1.2.3", None, "unreadable"),
        ("12 jam", None, "unreadable"),
        ("\x1f1.125", True, 1.125),
    ],
)
def test_a_number_is_read_with_comma_or_point(text, comma, expected):
    assert read("trainings", "hours", text, comma) == expected


def test_a_number_that_can_mean_two_things_is_marked_unless_the_file_decides():
    texts = pa.array(["500.000", "1,125", "3.5"])
    column = TABLES["trainings"].column("cost")
    assert parse(column, texts).doubtful.tolist() == [True, True, False]
    assert not parse(column, texts, True).doubtful.any()
    assert parse(column, texts, thousands=True).values.to_pylist() == [500000.0, 1125.0, 3.5]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["3,5"], (True, False)),
        (["3.5"], (False, True)),
        (["1.234"], (False, False)),
        (["1.234,5"], (True, False)),
        (["1.234.567"], (True, False)),
        (["1,234.5"], (False, True)),
        (["3,5", "3.5"], (True, True)),
        (["7", None], (False, False)),
        (["\x1f3.5"], (False, False)),
    ],
)
def test_only_clear_numbers_are_evidence_of_the_decimal_sign(texts, expected):
    assert decimal_evidence(pa.array(texts, pa.string())) == expected


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_typed_number_reads_back_whatever_the_file_writes(number):
    for comma in (True, False, None):
        assert read("talent", "box", "1", comma) == 1
        assert read("competency_scores", "level", "\x1f" + repr(number), comma) == number


@pytest.mark.parametrize(
    ("text", "expected"), [("2024.0", 2024), ("2024", 2024), ("2024,5", "unreadable")]
)
def test_a_whole_number_may_end_in_zero_but_not_in_a_fraction(text, expected):
    assert read("performance", "year", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("Ya", True), ("tidak", False), ("0", False), ("mungkin", "unreadable")],
)
def test_a_flag_is_yes_or_no_in_both_languages(text, expected):
    assert read("trainings", "international", text) == expected


def test_grades_have_many_spellings_and_one_code():
    assert {read("employees", "grade", t) for t in ("III/d", "IIId", "34", " iii d ")} == {"III/d"}
    assert read("employees", "grade", "IX") == "IX"
    assert read("employees", "grade", "V/z") == "unreadable"


def test_members_of_a_list_are_known_one_by_one():
    assert read("trainings", "tiers", "Pengawas | administrator|") == "pengawas|administrator"
    assert read("trainings", "tiers", "pengawas|raja") == "unreadable"


def test_a_spreadsheets_apostrophe_goes_and_a_persons_stays():
    texts = pa.array(["'Aisyah", "'=1+1", " x\x00y "])
    assert clean(texts, Kind.TEXT).to_pylist() == ["'Aisyah", "=1+1", "xy"]
    assert clean(pa.array(["'198503172010012003"]), Kind.CODE).to_pylist() == ["198503172010012003"]
