"""Prices from a part of the people start the search for everybody, and prove nothing alone."""

from __future__ import annotations

import numpy as np
import pytest
from seating import M, problem

from recommender.allocation import dual, sample
from recommender.allocation.problem import breaches, loosest
from recommender.allocation.rows import Rows
from recommender.allocation.solve import Settings, solve

GOOD = Settings(gap=0.005, exact_pairs=0)


@pytest.fixture(scope="module")
def town():
    """2,400 people who may each go to 8 of 24 sessions with room for a third of them."""
    draw = np.random.default_rng(3)
    n, m, width = 2400, 24, 8
    session = np.sort(np.argsort(draw.random((n, m)), axis=1)[:, :width], axis=1).ravel()
    liked = draw.gamma(2.0, 1.0, m)
    return problem(
        person=np.repeat(np.arange(n), width), session=session, seats=[100] * m,
        value=np.rint(draw.gamma(2.0, 0.5, n * width) * liked[session] * M), most=[2] * n,
        cost=[1_000_000] * (n * width), budget=[0] * (n * width), budgets=[2_000_000_000],
    )  # fmt: skip


def test_a_part_asks_for_about_as_much_as_everybody(town):
    rows = Rows(town)
    prices = np.full(len(rows), (2 * M) << rows.shift, np.int64)
    prices[rows.budgets] = 0
    part = sample.part_of(rows, 4)
    some, everybody = dual.ask(part, prices), dual.ask(rows, prices)
    assert some.bound == pytest.approx(everybody.bound, rel=0.05)
    assert some.used[rows.budgets] == pytest.approx(everybody.used[rows.budgets], rel=0.05)
    assert (part.high == rows.high).all()


def test_a_start_from_a_part_needs_fewer_steps_to_the_same_promise(town, monkeypatch):
    found = solve(town, GOOD)
    monkeypatch.setattr(sample, "PARTS", ())
    plain = solve(town, GOOD)
    for one in (found, plain):
        assert breaches(town, one.chosen) == []
        assert one.status == "within_gap"
    assert max(found.value, plain.value) <= min(found.bound, plain.bound)
    assert found.steps < plain.steps


def test_who_stops_on_the_way_to_the_first_prices_still_gets_seats(town):
    told = []
    found = solve(town, GOOD, go_on=lambda progress: told.append(progress) or False)
    assert len(told) == 1
    assert told[0].bound == loosest(town) >= found.bound
    assert found.status == "stopped"
    assert found.chosen.any()
    assert breaches(town, found.chosen) == []


def test_a_part_changes_nothing_between_threads(town):
    one, two = (solve(town, Settings(gap=0.01, exact_pairs=0, threads=t)) for t in (1, 2))
    assert np.array_equal(one.chosen, two.chosen)
    assert np.array_equal(one.warm, two.warm)
