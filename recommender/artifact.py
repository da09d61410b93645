"""Models on disk: arrays as npz, the rest as JSON, a manifest with checksums and a card.

Nothing in the folder is executable: npz is read with ``allow_pickle=False``. A file that is
missing, damaged or of another format is refused with the reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from recommender.errors import UnusableModel
from recommender.model import SPARSE, EngineConfig, Model
from recommender.role_score import RoleConstants
from recommender.similarity.history import HistoryModel
from recommender.similarity.profiles import ProfileSpace
from recommender.similarity.text import TextSpace
from recommender.training_score import TrainingConstants
from training_data.reference.packs import MARKS, Rules

FORMAT = 1
LIBRARIES = ("numpy", "scipy", "scikit-learn")


def save(model: Model, folder: Path, rules: Rules | None = None) -> None:
    """Write the model into ``folder``, replacing what stands there in one rename.

    Parameters:
        rules: those it was fitted with; manifest and card then name them.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.parent / f".{folder.name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    np.savez(temporary / "arrays.npz", allow_pickle=False, **model.arrays())
    _write(temporary / "model.json", model.description())
    (temporary / "CARD.md").write_text(card(model, rules), encoding="utf-8")
    files = {name: _sha256(temporary / name) for name in ("arrays.npz", "model.json")}
    _write(
        temporary / "manifest.json",
        {
            "format": FORMAT,
            "id": model.id,
            "files": files,
            "data": model.data_hash,
            "as_of": model.as_of.isoformat(),
            "rules": rules and rules.hash,
            "overlays": list(rules.overlays) if rules else [],
            "libraries": {n: version(n) for n in LIBRARIES},
            "metrics": {},
        },
    )
    previous = folder.parent / f".{folder.name}.{os.getpid()}.old"
    if folder.exists():
        os.replace(folder, previous)
    os.replace(temporary, folder)
    shutil.rmtree(previous, ignore_errors=True)


def load(folder: Path) -> Model:
    """Read a model back.

    Raises:
        UnusableModel: the folder holds no model, another format, or a damaged one.
    """
    manifest = _read(folder / "manifest.json", folder)
    if manifest.get("format") != FORMAT:
        raise UnusableModel(
            f"Model in {folder.name!r} has format {manifest.get('format')!r}, "
            f"this version reads {FORMAT}. Fit it again: selaras fit."
        )
    for name, expected in manifest.get("files", {}).items():
        path = folder / name
        if not path.is_file() or _sha256(path) != expected:
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


def card(model: Model, rules: Rules | None = None) -> str:
    """Return the model card: what it is, what it learned from, what it is not for."""
    learned = len(model.training_codes)
    return (
        f"# Model {model.id[:12]}\n\n"
        f"- Fitted on data {model.data_hash[:12]} as known on {model.as_of.isoformat()}, "
        f"seed {model.seed}.\n"
        f"- Knows {learned} trainings, {len(model.job_codes)} jobs, "
        f"{len(model.competency_codes)} competencies; histories of "
        f"{round(model.history.people)} people. It holds no person's data.\n"
        f"{_rules_of(rules)}"
        "- Intended use: suggestions for development and for the preparation of posts, read by "
        "people who decide.\n"
        "- Not for: decisions without a person, dismissal, pay, or ranking of persons by worth.\n"
        "- Limits: weights are documented defaults; effects claimed by trainings are not "
        "verified by it; not validated for ASN.\n"
    )


def _rules_of(rules: Rules | None) -> str:
    """Return the line of the card about rules: which set, whose, and how far it is confirmed."""
    if rules is None:
        return ""
    marks = Counter(rule.mark for rule in rules)
    counted = ", ".join(f"{mark} {marks[mark]}" for mark in MARKS if marks[mark])
    agency = f"changed by {', '.join(rules.overlays)}" if rules.overlays else "without an overlay"
    return (
        f"- Rules {rules.hash[:12]} ({agency}); by mark: {counted}. Only V is confirmed; "
        "`selaras rules list` names the others.\n"
    )


def _rebuild(described: dict[str, Any], arrays: dict[str, Any]) -> Model:
    tables = {
        name: sp.csr_matrix(
            (
                arrays[f"history.{name}.data"],
                arrays[f"history.{name}.indices"],
                arrays[f"history.{name}.indptr"],
            ),
            shape=tuple(arrays[f"history.{name}.shape"]),
        )
        for name in SPARSE
    }
    history = HistoryModel(
        took=arrays["history.took"],
        holders_job=arrays["history.holders_job"],
        holders_tier=arrays["history.holders_tier"],
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
        training_codes=tuple(described["training_codes"]),
        space=ProfileSpace(
            arrays["space.centre"], arrays["space.scale"], described["space_common"]
        ),
        text=TextSpace(
            (tuple(described["words"]), tuple(described["ngrams"])),
            (arrays["text.words"], arrays["text.ngrams"]),
        ),
        history=history,
        training_constants=TrainingConstants(**described["training_constants"]),
        role_constants=RoleConstants(**described["role_constants"]),
    )


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(
        json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )


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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
