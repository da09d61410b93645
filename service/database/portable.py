"""Tables as lines of text that both databases write and read alike: the form of a backup.

In: a connection that sees one state. Out: one line of JSON per row in the order of the key, the
highest number each counter has given; and back. Equal rows are equal bytes on SQLite and on
PostgreSQL, so that one hash says whether two tables are the same.

Decision: columns are read from the database, not from the code. A backup can then be made before
an update has moved the tables, and is restored at the revision it was made at.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    column,
    delete,
    func,
    inspect,
    select,
    table,
)
from sqlalchemy import types as sqltypes
from sqlalchemy.types import TypeEngine

from service.database.bulk import BATCH, insert_rows
from service.database.tables import DOCUMENT, METADATA

_KINDS: tuple[tuple[type[TypeEngine[Any]], TypeEngine[Any]], ...] = (
    (sqltypes.JSON, DOCUMENT),
    (Boolean, Boolean()),
    (DateTime, DateTime()),
    (Date, Date()),
    (LargeBinary, LargeBinary()),
    (Integer, BigInteger()),
    (Float, Double()),
    (Numeric, Double()),
    (String, String()),
)
"""What a database calls a column → how its values are read, the same for both databases."""


@dataclass(frozen=True)
class Shape:
    """A table as it stands in a backup.

    Attributes:
        columns: the key first, then the others by name.
        types: how the values of each are read.
        key: how many of the columns are the key.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[TypeEngine[Any], ...]
    key: int


@dataclass(frozen=True)
class Digest:
    """What identifies the rows of a table: how many, and SHA-256 of their lines."""

    rows: int
    sha256: str


def shapes(connection: Connection) -> tuple[Shape, ...]:
    """Return the tables of the product that are there, what is referred to first."""
    looked = inspect(connection)
    there = set(looked.get_table_names())
    names = [one.name for one in METADATA.sorted_tables if one.name in there]
    return tuple(_shape(looked, name) for name in names)


def lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """Yield the rows of a table as lines, by key."""
    columns = [column(*one) for one in zip(shape.columns, shape.types, strict=True)]
    query = (
        select(*columns).select_from(table(shape.name, *columns)).order_by(*columns[: shape.key])
    )
    written = [(i, w) for i, one in enumerate(shape.types) if (w := _writer(one)) is not None]
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        cells = list(row)
        for place, write in written:
            if cells[place] is not None:
                cells[place] = write(cells[place])
        line = json.dumps(cells, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield line.encode() + b"\n"


def load(connection: Connection, shape: Shape, given: Iterable[bytes]) -> int:
    """Put lines in the place of a table's rows; return how many there were."""
    connection.execute(delete(METADATA.tables[shape.name]))
    return insert_rows(
        connection, METADATA.tables[shape.name], shape.columns, _rows(shape.types, given)
    )


def digest(connection: Connection, shape: Shape) -> Digest:
    """Return what identifies the rows a table holds."""
    rows, found = 0, hashlib.sha256()
    for line in lines(connection, shape):
        rows += 1
        found.update(line)
    return Digest(rows, found.hexdigest())


def counters(connection: Connection) -> dict[str, int]:
    """Return the highest number each table's counter has given, where it has given any.

    A counter of PostgreSQL belongs to no transaction: read after the rows, it is at least as far.
    """
    if connection.dialect.name == "postgresql":
        found = {name: _given(connection, place) for name, place in _sequences(connection)}
    else:
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        found = {name: int(seq) for name, seq in rows}
    return {name: found[name] for name in sorted(found) if found[name] and name in METADATA.tables}


def set_counters(connection: Connection, wanted: Mapping[str, int]) -> None:
    """Let every counter go on after the number it is said to have given."""
    if connection.dialect.name == "postgresql":
        for name, place in _sequences(connection):
            if name in wanted:
                connection.execute(select(func.setval(place, wanted[name])))
        return
    names = table("sqlite_sequence", column("name"), column("seq"))
    connection.execute(delete(names))
    if wanted:
        rows = [{"name": name, "seq": number} for name, number in wanted.items()]
        connection.execute(names.insert(), rows)


def _shape(looked: Any, name: str) -> Shape:
    types = {one["name"]: _type(one["type"]) for one in looked.get_columns(name)}
    key = looked.get_pk_constraint(name)["constrained_columns"]
    columns = (*key, *sorted(set(types) - set(key)))
    return Shape(name, columns, tuple(types[one] for one in columns), len(key))


def _type(found: TypeEngine[Any]) -> TypeEngine[Any]:
    return next(read for kind, read in _KINDS if isinstance(found, kind))


def _writer(kind: TypeEngine[Any]) -> Callable[[Any], str] | None:
    """Return how a value becomes one of JSON; None where it is one. SQLite stores the same text."""
    if isinstance(kind, DateTime):
        return lambda value: str(value.isoformat(sep=" ", timespec="microseconds"))
    if isinstance(kind, Date):
        return lambda value: str(value.isoformat())
    if isinstance(kind, LargeBinary):
        return lambda value: base64.b64encode(value).decode()
    return None


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """Return how a value of JSON becomes one that the drivers take; None where it is one."""
    if isinstance(kind, sqltypes.JSON):
        return lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(kind, LargeBinary):
        return lambda value: base64.b64decode(value, validate=True)
    return None


def _rows(types: Sequence[TypeEngine[Any]], given: Iterable[bytes]) -> Iterator[list[Any]]:
    read = [(i, r) for i, one in enumerate(types) if (r := _reader(one)) is not None]
    for line in given:
        cells: list[Any] = json.loads(line)
        if not isinstance(cells, list) or len(cells) != len(types):
            raise ValueError(f"A row of {len(types)} columns was expected.")
        for place, function in read:
            if cells[place] is not None:
                cells[place] = function(cells[place])
        yield cells


def _sequences(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield PostgreSQL's counters: the table, and how the counter is called in statements."""
    quote = connection.dialect.identifier_preparer.quote
    for shape in shapes(connection):
        if shape.key == 1 and isinstance(shape.types[0], BigInteger):
            found = func.pg_get_serial_sequence(quote(shape.name), shape.columns[0])
            place = connection.scalar(select(found))
            if place is not None:
                yield shape.name, place


def _given(connection: Connection, place: str) -> int:
    query = f"SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {place}"
    return int(connection.exec_driver_sql(query).scalar_one())
