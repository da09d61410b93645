"""Filling posts together drains no unit, seats nobody the rules keep, and says what is left."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.allocation.account import FREE, Account
from recommender.allocation.candidates import Candidates, by_engine
from recommender.allocation.conflicts import Conflict
from recommender.allocation.layout import KEPT, Asked, lay_out
from recommender.allocation.offered import offered
from recommender.allocation.problem import breaches
from recommender.allocation.solve import Settings, solve
from recommender.allocation.unfilled import unfilled
from recommender.allocation.wishes import Leaving, Wishes
from recommender.engine import Engine
from recommender.errors import ImpossibleWish
from recommender.results import MICRO
from recommender.snapshot import Snapshot
from recommender.units import UnitTree
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules
from training_data.synthetic import generate

DAY = date(2026, 1, 5)
CITY_DAY = date(2026, 11, 2)
RULES = load_rules(DAY, None)
UNITS = ("U-0", "U-1", "U-2")
"""U-1 and U-2 belong to the department U-0."""
PRICED = Settings(gap=0.0, exact_pairs=0)


def agency(of, to, seats):
    """Return the snapshot of people in units and of vacancies of a post each."""
    posts = [f"J-{number}" for number in range(len(to))]
    tables = {
        "units": {"unit_code": UNITS, "name": UNITS, "kind": ["PD", None, None],
                  "parent_code": [None, "U-0", "U-0"]},
        "employees": {"employee_id": [f"P-{number}" for number in range(len(of))],
                      "unit_code": of, "job_code": ["J-0"] * len(of)},
        "jobs": {"job_code": posts, "title": posts},
        "vacancies": {"vacancy_code": [f"V-{number}" for number in range(len(to))],
                      "job_code": posts, "unit_code": to, "seats": seats},
    }  # fmt: skip
    return Snapshot.of(Dataset.of(tables), DAY)


def laid(snapshot, worth, wishes, judged=None):
    """Return the layout of what each person is worth in each vacancy; 0 is no candidate."""
    person, item = np.nonzero(np.array(worth))
    micro = np.array(worth)[person, item] * MICRO
    return lay_out(
        snapshot,
        UnitTree.of(snapshot),
        RULES,
        offered(snapshot, RULES, "vacancy"),
        Candidates.given(person.astype(np.int64), item.astype(np.int64), micro.astype(np.int64)),
        Asked(wishes, judged=judged),
    )


def best_by_trying(of, to, seats, worth, most, department):
    """Return the most points of any filling in which so many leave each unit, counted by hand."""
    home = {"U-0": "U-0", "U-1": "U-0", "U-2": "U-0"} if department else {u: u for u in UNITS}
    choices = [[None, *(v for v in range(len(to)) if worth[p][v])] for p in range(len(of))]
    best = 0
    for move in itertools.product(*choices):
        if any(move.count(v) > seats[v] for v in range(len(to))):
            continue
        gone = [
            home[of[p]]
            for p, v in enumerate(move)
            if v is not None and of[p] and (to[v] is None or home[to[v]] != home[of[p]])
        ]
        if all(gone.count(unit) <= most(unit) for unit in set(gone)):
            best = max(best, sum(worth[p][v] for p, v in enumerate(move) if v is not None))
    return best


@st.composite
def fillings(draw):
    people, posts = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    unit = st.sampled_from([*UNITS, None])
    return (
        draw(st.lists(unit, min_size=people, max_size=people)),
        draw(st.lists(unit, min_size=posts, max_size=posts)),
        draw(st.lists(st.integers(0, 2), min_size=posts, max_size=posts)),
        [draw(st.lists(st.integers(0, 6), min_size=posts, max_size=posts)) for _ in range(people)],
        draw(
            st.builds(
                Leaving,
                max=st.none() | st.integers(0, 2),
                share=st.none() | st.sampled_from([1, 40, 60, 100]),
                by=st.sampled_from(["unit_code", "department"]),
            )
        ),
    )


@settings(max_examples=80)
@given(fillings())
def test_no_filling_by_trying_everything_is_better_and_none_drains_a_unit(case):
    of, to, seats, worth, asked = case
    layout = laid(agency(of, to, seats), worth, Wishes(leaving=asked))
    department = asked.by == "department"
    home = (lambda unit: "U-0") if department else (lambda unit: unit)

    def most(unit):
        people = sum(1 for one in of if one and home(one) == unit)
        share = 10 if asked.share is None and asked.max is None else asked.share
        limits = [people] if asked.max is None else [asked.max]
        if share is not None:
            limits.append(max(1, int(people * share / 100)))
        return min(limits)

    best = best_by_trying(of, to, seats, worth, most, department)
    found = solve(layout.problem)
    assert found.value == best * MICRO
    left = layout.leavers.left(found.chosen)
    assert (left <= layout.leavers.most).all()
    priced = solve(layout.problem, PRICED)
    assert breaches(layout.problem, priced.chosen) == []
    assert priced.value <= best * MICRO <= priced.bound
    assert (layout.leavers.left(priced.chosen) <= layout.leavers.most).all()


THREE = (["U-1"] * 3, ["U-2", "U-2", "U-1"], [1, 1, 1])
WORTH = [[5, 4, 0], [4, 3, 0], [3, 0, 2]]


def test_without_a_wish_one_of_ten_may_leave_and_one_at_least():
    layout = laid(agency(*THREE), WORTH, Wishes())
    found = solve(layout.problem)
    # One leaves for 5; the third moves within the unit, which leaves nobody behind.
    assert found.value == 7 * MICRO
    assert layout.leavers.left(found.chosen).tolist() == [0, 1, 0]
    free = laid(agency(*THREE), WORTH, Wishes(leaving=Leaving(share=100)))
    assert solve(free.problem).value == 10 * MICRO
    told = Account(layout, found).as_json()["leaving"]
    assert (told["by"], told["share"], told["max"]) == ("unit_code", 10, None)
    ((unit),) = told["units"]
    assert (unit["code"], unit["people"], unit["most"], unit["left"]) == ("U-1", 3, 1, 1)
    assert unit["price"] > 0


def test_a_post_that_stays_empty_says_why_in_numbers():
    wishes = Wishes(leaving=Leaving(max=1), forbid=(("P-0", "V-2"),), closed=())
    layout = laid(agency(*THREE), WORTH, wishes)
    (one,) = unfilled(Account(layout, solve(layout.problem)), None)
    assert (one.code, one.seats, one.closed, one.kept) == ("V-1", 1, False, None)
    # P-0 has another post; P-1 may not leave any more.
    assert (one.elsewhere, one.unit, one.quota, one.worth) == (1, 1, 0, 0)
    assert "P-" not in str(one.as_json())
    shut = laid(agency(*THREE), WORTH, Wishes(closed=("V-0",), leaving=Leaving(share=100)))
    told = unfilled(Account(shut, solve(shut.problem)), None)
    assert [(o.code, o.closed, o.seats) for o in told] == [("V-0", True, 1)]


class Rule:
    """A rule that keeps some people from every post."""

    def __init__(self, name, kept, confidential=False):
        self.id, self.people, self.confidential = name, kept, confidential

    def of_pairs(self, rows, items):
        return np.where(np.isin(rows, self.people), 3, 1).astype(np.uint8)


class Gates:
    def __init__(self, *gates):
        self.gates = gates


def test_everybody_stands_under_one_reason_and_a_confidential_rule_is_not_told_apart():
    of, to, seats = ["U-1"] * 6, ["U-2"], [2]
    layout = laid(agency(of, to, seats), [[5], [4], [0], [0], [0], [0]], Wishes())
    gates = Gates(Rule("role.education", [3, 4]), Rule("role.discipline", [4, 5], True))
    (one,) = unfilled(Account(layout, solve(layout.problem)), gates)
    assert (one.kept, one.rules, one.no_gain, one.unit) == (3, {"role.education": 2}, 1, 1)
    taken = 1
    reasons = (one.kept, one.forbidden, one.no_gain, one.elsewhere, one.unit, one.quota, one.worth)
    assert sum(reasons) + taken == len(of)


def test_a_wish_for_somebody_whom_the_rules_keep_is_refused_and_names_nobody():
    def judged(person, item):
        return np.where(person == 1, KEPT, 0).astype(np.uint8)

    for wishes, place in (
        (Wishes(must=(("P-0", "V-0"), ("P-1", "V-1"))), "must.1"),
        (Wishes(locked=(("P-1", "V-0"),)), "locked.0"),
    ):
        with pytest.raises(ImpossibleWish) as refused:
            laid(agency(*THREE), WORTH, wishes, judged)
        assert place in refused.value.words.id
        assert "P-1" not in refused.value.words.id + str(refused.value)
    allowed = laid(agency(*THREE), WORTH, Wishes(must=(("P-0", "V-0"),)), judged)
    assert allowed.problem.pairs.locked.sum() == 1


def test_sessions_know_no_leaving():
    snapshot = agency(*THREE)
    seats = offered(snapshot, RULES, "session")
    none = np.zeros(0, np.int64)
    for wishes in (Wishes(leaving=Leaving()), Wishes(ready=1.0)):
        with pytest.raises(ImpossibleWish) as refused:
            lay_out(snapshot, UnitTree.of(snapshot), RULES, seats,
                    Candidates.given(none, none, none), Asked(wishes))  # fmt: skip
        assert refused.value.words is not None


def test_seats_that_must_be_given_and_drain_a_unit_are_a_conflict():
    must = (("P-0", "V-0"), ("P-1", "V-1"))
    layout = laid(agency(*THREE), WORTH, Wishes(must=must))
    with pytest.raises(Conflict) as caught:
        solve(layout.problem)
    assert [(c.kind, c.number) for c in caught.value.constraints if c.kind == "ceiling"] == [
        ("ceiling", 0)
    ]


def test_readiness_counts_where_it_is_asked_for_and_is_no_gain():
    def judged(person, item):
        return np.where(person == 0, 1, 0).astype(np.uint8)

    case = (["U-1", "U-2"], ["U-0"], [1])
    worth = [[5], [4]]
    plain, sure = (
        laid(agency(*case), worth, wishes, judged) for wishes in (Wishes(), Wishes(ready=1.5))
    )
    found = [Account(one, solve(one.problem)) for one in (plain, sure)]
    assert [one.as_json()["worth"] for one in found] == [5.0, 4.0]
    assert [one.as_json()["ready"] for one in found] == [0, 1]
    assert [(n.seat.employee_id, n.chosen, n.confirm) for n in found[1].names()] == [
        ("P-0", False, True),
        ("P-1", True, False),
    ]


def test_who_goes_elsewhere_is_no_alternative():
    of, to = ["U-1"] * 6, ["U-1", "U-1", "U-1"]
    worth = [[9, 0, 0], [8, 9, 0], [8, 0, 9], [3, 0, 0], [2, 0, 0], [1, 0, 0]]
    layout = laid(agency(of, to, [1, 1, 1]), worth, Wishes())
    named = [n for n in Account(layout, solve(layout.problem)).names(2) if n.seat.code == "V-0"]
    assert [(n.seat.employee_id, n.chosen, n.elsewhere) for n in named] == [
        ("P-0", True, False), ("P-1", False, True), ("P-3", False, False),
        ("P-4", False, False), ("P-5", False, False),
    ]  # fmt: skip
    assert sum(not n.chosen and not n.elsewhere for n in named) == FREE


def test_in_a_city_nobody_is_named_whom_a_rule_keeps_and_all_are_accounted_for():
    engine = Engine.fitted(generate(150, seed=5, as_of=CITY_DAY), as_of=CITY_DAY)
    seats, gates = offered(engine.snapshot, engine.rules, "vacancy"), engine.eligibility.role
    asked = Asked(Wishes(leaving=Leaving(max=1)), judged=gates.of_pairs)
    layout = lay_out(engine.snapshot, engine.prepared.facts.tree, engine.rules, seats,
                     by_engine(engine, seats), asked)  # fmt: skip
    account = Account(layout, solve(layout.problem))
    rows = engine.snapshot.people.index.rows
    named = list(account.names())
    assert any(one.chosen for one in named)
    assert any(one.confirm for one in named)
    for one in named:
        item = engine.snapshot.jobs.index.rows[one.seat.item_code]
        outcomes = {check.outcome for check in gates.checks(rows[one.seat.employee_id], item)}
        assert "tidak_lolos" not in outcomes
        assert one.confirm == ("perlu_verifikasi" in outcomes)
    left = unfilled(account, gates)
    assert left
    taken = {run.code: run.taken for run in account.runs()}
    for one in left:
        reasons = (one.kept, one.forbidden, one.no_gain, one.elsewhere, one.unit, one.worth)
        assert min(reasons) >= 0
        assert sum(reasons) + one.quota + taken[one.code] == len(rows)
        item = engine.snapshot.jobs.index.rows[one.item_code]
        kept = gates.outcomes(np.arange(len(rows)), np.array([item]))[:, 0] == KEPT
        assert one.kept == kept.sum()
