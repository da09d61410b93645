"""A backup put back into an empty home and an empty database.

In: settings and the file of a backup. Out: the installation as it was at that moment. Nothing is
written before every hash was compared. Until the last step the home holds a folder ``.restore``,
which keeps every command away; cut off anywhere, the same command begins again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from service.auditing import Verdict
from service.database import audit
from service.database.engine import UNFINISHED, engine_for, file_of, make_home, reading
from service.database.migrate import create, is_known, upgrade
from service.database.portable import Digest, load, set_counters, shapes
from service.database.restored import COMPANIONS, filled, is_empty, is_what_is_wanted
from service.errors import NotMigrated, ServiceError
from service.settings import Settings
from service.usecases.archive import CHUNK, Manifest, Part, Reader, opened
from service.usecases.errors import NothingUsable, NotThere, WrongUse

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Restored:
    """What was put back.

    Attributes:
        trail: whether the chain of the audit trail holds.
    """

    manifest: Manifest
    trail: Verdict


def restore(settings: Settings, source: Path, progress: Progress | None = None) -> Restored:
    """Put a backup back; the home and the database must be empty.

    Raises:
        NotThere: there is no such file.
        NothingUsable: it is no backup, was cut off or altered, or does not fit together.
        NotMigrated: a newer version of the product made it.
        WrongUse: the home or the database holds something, or another restoration is under way.
        HomeUnusable: the home cannot be made.
        DatabaseError: the database does not answer, or did not take what it was given.
    """
    tell = progress or _quiet
    if not source.is_file():
        raise NotThere("backup.no_file", file=str(source))
    with opened(source) as archive:
        manifest = archive.manifest
        if not is_known(manifest.revision):
            raise NotMigrated("backup.newer", product=manifest.product)
        engine = engine_for(settings)
        _require_empty_home(settings, engine, manifest)
        done = _require_empty_database(settings, engine, manifest)
        _verify(archive, engine, tell)
        make_home(settings.home)
        with _alone(settings.home):
            # Another restoration may have come to its end while this one compared hashes.
            _require_empty_home(settings, engine, manifest)
            done = _require_empty_database(settings, engine, manifest)
            _put_back(settings.home, engine, archive, tell, done=done)
    upgrade(engine)
    return Restored(manifest, audit.verify(engine))


def _require_empty_home(settings: Settings, engine: Engine, manifest: Manifest) -> None:
    """Raise unless the home holds nothing but what a restoration that was cut off left in it."""
    home = settings.home
    if not home.exists():
        return
    if not home.is_dir():
        raise WrongUse("cli.not_a_folder", folder=str(home))
    found = {entry.name for entry in home.iterdir()}
    if UNFINISHED in found:
        found -= {UNFINISHED, *_tops(manifest), *_database_names(engine, home)}
    if found:
        raise WrongUse("backup.home_not_empty", home=str(home), found=min(found))


def _require_empty_database(settings: Settings, engine: Engine, manifest: Manifest) -> bool:
    """Return whether the database was filled already before this restoration was cut off.

    Raises:
        WrongUse: it holds something else.
    """
    if is_empty(engine):
        return False
    if (settings.home / UNFINISHED).is_dir():
        with reading(engine) as connection:
            if _is_wanted(connection, manifest):
                return True
    raise WrongUse("backup.database_not_empty", database=settings.shown_database)


def _verify(archive: Reader, engine: Engine, tell: Progress) -> None:
    """Compare every hash, and see that no file would stand in the place of the database."""
    manifest = archive.manifest
    total = len(manifest.tables) + len(manifest.files)
    for number, _ in enumerate(archive.verify(), start=1):
        tell("verify", number, total)
    file = file_of(engine)
    taken = set() if file is None else {file.name + end for end in COMPANIONS}
    for top in _tops(manifest) & taken:
        raise NothingUsable("backup.leaves_home", path=top)


def _put_back(home: Path, engine: Engine, archive: Reader, tell: Progress, *, done: bool) -> None:
    """Write files aside, fill the database, move the files to their places, and lift the mark."""
    manifest = archive.manifest
    aside = home / UNFINISHED
    aside.mkdir(mode=0o700, exist_ok=True)
    _begin_again(home, manifest)
    _sync(home)
    try:
        _write_files(aside, archive, tell)
        if not done:
            _fill(engine, archive, tell)
    except BaseException:
        # Where the database may have been filled all the same, the mark has to stay.
        with suppress(ServiceError, OSError):
            if is_empty(engine):
                shutil.rmtree(aside)
        raise
    for top in sorted(_tops(manifest)):
        os.rename(aside / top, home / top)
    _sync(home)
    aside.rmdir()
    _sync(home)


def _begin_again(home: Path, manifest: Manifest) -> None:
    """Remove the files that an earlier try left; the mark stays, since its database may be full."""
    aside = home / UNFINISHED
    for place in (*(home / top for top in _tops(manifest)), *aside.iterdir()):
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def _write_files(aside: Path, archive: Reader, tell: Progress) -> None:
    manifest = archive.manifest
    for folder in manifest.folders:
        (aside / folder).mkdir(mode=0o700)
    for number, part in enumerate(manifest.files, start=1):
        _write_file(aside / part.path, archive, part)
        tell("files", number, len(manifest.files))
    for folder in reversed(manifest.folders):
        _sync(aside / folder)
    _sync(aside)


def _write_file(place: Path, archive: Reader, part: Part) -> None:
    descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    found = hashlib.sha256()
    with os.fdopen(descriptor, "wb") as out, archive.file(part) as file:
        while chunk := file.read(CHUNK):
            out.write(chunk)
            found.update(chunk)
        out.flush()
        os.fsync(out.fileno())
    if found.hexdigest() != part.sha256:
        raise NothingUsable("backup.part_altered", part=part.path)


def _fill(engine: Engine, archive: Reader, tell: Progress) -> None:
    """Make the tables as they were, fill them, read them back and compare, all in one."""
    manifest = archive.manifest
    parts = {part.name: part for part in manifest.tables}
    with filled(engine) as connection:
        create(connection, manifest.revision)
        there = shapes(connection)
        if {shape.name: shape.columns for shape in there} != {
            name: part.columns for name, part in parts.items()
        }:
            raise NothingUsable("backup.tables_differ", revision=manifest.revision)
        for number, shape in enumerate(there):
            tell("tables", number, len(there))
            try:
                load(connection, shape, archive.lines(parts[shape.name]))
            except (TypeError, ValueError):  # hashes hold, yet these are no rows
                raise NothingUsable("backup.part_altered", part=shape.name) from None
        set_counters(connection, manifest.counters)
        tell("tables", len(there), len(there))
        if not _is_wanted(connection, manifest):
            raise NothingUsable("backup.not_taken", kind=connection.dialect.name)


def _is_wanted(connection: Connection, manifest: Manifest) -> bool:
    wanted = {part.name: Digest(part.rows, part.sha256) for part in manifest.tables}
    return is_what_is_wanted(connection, manifest.revision, wanted, manifest.counters)


def _tops(manifest: Manifest) -> set[str]:
    """Return what of the backup lies directly in the home."""
    paths = (*manifest.folders, *(part.path for part in manifest.files))
    return {path.partition("/")[0] for path in paths}


def _database_names(engine: Engine, home: Path) -> set[str]:
    """Return the names a SQLite file and what belongs to it may have in the home."""
    file = file_of(engine)
    if file is None or file.absolute().parent != home.absolute():
        return set()
    return {prefix + end for prefix in (file.name, f".{file.name}.restore") for end in COMPANIONS}


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let no other restoration into this home meanwhile."""
    descriptor = os.open(home, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongUse("storage.unfinished", folder=str(home)) from None
        yield
    finally:
        os.close(descriptor)


def _quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
