"""``selaras audit``: the trail of who did what, listed and verified."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.console import note, result
from service.cli.failures import DONE, REFUSED
from service.cli.options import Json, Lang, described


def verify(
    last: Annotated[
        str | None, typer.Option("--last", metavar="HASH", help=described("audit_last"))
    ] = None,
    lang: Lang = None,
) -> int:
    """Compare every hash of the trail; say which row is not what it was."""
    from service.database.audit import verify as verified
    from service.settings import Settings
    from service.usecases.sources import open_database

    found = verified(open_database(Settings()), last)
    if found.broken is not None:
        note("audit.broken", number=str(found.broken), rows=found.rows)
        return REFUSED
    result(found.last)
    if last is not None and not found.held:
        note("audit.cut_off", rows=found.rows)
        return REFUSED
    note("audit.whole", rows=found.rows)
    return DONE


def list_events(
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=10_000, help=described("audit_limit"))
    ] = 50,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Print the latest rows, newest first."""
    from dataclasses import asdict

    from service.database.audit import events
    from service.settings import Settings
    from service.usecases.files import as_json as document
    from service.usecases.sources import open_database

    settings = Settings()
    found = events(open_database(settings), settings.agency, limit=limit)
    if as_json:
        rows = [{**asdict(one), "at": one.at.isoformat()} for one in found]
        result(document({"events": rows}))
    for one in () if as_json else found:
        at = one.at.isoformat(timespec="seconds")
        result(f"{one.number}  {at}  {one.actor}  {one.role or '-'}  {one.action}  {one.subject}")
    return DONE
