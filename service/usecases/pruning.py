"""Old versions of the model removed: never the one in force, nor the one a rollback leads to.

In: settings, how many of the newest to keep, or one version by name. Out: what stays and why, and
what went.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.registry import changes, layout
from recommender.registry.layout import Version
from recommender.registry.retention import Reason, kept
from service.settings import Settings
from service.usecases.errors import WrongUse
from service.usecases.models import changing, found_version


@dataclass(frozen=True)
class Pruned:
    """What became of the versions.

    Attributes:
        kept: why a version stays, by number.
        removed: versions that went, or would go; the oldest first.
        refused: the version that was named and stays; null where none was.
    """

    kept: Mapping[int, Reason]
    removed: tuple[Version, ...]
    refused: Version | None = None


def prune(settings: Settings, newest: int, *, dry_run: bool = False) -> Pruned:
    """Remove all versions but the one in force, the one before it and the newest.

    Parameters:
        newest: how many of the newest stay, at least 1.
        dry_run: only tell.

    Raises:
        WrongUse: ``newest`` is below 1.
        UnusableModel: which version is in force cannot be read; nothing is removed.
    """
    if newest < 1:
        raise WrongUse("models.prune_keeps_none")
    registry = settings.models
    if dry_run or not layout.is_registry(registry):
        stays = kept(registry, newest)
        return Pruned(stays, _others(settings, stays))
    with changing(registry) as stamp:
        stays = kept(registry, newest)
        going = _others(settings, stays)
        for version in going:
            changes.remove(registry, stamp, version)
    return Pruned(stays, going)


def prune_one(settings: Settings, named: str, *, dry_run: bool = False) -> Pruned:
    """Remove one version, unless it is in force or the one a rollback leads to.

    Raises:
        NotThere: no version has this name.
        UnusableModel: which version is in force cannot be read; nothing is removed.
    """
    registry = settings.models
    version = found_version(registry, named)
    if dry_run:
        stays = kept(registry, 0)
        free = version.number not in stays
        return Pruned(stays, (version,) if free else (), None if free else version)
    with changing(registry) as stamp:
        stays = kept(registry, 0)
        if version.number in stays:
            return Pruned(stays, (), version)
        changes.remove(registry, stamp, version)
    return Pruned(stays, (version,))


def _others(settings: Settings, stays: Mapping[int, Reason]) -> tuple[Version, ...]:
    return tuple(v for v in layout.versions(settings.models) if v.number not in stays)
