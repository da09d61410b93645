"""Key posts: which posts of an agency somebody has to stand ready for, and how they are held.

In: what was known on a day. Out: ``KeyPost`` values, one per unit and post: the post that heads the
unit, every managerial post that somebody holds there, and managerial vacancies that are open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommender.columns import UNKNOWN
from recommender.eligibility.tiers import LOWEST_OFFICE, MANAGERIAL
from recommender.snapshot import Snapshot
from training_data import reference

ACTING = ("plt", "plh", "pj")
"""Assignments by which somebody stands in for a post."""

Place = tuple[str | None, str]
"""A unit and a post."""


@dataclass(frozen=True)
class KeyPost:
    """One post of one unit.

    Attributes:
        unit, job: their codes; ``tier`` the code of the post's tier.
        heads: whether it heads the unit.
        holders: employee ids of who holds it by appointment.
        acting: employee ids of who stands in for it.
        vacant: a seat of it is open; ``stand_in`` whether somebody is said to act meanwhile.
        vacant_since: where that is recorded.
    """

    unit: str | None
    job: str
    title: str
    tier: str | None
    heads: bool
    holders: tuple[str, ...] = ()
    acting: tuple[str, ...] = ()
    vacant: bool = False
    stand_in: bool = False
    vacant_since: date | None = None

    @property
    def rank(self) -> int:
        """How high the post stands: the smaller the higher; posts that lead nobody come last."""
        steps = {t.code: t.step for t in reference.tiers() if t.ladder == MANAGERIAL}
        return -steps.get(self.tier or "", 0)


def key_posts(snapshot: Snapshot) -> tuple[KeyPost, ...]:
    """Return the key posts of an agency, highest tier first, then by unit and post."""
    jobs = snapshot.jobs
    tiers = [t.code for t in reference.tiers()]
    tier_of = {
        code: tiers[tier] if tier >= 0 else None
        for code, tier in zip(jobs.index.codes, jobs.tier.tolist(), strict=True)
    }
    leading = _leading()
    heads = _heads(snapshot)
    open_ = {place: row for place, row in _open(snapshot) if tier_of.get(place[1]) in leading}
    acting = _acting(snapshot)
    holders: dict[Place, list[str]] = {}
    for place, employee in _held(snapshot):
        holders.setdefault(place, []).append(employee)
    for place, head in heads.items():
        # The head of a school may hold another post by appointment and lead the unit beside it.
        if head is not None and head not in acting.get(place, ()) and place not in holders:
            holders[place] = [head]
    managed = {place for place in holders if tier_of.get(place[1]) in leading}
    found = []
    for place in {*heads, *managed, *open_}:
        unit, job = place
        if job not in tier_of:
            continue
        row = open_.get(place)
        own = tuple(e for e in holders.get(place, ()) if e not in acting.get(place, ()))
        vacant = row is not None or not own
        found.append(
            KeyPost(
                unit=unit,
                job=job,
                title=jobs.titles[jobs.index.rows[job]],
                tier=tier_of[job],
                heads=place in heads,
                holders=own,
                acting=tuple(sorted(acting.get(place, ()))),
                vacant=vacant,
                stand_in=row is not None and bool(row["acting"]),
                vacant_since=None if row is None else row["vacant_since"],
            )
        )
    return tuple(sorted(found, key=lambda p: (p.rank, p.unit or "", p.job)))


def _leading() -> set[str]:
    """Return the tiers of posts that lead others."""
    tiers = reference.tiers()
    return {t.code for t in tiers if t.ladder == MANAGERIAL and t.step >= LOWEST_OFFICE}


def _heads(snapshot: Snapshot) -> dict[Place, str | None]:
    """Return the post that heads each unit, with its holder where one is recorded."""
    columns = ["unit_code", "head_job_code", "head_employee_id"]
    rows = snapshot.dataset.table("units").select(columns).to_pylist()
    known = snapshot.people.index.rows
    return {
        (row["unit_code"], row["head_job_code"]): row["head_employee_id"]
        if row["head_employee_id"] in known
        else None
        for row in rows
        if row["head_job_code"]
    }


def _held(snapshot: Snapshot) -> Iterator[tuple[Place, str]]:
    """Yield everybody's unit and post."""
    people, jobs, units = snapshot.people, snapshot.jobs.index.codes, snapshot.units.codes
    for row, (job, unit) in enumerate(zip(people.job.tolist(), people.unit.tolist(), strict=True)):
        if job != UNKNOWN:
            yield (units[unit] if unit != UNKNOWN else None, jobs[job]), people.index.codes[row]


def _acting(snapshot: Snapshot) -> dict[Place, set[str]]:
    """Return who stands in for a post on the day."""
    table, today = snapshot.dataset.table("job_history"), snapshot.as_of
    columns = ["employee_id", "job_code", "unit_code", "assignment", "from_date", "to_date"]
    found: dict[Place, set[str]] = {}
    for row in _running(table.select(columns).to_pylist(), "from_date", "to_date", today):
        known = row["employee_id"] in snapshot.people.index.rows
        if known and row["job_code"] and row["assignment"] in ACTING:
            found.setdefault((row["unit_code"], row["job_code"]), set()).add(row["employee_id"])
    return found


def _open(snapshot: Snapshot) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the vacancies that are open, or whose post is vacant already."""
    table = snapshot.dataset.table("vacancies")
    columns = ["job_code", "unit_code", "opens_on", "closes_on", "vacant_since", "acting"]
    rows = table.select(columns).to_pylist()
    for row in rows:
        row["from"] = row["vacant_since"] or row["opens_on"]
    for row in _running(rows, "from", "closes_on", snapshot.as_of):
        yield (row["unit_code"], row["job_code"]), row


def _running(
    rows: Iterable[dict[str, Any]], begin: str, end: str, today: date
) -> Iterator[dict[str, Any]]:
    for row in rows:
        begun = row[begin] is None or row[begin] <= today
        if begun and (row[end] is None or row[end] >= today):
            yield row
