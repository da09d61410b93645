"""A check of the installation: interpreter, libraries, home, database, model, room on the disk.

In: settings. Out: named checks with a sentence each, in the order in which to mend things.
"""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from service.database.engine import connect
from service.database.health import Check, check_database
from service.errors import ServiceError
from service.settings import Settings
from service.usecases.learning import default_model_folder
from training_data.messages import text

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "sqlalchemy", "fastapi")
ROOM_NEEDED = 1 << 30
"""Bytes that should be free: a ranking is written whole before the one before is removed."""


def check_installation(settings: Settings) -> tuple[Check, ...]:
    """Return every check; those of the database are left out where there is none yet."""
    return (_python(), _libraries(), _room(settings), *_database(settings), _model(settings))


def _python() -> Check:
    return Check("python", True, text("cli.check.python.ok", version=platform.python_version()))


def _libraries() -> Check:
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        said = text("cli.check.libraries.missing", names=", ".join(missing))
        return Check("libraries", False, said)
    return Check("libraries", True, text("cli.check.libraries.ok", found=", ".join(found)))


def _room(settings: Settings) -> Check:
    place = settings.home.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    code = "ok" if free >= ROOM_NEEDED else "little"
    said = text(f"cli.check.room.{code}", gib=free / (1 << 30), home=str(settings.home))
    return Check("room", code == "ok", said)


def _database(settings: Settings) -> tuple[Check, ...]:

    if settings.database_url is None and not settings.database_file.exists():
        return (Check("database", True, text("cli.check.database.none")),)
    try:
        return check_database(connect(settings), settings.home)
    except ServiceError as error:
        return (Check("database", False, error.text),)


def _model(settings: Settings) -> Check:
    from recommender import artifact
    from recommender.errors import UnusableModel

    folder: Path = default_model_folder(settings)
    if not folder.exists():
        return Check("model", True, text("cli.check.model.none", folder=str(folder)))
    try:
        model = artifact.load(folder)
    except UnusableModel as error:
        return Check("model", False, text("cli.model_unusable", reason=str(error)))
    return Check("model", True, text("cli.check.model.ok", id=model.id[:12], day=model.as_of))
