from datetime import date

import numpy as np
import pytest

from recommender.errors import NothingToEvaluate
from recommender.evaluation.baselines.roles import ROLE_BASELINES
from recommender.evaluation.roles import role_case
from recommender.evaluation.run import evaluate
from training_data.dataset import Dataset

DAY = date(2026, 1, 1)
METHODS = {method.name: method for method in ROLE_BASELINES}


def framework(**tables) -> Dataset:
    """Four posts over three competencies: A and B alike, C asks little, D asks for nothing."""
    levels = {"A": (4.0, 3.0, None), "B": (4.0, 4.0, 1.0), "C": (None, 1.0, None)}
    rows = [
        (job, f"K{place}", level)
        for job, own in levels.items()
        for place, level in enumerate(own)
        if level is not None
    ]
    given = {
        "jobs": {
            "job_code": ["A", "B", "C", "D"],
            "title": ["Rahasia satu", "Rahasia dua", "Rahasia tiga", "Rahasia empat"],
            "description": ["Menata arsip", "Menata arsip kota", "Menyapu jalan", None],
        },
        "job_requirements": {
            "job_code": [r[0] for r in rows] + ["D"],
            "competency_code": [r[1] for r in rows] + ["K0"],
            "level": [r[2] for r in rows] + [None],
        },
        "role_pairs": {
            "source_job": ["A", "A", "B", "D"],
            "target_job": ["B", "D", "A", "A"],
            "gain": [None, 1.0, 1.0, 1.0],
        },
    }
    return Dataset.of({**given, **tables})


def test_candidates_are_the_posts_that_ask_for_a_level():
    assert role_case(framework(), DAY, 0).task.jobs == ("A", "B", "C")


def test_pairs_with_a_post_without_levels_count_neither_as_source_nor_as_truth():
    case = role_case(framework(), DAY, 0)
    assert [case.task.jobs[s] for s in case.task.sources] == ["A", "B"]
    assert case.truth.gains.toarray().tolist() == [[0, 1, 0], [1, 0, 0]]


def test_methods_read_neither_the_known_moves_nor_the_titles():
    task = role_case(framework(), DAY, 0).task
    assert not task.dataset.has("role_pairs")
    assert set(task.dataset.table("jobs")["title"].to_pylist()) == {"-"}


def test_a_source_is_a_person_with_exactly_the_levels_of_the_post():
    task = role_case(framework(), DAY, 0).task
    assert np.array_equal(task.levels[0], [4.0, 3.0, np.nan], equal_nan=True)


def test_a_pair_of_a_post_with_itself_or_without_gain_is_no_truth():
    pairs = {"source_job": ["A", "B"], "target_job": ["A", "C"], "gain": [1.0, 0.0]}
    with pytest.raises(NothingToEvaluate):
        role_case(framework(role_pairs=pairs), DAY, 0)


def test_the_smallest_deficit_prefers_the_post_that_asks_for_little():
    scores = METHODS["smallest_deficit"].score(role_case(framework(), DAY, 0).task)
    assert scores[0].tolist() == [0.0, -2.0, 0.0]


def test_the_cosine_prefers_the_post_that_is_alike():
    task = role_case(framework(), DAY, 0).task
    scores = METHODS["cosine"].score(task)
    assert scores[0, 1] == pytest.approx(28 / (5 * np.sqrt(33)))
    assert scores[0, 1] > scores[0, 2] == pytest.approx(0.6)


def test_a_column_without_spread_adds_nothing_to_the_z_scored_cosine():
    same = framework(
        job_requirements={
            "job_code": ["A", "B", "C", "A", "B", "C"],
            "competency_code": ["K0", "K0", "K0", "K1", "K1", "K1"],
            "level": [2.0, 2.0, 2.0, 1.0, 1.0, 3.0],
        }
    )
    scores = METHODS["cosine_z"].score(role_case(same, DAY, 0).task)
    assert scores[0] == pytest.approx([1.0, 1.0, -1.0])


def test_one_holder_per_post_is_no_popularity():
    people = {"employee_id": ["ani", "budi"], "job_code": ["A", "B"]}
    task = role_case(framework(employees=people), DAY, 0).task
    assert not METHODS["popularity"].applies(task)
    more = {"employee_id": ["ani", "budi", "eka"], "job_code": ["A", "B", "B"]}
    task = role_case(framework(employees=more), DAY, 0).task
    assert METHODS["popularity"].applies(task)
    assert METHODS["popularity"].score(task)[0].tolist() == [1, 2, 0]


def test_the_report_ranks_all_candidates_but_the_source():
    report = evaluate(framework(), kind="role", as_of=DAY, k=1, methods=ROLE_BASELINES)
    assert report.sizes == {"all": 2, "warm": 0, "cold": 0}
    assert report.value("cosine", "ndcg@1") == 1.0
    assert report.value("smallest_deficit", "hit_rate@1") == 0.5
    assert report.value("cosine", "coverage@1") == pytest.approx(2 / 3)


def test_the_engine_is_judged_by_the_same_lines():
    report = evaluate(framework(), kind="role", as_of=DAY, k=1)
    assert report.value("selaras", "ndcg@1") == 1.0
    assert report.protocol["titles_hidden"] is True


def test_graded_gains_are_used_as_they_are():
    pairs = {"source_job": ["A", "A"], "target_job": ["B", "C"], "gain": [1.0, 3.0]}
    report = evaluate(
        framework(role_pairs=pairs), kind="role", as_of=DAY, k=2, methods=[METHODS["cosine"]]
    )
    expected = (1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))
    assert report.value("cosine", "ndcg@2") == pytest.approx(expected)
