"""Answers of people to suggestions: appended, never changed.

In: who answered what. Out: the acts in their order. The same request sent twice is one act.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, insert, select

from recommender.results import Kind
from service.answers import Act
from service.auditing import Actor
from service.database.audit import append
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import answer

PAGE = 10_000
"""Acts read at a time."""

_LOCK = 7302514


def record(
    engine: Engine,
    agency: str,
    employee_id: str,
    kind: Kind,
    item_code: str,
    action: str,
    *,
    actor: Actor,
    ref: str,
    generation: int,
    reason_code: str | None = None,
    comment: str | None = None,
    key: str | None = None,
    now: datetime | None = None,
) -> Act:
    """Append an answer and return it.

    Parameters:
        actor: who gave it.
        ref: the person, as records name them.
        generation: what the person had before their eyes.
        key: of the request; the act that was stored under it before is returned instead.
    """
    row = {
        "agency": agency,
        "employee_id": employee_id,
        "kind": kind,
        "item_code": item_code,
        "action": action,
        "reason_code": reason_code,
        "comment": comment,
        "by": actor.name,
        "generation": generation,
        "request_key": key,
        "at": now or datetime.now(UTC),
    }
    with writing(engine) as connection:
        # Numbers are given in the order of commits: a reader that goes on after the last number it
        # saw misses nothing.
        wait_for_turn(connection, _LOCK)
        if key is not None:
            same = (answer.c.agency == agency) & (answer.c.request_key == key)
            held = connection.execute(select(answer).where(same)).one_or_none()
            if held is not None:
                return _act(held)
        act = _act(connection.execute(insert(answer).values(row).returning(*answer.c)).one())
        # A person's own words stay out of the trail.
        facts = {"kind": kind, "item": item_code, "answer": action, "reason": reason_code}
        append(connection, agency, actor, "answer", f"employee:{ref}", facts, act.at)
        return act


def acts_after(engine: Engine, agency: str, number: int) -> tuple[Act, ...]:
    """Return the next acts after a number, oldest first; at most ``PAGE`` of them."""
    query = (
        select(answer)
        .where(answer.c.agency == agency, answer.c.id > number)
        .order_by(answer.c.id)
        .limit(PAGE)
    )
    with reading(engine) as connection:
        return tuple(map(_act, connection.execute(query)))


def _act(row: Row[Any]) -> Act:
    return Act(
        row.id,
        row.employee_id,
        row.kind,
        row.item_code,
        row.action,
        row.reason_code,
        row.comment,
        row.at,
    )
