"""``selaras fairness``: how fair suggestions are by group, of the ranking in force or of data."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.console import language, note, progress, result
from service.cli.day import day_of
from service.cli.engine import open_on_day
from service.cli.failures import DONE, REFUSED
from service.cli.options import AsOf, Data, Json, K, KindName, Lang, Model, Seed, described


def fairness(
    data: Data = None,
    kind: Annotated[KindName | None, typer.Option("--kind", help=described("kind"))] = None,
    model: Model = None,
    k: K = 10,
    as_of: AsOf = None,
    seed: Seed = 0,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Show the newest review, or rank given data and measure."""
    from recommender.fairness.report import markdown
    from service.settings import Settings
    from service.usecases import fairness as reviews
    from service.usecases import files

    settings = Settings()
    if data is None:
        report = reviews.stored(settings, kind)
    else:
        engine = open_on_day(settings, data, model, day_of(as_of), seed, asked=as_of)
        with progress() as tell:
            report = reviews.measured(engine, kind, k=k, progress=tell)
    result(files.as_json(report) if as_json else markdown(report, language()))
    if not report["met"]:
        note("fairness.not_met")
    return DONE if report["met"] else REFUSED
