"""Corrections and objections with their answers, each with its row in the audit trail.

In: what a person asks for. Out: the petitions. An answer is given once; the words of both sides
stay out of the trail.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update

from service.auditing import Actor
from service.database.audit import append
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import petition
from service.petitions import Petition, PetitionKind

_LOCK = 7302518


def record(
    engine: Engine,
    agency: str,
    employee_id: str,
    kind: PetitionKind,
    topic: str,
    words: str,
    *,
    due_on: date,
    actor: Actor,
    ref: str,
    at: datetime,
) -> Petition:
    """Append a petition; the same words that still wait are one petition."""
    mine = (petition.c.agency == agency) & (petition.c.employee_id == employee_id)
    same = mine & (petition.c.kind == kind) & (petition.c.topic == topic)
    same = same & (petition.c.words == words) & petition.c.outcome.is_(None)
    row = {"agency": agency, "employee_id": employee_id, "kind": kind, "topic": topic,
           "words": words, "at": at, "due_on": due_on}  # fmt: skip
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)  # a form that was sent twice finds the first one
        held = connection.execute(select(*_SHOWN).where(same).limit(1)).one_or_none()
        if held is not None:
            return Petition(*held)
        found = Petition(*connection.execute(insert(petition).values(row).returning(*_SHOWN)).one())
        facts = {"number": found.number, "kind": kind, "topic": topic}
        append(connection, agency, actor, "petition", f"employee:{ref}", facts, at)
        return found


def listed(
    engine: Engine, agency: str, employee: str | None = None, *, open_only: bool = False
) -> tuple[Petition, ...]:
    """Return petitions: those that wait by the day they are due, then the others, newest first."""
    query = select(*_SHOWN).where(petition.c.agency == agency)
    if employee is not None:
        query = query.where(petition.c.employee_id == employee)
    if open_only:
        query = query.where(petition.c.outcome.is_(None))
    with reading(engine) as connection:
        found = [Petition(*row) for row in connection.execute(query)]
    waiting = sorted((o for o in found if o.outcome is None), key=lambda o: (o.due_on, o.number))
    answered = sorted((o for o in found if o.outcome is not None), key=lambda o: -o.number)
    return (*waiting, *answered)


def answer(
    engine: Engine,
    agency: str,
    number: int,
    outcome: str,
    words: str,
    *,
    answered_by: str,
    actor: Actor,
    ref: str,
    at: datetime,
) -> Petition | None:
    """Answer a petition that waits; None where there is none."""
    waits = (petition.c.agency == agency) & (petition.c.id == number)
    waits = waits & petition.c.outcome.is_(None)
    values: dict[str, Any] = {"outcome": outcome, "answer": words, "answered_by": answered_by,
                              "answered_at": at, "by": actor.name, "role": actor.role}  # fmt: skip
    with writing(engine) as connection:
        done = update(petition).where(waits).values(values).returning(*_SHOWN)
        row = connection.execute(done).one_or_none()
        if row is None:
            return None
        facts = {"number": number, "outcome": outcome}
        append(connection, agency, actor, "petition_answer", f"employee:{ref}", facts, at)
        return Petition(*row)


_SHOWN = tuple(
    petition.c[name]
    for name in (
        "id", "employee_id", "kind", "topic", "words", "at", "due_on", "outcome", "answer",
        "answered_by", "answered_at",
    )
)  # fmt: skip
