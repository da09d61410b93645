"""Stage import, second half: a clean dataset goes into the database and comes back.

In: a ``Dataset``. Out: how many rows were new, changed or known already; and the dataset again.
Rows are matched by key within one agency; a second import of the same rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    func,
    insert,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from service import identity
from service.database.bulk import arrow_table, insert_rows, stored_columns, stored_rows
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import DATA, RENAMED, import_run
from training_data.dataset import Dataset
from training_data.schema import TABLES

_LOCK = 7302514
"""Imports take turns, so that each can say how many rows it added."""


@dataclass(frozen=True)
class Counts:
    """What became of rows: new, changed, or known already as they are."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )

    @property
    def changed(self) -> int:
        """Rows that the database did not hold like this before."""
        return self.inserted + self.updated


@dataclass(frozen=True)
class Source:
    """Where rows came from.

    Attributes:
        name: file or folder name, without its path.
        sha256: of the file, or of the dataset where there is no single file.
        refused: rows that stayed outside.
        report: summary of the report, as JSON values; no cell of a personal column.
    """

    name: str = ""
    sha256: str = ""
    refused: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved:
    """What an import did: its number in the book of imports, and counts per table."""

    run: int
    tables: Mapping[str, Counts]

    @property
    def total(self) -> Counts:
        """The counts of all tables together."""
        return sum(self.tables.values(), Counts())


@dataclass(frozen=True)
class ImportRun:
    """One line of the book of imports."""

    id: int
    agency: str
    at: datetime
    name: str
    sha256: str
    refused: int
    total: Counts
    tables: Mapping[str, Counts]
    report: Mapping[str, Any]


def save_dataset(
    engine: Engine,
    dataset: Dataset,
    *,
    agency: str = "",
    key: bytes = b"",
    source: Source | None = None,
) -> Saved:
    """Bring a dataset in, all of it or nothing; rows are matched by key.

    A column that the dataset lacks keeps what is stored; rows that it lacks stay.

    Parameters:
        dataset: clean tables.
        agency: whose rows these are; rows of other agencies are never touched.
        key: the installation key, from which people's refs are made.
        source: what to write in the book of imports.
    """
    source = source or Source()
    counts: dict[str, Counts] = {}
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        for name in TABLES:
            if dataset.has(name):
                counts[name] = _save_table(connection, name, dataset.tables[name], agency, key)
        run = _record(connection, agency, source, counts)
    return Saved(run, counts)


def load_dataset(
    engine: Engine, agency: str | None = None, *, only: Collection[str] = TABLES
) -> Dataset:
    """Return what was imported for one agency, or for all; empty where nothing was.

    Parameters:
        only: the tables to read.

    Raises:
        training_data.errors.DuplicateKey: two agencies use the same code for different rows.
    """
    tables: dict[str, pa.Table | Mapping[str, list[Any]]] = {}
    with reading(engine) as connection:
        for name, spec in TABLES.items():
            if name not in only:
                continue
            stored = DATA[name]
            names = [RENAMED.get(column, column) for column in spec.column_names]
            query = select(*(stored.c[n] for n in names), stored.c.attributes)
            if agency is not None:
                query = query.where(stored.c.agency == agency)
            rows = connection.execute(query).fetchall()
            if rows:
                tables[name] = arrow_table(spec, rows)
    return Dataset.of(tables)


def data_version(engine: Engine) -> int:
    """Return a number that grows whenever an import changes a row; 0 before the first."""
    changed = import_run.c.inserted + import_run.c.updated > 0
    with reading(engine) as connection:
        newest = connection.scalar(select(func.max(import_run.c.id)).where(changed))
    return newest or 0


def note_change(
    connection: Connection, agency: str, name: str, table: str, rows: int, at: datetime
) -> None:
    """Write into the book of imports that the service itself changed rows of a table."""
    counts = {table: Counts(updated=rows)}
    _record(connection, agency, Source(name), counts, at)


def import_runs(engine: Engine, limit: int = 20) -> tuple[ImportRun, ...]:
    """Return the latest imports, newest first."""
    query = select(import_run).order_by(import_run.c.id.desc()).limit(limit)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return tuple(
        ImportRun(
            id=row.id,
            agency=row.agency,
            at=row.at,
            name=row.name,
            sha256=row.sha256,
            refused=row.refused,
            total=Counts(row.inserted, row.updated, row.unchanged),
            tables={name: Counts(*counts) for name, counts in row.counts.items()},
            report=row.report,
        )
        for row in rows
    )


def _save_table(
    connection: Connection, name: str, table: pa.Table, agency: str, key: bytes
) -> Counts:
    """Upsert one table by way of a temporary one, so that only differing rows are written."""
    spec, target = TABLES[name], DATA[name]
    columns = ["agency", *stored_columns(spec, table)]
    rows: Iterator[tuple[Any, ...]] = ((agency, *row) for row in stored_rows(spec, table))
    if name == "employees":
        derived = _derived(table, agency, key)
        rows = ((*row, *more) for row, more in zip(rows, derived, strict=True))
        columns += ["ref", "name_folded"][: 2 if "name" in table.column_names else 1]
    staged = _staging(target, columns)
    staged.create(connection)
    given = insert_rows(connection, staged, columns, rows)
    before = _count(connection, target)
    statement = _upsert(connection, target, staged, columns)
    written = connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
    inserted = _count(connection, target) - before
    staged.drop(connection)
    return Counts(inserted, written - inserted, given - written)


def _derived(table: pa.Table, agency: str, key: bytes) -> Iterator[tuple[str | None, ...]]:
    """Yield each person's ref and, where names are given, the name as searches compare it."""
    refs = (identity.ref(key, agency, one) for one in table.column("employee_id").to_pylist())
    if "name" not in table.column_names:
        return ((ref,) for ref in refs)
    names = table.column("name").to_pylist()
    return zip(refs, ((name or "").casefold() for name in names), strict=True)


def _staging(target: Table, columns: list[str]) -> Table:
    """Return a temporary table with the given columns of ``target``."""
    return Table(
        f"staged_{target.name}",
        MetaData(),
        *(Column(name, target.c[name].type) for name in columns),
        prefixes=["TEMPORARY"],
    )


def _upsert(connection: Connection, target: Table, staged: Table, columns: list[str]) -> Any:
    """Return the statement that writes the rows which are new or differ."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    key = [column.name for column in target.primary_key]
    source = select(*(staged.c[name] for name in columns)).where(true())
    statement = dialect.insert(target).from_select(columns, source)
    others = [name for name in columns if name not in key]
    if not others:
        return statement.on_conflict_do_nothing(index_elements=key)
    given = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=key,
        set_={name: given[name] for name in others},
        where=or_(*(target.c[name].is_distinct_from(given[name]) for name in others)),
    )


def _count(connection: Connection, table: Table) -> int:
    """Return the number of rows of a table."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _record(
    connection: Connection,
    agency: str,
    source: Source,
    counts: Mapping[str, Counts],
    at: datetime | None = None,
) -> int:
    """Write a line in the book of imports; return its number."""
    total = sum(counts.values(), Counts())
    statement = insert(import_run).values(
        agency=agency,
        at=at or datetime.now(UTC),
        name=source.name,
        sha256=source.sha256,
        inserted=total.inserted,
        updated=total.updated,
        unchanged=total.unchanged,
        refused=source.refused,
        counts={n: [c.inserted, c.updated, c.unchanged] for n, c in counts.items()},
        report=dict(source.report),
    )
    number: int = connection.execute(statement.returning(import_run.c.id)).scalar_one()
    return number
