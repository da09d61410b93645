"""Stage serve: the long list of filled vacancies as a workbook; in: a form, out: a file.

It leaves by a form alone, bears who took it and when on every page, and stands in the audit trail.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from recommender.reports.named import Listed, Vacant
from recommender.reports.tables import Report
from service.api.access import ReadingIn, runtime_of
from service.api.work import ALLOCATE, jobs_of, require
from service.exports.printed import Printed, seen
from service.jobs import Job, Jobs
from service.pages.documenting import WORKBOOK
from service.pages.frame import shell_of
from service.pages.seam import source_of
from service.pages.source import Source
from service.problems import Problem
from service.reading import Reading

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Number = Annotated[int, Path(ge=1, le=2**53)]


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
        Vacant(code, titles.get(item, item), tuple(people))
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
