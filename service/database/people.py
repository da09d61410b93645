"""Finding people in what was imported: by words, unit, post and tier, a page at a time.

In: filters as a person typed them. Out: a page of rows in the order of names. Whatever is typed
is a value, never a part of a query; the cursor is a ``ref``, so it names nobody's NIP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, or_, select, tuple_

from service.database.engine import reading
from service.database.tables import DATA, employees
from service.errors import StaleCursor
from service.identity import is_nip_shaped

MAX_LIMIT = 200
MAX_WORDS = 100

_jobs, _units = DATA["jobs"], DATA["units"]


@dataclass(frozen=True)
class EmployeeRow:
    """One person of a page."""

    employee_id: str
    ref: str
    name: str | None
    unit_code: str | None
    unit_name: str | None
    job_code: str | None
    job_title: str | None
    tier: str | None
    grade: str | None


@dataclass(frozen=True)
class Page:
    """People found.

    Attributes:
        people: at most as many as asked for, by name.
        next_cursor: where to go on, or None at the end.
        total: how many fit in all.
    """

    people: tuple[EmployeeRow, ...]
    next_cursor: str | None
    total: int


def ref_of(engine: Engine, employee_id: str, agency: str = "") -> str | None:
    """Return how a person is called outside, or None where there is no such person."""
    query = select(employees.c.ref).where(
        employees.c.agency == agency, employees.c.employee_id == employee_id
    )
    with reading(engine) as connection:
        return connection.scalar(query)


def resolve_ref(engine: Engine, ref: str, agency: str = "") -> str | None:
    """Return the employee_id behind a ref; None where unknown, and for anything NIP-shaped."""
    if is_nip_shaped(ref):
        return None
    query = select(employees.c.employee_id).where(
        employees.c.agency == agency, employees.c.ref == ref
    )
    with reading(engine) as connection:
        return connection.scalar(query)


def search_employees(
    engine: Engine,
    agency: str = "",
    *,
    text: str | None = None,
    unit: str | None = None,
    job_title: str | None = None,
    tier: str | None = None,
    within_unit: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return the people who fit every filter that is given, ordered by name.

    Parameters:
        text: part of a name, of the employee_id or of the NIP; capitals do not matter.
        unit: unit code.
        job_title: part of the title of the present post.
        tier: code of the person's tier, or of the post's where the person's is empty.
        within_unit: only people of this unit and those beneath it (the viewer's scope).
        after: ``next_cursor`` of the page before.
        limit: people per page, at most 200.

    Raises:
        StaleCursor: the person the cursor stood for is gone.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    conditions = _conditions(agency, text, unit, job_title, tier, within_unit)
    joined = _joined(agency)
    with reading(engine) as connection:
        total = connection.scalar(select(func.count()).select_from(joined).where(*conditions))
        query = _page(joined).where(*conditions)
        if after is not None:
            place = select(employees.c.name_folded, employees.c.ref).where(
                employees.c.agency == agency, employees.c.ref == after
            )
            found = connection.execute(place).one_or_none()
            if found is None:
                raise StaleCursor("storage.stale_cursor")
            query = query.where(_order() > (found.name_folded or "", found.ref))
        rows = connection.execute(query.limit(limit + 1)).all()
    people = tuple(EmployeeRow(*row) for row in rows[:limit])
    return Page(people, people[-1].ref if len(rows) > limit else None, total or 0)


def unit_tree(engine: Engine, unit_code: str, agency: str = "") -> tuple[str, ...]:
    """Return a unit and all units beneath it, by code; a circle in the tree does no harm."""
    with reading(engine) as connection:
        beneath = connection.scalars(_beneath(unit_code, agency)).all()
    return tuple(sorted({unit_code, *beneath}))


def in_unit(engine: Engine, employee_id: str, unit_code: str, agency: str = "") -> bool:
    """Whether a person works in a unit or beneath it."""
    query = select(employees.c.employee_id).where(
        employees.c.agency == agency,
        employees.c.employee_id == employee_id,
        _within(unit_code, agency),
    )
    with reading(engine) as connection:
        return connection.scalar(query) is not None


def _within(unit_code: str, agency: str) -> ColumnElement[bool]:
    """Return the condition that a person works in a unit or beneath it."""
    return or_(
        employees.c.unit_code == unit_code,
        employees.c.unit_code.in_(_beneath(unit_code, agency)),
    )


def _beneath(unit_code: str, agency: str) -> Select[str]:
    """Return the query for the units beneath a unit."""
    parent = _units.c.parent_code
    children = select(_units.c.unit_code).where(_units.c.agency == agency)
    tree = children.where(parent == unit_code).cte("beneath", recursive=True)
    return select(tree.union(children.where(parent == tree.c.unit_code)).c.unit_code)


def _conditions(
    agency: str,
    text: str | None,
    unit: str | None,
    job_title: str | None,
    tier: str | None,
    within_unit: str | None,
) -> list[ColumnElement[bool]]:
    """Return one condition per filter that is given."""
    conditions: list[ColumnElement[bool]] = [employees.c.agency == agency]
    for word in (text or "").casefold()[:MAX_WORDS].split():
        conditions.append(
            or_(
                employees.c.name_folded.contains(word, autoescape=True),
                func.lower(employees.c.employee_id).contains(word, autoescape=True),
                employees.c.nip.contains(word, autoescape=True),
            )
        )
    for word in (job_title or "").casefold()[:MAX_WORDS].split():
        conditions.append(func.lower(_jobs.c.title).contains(word, autoescape=True))
    if unit:
        conditions.append(employees.c.unit_code == unit)
    if tier:
        conditions.append(func.coalesce(employees.c.tier, _jobs.c.tier) == tier)
    if within_unit is not None:
        conditions.append(_within(within_unit, agency))
    return conditions


def _joined(agency: str) -> Any:
    """Return people beside their posts and units."""
    same_job = (_jobs.c.agency == agency) & (_jobs.c.job_code == employees.c.job_code)
    same_unit = (_units.c.agency == agency) & (_units.c.unit_code == employees.c.unit_code)
    return employees.outerjoin(_jobs, same_job).outerjoin(_units, same_unit)


def _order() -> Any:
    """Return the order of pages: by name, then by ref; both are never empty."""
    return tuple_(func.coalesce(employees.c.name_folded, ""), employees.c.ref)


def _page(joined: Any) -> Select[Any]:
    """Return the query for the columns of ``EmployeeRow`` in page order."""
    columns: Sequence[Any] = (
        employees.c.employee_id,
        employees.c.ref,
        employees.c.name,
        employees.c.unit_code,
        _units.c.name,
        employees.c.job_code,
        _jobs.c.title,
        func.coalesce(employees.c.tier, _jobs.c.tier),
        employees.c.grade,
    )
    return select(*columns).select_from(joined).order_by(*_order().clauses)
