"""Who somebody is, for the headers of pages and lists."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.snapshot import Snapshot
from training_data import reference


@dataclass(frozen=True)
class Person:
    """What names somebody: post, unit, tier, grade."""

    employee_id: str
    name: str | None
    job_code: str | None
    job_title: str | None
    unit_code: str | None
    unit_name: str | None
    tier: str | None
    grade: str | None
    employment: str | None
    education_level: str | None


def person_of(snapshot: Snapshot, row: int, unit_names: dict[str | None, str | None]) -> Person:
    """Return who the person of a row is.

    Parameters:
        unit_names: names by code, from ``unit_names``, read once for many people.
    """
    table = snapshot.dataset.table("employees")
    own = {
        name: table[name][row].as_py()
        for name in ("name", "job_code", "unit_code", "grade", "employment", "education_level")
    }
    job, tier = int(snapshot.people.job[row]), int(snapshot.people.tier[row])
    return Person(
        employee_id=snapshot.people.index.codes[row],
        **own,
        unit_name=unit_names.get(own["unit_code"]),
        job_title=snapshot.jobs.titles[job] if job >= 0 else None,
        tier=reference.tiers()[tier].code if tier >= 0 else None,
    )


def unit_names(snapshot: Snapshot) -> dict[str | None, str | None]:
    """Return the names of units by code."""
    table = snapshot.dataset.table("units")
    return dict(zip(table["unit_code"].to_pylist(), table["name"].to_pylist(), strict=True))
