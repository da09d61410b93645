"""Who may ask: API tokens, sign-in links and browser sessions.

In: a grant, or a secret somebody brings. Out: a secret, once; later the grant it stands for. Only
SHA-256 hashes of secrets are stored; secrets have 256 random bits, so a slow hash adds nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Table, and_, delete, insert, select, update

from service.auditing import SYSTEM, Actor
from service.database.audit import append
from service.database.engine import reading, writing
from service.database.tables import api_token, browser_session, sign_in_link
from service.errors import UnknownGrant

MAX_DAYS = 3660
SEEN_STEP = 0.1
"""Share of the idle time after which the use of a session is written down again."""

TOKEN_PREFIX = "selaras_"
"""Lets scanners of published files recognise a leaked token."""

_ROLE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_SECRET = 200
_GRANT_COLUMNS = ("role", "scope", "agency", "employee_id", "label")


@dataclass(frozen=True)
class Grant:
    """What the holder of a secret may do.

    Attributes:
        role: name of the role.
        scope: ``self``, ``unit:U`` (the unit and those beneath it), ``vacancy:V`` or ``agency``.
        agency: the agency it is valid in.
        employee_id: the person it belongs to; needed for the scope ``self``.
        label: what it is called in lists.
        account: number of the account a session belongs to; None for every other secret.
        purpose: what the holder of a session says they read for.
    """

    role: str
    scope: str
    agency: str = ""
    employee_id: str | None = None
    label: str = ""
    account: int | None = None
    purpose: str = ""


@dataclass(frozen=True)
class Token:
    """A new token; the secret is shown this once."""

    id: int
    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class TokenRow:
    """A token as lists show it, without its secret."""

    id: int
    grant: Grant
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def create_token(
    engine: Engine,
    grant: Grant,
    *,
    days: int,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Token:
    """Make an API token.

    Raises:
        UnknownGrant: the role, the scope or the number of days cannot be granted.
    """
    if not 1 <= days <= MAX_DAYS:
        raise UnknownGrant("storage.lifetime", most=MAX_DAYS, found=days)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = _new(grant, secret, timedelta(days=days), now)
    with writing(engine) as connection:
        added = connection.execute(insert(api_token).values(row).returning(api_token.c.id))
        number = added.scalar_one()
        facts = {"role": grant.role, "scope": grant.scope, "days": days}
        append(connection, grant.agency, actor, "token_made", f"token:{number}", facts)
    return Token(number, secret, row["expires_at"])


def verify_token(engine: Engine, secret: str, *, now: datetime | None = None) -> Grant | None:
    """Return what a token grants; None where it is unknown, expired or revoked."""
    return _verify(engine, api_token, secret, now)


def revoke_token(engine: Engine, token_id: int, *, now: datetime | None = None) -> bool:
    """Revoke a token; return whether there was one in force."""
    return _end(engine, api_token, api_token.c.id == token_id, now)


def list_tokens(engine: Engine) -> tuple[TokenRow, ...]:
    """Return every token, newest first."""
    with reading(engine) as connection:
        rows = connection.execute(select(api_token).order_by(api_token.c.id.desc())).all()
    return tuple(
        TokenRow(row.id, _grant(row), row.created_at, row.expires_at, row.revoked_at)
        for row in rows
    )


def create_sign_in_link(
    engine: Engine, grant: Grant, *, minutes: int = 60, now: datetime | None = None
) -> str:
    """Make the secret of a link that signs in once."""
    return _create(engine, sign_in_link, grant, timedelta(minutes=minutes), now)


def consume_sign_in_link(
    engine: Engine, secret: str, *, now: datetime | None = None
) -> Grant | None:
    """Use a link up; None where it is unknown, expired or was used before.

    Of several that bring the same secret at the same moment, exactly one gets the grant.
    """
    now = now or datetime.now(UTC)
    valid = _valid(sign_in_link, secret, now)
    use = update(sign_in_link).where(valid).values(used_at=now)
    columns = (sign_in_link.c[name] for name in _GRANT_COLUMNS)
    with writing(engine) as connection:
        row = connection.execute(use.returning(*columns)).one_or_none()
    return None if row is None else _grant(row)


def create_session(
    engine: Engine,
    grant: Grant,
    *,
    hours: float = 8,
    account: int | None = None,
    single_sign_on: bool = False,
    now: datetime | None = None,
) -> str:
    """Open a browser session; return the secret for its cookie.

    Parameters:
        account: number of the account it belongs to; None for one of a link.
        single_sign_on: it is opened with a provider, where the person may stay signed in.
    """
    now = now or datetime.now(UTC)
    more = {"account_id": account, "seen_at": now, "single_sign_on": single_sign_on or None}
    return _create(engine, browser_session, grant, timedelta(hours=hours), now, more)


def verify_session(
    engine: Engine,
    secret: str,
    *,
    idle: timedelta | None = None,
    now: datetime | None = None,
) -> Grant | None:
    """Return what a session grants; None where it is unknown, expired, ended or was left alone.

    Parameters:
        idle: for how long a session may lie unused; None for as long as it lasts.
    """
    now = now or datetime.now(UTC)
    with reading(engine) as connection:
        row = connection.execute(
            select(browser_session).where(_valid(browser_session, secret, now))
        ).one_or_none()
    if row is None:
        return None
    seen = row.seen_at or row.created_at
    if idle is not None:
        if now - seen > idle:
            return None
        if now - seen > idle * SEEN_STEP:
            mine = browser_session.c.secret_hash == row.secret_hash
            with writing(engine) as connection:
                connection.execute(update(browser_session).where(mine).values(seen_at=now))
    return _grant(row)


def state_purpose(
    engine: Engine, secret: str, purpose: str, actor: Actor, *, now: datetime | None = None
) -> None:
    """Write down what a session reads for from now on; empty for nothing in particular.

    Parameters:
        actor: who states it; it is in the audit trail, word for word.
    """
    now = now or datetime.now(UTC)
    mine = _valid(browser_session, secret, now)
    with writing(engine) as connection:
        stated = update(browser_session).where(mine).values(purpose=purpose or None)
        row = connection.execute(stated.returning(browser_session.c.agency)).one_or_none()
        if row is not None:
            append(connection, row.agency, actor, "purpose", "session", {"purpose": purpose})


def account_of_session(engine: Engine, secret: str, *, now: datetime | None = None) -> int | None:
    """Return the number of the account an open session belongs to; None where it is of none."""
    query = select(browser_session.c.account_id).where(
        _valid(browser_session, secret, now or datetime.now(UTC))
    )
    with reading(engine) as connection:
        return connection.scalar(query)


def is_single_sign_on(engine: Engine, secret: str) -> bool:
    """Whether a session was opened with a provider, ended or not."""
    mine = browser_session.c.secret_hash == hash_of(secret)
    with reading(engine) as connection:
        return bool(connection.scalar(select(browser_session.c.single_sign_on).where(mine)))


def revoke_session(engine: Engine, secret: str, *, now: datetime | None = None) -> bool:
    """End a session; return whether it was open."""
    return _end(engine, browser_session, browser_session.c.secret_hash == hash_of(secret), now)


def require_grant(grant: Grant) -> None:
    """Refuse what cannot be granted.

    Raises:
        UnknownGrant: the role or the scope is none.
    """
    kind, _, value = grant.scope.partition(":")
    known = grant.scope == "agency" or (kind in ("unit", "vacancy") and value)
    if not known and not (grant.scope == "self" and grant.employee_id):
        raise UnknownGrant("storage.unknown_scope")
    if not _ROLE.fullmatch(grant.role):
        raise UnknownGrant("storage.unknown_role")


def hash_of(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret[:_LONGEST_SECRET].encode("utf-8", "replace")).hexdigest()


def _new(grant: Grant, secret: str, life: timedelta, now: datetime | None) -> dict[str, Any]:
    """Return the row of a new secret; refuse what cannot be granted."""
    require_grant(grant)
    now = now or datetime.now(UTC)
    return {
        "secret_hash": hash_of(secret),
        **{name: getattr(grant, name) for name in _GRANT_COLUMNS},
        "created_at": now,
        "expires_at": now + life,
    }


def _create(
    engine: Engine,
    table: Table,
    grant: Grant,
    life: timedelta,
    now: datetime | None,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Store a new secret and clear away those that expired; return the secret."""
    secret = secrets.token_urlsafe(32)
    row = {**_new(grant, secret, life, now), **more}
    with writing(engine) as connection:
        connection.execute(delete(table).where(table.c.expires_at <= row["created_at"]))
        connection.execute(insert(table).values(row))
    return secret


def _valid(table: Table, secret: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition under which a secret still stands for its grant."""
    ended = table.c.used_at if table is sign_in_link else table.c.revoked_at
    return and_(table.c.secret_hash == hash_of(secret), table.c.expires_at > now, ended.is_(None))


def _verify(engine: Engine, table: Table, secret: str, now: datetime | None) -> Grant | None:
    """Return what a secret stands for."""
    query = select(table).where(_valid(table, secret, now or datetime.now(UTC)))
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _grant(row)


def _end(engine: Engine, table: Table, which: ColumnElement[bool], now: datetime | None) -> bool:
    """Revoke; return whether something was in force."""
    now = now or datetime.now(UTC)
    in_force = and_(which, table.c.revoked_at.is_(None), table.c.expires_at > now)
    with writing(engine) as connection:
        result = connection.execute(update(table).where(in_force).values(revoked_at=now))
    return result.rowcount == 1


def _grant(row: Row[Any]) -> Grant:
    """Return the grant part of a row."""
    columns = row._mapping
    return Grant(
        **{name: columns[name] for name in _GRANT_COLUMNS},
        account=columns.get("account_id"),
        purpose=columns.get("purpose") or "",
    )
