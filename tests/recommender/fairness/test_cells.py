"""Rates, intervals, ratios and floors of small tables worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.fairness.cells import wilson
from recommender.fairness.floors import Floors
from recommender.fairness.groups import Grouping
from recommender.fairness.measured import assess
from recommender.fairness.outcomes import Measure

NAME = "training.selected"
FLOORS = Floors(
    30, 1.959964, {NAME: 0.8}, {NAME: frozenset({"sex"})}, (30, 40), ("Pulau",), 20, 500,
    0.25,
)  # fmt: skip


def table(yes_and_all, floors=FLOORS, groups=("L", "P"), name="sex"):
    """Groups of so many people, of whom so many get a suggestion."""
    of = np.repeat(np.arange(len(groups)), [n for _, n in yes_and_all]).astype(np.int32)
    value = np.concatenate([np.arange(n) < yes for yes, n in yes_and_all]).astype(float)
    way = Grouping(name, tuple(groups), of, np.zeros(len(groups), np.int32))
    return assess([way], [Measure(NAME, np.ones(len(of), bool), value)], floors)


def test_an_interval_is_that_of_the_textbook():
    assert wilson(10, 20, 1.959964) == pytest.approx((0.2993, 0.7007), abs=1e-4)
    assert wilson(0, 10, 1.959964) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_rates_and_ratios_are_those_worked_out_by_hand():
    one = table([(90, 100), (45, 100)]).measures[0]
    men, women = one.tables[0].cells
    assert (men.n, men.rate, men.ratio) == (100, 0.9, 1.0)
    assert (women.n, women.rate, women.ratio) == (100, 0.45, 0.5)
    assert one.tables[0].reference == "L"
    assert (one.overall.n, one.overall.rate) == (200, 0.675)


def test_a_clear_difference_is_below_the_floor_and_a_doubtful_one_is_not():
    assert [f.group for f in table([(90, 100), (45, 100)]).breaches] == ["P"]
    # 28 of 40 beside 36 of 40 is a ratio of 0.78, but forty people leave room for doubt.
    assert table([(36, 40), (28, 40)]).met


def test_a_group_too_small_to_show_is_neither_shown_nor_judged():
    report = table([(90, 100), (0, 20)])
    assert report.met
    assert all(c.hidden and c.n is None for c in report.measures[0].tables[0].cells)


def test_people_of_whom_nothing_is_known_are_shown_but_hold_nothing_back():
    report = table([(95, 100), (0, 100)], groups=("L", ""))
    assert report.met
    assert report.measures[0].tables[0].cells[1].rate == 0.0


def test_a_measure_or_a_grouping_that_does_not_gate_only_warns():
    gated = [(90, 100), (0, 100)]
    for floors in (replace(FLOORS, gating={}), replace(FLOORS, gating={NAME: frozenset({"age"})})):
        report = table(gated, floors)
        assert report.met
        assert [f.blocks for f in report.findings] == [False]
    assert table(gated, replace(FLOORS, floors={})).findings == ()


def test_nobody_at_all_is_fair():
    way = Grouping("sex", (), np.zeros(0, np.int32), np.zeros(0, np.int32))
    nothing = Measure(NAME, np.zeros(0, bool), np.zeros(0))
    assert assess([way], [nothing], FLOORS).met
    assert assess([], [], FLOORS).met


def test_the_report_reads_in_both_languages():
    report = table([(90, 100), (45, 100)])
    assert "| sex | women | 100 | 45% |" in report.as_markdown("en")
    assert "| jenis kelamin | perempuan | 100 | 45% |" in report.as_markdown("id")


COUNTS = st.tuples(st.integers(30, 300), st.integers(30, 300)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@given(COUNTS, st.floats(0.1, 1), st.floats(0, 1))
def test_a_lower_floor_never_holds_back_more(counts, floor, lower):
    men, all_men, women, all_women = counts
    cells = [(men, all_men), (women, all_women)]
    strict = table(cells, replace(FLOORS, floors={NAME: floor}))
    lenient = table(cells, replace(FLOORS, floors={NAME: floor * lower}))
    assert {f.group for f in lenient.breaches} <= {f.group for f in strict.breaches}


@given(COUNTS, st.integers(1, 300))
def test_giving_a_disadvantaged_group_still_less_never_makes_it_pass(counts, fewer):
    men, all_men, women, all_women = counts
    before = {f.group for f in table([(men, all_men), (women, all_women)]).breaches}
    if "P" in before:
        after = table([(men, all_men), (max(0, women - fewer), all_women)])
        assert "P" in {f.group for f in after.breaches}


@given(st.randoms(use_true_random=False), COUNTS)
def test_the_order_of_people_changes_nothing(random, counts):
    men, all_men, women, all_women = counts
    n = all_men + all_women
    of = np.repeat([0, 1], [all_men, all_women]).astype(np.int32)
    value = np.concatenate([np.arange(all_men) < men, np.arange(all_women) < women]).astype(float)
    order = list(range(n))
    random.shuffle(order)
    reports = [
        assess(
            [Grouping("sex", ("L", "P"), of[o], np.zeros(2, np.int32))],
            [Measure(NAME, np.ones(n, bool), value[o])],
            FLOORS,
        ).as_json()
        for o in (np.arange(n), np.array(order))
    ]
    assert reports[0] == reports[1]
