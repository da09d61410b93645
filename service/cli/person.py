"""``selaras recommend`` and ``explain``: one person, for people to read or as JSON."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.console import progress, result
from service.cli.day import day_of, warn_if_old
from service.cli.options import AsOf, Data, Employee, Json, Lang, Model, Seed, described

if TYPE_CHECKING:
    from recommender.engine import Engine

K_AS_JSON, K_TO_READ = 10, 5
"""JSON holds what ``rank`` and the API give by default; a person reads fewer at a time."""


def recommend(
    employee: Employee,
    data: Data = None,
    model: Model = None,
    k: Annotated[
        int | None,
        typer.Option("--k", min=1, max=10_000, metavar="N", help=described("k_of_one")),
    ] = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Show a person's trainings and posts with their reasons."""
    from service.usecases import files, people

    engine, generation = _engine(data, model, as_of, seed)
    size = k or (K_AS_JSON if as_json else K_TO_READ)
    advice = people.advise(engine, employee, k=size, generation=generation)
    if as_json:
        result(files.as_json(advice.as_json()))
        return 0
    from service.cli.show import show_advice

    show_advice(advice)
    return 0


def explain(
    employee: Employee,
    item: Annotated[str, typer.Argument(metavar="ITEM", help=described("item"))],
    data: Data = None,
    model: Model = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Show why an item is suggested to a person, or why not."""
    from service.usecases import files, people

    engine, _ = _engine(data, model, as_of, seed)
    found = engine.explain(employee, item)
    if as_json:
        result(files.as_json(people.explained(found)))
        return 0
    from service.cli.show import show_explanation

    show_explanation(engine.person(employee), found, engine.as_of)
    return 0


def _engine(
    data: Path | None, model: Path | None, as_of: date | None, seed: int
) -> tuple[Engine, int | None]:
    """Open the ranking in force, or an engine on the data, the model or the day asked for."""
    from service.settings import Settings
    from service.usecases import sources
    from service.usecases.learning import open_engine

    settings = Settings()
    if data is None and model is None and as_of is None:
        return sources.published_engine(settings)
    day = day_of(as_of)
    with progress() as tell:
        given = sources.given_data(settings, data, tell)
    warn_if_old(given.dataset, day, as_of)
    with progress() as tell:
        engine = open_engine(
            given.dataset,
            as_of=day,
            settings=settings,
            model_folder=model,
            seed=seed,
            progress=tell,
        )
    return engine, None
