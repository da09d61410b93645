"""Stage serve: refused rows corrected in the browser; in: forms, out: HTML and files.

What is typed travels in the body of a form and waits beside the rows until it is sent; then exactly
these rows become an import of their own.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from service.api.access import ViewerIn, runtime_of
from service.api.work import jobs_of, require
from service.auth import Viewer
from service.jobs import Job, Jobs
from service.pages.correct_views import ROWS_SHOWN, correct_page, next_open
from service.pages.frame import remember, shell_of
from service.pages.live import viewer_of
from service.pages.render import render
from service.problems import Problem
from service.usecases.correcting import Standing
from service.visibility import Right
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Number = Annotated[int, Path(ge=1, le=2**53)]
Place = Annotated[int, Query(ge=0, le=1_000)]
First = Annotated[int, Query(ge=0, le=2**40)]

FIELDS_AT_MOST = ROWS_SHOWN * 300
LONGEST_CELL = 10_000
_FIELD = re.compile(r"r([0-9]{1,12})(?:c([0-9]{1,4})|lagi)")
SENT = {
    "kirim": (True, False),
    "kirim-berkas": (False, False),
    "semua": (False, True),
    "semua-berkas": (True, True),
}
"""Buttons that send: whether rows of all files go, and whether untouched rows go as well."""
TURNED = ("sebelum", "sesudah", "berikut")
"""Buttons that keep and go on: to the page before, to the next one, to the next file."""
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/impor/{number}/perbaikan")
def see_refused_rows(
    request: Request, viewer: ViewerIn, number: Number, berkas: Place = 0, mulai: First = 0
) -> Response:
    """Show a page of refused rows with what is wrong, as a form where they can be corrected."""
    job = _import_of(request, viewer, number)
    return _page(request, viewer, job, berkas, mulai)


@router.post("/impor/{number}/perbaikan")
async def correct_rows(
    request: Request, viewer: ViewerIn, number: Number, berkas: Place = 0, mulai: First = 0
) -> Response:
    """Keep what was typed, and send the corrected rows where that is asked."""
    job = await run_in_threadpool(_import_of, request, viewer, number)
    form = await request.form(max_files=0, max_fields=FIELDS_AT_MOST)
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return await run_in_threadpool(_kept, request, viewer, job, berkas, mulai, fields)


@router.post("/impor/{number}/perbaikan/unduh")
def download_refused_rows(
    request: Request,
    viewer: ViewerIn,
    number: Number,
    berkas: Place = 0,
    jenis: Annotated[str, Form(max_length=4)] = "csv",
) -> Response:
    """Hand the rows out as a file to be corrected in a spreadsheet."""
    job = _import_of(request, viewer, number)
    if jenis not in KINDS:
        raise Problem("not_found")
    held = jobs_of(request).corrections(job.number)
    try:
        part = held.parts[berkas]
        body = held.file(berkas, jenis)
    except (IndexError, FileNotFoundError):
        raise Problem("not_found") from None
    details = {"table": part.table, "kind": jenis}
    runtime_of(request).trail.note(viewer.actor, "refused_download", f"job:{job.number}", details)
    # The table's own name: brought in again it needs no other, and it holds nothing of a person.
    headers = {"Content-Disposition": f'attachment; filename="{part.table}.{jenis}"'}
    return Response(body, media_type=KINDS[jenis], headers=headers)


def _kept(
    request: Request,
    viewer: Viewer,
    job: Job,
    place: int,
    first: int,
    fields: list[tuple[str, str]],
) -> Response:
    """Keep a form; go where its button says."""
    jobs = jobs_of(request)
    if not _fixed(jobs, job):
        raise Problem("not_found")
    act = next((value for name, value in fields if name == "tindakan"), "simpan")
    typed, again = _typed(fields)
    if any(len(one) > LONGEST_CELL for cells in typed.values() for one in cells.values()):
        fault = text("pages.correct.too_long", limit=LONGEST_CELL)
        return _page(request, viewer, job, place, first, fault=fault, status=422)
    held = jobs.corrections(job.number)
    try:
        held.keep(place, typed, again)
    except (IndexError, FileNotFoundError):
        raise Problem("not_found") from None
    if act in SENT:
        everywhere, untouched = SENT[act]
        part = None if everywhere else place
        if untouched:
            held.all_again(part)
        made = _sent(request, viewer, jobs, job, part)
        if made is None:
            fault = text("pages.correct.nothing")
            return _page(request, viewer, job, place, first, fault=fault, status=422)
        return RedirectResponse(f"/impor/{made.number}", 303)
    if act in TURNED:
        place, first = _turned(act, held.standings(), place, first)
        here = f"/impor/{job.number}/perbaikan?berkas={place}&mulai={first}"
        return RedirectResponse(here, 303)
    return _page(request, viewer, job, place, first, said=text("pages.correct.saved"))


def _turned(act: str, standings: tuple[Standing, ...], place: int, first: int) -> tuple[int, int]:
    """Return the file and the first row to show next."""
    if act == "berikut":
        following = next_open(standings, place)
        return (place, first) if following is None else (following.part.place, 0)
    return place, max(0, first + (ROWS_SHOWN if act == "sesudah" else -ROWS_SHOWN))


def _sent(request: Request, viewer: Viewer, jobs: Jobs, job: Job, place: int | None) -> Job | None:
    """Queue the corrected rows as an import, with counts in the trail and no value of a cell."""
    held = jobs.corrections(job.number)
    prepared = held.prepare(place)
    if prepared is None:
        return None
    asked = {"upload": prepared.upload, "dry_run": False, "corrects": job.number}
    made = jobs.queue("import", asked, viewer.actor)
    held.sent(prepared, made.number)
    details = {"import": made.number, "rows": prepared.rows, "cells": prepared.cells}
    runtime_of(request).trail.note(viewer.actor, "correction", f"job:{job.number}", details)
    return made


def _typed(fields: list[tuple[str, str]]) -> tuple[dict[int, dict[int, str]], list[int]]:
    """Return the cells of a form by row and column, and the rows to be sent as they are."""
    typed: dict[int, dict[int, str]] = {}
    again: list[int] = []
    for name, value in fields:
        found = _FIELD.fullmatch(name)
        if found is None:
            continue
        cells = typed.setdefault(int(found[1]), {})
        if found[2] is None:
            again.append(int(found[1]))
        else:
            cells[int(found[2])] = value
    return typed, again


def _import_of(request: Request, viewer: Viewer, number: int) -> Job:
    require(viewer, Right.IMPORT)
    job = jobs_of(request).find("import", number)
    if job is None or job.state != "done":
        raise Problem("not_found")
    return job


def _fixed(jobs: Jobs, job: Job) -> bool:
    """Whether rows can be corrected: the good ones they may refer to are in, or gone."""
    return not job.asked["dry_run"] or not jobs.has_upload(str(job.asked["upload"]))


def _page(
    request: Request,
    viewer: Viewer,
    job: Job,
    place: int,
    first: int,
    *,
    said: Text | None = None,
    fault: Text | None = None,
    status: int = 200,
) -> Response:
    jobs = jobs_of(request)
    held = jobs.corrections(job.number)
    sheet: Any = None
    if held.parts:
        try:
            sheet = held.sheet(place, first, ROWS_SHOWN)
        except (IndexError, FileNotFoundError):
            raise Problem("not_found") from None
    fixed = _fixed(jobs, job)
    page = correct_page(
        job.number, held.standings(), sheet, fixed=fixed, waiting=not fixed, said=said, fault=fault
    )
    shell = shell_of(
        request,
        viewer=viewer_of(viewer),
        keep=(("berkas", str(place)), ("mulai", str(first))),
    )
    return remember(request, HTMLResponse(render("correct.html", shell, page), status))
