"""An office of many, equal in everything that a ranking may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from recommender.batch.stream import rank_everybody
from recommender.engine import Engine
from recommender.fairness import Lists, Report, measure
from recommender.rank import Row
from training_data.dataset import Dataset

AS_OF = date(2026, 1, 5)


def office(people: int = 240, **columns: list[Any]) -> Dataset:
    """People in two posts, every second a woman, every third on the islands."""
    rows = range(people)
    employees: dict[str, list[Any]] = {
        "employee_id": [f"P-{n:04d}" for n in rows],
        "sex": ["LP"[n % 2] for n in rows],
        "location": ["Kepulauan Rekaan" if n % 3 == 0 else "Kota Rekaan" for n in rows],
        "employment": ["PPPK" if n % 6 == 1 else "PNS" for n in rows],
        "birth_date": [date(1975 + n % 25, 1 + n % 12, 5) for n in rows],
        "job_code": ["J-1"] * people,
        "tier": ["jf_ahli_pertama"] * people,
        "grade": ["IX" if n % 6 == 1 else "III/b" for n in rows],
        "education_level": ["S1"] * people,
        "unit_code": ["U-1"] * people,
    }
    return Dataset.of(
        {
            "employees": {**employees, **columns},
            "units": {"unit_code": ["U-1"], "name": ["Dinas Rekaan"], "kind": ["PD"]},
            "competencies": {
                "competency_code": ["T-1", "M-5"],
                "name": ["Rekayasa Lalu Lintas", "Pelayanan Publik"],
                "group": ["T", "M"],
            },
            "jobs": {
                "job_code": ["J-1", "J-2", "J-3"],
                "title": [
                    "Analis Lalu Lintas Ahli Pertama",
                    "Analis Lalu Lintas Ahli Muda",
                    "Penata Layanan",
                ],
                "tier": ["jf_ahli_pertama", "jf_ahli_muda", "pelaksana"],
            },
            "job_requirements": {
                "job_code": ["J-1", "J-1", "J-2", "J-3"],
                "competency_code": ["T-1", "M-5", "T-1", "M-5"],
                "level": [3.0, 2.0, 4.0, 1.0],
            },
            "competency_scores": {
                "employee_id": [f"P-{n:04d}" for n in rows for _ in range(2)],
                "competency_code": ["T-1", "M-5"] * people,
                "level": [1.0, 2.0] * people,
            },
            "trainings": {
                "training_code": ["K-1", "K-2", "K-3"],
                "title": ["Dasar Lalu Lintas", "Lalu Lintas Lanjutan", "Pelayanan Prima"],
                "hours": [24.0, 40.0, 16.0],
                "cost": [1e6, 9e6, None],
            },
            "training_outcomes": {
                "training_code": ["K-1", "K-2", "K-3"],
                "competency_code": ["T-1", "T-1", "M-5"],
                "level_from": [0.0, 2.0, 1.0],
                "level_to": [2.0, 3.0, 2.0],
            },
        }
    )


Hide = Callable[[Row], bool]


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The office, opened."""
    return Engine.fitted(office(), as_of=AS_OF)


@pytest.fixture(scope="session")
def review(engine: Engine) -> Callable[..., Report]:
    """Rank the office, leave out the lines that ``hide`` names, and measure."""

    def run(hide: Hide = lambda line: False, of: Engine = engine, k: int = 10) -> Report:
        gathered = []
        for kind in of.kinds():
            lists = Lists(of, kind, k)
            for ranked in rank_everybody(of, kind, k):
                shown = pa.array([not hide(line) for line in ranked.rows()], pa.bool_())
                lists.add(replace(ranked, lines=ranked.lines.filter(shown)))
            gathered.append(lists)
        return measure(of, gathered)

    return run
