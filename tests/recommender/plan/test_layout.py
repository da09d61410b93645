"""Leaving out dominated trainings keeps a best plan: small random catalogues, with and without."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.plan import layout
from recommender.plan.layout import lay_out
from recommender.plan.learner import Learner, Window, month_load
from recommender.plan.offers import Offers, Session
from recommender.plan.problem import NO_LIMIT, Limits
from recommender.plan.search import solve
from recommender.similarity.gaps import StepLimits, Target

COMPETENCIES = 2
FIRST = date(2026, 2, 2)


def course(draw):
    """Draw one training from scratch."""
    runs = []
    for _ in range(int(draw.integers(0, 3))):
        begin = FIRST + timedelta(days=int(draw.integers(0, 4)))
        runs.append((begin, begin + timedelta(days=int(draw.integers(0, 4)))))
    outcomes = {}
    for competency in range(COMPETENCIES):
        if draw.random() < 0.7:
            low = int(draw.choice([0, 1000, 2000]))
            outcomes[competency] = (low, low + int(draw.choice([1000, 2000])))
    return {
        "runs": sorted(runs),
        "outcomes": outcomes,
        "hours": int(draw.choice([8000, 16000])),
        "cost": int(draw.choice([0, 1_000_000, 2_000_000])),
        "mix": int(draw.choice([0, 2])),
        "parallel": bool(draw.random() < 0.2),
        "extra": -int(draw.choice([50_000, 250_000, 450_000])),
        "badge": bool(draw.random() < 0.3),
        "needs": bool(draw.random() < 0.25),
    }


def random_case(seed, n=9):
    """Draw a catalogue of near copies: each differs from one of two courses in one thing."""
    draw = np.random.default_rng(seed)
    models = [course(draw), course(draw)]
    courses = []
    for _ in range(n):
        own = dict(models[int(draw.integers(2))])
        changed = str(draw.choice(sorted(own)))
        own[changed] = course(draw)[changed]
        courses.append(own)
    columns = {name: [own[name] for own in courses] for name in courses[0]}
    sessions = {
        t: tuple(Session(f"{t}-{k}", a, b, None, None, None) for k, (a, b) in enumerate(runs))
        for t, runs in enumerate(columns["runs"])
        if runs
    }
    offers = Offers(
        hours=np.array(columns["hours"], np.int64),
        hours_known=np.ones(n, bool),
        cost=np.array(columns["cost"], np.int64),
        cost_known=np.ones(n, bool),
        mix=np.array(columns["mix"], np.int8),
        parallel=np.array(columns["parallel"]),
        sessions=sessions,
        of_code={},
        undated=frozenset(set(range(n)) - set(sessions)),
        outcomes=tuple(
            tuple((c, low, high) for c, (low, high) in own.items()) for own in columns["outcomes"]
        ),
    )
    asked = draw.choice([2000, 3000, 4000], COMPETENCIES).astype(np.int32)[None]
    zero = np.zeros_like(asked)
    learner = Learner(
        levels=draw.choice([0, 1000, 1000, 1500], COMPETENCIES).astype(np.int32),
        now=Target(zero, asked, np.full_like(asked, 2000)),
        following=Target(asked, asked + 1000, zero + 1000),
        now_scale=0.5,
        next_scale=0.25,
        extra=np.array(columns["extra"], np.int64),
        open=np.ones(n, bool),
        badges=np.array(columns["badge"])[:, None],
        badge_weight=np.array([150_000]),
        done=np.zeros(n, bool),
        registered={},
        latest=None,
    )
    needs = tuple((t - 1,) if t and asks else () for t, asks in enumerate(columns["needs"]))
    limits = Limits(
        courses=int(draw.integers(1, 3)),
        budget=int(draw.choice([NO_LIMIT, 1_000_000, 2_000_000])),
        load=int(draw.choice([NO_LIMIT, 16_000])),
        room=NO_LIMIT,
        year=NO_LIMIT,
        target=int(draw.choice([0, 20_000])),
        hour_penalty=int(draw.choice([0, 20])),
        mix=(700, 200, 100),
        mix_penalty=int(draw.choice([0, 50_000])),
    )
    codes = [f"T{t}" for t in range(n)]
    window = Window(date(2026, 1, 1), date(2026, 12, 31))
    return learner, offers, needs, StepLimits(2000, 1000), limits, window, 60, codes


@settings(max_examples=600)
@given(st.integers(0, 2**32))
def test_pruning_keeps_a_best_plan(seed):
    case = random_case(seed)
    pruned = lay_out(*case)
    patch = pytest.MonkeyPatch()
    patch.setattr(layout, "undominated", lambda pool, *_: pool)
    try:
        whole = lay_out(*case)
    finally:
        patch.undo()
    assert whole.pruned == 0
    assert solve(pruned.problem).value == solve(whole.problem).value


def test_pruning_does_leave_courses_out():
    assert sum(lay_out(*random_case(seed)).pruned > 0 for seed in range(60)) > 25


def test_what_comes_before_stays_with_what_needs_it():
    for seed in range(60):
        learner, offers, needs, *rest = random_case(seed)
        found = lay_out(learner, offers, needs, *rest)
        kept = {option.training for option in found.options}
        assert all(t in kept for training in kept for t in needs[training])


def test_only_so_many_courses_are_compared():
    for seed in range(30):
        *case, _, codes = random_case(seed)
        found = lay_out(*case, 3, codes)
        assert len({option.training for option in found.options}) <= 3


def test_the_hours_of_a_session_are_spread_over_its_days_and_nothing_is_lost():
    session = Session("s", date(2026, 1, 30), date(2026, 2, 2), None, None, None)
    load = month_load(session, 10_001)
    assert load[:3].tolist() == [5000, 5001, 0]


@pytest.mark.parametrize(("year", "first"), [(2026, date(2026, 11, 26)), (2027, date(2027, 1, 1))])
def test_a_plan_begins_tomorrow_or_with_its_year(year, first):
    assert Window.of(year, date(2026, 11, 25)) == Window(first, date(year, 12, 31))
