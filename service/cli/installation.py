"""``selaras serve``, ``doctor`` and ``token create``: the installation itself."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.console import language, note, note_text, page, result
from service.cli.failures import DONE, NOT_FOUND, REFUSED, USAGE
from service.cli.options import Json, Lang, described

if TYPE_CHECKING:
    from service.server import Listening


def serve(
    host: Annotated[str | None, typer.Option("--host", metavar="H", help=described("host"))] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, metavar="P", help=described("port"))
    ] = None,
    lang: Lang = None,
) -> int:
    """Serve pages and API on this machine until interrupted."""
    from service import server
    from service.settings import Settings
    from service.usecases.errors import WrongUse
    from service.usecases.sources import open_database

    changes = {"host": host, "port": port}
    settings = Settings().model_copy(
        update={key: value for key, value in changes.items() if value is not None}
    )
    open_database(settings)
    try:
        server.serve(settings, _announce)
    except server.NotLoopback as error:
        note_text(error.text)
        return USAGE
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise WrongUse("cli.port_taken", port=str(settings.port)) from None
    return DONE


def doctor(as_json: Json = False, lang: Lang = None) -> int:
    """Check the installation."""
    from rich.text import Text as Line

    from service.settings import Settings
    from service.usecases.checkup import check_installation
    from service.usecases.files import as_json as document

    checks = check_installation(Settings())
    if as_json:
        rows = [{"name": c.name, "ok": c.ok, "text": c.text.as_dict()} for c in checks]
        result(document({"ok": all(c.ok for c in checks), "checks": rows}))
    else:
        with page() as out:
            for check in checks:
                sign, colour = ("✓", "green") if check.ok else ("✗", "red")
                out.print(Line(f"{sign} ", style=colour) + Line(check.text.in_language(language())))
    return DONE if all(check.ok for check in checks) else REFUSED


def create_token(
    role: Annotated[str, typer.Option("--role", metavar="R", help=described("role"))],
    scope: Annotated[
        str, typer.Option("--scope", metavar="self|unit:U|agency", help=described("scope"))
    ],
    days: Annotated[int, typer.Option("--days", metavar="N", help=described("days"))],
    employee: Annotated[
        str | None, typer.Option("--employee", metavar="ID", help=described("whose"))
    ] = None,
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help=described("label"))] = "",
    lang: Lang = None,
) -> int:
    """Make an API token; its secret is printed once."""
    from service.auditing import of_command_line
    from service.database.access import Grant, create_token
    from service.database.people import ref_of
    from service.settings import Settings
    from service.usecases.granting import require_useful
    from service.usecases.sources import open_database

    settings = Settings()
    grant = Grant(role, scope, settings.agency, employee, label)
    require_useful(grant)
    database = open_database(settings)
    if employee is not None and ref_of(database, employee, settings.agency) is None:
        note("cli.token_unknown_employee")
        return NOT_FOUND
    made = create_token(database, grant, days=days, actor=of_command_line())
    result(made.secret)
    note("cli.token_made", id=str(made.id), until=made.expires_at)
    return DONE


def _announce(listening: Listening) -> None:
    if listening.sign_in is None:
        note("cli.serving_public", address=listening.address)
    else:
        note("cli.serving", address=listening.address, link=listening.sign_in)
