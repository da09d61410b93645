"""What a command asks: the engine of one person, and the workers that rank everybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.console import note, progress
from service.cli.day import day_of, warn_if_old

if TYPE_CHECKING:
    from recommender.engine import Engine
    from service.settings import Settings
    from service.usecases.runners import EngineName, Workers


def workers_of(
    settings: Settings, engine: EngineName, count: int | None, scheduler: str | None
) -> Workers:
    """Return what does the work of a batch; raise at once where a cluster cannot be used.

    Parameters:
        count: processes; by default as many as the machine has cores.
    """
    import os

    from service.usecases.runners import Workers

    processes = 1 if engine == "local" else count or os.cpu_count() or 1
    who = Workers(engine, processes, settings.rules_dir, scheduler=scheduler, tell=note)
    who.require_usable()
    return who


def open_for_person(
    data: Path | None, model: Path | None, as_of: date | None, seed: int
) -> tuple[Engine, int | None]:
    """Open the ranking in force, or an engine on the data, the model or the day asked for."""
    from service.settings import Settings
    from service.usecases import sources
    from service.usecases.models import model_for

    settings = Settings()
    if data is None and model is None and as_of is None:
        return sources.published_engine(settings)
    day = day_of(as_of)
    if model is None and data is None:
        model = model_for(settings, day)
    return open_on_day(settings, data, model, day, seed, asked=as_of), None


def open_on_day(
    settings: Settings,
    data: Path | None,
    model: Path | None,
    day: date,
    seed: int,
    *,
    asked: date | None,
) -> Engine:
    """Open an engine on the data of a folder or of the database, with a model or one fitted now.

    Parameters:
        asked: the day that was asked for; without one, old data are warned of.
    """
    from service.usecases import sources
    from service.usecases.learning import open_engine

    with progress() as tell:
        given = sources.given_data(settings, data, tell)
    warn_if_old(given.dataset, day, asked)
    with progress() as tell:
        return open_engine(
            given.dataset,
            as_of=day,
            settings=settings,
            model_folder=model,
            seed=seed,
            progress=tell,
        )
