"""Everything an installation holds, saved in one file while it goes on working.

In: settings and a file that does not exist yet. Out: that file, whole and sealed, with the database
at one moment and the files that belong to it; or an error and no file.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from service.auditing import SYSTEM, Actor
from service.database.audit import BACKED_UP, record
from service.database.engine import connect, file_of, require_finished
from service.database.generations import whole_numbers
from service.database.migrate import REVISION, current_revision, is_known, revision_of
from service.database.one_state import one_state
from service.database.portable import counters, lines, shapes
from service.errors import DatabaseError, NotMigrated, ServiceError
from service.settings import Settings
from service.usecases.archive import FORMAT, Manifest, Writer, written
from service.usecases.belongings import Belongings, belongings, models_at_rest, outside
from service.usecases.errors import NotThere, WrongUse

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

Progress = Callable[[str, int, int], None]

_SCRATCH = ".selaras-backup-"

TRIES = 3
"""Generations can be removed between the moment of the database and the reading of their files."""


@dataclass(frozen=True)
class BackedUp:
    """What was saved.

    Attributes:
        bytes: size of the file.
        outside: folders of models and rules that lie elsewhere and are not in it.
        recorded: whether the audit trail tells of it.
    """

    manifest: Manifest
    bytes: int
    outside: tuple[Path, ...]
    recorded: bool


def back_up(
    settings: Settings, target: Path, actor: Actor = SYSTEM, progress: Progress | None = None
) -> BackedUp:
    """Save the installation in ``target``, readable by its owner only.

    Raises:
        NotThere: there is no installation.
        HomeUnusable: a backup is being restored into it, or that was cut off.
        WrongUse: the target exists, or its folder does not.
        NotMigrated: the database was made by a newer version of the product.
        DatabaseUnreachable: the database does not answer, or is locked for too long.
    """
    tell = progress or _quiet
    _require_new(target)
    engine = _database(settings)
    with _scratch(target.parent) as scratch:
        made = scratch / "made"
        manifest = _made(settings, engine, made, scratch, tell)
        size = made.stat().st_size
        _require_new(target)
        os.rename(made, target)
        _sync(target.parent)
    recorded = _record(engine, settings.agency, actor, manifest)
    return BackedUp(manifest, size, outside(settings), recorded)


def _require_new(target: Path) -> None:
    if not target.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(target.parent))
    if target.exists():
        raise WrongUse("backup.exists", file=str(target))


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give a folder of our own; remove those that backups left here when they were killed."""
    for left in folder.glob(f"{_SCRATCH}*"):
        free = _lock(left)
        if free is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(free)
    with tempfile.TemporaryDirectory(dir=folder, prefix=_SCRATCH) as name:
        held = _lock(Path(name))
        try:
            yield Path(name)
        finally:
            if held is not None:
                os.close(held)


def _lock(folder: Path) -> int | None:
    """Return what holds a folder; None where a living process holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _database(settings: Settings) -> Engine:
    """Return the database, which must be there already and is not changed."""
    require_finished(settings.home)
    if settings.database_url is None and not settings.database_file.exists():
        raise NotThere("backup.nothing", home=str(settings.home))
    engine = connect(settings)
    file = file_of(engine)
    if (file is not None and not file.exists()) or (found := current_revision(engine)) is None:
        raise NotThere("backup.nothing", home=str(settings.home))
    if not is_known(found):
        raise NotMigrated("storage.newer", found=found)
    return engine


def _made(
    settings: Settings, engine: Engine, made: Path, scratch: Path, tell: Progress
) -> Manifest:
    """Write the file; begin again where a generation is removed meanwhile."""
    for tries in range(TRIES):
        made.unlink(missing_ok=True)
        try:
            with written(made) as archive, one_state(engine, scratch, partial(tell, "copy")) as now:
                return _save(settings, now, archive, tell, last=tries == TRIES - 1)
        except _Vanished:
            continue
    raise ServiceError("backup.restless")


def _record(engine: Engine, agency: str, actor: Actor, manifest: Manifest) -> bool:
    """Write into the trail that everything was copied; return whether that could be done."""
    if manifest.revision != REVISION:  # the trail itself may not be there yet
        return False
    facts = {"revision": manifest.revision, "rows": manifest.rows}
    try:
        record(engine, agency, actor, BACKED_UP, "installation", facts)
    except DatabaseError:  # a full or read-only database is the best reason for a backup
        return False
    return True


class _Vanished(Exception):
    """A file that belongs to this moment of the database is gone."""


def _save(
    settings: Settings, now: Connection, archive: Writer, tell: Progress, *, last: bool
) -> Manifest:
    """Save what belongs to one moment of the database: the files first, they may be removed."""
    at = datetime.now(UTC).replace(microsecond=0)
    tables = shapes(now)
    with models_at_rest(settings):
        there = belongings(settings, whole_numbers(now))
        if there.missing and not last:
            raise _Vanished
        _save_files(settings.home, there, archive, tell)
    for done, shape in enumerate(tables):
        tell("tables", done, len(tables))
        archive.add_table(shape.name, shape.columns, lines(now, shape))
    tell("tables", len(tables), len(tables))
    manifest = Manifest(
        format=FORMAT,
        made_at=at,
        product=_product(),
        revision=str(revision_of(now)),
        database=now.dialect.name,
        tables=tuple(archive.tables),
        counters=counters(now),
        folders=there.folders,
        files=tuple(archive.files),
        missing=there.missing,
    )
    archive.end(manifest)
    return manifest


def _save_files(home: Path, there: Belongings, archive: Writer, tell: Progress) -> None:
    for done, path in enumerate(there.files, start=1):
        try:
            archive.add_file(path, home / path)
        except FileNotFoundError:
            raise _Vanished from None
        tell("files", done, len(there.files))


def _product() -> str:
    try:
        return version("selaras")
    except PackageNotFoundError:
        return "0"


def _quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
