"""Stage serve: the long list of filled vacancies goes out and comes back; in: forms, out: files.

It leaves by a form alone, bears who took it and when on every page, and stands in the audit trail.
What a panel wrote on it comes back as decisions with reasons, in the name of whoever brings it.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from recommender.reports.named import Listed, Vacant
from recommender.reports.tables import Report
from service.api.access import ReadingIn, runtime_of
from service.api.decisions import decide
from service.api.seats import named
from service.api.work import ALLOCATE, jobs_of, require
from service.decisions import APPROVED, REJECTED
from service.exports.panel_books import PanelRow, read_panel_book
from service.exports.printed import Printed, seen
from service.exports.seat_books import WrongSheet
from service.jobs import Job, Jobs
from service.pages.documenting import WORKBOOK
from service.pages.frame import shell_of
from service.pages.panel_views import REASON_AT_MOST, WORDS, PanelResult, refused
from service.pages.seam import source_of
from service.pages.source import Source
from service.pages.working import html, read_sent, shown_page
from service.problems import Problem
from service.reading import Reading
from service.visibility import Right
from training_data.importers.dialect import Unreadable
from training_data.messages import text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Number = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/alokasi/{number}/pertimbangan")
@router.get("/alokasi/{number}/calon")
def back_to_names(number: Number) -> Response:
    """Lead back to the names: the workbook is asked for by a form."""
    return RedirectResponse(f"/alokasi/{number}#calon", 303)


@router.post("/alokasi/{number}/calon")
def take_long_list(request: Request, source: Seen, reading: ReadingIn, number: Number) -> Response:
    """Give the people named for each vacancy as a workbook, with room for what the panel thinks."""
    require(reading.viewer, ALLOCATE["vacancy"])
    jobs = jobs_of(request)
    job = filled(jobs, number)
    vacant = vacancies(jobs, reading, job)
    report = reading.long_list(vacant)
    printed = Printed(shell_of(request).language, None, seen(source.viewer.label, source.now))
    details = {"vacancies": len(vacant), "rows": report.rows}
    viewer = reading.viewer
    runtime_of(request).trail.note(viewer.actor, "longlist_download", f"job:{number}", details)
    headers = {"Content-Disposition": f'attachment; filename="calon-{number}.xlsx"'}
    return Response(_book(report, printed), headers=headers, media_type=WORKBOOK)


@router.post("/alokasi/{number}/pertimbangan")
def bring_back(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    number: Number,
    berkas: UploadFile | None = None,
    nama: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Keep what a panel wrote on the list as decisions; each stands for itself."""
    require(reading.viewer, ALLOCATE["vacancy"])
    reading.viewer.require(Right.DECIDE_ROLE)
    jobs = jobs_of(request)
    job = filled(jobs, number)
    result = _brought(request, reading, vacancies(jobs, reading, job), number, berkas, nama)
    page = replace(shown_page(request, source, reading, number), panel=result)
    return html(request, source, page, 422 if result.fault is not None else 200)


def _brought(
    request: Request,
    reading: Reading,
    vacant: Sequence[Vacant],
    number: int,
    sent: UploadFile | None,
    name: str,
) -> PanelResult:
    try:
        named(reading, name)
        rows = read_sent(sent, read_panel_book)
    except Problem as problem:
        return PanelResult(fault=problem.faults[0].text, name=name)
    except Unreadable:
        return PanelResult(fault=text("pages.panel.fault.no_book"), name=name)
    except WrongSheet:
        return PanelResult(fault=text("pages.panel.fault.columns"), name=name)
    if not rows:
        return PanelResult(fault=text("pages.panel.fault.empty"), name=name)
    listed = {(one.code, who.ref): one.item for one in vacant for who in one.people}
    acts: Counter[str] = Counter()
    refusals, seen_ = [], set[tuple[str, str]]()
    for row in rows:
        place = row.vacancy, row.ref
        why = "twice" if place in seen_ else _why_not(row, place in listed)
        seen_.add(place)
        if why is None:
            act = WORDS[row.choice.casefold()]
            why = _decided(request, reading, row, listed[place], act, name, number)
        if why is None:
            acts[act] += 1
        else:
            refusals.append(refused(row, why))
    details = {"approved": acts[APPROVED], "rejected": acts[REJECTED], "refused": len(refusals)}
    actor = reading.viewer.actor
    runtime_of(request).trail.note(actor, "longlist_return", f"job:{number}", details)
    return PanelResult(acts[APPROVED], acts[REJECTED], tuple(refusals), name=name)


def _why_not(row: PanelRow, listed: bool) -> str | None:
    """Return why a row cannot be taken over as it stands."""
    if not listed:
        return "not_listed"
    if row.choice.casefold() not in WORDS:
        return "choice"
    if not row.reason:
        return "reason"
    return "long" if len(row.reason) > REASON_AT_MOST else None


def _decided(
    request: Request,
    reading: Reading,
    row: PanelRow,
    item: str,
    act: str,
    name: str,
    number: int,
) -> str | None:
    """Keep one decision; the same list brought twice keeps it once. Return why it was not kept."""
    key = "\0".join((str(number), row.vacancy, row.ref, act, row.reason))
    runtime = runtime_of(request)
    try:
        card = reading.person(row.ref)
        decide(runtime, reading, card, "role", item, act, row.reason, name, key)
    except Problem as problem:
        return problem.faults[0].code if problem.faults else problem.code
    return None


def filled(jobs: Jobs, number: int) -> Job:
    """Return an allocation of vacancies that is done; another one is not there."""
    job = jobs.find("allocation", number)
    if job is None or job.state != "done" or job.asked["kind"] != "vacancy":
        raise Problem("not_found")
    return job


def vacancies(jobs: Jobs, reading: Reading, job: Job) -> tuple[Vacant, ...]:
    """Return the vacancies of an allocation with the people named who are still there."""
    serving, found = reading.serving, dict[str, tuple[str, list[Listed]]]()
    for row in jobs.seats(job.number):
        _, people = found.setdefault(row["vacancy_code"], (row["item_code"], []))
        card = serving.directory.known(row["employee_id"])
        if card is not None:
            people.append(_listed(row, card.ref))
    titles = serving.titles["role"]
    return tuple(
        Vacant(code, item, titles.get(item, item), tuple(people))
        for code, (item, people) in found.items()
    )


def _listed(row: Mapping[str, str], ref: str) -> Listed:
    day = row.get("ready_on")
    return Listed(
        row["employee_id"],
        ref,
        row["chosen"] == "1",
        row.get("elsewhere") == "1",
        row.get("confirm") == "1",
        row.get("ready") or None,
        date.fromisoformat(day) if day else None,
    )


def _book(report: Report, printed: Printed) -> bytes:
    from service.exports.workbook import write_workbook

    held = io.BytesIO()
    write_workbook(report, held, printed)
    return held.getvalue()
