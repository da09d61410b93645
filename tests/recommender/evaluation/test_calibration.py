from datetime import date

import numpy as np
import pytest

from recommender.evaluation import calibration
from recommender.evaluation.calibration import distance, popularity_of, reliability, shares
from recommender.evaluation.events import Events
from recommender.evaluation.past import past_of
from recommender.evaluation.ranking import NEVER
from recommender.evaluation.splits import by_time

DAY = date(2026, 1, 1)


def test_a_third_of_what_was_taken_falls_to_each_group_of_popularity():
    counts = np.array([3, 0, 1, 1, 1, 3])
    groups = [calibration.POPULARITY[place] for place in popularity_of(counts)]
    # 9 events: 3 each for the first two trainings in the order of counts, 3 for the others.
    assert groups == ["head", "untaken", "tail", "tail", "tail", "middle"]


def test_nothing_taken_is_untaken_and_shares_of_nothing_are_zero():
    group = popularity_of(np.zeros(3, np.int64))
    assert set(shares(np.zeros(0, np.int64), group).values()) == {0.0}
    assert shares(np.array([0, 1]), group)["untaken"] == 1.0


def test_distance_is_what_would_have_to_change():
    even = {"head": 0.5, "middle": 0.5, "tail": 0.0, "untaken": 0.0}
    other = {"head": 0.25, "middle": 0.5, "tail": 0.25, "untaken": 0.0}
    assert distance(even, other) == pytest.approx(0.25)
    assert distance(even, even) == 0.0


@pytest.fixture
def case(history):
    """Forty people: half took A before; everybody takes B later, and the odd ones C."""
    people = [f"p{n:02d}" for n in range(40)]
    rows = [(p, "A", "2025-01-01") for p in people] + [("z", c, "2025-01-01") for c in "BCDE"]
    rows += [(f"y{n:03d}", "A", "2025-01-02") for n in range(260)]
    rows += [(p, "B", "2025-06-01") for p in people]
    rows += [(p, "C", "2025-06-02") for n, p in enumerate(people) if n % 2]
    data = history(rows)
    held = by_time(Events.of(data))
    assert len(held.employees) == 40
    return past_of(data, held, as_of=DAY, seed=0), held


def _fixed(by_code, past):
    row = np.array([by_code[code] for code in past.events.items], np.int64)
    return lambda rows: np.tile(row, (len(rows), 1))


def test_uptake_is_told_apart_by_score_and_seen_trainings_do_not_count(case):
    past, held = case
    scorer = _fixed({"A": 9_000_000, "B": 3_000_000, "C": 2_000_000, "D": 0, "E": 0}, past)
    found = reliability(scorer, past, held, 0)
    assert sum(own.pairs for own in found.bins) == 20 * 4  # A was taken by all before
    top, low = found.bins[-1], found.bins[0]
    assert top.low == 3.0
    assert (top.expected, top.observed.value) == (1.0, 1.0)
    assert low.observed.value == 0.0
    shares = [own.pairs * own.observed.value for own in found.bins]
    assert found.overall == pytest.approx(sum(shares) / 80)


def test_what_rules_forbid_is_no_pair(case):
    past, held = case
    scorer = _fixed({"A": 1, "B": NEVER, "C": 2, "D": 1, "E": 1}, past)
    found = reliability(scorer, past, held, 0)
    assert sum(own.pairs for own in found.bins) == 20 * 3


def test_a_score_that_is_the_same_for_all_says_the_same_for_both_halves(case):
    past, held = case
    found = reliability(_fixed(dict.fromkeys("ABCDE", 5), past), past, held, 0)
    (only,) = found.bins
    assert only.observed.value == pytest.approx(found.overall)
    assert found.error == pytest.approx(abs(only.expected - found.overall))


def test_one_person_cannot_be_compared(case):
    past, held = case
    alone = held.part(np.arange(40) == 0)
    assert reliability(_fixed(dict.fromkeys("ABCDE", 5), past), past, alone, 0) is None
