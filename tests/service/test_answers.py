"""Answers kept at hand: the latest counts, each for as long as its kind stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answers import ACTIONS, Act, Given, Standing

AT = datetime(2026, 4, 3, 9, tzinfo=UTC)
STANDING = Standing({"accepted": 365, "postponed": 90, "declined": 365, "completed": 0})


def act(number: int, item: str = "P-1", action: str = "declined", person: str = "A") -> Act:
    return Act(number, person, "training", item, action, None, None, AT)


def test_the_latest_answer_to_an_item_counts():
    held = Given()
    assert held.add([act(1), act(2, "P-2"), act(3, action="accepted")])
    found = held.of("A", "training")
    assert {code: one.action for code, one in found.items()} == {
        "P-1": "accepted", "P-2": "declined"
    }  # fmt: skip
    assert held.of("A", "role") == {}
    assert held.of("B", "training") == {}


def test_what_was_taken_in_before_is_nothing_new():
    held = Given()
    assert held.add([act(1), act(2)])
    assert not held.add([act(1), act(2)])
    assert held.last == 2
    assert held.add([act(3)])


@pytest.mark.parametrize(
    ("action", "days", "holds"),
    [
        ("postponed", 89, True),
        ("postponed", 90, False),
        ("declined", 364, True),
        ("declined", 365, False),
        ("completed", 0, False),
    ],
)
def test_an_answer_stands_for_its_days(action, days, holds):
    today = AT.date() + timedelta(days=days)
    assert STANDING.holds(act(1, action=action), today) is holds
    assert STANDING.holds(act(1, action="accepted"), date(2026, 4, 3))


acts = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["P-1", "P-2"]), st.sampled_from(ACTIONS)),
    max_size=12,
)


@given(acts, st.lists(st.integers(0, 12), max_size=3))
def test_it_does_not_matter_in_how_many_pieces_acts_arrive(said, cuts):
    made = [act(n, item, action, who) for n, (who, item, action) in enumerate(said, 1)]
    whole, pieces = Given(), Given()
    whole.add(made)
    ends = sorted({min(cut, len(made)) for cut in cuts} | {len(made)})
    start = 0
    for end in ends:
        pieces.add(made[max(start - 1, 0) : end])  # a piece may overlap the one before
        start = end
    for who in "AB":
        assert whole.of(who, "training") == pieces.of(who, "training")
