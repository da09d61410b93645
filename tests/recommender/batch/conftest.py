"""A little agency whose batch has several shards."""

from __future__ import annotations

from datetime import date

import pytest

from recommender import artifact
from recommender.batch.work import Task
from recommender.engine import Engine
from training_data.dataset import Dataset

AS_OF = date(2026, 1, 5)
PEOPLE = 90
SIZE = 16


def agency() -> Dataset:
    """Return people with differing levels, posts and histories; one id has a comma in it."""
    ids = [f"P-{n:03d}" for n in range(PEOPLE - 1)] + ['Z,"9"']
    jobs = ["J1", "J2", "J3"]
    return Dataset.of(
        {
            "employees": {"employee_id": ids, "job_code": [jobs[n % 3] for n in range(PEOPLE)]},
            "jobs": {"job_code": jobs, "title": ["Analis", "Penyuluh", "Pengelola"]},
            "job_requirements": {
                "job_code": ["J1", "J1", "J2", "J3"],
                "competency_code": ["T.1", "M.5", "M.5", "T.1"],
                "level": [4.0, 2.0, 4.0, 2.0],
            },
            "competency_scores": {
                "employee_id": [one for one in ids for _ in "ab"],
                "competency_code": ["T.1", "M.5"] * PEOPLE,
                "level": [float(n % 5) for n in range(2 * PEOPLE)],
            },
            "trainings": {
                "training_code": ["A", "B", "C"],
                "title": ["Data dasar", "Data lanjutan", "Pelayanan prima"],
            },
            "training_outcomes": {
                "training_code": ["A", "B", "C"],
                "competency_code": ["T.1", "T.1", "M.5"],
                "level_to": [2.0, 4.0, 3.0],
            },
            "training_history": {
                "employee_id": ids[::4],
                "training_code": [["A", "C"][n % 2] for n in range(len(ids[::4]))],
            },
        }
    )


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine.fitted(agency(), as_of=AS_OF)


@pytest.fixture(scope="session")
def task(engine, tmp_path_factory) -> Task:
    """Where workers find the agency and its model."""
    folder = tmp_path_factory.mktemp("workers")
    engine.dataset.write(folder / "data")
    artifact.save(engine.model, folder / "model")
    return Task("training", 3, AS_OF, str(folder / "data"), str(folder / "model"), None)
