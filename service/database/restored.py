"""An empty database filled with what a backup holds: all at once, or not at all.

In: an engine, and a block that makes and fills the tables. Out: a database that others see only
once the block has ended well. PostgreSQL does it in one transaction; a SQLite file is made under a
temporary name beside its place, made durable and renamed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect

from service.database.engine import (
    database_name,
    file_of,
    open_engine,
    reading,
    wait_for_turn,
    writing,
)
from service.database.migrate import revision_of
from service.database.portable import Digest, counters, digest, shapes
from service.errors import DatabaseError

_LOCK = 7302516

COMPANIONS = ("", "-journal", "-wal", "-shm")
"""What SQLite keeps beside a file, by the ends of their names."""


def is_empty(engine: Engine) -> bool:
    """Whether there is no database yet, or one without any table."""
    file = file_of(engine)
    if file is not None and not file.exists():
        return True
    with reading(engine) as connection:
        return _is_empty(connection)


@contextmanager
def filled(engine: Engine) -> Iterator[Connection]:
    """Give a connection to an empty database; what the block does is there at its end, at once.

    Raises:
        DatabaseError: somebody else has made tables meanwhile.
    """
    file = file_of(engine)
    if file is None:
        with writing(engine) as connection:
            wait_for_turn(connection, _LOCK)
            if not _is_empty(connection):
                raise DatabaseError("backup.database_not_empty", database=database_name(engine))
            yield connection
        return
    made = file.with_name(f".{file.name}.restore")
    _remove(made)
    own = open_engine(URL.create("sqlite", database=str(made.absolute())))
    try:
        with writing(own) as connection:
            yield connection
        own.dispose()
        os.replace(made, file)
        _sync(file.parent)
    finally:
        own.dispose()
        _remove(made)


def is_what_is_wanted(
    connection: Connection, revision: str, tables: Mapping[str, Digest], given: Mapping[str, int]
) -> bool:
    """Whether the database holds exactly these rows and counters, at this revision."""
    if revision_of(connection) != revision:
        return False
    there = shapes(connection)
    return (
        {shape.name for shape in there} == set(tables)
        and counters(connection) == dict(given)
        and all(digest(connection, shape) == tables[shape.name] for shape in there)
    )


def _is_empty(connection: Connection) -> bool:
    # Going back to no tables leaves Alembic's own behind, without a row.
    names = set(inspect(connection).get_table_names())
    return names <= {"alembic_version"} and revision_of(connection) is None


def _remove(file: Path) -> None:
    for end in COMPANIONS:
        file.with_name(file.name + end).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
