"""Changes of a registry: versions added, put in force, removed; killed anywhere, old or new.

In: a registry, whose lock the caller holds, and a ``Stamp`` of who and when. Out: the same registry
changed, and its journal. What is to be is written first (``intent``), then the pointer is replaced,
then the end (``done``); the pointer alone decides, and ``settle`` writes the missing end.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender import artifact
from recommender.card import LearntFrom
from recommender.durable import as_json, replace_file, sync_folder
from recommender.errors import UnusableModel, VersionInForce
from recommender.model import Model
from recommender.registry import journal
from recommender.registry.layout import (
    MANIFEST,
    POINTER,
    VERSIONS,
    Pointer,
    Version,
    folder_name,
    numbered,
    pointer,
    versions,
)
from training_data.reference.packs import Rules

BUILDING = ".tmp-"
"""What the name of a version begins with while it is being written."""

MOVES = ("first", "adopt", "promote", "override", "rollback")
"""Actions that put a version in force."""


@dataclass(frozen=True)
class Stamp:
    """Who changes the registry, and when, as ISO text."""

    who: str
    at: str


def settle(registry: Path, stamp: Stamp) -> None:
    """Bring a registry in order that a crash has left in the middle of a change."""
    place = registry / VERSIONS
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f"{BUILDING}*"):
        shutil.rmtree(left)
    lines = journal.read(registry).lines
    told = journal.numbers(lines, "added")
    gone = journal.numbers(lines, "removed")
    opened = _open_move(lines)
    for version in versions(registry):
        if version.number in gone:
            _discard(version)
        elif version.number not in told:
            _tell(registry, stamp, "added", version, action="found")
    if opened is None:
        return
    wanted = numbered(registry, opened["number"])
    held = _readable_pointer(registry)
    if opened["action"] == "adopt" and held is None and wanted is not None:
        # Before the adoption there was no version in force to fall back to.
        held = Pointer(wanted.number, opened["id"], None)
        _point(registry, held)
    reached = held is not None and held.number == opened["number"]
    event = "done" if reached else "abandoned"
    journal.append(registry, {**_plain(opened), "event": event, "who": stamp.who, "at": stamp.at})


def add(
    registry: Path,
    stamp: Stamp,
    model: Model,
    rules: Rules,
    learnt: LearntFrom,
) -> tuple[Version, bool]:
    """Write a model as a new version; return it, and whether it is new.

    The same model with the same manifest is not written twice.
    """
    place = registry / VERSIONS
    # A number is never given twice, not even that of a version which was removed since.
    numbers = {version.number for version in versions(registry)}
    number = 1 + max(numbers | journal.numbers(journal.read(registry).lines, "added"), default=0)
    target = place / folder_name(number, model.id)
    temporary = place / f"{BUILDING}{target.name}"
    temporary.mkdir()
    artifact.write(model, temporary, rules, learnt)
    same = _same(registry, temporary)
    if same is not None:
        shutil.rmtree(temporary)
        return same, False
    os.rename(temporary, target)
    sync_folder(place)
    version = Version(number, target.name.partition("-")[2], target)
    _tell(registry, stamp, "added", version, action="fit")
    return version, True


def adopt(registry: Path, stamp: Stamp, folder: Path) -> Version | None:
    """Take a plain model into an empty registry as version 1, in force; ``None`` if unusable."""
    artifact.restore(folder)
    if not (folder / MANIFEST).is_file() or versions(registry) or pointer(registry) is not None:
        return None
    try:
        model = artifact.load(folder)
    except UnusableModel:
        return None
    target = registry / VERSIONS / folder_name(1, model.id)
    version = Version(1, model.id[: len(target.name.partition("-")[2])], target)
    move = _move(stamp, "adopt", Pointer(1, model.id, None), None, "")
    journal.append(registry, {**move, "event": "intent"})
    os.rename(folder, target)
    sync_folder(registry / VERSIONS)
    sync_folder(folder.parent)
    _point(registry, Pointer(1, model.id, None))
    _tell(registry, stamp, "added", version, action="adopt")
    journal.append(registry, {**move, "event": "done"})
    return version


def put_in_force(
    registry: Path,
    stamp: Stamp,
    version: Version,
    action: str,
    *,
    previous: int | None,
    reason: str = "",
) -> None:
    """Put a version in force.

    Parameters:
        action: one of ``MOVES``.
        previous: the version to which a rollback leads from now on.
        reason: why floors were overridden.

    Raises:
        UnusableModel: the version is damaged; nothing is changed.
    """
    model = artifact.load(version.folder)
    before = _readable_pointer(registry)
    wanted = Pointer(version.number, model.id, previous)
    move = _move(stamp, action, wanted, None if before is None else before.number, reason)
    journal.append(registry, {**move, "event": "intent"})
    _point(registry, wanted)
    journal.append(registry, {**move, "event": "done"})


def remove(registry: Path, stamp: Stamp, version: Version) -> None:
    """Remove a version for good; what the journal tells of it stays.

    Raises:
        VersionInForce: it is the one in force.
        UnusableModel: which one is in force cannot be read.
    """
    held = pointer(registry)
    if held is not None and held.number == version.number:
        raise VersionInForce(f"Version {version.number} is in force. Promote another one first.")
    _tell(registry, stamp, "removed", version)
    _discard(version)


def record(registry: Path, stamp: Stamp, event: str, version: Version, **details: Any) -> None:
    """Write down something that puts no version in force, such as an evaluation."""
    _tell(registry, stamp, event, version, **details)


def way_back(registry: Path) -> list[int]:
    """Return the versions that were in force before the present one, the nearest first.

    Those that were removed on purpose are left out.
    """
    held = _readable_pointer(registry)
    before: dict[int, int | None] = {}
    lines = journal.read(registry).lines
    for line in lines:
        if line["event"] == "done":
            before[line["number"]] = line["previous"]
    found: list[int] = []
    step = held.previous if held else None
    while held is not None and step is not None and step not in (held.number, *found):
        found.append(step)
        step = before.get(step)
    gone = journal.numbers(lines, "removed")
    return [number for number in found if number not in gone]


def _discard(version: Version) -> None:
    """Take a version away: out of the list in one step, then file by file."""
    aside = version.folder.with_name(f"{BUILDING}{version.folder.name}")
    os.rename(version.folder, aside)
    sync_folder(aside.parent)
    shutil.rmtree(aside)


def _open_move(lines: tuple[Mapping[str, Any], ...]) -> Mapping[str, Any] | None:
    """Return the last change of the version in force where its end is missing."""
    moves = [line for line in lines if line["event"] in ("intent", "done", "abandoned")]
    return moves[-1] if moves and moves[-1]["event"] == "intent" else None


def _readable_pointer(registry: Path) -> Pointer | None:
    """Return the pointer; one that cannot be read is about to be replaced."""
    try:
        return pointer(registry)
    except UnusableModel:
        return None


def _same(registry: Path, built: Path) -> Version | None:
    """Return the newest version that is whole and has the manifest of what was just built."""
    manifest = (built / MANIFEST).read_bytes()
    for version in reversed(versions(registry)):
        held = version.folder / MANIFEST
        if held.is_file() and held.read_bytes() == manifest:
            try:
                artifact.load(version.folder)
            except UnusableModel:
                continue
            return version
    return None


def _point(registry: Path, wanted: Pointer) -> None:
    replace_file(registry / POINTER, as_json(wanted.as_json()))


def _move(
    stamp: Stamp, action: str, wanted: Pointer, before: int | None, reason: str
) -> dict[str, Any]:
    return {
        **wanted.as_json(),
        "action": action,
        "from": before,
        "reason": reason,
        "who": stamp.who,
        "at": stamp.at,
    }


def _plain(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != "before"}


def _tell(registry: Path, stamp: Stamp, event: str, version: Version, **details: Any) -> None:
    line = {
        "event": event,
        "number": version.number,
        "id": version.id,
        "who": stamp.who,
        "at": stamp.at,
    }
    journal.append(registry, {**line, **details})
