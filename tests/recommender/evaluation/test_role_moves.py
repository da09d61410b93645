"""Roles judged by the moves people made after a day, which no method may see."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from recommender.errors import NothingToEvaluate
from recommender.evaluation.moves import moves_case
from recommender.evaluation.run import evaluate
from training_data.dataset import Dataset

DAY = date(2026, 1, 5)


def city(after: int = 1) -> Dataset:
    """Sixty people of twelve posts who moved on by one post, the later ones by ``after`` posts."""
    codes = [f"J{n:02d}" for n in range(12)]
    rows, people = [], {"employee_id": [], "job_code": [], "target_job_code": []}
    for n in range(60):
        later = n >= 48
        first, second = codes[n % 12], codes[(n + (after if later else 1)) % 12]
        day = date(2020, 1, 1) if later else date(2012, 1, 1 + n // 2)
        rows += [(f"p{n:02d}", first, date(2010, 1, 1)), (f"p{n:02d}", second, day)]
        people["employee_id"].append(f"p{n:02d}")
        people["job_code"].append(second)
        people["target_job_code"].append(second)
    draws = np.random.default_rng(5)
    asked = [(code, f"K{c}", float(draws.integers(1, 6))) for code in codes for c in range(4)]
    return Dataset.of(
        {
            "employees": people,
            "jobs": {"job_code": codes, "title": codes},
            "job_history": _columns(("employee_id", "job_code", "from_date"), rows),
            "job_requirements": _columns(("job_code", "competency_code", "level"), asked),
        }
    )


def _columns(names: tuple[str, ...], rows: list[tuple]) -> dict[str, list]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def test_what_is_to_be_foreseen_is_nowhere_in_what_a_method_reads():
    one, other = moves_case(city(after=1), DAY, 0), moves_case(city(after=3), DAY, 0)
    assert one.task.dataset.content_hash == other.task.dataset.content_hash
    assert np.array_equal(one.task.sources, other.task.sources)
    assert not np.array_equal(one.truth.gains.toarray(), other.truth.gains.toarray())
    assert one.task.gains.nnz == 0
    held = one.task.dataset.table("employees")
    assert held["job_code"].to_pylist()[48:] == [f"J{n % 12:02d}" for n in range(48, 60)]
    assert set(held["target_job_code"].to_pylist()) == {None}


def test_moves_judge_roles_where_no_good_moves_are_known():
    report = evaluate(city(), kind="role", as_of=DAY, k=3)
    assert report.protocol["split"] == "moves"
    assert report.protocol["cut"] < "2020-01-01"
    assert report.sizes["all"] == 12
    assert report.value("transitions", "hit_rate@3") == 1.0
    assert report.value("selaras", "hit_rate@3") > report.value("cosine", "hit_rate@3")
    assert "## All employees who moved (12)" in report.as_markdown("en")
    assert "yang pindah" in report.as_markdown("id")
    assert "jabatan asal" not in report.as_markdown("id")


def test_known_good_moves_are_judged_without_the_histories_they_may_come_from():
    pairs = {"role_pairs": {"source_job": ["J00"], "target_job": ["J01"]}}
    dataset = city().replace(role_pairs=Dataset.of(pairs).table("role_pairs"))
    report = evaluate(dataset, kind="role", as_of=DAY, k=3)
    assert report.protocol["split"] == "pairs"
    assert "transitions" not in report.groups["all"]


def test_a_history_without_moves_judges_nothing():
    silent = city().replace(job_history=city().table("job_history").slice(0, 0))
    with pytest.raises(NothingToEvaluate):
        moves_case(silent, DAY, 0)
