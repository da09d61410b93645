"""Reading what was published: which generation is current, and each person's lists in it.

In: a generation's number. Out: its description and lists. A number stands for one content for
ever: a reader that stays with a number sees lists of one ranking only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, select, tuple_

from service.database import packing
from service.database.engine import reading
from service.database.packing import PublishedItem
from service.database.publishing import Guard, Manifest, prune, publish, roll_back
from service.database.snapshots import Folders, snapshot_folders
from service.database.tables import generation as generations
from service.database.tables import generation_switch, recommendation
from service.errors import UnknownGeneration

__all__ = [
    "Folders",
    "Generation",
    "Guard",
    "Manifest",
    "PublishedItem",
    "current_generation",
    "generation",
    "listed",
    "prune",
    "publish",
    "published_list",
    "published_rows",
    "roll_back",
    "snapshot_folders",
    "whole_numbers",
]

WHOLE = ("published", "retired")
"""States in which every list of a generation is there."""

_PAGE = 1_000


@dataclass(frozen=True)
class Generation:
    """One published re-ranking.

    Attributes:
        number: its number, never used twice.
        state: staging, published, retired, failed or removed.
        agency: whose people it ranks.
        as_of: the day it speaks of.
        data, model, rules: SHA-256 of what it was made of.
        not_checked: what could not be checked for lack of data.
        details: further facts of the run, such as seed and k.
        people, lists, items: how many; None before it was staged whole.
        checksum: fingerprint of its lists.
        cleared_at: when its lists and files were removed.
    """

    number: int
    state: str
    agency: str
    as_of: date
    data: str
    model: str
    rules: str
    not_checked: tuple[Any, ...]
    details: Mapping[str, Any]
    people: int | None
    lists: int | None
    items: int | None
    checksum: str | None
    created_at: datetime
    published_at: datetime | None
    cleared_at: datetime | None


def current_generation(engine: Engine) -> Generation | None:
    """Return the generation in force, or None where nothing was published yet."""
    query = select(generations).join(
        generation_switch, generation_switch.c.current == generations.c.number
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _generation(row)


def generation(engine: Engine, number: int) -> Generation:
    """Return any generation, also one that failed.

    Raises:
        UnknownGeneration: there is none with this number.
    """
    with reading(engine) as connection:
        query = select(generations).where(generations.c.number == number)
        row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownGeneration("storage.unknown_generation", number=number)
    return _generation(row)


def listed(engine: Engine, limit: int = 20) -> tuple[Generation, ...]:
    """Return the latest generations, newest first, whatever became of them."""
    query = select(generations).order_by(generations.c.number.desc()).limit(limit)
    with reading(engine) as connection:
        return tuple(map(_generation, connection.execute(query)))


def whole_numbers(connection: Connection) -> list[int]:
    """Return the numbers of all generations that are whole, oldest first."""
    query = select(generations.c.number).where(generations.c.state.in_(WHOLE))
    return list(connection.scalars(query.order_by(generations.c.number)))


def published_list(
    engine: Engine, number: int, agency: str, employee_id: str, kind: str
) -> tuple[PublishedItem, ...]:
    """Return a person's list as it was published; empty where the rules left nothing.

    Raises:
        UnknownGeneration: the generation was never published, or its lists were removed.
    """
    join = and_(
        recommendation.c.generation == generations.c.number,
        recommendation.c.agency == agency,
        recommendation.c.employee_id == employee_id,
        recommendation.c.kind == kind,
    )
    # One statement: between two, the generation could be removed and look like an empty list.
    query = (
        select(generations.c.state, recommendation.c.packed)
        .select_from(generations.outerjoin(recommendation, join))
        .where(generations.c.number == number)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None or row.state not in WHOLE:
        raise UnknownGeneration("storage.unknown_generation", number=number)
    return () if row.packed is None else packing.unpack(row.packed)


def published_lists(
    engine: Engine, number: int, agency: str, kind: str
) -> Iterator[tuple[str, tuple[PublishedItem, ...]]]:
    """Yield everybody's list of one kind, by employee_id (bytes).

    Raises:
        UnknownGeneration: the generation was never published, or its lists were removed.
    """
    query = (
        select(recommendation.c.employee_id, recommendation.c.packed)
        .where(
            recommendation.c.generation == number,
            recommendation.c.agency == agency,
            recommendation.c.kind == kind,
        )
        .order_by(recommendation.c.employee_id)
        .limit(_PAGE)
    )
    after = ""
    while True:
        with reading(engine) as connection:
            rows = connection.execute(query.where(recommendation.c.employee_id > after)).all()
        if not rows:
            # Lists go before their generation does: what is missing now may have been there.
            if generation(engine, number).state not in WHOLE:
                raise UnknownGeneration("storage.unknown_generation", number=number)
            return
        for row in rows:
            yield row.employee_id, packing.unpack(row.packed)
        after = rows[-1].employee_id


def published_rows(engine: Engine, number: int) -> Iterator[packing.Row]:
    """Yield every row of a generation by employee_id (bytes), kind and rank.

    Raises:
        UnknownGeneration: the generation was never published, or its lists were removed.
    """
    place = tuple_(recommendation.c.agency, recommendation.c.employee_id, recommendation.c.kind)
    query = (
        select(recommendation, generations.c.state)
        .join(generations, generations.c.number == recommendation.c.generation)
        .where(recommendation.c.generation == number)
        .order_by(*place.clauses)
        .limit(_PAGE)
    )
    after: tuple[str, str, str] | None = None
    while True:
        page = query if after is None else query.where(place > after)
        with reading(engine) as connection:
            rows = connection.execute(page).all()
        if not rows or rows[0].state not in WHOLE:
            if generation(engine, number).state not in WHOLE:
                raise UnknownGeneration("storage.unknown_generation", number=number)
            return
        for row in rows:
            for item in packing.unpack(row.packed):
                yield (
                    row.employee_id,
                    row.kind,
                    item.item_code,
                    item.rank,
                    item.micro,
                    item.eligibility,
                    item.reasons,
                )
        after = (rows[-1].agency, rows[-1].employee_id, rows[-1].kind)


def _generation(row: Row[Any]) -> Generation:
    """Return a row of the table as a value."""
    values = dict(row._mapping)
    values["not_checked"] = tuple(values["not_checked"])
    return Generation(**values)
