"""What lists are filtered and groups told by: stored with a generation, asked for in one query.

In: facts and gaps of everybody as Arrow tables, or what somebody looks for. Out: rows under the
generation's number, or the ids of those who fit. Rows belong to one generation for ever, like its
lists, and come and go with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, and_, delete, func, select

from service.database.bulk import insert_rows
from service.database.engine import reading
from service.database.tables import person_gap, person_overview, unit_gap, unit_overview
from service.wanted import Wanted

BATCH = 10_000
"""Rows turned into Python values at a time."""

TABLES = (person_overview, person_gap, unit_overview, unit_gap)


@dataclass(frozen=True)
class Overview:
    """What is stored of everybody.

    Attributes:
        facts: one row per person, columns as in ``person_overview``.
        gaps: one row per gap, columns as in ``person_gap``.
        units, unit_gaps: the same by unit, columns as in ``unit_overview`` and ``unit_gap``.
    """

    facts: pa.Table
    gaps: pa.Table
    units: pa.Table = field(default_factory=lambda: pa.table({}))
    unit_gaps: pa.Table = field(default_factory=lambda: pa.table({}))

    @property
    def tables(self) -> tuple[tuple[Table, pa.Table], ...]:
        """Each table of the database with what goes into it, where there is anything."""
        tables = (self.facts, self.gaps, self.units, self.unit_gaps)
        both = zip(TABLES, tables, strict=True)
        return tuple((table, rows) for table, rows in both if rows.column_names)


def matching(engine: Engine, number: int, agency: str, wanted: Wanted) -> frozenset[str]:
    """Return the ids of those who fit; nobody where the generation holds no overview."""
    with reading(engine) as connection:
        return frozenset(connection.scalars(_query(number, agency, wanted)))


def counted(engine: Engine, number: int) -> tuple[int, int]:
    """Return how many people and gaps are stored with a generation."""
    with reading(engine) as connection:
        people, gaps = (
            connection.scalar(
                select(func.count()).select_from(table).where(table.c.generation == number)
            )
            for table in TABLES[:2]
        )
    return int(people or 0), int(gaps or 0)


def stage(connection: Connection, number: int, agency: str, table: Table, rows: pa.Table) -> None:
    """Store rows of one of the tables under a number that nobody reads yet."""
    columns = ["generation", "agency", *rows.column_names]
    insert_rows(connection, table, columns, _stored(number, agency, rows))


def batches(overview: Overview) -> Iterator[tuple[Table, pa.Table]]:
    """Yield the tables in pieces, each for a transaction of its own."""
    for table, rows in overview.tables:
        for start in range(0, rows.num_rows, BATCH):
            yield table, rows.slice(start, BATCH)


def remove(connection: Connection, number: int) -> None:
    """Remove what is stored with a generation."""
    for table in TABLES:
        connection.execute(delete(table).where(table.c.generation == number))


def fingerprint(overview: Overview) -> str:
    """Return a hash of an overview that does not depend on the order of its rows."""
    return _hash((table.name, _plain(rows)) for table, rows in overview.tables)


def stored_fingerprint(engine: Engine, number: int, overview: Overview) -> str:
    """Return the fingerprint of what is stored, in the columns of ``overview``."""

    def read(table: Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        query = select(*(table.c[name] for name in names)).where(table.c.generation == number)
        with reading(engine) as connection:
            for row in connection.execution_options(yield_per=BATCH).execute(query):
                yield tuple(row)

    return _hash((table.name, read(table, rows.column_names)) for table, rows in overview.tables)


def _query(number: int, agency: str, wanted: Wanted) -> Select[Any]:
    """Return what finds the people; a table that nothing is asked of is not read."""
    facts, gap = person_overview, person_gap
    asked: list[ColumnElement[bool]] = []
    if wanted.boxes:
        asked.append(facts.c.box.in_(wanted.boxes))
    if wanted.jp_below is not None:
        asked.append(facts.c.jp < wanted.jp_below)
    if wanted.assessment:
        asked.append(facts.c.assessment.in_(wanted.assessment))
    base = facts if asked or not wanted.gap else gap
    query = select(base.c.employee_id).where(
        base.c.generation == number, base.c.agency == agency, *asked
    )
    if wanted.gap:
        query = query.where(
            gap.c.competency_code == wanted.gap,
            gap.c.milli >= max(round(1000 * wanted.gap_at_least), 1),
        )
        if base is facts:
            same = (
                gap.c[name] == facts.c[name] for name in ("generation", "agency", "employee_id")
            )
            query = query.join(gap, and_(*same))
    return query


def _stored(number: int, agency: str, rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the drivers take them: days as ISO text."""
    columns = [
        (column.cast(pa.string()) if pa.types.is_date(column.type) else column).to_pylist()
        for column in rows.columns
    ]
    for values in zip(*columns, strict=True):
        yield (number, agency, *values)


def _plain(rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in rows.to_batches(BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _hash(tables: Iterator[tuple[str, Iterator[tuple[Any, ...]]]]) -> str:
    total = count = 0
    for name, rows in tables:
        for row in rows:
            digest = hashlib.blake2b(repr((name, row)).encode(), digest_size=16).digest()
            total = (total + int.from_bytes(digest, "big")) % (1 << 128)
            count += 1
    return f"{count}:{total:032x}"
