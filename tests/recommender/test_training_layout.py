"""What kernels rank and what they explain equals the score of every pair, term by term."""

from copy import copy
from datetime import date

import numpy as np
import pytest

from recommender.block import Scoring, total
from recommender.breakdown import TRAINING_PARTS, training_parts
from recommender.engine import Engine
from recommender.kernels import arrays, choose, lanes
from recommender.masks import Classes, Mask
from recommender.rank import top
from recommender.training_layout import TrainingLayout
from recommender.training_terms import TRAINING_TERMS
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)


@pytest.fixture(scope="module")
def engine():
    return Engine.fitted(generate(150, seed=11, as_of=AS_OF), as_of=AS_OF)


@pytest.fixture(scope="module")
def scorer(engine):
    """A scorer for whom effects were measured as well: those of a small agency are not."""
    found = copy(engine.prepared.trainings)
    found.beyond = np.random.default_rng(2).normal(size=found.n).round(6) * (np.arange(found.n) % 3)
    return found


@pytest.fixture(scope="module")
def people(engine):
    return engine.prepared.facts.learners(np.arange(len(engine.employee_ids)))


@pytest.fixture(scope="module")
def outcomes(engine):
    return engine.eligibility.training.outcomes(np.arange(len(engine.employee_ids)))


@pytest.fixture(scope="module")
def mask(engine):
    return engine.eligibility.training.mask(np.arange(len(engine.employee_ids)))


@pytest.mark.parametrize("path", [arrays, lanes])
@pytest.mark.parametrize("k", [1, 10, 60])
def test_the_lists_are_those_of_the_scores_of_every_pair(scorer, people, outcomes, mask, path, k):
    if path is lanes:
        pytest.importorskip("numba")
    terms = scorer.terms(people)
    assert all(points.any() for points in terms.values())
    refused = np.where(mask.allowed(np.arange(mask.n_people)), outcomes, 2)
    wanted = top(total(terms), refused, k)
    found = path.best(TrainingLayout(scorer, people).problem(mask), k)
    assert np.array_equal(found.item[wanted.person, wanted.rank - 1], wanted.item)
    assert np.array_equal(found.micro[wanted.person, wanted.rank - 1], wanted.micro)
    assert (found.item >= 0).sum() == len(wanted.item)


def test_the_parts_of_a_pick_are_the_terms_of_its_pair(scorer, people, outcomes):
    picks = top(scorer.terms(people)["burden"] * 0, outcomes, 40)
    terms = scorer.terms(people)
    layout = TrainingLayout(scorer, people)
    parts = training_parts(scorer, people, layout.values(picks), picks, layout.looks)
    for name in TRAINING_TERMS:
        found = np.zeros(len(picks.item), np.int64)
        own = parts.term == TRAINING_PARTS.index(name)
        np.add.at(found, parts.pick[own], parts.micro[own])
        assert np.array_equal(found, terms[name][picks.person, picks.item]), name


def test_a_scorer_of_some_trainings_knows_their_outcomes_alone(scorer, people, outcomes):
    scorer.distinct  # noqa: B018 – laid out before the trainings are chosen
    columns = np.arange(5, scorer.n, 7, dtype=np.int32)
    part = scorer.only(columns)
    assert len(part.distinct.item_start) == len(columns) + 1
    ends = part.distinct.item_start[1:] - part.distinct.item_start[:-1]
    whole = np.diff(scorer.distinct.item_start)
    assert np.array_equal(ends, whole[columns])


def test_rankings_are_the_same_with_and_without_compiled_code(engine, monkeypatch):
    pytest.importorskip("numba")
    assert choose.available()
    compiled = engine.rank("training", 10)
    monkeypatch.setattr(choose, "available", lambda: False)
    assert engine.rank("training", 10) == compiled


def test_one_person_gets_the_list_of_the_batch(engine):
    batch = engine.rank("training", 5)
    for person in engine.employee_ids[::37]:
        lines = [row for row in batch.lines if row.employee_id == person]
        alone = engine.recommend(person, "training", 5)
        assert [(row.item_code, row.micro) for row in lines] == [
            (item.item_code, item.micro) for item in alone
        ]


def test_what_is_scheduled_stays_out_of_the_lists(engine):
    scoring = Scoring(engine.prepared, engine.eligibility)
    block = scoring.block("training", np.arange(20))
    scheduled = Mask(20, block.mask.n_items, (Classes(np.ones((1, 1), bool), np.zeros(20, np.int32),
                     np.zeros((1, block.mask.n_items), np.int32)),))  # fmt: skip
    assert len(block.best(5).item) > 0
    block.__dict__["mask"] = scheduled
    assert len(block.best(5).item) == 0
