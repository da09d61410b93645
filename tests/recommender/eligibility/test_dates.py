"""Days: whole years and months as law counts them."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.eligibility.dates import duration, plus_months, plus_years, span
from recommender.eligibility.spells import MONTH, reached_on, units


def day(text):
    return np.datetime64(text, "D")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-05-15", 20, "2028-01-15"),
        ("2024-02-29", 48, "2028-02-29"),
    ],
)
def test_months_end_on_the_last_day_where_the_month_is_shorter(start, months, end):
    assert plus_months(day(start), months) == day(end)


@pytest.mark.parametrize(
    ("leap_day", "end"), [("1_march", "2026-03-01"), ("28_february", "2026-02-28")]
)
def test_29_february_has_its_anniversary_where_the_switch_says(leap_day, end):
    assert plus_years(day("2024-02-29"), 2, leap_day) == day(end)


def test_unknown_days_stay_unknown():
    assert np.isnat(plus_years(np.array(["NaT", "2020-01-01"], "datetime64[D]"), 1)).tolist() == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        ("2024-09-02", "2026-06-01", "1 tahun 8 bulan"),
        ("2024-06-01", "2026-06-01", "2 tahun"),
        ("2026-05-02", "2026-06-01", "0 bulan"),
        ("2026-01-31", "2026-02-28", "1 bulan"),
    ],
)
def test_durations_are_full_months_in_words(begin, end, words):
    assert duration(day(begin), day(end)).id == words


def test_spans_are_worded_in_both_languages():
    assert (span(21).id, span(21).en) == ("1 tahun 9 bulan", "1 year 9 months")
    assert span(24).id == "2 tahun"


days = st.dates(date(1950, 1, 1), date(2050, 1, 1)).map(lambda d: np.datetime64(d, "D"))


@given(days, st.integers(0, 480), st.sampled_from(["1_march", "28_february"]))
def test_a_spell_of_whole_months_is_exactly_that_long(begin, months, leap_day):
    end = plus_months(begin, months, leap_day)
    length = int(units(np.array([begin]), np.array([end]), leap_day)[0])
    assert length // MONTH >= months - 1
    assert length >= months * MONTH or end < plus_months(begin, months, leap_day)
    assert plus_months(begin, months, leap_day) == reached_on(begin, months * MONTH, leap_day)


@given(days, st.integers(1, 4000))
def test_one_more_day_never_makes_a_spell_shorter(begin, length):
    ends = begin + np.array([length, length + 1])
    shorter, longer = units(np.array([begin, begin]), ends, "1_march")
    assert longer >= shorter
