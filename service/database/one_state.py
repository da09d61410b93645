"""One unchanging state of the whole database while others go on writing.

In: an engine and a scratch folder. Out: a connection to read from for as long as it takes. On
PostgreSQL it is one repeatable-read transaction. SQLite's readers would keep its writers waiting,
so the file is copied in steps first, by SQLite's own online backup, and the copy is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from service.database.engine import database_name, open_engine, reading, translated
from service.errors import DatabaseUnreachable

Tell = Callable[[int, int], None]
"""Called with the pages copied and their number."""

PAGES = 2_000
"""Copied in one step: 8 MB, a moment in which nobody commits."""

RESTARTS = 3
"""Somebody else's commit makes the copy begin again. After so many, everybody waits for it once."""


@contextmanager
def one_state(engine: Engine, scratch: Path, tell: Tell | None = None) -> Iterator[Connection]:
    """Give a connection that sees one state, without keeping writers waiting for the whole time.

    Parameters:
        scratch: a folder only its owner can read; SQLite's copy lies there until it is removed.
    """
    if engine.dialect.name == "postgresql":
        with reading(engine) as connection:
            yield connection
        return
    copy = scratch / "copy.db"
    _copy(engine, copy, tell)
    copied = open_engine(URL.create("sqlite", database=str(copy.absolute())))
    try:
        with reading(copied) as connection:
            yield connection
    finally:
        copied.dispose()


class _Disturbed(Exception):
    """Others commit too often for a copy in steps."""


def _copy(engine: Engine, copy: Path, tell: Tell | None) -> None:
    """Copy the file in steps, or in one where others leave no time for steps."""
    with translated(engine), closing(engine.raw_connection()) as held:
        source: sqlite3.Connection = held.driver_connection  # type: ignore[assignment]
        with closing(sqlite3.connect(copy)) as target:
            target.execute("PRAGMA synchronous = OFF")  # removed again in any case
            try:
                source.backup(target, pages=PAGES, progress=_Watch(engine, tell))
            except _Disturbed:
                source.backup(target, pages=-1, progress=_Watch(engine, tell))


class _Watch:
    """Follows a copy: tells how far it is, and ends it where it cannot come to an end."""

    def __init__(self, engine: Engine, tell: Tell | None) -> None:
        self.engine = engine
        self.tell = tell
        self.left: int | None = None
        self.restarts = 0

    def __call__(self, status: int, left: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # waited for already
            raise DatabaseUnreachable("storage.locked", database=database_name(self.engine))
        if self.left is not None and left > self.left:
            self.restarts += 1
        self.left = left
        if self.restarts >= RESTARTS:
            raise _Disturbed
        if self.tell is not None:
            self.tell(total - left, total)
