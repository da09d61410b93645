"""Where things lie in a registry of models, and which version is in force.

    versions/000001-0123456789ab/   a model, never changed; beside it perhaps evaluation.json
    promoted.json                   {number, id, previous}: this file alone decides
    journal.jsonl                   every change, sealed line by line

In: a folder. Out: versions and the pointer. A folder that is itself a model is no registry; both
forms are opened by way of ``resolve``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender import artifact
from recommender.errors import UnusableModel

VERSIONS = "versions"
POINTER = "promoted.json"
MANIFEST = "manifest.json"
ID_SHOWN = 12
"""So many characters of a model's id stand in the name of its folder."""

ID_LEAST = 4
"""So many characters of an id name a version; fewer are taken for a number or a slip."""

_NAME = re.compile(r"(\d{6,})-([0-9a-f]{12})")


@dataclass(frozen=True)
class Version:
    """A version of the model: its number, the beginning of its id, its folder."""

    number: int
    id: str
    folder: Path


@dataclass(frozen=True)
class Pointer:
    """Which version is in force, and which was before it."""

    number: int
    id: str
    previous: int | None

    def as_json(self) -> dict[str, Any]:
        """Return what ``promoted.json`` holds."""
        return {"number": self.number, "id": self.id, "previous": self.previous}


def folder_name(number: int, model_id: str) -> str:
    """Return the name of a version's folder."""
    return f"{number:06d}-{model_id[:ID_SHOWN]}"


def is_registry(folder: Path) -> bool:
    """Whether versions are kept here."""
    return (folder / POINTER).is_file() or (folder / VERSIONS).is_dir()


def versions(registry: Path) -> tuple[Version, ...]:
    """Return every version, the oldest first; a registry that is not there has none."""
    place = registry / VERSIONS
    if not place.is_dir():
        return ()
    named = ((_NAME.fullmatch(folder.name), folder) for folder in place.iterdir())
    found = [Version(int(name[1]), name[2], folder) for name, folder in named if name]
    return tuple(sorted(found, key=lambda version: version.number))


def find(registry: Path, named: str) -> Version | None:
    """Return the version that a number, a folder's name or the beginning of an id means."""
    known = versions(registry)
    if named.isascii() and named.isdigit():
        numbered = [version for version in known if version.number == int(named)]
        if numbered:
            return numbered[0]
    known_by = [v for v in known if len(named) >= ID_LEAST and v.id.startswith(named)]
    meant = [v for v in known if v.folder.name == named] or known_by
    return meant[0] if len(meant) == 1 else None


def numbered(registry: Path, number: int) -> Version | None:
    """Return the version with this number."""
    return next((v for v in versions(registry) if v.number == number), None)


def pointer(registry: Path) -> Pointer | None:
    """Return the pointer; ``None`` where no version is in force yet.

    Raises:
        UnusableModel: there is a pointer that cannot be read.
    """
    path = registry / POINTER
    if not path.is_file():
        return None
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return _pointer(held)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableModel(
            f"{POINTER} in {registry.name!r} cannot be read ({type(error).__name__}). "
            "Name the version to use: selaras models promote."
        ) from error


def promoted(registry: Path) -> Version | None:
    """Return the version in force; ``None`` where there is none yet.

    Raises:
        UnusableModel: the pointer cannot be read or leads nowhere.
    """
    held = pointer(registry)
    if held is None:
        return None
    version = numbered(registry, held.number)
    if version is None or not held.id.startswith(version.id):
        raise UnusableModel(
            f"Version {held.number} in {registry.name!r} is in force but is not there. "
            "Go back to the one before: selaras models rollback."
        )
    return version


def resolve(path: Path) -> Path:
    """Return the folder of the model that ``path`` means.

    Parameters:
        path: a model, or a registry of which the version in force is meant.

    Raises:
        UnusableModel: no version of the registry is in force.
    """
    if (path / MANIFEST).is_file() or not is_registry(path):
        return artifact.standing(path)  # opening it says what it lacks
    version = promoted(path)
    if version is None:
        raise UnusableModel(
            f"No version in {path.name!r} is in force. Choose one: selaras models promote."
        )
    return version.folder


def _pointer(held: Mapping[str, Any]) -> Pointer:
    number, model_id, previous = held["number"], held["id"], held["previous"]
    if not isinstance(number, int) or not isinstance(model_id, str):
        raise TypeError(POINTER)
    if previous is not None and not isinstance(previous, int):
        raise TypeError(POINTER)
    return Pointer(number, model_id, previous)
