"""The evaluation kept with a version: how a model fitted in the same way did on the data's past.

In: reports of ``evaluate`` and what they rest on. Out: ``evaluation.json``, which carries its own
SHA-256, so that a changed figure is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, get_args

from recommender import artifact
from recommender.card import card
from recommender.durable import as_json, replace_file
from recommender.errors import NothingToEvaluate, UnusableModel
from recommender.evaluation.protocol import Progress
from recommender.evaluation.run import evaluate
from recommender.evaluation.splits import Kind as SplitKind
from recommender.registry.layout import Version
from training_data.dataset import Dataset
from training_data.messages import say
from training_data.reference.packs import load_rules

NAME = "evaluation.json"
Kind = Literal["training", "role"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def measure(
    dataset: Dataset,
    *,
    as_of: date,
    seed: int,
    split: SplitKind | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure both kinds of suggestions, as far as the data hold something to judge by.

    Parameters:
        split: how trainings are parted; without it by time, or by the last training of each
            employee where nothing is dated.

    Raises:
        NothingToEvaluate: the data hold nothing to judge either kind by.
    """
    reports: dict[str, Any] = {}
    for kind in KINDS:
        report = _report(dataset, kind, split, as_of, seed, progress)
        if report is not None:
            reports[kind] = report
    if not reports:
        raise NothingToEvaluate(say("models.nothing_to_judge", "id"))
    return {
        "as_of": as_of.isoformat(),
        "seed": seed,
        "data": dataset.content_hash,
        "rules": load_rules(as_of).hash,
        "reports": reports,
        "lacking": [kind for kind in KINDS if kind not in reports],
    }


def keep(version: Version, evaluation: Mapping[str, Any]) -> None:
    """Write the evaluation into the version and its card anew; the model stays as it is."""
    replace_file(
        version.folder / NAME,
        as_json({"sha256": _digest(evaluation), "evaluation": dict(evaluation)}),
    )
    model = artifact.load(version.folder)
    manifest = artifact.read_manifest(version.folder)
    replace_file(version.folder / "CARD.md", card(model, manifest, evaluation))


def kept(version: Version) -> Mapping[str, Any] | None:
    """Return the evaluation of a version; ``None`` where it was not measured.

    Raises:
        UnusableModel: it cannot be read or was changed.
    """
    path = version.folder / NAME
    if not path.is_file():
        return None
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        evaluation: Mapping[str, Any] = held["evaluation"]
        whole = held["sha256"] == _digest(evaluation)
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise UnusableModel(
            f"{NAME} of version {version.number} is damaged (its checksum differs). "
            f"Measure it again: selaras models evaluate {version.number}."
        )
    return evaluation


def _report(
    dataset: Dataset,
    kind: Kind,
    split: SplitKind | None,
    as_of: date,
    seed: int,
    progress: Progress | None,
) -> dict[str, Any] | None:
    """Return the report of the first split that the data allow."""
    splits: tuple[SplitKind, ...] = ("time", "last") if split is None else (split,)
    for one in splits if kind == "training" else splits[:1]:
        try:
            found = evaluate(
                dataset, kind=kind, split=one, as_of=as_of, seed=seed, progress=progress
            )
        except NothingToEvaluate:
            continue
        return found.as_json()
    return None


def _digest(evaluation: Mapping[str, Any]) -> str:
    return hashlib.sha256(as_json(evaluation).encode()).hexdigest()
