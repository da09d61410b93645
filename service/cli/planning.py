"""``selaras plan`` and ``what-if``: one person's year, and the same after a supposition."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.console import result
from service.cli.engine import open_for_person
from service.cli.options import AsOf, Data, Employee, Json, Lang, Model, Seed, described

Year = Annotated[
    int | None,
    typer.Option("--year", min=1900, max=9998, metavar="Y", help=described("year")),
]


def plan(
    employee: Employee,
    year: Year = None,
    budget: Annotated[
        int | None, typer.Option("--budget", min=0, metavar="RUPIAH", help=described("budget"))
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="CODE", help=described("without"))
    ] = None,
    data: Data = None,
    model: Model = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Show the best year of trainings for a person."""
    from service.usecases import files

    engine, _ = open_for_person(data, model, as_of, seed)
    found = engine.plan(employee, year, budget=budget, without=without or ())
    if as_json:
        result(files.as_json({**found.as_json(), "rules": engine.rules_hash}))
        return 0
    from service.cli.show_plan import show_plan

    show_plan(engine.person(employee), found)
    return 0


def what_if(
    employee: Employee,
    training: Annotated[
        list[str] | None,
        typer.Option("--training", metavar="CODE", help=described("suppose_training")),
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="JOB", help=described("suppose_target"))
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="CODE=LEVEL", help=described("suppose_level")),
    ] = None,
    year: Year = None,
    data: Data = None,
    model: Model = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Show where a person would stand after trainings, levels or with another target post."""
    from recommender.supposition import Supposition
    from service.usecases import files

    supposed = Supposition(tuple(training or ()), target, _levels(level or []))
    engine, _ = open_for_person(data, model, as_of, seed)
    found = engine.what_if(employee, supposed, year=year)
    if as_json:
        result(files.as_json({**found.as_json(), "rules": engine.rules_hash}))
        return 0
    from service.cli.show_plan import show_what_if

    show_what_if(engine.person(employee), found, engine.as_of)
    return 0


def _levels(given: list[str]) -> dict[str, float]:
    """Return the levels of ``CODE=LEVEL`` arguments; a decimal comma is understood."""
    found = {}
    for pair in given:
        code, equals, level = pair.partition("=")
        try:
            found[code.strip()] = float(level.replace(",", "."))
        except ValueError:
            equals = ""
        if not equals or not code.strip():
            raise typer.BadParameter(described("bad_level"))
    return found
