"""Weights of posts come from known moves where there are enough, and never from those judged."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest
import scipy.sparse as sp

from recommender import pipeline
from recommender.artifact import load, save
from recommender.evaluation.ours import FOLDS, ROLE_METHOD
from recommender.evaluation.roles import role_case
from recommender.model import EngineConfig
from recommender.role_learning import learn_weights, ndcg
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

DAY = date(2026, 1, 5)
POSTS = 48
RULES = load_rules(DAY)
DEFAULTS = EngineConfig.of(RULES).role


def framework(sources: int = POSTS) -> Dataset:
    """Posts of random levels whose known moves go to posts that work with the same tools."""
    draws = np.random.default_rng(7)
    codes = [f"J{n:02d}" for n in range(POSTS)]
    rows = [(code, f"K{c}", float(draws.integers(1, 6)), None) for code in codes for c in range(6)]
    rows += [(code, f"ALAT{n % 12}", None, 3.0) for n, code in enumerate(codes)]
    pairs = [(n, other) for n in range(sources) for other in range(n % 12, POSTS, 12) if other != n]
    return Dataset.of(
        {
            "jobs": {"job_code": codes, "title": codes},
            "job_requirements": {
                name: [row[place] for row in rows]
                for place, name in enumerate(("job_code", "competency_code", "level", "weight"))
            },
            "role_pairs": {
                "source_job": [codes[a] for a, _ in pairs],
                "target_job": [codes[b] for _, b in pairs],
            },
        }
    )


def test_a_term_that_finds_the_known_targets_gains_weight_and_none_turns_its_sign(tmp_path):
    model = pipeline.fit(framework(), as_of=DAY)
    assert model.config.role.technology > DEFAULTS.technology
    assert model.config.role.similarity == DEFAULTS.similarity
    assert min(asdict(model.config.role).values()) >= 0
    assert model.role_constants.taught_by == POSTS
    save(model, tmp_path / "model")
    assert load(tmp_path / "model").role_constants == model.role_constants
    assert load(tmp_path / "model").config == model.config


def test_few_known_moves_leave_the_documented_defaults():
    model = pipeline.fit(framework(sources=12), as_of=DAY)
    assert model.config.role == DEFAULTS
    assert model.role_constants.taught_by == 0


@pytest.mark.parametrize("held", range(FOLDS))
def test_what_is_known_of_a_judged_source_cannot_change_its_ranking(held):
    task = role_case(framework(), DAY, 0).task
    judged = np.random.default_rng(task.seed).permutation(len(task.sources)) % FOLDS == held
    # Half of the moves mean nothing, so that the weights hang on every single source.
    gains = task.gains.toarray()
    draws = np.random.default_rng(3)
    gains[::2] = draws.permuted(gains[::2], axis=1)
    before = replace(task, gains=sp.csr_matrix(gains))
    gains[judged] = draws.permuted(gains[judged], axis=1)
    after = replace(task, gains=sp.csr_matrix(gains))
    assert np.array_equal(ROLE_METHOD.score(before)[judged], ROLE_METHOD.score(after)[judged])


def test_what_other_folds_know_does_change_a_ranking():
    task = role_case(framework(), DAY, 0).task
    silent = replace(task, gains=sp.csr_matrix(task.gains.shape))
    assert not np.array_equal(ROLE_METHOD.score(task), ROLE_METHOD.score(silent))


def test_without_any_term_beside_likeness_there_is_nothing_to_learn():
    own, gains = np.arange(40), np.roll(np.eye(40), 1, axis=1)
    likeness = np.random.default_rng(0).integers(0, 1_000_000, (40, 40))
    assert learn_weights({"similarity": likeness}, gains, own, DEFAULTS) == (DEFAULTS, 40)


def test_the_learner_reads_a_list_as_the_protocol_does():
    scores = np.array([[9.0, 3.0, 2.0, 1.0]])
    gains = np.array([[0.0, 0.0, 1.0, 0.0]])
    # The source itself is left out; the target stands second: 1 / log2(3).
    assert ndcg(scores, gains, np.array([0]))[0] == pytest.approx(1 / np.log2(3))


@pytest.mark.parametrize("seed", range(4))
def test_what_chance_seems_to_teach_leaves_the_defaults(seed):
    draws = np.random.default_rng(seed)
    names = ("similarity", "deficit", "surplus", "duties")
    terms = {n: draws.integers(-1_000_000, 1_000_000, (40, 60)) for n in names}
    gains = (draws.random((40, 60)) < 0.03).astype(float)
    own = np.arange(40)
    gains[own, own] = 0.0
    learnt, _ = learn_weights(terms, gains, own, DEFAULTS)
    assert learnt == DEFAULTS


def test_a_term_that_is_kept_keeps_its_weight():
    draws = np.random.default_rng(2)
    terms = {n: draws.integers(-100_000, 100_000, (60, 60)) for n in ("similarity", "duties")}
    gains = (draws.random((60, 60)) < 0.05).astype(float)
    own = np.arange(60)
    gains[own, own] = 0.0
    terms["moves"] = np.where(gains > 0, 90_000, 0)
    free, _ = learn_weights(terms, gains, own, DEFAULTS)
    kept, _ = learn_weights(terms, gains, own, DEFAULTS, kept=("moves",))
    assert free.moves > DEFAULTS.moves == kept.moves
