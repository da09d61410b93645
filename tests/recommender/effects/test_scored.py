"""Effects count in the score of the engine, part by part, and follow the model elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import AS_OF, office

from recommender import pipeline
from recommender.engine import Engine
from recommender.results import Item
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

PERSON = "p0000"
NEW, NOTHING, WORKS = range(3)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return Dataset.of(office(60))


@pytest.fixture(scope="module")
def model(dataset: Dataset) -> pipeline.Model:
    return pipeline.fit(dataset, as_of=AS_OF)


def opened(dataset: Dataset, model: pipeline.Model) -> Engine:
    return Engine.open(dataset, model, as_of=AS_OF, rules=load_rules(AS_OF))


def points(item: Item, name: str) -> int:
    return sum(term.micro for term in item.terms if term.name == name)


def test_what_works_is_lifted_and_what_does_nothing_falls_and_all_terms_sum_to_the_score(
    dataset: Dataset, model: pipeline.Model
) -> None:
    engine = opened(dataset, model)
    items = {code: engine.explain(PERSON, code) for code in ("NEW", "NOTHING", "WORKS")}
    for item in items.values():
        assert points(item, "gap_now") > 0
        assert item.micro == sum(term.micro for term in item.terms)
    assert points(items["WORKS"], "effect") > 0
    assert points(items["NOTHING"], "effect") < 0
    assert points(items["NEW"], "effect") == 0
    assert items["NEW"].evidence is None
    ranked = [item.item_code for item in engine.recommend(PERSON, "training", k=3)]
    assert ranked.index("WORKS") < ranked.index("NEW") < ranked.index("NOTHING")


def test_a_scorer_of_some_trainings_gives_each_the_effect_it_has_among_all(
    dataset: Dataset, model: pipeline.Model
) -> None:
    prepared = pipeline.prepare(dataset, model, as_of=AS_OF, rules=load_rules(AS_OF))
    people = prepared.facts.learners(np.arange(6))
    columns = np.array([WORKS, NOTHING], np.int32)
    whole, part = (
        scorer.terms(people)["effect"]
        for scorer in (prepared.trainings, prepared.trainings.only(columns))
    )
    assert whole.any()
    assert np.array_equal(part, whole[:, columns])
    gap = prepared.trainings.policy(people) * 1e6 - whole
    assert np.allclose(gap, gap[:, :1]), "nothing else that is policy differs here"


def test_effects_follow_their_trainings_where_others_are_hidden_or_added(
    dataset: Dataset, model: pipeline.Model
) -> None:
    tables = office(60)
    tables["trainings"] = {
        "training_code": ["ADDED", "WORKS"], "title": ["Tambahan", "Praktik"],
    }  # fmt: skip
    tables["training_outcomes"] = {
        name: [values[0], values[2]] for name, values in tables["training_outcomes"].items()
    }
    tables["training_outcomes"]["training_code"] = ["ADDED", "WORKS"]
    del tables["training_history"]
    here, there = opened(dataset, model), opened(Dataset.of(tables), model)
    one, other = (engine.explain(PERSON, "WORKS") for engine in (here, there))
    assert points(other, "effect") == points(one, "effect") > 0
    assert other.evidence == one.evidence
    assert points(there.explain(PERSON, "ADDED"), "effect") == 0


def test_effects_take_no_part_in_learning_weights(dataset: Dataset, model: pipeline.Model) -> None:
    assert {w.effect for w in model.training_weights.by_kind} == {model.config.training.effect}
