"""The audit trail: who did what, appended and chained, so that a later change would show.

In: a connection inside the transaction of the act itself. Out: a row whose hash covers its content
and the hash before. The act and its row are there together or not at all; rows are never changed
or removed, and triggers of the database hold to that as well.

Decision: one chain for the whole database, in the order of commits. Acts that are recorded wait for
each other for the length of their transactions; they are made by people, a few a second at most.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from service.auditing import Actor, Event, Verdict
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import audit_event

FIRST = "0" * 64
"""What stands for the hash before the first row."""

BACKED_UP = "backed_up"
"""The act of copying everything into a file."""

PAGE = 5_000

_LOCK = 7302515
_CONTENT = ("number", "agency", "at", "actor", "role", "action", "subject", "details", "previous")


def append(
    connection: Connection,
    agency: str,
    actor: Actor,
    action: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> int:
    """Append a row within the transaction of the act; return its number."""
    wait_for_turn(connection, _LOCK)
    newest = select(audit_event).order_by(audit_event.c.number.desc()).limit(1)
    before = connection.execute(newest).one_or_none()
    row: dict[str, Any] = {
        "number": 1 if before is None else before.number + 1,
        "agency": agency,
        "at": now or datetime.now(UTC),
        "actor": actor.name,
        "role": actor.role,
        "action": action,
        "subject": subject,
        "details": dict(details or {}),
        "previous": FIRST if before is None else before.hash,
    }
    connection.execute(insert(audit_event).values(**row, hash=_hash(row)))
    return int(row["number"])


def record(
    engine: Engine,
    agency: str,
    actor: Actor,
    action: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
) -> int:
    """Append a row about an act that changes nothing in the database; return its number."""
    with writing(engine) as connection:
        return append(connection, agency, actor, action, subject, details)


def latest(engine: Engine, action: str) -> datetime | None:
    """Return when something was done last, for any agency; None where it never was."""
    query = select(audit_event.c.at).where(audit_event.c.action == action)
    with reading(engine) as connection:
        found: datetime | None = connection.scalar(
            query.order_by(audit_event.c.number.desc()).limit(1)
        )
    return found


def events(
    engine: Engine,
    agency: str,
    before: int | None = None,
    limit: int = 50,
    *,
    subject: str | None = None,
    action: str | None = None,
    actor: str | None = None,
) -> list[Event]:
    """Return an agency's rows, newest first.

    Parameters:
        before: only rows with smaller numbers, for the next page.
        subject, action, actor: only rows with exactly this.
    """
    query = select(audit_event).where(audit_event.c.agency == agency)
    for name, value in (("subject", subject), ("action", action), ("actor", actor)):
        if value is not None:
            query = query.where(audit_event.c[name] == value)
    if before is not None:
        query = query.where(audit_event.c.number < before)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(audit_event.c.number.desc()).limit(limit))
        return [_event(row) for row in rows]


def verify(engine: Engine, kept: str | None = None) -> Verdict:
    """Read the whole trail and compare every hash.

    Parameters:
        kept: hash of an earlier last row, kept elsewhere.
    """
    expected, previous = 1, FIRST
    held = kept in (None, FIRST)
    for event in _all(engine):
        content = {name: getattr(event, name) for name in _CONTENT}
        whole = event.number == expected and event.previous == previous
        if not whole or event.hash != _hash(content):
            return Verdict(expected - 1, event.number, previous, held)
        expected, previous = expected + 1, event.hash
        held = held or event.hash == kept
    return Verdict(expected - 1, None, previous, held)


def _all(engine: Engine) -> Iterator[Event]:
    last = 0
    while True:
        query = select(audit_event).where(audit_event.c.number > last)
        with reading(engine) as connection:
            rows = connection.execute(query.order_by(audit_event.c.number).limit(PAGE)).all()
        if not rows:
            return
        yield from map(_event, rows)
        last = rows[-1].number


def _hash(row: Mapping[str, Any]) -> str:
    content = {name: row[name] for name in _CONTENT}
    content["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _event(row: Row[Any]) -> Event:
    return Event(**row._mapping)
