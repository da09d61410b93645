"""The queue of names: found at each import, listed and decided by people.

In: names that matching left open, and what people say about them. Out: pages of the queue. A name
stays in the queue's table when it is decided, so that undoing brings it back at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from service.auditing import Actor
from service.database.audit import append
from service.database.engine import reading, writing
from service.database.tables import DATA, name_decision, name_waiting
from service.naming import NameMatch, NameState, Progress, Proposed, Ruling, UnknownName, as_json

LISTS = {
    "training": ("trainings", "training_code", "title"),
    "job": ("jobs", "job_code", "title"),
    "unit": ("units", "unit_code", "name"),
}
"""Kind of a name → table, code and title of its list; fields of study have none of their own."""

_BOTH = and_(
    name_waiting.c.agency == name_decision.c.agency,
    name_waiting.c.kind == name_decision.c.kind,
    name_waiting.c.key == name_decision.c.key,
)


def replace_waiting(engine: Engine, agency: str, names: Sequence[NameMatch]) -> None:
    """Put the names that wait now in place of those before; decisions stay."""
    rows = [
        {
            "agency": agency,
            "kind": one.kind,
            "key": one.key,
            "name": one.name,
            "rows": one.rows or 0,
            "people": one.people or 0,
            "proposed": [as_json(each) for each in one.proposed],
        }
        for one in names
    ]
    with writing(engine) as connection:
        connection.execute(delete(name_waiting).where(name_waiting.c.agency == agency))
        if rows:
            connection.execute(insert(name_waiting), rows)


def progress(engine: Engine, agency: str, kind: str | None = None) -> Progress:
    """Return how many names wait and were decided."""
    waits = (
        select(func.count(), func.coalesce(func.sum(name_waiting.c.people), 0))
        .select_from(name_waiting.outerjoin(name_decision, _BOTH))
        .where(name_waiting.c.agency == agency, name_decision.c.key.is_(None))
    )
    confirmed = case((name_decision.c.code.is_not(None), 1), else_=0)
    decided = select(func.count(), func.coalesce(func.sum(confirmed), 0)).where(
        name_decision.c.agency == agency
    )
    if kind is not None:
        waits = waits.where(name_waiting.c.kind == kind)
        decided = decided.where(name_decision.c.kind == kind)
    with reading(engine) as connection:
        waiting, people = connection.execute(waits).one()
        every, sure = connection.execute(decided).one()
    return Progress(waiting, int(sure), every - int(sure), int(people))


def names(
    engine: Engine,
    agency: str,
    state: NameState,
    kind: str | None,
    key: str,
    first: int,
    limit: int,
) -> list[NameMatch]:
    """Return a page of names, those that concern most people first.

    Parameters:
        key: part of the spelling key; empty for all.
    """
    query = _waiting(agency) if state == "waiting" else _decided(agency, state)
    columns = query.selected_columns
    if kind is not None:
        query = query.where(columns["kind"] == kind)
    if key:
        query = query.where(columns["key"].contains(key, autoescape=True))
    order = (func.coalesce(columns["people"], 0).desc(), columns["kind"], columns["key"])
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(*order).offset(first).limit(limit)).all()
        titles = _titles(connection, agency, {(row.kind, row.code) for row in rows if row.code})
    return [
        NameMatch(
            row.kind,
            row.key,
            row.name,
            state,
            row.rows,
            row.people,
            tuple(Proposed(**one) for one in row.proposed or ()),
            row.code,
            titles.get((row.kind, row.code)),
            row.decided_by,
            row.at,
        )
        for row in rows
    ]


def rule(engine: Engine, agency: str, rulings: Sequence[Ruling], actor: Actor) -> Mapping[str, int]:
    """Decide names in one transaction with their row in the trail: counts, no name.

    Raises:
        UnknownName: a name is not in the queue and was never decided, or its list has no such code.
    """
    now = datetime.now(UTC)
    counts: dict[str, int] = {}
    with writing(engine) as connection:
        for place, one in enumerate(rulings):
            held = _name(connection, agency, one)
            if held is None or (one.act == "confirm" and not _lists(connection, agency, one, held)):
                raise UnknownName(place)
            if one.act == "undo":
                mine = (name_decision.c.agency == agency) & (name_decision.c.kind == one.kind)
                connection.execute(
                    delete(name_decision).where(mine, name_decision.c.key == one.key)
                )
            else:
                code = one.code if one.act == "confirm" else None
                values = {"agency": agency, "kind": one.kind, "key": one.key, "name": held[0],
                          "code": code, "decided_by": actor.name, "at": now}  # fmt: skip
                connection.execute(_upsert(connection, values))
            counts[one.act] = counts.get(one.act, 0) + 1
        if counts:
            kinds = sorted({one.kind for one in rulings})
            details = {"kinds": kinds, **counts}
            append(connection, agency, actor, "names", "names", details, now)
    return counts


def _upsert(connection: Connection, values: Mapping[str, Any]) -> Any:
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(name_decision).values(**values)
    changed = {c: statement.excluded[c] for c in ("name", "code", "decided_by", "at")}
    return statement.on_conflict_do_update(index_elements=["agency", "kind", "key"], set_=changed)


def _waiting(agency: str) -> Select[Any]:
    none = literal(None)
    waits = name_waiting.c
    return (
        select(
            waits.kind, waits.key, waits.name, waits.rows, waits.people, waits.proposed,
            none.label("code"), none.label("decided_by"), none.label("at"),
        )
        .select_from(name_waiting.outerjoin(name_decision, _BOTH))
        .where(waits.agency == agency, name_decision.c.key.is_(None))
    )  # fmt: skip


def _decided(agency: str, state: NameState) -> Select[Any]:
    said, waits = name_decision.c, name_waiting.c
    fits = said.code.is_not(None) if state == "confirmed" else said.code.is_(None)
    return (
        select(
            said.kind, said.key, said.name, waits.rows, waits.people, waits.proposed,
            said.code, said.decided_by, said.at,
        )
        .select_from(name_decision.outerjoin(name_waiting, _BOTH))
        .where(said.agency == agency, fits)
    )  # fmt: skip


def _name(connection: Connection, agency: str, one: Ruling) -> tuple[str, list[Any]] | None:
    """Return a name as it is written and what was proposed for it."""
    for table in (name_waiting, name_decision):
        c = table.c
        proposed = c.proposed if table is name_waiting else literal(None)
        query = select(c.name, proposed).where(
            c.agency == agency, c.kind == one.kind, c.key == one.key
        )
        row = connection.execute(query).one_or_none()
        if row is not None:
            return row[0], row[1] or []
    return None


def _lists(connection: Connection, agency: str, one: Ruling, held: tuple[str, list[Any]]) -> bool:
    """Whether a code was proposed for a name or stands in its list."""
    if any(each["code"] == one.code for each in held[1]):
        return True
    return one.kind in LISTS and bool(_titles(connection, agency, {(one.kind, str(one.code))}))


def _titles(
    connection: Connection, agency: str, wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Return kind and code → title, for codes that the lists hold."""
    found: dict[tuple[str, str], str] = {}
    for kind, (name, code, title) in LISTS.items():
        codes = [one for of, one in wanted if of == kind]
        if not codes:
            continue
        table = DATA[name]
        query = select(table.c[code], table.c[title]).where(
            table.c.agency == agency, or_(*(table.c[code] == one for one in codes))
        )
        found |= {(kind, row[0]): row[1] or row[0] for row in connection.execute(query)}
    return found
