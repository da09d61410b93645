"""Learn a model from a dataset and keep it as a folder; find the model to rank with.

In: a dataset, the day, a seed, a folder. Out: a ``Model``. Versions are kept by ``models``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from recommender import artifact, pipeline
from recommender.card import LearntFrom
from recommender.engine import Engine
from recommender.errors import UnusableModel
from recommender.model import Model
from recommender.pipeline import Progress
from recommender.registry import resolve
from recommender.registry.layout import VERSIONS
from service.settings import Settings
from service.usecases.errors import WrongUse
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules


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
    artifact.save(model, folder, rules, LearntFrom.of(dataset, as_of))
    return model


def load_model(place: Path) -> Model:
    """Read a model: of a plain folder, or the version in force of a registry.

    Raises:
        UnusableModel: there is none that can be used; the message says what to do.
    """
    folder = resolve(place)
    try:
        return artifact.load(folder)
    except UnusableModel as error:
        if folder.parent.name != VERSIONS:
            raise
        raise UnusableModel(
            f"{error} Then put it in force with selaras models promote, or go back to the version "
            "before: selaras models rollback."
        ) from error


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
        return Engine.open(dataset, load_model(model_folder), as_of=as_of, rules=rules)
    return Engine.fitted(dataset, as_of=as_of, seed=seed, rules=rules, progress=progress)
