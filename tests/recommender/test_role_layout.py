"""What the role kernel ranks and what it explains equals the score of every pair, term by term."""

from copy import copy
from datetime import date

import numpy as np
import pytest

from recommender import kept_rows
from recommender.block import total
from recommender.breakdown import role_parts
from recommender.columns import UNKNOWN
from recommender.engine import Engine
from recommender.kernels import choose, lanes
from recommender.rank import FORBIDDEN, top
from recommender.role_layout import RoleLayout
from recommender.role_score import ROLE_TERMS
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)


@pytest.fixture(scope="module")
def engine():
    return Engine.fitted(generate(150, seed=11, as_of=AS_OF), as_of=AS_OF)


@pytest.fixture(scope="module")
def scorer(engine):
    """A scorer of posts that list tools as well: those of this agency list none."""
    found = copy(engine.prepared.roles)
    found.__dict__.pop("tables", None)
    rng = np.random.default_rng(3)
    tools = rng.random((len(found.jobs), 12)) * (rng.random((len(found.jobs), 12)) < 0.3)
    length = np.sqrt((tools**2).sum(axis=1, keepdims=True))
    found.tools = type(found.tools)(tools / np.where(length > 0, length, 1.0))
    constants = found.constants.__class__(
        **{**found.constants.__dict__, "technology_mean": 0.2, "technology_spread": 0.11}
    )
    found.constants = constants
    found.weights = found.weights.__class__(**{**found.weights.__dict__, "technology": 0.7})
    return found


@pytest.fixture(scope="module")
def seekers(engine, scorer):
    """Everybody, some without a post, a field of study or any level."""
    rows = np.arange(len(engine.employee_ids))
    people = engine.prepared.facts.learners(rows)
    found = scorer.people(rows, people.levels.copy(), people.job.copy())
    found.job[::7] = UNKNOWN
    found.field[::5] = UNKNOWN
    found.levels[::11] = UNKNOWN
    found.levels[3] = 0
    return found


@pytest.fixture(scope="module")
def mask(engine):
    return engine.eligibility.role.mask(np.arange(len(engine.employee_ids)))


@pytest.fixture(scope="module")
def terms(scorer, seekers):
    found = scorer.terms(seekers)
    assert all(points.any() for points in found.values())
    assert set(found) == set(ROLE_TERMS)
    return found


@pytest.mark.parametrize("k", [1, 10, 60])
def test_the_lists_are_those_of_the_scores_of_every_pair(scorer, seekers, terms, mask, k):
    pytest.importorskip("numba")
    allowed = mask.allowed(np.arange(mask.n_people))
    wanted = top(total(terms), np.where(allowed, 0, FORBIDDEN).astype(np.uint8), k)
    layout = RoleLayout(scorer, seekers)
    for found in (lanes.best_roles(layout.problem(mask), k), layout.pair_by_pair(mask, k)):
        assert np.array_equal(found.item[wanted.person, wanted.rank - 1], wanted.item)
        assert np.array_equal(found.micro[wanted.person, wanted.rank - 1], wanted.micro)
        assert (found.item >= 0).sum() == len(wanted.item)


def test_the_values_of_a_pick_are_the_terms_of_its_pair(scorer, seekers, terms, mask):
    picks = top(total(terms), np.zeros((mask.n_people, mask.n_items), np.uint8), mask.n_items)
    values = RoleLayout(scorer, seekers).values(picks)
    for name in ROLE_TERMS:
        assert np.array_equal(values[name], terms[name][picks.person, picks.item]), name


def test_rows_of_likeness_are_the_same_where_none_is_kept(
    scorer, seekers, terms, mask, monkeypatch
):
    picks = top(total(terms), np.zeros((mask.n_people, mask.n_items), np.uint8), mask.n_items)
    monkeypatch.setattr(kept_rows, "ROOM", 0)
    again = scorer.weighed(scorer.weights)
    values = RoleLayout(again, seekers).values(picks)
    for name in ("duties", "technology"):
        assert np.array_equal(values[name], terms[name][picks.person, picks.item]), name
    wanted = lanes.best_roles(RoleLayout(scorer, seekers).problem(mask), 10)
    found = lanes.best_roles(RoleLayout(again, seekers).problem(mask), 10)
    assert np.array_equal(found.item, wanted.item)
    assert np.array_equal(found.micro, wanted.micro)


def test_deficit_and_surplus_name_the_competency_that_weighs_most(scorer, seekers, terms, mask):
    picks = top(total(terms), np.zeros((mask.n_people, mask.n_items), np.uint8), 30)
    parts = role_parts(scorer, seekers, RoleLayout(scorer, seekers).values(picks), picks)
    h = seekers.levels[picks.person]
    r, weight = scorer.comparer.required[picks.item], scorer.comparer.weight[picks.item]
    difference = np.where((h >= 0) & (r >= 0), (r - h) * weight, 0.0)
    for name, worst in (("deficit", difference), ("surplus", -difference)):
        own = parts.term == ROLE_TERMS.index(name)
        first = np.where(worst.max(axis=1) > 0, worst.argmax(axis=1), UNKNOWN)
        assert own.any()
        assert np.array_equal(parts.subject[own], first[parts.pick[own]])


def test_rankings_are_the_same_with_and_without_compiled_code(engine, monkeypatch):
    pytest.importorskip("numba")
    assert choose.available()
    compiled = engine.rank("role", 10)
    monkeypatch.setattr(choose, "available", lambda: False)
    assert engine.rank("role", 10) == compiled
