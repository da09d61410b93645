"""Who a provider of single sign-on says somebody is, bound to an account of ours.

In: an engine, an issuer with its subject. Out: the open account bound to it, or why there is none.
An account has one identity at each issuer, and an identity one account: a name that is given to
somebody new at the provider does not open the account of who had it before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from service.auditing import SYSTEM, Actor
from service.database.accounts import Account, end_sessions_of, folded, is_open, note, of_row
from service.database.audit import append
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import account, account_identity
from service.errors import IdentityTaken

_LOCK = 7302518
"""Two that bind at once take turns."""


@dataclass(frozen=True)
class Identity:
    """What an account is bound to.

    Attributes:
        subject: what the issuer calls the person, for ever.
    """

    issuer: str
    subject: str
    bound_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True)
class Arrival:
    """What somebody whom the provider vouches for leads to.

    Attributes:
        account: the open account; None where there is none.
        refused: why there is none.
    """

    account: Account | None = None
    refused: Literal["unknown", "closed"] | None = None


def arrive(
    engine: Engine,
    agency: str,
    issuer: str,
    subject: str,
    login: Callable[[], str | None],
    *,
    now: datetime | None = None,
) -> Arrival:
    """Return the open account of a person, bound now where a claim names one that nobody has yet.

    Parameters:
        login: returns the name of an account that the provider claims; asked only for somebody who
            is bound to none.
    """
    now = now or datetime.now(UTC)
    with reading(engine) as connection:
        known = _bound(connection, agency, issuer, subject)
    # The provider may have to be asked: outside of any transaction.
    claimed = None if known is not None else login()
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        row = _bound(connection, agency, issuer, subject, hold=True)
        if row is None and claimed is not None:
            row = _claimed(connection, agency, issuer, claimed)
            if row is not None and _admits(row, now):
                _bind(connection, row, issuer, subject, now, SYSTEM, by="claim")
        if row is None:
            append(connection, agency, SYSTEM, "sign_in_refused", "sso", {"why": "unknown"})
            return Arrival(refused="unknown")
        held = of_row(row)
        if not _admits(row, now):
            note(connection, held, SYSTEM, "sign_in_refused", {"why": "closed", "by": "sso"})
            return Arrival(refused="closed")
        seen = account_identity.c.account_id == held.id, account_identity.c.issuer == issuer
        connection.execute(update(account_identity).where(*seen).values(seen_at=now))
        connection.execute(update(account).where(account.c.id == held.id).values(seen_at=now))
        own = Actor(f"account:{held.id}", held.grant.role)
        note(connection, held, own, "signed_in", {"by": "sso"})
        return Arrival(held)


def bind(
    engine: Engine,
    number: int,
    issuer: str,
    subject: str,
    *,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> None:
    """Bind an account to a person of the provider; once more changes nothing.

    Raises:
        IdentityTaken: the person is bound to another account, or the account to another person.
    """
    now = now or datetime.now(UTC)
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        row = connection.execute(select(account).where(account.c.id == number)).one()
        known = _bound(connection, row.agency, issuer, subject)
        if known is not None:
            if known.id == number:
                return
            raise IdentityTaken("sso.identity_taken")
        if _has_one(connection, number, issuer):
            raise IdentityTaken("sso.account_taken", login=row.login)
        _bind(connection, row, issuer, subject, now, actor, by="hand")


def unbind(engine: Engine, number: int, *, actor: Actor = SYSTEM) -> int:
    """Take every identity from an account and end its sessions; return how many there were."""
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        row = connection.execute(select(account).where(account.c.id == number)).one()
        gone = delete(account_identity).where(account_identity.c.account_id == number)
        count = connection.execute(gone).rowcount
        if count:
            end_sessions_of(connection, number)
            note(connection, of_row(row), actor, "identity_unbound", {"count": count})
    return count


def identities(engine: Engine, number: int) -> tuple[Identity, ...]:
    """Return what an account is bound to, by issuer."""
    mine = select(account_identity).where(account_identity.c.account_id == number)
    with reading(engine) as connection:
        rows = connection.execute(mine.order_by(account_identity.c.issuer)).all()
    return tuple(Identity(row.issuer, row.subject, row.bound_at, row.seen_at) for row in rows)


def _admits(row: Row[Any], now: datetime) -> bool:
    """Whether somebody may come in: an account that guessing has locked is closed to all."""
    locked = row.locked_until is not None and row.locked_until > now
    return is_open(row, now) and not locked


def _bound(
    connection: Connection, agency: str, issuer: str, subject: str, *, hold: bool = False
) -> Row[Any] | None:
    """Return the account of an identity; held, nobody changes it until the transaction ends."""
    query = (
        select(account)
        .join(account_identity, account_identity.c.account_id == account.c.id)
        .where(
            account_identity.c.agency == agency,
            account_identity.c.issuer == issuer,
            account_identity.c.subject == subject,
        )
    )
    if hold:
        query = query.with_for_update(of=account)
    return connection.execute(query).one_or_none()


def _claimed(connection: Connection, agency: str, issuer: str, login: str) -> Row[Any] | None:
    """Return the account of a name, unless somebody else at the issuer has it already."""
    mine = select(account).where(account.c.agency == agency, account.c.login == folded(login))
    row = connection.execute(mine.with_for_update()).one_or_none()
    if row is None or _has_one(connection, row.id, issuer):
        return None
    return row


def _has_one(connection: Connection, number: int, issuer: str) -> bool:
    mine = account_identity.c.account_id == number, account_identity.c.issuer == issuer
    return connection.execute(select(account_identity.c.subject).where(*mine)).first() is not None


def _bind(
    connection: Connection,
    row: Row[Any],
    issuer: str,
    subject: str,
    now: datetime,
    actor: Actor,
    *,
    by: str,
) -> None:
    made = {
        "agency": row.agency,
        "issuer": issuer,
        "subject": subject,
        "account_id": row.id,
        "bound_at": now,
    }
    connection.execute(insert(account_identity).values(made))
    note(connection, of_row(row), actor, "identity_bound", {"by": by})
