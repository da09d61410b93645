"""Rows in bulk: Arrow tables to driver-ready rows and back, and the fastest way to insert them.

In: a table of a ``Dataset``, or rows of the database. Out: the other one. Days and moments travel
as ISO text, which both databases read; empty parts of a key become their stand-in and return.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table

from service.database.tables import EMPTY, RENAMED
from training_data import schema
from training_data.schema import Kind

BATCH = 10_000
"""Rows turned into Python values at a time; bounds memory."""

_EMPTY_VALUES = {
    Kind.TEXT: "",
    Kind.CODE: "",
    Kind.DATE: date.min,
    Kind.MOMENT: datetime.min,
}


def stored_columns(spec: schema.Table, table: pa.Table) -> list[str]:
    """Return the database columns that ``table`` fills, in the order of ``stored_rows``."""
    names = [RENAMED.get(c.name, c.name) for c in spec.columns if _held(c, table)]
    return [*names, "attributes"] if _extra(spec, table) else names


def stored_rows(spec: schema.Table, table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of ``table`` as the database stores them."""
    extra = _extra(spec, table)
    for start in range(0, table.num_rows, BATCH):
        part = table.slice(start, BATCH)
        columns = [_stored(c, part) for c in spec.columns if _held(c, table)]
        if extra:
            columns.append(_attributes(part.select(extra)))
        yield from zip(*columns, strict=True)


def arrow_table(spec: schema.Table, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Return rows (the contract's columns, then ``attributes``) as an Arrow table."""
    values = list(zip(*rows, strict=True)) or [()] * (len(spec.columns) + 1)
    columns: dict[str, pa.Array] = {}
    for column, cells in zip(spec.columns, values[:-1], strict=True):
        if column.key and not column.required and column.kind in _EMPTY_VALUES:
            empty = _EMPTY_VALUES[column.kind]
            cells = tuple(None if cell == empty else cell for cell in cells)
        columns[column.name] = pa.array(cells, type=column.arrow_type)
    documents = values[-1]
    for name in sorted({name for document in documents if document for name in document}):
        cells = tuple(document.get(name) if document else None for document in documents)
        columns[name] = pa.array(cells, type=pa.string())
    return pa.table(columns)


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert driver-ready rows in bulk (COPY on PostgreSQL); return how many there were."""
    if connection.dialect.name == "postgresql":
        return _copy(connection, table, columns, rows)
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"
    count = 0
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        connection.exec_driver_sql(statement, [tuple(row) for row in batch])
        count += len(batch)
    return count


def _copy(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Stream rows with COPY."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    statement = f"COPY {quote(table.name)} ({names}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _held(column: schema.Column, table: pa.Table) -> bool:
    """Whether the column is stored: it is there, or it is part of the key."""
    return column.key or column.name in table.column_names


def _extra(spec: schema.Table, table: pa.Table) -> list[str]:
    """Return the names of the columns beyond the contract."""
    return sorted(set(table.column_names) - set(spec.column_names))


def _stored(column: schema.Column, table: pa.Table) -> list[Any]:
    """Return one column as Python values the drivers take."""
    if column.name not in table.column_names:
        return [EMPTY[column.kind]] * table.num_rows
    values = table.column(column.name)
    if column.kind in (Kind.DATE, Kind.MOMENT):
        values = values.cast(pa.string())
    if column.key and column.kind in EMPTY:
        values = pc.fill_null(values, EMPTY[column.kind])
    cells: list[Any] = values.to_pylist()
    return cells


def _attributes(extra: pa.Table) -> list[str | None]:
    """Return the extra columns as one JSON object per row, or None where all are empty."""
    documents = []
    for row in extra.to_pylist():
        filled = {name: value for name, value in row.items() if value is not None}
        documents.append(json.dumps(filled, ensure_ascii=False, sort_keys=True) if filled else None)
    return documents
