"""A check of the installation: interpreter, libraries, home, database, model, room on the disk.

In: settings. Out: named checks with a sentence each, in the order in which to mend things.
"""

from __future__ import annotations

import platform
import shutil
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from service.database.audit import BACKED_UP, latest
from service.database.engine import UNFINISHED, connect
from service.database.health import Check, check_database
from service.errors import ServiceError
from service.settings import TIMEZONE, Settings, today
from training_data.messages import text

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "sqlalchemy", "fastapi")
BACKUP_DAYS = 7
"""A last backup that is older than this has to be followed by a new one."""

ROOM_NEEDED = 1 << 30
"""Bytes that should be free: a ranking is written whole before the one before is removed."""


def check_installation(settings: Settings) -> tuple[Check, ...]:
    """Return every check; those of the database are left out where there is none yet."""
    return (
        _python(),
        _libraries(),
        _room(settings),
        *_database(settings),
        _model(settings),
        *_sign_on(settings),
    )


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
    if (settings.home / UNFINISHED).exists():
        said = text("storage.unfinished", folder=str(settings.home))
        return (Check("database", False, said),)
    if settings.database_url is None and not settings.database_file.exists():
        return (Check("database", True, text("cli.check.database.none")),)
    try:
        engine = connect(settings)
        checks = check_database(engine, settings.home)
    except ServiceError as error:
        return (Check("database", False, error.text),)
    if not all(check.ok for check in checks if check.name in ("reachable", "migrated")):
        return checks
    return (*checks, _backup(latest(engine, BACKED_UP)))


def _backup(made: datetime | None) -> Check:
    """A habit that was given up shows here; who never began may only be trying things out."""
    if made is None:
        return Check("backup", True, text("backup.check.none"))
    day = made.astimezone(TIMEZONE).date()
    days = (today() - day).days
    if days > BACKUP_DAYS:
        return Check(
            "backup", False, text("backup.check.old", days=days, day=day, most=BACKUP_DAYS)
        )
    if days < 1:
        return Check("backup", True, text("backup.check.today"))
    return Check("backup", True, text("backup.check.ok", days=days, day=day))


def _model(settings: Settings) -> Check:
    from recommender.errors import UnusableModel
    from recommender.registry import journal
    from recommender.registry.layout import is_registry
    from recommender.registry.verify import verify
    from service.usecases.models import CURRENT, in_force

    registry = settings.models
    try:
        if not is_registry(registry):
            return _plain_model(registry, registry / CURRENT)
        version = in_force(settings)
    except UnusableModel as error:
        return Check("model", False, text("cli.model_unusable", reason=str(error)))
    wrong = verify(registry)
    if wrong:
        return Check("model", False, text("models.check.wrong", found=wrong[0].text))
    if version is None:
        return Check("model", True, text("models.check.none", folder=str(registry)))
    known = {"number": version.number, "id": version.id, "lines": len(journal.read(registry).lines)}
    return Check("model", True, text("models.check.ok", **known))


def _sign_on(settings: Settings) -> tuple[Check, ...]:
    """Ask the provider of single sign-on; nothing is said where none is set up."""
    from service.oidc.provider import BACK, provider_of
    from service.oidc.refusals import Refused

    try:
        provider = provider_of(settings)
    except ServiceError as error:
        return (Check("sso", False, error.text),)
    if provider is None:
        return ()
    issuer = provider.client.issuer
    try:
        provider.metadata()
        keys = provider.usable_keys()
        if not keys:
            raise Refused("unfit", "keys")
    except Refused as refused:
        code = "away" if refused.why == "away" else "unfit"
        said = text(f"cli.check.sso.{code}", issuer=issuer, detail=refused.detail)
        return (Check("sso", False, said),)
    base = provider.client.base or f"http://{settings.host}:{settings.port}"
    return (
        Check("sso", True, text("cli.check.sso.ok", issuer=issuer, keys=keys, back=base + BACK)),
    )


def _plain_model(registry: Path, current: Path) -> Check:
    """Check the one model of an installation that keeps no versions yet."""
    from recommender import artifact

    found = next((p for p in (registry, current) if (p / "manifest.json").is_file()), None)
    if found is None:
        return Check("model", True, text("cli.check.model.none", folder=str(registry)))
    model = artifact.load(found)
    return Check("model", True, text("cli.check.model.ok", id=model.id[:12], day=model.as_of))
