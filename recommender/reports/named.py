"""Whom vacancies filled together name, and the columns by which a list of them is read again.

In: nothing. Out: ``Vacant`` and ``Listed``, which a page makes of the rows of an allocation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recommender.reports.tables import column

VACANCY, REF, CHOICE, REASON = (
    column("vacancy", width=14),
    column("ref", width=18),
    column("panel_choice", width=16),
    column("panel_reason", width=34),
)
"""What a filled list is read by: which vacancy, whom, what the panel thinks, and why."""


@dataclass(frozen=True)
class Listed:
    """Somebody named for a vacancy.

    Attributes:
        ref: by which pages and answers name the person.
        chosen, elsewhere: proposed for it, or for another vacancy.
        confirm: the rules leave something to confirm.
        ready, ready_on: group of readiness, and the day; ``None`` where nobody asked.
    """

    employee_id: str
    ref: str
    chosen: bool
    elsewhere: bool
    confirm: bool
    ready: str | None = None
    ready_on: date | None = None


@dataclass(frozen=True)
class Vacant:
    """A vacancy with the people named for it; ``item`` is the code of the post."""

    code: str
    item: str
    title: str
    people: tuple[Listed, ...]
