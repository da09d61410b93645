"""The storage part of ``selaras doctor``: is the database there, right, safe and whole.

In: an engine and the home folder. Out: named checks with a sentence each; a check that cannot be
made because an earlier one failed is left out.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text, update

from service.database.engine import database_name, journal_wanted, reading, writing
from service.database.generations import current_generation
from service.database.migrate import REVISION, require_current
from service.database.publishing import snapshot_is_whole, stored_checksum
from service.database.tables import generation_switch
from service.errors import HomeUnusable, ServiceError
from service.identity import installation_key, key_file
from training_data.messages import Text
from training_data.messages import text as words


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: reachable, journal, migrated, writable, generation or key.
        ok: nothing has to be done.
        text: what was found, and what to do about it.
    """

    name: str
    ok: bool
    text: Text


def check_database(engine: Engine, home: Path) -> tuple[Check, ...]:
    """Return the checks of the database, the current generation and the installation key."""
    checks = []
    for look in (_reachable, _journal, _migrated, _writable):
        try:
            checks.append(look(engine))
        except ServiceError as error:
            checks.append(Check(look.__name__[1:], False, error.text))
        if not checks[-1].ok and look is not _journal:
            return (*checks, _key(home))
    return (*checks, _generation(engine, home), _key(home))


def is_ready(engine: Engine) -> bool:
    """Whether the database answers, has the right tables, and something is published."""
    try:
        require_current(engine)
        return current_generation(engine) is not None
    except ServiceError:
        return False


def _reachable(engine: Engine) -> Check:
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))
    found = words("storage.check.reachable.ok", database=database_name(engine))
    return Check("reachable", True, found)


def _journal(engine: Engine) -> Check:
    if engine.dialect.name == "postgresql":
        return _durability(engine)
    with reading(engine) as connection:
        found = str(connection.scalar(text("PRAGMA journal_mode")))
        level = connection.scalar(text("PRAGMA synchronous"))
    wanted, version = journal_wanted(), sqlite3.sqlite_version
    if (found, level) != (wanted, 2):
        said = words(
            "storage.check.journal.wrong",
            version=version,
            found=found,
            level=level,
            wanted=wanted,
        )
        return Check("journal", False, said)
    return Check("journal", True, words(f"storage.check.journal.{wanted}", version=version))


def _durability(engine: Engine) -> Check:
    """A PostgreSQL that does not wait for the disk can lose what it acknowledged."""
    with reading(engine) as connection:
        version = str(connection.scalar(text("SHOW server_version")))
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            found = str(connection.scalar(text(f"SHOW {setting}")))
            if found == "off":
                said = words(
                    "storage.check.durable.wrong", version=version, setting=setting, found=found
                )
                return Check("journal", False, said)
    return Check("journal", True, words("storage.check.journal.postgresql", version=version))


def _migrated(engine: Engine) -> Check:
    require_current(engine)
    return Check("migrated", True, words("storage.check.migrated.ok", version=REVISION))


def _writable(engine: Engine) -> Check:
    with writing(engine) as connection:
        # A real write of what is there already: a read-only file or a full disk shows here.
        connection.execute(update(generation_switch).values(fence=generation_switch.c.fence))
    return Check("writable", True, words("storage.check.writable.ok"))


def _generation(engine: Engine, home: Path) -> Check:
    try:
        held = current_generation(engine)
        if held is None:
            return Check("generation", True, words("storage.check.generation.none"))
        broken = None
        if stored_checksum(engine, held.number) != held.checksum:
            broken = "lists"
        elif not snapshot_is_whole(home, held.number, held.data):
            broken = "snapshot"
    except ServiceError as error:
        return Check("generation", False, error.text)
    if broken is not None:
        said = words(
            "storage.check.generation.broken",
            number=held.number,
            part=words(f"storage.check.part.{broken}"),
        )
        return Check("generation", False, said)
    said = words(
        "storage.check.generation.ok", number=held.number, people=held.people, items=held.items
    )
    return Check("generation", True, said)


def _key(home: Path) -> Check:
    if not key_file(home).exists():
        return Check("key", True, words("storage.check.key.none"))
    try:
        installation_key(home)
    except HomeUnusable as error:
        return Check("key", False, error.text)
    return Check("key", True, words("storage.check.key.ok"))
