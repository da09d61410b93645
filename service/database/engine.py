"""Opening the database: one engine, safe journal settings, two kinds of transaction.

In: settings. Out: an SQLAlchemy engine, and the blocks ``reading(engine)`` and
``writing(engine)`` in which everything else in this package works. Driver errors leave these
blocks as errors of ``service.errors``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from service.errors import DatabaseError, DatabaseUnreachable, HomeUnusable
from service.settings import Settings

WAIT_SECONDS = 60
"""How long SQLite waits for another process; long reads of a whole dataset take seconds."""

WAL_SAFE_SINCE = (3, 51, 3)
"""Older SQLite can corrupt a WAL database with two connections when the log is reset."""

_WRITE = "selaras_write"


UNFINISHED = ".restore"
"""The folder in the home that says: a backup is being restored here, or that was cut off."""


def connect(settings: Settings) -> Engine:
    """Return the engine for the settings' database; makes the home folder, connects later.

    Raises:
        HomeUnusable: the home folder cannot be made, or holds half of a restored backup.
        DatabaseUnreachable: PostgreSQL is wanted and its driver is not installed.
    """
    make_home(settings.home)
    require_finished(settings.home)
    return engine_for(settings)


def require_finished(home: Path) -> None:
    """Raise ``HomeUnusable`` where a backup is being restored, or its restoration was cut off."""
    if (home / UNFINISHED).exists():
        raise HomeUnusable("storage.unfinished", folder=str(home))


def engine_for(settings: Settings) -> Engine:
    """Return the engine for the settings' database, whatever state the home is in."""
    if settings.database_url is None:
        return open_engine(URL.create("sqlite", database=str(settings.database_file.absolute())))
    return open_engine(make_url(settings.database_url.get_secret_value()))


def open_engine(url: URL | str) -> Engine:
    """Return an engine for a URL, set up for safe use by several processes."""
    url = make_url(url)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    url = url.set(drivername="postgresql+psycopg")
    try:
        return sqlalchemy.create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "selaras"},
        )
    except ModuleNotFoundError as error:
        raise DatabaseUnreachable("storage.driver_missing") from error


def make_home(home: Path) -> None:
    """Make the home folder, readable by its owner only.

    Raises:
        HomeUnusable: it cannot be made.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnusable("storage.home_unusable", folder=str(home)) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one unchanging state of the database."""
    with translated(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes are committed together at the end, or not at all."""
    with (
        translated(engine),
        engine.connect() as connection,
        connection.execution_options(**{_WRITE: True}).begin(),
    ):
        yield connection


def wait_for_turn(connection: Connection, lock: int) -> None:
    """Wait until no other transaction holds ``lock``; SQLite's writers take turns by themselves."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock)))


def database_name(engine: Engine) -> str:
    """Return how messages name the database: file or host and database, never a password."""
    url = engine.url
    if engine.dialect.name == "sqlite":
        return str(url.database)
    return f"{url.host or 'localhost'}/{url.database}"


def file_of(engine: Engine) -> Path | None:
    """Return the file of a SQLite database; None for a server."""
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


def journal_wanted() -> str:
    """Return the journal mode that this SQLite can be trusted with."""
    return "wal" if sqlite3.sqlite_version_info >= WAL_SAFE_SINCE else "truncate"


def _open_sqlite(url: URL) -> Engine:
    """Return an engine for a SQLite file that only its owner can read."""
    engine = sqlalchemy.create_engine(
        url,
        hide_parameters=True,
        poolclass=QueuePool,
        # autocommit: transactions are begun below, so that writers can take their lock at once
        connect_args={
            "timeout": WAIT_SECONDS,
            "check_same_thread": False,
            "isolation_level": None,
        },
    )

    @event.listens_for(engine, "do_connect")
    def _private(_dialect: Any, _record: Any, args: list[Any], _kwargs: dict[str, Any]) -> None:
        path = str(args[0])
        if path and path != ":memory:" and not os.path.exists(path):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in (
            f"busy_timeout = {WAIT_SECONDS * 1000}",
            f"journal_mode = {journal_wanted()}",
            "synchronous = FULL",
            "foreign_keys = ON",
            # Spilling a large import early would lock readers out until it ends.
            "cache_size = -262144",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that becomes a writer half-way cannot wait for its lock, only fail.
        write = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn what a driver says into errors of the service, without the values it may quote."""
    place = database_name(engine)
    try:
        yield
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        code = _code(error)
        if code == "storage.refused":
            # PostgreSQL quotes the row: the chain would carry a person's data into a log.
            raise DatabaseError(code, database=place, reason=_reason(error)) from None
        raise DatabaseUnreachable(code, database=place) from error


_SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: "storage.locked",
    sqlite3.SQLITE_LOCKED: "storage.locked",
    sqlite3.SQLITE_FULL: "storage.full",
    sqlite3.SQLITE_READONLY: "storage.read_only",
    sqlite3.SQLITE_PERM: "storage.read_only",
    sqlite3.SQLITE_CORRUPT: "storage.damaged",
    sqlite3.SQLITE_NOTADB: "storage.damaged",
    sqlite3.SQLITE_IOERR: "storage.full",
    sqlite3.SQLITE_CANTOPEN: "storage.unreachable",
}


_AWAY_CLASSES = ("08", "28", "3D", "53", "57", "58")
"""Classes of PostgreSQL's states: connection, sign-in, no database, resources, shut down, disk."""


def _code(error: Exception) -> str:
    """Return the sentence for a driver's error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        number = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        return _SQLITE_CODES.get(number, "storage.refused")
    state = getattr(cause, "sqlstate", None) or ""
    if state in ("53100", "53200"):
        return "storage.full"
    if state == "25006":
        return "storage.read_only"
    # Without a state, the server was not asked: it is away, or the driver refused the value.
    away = type(cause).__name__ in ("OperationalError", "InterfaceError")
    if state[:2] in _AWAY_CLASSES or (not state and away):
        return "storage.unreachable"
    return "storage.refused"


def _reason(error: Exception) -> str:
    """Return the driver's name for what went wrong, such as ``UniqueViolation``."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlite_errorname", None) or type(cause).__name__)
