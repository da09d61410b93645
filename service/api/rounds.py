"""Sessions and the proposal that departments answer: an allocation put forward, and how it stands.

In: an allocation, or nothing to end the proposal in force. Out: sessions with how many of the
visible people stand how. The academy puts forward; everybody reads no more than their own people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.api import shapes
from service.api.access import ReadingIn, runtime_of
from service.api.answers import Cursor, Size, page, respond, start_of
from service.api.openapi import problems
from service.api.seats import jobs_or_none, named, session_json, today, whole_proposal
from service.jobs import Jobs
from service.nominating import Round, Session
from service.problems import Fault, Problem
from service.reading import Reading
from service.runtime import Runtime
from service.visibility import Right
from training_data.messages import text

router = APIRouter(prefix="/api/v1", tags=["seats"])


@dataclass(frozen=True)
class SessionRow:
    """One session in a list.

    Attributes:
        counts: state → visible people who stand so.
        proposed: visible people whom the proposal in force gives it and who are not nominated.
    """

    session: Session
    counts: Mapping[str, int]
    proposed: int


def overview(runtime: Runtime, jobs: Jobs | None, reading: Reading) -> list[SessionRow]:
    """Return every session by its first day, coming ones before past ones.

    Raises:
        Problem: ``not_found`` for those who have no part in giving out seats.
    """
    if not reading.viewer.seats_people:
        raise Problem("not_found")
    directory, everyone = reading.serving.directory, reading.rows.everyone
    inside = None if everyone else set(directory.ids(reading.rows))
    counts: dict[str, Counter[str]] = {}
    known: set[tuple[str, str]] = set()
    for one in runtime.nominations.nominations():
        if inside is None or one.employee_id in inside:
            counts.setdefault(one.session_code, Counter())[one.status] += 1
            known.add((one.session_code, one.employee_id))
    proposed: Counter[str] = Counter()
    for code, people in (whole_proposal(runtime, jobs) or {}).items():
        for employee in people:
            if (inside is None or employee in inside) and (code, employee) not in known:
                proposed[code] += 1
    day = today()
    rows = [
        SessionRow(one, dict(counts.get(one.code, {})), proposed[one.code])
        for one in reading.serving.sessions.values()
    ]
    return sorted(rows, key=lambda row: _order(row, day))


def _order(row: SessionRow, day: date) -> tuple[Any, ...]:
    begin = row.session.starts_on or date.max
    idle = not row.counts and not row.proposed
    return (begin < day, idle, begin, row.session.code)


def set_round(
    runtime: Runtime, jobs: Jobs, reading: Reading, job: int | None, name: str, note: str
) -> None:
    """Put an allocation forward as the proposal that departments answer, or end the one in force.

    Raises:
        Problem: ``not_found`` for others than the academy, and where there is no such allocation.
    """
    viewer = reading.viewer
    viewer.require(Right.VERIFY_SEATS)
    viewer.require(Right.ALLOCATE_SEATS)
    if viewer.scope.kind != "agency" or (job is not None and jobs.proposal(job) is None):
        raise Problem("not_found")
    asked = None if job is None else jobs.find("allocation", job)
    if asked is not None and asked.supposes:
        raise _supposed()
    runtime.nominations.set_round(
        job, decided_by=named(reading, name), note=note.strip(), actor=viewer.actor
    )


def _supposed() -> Problem:
    words = text("api.fault.only_supposed")
    return Problem("invalid", (Fault("body.allocation", "only_supposed", words),))


@router.get("/sessions", response_model=shapes.SessionList, responses=problems(410))
async def list_sessions(
    request: Request, reading: ReadingIn, k: Size = 25, cursor: Cursor = None
) -> Response:
    """Sessions by their first day, with how many of the visible people stand how."""
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        rows = overview(runtime_of(request), jobs_or_none(request), reading)
        found = [
            {**session_json(one.session), "counts": one.counts, "proposed": one.proposed}
            for one in rows[first : first + k + 1]
        ]
        return page(reading.serving, found, first, k)

    return await respond(shapes.SessionList, make)


@router.get("/rounds", response_model=shapes.RoundInForce, responses=problems())
async def show_round(request: Request, reading: ReadingIn) -> Response:
    """The proposal that departments answer; null where there is none."""

    def make() -> dict[str, Any]:
        if not reading.viewer.seats_people:
            raise Problem("not_found")
        return {"round": _round(runtime_of(request).nominations.round())}

    return await respond(shapes.RoundInForce, make)


@router.post("/rounds", response_model=shapes.RoundInForce, responses=problems(400, 403, 404, 413))
async def put_forward(request: Request, said: shapes.PutForward, reading: ReadingIn) -> Response:
    """Put an allocation forward as the proposal, or end the one in force."""

    def make() -> dict[str, Any]:
        runtime, jobs = runtime_of(request), jobs_or_none(request)
        if jobs is None:
            raise Problem("not_found")
        set_round(runtime, jobs, reading, said.allocation, said.decided_by or "", said.reason)
        return {"round": _round(runtime.nominations.round())}

    return await respond(shapes.RoundInForce, make)


def _round(one: Round | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "allocation": one.job,
        "decided_by": one.decided_by,
        "reason": one.note,
        "at": one.at,
    }
