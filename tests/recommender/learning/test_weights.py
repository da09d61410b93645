"""Weights come from the past alone, and from enough of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import numpy as np
import pytest

from recommender.evaluation.events import Events
from recommender.evaluation.ours import TRAINING_METHOD
from recommender.evaluation.past import past_of
from recommender.evaluation.protocol import run_method, validation_cut
from recommender.evaluation.ranking import Truth
from recommender.evaluation.splits import split
from recommender.learning.weights import LearntWeights
from recommender.model import EngineConfig
from recommender.pipeline import fit
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 1, 5)
RULES = load_rules(AS_OF)
N_ITEMS = 12


def agency(people: int, seed: int = 0) -> Dataset:
    """People who take courses in the order of their numbers: 0 is followed by 1, and so on."""
    rng = np.random.default_rng(seed)
    who, what, when = [], [], []
    for person in range(people):
        first = int(rng.integers(N_ITEMS))
        begin = AS_OF - timedelta(days=int(rng.integers(30, 900)))
        for step in range(int(rng.integers(1, 9))):
            who.append(f"p{person:04d}")
            what.append(f"T{(first + step) % N_ITEMS:02d}")
            when.append(min(begin + timedelta(days=20 * step), AS_OF))
    codes = [f"T{i:02d}" for i in range(N_ITEMS)]
    return Dataset.of(
        {
            "employees": {"employee_id": [f"p{i:04d}" for i in range(people)]},
            "trainings": {"training_code": codes, "title": [f"Kursus {c}" for c in codes]},
            "training_history": {
                "employee_id": who, "training_code": what, "completed_on": when,
            },
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def busy() -> Dataset:
    return agency(500)


def test_few_people_leave_the_documented_defaults():
    model = fit(agency(20), as_of=AS_OF, rules=RULES)
    defaults = EngineConfig.of(RULES).training
    assert model.training_weights == LearntWeights.defaults(defaults)
    assert not model.training_weights.learnt


def test_what_comes_next_weighs_more_where_people_go_in_order(busy):
    learnt = fit(busy, as_of=AS_OF, rules=RULES).training_weights
    default = EngineConfig.of(RULES).training
    assert all(learnt.cases)
    for own in learnt.by_kind[1:]:
        assert own.direct + own.history > default.direct + default.history
    assert {own.priority for own in learnt.by_kind} == {default.priority}


def test_needs_weigh_alike_for_all_kinds_of_history(busy):
    learnt = fit(busy, as_of=AS_OF, rules=RULES).training_weights
    assert len({(own.gap_now, own.gap_next, own.duties) for own in learnt.by_kind}) == 1


def test_weights_survive_json(busy):
    learnt = fit(busy, as_of=AS_OF, rules=RULES).training_weights
    assert LearntWeights.from_json(learnt.as_json()) == learnt
    with pytest.raises(TypeError):
        LearntWeights.from_json(
            {**learnt.as_json(), "by_kind": {"cold": {**asdict(learnt.by_kind[0]), "other": 1}}}
        )


@pytest.mark.parametrize("kind", ["time", "last"])
def test_permuted_truth_changes_no_list(busy, kind):
    """Who took what after the cut is not there to learn from: only the figures change."""
    held = split(Events.of(busy), kind, 0)
    past = past_of(busy, held, as_of=AS_OF, seed=0)
    order = np.random.default_rng(1).permutation(len(held.employees))
    turned = held.__class__(**{**held.__dict__, "truth": Truth(held.truth.gains[order])})
    one, two = (
        run_method(
            TRAINING_METHOD,
            past_of(busy, truth, as_of=AS_OF, seed=0),
            truth,
            validation_cut(past, kind, 0),
            10,
        )
        for truth in (held, turned)
    )
    assert np.array_equal(one.shown, two.shown)
    assert one.numbers["ndcg@10"].mean() > two.numbers["ndcg@10"].mean()


def test_changing_what_happened_after_the_cut_changes_no_weight(busy):
    """The same past with another future: the model fitted on the past is the same to the byte."""
    held = split(Events.of(busy), "time", 0)
    cut = held.cut.astype("datetime64[D]").item()
    rows = busy.table("training_history").to_pylist()
    later = [i for i, row in enumerate(rows) if row["completed_on"].date() > cut]
    codes = [rows[i]["training_code"] for i in later]
    for i, code in zip(later, reversed(codes), strict=True):
        rows[i] = {**rows[i], "training_code": code}
    other = Dataset.of(
        {
            **{name: busy.table(name).to_pydict() for name in ("employees", "trainings")},
            "training_history": {
                name: [row[name] for row in rows]
                for name in ("employee_id", "training_code", "completed_on")
            },
        }
    )
    one, two = (
        fit(past_of(data, held, as_of=AS_OF, seed=0).dataset, as_of=cut, rules=RULES)
        for data in (busy, other)
    )
    assert one.training_weights == two.training_weights
    assert one.id == two.id
