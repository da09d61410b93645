"""``selaras recommend`` and ``explain``: one person, for people to read or as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.console import result
from service.cli.engine import open_for_person
from service.cli.options import AsOf, Data, Employee, Json, Lang, Model, Seed, described

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

    engine, generation = open_for_person(data, model, as_of, seed)
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

    engine, _ = open_for_person(data, model, as_of, seed)
    found = engine.explain(employee, item)
    if as_json:
        result(files.as_json(people.explained(found)))
        return 0
    from service.cli.show import show_explanation

    show_explanation(engine.person(employee), found, engine.as_of)
    return 0
