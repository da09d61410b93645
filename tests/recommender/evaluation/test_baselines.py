from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from recommender.evaluation.baselines import TRAINING_BASELINES, neighbours
from recommender.evaluation.baselines.content import CONTENT
from recommender.evaluation.baselines.neighbours import EASE, ITEM_KNN
from recommender.evaluation.baselines.popularity import (
    POPULARITY,
    POPULARITY_IN_JOB,
    POPULARITY_RECENT,
    RANDOM,
)
from recommender.evaluation.baselines.sequence import FORWARD
from recommender.evaluation.baselines.vendors import ODOO, SAP, odoo_match, sap_match

EVERYBODY = np.array([0, 1, 2])


def test_popularity_counts_people_and_not_repeats(history, past_from):
    past = past_from(
        history([("ani", "A", "2025-01-01"), ("ani", "A", "2025-02-01"), ("budi", "B", None)])
    )
    scores = POPULARITY.fit(past, {})(np.array([0]))
    assert scores.tolist() == [[1, 1]]


def test_recent_popularity_halves_an_event_with_each_half_life(history, past_from):
    past = past_from(history([("ani", "A", "2026-01-02"), ("ani", "B", "2025-12-03")]))
    scores = POPULARITY_RECENT.fit(past, {"half_life": 30})(np.array([0]))
    assert scores[0] == pytest.approx([1.0, 0.5])


def test_popularity_in_the_job_prefers_what_colleagues_took(history, past_from):
    rows = [("ani", "A", None), ("budi", "A", None), ("citra", "B", None), ("dewi", "B", None)]
    rows += [("eka", "B", None)]
    jobs = {"ani": "GURU", "budi": "GURU", "citra": "ANALIS"}
    past = past_from(history(rows, jobs=jobs, employees=["fajar"]))
    scores = POPULARITY_IN_JOB.fit(past, {"damping": 1})(np.arange(6))
    assert scores[0, 0] == pytest.approx((2 + 2 / 5) / 3)
    assert scores[0, 0] > scores[0, 1]
    assert scores[2, 1] > scores[2, 0]
    assert scores[5] == pytest.approx([2 / 5, 3 / 5])


def test_random_is_the_same_for_a_person_whatever_the_batch(history, past_from):
    past = past_from(history([(p, c, None) for p in ("ani", "budi") for c in "ABCDE"]))
    score = RANDOM.fit(past, {})
    assert (score(np.array([1]))[0] == score(np.array([0, 1]))[1]).all()
    assert (score(np.array([0]))[0] != score(np.array([1]))[0]).all()


def test_item_knn_is_the_cosine_of_shared_people(history, past_from):
    rows = [("ani", "A", None), ("ani", "B", None), ("budi", "A", None), ("citra", "C", None)]
    scores = ITEM_KNN.fit(past_from(history(rows)), {"k": 20})(EVERYBODY)
    assert scores[1].tolist() == pytest.approx([0.0, 1 / np.sqrt(2), 0.0])


def test_item_knn_keeps_only_the_strongest_neighbours(history, past_from):
    rows = [(p, c, None) for p in ("ani", "budi") for c in "AB"] + [("ani", "C", None)]
    scores = ITEM_KNN.fit(past_from(history(rows)), {"k": 1})(np.array([1]))
    # Every column keeps one neighbour: A keeps B, and C keeps A (a tie goes to the lower code).
    assert scores[0].tolist() == pytest.approx([1.0, 1.0, 1 / np.sqrt(2)])


def test_ease_solves_its_penalised_regression(history, past_from):
    rng = np.random.default_rng(5)
    taken = rng.random((12, 5)) < 0.5
    rows = [(f"p{e:02d}", "ABCDE"[i], None) for e, i in zip(*np.nonzero(taken), strict=True)]
    past = past_from(history(rows, items=list("ABCDE"), employees=[f"p{e:02d}" for e in range(12)]))
    x, penalty = taken.astype(float), 3.0
    weights = np.zeros((5, 5))
    for item in range(5):  # ridge regression of each item on the others
        others = [i for i in range(5) if i != item]
        gram = x[:, others].T @ x[:, others] + penalty * np.eye(4)
        weights[others, item] = np.linalg.solve(gram, x[:, others].T @ x[:, item])
    found = EASE.fit(past, {"penalty": penalty})(np.arange(12))
    assert found == pytest.approx(x @ weights, abs=1e-9)


def test_ease_reads_only_what_anybody_took_and_loses_nothing_by_it(history, past_from):
    rows = [(p, c, None) for p, c in zip("abcdabca", "ABCABCCD", strict=True)]
    small = EASE.fit(past_from(history(rows)), {"penalty": 2.0})(np.arange(4))
    more = EASE.fit(past_from(history(rows, items=["0", "X", "Y"])), {"penalty": 2.0})
    found = more(np.arange(4))
    assert found[:, [0, 5, 6]].tolist() == [[0.0] * 3] * 4
    assert found[:, 1:5] == pytest.approx(small, abs=1e-12)


def test_of_a_very_large_catalogue_ease_reads_the_most_taken(history, past_from, monkeypatch):
    monkeypatch.setattr(neighbours, "MOST_ITEMS", 2)
    rows = [(p, c, None) for p in "abc" for c in "AB"] + [("a", "C", None)]
    past = past_from(history(rows))
    scores = EASE.fit(past, {"penalty": 1.0})(np.arange(3))
    assert (scores[:, :2] > 0).all()
    assert scores[:, 2].tolist() == [0.0, 0.0, 0.0]


def test_forward_transitions_follow_the_order_and_forget_with_distance(history, past_from):
    rows = [("ani", c, f"2025-01-0{n}") for n, c in enumerate("ABC", 1)]
    past = past_from(history([*rows, ("budi", "A", "2025-01-01")]))
    params = {"window": 2, "decay": 0.5, "recency": 0.5, "popularity": 0.0}
    scores = FORWARD.fit(past, params)(np.array([1, 0]))
    assert scores[0].tolist() == pytest.approx([0.0, 1 / 1.5, 0.5 / 1.5])
    # ani's latest is C (nothing follows), then B (C follows), then A
    expected_c = 0.5 * 1.0 + 0.25 * (0.5 / 1.5)
    assert scores[1].tolist() == pytest.approx([0.0, 0.25 / 1.5, expected_c])


def test_forward_transitions_ignore_undated_events(history, past_from):
    past = past_from(history([("ani", c, None) for c in "ABC"]))
    assert not FORWARD.applies(past)


def test_content_prefers_trainings_with_the_same_words(history, past_from):
    trainings = {
        "training_code": ["A", "B", "C"],
        "title": ["Rekayasa lalu lintas", "Lalu lintas lanjutan", "Menata arsip"],
    }
    past = past_from(
        history([("ani", "A", None)], items=["B", "C"], employees=["budi"], trainings=trainings)
    )
    scores = CONTENT.fit(past, {"post": 0.3})(np.array([0]))
    assert scores[0, 1] > scores[0, 2] == 0.0


def test_content_reads_the_post_of_a_person_without_history(history, past_from):
    data = history(
        [("ani", "A", None), ("ani", "B", None)],
        jobs={"budi": "ARSIPARIS"},
        employees=["budi"],
        trainings={"training_code": ["A", "B"], "title": ["Lalu lintas", "Menata arsip"]},
    )
    posts = pa.table({"job_code": ["ARSIPARIS"], "title": ["Penata arsip"]})
    scores = CONTENT.fit(past_from(data.replace(jobs=posts)), {"post": 0.3})(np.array([1]))
    assert scores[0, 1] > scores[0, 0] == 0.0


@pytest.fixture
def office(history):
    return history(
        [("ani", "OLD", None)],
        items=["HUKUM", "LAYAN"],
        jobs={"ani": "J", "budi": "J"},
        employees=["budi"],
        job_requirements={
            "job_code": ["J", "J"],
            "competency_code": ["C.H", "C.L"],
            "level": [3.0, 2.0],
        },
        competencies={
            "competency_code": ["C.H", "C.L"],
            "name": ["Hukum", "Layanan"],
            "max_level": [5.0, 4.0],
        },
        competency_scores={
            "employee_id": ["ani", "ani", "ani", "budi"],
            "competency_code": ["C.H", "C.H", "C.H", "C.H"],
            "assessed_on": [None, datetime(2025, 1, 1), datetime(2020, 1, 1), None],
            "source": ["self", "cact", "cact", "self"],
            "level": [0.0, 2.0, 1.0, 5.0],
        },
        training_outcomes={
            "training_code": ["HUKUM", "LAYAN"],
            "competency_code": ["C.H", "C.L"],
            "level_to": [3.0, 1.0],
        },
    )


def test_sap_takes_an_unrated_skill_as_a_gap_without_limit(office, past_from):
    scores = SAP.fit(past_from(office), {})(np.array([0, 1]))
    # columns HUKUM, LAYAN, OLD; ani has level 2 of 3 in law; nobody is rated in service
    assert scores.tolist() == [[1.0, 4.0, 0.0], [0.0, 4.0, 0.0]]


def test_odoo_takes_an_unrated_skill_as_level_zero(office, past_from):
    scores = ODOO.fit(past_from(office), {})(np.array([0, 1]))
    assert scores.tolist() == [pytest.approx([0.2, 0.2, 0.0]), pytest.approx([0.0, 0.2, 0.0])]


def test_odoos_match_lets_a_surplus_hide_a_missing_must_have():
    level, required = np.array([[100.0, 0.0]]), np.array([[50.0, 50.0]])
    assert odoo_match(level, required).tolist() == [[1.0]]


def test_saps_match_counts_attributes_met_among_one_more_than_asked():
    level = np.array([[3.0, np.nan, 1.0]])
    required = np.array([[2.0, 1.0, np.nan]])
    assert sap_match(level, required)[0, 0] == pytest.approx(0.8 * 1 / 3)


def test_vendor_formulas_need_standards(history, past_from):
    past = past_from(history([("ani", "A", None)]))
    assert not SAP.applies(past)
    assert not ODOO.applies(past)


def test_every_baseline_scores_the_whole_catalogue_in_blocks_of_any_size(office, past_from):
    past = past_from(office)
    for method in TRAINING_BASELINES:
        if method.applies(past):
            score = method.fit(past, method.grid[0])
            whole = score(np.array([0, 1]))
            assert whole.shape == (2, 3), method.name
            for row in (0, 1):
                assert np.allclose(score(np.array([row]))[0], whole[row]), method.name
