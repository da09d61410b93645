"""``selaras demo``, ``convert``, ``check`` and ``import``: data in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli.console import language, note, note_text, progress, result
from service.cli.day import day_of
from service.cli.failures import DONE, NOTHING_USABLE, REFUSED
from service.cli.options import AsOf, Json, Lang, Seed, described

if TYPE_CHECKING:
    from training_data.report import Report


def demo(
    employees: Annotated[
        int, typer.Option("--employees", min=1, metavar="N", help=described("employees"))
    ] = 2000,
    data_only: Annotated[
        Path | None, typer.Option("--data-only", metavar="DIR", help=described("data_only"))
    ] = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    lang: Lang = None,
) -> int:
    """Make a fictional agency; import, rank and publish it unless only the data are wanted."""
    from service.settings import Settings
    from service.usecases.demo import make_demo, someone_to_look_at, write_agency

    day = day_of(as_of)
    with progress() as tell:
        if data_only is not None:
            write_agency(data_only, employees=employees, seed=seed, as_of=day, progress=tell)
        else:
            made = make_demo(Settings(), employees=employees, seed=seed, as_of=day, progress=tell)
    if data_only is not None:
        note("cli.data_written", folder=str(data_only))
        return DONE
    if made.was_there:
        note("cli.demo_was_there")
    note("cli.published", number=made.published.number, people=made.published.people)
    note("cli.demo_next", someone=someone_to_look_at(made.published.engine))
    return DONE


def convert(
    framework: Annotated[
        Literal["onet", "ddat"], typer.Argument(metavar="onet|ddat", help=described("framework"))
    ],
    source: Annotated[Path, typer.Argument(metavar="SRC", help=described("source"))],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=described("target"))],
    incumbents: Annotated[bool, typer.Option("--incumbents", help=described("incumbents"))] = False,
    lang: Lang = None,
) -> int:
    """Turn a public framework into a dataset folder."""
    from service.usecases.sources import require_source
    from training_data.converters.ddat import convert_ddat
    from training_data.converters.onet import convert_onet

    require_source(source)
    run = {"onet": convert_onet, "ddat": convert_ddat}[framework]
    made = run(source, folder, incumbents=incumbents)
    for sentence in made.notes:
        note_text(sentence)
    rows = ", ".join(f"{table} {count}" for table, count in made.rows.items())
    note("cli.converted", folder=str(made.folder), rows=rows)
    return DONE


def check(
    source: Annotated[Path, typer.Argument(metavar="DIR", help=described("checked"))],
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Validate a dataset folder and print the report."""
    from service.usecases.importing import look_at, usable

    with progress() as tell:
        report = look_at(source, progress=tell)
    _print_report(report, as_json)
    if not usable(report):
        return NOTHING_USABLE
    if source.is_dir() and not report.rankable:
        return REFUSED
    return report.exit_code


def bring_in(
    source: Annotated[Path, typer.Argument(metavar="DIR_OR_FILE", help=described("imported"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=described("dry_run"))] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Bring a folder or a file into the database."""
    from service.settings import Settings
    from service.usecases.importing import import_data, usable

    with progress() as tell:
        done = import_data(source, Settings(), dry_run=dry_run, progress=tell)
    _print_report(done.report, as_json)
    if dry_run:
        note("cli.dry_run")
    if done.saved is not None:
        total = done.saved.total
        note(
            "cli.imported",
            inserted=total.inserted,
            updated=total.updated,
            unchanged=total.unchanged,
        )
    names = done.names.sentence()
    if names is not None:
        note_text(names)
    for file in done.refused_files:
        note("cli.refused_file", file=str(file))
    return done.report.exit_code if usable(done.report) else NOTHING_USABLE


def _print_report(report: Report, as_json: bool) -> None:
    if as_json:
        from service.usecases.files import as_json as document

        result(document(report.as_json()))
    else:
        result(report.text(language()))
