"""Accounts of people who sign in with a name and a password, and their sessions.

In: an engine, names and passwords. Out: a grant for whoever may come in. After several wrong
passwords an account is closed for a while, twice as long each time; whether a name exists, is
closed or disabled, the answer is the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, func, insert, select, update

from service.auditing import SYSTEM, Actor
from service.database.access import Grant, require_grant
from service.database.audit import append
from service.database.engine import reading, writing
from service.database.tables import account, browser_session
from service.errors import AccountExists, UnknownAccount
from service.passwords import hashed, matches, outdated

WRONG_BEFORE_LOCK = 5
"""Wrong passwords in a row after which an account is closed for a while."""

FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)

_GRANT = ("role", "scope", "agency", "employee_id", "label")


@dataclass(frozen=True)
class Account:
    """An account as lists show it.

    Attributes:
        login: folded, unique in its agency.
        must_change: the password is somebody else's choice and lets nobody in.
        locked_until: closed until then; None where it is not.
        expires_at: no way in from then on; None for no end.
    """

    id: int
    login: str
    grant: Grant
    must_change: bool
    created_at: datetime
    expires_at: datetime | None
    disabled_at: datetime | None
    locked_until: datetime | None
    seen_at: datetime | None


def folded(login: str) -> str:
    """Return one form of a name, whatever its capitals."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def add_account(
    engine: Engine,
    login: str,
    password: str,
    grant: Grant,
    *,
    must_change: bool = True,
    days: int | None = None,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Account:
    """Make an account.

    Raises:
        AccountExists: the agency has one with this name.
        UnknownGrant: the role or the scope cannot be granted.
    """
    require_grant(grant)
    now = now or datetime.now(UTC)
    row = {
        "login": folded(login),
        "password_hash": hashed(password),
        **{name: getattr(grant, name) for name in _GRANT},
        "must_change": must_change,
        "wrong": 0,
        "created_at": now,
        "expires_at": None if days is None else now + timedelta(days=days),
    }
    with writing(engine) as connection:
        if _find(connection, grant.agency, row["login"]) is not None:
            raise AccountExists("accounts.exists", login=row["login"])
        made = of_row(connection.execute(insert(account).values(row).returning(*account.c)).one())
        facts = {"role": grant.role, "scope": grant.scope}
        note(connection, made, actor, "account_made", facts)
        return made


def list_accounts(engine: Engine, agency: str) -> tuple[Account, ...]:
    """Return every account of an agency, by name."""
    query = select(account).where(account.c.agency == agency).order_by(account.c.login)
    with reading(engine) as connection:
        return tuple(map(of_row, connection.execute(query)))


def check_password(
    engine: Engine, agency: str, login: str, password: str, *, now: datetime | None = None
) -> Account | None:
    """Return the account whose name and password these are; None for every other case.

    A wrong password counts against the account; the right one sets the count back.
    """
    now = now or datetime.now(UTC)
    with reading(engine) as connection:
        row = _find(connection, agency, folded(login))
    # The hash is computed outside of any transaction, and whether or not there is an account.
    right = matches(None if row is None else row.password_hash, password)
    if row is None:
        return None
    renewed = hashed(password) if right and outdated(row.password_hash) else None
    with writing(engine) as connection:
        held = connection.execute(
            select(account).where(account.c.id == row.id).with_for_update()
        ).one()
        if held.locked_until is not None and held.locked_until > now:
            return None
        if held.password_hash != row.password_hash:  # changed meanwhile
            return None
        if not right:
            _count_wrong(connection, held, now)
            return None
        if not is_open(held, now):
            return None
        changes: dict[str, Any] = {"wrong": 0, "locked_until": None, "seen_at": now}
        if renewed is not None:
            changes["password_hash"] = renewed
        connection.execute(update(account).where(account.c.id == held.id).values(changes))
        found = of_row(held)
        own = Actor(f"account:{found.id}", found.grant.role)
        note(connection, found, own, "signed_in" if not found.must_change else "first_password")
        return found


def set_password(
    engine: Engine,
    number: int,
    password: str,
    *,
    must_change: bool = False,
    actor: Actor = SYSTEM,
) -> None:
    """Replace a password and end every session: whoever knew the old one is out."""
    kept = hashed(password)
    with writing(engine) as connection:
        connection.execute(
            update(account)
            .where(account.c.id == number)
            .values(password_hash=kept, must_change=must_change, wrong=0, locked_until=None)
        )
        end_sessions_of(connection, number)
        note(connection, _held(connection, number), actor, "password_replaced")


def find_account(engine: Engine, agency: str, login: str) -> Account:
    """Return an account by name.

    Raises:
        UnknownAccount: there is none.
    """
    with reading(engine) as connection:
        row = _find(connection, agency, folded(login))
    if row is None:
        raise UnknownAccount("accounts.unknown", login=folded(login))
    return of_row(row)


def account_of(engine: Engine, number: int) -> Account | None:
    """Return an account by its number."""
    with reading(engine) as connection:
        row = connection.execute(select(account).where(account.c.id == number)).one_or_none()
    return None if row is None else of_row(row)


def disable(
    engine: Engine, number: int, *, actor: Actor = SYSTEM, now: datetime | None = None
) -> None:
    """Close an account until somebody enables it, and end its sessions."""
    with writing(engine) as connection:
        connection.execute(
            update(account)
            .where(account.c.id == number, account.c.disabled_at.is_(None))
            .values(disabled_at=now or datetime.now(UTC))
        )
        end_sessions_of(connection, number)
        note(connection, _held(connection, number), actor, "account_closed")


def enable(engine: Engine, number: int, *, actor: Actor = SYSTEM) -> None:
    """Open an account again, also one that wrong passwords closed."""
    with writing(engine) as connection:
        connection.execute(
            update(account)
            .where(account.c.id == number)
            .values(disabled_at=None, wrong=0, locked_until=None)
        )
        note(connection, _held(connection, number), actor, "account_opened")


def end_sessions(
    engine: Engine, number: int, *, but: str | None = None, actor: Actor = SYSTEM
) -> int:
    """End the open sessions of an account; return how many there were.

    Parameters:
        but: hash of the secret of one that goes on.
    """
    with writing(engine) as connection:
        ended = end_sessions_of(connection, number, but)
        note(connection, _held(connection, number), actor, "sessions_ended", {"count": ended})
        return ended


def open_sessions(engine: Engine, number: int, *, now: datetime | None = None) -> int:
    """Return how many sessions of an account are open."""
    now = now or datetime.now(UTC)
    query = select(func.count()).where(
        browser_session.c.account_id == number,
        browser_session.c.revoked_at.is_(None),
        browser_session.c.expires_at > now,
    )
    with reading(engine) as connection:
        return int(connection.scalar(query) or 0)


def end_sessions_of(connection: Connection, number: int, but: str | None = None) -> int:
    """End the open sessions of an account within a transaction; return how many there were."""
    which = and_(browser_session.c.account_id == number, browser_session.c.revoked_at.is_(None))
    if but is not None:
        which = and_(which, browser_session.c.secret_hash != but)
    done = connection.execute(update(browser_session).where(which).values(revoked_at=_now()))
    return done.rowcount


def _count_wrong(connection: Connection, row: Row[Any], now: datetime) -> None:
    wrong = row.wrong + 1
    until = None
    if wrong >= WRONG_BEFORE_LOCK:
        doubled = FIRST_LOCK * 2 ** min(wrong - WRONG_BEFORE_LOCK, 10)
        until = now + min(doubled, LONGEST_LOCK)
        note(connection, of_row(row), SYSTEM, "account_locked", {"wrong": wrong})
    connection.execute(
        update(account).where(account.c.id == row.id).values(wrong=wrong, locked_until=until)
    )


def _held(connection: Connection, number: int) -> Account:
    return of_row(connection.execute(select(account).where(account.c.id == number)).one())


def note(
    connection: Connection,
    one: Account,
    actor: Actor,
    action: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append to the audit trail what was done to an account, by its number."""
    append(connection, one.grant.agency, actor, action, f"account:{one.id}", details)


def is_open(row: Row[Any], now: datetime) -> bool:
    """Whether an account was neither disabled nor has run out."""
    return row.disabled_at is None and (row.expires_at is None or row.expires_at > now)


def _find(connection: Connection, agency: str, login: str) -> Row[Any] | None:
    query = select(account).where(account.c.agency == agency, account.c.login == login)
    return connection.execute(query).one_or_none()


def of_row(row: Row[Any]) -> Account:
    """Return the account of a row of its table."""
    return Account(
        row.id,
        row.login,
        Grant(*(row._mapping[name] for name in _GRANT)),
        row.must_change,
        row.created_at,
        row.expires_at,
        row.disabled_at,
        row.locked_until,
        row.seen_at,
    )


def _now() -> datetime:
    return datetime.now(UTC)
