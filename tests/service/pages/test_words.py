"""Numbers and names as people read them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.pages import words


def read(points: words.Points) -> int:
    digits = int(points.head.replace(",", "").replace(".", "") + points.tail)
    return -digits if points.sign == words.MINUS else digits


@given(st.integers(-(10**12), 10**12), st.sampled_from(["id", "en"]))
def test_written_points_hold_every_digit_of_the_micro_points(micro, language):
    assert read(words.exact(micro, language)) == micro


def test_points_carry_a_sign_and_the_comma_of_the_language():
    assert words.exact(-120_001, "id") == words.Points(words.MINUS, "0,12", "0001")
    assert words.exact(1_840_512, "en") == words.Points("+", "1.84", "0512")
    assert words.exact(0, "id").sign == ""


def test_a_score_is_written_with_two_decimals():
    assert words.score(2_750_000, "id") == "2,75"
    assert words.score(-1_000_000, "en") == words.MINUS + "1.00"


def test_a_moment_is_written_in_full():
    at = datetime(2026, 4, 3, 14, 5)
    assert words.moment(at, "id") == "3 April 2026, 14.05"
    assert words.moment(at, "en") == "3 April 2026, 14:05"


def test_initials_leave_titles_out():
    assert words.initials("dr. Ratna Ayu Wulandari, S.T., M.Si.") == "RW"
    assert words.initials("Sukarni") == "S"
    assert words.initials("A-17") == "A"
    assert words.initials("199") == "?"


def test_a_greeting_leaves_titles_out():
    assert words.plain_name("Drs. Ratna Wulandari, S.T.") == "Ratna Wulandari"
    assert words.plain_name("Dr.") == "Dr."


def test_a_code_without_words_is_shown_readable():
    assert words.label("fact", "brand_new_fact").id == "brand new fact"


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 4, 3), None, "3 April 2026"),
        (date(2026, 4, 3), date(2026, 4, 3), "3 April 2026"),
        (date(2026, 12, 28), date(2026, 12, 31), "28–31 Desember 2026"),
        (date(2026, 3, 30), date(2026, 4, 2), "30 Maret – 2 April 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "30 Desember 2026 – 2 Januari 2027"),
    ],
)
def test_days_of_a_session_say_no_month_and_no_year_twice(first, last, written) -> None:
    assert words.days(first, last, "id") == written
