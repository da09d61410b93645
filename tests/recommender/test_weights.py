"""Weights of the ranking come from the rule packs, and an agency's own from its overlay."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from datetime import date

from recommender import artifact, pipeline
from recommender.learning.weights import LearningConfig
from recommender.model import EngineConfig
from recommender.role_score import ROLE_TERMS, RoleWeights
from recommender.training_terms import COMPONENTS, TrainingWeights
from training_data.reference.packs import load_rules

AS_OF = date(2026, 1, 5)


def test_the_packs_weigh_every_term_and_nothing_else():
    rules = load_rules(AS_OF)
    for rule, terms, weights in (
        ("score.training", COMPONENTS, TrainingWeights),
        ("score.role", ROLE_TERMS, RoleWeights),
    ):
        assert tuple(rules.rule(rule).params) == terms
        assert tuple(field.name for field in fields(weights)) == terms


def test_a_model_is_fitted_with_the_weights_of_the_packs_and_keeps_them(office, tmp_path):
    overlay = tmp_path / "ketentuan"
    overlay.mkdir()
    change = {"id": "score.training", "params": {"duties": 1}}
    content = {"overlay": "rekaan", "rules": [change]}
    (overlay / "rekaan.json").write_text(json.dumps(content))
    ours = pipeline.fit(office, as_of=AS_OF)
    own = pipeline.fit(office, as_of=AS_OF, rules=load_rules(AS_OF, overlay))
    assert ours.config == EngineConfig.of(load_rules(AS_OF))
    assert asdict(own.config.training) == {**asdict(ours.config.training), "duties": 1.0}
    assert own.config.role == ours.config.role
    assert own.id != ours.id
    artifact.save(own, tmp_path / "model")
    assert artifact.load(tmp_path / "model").config == own.config


def test_an_agency_says_how_far_needs_count_beside_habit(tmp_path):
    change = {"id": "score.balance", "params": {"gap_share": 0.5}}
    (tmp_path / "rekaan.json").write_text(json.dumps({"overlay": "rekaan", "rules": [change]}))
    own = EngineConfig.of(load_rules(AS_OF, tmp_path))
    assert own.learning.gap_share == 0.5
    assert replace(own, learning=LearningConfig()) == EngineConfig.of(load_rules(AS_OF))
