"""``selaras assess``: which competencies are worth assessing next, for a person or a unit."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.console import language, page, result, words
from service.cli.engine import open_for_person
from service.cli.options import AsOf, Data, Json, Lang, Model, Seed, described


def assess(
    employee: Annotated[
        str | None,
        typer.Option("--employee", metavar="EMPLOYEE", help=described("assess_employee")),
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help=described("assess_unit"))
    ] = None,
    data: Data = None,
    model: Model = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Show what is worth assessing next."""
    from service.usecases import files

    engine, _ = open_for_person(data, model, as_of, seed)
    found = engine.assess_next(employee) if employee else engine.assess_first(unit)
    if as_json:
        rows = [worth.as_json() for worth in found]
        result(files.as_json({"items": rows, "rules": engine.rules_hash}))
        return 0
    with page() as out:
        out.print(words("cli.estimate.title"), style="bold")
        for number, worth in enumerate(found, 1):
            whose = "" if employee else f"{worth.employee_id}: "
            out.print(f"{number}. {whose}{worth.reason.in_language(language())}", markup=False)
        out.print(words("cli.estimate.beside" if found else "cli.estimate.none"))
    return 0
