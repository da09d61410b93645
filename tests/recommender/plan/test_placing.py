"""The calendar of a plan: undated courses in their month, read in the order of the year."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.engine import Engine
from training_data.dataset import Dataset

AS_OF = date(2026, 1, 5)


@pytest.fixture
def plan(make_tables):
    def make(**sessions):
        table = {
            "session_code": [f"{training}-1" for training in sessions],
            "training_code": list(sessions),
            "starts_on": list(sessions.values()),
            "ends_on": list(sessions.values()),
        }
        return Engine.fitted(Dataset.of(make_tables(sessions=table)), as_of=AS_OF).plan("ani")

    return make


def test_an_undated_first_step_stands_before_the_dated_second(plan):
    found = plan(LL2=date(2026, 4, 6))
    codes = [row.item_code for row in found.rows]
    assert codes.index("LL1") < codes.index("LL2")
    first, second = (found.rows[codes.index(c)] for c in ("LL1", "LL2"))
    assert first.month <= 4
    assert first.changes[0].after <= second.changes[0].before


def test_rows_stand_in_the_order_of_the_year(plan):
    found = plan(LL2=date(2026, 9, 7), UB=date(2026, 3, 2))
    months = [row.month for row in found.rows]
    assert months == sorted(months)


def test_undated_courses_are_spread_over_months_with_little_to_do(plan):
    found = plan(UB=date(2026, 1, 12))
    undated = [row.month for row in found.rows if row.starts_on is None]
    assert len(set(undated)) == len(undated)
    assert 1 not in undated
