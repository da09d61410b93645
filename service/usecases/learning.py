"""Learn a model from a dataset and keep it as a folder; find the model to rank with.

In: a dataset, the day, a seed, a folder. Out: a ``Model``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from recommender import artifact, pipeline
from recommender.engine import Engine
from recommender.model import Model
from recommender.pipeline import Progress
from service.settings import Settings
from service.usecases.errors import WrongUse
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

CURRENT = "current"
"""Name of the model folder inside ``Settings.models`` when none is given."""


def default_model_folder(settings: Settings) -> Path:
    """Return where a model is written when the caller names no folder."""
    return settings.models / CURRENT


def require_model_place(folder: Path) -> None:
    """Raise ``WrongUse`` where something else than a model would be overwritten."""
    if folder.exists() and not folder.is_dir():
        raise WrongUse("cli.not_a_folder", folder=str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
        raise WrongUse("cli.not_a_model", folder=str(folder))


def fit_model(
    dataset: Dataset,
    folder: Path,
    *,
    as_of: date,
    settings: Settings,
    seed: int = 0,
    progress: Progress | None = None,
) -> Model:
    """Learn from what was known on ``as_of`` and write the model to ``folder``.

    Raises:
        NothingToRank: the dataset holds neither trainings nor jobs.
        WrongUse: ``folder`` holds something that is not a model.
    """
    require_model_place(folder)
    rules = load_rules(as_of, settings.rules_dir)
    model = pipeline.fit(dataset, as_of=as_of, seed=seed, rules=rules, progress=progress)
    artifact.save(model, folder, rules)
    return model


def open_engine(
    dataset: Dataset,
    *,
    as_of: date,
    settings: Settings,
    model_folder: Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Engine:
    """Open an engine with the model in ``model_folder``, or fit one where none is given.

    Raises:
        UnusableModel: the folder holds no usable model.
        NothingToRank: the dataset holds neither trainings nor jobs.
    """
    rules = load_rules(as_of, settings.rules_dir)
    if model_folder is not None:
        model = artifact.load(model_folder)
        return Engine.open(dataset, model, as_of=as_of, rules=rules)
    return Engine.fitted(dataset, as_of=as_of, seed=seed, rules=rules, progress=progress)
