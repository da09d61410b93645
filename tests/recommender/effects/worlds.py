"""A made-up office in which every rise is known: one course works, one does nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from recommender.effects import Effects
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 1, 5)
LEVELS = (1.0, 1.5, 2.0, 2.5)
ERRORS = (0.25, -0.25, 0.0, 0.25, 0.0, -0.25)
GROUPS = ("NONE", "WORKS", "NOTHING")
Tables = dict[str, dict[str, list[Any]]]


def office(
    each: int = 24,
    *,
    noise: float = 1.0,
    share: float = 0.6,
    growth: float = 0.0,
    source_after: str = "assessment_centre",
    order: list[int] | None = None,
) -> Tables:
    """Return people in three groups: without training, with one that works, with one that does not.

    Parameters:
        each: people in each group.
        noise: by how much the errors of scores are multiplied.
        share: of the missing levels that WORKS closes.
        growth: levels everybody gains between both assessments.
        order: in which the score rows come.
    """
    people = [f"p{n:04}" for n in range(each * len(GROUPS))]
    scores: list[tuple[str, float, datetime, str]] = []
    took: list[tuple[str, str]] = []
    for n, person in enumerate(people):
        group, place = GROUPS[n % len(GROUPS)], n // len(GROUPS)
        level = LEVELS[place % len(LEVELS)]
        after = level + growth + (share * (4.0 - level) if group == "WORKS" else 0.0)
        # Errors of both scores are balanced over the levels and alike in all groups.
        errors = [noise * ERRORS[(place // 4 + k * place) % len(ERRORS)] for k in (0, 1)]
        scores.append((person, level + errors[0], datetime(2023, 3, 1), "assessment_centre"))
        scores.append((person, min(after + errors[1], 5.0), datetime(2024, 3, 1), source_after))
        if group != "NONE":
            took.append((person, group))
    scores = [scores[n] for n in order] if order else scores
    return {
        "employees": {"employee_id": people, "job_code": ["A"] * len(people)},
        "jobs": {"job_code": ["A"], "title": ["Analis"]},
        "job_requirements": {"job_code": ["A"], "competency_code": ["T.A"], "level": [4.0]},
        "competencies": {"competency_code": ["T.A"], "name": ["Analisis"], "group": ["T"]},
        "trainings": {
            "training_code": ["NEW", "NOTHING", "WORKS"],
            "title": ["Baru", "Seminar", "Praktik"],
        },
        "training_outcomes": {
            "training_code": ["NEW", "NOTHING", "WORKS"],
            "competency_code": ["T.A"] * 3,
            "level_from": [0.0] * 3,
            "level_to": [4.0] * 3,
        },
        "competency_scores": {
            "employee_id": [s[0] for s in scores],
            "competency_code": ["T.A"] * len(scores),
            "level": [s[1] for s in scores],
            "assessed_on": [s[2] for s in scores],
            "source": [s[3] for s in scores],
        },
        "training_history": {
            "employee_id": [t[0] for t in took],
            "training_code": [t[1] for t in took],
            "completed_on": [datetime(2023, 9, 1)] * len(took),
        },
    }


def effects_of(tables: Tables) -> Effects:
    """Fit the effects of tables on the day of the tests."""
    return Effects.fit(Snapshot.of(Dataset.of(tables), AS_OF), load_rules(AS_OF))


def lowest_sent(each: int = 120) -> Tables:
    """Return people assessed three times, whose lower half was sent to NOTHING before the last.

    Who was sent is truly lower by 0.8, though all hold the same post; errors are alike in both.
    """
    tables = office(1)
    people = [f"p{n:04}" for n in range(2 * each)]
    scores: dict[str, list[Any]] = {name: [] for name in tables["competency_scores"]}
    for n, person in enumerate(people):
        place, level = n // 2, 1.5 + 0.8 * (n % 2)
        for k, year in enumerate((2022, 2023, 2024)):
            error = ERRORS[(place + k * (1 + place // 6) + k * k * (place // 36)) % len(ERRORS)]
            row = (person, "T.A", level + 2 * error, datetime(year, 3, 1), "assessment_centre")
            for column, value in zip(scores.values(), row, strict=True):
                column.append(value)
    tables["employees"] = {"employee_id": people, "job_code": ["A"] * len(people)}
    tables["competency_scores"] = scores
    tables["training_history"] = {
        "employee_id": people[::2],
        "training_code": ["NOTHING"] * each,
        "completed_on": [datetime(2023, 9, 1)] * each,
    }
    return tables
