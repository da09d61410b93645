"""Models on disk: arrays as npz, the rest as JSON, a manifest with checksums and a card.

Nothing in the folder is executable: npz is read with ``allow_pickle=False``. A file that is
missing, damaged or of another format is refused with the reason.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from recommender.card import LearntFrom, card
from recommender.durable import as_json, sync_files, sync_folder
from recommender.effects import Effects
from recommender.errors import UnusableModel
from recommender.estimate.sources import Errors
from recommender.learning.weights import LearntWeights
from recommender.model import SPARSE, EngineConfig, Model, sparse
from recommender.role_score import RoleConstants
from recommender.similarity.history import HistoryModel
from recommender.similarity.moves import MoveModel
from recommender.similarity.profiles import ProfileSpace
from recommender.similarity.text import LatentText, TextSpace
from recommender.training_terms import TrainingConstants
from training_data.reference.packs import Rules

FORMAT = 4
LIBRARIES = ("numpy", "scipy", "scikit-learn")


def save(
    model: Model, folder: Path, rules: Rules | None = None, learnt: LearntFrom | None = None
) -> None:
    """Write the model into ``folder``, in the place of what stands there.

    Killed at any moment, it leaves the model before or the new one: ``load`` and the next ``save``
    take back what was set aside.

    Parameters:
        rules: those it was fitted with; manifest and card then name them.
        learnt: what it was learnt from; manifest and card then state it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.parent):
        restore(folder)
        temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
        temporary.mkdir()
        write(model, temporary, rules, learnt)
        if folder.exists():
            os.replace(folder, folder.with_name(f".{folder.name}.{os.getpid()}.old"))
        os.replace(temporary, folder)
        sync_folder(folder.parent)
        restore(folder)


def write(
    model: Model, folder: Path, rules: Rules | None = None, learnt: LearntFrom | None = None
) -> None:
    """Write the files of a model into an empty folder and make them durable."""
    np.savez(folder / "arrays.npz", allow_pickle=False, **model.arrays())
    described = as_json(model.description())
    (folder / "model.json").write_text(described, encoding="utf-8")
    files = {name: sha256_of(folder / name) for name in ("arrays.npz", "model.json")}
    manifest = {
        "format": FORMAT,
        "id": model.id,
        "files": files,
        "data": model.data_hash,
        "as_of": model.as_of.isoformat(),
        "rules": rules and rules.hash,
        "overlays": list(rules.overlays) if rules else [],
        "marks": dict(Counter(rule.mark for rule in rules)) if rules else {},
        "libraries": {n: version(n) for n in LIBRARIES},
        "learnt_from": learnt and learnt.as_json(),
    }
    (folder / "CARD.md").write_text(card(model, manifest), encoding="utf-8")
    (folder / "manifest.json").write_text(as_json(manifest), encoding="utf-8")
    sync_files(folder)


def restore(folder: Path) -> None:
    """Take back the model that a killed ``save`` had set aside, and remove what it left behind."""
    aside = _left_behind(folder, "old")
    if aside and not folder.exists():
        os.replace(aside.pop(), folder)
    for left in (*aside, *_left_behind(folder, "tmp")):
        shutil.rmtree(left)


def standing(folder: Path) -> Path:
    """Return where a model can be read: ``folder``, or what a killed ``save`` had set aside."""
    return folder if folder.exists() else (_left_behind(folder, "old") or [folder])[-1]


def load(folder: Path) -> Model:
    """Read a model back.

    Raises:
        UnusableModel: the folder holds no model, another format, or a damaged one.
    """
    folder = standing(folder)
    manifest = read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise UnusableModel(
            f"Model in {folder.name!r} has format {manifest.get('format')!r}, "
            f"this version reads {FORMAT}. Fit it again: selaras fit."
        )
    for name, expected in manifest.get("files", {}).items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != expected:
            raise UnusableModel(
                f"Model file {name!r} in {folder.name!r} is missing or damaged "
                "(its checksum differs). Fit it again: selaras fit."
            )
    try:
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            model = _rebuild(_read(folder / "model.json", folder), dict(arrays))
    except (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise UnusableModel(
            f"Model in {folder.name!r} cannot be read ({error}). Fit it again: selaras fit."
        ) from error
    if model.id != manifest.get("id"):
        raise UnusableModel(
            f"Model in {folder.name!r} is not the one its manifest names. "
            "Fit it again: selaras fit."
        )
    return model


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest of a model says, without looking at the model.

    Raises:
        UnusableModel: there is none that can be read.
    """
    return _read(folder / "manifest.json", folder)


def _rebuild(described: dict[str, Any], arrays: dict[str, Any]) -> Model:
    tables = {name: sparse(f"history.{name}", arrays) for name in SPARSE}
    history = HistoryModel(
        took=arrays["history.took"],
        popular=arrays["history.popular"],
        holders_job=arrays["history.holders_job"],
        holders_tier=arrays["history.holders_tier"],
        holders_unit=arrays["history.holders_unit"],
        peers_all=arrays["history.peers_all"],
        people=described["history_people"],
        **tables,
    )
    return Model(
        config=EngineConfig.from_json(described["config"]),
        as_of=date.fromisoformat(described["as_of"]),
        seed=described["seed"],
        data_hash=described["data_hash"],
        competency_codes=tuple(described["competency_codes"]),
        job_codes=tuple(described["job_codes"]),
        unit_codes=tuple(described["unit_codes"]),
        training_codes=tuple(described["training_codes"]),
        space=ProfileSpace(
            arrays["space.centre"],
            arrays["space.scale"],
            described["space_common"],
            sparse("space.kin", arrays),
        ),
        text=TextSpace(
            (tuple(described["words"]), tuple(described["ngrams"])),
            (arrays["text.words"], arrays["text.ngrams"]),
            described["roots"],
        ),
        latent=LatentText(arrays["text.latent"]),
        history=history,
        moves=MoveModel(
            sparse("moves.people", arrays), arrays["moves.rate"], described["moves_base"]
        ),
        effects=Effects.stored(_named(arrays, "effects."), described["effects"]),
        training_weights=LearntWeights.from_json(described["training_weights"]),
        training_constants=TrainingConstants(**described["training_constants"]),
        role_constants=RoleConstants(**described["role_constants"]),
        source_errors=Errors.from_json(described["source_errors"]),
    )


def _named(arrays: dict[str, Any], start: str) -> dict[str, Any]:
    return {n.removeprefix(start): values for n, values in arrays.items() if n.startswith(start)}


def _left_behind(folder: Path, ending: str) -> list[Path]:
    """Return what killed runs of ``save`` left beside ``folder``, the newest last."""
    named = re.compile(rf"\.{re.escape(folder.name)}\.\d+\.{ending}")
    found = [path for path in folder.parent.glob(".*") if named.fullmatch(path.name)]
    return sorted(found, key=lambda path: path.stat().st_mtime)


@contextmanager
def _locked(parent: Path) -> Iterator[None]:
    """Let one process at a time replace models in a folder; a killed one lets go by dying."""
    opened = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _read(path: Path, folder: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableModel(
            f"No usable {path.name} in model folder {folder.name!r} "
            f"({type(error).__name__}). Fit a model: selaras fit."
        ) from error
    if not isinstance(value, dict):
        raise UnusableModel(f"{path.name} in model folder {folder.name!r} is not an object.")
    return value


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
