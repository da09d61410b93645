"""Moving the tables to the form this version of the product uses, with what they hold.

In: an engine. Out: tables as in ``service.database.tables``. One migration is one transaction on
both databases: killed in the middle, it has not happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from service.database.engine import reading, wait_for_turn, writing
from service.errors import NotMigrated

REVISION = "0016"
"""The migration that leads to the tables of this version."""

FOLDER = Path(__file__).with_name("migrations")

_LOCK = 7302513
"""Two processes that start at once migrate one after the other."""


def upgrade(engine: Engine, revision: str = REVISION) -> None:
    """Bring the tables to ``revision``; does nothing where they are there already.

    Raises:
        NotMigrated: the database was made by a newer version of the product.
    """
    if current_revision(engine) == revision:
        return
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        found = revision_of(connection)
        _refuse_newer(found)
        if found != revision:
            _run(connection, "upgrade", revision)


def create(connection: Connection, revision: str) -> None:
    """Make the tables of ``revision`` in the caller's transaction, where there are none."""
    wait_for_turn(connection, _LOCK)
    _run(connection, "upgrade", revision)


def is_known(revision: str) -> bool:
    """Whether this version of the product has the migration."""
    return any(file.name.startswith(f"{revision}_") for file in _migrations())


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Bring the tables back to ``revision``; ``base`` removes them with all they hold."""
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        _run(connection, "downgrade", revision)


def current_revision(engine: Engine) -> str | None:
    """Return the migration the database is at, or None where it is empty."""
    with reading(engine) as connection:
        return revision_of(connection)


def require_current(engine: Engine) -> None:
    """Raise ``NotMigrated`` unless the tables are those of this version."""
    found = current_revision(engine)
    if found == REVISION:
        return
    _refuse_newer(found)
    raise NotMigrated("storage.not_migrated", found=found or "0", wanted=REVISION)


def revision_of(connection: Connection) -> str | None:
    """Return what Alembic noted in the database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _refuse_newer(found: str | None) -> None:
    """Raise where the database is at a migration this version does not have."""
    if found is not None and not is_known(found):
        raise NotMigrated("storage.newer", found=found)


def _migrations() -> Iterator[Path]:
    return (FOLDER / "versions").glob("[0-9]*.py")


def _run(connection: Connection, command: str, revision: str) -> None:
    """Run Alembic inside the caller's transaction."""
    from alembic import command as commands
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    run: Any = getattr(commands, command)
    run(config, revision)
