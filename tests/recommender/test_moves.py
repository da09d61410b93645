"""Moves that people made: read from histories, judged by pair or kind, worth what they foresee."""

from __future__ import annotations

from datetime import date

import numpy as np

from recommender import pipeline
from recommender.engine import Engine
from recommender.model import EngineConfig
from recommender.similarity.moves import Moved, MoveModel
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

DAY = date(2026, 1, 5)
RULES = load_rules(DAY)
DEFAULTS = EngineConfig.of(RULES).role
POSTS = ("A", "B", "C", "D")


def office(history: list[tuple], posts=None, **employees) -> Dataset:
    """Return people with spells of (person, post, from, assignment)."""
    people = employees or {"employee_id": sorted({row[0] for row in history})}
    return Dataset.of(
        {
            "employees": people,
            "jobs": posts or {"job_code": list(POSTS), "title": list(POSTS)},
            "job_history": {
                name: [row[place] if place < len(row) else None for row in history]
                for place, name in enumerate(("employee_id", "job_code", "from_date", "assignment"))
            },
        }
    )


def moves_of(dataset: Dataset) -> list[tuple[str, str]]:
    snapshot = Snapshot.of(dataset, DAY)
    moved, codes = Moved.of(snapshot), snapshot.jobs.index.codes
    return [(codes[a], codes[b]) for a, b in zip(moved.source, moved.target, strict=True)]


def test_a_move_leads_from_one_definitive_post_to_the_next_in_order_of_time():
    history = [
        ("ani", "B", date(2018, 1, 1)), ("ani", "A", date(2015, 1, 1)),
        ("ani", "C", date(2017, 1, 1), "plt"), ("ani", "B", date(2019, 1, 1)),
    ]  # fmt: skip
    assert moves_of(office(history)) == [("A", "B")]


def test_the_present_post_follows_where_the_history_ends_before_it():
    history = [("ani", "A", date(2015, 1, 1))]
    assert moves_of(office(history, employee_id=["ani"], job_code=["C"])) == [("A", "C")]
    assert moves_of(office(history, employee_id=["ani"], job_code=["A"])) == []


def test_an_undated_spell_and_a_post_nobody_knows_join_nothing():
    history = [
        ("ani", "A", date(2015, 1, 1)), ("ani", "X", date(2016, 1, 1)),
        ("ani", "B", date(2017, 1, 1)), ("budi", "A", None), ("budi", "B", date(2017, 1, 1)),
    ]  # fmt: skip
    assert moves_of(office(history)) == []


def test_a_pair_nobody_moved_along_is_judged_by_its_kind():
    # Everybody moves within a family; nobody has moved from C to D, nor from C to A.
    posts = {"job_code": list(POSTS), "title": list(POSTS), "family": ["x", "x", "y", "y"]}
    history = [(f"p{n}", post, date(2015 + step, 1, 1)) for n in range(8)
               for step, post in enumerate(("A", "B"))]  # fmt: skip
    snapshot = Snapshot.of(office(history, posts), DAY)
    model = MoveModel.fit(Moved.of(snapshot), snapshot.jobs)
    usual = model.usual(snapshot.jobs, np.array([2]), np.arange(4))[0]
    assert usual[3] > 0 > usual[0]
    # A post that the model did not know has the rate of its kind too.
    aligned = model.aligned(np.array([0, 1, 2, -1], np.int32))
    assert np.array_equal(aligned.usual(snapshot.jobs, np.array([2]), np.arange(4))[0], usual)


def test_without_any_history_the_term_is_silent():
    dataset = Dataset.of({"employees": {"employee_id": ["ani"], "job_code": ["A"]},
                          "jobs": {"job_code": list(POSTS), "title": list(POSTS)}})  # fmt: skip
    engine = Engine.fitted(dataset, as_of=DAY, rules=RULES)
    assert engine.prepared.model.role_constants.moves_spread == 0
    found = engine.recommend("ani", "role")
    assert found
    assert all(term.name != "moves" for item in found for term in item.terms)


def test_later_moves_teach_what_earlier_ones_are_worth():
    draws = np.random.default_rng(1)
    codes = [f"J{n:02d}" for n in range(30)]
    rows = []
    for n in range(300):
        where = int(draws.integers(30))
        moved_on = date(2011 + n // 30, 1, 1 + n % 28)
        rows.append((f"p{n:03d}", codes[where], date(2010, 1, 1)))
        rows.append((f"p{n:03d}", codes[(where * 7 + 1) % 30], moved_on))
    asked = [(code, f"K{c}", float(draws.integers(1, 6))) for code in codes for c in range(5)]
    dataset = office(rows, {"job_code": codes, "title": codes}).replace(
        job_requirements=Dataset.of(
            {"job_requirements": {name: [row[place] for row in asked] for place, name
                                  in enumerate(("job_code", "competency_code", "level"))}}
        ).table("job_requirements")
    )  # fmt: skip
    model = pipeline.fit(dataset, as_of=DAY)
    assert model.config.role.moves > DEFAULTS.moves
    assert model.role_constants.taught_by >= 30
    few = dataset.replace(job_history=dataset.table("job_history").slice(0, 40))
    model = pipeline.fit(few, as_of=DAY)
    assert model.config.role == DEFAULTS
    assert model.role_constants.taught_by == 0
