"""Invariants of the engine over small random agencies."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.engine import Engine
from training_data.dataset import Dataset

AS_OF = date(2026, 1, 5)
LEVEL = st.sampled_from([0.0, 0.5, 1.0, 1.75, 2.0, 3.0, 4.25, 5.0])
COMPETENCIES = ["M.1", "SK.1", "T.A", "T.B"]
TIERS = st.sampled_from([None, "pelaksana", "pengawas", "jf_ahli_pertama", "jf_ahli_muda"])
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def agencies(draw):
    n_people, n_jobs, n_trainings = (
        draw(st.integers(1, 5)),
        draw(st.integers(1, 5)),
        draw(st.integers(1, 6)),
    )
    jobs = [f"J{i}" for i in range(n_jobs)]
    trainings = [f"T{i}" for i in range(n_trainings)]
    people = [f"p{i}" for i in range(n_people)]

    def pairs(left, values):
        chosen = draw(
            st.lists(
                st.tuples(st.sampled_from(left), st.sampled_from(COMPETENCIES)),
                unique=True,
                max_size=8,
            )
        )
        return chosen, [draw(values) for _ in chosen]

    needs, need_levels = pairs(jobs, LEVEL)
    held, held_levels = pairs(people, LEVEL)
    gives, give_levels = pairs(trainings, LEVEL.filter(lambda v: v > 0))
    taken = draw(
        st.lists(
            st.tuples(st.sampled_from(people), st.sampled_from(trainings)), unique=True, max_size=8
        )
    )
    return {
        "employees": {
            "employee_id": people,
            "job_code": [draw(st.sampled_from([None, *jobs])) for _ in people],
            "tier": [draw(TIERS) for _ in people],
        },
        "jobs": {
            "job_code": jobs,
            "title": [f"Jabatan {j}" for j in jobs],
            "tier": [draw(TIERS) for _ in jobs],
            "family": [draw(st.sampled_from([None, "A", "B"])) for _ in jobs],
        },
        "job_requirements": {
            "job_code": [p[0] for p in needs],
            "competency_code": [p[1] for p in needs],
            "level": need_levels,
        },
        "competency_scores": {
            "employee_id": [p[0] for p in held],
            "competency_code": [p[1] for p in held],
            "level": held_levels,
        },
        "trainings": {"training_code": trainings, "title": [f"Pelatihan {t}" for t in trainings]},
        "training_outcomes": {
            "training_code": [p[0] for p in gives],
            "competency_code": [p[1] for p in gives],
            "level_to": give_levels,
        },
        "training_history": {
            "employee_id": [p[0] for p in taken],
            "training_code": [p[1] for p in taken],
            "completed_on": [
                draw(st.sampled_from([None, datetime(2024, 1, 1), datetime(2025, 3, 1)]))
                for _ in taken
            ],
        },
    }


def _dataset(tables) -> Dataset:
    import pyarrow as pa

    from training_data.schema import TABLES

    return Dataset.of(
        {
            name: pa.table(
                {
                    column: pa.array(values, TABLES[name].column(column).arrow_type)
                    for column, values in columns.items()
                }
            )
            for name, columns in tables.items()
        }
    )


@SLOW
@given(agencies())
def test_terms_sum_to_scores_and_single_answers_equal_the_batch(tables):
    engine = Engine.fitted(_dataset(tables), as_of=AS_OF)
    for kind in engine.kinds():
        batch = [(r.employee_id, r.item_code, r.micro) for r in engine.rank(kind, 4).rows()]
        single = []
        for employee in engine.employee_ids:
            for item in engine.recommend(employee, kind, 4):
                assert sum(t.micro for t in item.terms) == item.micro
                single.append((employee, item.item_code, item.micro))
        assert single == batch


@SLOW
@given(agencies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tables, random):
    shuffled = {}
    for name, columns in tables.items():
        order = list(range(len(next(iter(columns.values())))))
        random.shuffle(order)
        shuffled[name] = {c: [v[i] for i in order] for c, v in columns.items()}
    one = Engine.fitted(_dataset(tables), as_of=AS_OF)
    two = Engine.fitted(_dataset(shuffled), as_of=AS_OF)
    assert one.model_id == two.model_id
    for kind in one.kinds():
        assert list(one.rank(kind).rows()) == list(two.rank(kind).rows())


@SLOW
@given(agencies(), st.data())
def test_raising_a_score_never_adds_a_gap(tables, data):
    scores = tables["competency_scores"]
    if not scores["level"]:
        return
    place = data.draw(st.integers(0, len(scores["level"]) - 1))
    before = Engine.fitted(_dataset(tables), as_of=AS_OF)
    raised = {**scores, "level": [5.0 if i == place else v for i, v in enumerate(scores["level"])]}
    after = Engine.fitted(_dataset({**tables, "competency_scores": raised}), as_of=AS_OF)
    for employee in before.employee_ids:
        old, new = before.gaps(employee).now, after.gaps(employee).now
        if old is None:
            continue
        for was, now in zip(old.rows, new.rows, strict=True):
            assert (now.gap or 0.0) <= (was.gap or 0.0)


@SLOW
@given(agencies())
def test_scores_are_whole_numbers_of_every_row_alone(tables):
    engine = Engine.fitted(_dataset(tables), as_of=AS_OF)
    for kind in engine.kinds():
        together, _ = engine.scores(kind, engine.employee_ids)
        assert together.dtype == np.int64
        for row, employee in enumerate(engine.employee_ids):
            alone, _ = engine.scores(kind, [employee])
            assert np.array_equal(alone[0], together[row])


@SLOW
@given(agencies())
def test_an_item_alone_gets_the_score_it_gets_among_all(tables):
    engine = Engine.fitted(_dataset(tables), as_of=AS_OF)
    for kind in engine.kinds():
        scores, codes = engine.scores(kind, engine.employee_ids)
        for column, code in enumerate(codes):
            for candidate in engine.candidates(kind, code):
                row = engine.employee_ids.index(candidate.employee_id)
                assert candidate.micro == scores[row, column]
            ranked = [c.micro for c in engine.candidates(kind, code)]
            assert ranked == sorted(ranked, reverse=True)
