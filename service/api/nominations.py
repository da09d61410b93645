"""Seats of sessions: who is nominated, verified, called up, and what became of it.

In: a step for some people of a session. Out: what was taken and what could not be, each with its
reason. Departments step for their own people, the academy for everybody, a person declines for
themselves until the call-up. Every step is a named person's, with a row in the audit trail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from service.api import shapes
from service.api.access import PersonIn, ReadingIn, runtime_of
from service.api.answers import Cursor, Size, page, respond, start_of
from service.api.openapi import problems
from service.directory import Card
from service.jobs import Jobs
from service.nominating import (
    FREE,
    MOVES,
    UNDO,
    Limits,
    Nomination,
    Round,
    Session,
    Step,
    Wanted,
    Why,
)
from service.problems import Fault, Problem
from service.reading import Reading
from service.runtime import Runtime
from service.settings import TIMEZONE
from service.visibility import Right
from training_data.messages import text

router = APIRouter(prefix="/api/v1", tags=["seats"])

Code = Annotated[str, Path(max_length=200, description="Code of the session.")]


@dataclass(frozen=True)
class Said:
    """A step for some people of a session, as somebody said it.

    Attributes:
        people: their ``ref``.
        certificates: ref → number and date of the certificate.
    """

    act: str
    people: Sequence[str]
    reason: str = ""
    decided_by: str = ""
    letter_no: str = ""
    replacement: str = ""
    certificates: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What became of a step: people for whom it was taken, and for whom not."""

    taken: tuple[tuple[Card, Step], ...]
    refused: tuple[tuple[Card, Why], ...]


def jobs_or_none(request: Request) -> Jobs | None:
    """Return where allocations are kept; None where this service has none."""
    return getattr(request.app.state, "jobs", None)


def today() -> date:
    """Return the day at the agency."""
    return datetime.now(TIMEZONE).date()


def take(runtime: Runtime, jobs: Jobs | None, reading: Reading, code: str, said: Said) -> Done:
    """Take a step for some people.

    Raises:
        Problem: ``not_found`` where the viewer may not take it or does not see somebody;
            ``invalid`` without a reason or a name, and for people named twice.
    """
    session = reading.serving.sessions.get(code)
    known = said.act == UNDO or said.act in MOVES
    if session is None or not known:
        raise Problem("not_found")
    cards = [reading.person(ref) for ref in dict.fromkeys(said.people)]
    allowed = _allowed(runtime, reading, code, said.act, cards)
    name = named(reading, said.decided_by)
    if said.act != UNDO and MOVES[said.act].reason and not said.reason.strip():
        raise _invalid("body.reason", "reason_of_decision")
    replacement = reading.person(said.replacement) if said.replacement else None
    if replacement is not None and len(cards) != 1:
        raise _invalid("body.replacement", "one_replacement")
    wanted: list[Wanted] = []
    refused = list(allowed.refused)
    for card in allowed.cards:
        stands_in = replacement or card
        nominated = stands_in if said.act == "nominate" or replacement is not None else None
        if nominated is not None and reading.forbids(nominated, session.training_code):
            refused.append((card, "forbidden"))
            continue
        number, day = said.certificates.get(card.ref, ("", None))
        other = None if replacement is None else (replacement.employee_id, replacement.ref)
        wanted.append(
            Wanted(
                card.employee_id,
                card.ref,
                said.act,
                said.reason,
                said.letter_no,
                other,
                number,
                day,
            )
        )
    found = runtime.nominations.take_steps(
        wanted,
        limits(runtime, jobs, reading, session),
        decided_by=name,
        actor=reading.viewer.actor,
        at=datetime.now(UTC),
    )
    by_id = {card.employee_id: card for card in (*cards, *([replacement] if replacement else ()))}
    taken = tuple((by_id[one.employee_id], one) for one in found.steps)
    return Done(taken, (*refused, *((by_id[o.employee_id], o.why) for o in found.refused)))


def limits(runtime: Runtime, jobs: Jobs | None, reading: Reading, session: Session) -> Limits:
    """Return what a session leaves room for: its seats, and quotas of the proposal in force."""
    directory = reading.serving.directory

    def department_of(employee_id: str) -> str:
        return directory.department(directory.unit_of.get(employee_id))

    proposed = proposal(runtime, jobs, session.code)
    quota = None if proposed is None else Counter(map(department_of, proposed))
    return Limits(session, today(), department_of, quota)


def proposal(runtime: Runtime, jobs: Jobs | None, code: str) -> Sequence[str] | None:
    """Return whom the proposal in force gives a session; None where it does not speak of it."""
    found = whole_proposal(runtime, jobs)
    return None if found is None else found.get(code)


def whole_proposal(runtime: Runtime, jobs: Jobs | None) -> Mapping[str, Sequence[str]] | None:
    """Return whom the proposal in force gives every session; None where none is in force."""
    current = None if jobs is None else runtime.nominations.round()
    return None if current is None or jobs is None else jobs.proposal(current.job)


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


def held_seats(
    runtime: Runtime, reading: Reading, card: Card, training_code: str
) -> tuple[Nomination, ...]:
    """Return how a person stands for the sessions of a training."""
    sessions = reading.serving.sessions
    return tuple(
        one
        for one in runtime.nominations.nominations(employee=card.employee_id)
        if one.session_code in sessions
        and sessions[one.session_code].training_code == training_code
    )


def decline_seats(
    runtime: Runtime, reading: Reading, card: Card, seats: Sequence[Nomination]
) -> None:
    """End what a person was nominated for once they declined the training."""
    for one in seats:
        if one.status in FREE:
            session = reading.serving.sessions[one.session_code]
            runtime.nominations.take_steps(
                [Wanted(card.employee_id, card.ref, "decline")],
                Limits(session, today()),
                decided_by=reading.viewer.label or card.ref,
                actor=reading.viewer.actor,
                at=datetime.now(UTC),
            )


@dataclass(frozen=True)
class _Allowed:
    cards: tuple[Card, ...]
    refused: tuple[tuple[Card, Why], ...] = ()


def _allowed(
    runtime: Runtime, reading: Reading, code: str, act: str, cards: Sequence[Card]
) -> _Allowed:
    """Return the people for whom the viewer may take a step.

    A step is taken back by the desk that took it.

    Raises:
        Problem: ``not_found`` where the viewer may not take such steps at all.
    """
    if act != UNDO:
        own = MOVES[act].desk == "person"
        if not reading.may_step(act) or any(reading.viewer.is_own(c) != own for c in cards):
            raise Problem("not_found")
        return _Allowed(tuple(cards))
    if not reading.viewer.seats_people:
        raise Problem("not_found")
    last = {one.employee_id: one for one in runtime.nominations.steps(code)}
    mine, refused = [], []
    for card in cards:
        step = last.get(card.employee_id)
        if step is not None and step.act in MOVES and reading.may_step(step.act):
            mine.append(card)
        else:
            refused.append(card)
    return _Allowed(tuple(mine), tuple((card, "undo") for card in refused))


def named(reading: Reading, given: str) -> str:
    """Return in whose name something is done: the account's holder, else as stated.

    Raises:
        Problem: ``invalid`` where neither says so.
    """
    viewer = reading.viewer
    if viewer.account is not None or viewer.scope.kind == "self":
        return viewer.label or "pegawai"
    if not given.strip():
        raise _invalid("body.decided_by", "name_of_decider")
    return given.strip()


def _invalid(where: str, code: str) -> Problem:
    return Problem("invalid", (Fault(where, code, text(f"api.fault.{code}")),))


@router.post(
    "/nominations", response_model=shapes.StepsTaken, responses=problems(400, 403, 404, 413)
)
async def take_steps(request: Request, said: shapes.TakeSteps, reading: ReadingIn) -> Response:
    """Take one step of the chain for some people of a session."""

    def make() -> dict[str, Any]:
        certificates = {c.employee: (c.number, c.completed_on) for c in said.certificates}
        done = take(
            runtime_of(request),
            jobs_or_none(request),
            reading,
            said.session,
            Said(
                said.act, said.employees, said.reason, said.decided_by or "", said.letter_no or "",
                said.replacement or "", certificates,
            ),
        )  # fmt: skip
        return {
            "taken": [_step(card, step) for card, step in done.taken],
            "refused": [
                {
                    "employee": card.ref,
                    "code": why,
                    "text": text(f"nominations.why.{why}").as_dict(),
                }
                for card, why in done.refused
            ],
        }

    return await respond(shapes.StepsTaken, make)


@router.get("/sessions", response_model=shapes.SessionList, responses=problems(410))
async def list_sessions(
    request: Request, reading: ReadingIn, k: Size = 25, cursor: Cursor = None
) -> Response:
    """Sessions by their first day, with how many of the visible people stand how."""
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        rows = overview(runtime_of(request), jobs_or_none(request), reading)
        found = [
            {**_session(one.session), "counts": one.counts, "proposed": one.proposed}
            for one in rows[first : first + k + 1]
        ]
        return page(reading.serving, found, first, k)

    return await respond(shapes.SessionList, make)


@router.get(
    "/sessions/{code}/nominations", response_model=shapes.NominationList, responses=problems(404)
)
async def list_nominations(request: Request, code: Code, reading: ReadingIn) -> Response:
    """How the visible people stand for a session, and whom the proposal in force gives it."""

    def make() -> dict[str, Any]:
        runtime = runtime_of(request)
        session = reading.session(code)
        held = reading.nominees(runtime.nominations.nominations(session=code))
        known = {card.employee_id for card, _ in held}
        proposed = proposal(runtime, jobs_or_none(request), code) or ()
        items = [_nomination(card, one, one.employee_id in proposed) for card, one in held]
        for card in seen(reading, proposed):
            if card.employee_id not in known:
                items.append(_nomination(card, None, True))
        return {**_session(session), "items": items}

    return await respond(shapes.NominationList, make)


@router.get(
    "/employees/{id}/nominations", response_model=shapes.OwnNominations, responses=problems(404)
)
async def list_own_nominations(request: Request, person: PersonIn, reading: ReadingIn) -> Response:
    """How a person stands for sessions."""

    def make() -> dict[str, Any]:
        held = reading.nominees(
            runtime_of(request).nominations.nominations(employee=person.employee_id)
        )
        sessions = reading.serving.sessions
        return {
            "items": [
                {**_nomination(card, one, False), **_session(sessions[one.session_code])}
                for card, one in held
                if one.session_code in sessions
            ]
        }

    return await respond(shapes.OwnNominations, make)


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


def seen(reading: Reading, people: Sequence[str]) -> list[Card]:
    """Return the visible ones of some people, by name."""
    cards = (reading.serving.directory.known(one) for one in people)
    found = [card for card in cards if card is not None and reading.rows.holds(card)]
    return sorted(found, key=lambda card: (card.name or "", card.ref))


def _session(one: Session) -> dict[str, Any]:
    return {
        "session": one.code,
        "training_code": one.training_code,
        "title": one.title,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "closes_on": one.closes_on,
        "seats": one.seats,
    }


def _nomination(card: Card, one: Nomination | None, proposed: bool) -> dict[str, Any]:
    return {
        "employee": card.ref,
        "name": card.name,
        "unit": card.unit_name,
        "status": None if one is None else one.status,
        "proposed": proposed,
        "proposed_by": None if one is None else one.proposed_by,
        "decided_by": None if one is None else one.decided_by,
        "letter_no": None if one is None else one.letter_no,
        "reason": None if one is None else one.reason,
    }


def _step(card: Card, step: Step) -> dict[str, Any]:
    return {
        "id": step.number,
        "employee": card.ref,
        "act": step.act,
        "before": step.before,
        "after": step.after,
        "decided_by": step.decided_by,
        "at": step.at,
    }


def _round(one: Round | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "allocation": one.job,
        "decided_by": one.decided_by,
        "reason": one.note,
        "at": one.at,
    }
