"""The registry of models of this installation: written under its lock, by a user, at a time.

In: settings, the name of a version, data. Out: versions with what is known of them, changes of the
version in force, comparisons.
"""

from __future__ import annotations

import fcntl
import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from recommender import artifact, pipeline
from recommender.card import LearntFrom, card
from recommender.engine import Engine
from recommender.errors import NothingToEvaluate, UnusableModel
from recommender.evaluation.splits import Kind as SplitKind
from recommender.model import Model
from recommender.pipeline import Progress
from recommender.registry import changes, compare, evaluations, journal, layout, verify
from recommender.registry.changes import Stamp
from recommender.registry.compare import Comparison, Side
from recommender.registry.floors import Finding, Floors, judge
from recommender.registry.layout import Version
from service.settings import Settings
from service.usecases.errors import NotThere, WrongUse
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

CURRENT = "current"
"""Folder of the one model that ``fit`` wrote before there were versions; adopted as version 1."""

LOCK = ".lock"


@dataclass(frozen=True)
class Entry:
    """A version and what is known of it.

    Attributes:
        in_force: whether rankings without a named model use it.
        manifest: what it says of itself; empty where that cannot be read.
        evaluation: null where it was not measured.
        damage: what is wrong with it.
    """

    version: Version
    in_force: bool
    manifest: Mapping[str, Any]
    evaluation: Mapping[str, Any] | None
    damage: tuple[Finding, ...]


@dataclass(frozen=True)
class Promotion:
    """What became of a promotion.

    Attributes:
        refused: floors that are not met; the version in force stays unless they were overridden.
        done: whether the version is in force now.
    """

    version: Version
    refused: tuple[Finding, ...]
    done: bool


@dataclass(frozen=True)
class Fitted:
    """What ``fit`` wrote.

    Attributes:
        new: false where the same model was there already.
        promotion: null where nobody asked to promote it.
        in_force: whether it is in force now.
    """

    version: Version
    new: bool
    promotion: Promotion | None
    in_force: bool


def require_place(registry: Path) -> None:
    """Raise ``WrongUse`` where versions could not be kept: before the work."""
    if registry.exists() and not registry.is_dir():
        raise WrongUse("cli.not_a_folder", folder=str(registry))
    if (registry / layout.MANIFEST).is_file():
        raise WrongUse("models.plain_folder", folder=str(registry))


def fit_version(
    dataset: Dataset,
    settings: Settings,
    *,
    as_of: date,
    seed: int = 0,
    promote: bool = False,
    progress: Progress | None = None,
) -> Fitted:
    """Learn a model and keep it as a new version; the first one is in force at once.

    Parameters:
        promote: measure it on the same data and put it in force if it meets the floors.

    Raises:
        NothingToRank: the dataset holds neither trainings nor jobs.
        WrongUse: versions cannot be kept there.
    """
    registry = settings.models
    require_place(registry)
    rules = load_rules(as_of, settings.rules_dir)
    model = pipeline.fit(dataset, as_of=as_of, seed=seed, rules=rules, progress=progress)
    with changing(registry) as stamp:
        version, new = changes.add(registry, stamp, model, rules, LearntFrom.of(dataset, as_of))
        if layout.pointer(registry) is None and not promote:
            changes.put_in_force(registry, stamp, version, "first", previous=None)
    if not promote:
        return Fitted(version, new, None, _in_force(registry, version))
    with suppress(NothingToEvaluate):  # the floors say it: what was not measured is unknown
        _measure(registry, version, model, dataset, None, None, progress)
    promotion = promote_version(settings, str(version.number), as_of=as_of)
    return Fitted(version, new, promotion, _in_force(registry, version))


def listed(settings: Settings) -> tuple[Entry, ...]:
    """Return every version, the oldest first."""
    return tuple(_entry(settings.models, version) for version in layout.versions(settings.models))


def shown(settings: Settings, named: str) -> tuple[Entry, str, tuple[Mapping[str, Any], ...]]:
    """Return a version, its card, and what the journal tells of it.

    Raises:
        NotThere: no version has this name.
        UnusableModel: the version is damaged.
    """
    version = found_version(settings.models, named)
    entry = _entry(settings.models, version)
    page = card(artifact.load(version.folder), entry.manifest, entry.evaluation)
    lines = journal.read(settings.models).lines
    return entry, page, tuple(line for line in lines if line["number"] == version.number)


def evaluate_version(
    settings: Settings,
    named: str,
    dataset: Dataset,
    *,
    as_of: date | None = None,
    split: SplitKind | None = None,
    progress: Progress | None = None,
) -> tuple[Version, Mapping[str, Any]]:
    """Measure how a model fitted as this version did on the past of ``dataset``, and keep it.

    Parameters:
        as_of: nothing later is used; without it the day of the version.

    Raises:
        NotThere: no version has this name.
        UnusableModel: the version is damaged.
        NothingToEvaluate: the data hold nothing to judge by.
    """
    version = found_version(settings.models, named)
    model = artifact.load(version.folder)
    found = _measure(settings.models, version, model, dataset, as_of, split, progress)
    return version, found


def promote_version(
    settings: Settings, named: str, *, as_of: date, override: str | None = None
) -> Promotion:
    """Put a version in force if it meets the floors, or for a reason that is recorded.

    Parameters:
        as_of: the day whose rules state the floors.
        override: why floors that are not met are passed over.

    Raises:
        NotThere: no version has this name.
        UnusableModel: the version is damaged; the one in force stays.
        WrongUse: the reason is empty.
    """
    if override is not None and not override.strip():
        raise WrongUse("models.no_reason")
    registry = settings.models
    version = found_version(registry, named)
    with changing(registry) as stamp:
        model = artifact.load(version.folder)
        refused = _refused(settings, version, model, as_of)
        if refused and override is None:
            return Promotion(version, refused, False)
        held = _pointer(registry)
        if held is None or held.number != version.number:
            changes.put_in_force(
                registry,
                stamp,
                version,
                "override" if refused else "promote",
                previous=None if held is None else held.number,
                reason=(override or "") if refused else "",
            )
    return Promotion(version, refused, True)


def roll_back(settings: Settings) -> tuple[Version, tuple[int, ...]]:
    """Go back to the newest whole version that was in force before; return it and what is damaged.

    Raises:
        NotThere: there is none.
    """
    registry = settings.models
    damaged: list[int] = []
    with changing(registry) as stamp:
        way = changes.way_back(registry)
        for place, number in enumerate(way):
            version = layout.numbered(registry, number)
            if version is None:
                damaged.append(number)
                continue
            previous = way[place + 1] if place + 1 < len(way) else None
            try:
                changes.put_in_force(registry, stamp, version, "rollback", previous=previous)
            except UnusableModel:
                damaged.append(number)
                continue
            return version, tuple(damaged)
    raise NotThere("models.nothing_before")


def verified(settings: Settings) -> tuple[Finding, ...]:
    """Return what is wrong with the registry."""
    return verify.verify(settings.models)


def compared(
    settings: Settings, a: str, b: str, dataset: Dataset | None = None, *, as_of: date
) -> tuple[Version, Version, Comparison]:
    """Hold two versions side by side, with data also by the lists that would change.

    Raises:
        NotThere: no version has one of these names.
        UnusableModel: one of them is damaged.
    """
    registry = settings.models
    versions = (found_version(registry, a), found_version(registry, b))
    models = [artifact.load(version.folder) for version in versions]
    sides = [
        Side(
            version.number,
            model.description(),
            artifact.read_manifest(version.folder),
            evaluations.kept(version),
        )
        for version, model in zip(versions, models, strict=True)
    ]
    lists = None
    if dataset is not None:
        rules = load_rules(as_of, settings.rules_dir)
        first, second = (Engine.open(dataset, m, as_of=as_of, rules=rules) for m in models)
        lists = compare.lists_between(first, second)
    return *versions, compare.compare(sides[0], sides[1], lists)


def in_force(settings: Settings) -> Version | None:
    """Return the version in force; ``None`` where there is none.

    Raises:
        UnusableModel: the pointer cannot be read or leads nowhere.
    """
    return layout.promoted(settings.models)


def model_for(settings: Settings, day: date) -> Path | None:
    """Return what the database is ranked with where no model is named; ``None`` to fit one.

    A version that was learnt on a later day would know what was not known on this one.

    Raises:
        UnusableModel: a version is in force that cannot be used.
    """
    version = in_force(settings)
    if version is None:
        return None
    learnt = date.fromisoformat(artifact.read_manifest(version.folder)["as_of"])
    return settings.models if learnt <= day else None


def _measure(
    registry: Path,
    version: Version,
    model: Model,
    dataset: Dataset,
    as_of: date | None,
    split: SplitKind | None,
    progress: Progress | None,
) -> Mapping[str, Any]:
    found = evaluations.measure(
        dataset,
        as_of=as_of or model.as_of,
        seed=model.seed,
        split=split,
        progress=progress,
    )
    with changing(registry) as stamp:
        evaluations.keep(version, found)
        changes.record(registry, stamp, "evaluated", version, data=found["data"])
    return found


def _refused(
    settings: Settings, version: Version, model: Model, as_of: date
) -> tuple[Finding, ...]:
    floors = Floors.of(load_rules(as_of, settings.rules_dir))
    if floors is None:
        return ()
    held = _pointer(settings.models)
    current = None
    if held is not None and held.number != version.number:
        before = layout.numbered(settings.models, held.number)
        current = None if before is None else _evaluation(before)
    main = "training" if model.training_codes else "role"
    return judge(floors, evaluations.kept(version), current, main=main, number=version.number)


def _evaluation(version: Version) -> Mapping[str, Any] | None:
    """Return the evaluation of a version; a damaged one is unknown, and ``verify`` tells."""
    try:
        return evaluations.kept(version)
    except UnusableModel:
        return None


def _pointer(registry: Path) -> layout.Pointer | None:
    """Return the pointer; one that cannot be read is replaced by what is promoted next."""
    try:
        return layout.pointer(registry)
    except UnusableModel:
        return None


def _in_force(registry: Path, version: Version) -> bool:
    held = _pointer(registry)
    return held is not None and held.number == version.number


def _entry(registry: Path, version: Version) -> Entry:
    try:
        manifest = artifact.read_manifest(version.folder)
    except UnusableModel:
        manifest = {}
    return Entry(
        version,
        _in_force(registry, version),
        manifest,
        _evaluation(version),
        tuple(verify.damage(version)),
    )


def found_version(registry: Path, named: str) -> Version:
    """Return the version of this name.

    Raises:
        NotThere: there is none.
    """
    version = layout.find(registry, named)
    if version is None:
        raise NotThere("models.unknown_version", named=named)
    return version


@contextmanager
def changing(registry: Path) -> Iterator[Stamp]:
    """Hold the registry alone, in order and with the model of older times adopted."""
    registry.mkdir(parents=True, exist_ok=True)
    with (registry / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = Stamp(_user(), datetime.now(UTC).isoformat(timespec="seconds"))
        changes.settle(registry, stamp)
        changes.adopt(registry, stamp, registry / CURRENT)
        yield stamp


def _user() -> str:
    """Return the name of the account, or its number where it has none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
