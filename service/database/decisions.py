"""Decisions and their capsules: appended with their row in the audit trail, never changed.

In: who decided what, on which bytes. Out: the decisions in their order. The same request sent
twice is one decision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select

from recommender.results import Kind
from service.auditing import Actor
from service.database.audit import append
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import decision
from service.decisions import Decision

CHUNK = 500
"""People asked for in one statement."""

_LOCK = 7302516


def record(
    engine: Engine,
    agency: str,
    employee_id: str,
    kind: Kind,
    item_code: str,
    act: str,
    *,
    reason: str,
    decided_by: str,
    actor: Actor,
    ref: str,
    generation: int,
    capsule: bytes,
    at: datetime,
    key: str | None = None,
) -> Decision:
    """Append a decision and return it.

    Parameters:
        capsule: what the person had before them, kept as it is.
        ref: the person it is about, as records name them.
        key: of the request; the decision stored under it before is returned instead.
    """
    digest = hashlib.sha256(capsule).hexdigest()
    row = {
        "agency": agency,
        "employee_id": employee_id,
        "kind": kind,
        "item_code": item_code,
        "act": act,
        "reason": reason,
        "decided_by": decided_by,
        "by": actor.name,
        "role": actor.role,
        "generation": generation,
        "capsule": capsule,
        "capsule_hash": digest,
        "request_key": key,
        "at": at,
    }
    facts = {"kind": kind, "item": item_code, "act": act, "capsule": digest}
    with writing(engine) as connection:
        # One after the other: a request that was sent twice finds what the first one stored.
        wait_for_turn(connection, _LOCK)
        if key is not None:
            same = (decision.c.agency == agency) & (decision.c.request_key == key)
            held = connection.execute(select(*_SHOWN).where(same)).one_or_none()
            if held is not None:
                return _decision(held)
        number = append(connection, agency, actor, "decision", f"employee:{ref}", facts, at)
        stored = insert(decision).values({**row, "audit": number}).returning(*_SHOWN)
        return _decision(connection.execute(stored).one())


def about(engine: Engine, agency: str, employees: Sequence[str]) -> tuple[Decision, ...]:
    """Return every decision about some people, oldest first."""
    found: list[Decision] = []
    with reading(engine) as connection:
        for start in range(0, len(employees), CHUNK):
            some = decision.c.employee_id.in_(employees[start : start + CHUNK])
            query = select(*_SHOWN).where(decision.c.agency == agency, some)
            found += map(_decision, connection.execute(query))
    return tuple(sorted(found, key=lambda one: one.number))


def capsule(engine: Engine, agency: str, number: int) -> tuple[Decision, bytes] | None:
    """Return a decision with what it was taken on; None where there is none."""
    query = select(*_SHOWN, decision.c.capsule).where(
        decision.c.agency == agency, decision.c.id == number
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else (_decision(row), bytes(row.capsule))


_SHOWN = tuple(
    decision.c[name]
    for name in (
        "id", "employee_id", "kind", "item_code", "act", "reason", "decided_by", "role",
        "generation", "capsule_hash", "at",
    )
)  # fmt: skip


def _decision(row: Any) -> Decision:
    return Decision(
        row.id,
        row.employee_id,
        row.kind,
        row.item_code,
        row.act,
        row.reason,
        row.decided_by,
        row.role,
        row.generation,
        row.capsule_hash,
        row.at,
    )
