"""``selaras report``: documents of the personnel office as workbooks, and everybody's plans."""

from __future__ import annotations

from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated, Literal

import typer

from service.cli.console import language, note, progress
from service.cli.engine import open_for_person
from service.cli.failures import DONE
from service.cli.options import AsOf, Data, Lang, Model, Seed, described
from service.exports.printed import Printed, seen
from training_data.messages import Text


def report(
    kind: Annotated[
        Literal[
            "akpk",
            "hcdp",
            "rpi",
            "rekap-jp",
            "nominatif",
            "belum-dinilai",
            "calon",
            "suksesi",
            "plans",
        ],
        typer.Argument(metavar="KIND", help=described("report_kind")),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=described("report_out"))],
    employee: Annotated[
        str | None, typer.Option("--employee", metavar="E", help=described("report_employee"))
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="U", help=described("report_unit"))
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=1900, max=2200, metavar="Y", help=described("report_year")),
    ] = None,
    quarter: Annotated[
        int | None, typer.Option("--quarter", min=1, max=4, help=described("report_quarter"))
    ] = None,
    session: Annotated[
        str | None, typer.Option("--session", metavar="S", help=described("report_session"))
    ] = None,
    post: Annotated[
        str | None, typer.Option("--post", metavar="P", help=described("report_post"))
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", metavar="TEXT", help=described("report_place"))
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, metavar="N", help=described("report_workers"))
    ] = 1,
    data: Data = None,
    model: Model = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    lang: Lang = None,
) -> int:
    """Write a document for a person, a unit or the whole agency, or everybody's plans."""
    from service.usecases import planning, reporting
    from service.usecases.errors import WrongUse

    if kind == "plans":
        planning.require_lines(out)
        if any(v is not None for v in (employee, unit, quarter, session, post)):
            raise WrongUse("cli.plans_everybody")
        engine, _ = open_for_person(data, model, as_of, seed)
        with progress() as tell:
            planned = planning.plans_to_file(engine, out, year=year, workers=workers, progress=tell)
        counts = planned.counts
        note(
            "cli.planned",
            file=str(out),
            people=counts.people,
            rows=counts.rows,
            minutes=planned.minutes,
        )
        return DONE
    reporting.require_workbook(out)
    asked = reporting.Asked(kind, employee, unit, year, quarter, session, post)
    reporting.require_sense(asked)
    engine, _ = open_for_person(data, model, as_of, seed)
    with progress() as tell:
        written = reporting.report_to_file(
            engine,
            asked,
            out,
            printed=Printed(language(), place, _seen() if kind in ("calon", "suksesi") else None),
            workers=workers,
            progress=tell,
        )
    note("cli.reported", file=str(out), sheets=written.sheets, people=written.people)
    return DONE


def _seen() -> Text:
    """Say who made a confidential document on this machine, and when."""
    from service.settings import TIMEZONE

    return seen(getuser(), datetime.now(TIMEZONE))
