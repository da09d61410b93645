"""Nominations: how people stand now, every step that led there, and the proposal they answer.

In: steps somebody wants to take. Out: those that were taken. How people stand is the table
``nominations`` of the contract, so that the next ranking and allocation know of it; the steps are
appended, each with its row in the audit trail, and never changed. A recorded certificate becomes a
row of the training history in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from service.auditing import Actor
from service.database.audit import append
from service.database.datasets import note_change
from service.database.engine import reading, wait_for_turn, writing
from service.database.tables import DATA, EMPTY, nomination_step, seat_round
from service.nominating import (
    COMPLETED,
    PROPOSED,
    UNDO,
    Board,
    Limits,
    Nomination,
    Refusal,
    Round,
    Step,
    Taken,
    Wanted,
)
from service.settings import TIMEZONE
from training_data.schema import TABLES

_LOCK = 7302514
"""That of the imports: both write the same tables."""

_HELD = DATA["nominations"]
_HISTORY = DATA["training_history"]


def held(
    engine: Engine, agency: str, session: str | None = None, employee: str | None = None
) -> tuple[Nomination, ...]:
    """Return how people stand, by session and person."""
    with reading(engine) as connection:
        return tuple(_held(connection, agency, session, employee))


def steps(engine: Engine, agency: str, session: str) -> tuple[Step, ...]:
    """Return every step of a session, oldest first."""
    with reading(engine) as connection:
        return tuple(_steps(connection, agency, session))


def take(
    engine: Engine,
    agency: str,
    wanted: Sequence[Wanted],
    limits: Limits,
    *,
    decided_by: str,
    actor: Actor,
    at: datetime,
) -> Taken:
    """Take the steps that can be taken, in one transaction.

    A person who is withdrawn after the call-up and the one who stands in for them change together
    or not at all.
    """
    session = limits.session.code
    taken: list[Step] = []
    refused: list[Refusal] = []
    with writing(engine) as connection:
        # One after the other: seats and quotas are counted on what the step before left.
        wait_for_turn(connection, _LOCK)
        known = {one.employee_id: one for one in _held(connection, agency, session)}
        last = {one.employee_id: one for one in _steps(connection, agency, session)}
        board = Board(limits, known, last)
        write = _Writer(connection, agency, limits, decided_by, actor, at)
        for one in wanted:
            before = board.state(one.employee_id)
            after, why = board.judge(one)
            if why is None and one.replacement is not None:
                why = _replace(board, one, after)
            if why is not None:
                refused.append(Refusal(one.employee_id, why))
                continue
            board.take(one.employee_id, after)
            taken.append(write.step(one, before, after, last.get(one.employee_id)))
            if one.replacement is not None:
                employee, ref = one.replacement
                stand_in = Wanted(employee, ref, "nominate", one.reason)
                was = board.state(employee)
                board.take(employee, PROPOSED)
                taken.append(write.step(stand_in, was, PROPOSED, None, one.employee_id))
        changed = sum(COMPLETED in (one.before, one.after) for one in taken)
        if changed:  # what people can do has changed: worth a new ranking
            note_change(connection, agency, "nominations", "training_history", changed, at)
    return Taken(tuple(taken), tuple(refused))


def current_round(engine: Engine, agency: str) -> Round | None:
    """Return the proposal in force; None where there is none, or it was ended."""
    query = (
        select(seat_round)
        .where(seat_round.c.agency == agency)
        .order_by(seat_round.c.id.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None or row.job is None:
        return None
    return Round(row.id, row.job, row.decided_by, row.note, row.at)


def set_round(
    engine: Engine,
    agency: str,
    job: int | None,
    *,
    decided_by: str,
    note: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Put an allocation forward as the proposal, or none; the one before is no longer in force."""
    row = {"agency": agency, "job": job, "decided_by": decided_by, "note": note, "by": actor.name,
           "role": actor.role, "at": at}  # fmt: skip
    action, subject = ("round_closed", "round") if job is None else ("round_opened", f"job:{job}")
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK)
        number = append(connection, agency, actor, action, subject, {}, at)
        connection.execute(insert(seat_round).values({**row, "audit": number}))


def _replace(board: Board, one: Wanted, after: str | None) -> Any:
    """Return why the replacement cannot stand in for somebody, if the withdrawal is taken."""
    assert one.replacement is not None
    employee = one.replacement[0]
    before = board.state(one.employee_id)
    board.take(one.employee_id, after)
    if board.state(employee) == "cadangan":
        board.take(employee, None)  # a reserve moves up: proposed once more, by the department
        _, why = board.judge(Wanted(employee, "", "nominate"))
        board.take(employee, "cadangan")
    else:
        _, why = board.judge(Wanted(employee, "", "nominate"))
    board.take(one.employee_id, before)
    return "replacement" if why == "state" else why


class _Writer:
    """Writes steps within one transaction."""

    def __init__(
        self,
        connection: Connection,
        agency: str,
        limits: Limits,
        decided_by: str,
        actor: Actor,
        at: datetime,
    ) -> None:
        self.connection, self.agency, self.limits = connection, agency, limits
        self.decided_by, self.actor, self.at = decided_by, actor, at

    def step(
        self,
        one: Wanted,
        before: str | None,
        after: str | None,
        last: Step | None,
        replaces: str | None = None,
    ) -> Step:
        session = self.limits.session.code
        certificate = one.certificate_no.strip() or None
        day = one.completed_on or self.limits.session.ends_on or self.at.date()
        row: dict[str, Any] = {
            "agency": self.agency,
            "employee_id": one.employee_id,
            "session_code": session,
            "act": one.act,
            "before": before,
            "after": after,
            "reason": one.reason.strip() or None,
            "letter_no": one.letter_no.strip() or None,
            "replaces": replaces,
            "certificate_no": certificate if one.act == "complete" else None,
            "completed_on": day if one.act == "complete" else None,
            "decided_by": self.decided_by,
            "by": self.actor.name,
            "role": self.actor.role,
            "at": self.at,
        }
        facts = {"session": session, "act": one.act, "before": before, "after": after}
        row["audit"] = append(
            self.connection, self.agency, self.actor, "nomination", f"employee:{one.ref}", facts,
            self.at,
        )  # fmt: skip
        stored = insert(nomination_step).values(row).returning(*nomination_step.c)
        found = _step(self.connection.execute(stored).one())
        self._stand(found)
        if found.act == "complete":
            self._learnt(found)
        elif found.act == UNDO and last is not None and last.act == "complete":
            self._unlearnt(last)
        return found

    def _stand(self, step: Step) -> None:
        """Write how the person stands now."""
        key = _key(_HELD, self.agency, step.employee_id, session_code=step.session_code)
        if step.after is None:
            self.connection.execute(delete(_HELD).where(*key))
            return
        values: dict[str, Any] = {"status": step.after, "reason": step.reason}
        if step.act in ("nominate", "veto"):
            values["proposed_by"] = step.decided_by
        else:
            values["decided_by"] = step.decided_by
        if step.letter_no:
            values["letter_no"] = step.letter_no
        values["at"] = self.at.astimezone(TIMEZONE).replace(tzinfo=None)
        done = self.connection.execute(update(_HELD).where(*key).values(values))
        if done.rowcount == 0:
            row = {"agency": self.agency, "employee_id": step.employee_id,
                   "session_code": step.session_code, **values}  # fmt: skip
            self.connection.execute(insert(_HELD).values(row))

    def _learnt(self, step: Step) -> None:
        """Write a completed session into the training history."""
        session = self.limits.session
        values = {
            "status": "completed",
            "hours": session.hours,
            "form": session.form,
            "provider": session.provider,
            "certificate_no": step.certificate_no,
            "certificate_date": step.completed_on,
            "started_on": _midnight(session.starts_on),
            "verified": True,
        }
        key = _key(_HISTORY, self.agency, step.employee_id, **self._course(step))
        done = self.connection.execute(update(_HISTORY).where(*key).values(values))
        if done.rowcount == 0:
            row = {"agency": self.agency, "employee_id": step.employee_id, **self._course(step)}
            self.connection.execute(insert(_HISTORY).values({**row, **values}))

    def _unlearnt(self, last: Step) -> None:
        """Take a certificate back that was recorded by mistake."""
        key = _key(_HISTORY, self.agency, last.employee_id, **self._course(last))
        own = _HISTORY.c.certificate_no == last.certificate_no
        self.connection.execute(delete(_HISTORY).where(*key, own))

    def _course(self, step: Step) -> Mapping[str, Any]:
        """Return the rest of the key of a row of the history."""
        given = {"training_code": self.limits.session.training_code,
                 "completed_on": _midnight(step.completed_on)}  # fmt: skip
        spec = TABLES["training_history"]
        empty = {c.name: EMPTY[c.kind] for c in spec.columns if c.key and c.kind in EMPTY}
        empty.pop("employee_id", None)
        return {**empty, **given}


def _key(table: Any, agency: str, employee_id: str, **rest: Any) -> list[Any]:
    found = [table.c.agency == agency, table.c.employee_id == employee_id]
    return [*found, *(table.c[name] == value for name, value in rest.items())]


def _held(
    connection: Connection, agency: str, session: str | None = None, employee: str | None = None
) -> list[Nomination]:
    names = ("employee_id", "session_code", "status", "proposed_by", "decided_by", "letter_no",
             "reason", "at")  # fmt: skip
    query = select(*(_HELD.c[name] for name in names)).where(_HELD.c.agency == agency)
    if session is not None:
        query = query.where(_HELD.c.session_code == session)
    if employee is not None:
        query = query.where(_HELD.c.employee_id == employee)
    rows = connection.execute(query.order_by(_HELD.c.session_code, _HELD.c.employee_id))
    return [Nomination(*row) for row in rows]


def _steps(connection: Connection, agency: str, session: str) -> list[Step]:
    mine = (nomination_step.c.agency == agency) & (nomination_step.c.session_code == session)
    query = select(nomination_step).where(mine).order_by(nomination_step.c.id)
    return [_step(row) for row in connection.execute(query)]


def _step(row: Any) -> Step:
    return Step(
        row.id,
        row.employee_id,
        row.session_code,
        row.act,
        row.before,
        row.after,
        row.reason,
        row.letter_no,
        row.replaces,
        row.certificate_no,
        row.completed_on,
        row.decided_by,
        row.role,
        row.at,
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time())
