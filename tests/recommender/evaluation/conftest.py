"""Small made-up histories for the evaluation's tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

import pytest

from recommender.evaluation.events import Events
from recommender.evaluation.past import Past
from training_data.dataset import Dataset

Row = tuple[str, str, str | None]


@pytest.fixture
def history() -> Callable[..., Dataset]:
    """Make a dataset from rows of employee, training and date; everything named is listed."""

    def make(
        rows: Sequence[Row],
        *,
        status: Sequence[str | None] | None = None,
        items: Sequence[str] = (),
        employees: Sequence[str] = (),
        jobs: dict[str, str] | None = None,
        **tables: dict[str, list[object]],
    ) -> Dataset:
        people = sorted({r[0] for r in rows} | set(employees))
        catalogue = sorted({r[1] for r in rows} | set(items))
        given = {
            "employees": {
                "employee_id": people,
                "job_code": [(jobs or {}).get(p) for p in people],
            },
            "trainings": {"training_code": catalogue, "title": [f"Kursus {c}" for c in catalogue]},
            "training_history": {
                "employee_id": [r[0] for r in rows],
                "training_code": [r[1] for r in rows],
                "completed_on": [r[2] and datetime.fromisoformat(r[2]) for r in rows],
                "status": list(status or [None] * len(rows)),
            },
        }
        return Dataset.of({**given, **tables})

    return make


@pytest.fixture
def past_from() -> Callable[[Dataset], Past]:
    """Take a whole dataset as the past."""

    def make(dataset: Dataset) -> Past:
        return Past(dataset, Events.of(dataset), date(2026, 1, 1), 0)

    return make
