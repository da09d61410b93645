"""``selaras user``: accounts of people who sign in with a name and a password."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from service.auditing import of_command_line
from service.cli.console import note, result, words
from service.cli.failures import DONE, NOT_FOUND
from service.cli.options import Json, Lang, described
from service.oidc.tokens import LONGEST_SUBJECT

Login = Annotated[str, typer.Argument(metavar="NAME", help=described("login"))]
FromInput = Annotated[bool, typer.Option("--password-stdin", help=described("password_stdin"))]


def add(
    login: Login,
    role: Annotated[str, typer.Option("--role", metavar="R", help=described("user_role"))],
    scope: Annotated[
        str,
        typer.Option("--scope", metavar="self|unit:U|vacancy:V|agency", help=described("scope")),
    ],
    employee: Annotated[
        str | None, typer.Option("--employee", metavar="ID", help=described("whose_account"))
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", metavar="N", min=1, max=3660, help=described("days"))
    ] = None,
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help=described("who"))] = "",
    password_stdin: FromInput = False,
    lang: Lang = None,
) -> int:
    """Make an account; its first password is printed once."""
    from service.database.access import Grant
    from service.database.accounts import add_account
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
    password = _password(login, password_stdin)
    made = add_account(database, login, password, grant, days=days, actor=of_command_line())
    _tell_password("accounts.made", made.login, password, password_stdin)
    if not label and scope != "self":
        note("accounts.nameless")
    return DONE


def list_users(as_json: Json = False, lang: Lang = None) -> int:
    """Print the accounts, by name."""
    from service.database.accounts import list_accounts
    from service.settings import Settings
    from service.usecases.files import as_json as document
    from service.usecases.sources import open_database

    settings = Settings()
    found = list_accounts(open_database(settings), settings.agency)
    if as_json:
        result(document({"accounts": [_plain(one) for one in found]}))
    elif not found:
        note("accounts.none")
    for one in () if as_json else found:
        state = "disabled" if one.disabled_at else "first" if one.must_change else "open"
        result(
            words(
                "accounts.line",
                login=one.login,
                role=one.grant.role,
                scope=one.grant.scope,
                state=words(f"accounts.state.{state}"),
            )
        )
    return DONE


def disable(login: Login, lang: Lang = None) -> int:
    """Close an account and end its sessions."""
    from service.database import accounts

    database, found = _found(login)
    accounts.disable(database, found.id, actor=of_command_line())
    note("accounts.disabled", login=found.login)
    return DONE


def enable(login: Login, lang: Lang = None) -> int:
    """Open an account again, also one that wrong passwords closed."""
    from service.database import accounts

    database, found = _found(login)
    accounts.enable(database, found.id, actor=of_command_line())
    note("accounts.enabled", login=found.login)
    return DONE


def reset(login: Login, password_stdin: FromInput = False, lang: Lang = None) -> int:
    """Give an account a new first password and end its sessions."""
    from service.database import accounts

    database, found = _found(login)
    password = _password(found.login, password_stdin)
    me = of_command_line()
    accounts.set_password(database, found.id, password, must_change=True, actor=me)
    _tell_password("accounts.reset", found.login, password, password_stdin)
    return DONE


def end_sessions(login: Login, lang: Lang = None) -> int:
    """End every session of an account."""
    from service.database import accounts

    database, found = _found(login)
    count = accounts.end_sessions(database, found.id, actor=of_command_line())
    note("accounts.ended", login=found.login, count=count)
    return DONE


def link(
    login: Login,
    subject: Annotated[str, typer.Option("--subject", metavar="SUB", help=described("subject"))],
    lang: Lang = None,
) -> int:
    """Bind an account to a person of the provider of single sign-on."""
    from service.database.identities import bind
    from service.settings import Settings
    from service.usecases.errors import WrongUse

    issuer = Settings().oidc_issuer
    if issuer is None:
        raise WrongUse("sso.not_set_up")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise WrongUse("sso.subject", most=LONGEST_SUBJECT)
    database, found = _found(login)
    bind(database, found.id, issuer, subject, actor=of_command_line())
    note("sso.linked", login=found.login)
    return DONE


def unlink(login: Login, lang: Lang = None) -> int:
    """Take what an account is bound to from it, and end its sessions."""
    from service.database.identities import unbind

    database, found = _found(login)
    count = unbind(database, found.id, actor=of_command_line())
    note("sso.unlinked" if count else "sso.not_linked", login=found.login, count=count)
    return DONE


def _found(login: str) -> tuple[Any, Any]:
    from service.database.accounts import find_account
    from service.settings import Settings
    from service.usecases.sources import open_database

    settings = Settings()
    database = open_database(settings)
    return database, find_account(database, settings.agency, login)


def _password(login: str, from_input: bool) -> str:
    """Return a generated password, or the one that stands in the standard input."""
    from service.passwords import LEAST, MOST, fault_of, generated
    from service.usecases.errors import WrongUse

    if not from_input:
        return generated()
    typed = sys.stdin.readline().rstrip("\r\n")
    fault = fault_of(typed, login)
    if fault is not None:
        raise WrongUse(f"accounts.password.{fault}", least=LEAST, most=MOST)
    return typed


def _tell_password(code: str, login: str, password: str, from_input: bool) -> None:
    """Print a generated password alone, so that it can be passed on; a typed one is not shown."""
    if not from_input:
        result(password)
    note(code, login=login)


def _plain(one: Any) -> dict[str, Any]:
    """Return an account as JSON values."""

    def at(moment: Any) -> str | None:
        return None if moment is None else moment.isoformat()

    return {
        "login": one.login,
        "role": one.grant.role,
        "scope": one.grant.scope,
        "label": one.grant.label,
        "must_change": one.must_change,
        "created_at": at(one.created_at),
        "expires_at": at(one.expires_at),
        "disabled_at": at(one.disabled_at),
        "locked_until": at(one.locked_until),
        "seen_at": at(one.seen_at),
    }
