"""Stage serve: seats of sessions in the browser: who is proposed, verified, called up.

In: forms. Out: HTML. Departments and the academy share the pages; each sees its own people and its
own steps. What cannot be taken is told per person, with its reason, and nothing else is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from service.api.access import ReadingIn, runtime_of
from service.api.nominations import Said, limits, seen, take
from service.api.rounds import overview, set_round
from service.api.seats import jobs_or_none, proposal, today
from service.api.work import jobs_of
from service.documents import may_list_seats
from service.nominating import CALLED, MOVES, SEATED, VERIFIED, Nomination, Session, Step
from service.pages.frame import remember, shell_of
from service.pages.live import person_of
from service.pages.render import render
from service.pages.scenario_reading import filled
from service.pages.scenario_views import why_lost
from service.pages.seam import AGENCY_TIME, source_of
from service.pages.session_views import (
    SHOWN,
    SORTED_BY,
    LetterPage,
    NomineeRow,
    PassedOver,
    SessionPage,
    SessionsPage,
    StepRow,
    acts_for,
    counted,
    place_of,
    seats_taken,
    stands_in,
    year_of,
)
from service.pages.sorting import AS_THEY_COME, Order, order_of, ordered
from service.pages.source import Source
from service.problems import Problem
from service.reading import Reading
from service.visibility import Right
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Code = Annotated[str, Path(max_length=200)]
Name = Annotated[str, Form(max_length=200)]
Note = Annotated[str, Form(max_length=1000)]
FITTING = 12
"""Other people named whom a session suits."""
STEPS_SHOWN = 100
PASSED_SHOWN = 50


@router.get("/angkatan")
def show_sessions(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    cari: Annotated[str, Query(max_length=200)] = "",
    halaman: Annotated[int, Query(ge=1, le=100_000)] = 1,
    urut: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    """Show the sessions, and the proposal in force."""
    order = order_of(urut, SORTED_BY, "query.urut")
    return _sessions(request, source, reading, cari, halaman, order)


@router.post("/angkatan/susun-ulang")
def work_out_again(request: Request, reading: ReadingIn) -> Response:
    """Queue an allocation that changes little of the proposal in force."""
    viewer, jobs = reading.viewer, jobs_of(request)
    viewer.require(Right.ALLOCATE_SEATS)
    current = runtime_of(request).nominations.round()
    before = None if current is None else jobs.find("allocation", current.job)
    if viewer.scope.kind != "agency" or before is None:
        raise Problem("not_found")
    about = {"kind": "session", "constraints": before.asked["constraints"], "since": before.number}
    made = jobs.queue("allocation", about, viewer.actor)
    return RedirectResponse(f"/alokasi/{made.number}", 303)


@router.post("/angkatan/akhiri")
def end_round(
    request: Request, source: Seen, reading: ReadingIn, nama: Name = "", alasan: Note = ""
) -> Response:
    """End the proposal in force."""
    try:
        set_round(runtime_of(request), jobs_of(request), reading, None, nama, alasan)
    except Problem as problem:
        if problem.code != "invalid":
            raise
        return _sessions(request, source, reading, "", 1, fault=problem.faults[0].text)
    return RedirectResponse("/angkatan", 303)


@router.post("/alokasi/{number}/ajukan")
def propose(
    request: Request,
    reading: ReadingIn,
    number: Annotated[int, Path(ge=1, le=2**53)],
    nama: Name = "",
    alasan: Note = "",
) -> Response:
    """Put an allocation forward to the departments."""
    try:
        set_round(runtime_of(request), jobs_of(request), reading, number, nama, alasan)
    except Problem as problem:
        if problem.code != "invalid" or problem.faults[0].code == "only_supposed":
            raise
        return RedirectResponse(f"/alokasi/{number}?nama=kosong#ajukan", 303)
    return RedirectResponse("/angkatan", 303)


@router.get("/angkatan/{code}")
def show_session(request: Request, source: Seen, reading: ReadingIn, code: Code) -> Response:
    """Show a session with its people."""
    return _html(request, source, "session.html", _session(request, reading, code))


@router.post("/angkatan/{code}")
async def step(request: Request, source: Seen, reading: ReadingIn, code: Code) -> Response:
    """Take a step for the chosen people."""
    form = await request.form(max_files=0, max_fields=2000)
    given = {name: str(value) for name, value in form.items()}
    chosen = [str(value)[:100] for value in form.getlist("pilih")][:500]
    return await run_in_threadpool(_step, request, source, reading, code, given, chosen)


@router.get("/angkatan/{code}/surat")
def show_call_up(request: Request, source: Seen, reading: ReadingIn, code: Code) -> Response:
    """Show the draft of the call-up letters of a session."""
    reading.viewer.require(Right.VERIFY_SEATS)
    session = reading.session(code)
    held = reading.nominees(runtime_of(request).nominations.nominations(session=code))
    directory = reading.serving.directory
    groups: dict[str, list[Any]] = {}
    for card, one in held:
        if one.status in (VERIFIED, CALLED):
            office = directory.department(card.unit_code)
            groups.setdefault(directory.unit_name(office) or office, []).append(person_of(card))
    page = LetterPage(
        session,
        tuple((name, tuple(people)) for name, people in sorted(groups.items())),
        year_of(session, today()),
    )
    return _html(request, source, "letter.html", page)


def _step(
    request: Request,
    source: Source,
    reading: Reading,
    code: str,
    given: dict[str, str],
    chosen: list[str],
) -> Response:
    reason, name = given.get("alasan", "")[:1000], given.get("nama", "")[:200]
    letter_no = given.get("surat", "")[:200]
    act = given.get("tindakan", "")
    if not chosen:
        return _again(request, source, reading, code, text("pages.session.nothing_chosen"), given)
    certificates: dict[str, tuple[str, date | None]] = {
        ref: (given.get(f"sertifikat:{ref}", "")[:200], None) for ref in chosen
    }
    said = Said(
        act, chosen, reason, name, letter_no, given.get("pengganti", "")[:100], certificates
    )
    try:
        done = take(runtime_of(request), jobs_or_none(request), reading, code, said)
    except Problem as problem:
        if problem.code != "invalid":
            raise
        return _again(request, source, reading, code, problem.faults[0].text, given)
    told: list[Text] = []
    if done.taken:
        told.append(text("pages.session.done", count=len(done.taken)))
    for card, why in done.refused:
        words = text(f"nominations.why.{why}")
        told.append(text("pages.session.not_done", name=card.name or card.ref, why=words))
    page = replace(_session(request, reading, code), said=tuple(told))
    return _html(request, source, "session.html", page, 200 if done.taken else 422)


def _again(
    request: Request,
    source: Source,
    reading: Reading,
    code: str,
    fault: Text,
    given: dict[str, str],
) -> Response:
    """Show a session once more with what was typed and what is missing."""
    page = replace(
        _session(request, reading, code),
        fault=fault,
        reason=given.get("alasan", "")[:1000],
        name=given.get("nama", "")[:200],
        letter_no=given.get("surat", "")[:200],
    )
    return _html(request, source, "session.html", page, 422)


def _sessions(
    request: Request,
    source: Source,
    reading: Reading,
    words: str,
    number: int,
    order: Order = AS_THEY_COME,
    fault: Text | None = None,
) -> Response:
    viewer, runtime = reading.viewer, runtime_of(request)
    rows = overview(runtime, jobs_or_none(request), reading)
    wanted = words.casefold().split()
    rows = [
        row
        for row in rows
        if all(w in f"{row.session.title} {row.session.code}".casefold() for w in wanted)
    ]
    if order.column:
        rows = ordered(rows, order, SORTED_BY[order.column])
    pages = max(1, -(-len(rows) // SHOWN))
    number = min(number, pages)
    page = SessionsPage(
        tuple(rows[(number - 1) * SHOWN : number * SHOWN]),
        words,
        number,
        pages,
        runtime.nominations.round(),
        viewer.may(Right.ALLOCATE_SEATS) and viewer.may(Right.VERIFY_SEATS),
        viewer.may(Right.NOMINATE),
        viewer.may(Right.VERIFY_SEATS),
        viewer.named,
        fault,
        viewer.may(Right.NOMINATE) and may_list_seats(viewer),
        order,
    )
    asked = (
        ("cari", words), ("urut", order.key), ("halaman", str(number) if number > 1 else ""),
    )  # fmt: skip
    keep = tuple((name, value) for name, value in asked if value)
    shell = shell_of(request, source, keep=keep)
    status = 200 if fault is None else 422
    return remember(request, HTMLResponse(render("sessions.html", shell, page), status))


def _session(request: Request, reading: Reading, code: str) -> SessionPage:
    session = reading.session(code)
    runtime, jobs = runtime_of(request), jobs_or_none(request)
    every = runtime.nominations.nominations(session=code)
    steps = runtime.nominations.steps(code)
    proposed = set(proposal(runtime, jobs, code) or ())
    rows = _nominees(reading, every, steps, proposed)
    listed = {row.person.ref for row in rows}
    rows += [
        NomineeRow(person_of(card), "", True)
        for card in seen(reading, sorted(proposed))
        if card.ref not in listed
    ]
    joinable = session.joinable(today())
    may = {act: MOVES[act].desk != "person" and reading.may_step(act) for act in MOVES}
    more = _fitting(reading, session.training_code, rows) if joinable and may["nominate"] else []
    rows.sort(key=place_of)
    room = limits(runtime, jobs, reading, session)
    units = reading.rows.units or ()
    own = {reading.serving.directory.department(unit) for unit in units}
    quota = None
    if room.quota is not None and len(own) == 1:
        quota = (counted(rows), room.quota.get(next(iter(own)), 0))
    acts = acts_for([row.state for row in (*rows, *more)], may, joinable)
    return SessionPage(
        session,
        tuple(rows),
        tuple(more),
        seats_taken([one.status for one in every]),
        quota,
        joinable,
        acts,
        tuple(stands_in((*rows, *more))),
        _history(reading, steps),
        reading.viewer.may(Right.VERIFY_SEATS) and any(o.status in SEATED for o in every),
        reading.viewer.named,
        **_left(request, reading, session, {row.person.ref for row in rows if row.state}),
    )


def _left(request: Request, reading: Reading, session: Session, listed: set[str]) -> dict[str, Any]:
    """Return the visible people whom the proposal in force left without a seat, and why."""
    jobs, current = jobs_or_none(request), runtime_of(request).nominations.round()
    if jobs is None or current is None:
        return {}
    why = dict(jobs.passed_over(current.job).get(session.code, ()))
    cards = [card for card in seen(reading, list(why)) if card.ref not in listed]
    if not cards:
        return {}
    return {
        "passed": tuple(
            PassedOver(person_of(card), why_lost(why[card.employee_id]))
            for card in cards[:PASSED_SHOWN]
        ),
        "filled": filled(jobs, reading, current.job, session.code, session.training_code),
    }


def _nominees(
    reading: Reading, every: Sequence[Nomination], steps: Sequence[Step], proposed: set[str]
) -> list[NomineeRow]:
    last = {step.employee_id: step for step in steps}
    found = []
    for card, one in reading.nominees(every):
        step: Step | None = last.get(one.employee_id)
        stood_in = None
        if step is not None and step.replaces is not None:
            other = reading.serving.directory.known(step.replaces)
            stood_in = None if other is None else other.name or other.ref
        found.append(
            NomineeRow(
                person_of(card),
                one.status,
                one.employee_id in proposed,
                None if step is None else (step.act, step.decided_by, _local(step.at)),
                one.reason,
                one.letter_no,
                stood_in,
            )
        )
    return found


def _fitting(reading: Reading, training_code: str, rows: list[NomineeRow]) -> list[NomineeRow]:
    """Return people whom the training suits and who are not listed, best first."""
    if not reading.viewer.may(Right.TRAINING_CANDIDATES):
        return []
    if training_code not in reading.serving.titles["training"]:
        return []
    listed = {row.person.ref for row in rows}
    found = reading.candidates("training", training_code, k=FITTING + len(listed))
    people = [person_of(card) for card, _ in found if card.ref not in listed]
    return [NomineeRow(person, "suits", False) for person in people[:FITTING]]


def _history(reading: Reading, steps: Sequence[Step]) -> tuple[StepRow, ...]:
    directory, found = reading.serving.directory, []
    for one in reversed(steps):
        card = directory.known(one.employee_id)
        if card is None or not reading.rows.holds(card):
            continue
        name = card.name or card.ref
        at = _local(one.at)
        found.append(StepRow(name, one.act, one.decided_by, at, one.reason, one.letter_no))
    return tuple(found[:STEPS_SHOWN])


def _local(at: datetime) -> datetime:
    return at.astimezone(AGENCY_TIME)


def _html(
    request: Request, source: Source, template: str, page: Any, status: int = 200
) -> Response:
    shell = shell_of(request, source)
    return remember(request, HTMLResponse(render(template, shell, page), status))
