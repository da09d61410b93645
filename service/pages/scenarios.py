"""Stage serve: an allocation changed and compared in the browser; in: forms, out: HTML and files.

From the page of an allocation an officer asks "what if", puts two beside each other, looks up what
a person got and did not get, takes a workbook, and has the list made that departments sign.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from recommender.allocation.offered import SeatKind
from recommender.allocation.wishes import Wishes
from recommender.errors import ImpossibleWish
from service import documents
from service.api.access import ReadingIn, ViewerIn, runtime_of
from service.api.work import ALLOCATE, jobs_of, require
from service.auth import Viewer
from service.directory import Query as Wanted
from service.documents import Wanted as Document
from service.jobs import Job, Jobs
from service.pages.documenting import WORKBOOK
from service.pages.frame import remember, shell_of
from service.pages.render import render
from service.pages.scenario_forms import Catalogue, ScenarioForm, changed, sent
from service.pages.scenario_reading import people_of, posts_between, side_between
from service.pages.scenario_views import PersonSeats, Side
from service.pages.seam import source_of
from service.pages.source import Source
from service.pages.vacancy_side import MOST, PostsSide
from service.pages.working import html, shown_page
from service.problems import Problem
from service.reading import Reading
from service.visibility import Right
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Number = Annotated[int, Path(ge=1, le=2**53)]
Choice = Annotated[int, Query(ge=1, le=2**53)]
PEOPLE_SHOWN = 10
"""People of a search whose seats are shown."""


@dataclass(frozen=True)
class SidePage:
    """Two allocations beside each other."""

    side: Side


@dataclass(frozen=True)
class PostsPage:
    """Scenarios of filled vacancies beside each other; who looks, and when, stands on it."""

    beside: PostsSide
    viewer: str
    at: datetime


@router.get("/alokasi/banding")
def compare(request: Request, source: Seen, reading: ReadingIn, a: Choice, b: Choice) -> Response:
    """Show two allocations of sessions side by side."""
    require(reading.viewer, ALLOCATE["session"])
    jobs = jobs_of(request)
    page = SidePage(side_between(jobs, reading, _done(jobs, a), _done(jobs, b)))
    shell = shell_of(request, source, keep=(("a", str(a)), ("b", str(b))))
    return remember(request, HTMLResponse(render("side.html", shell, page)))


@router.get("/alokasi/banding-jabatan")
def compare_posts(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    nomor: Annotated[list[Choice], Query(default_factory=list, max_length=MOST)],
) -> Response:
    """Show scenarios of filled vacancies side by side; without any, where they are chosen."""
    require(reading.viewer, ALLOCATE["vacancy"])
    if not nomor:
        return RedirectResponse("/alokasi#banding", 303)
    jobs = jobs_of(request)
    some = [_done(jobs, number, "vacancy") for number in dict.fromkeys(nomor)]
    beside = posts_between(jobs, reading, some)
    page = PostsPage(beside, source.viewer.label, source.now)
    shell = shell_of(request, source, keep=tuple(("nomor", str(job.number)) for job in some))
    return remember(request, HTMLResponse(render("side_posts.html", shell, page)))


@router.get("/alokasi/templat")
def take_template(viewer: ViewerIn) -> Response:
    """Give an empty workbook of limits, to be filled in and brought back."""
    from service.exports.seat_books import write_template

    require(viewer, ALLOCATE["session"])
    with TemporaryDirectory(prefix="selaras-") as folder:
        file = File(folder) / "ketentuan.xlsx"
        write_template(file)
        content = file.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="ketentuan.xlsx"'}
    return Response(content, headers=headers, media_type=WORKBOOK)


@router.get("/alokasi/{number}/excel")
def take_seats(request: Request, viewer: ViewerIn, number: Number) -> Response:
    """Give the seats, the sessions with their prices and the seats lost as a workbook."""
    require(viewer, ALLOCATE["session"])
    jobs = jobs_of(request)
    file = jobs.workbook(_done(jobs, number).number)
    if file is None:
        raise Problem("not_found")
    return FileResponse(file, filename=f"alokasi-{number}.xlsx", media_type=WORKBOOK)


@router.get("/alokasi/{number}/ubah")
@router.get("/alokasi/{number}/pegawai")
@router.get("/alokasi/{number}/daftar")
def back_to_allocation(number: Number) -> Response:
    """Lead back to the allocation: these are forms, which a reload asks for by address."""
    return RedirectResponse(f"/alokasi/{number}", 303)


@router.post("/alokasi/{number}/ubah")
async def suppose(request: Request, source: Seen, reading: ReadingIn, number: Number) -> Response:
    """Queue the same allocation with what the form changes, which changes little else."""
    form = await request.form(max_files=0, max_fields=2000)
    given = {name: str(value) for name, value in form.items()}
    asked = sent(given, [str(value) for value in form.getlist("lepas")])
    return await run_in_threadpool(_suppose, request, source, reading, number, asked)


@router.post("/alokasi/{number}/pegawai")
def look_up(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    number: Number,
    kata: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Show what people got and did not get, by name or NIP."""
    require(reading.viewer, ALLOCATE["session"])
    jobs = jobs_of(request)
    job = _done(jobs, number)
    people: tuple[PersonSeats, ...] = ()
    found = 0
    if kata.strip():
        positions = reading.search(Wanted(words=kata.strip()))
        found = len(positions)
        people = people_of(jobs, reading, job, positions[:PEOPLE_SHOWN])
    page = shown_page(request, source, reading, number)
    page = replace(page, people=people, found=found, words=kata)
    shell = shell_of(request, source, resend=(("kata", kata),))
    return remember(request, HTMLResponse(render("allocate.html", shell, page)))


@router.post("/alokasi/{number}/daftar")
def list_for_signature(
    request: Request,
    reading: ReadingIn,
    number: Number,
    unit: Annotated[str, Form(max_length=200)] = "",
    tempat: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Have the proposal listed for signature, for a department or all of them."""
    require(reading.viewer, ALLOCATE["session"])
    jobs = jobs_of(request)
    if _done(jobs, number).supposes:
        raise Problem("not_found")
    if unit and not reading.serving.directory.has_unit(unit):
        raise Problem("not_found")
    return _listed(request, jobs, reading, number, unit or None, tempat)


@router.post("/angkatan/daftar")
def list_own_for_signature(
    request: Request, reading: ReadingIn, tempat: Annotated[str, Form(max_length=60)] = ""
) -> Response:
    """Have the proposal in force listed for signature by the viewer's own department."""
    viewer, jobs = reading.viewer, jobs_of(request)
    viewer.require(Right.NOMINATE)
    current = runtime_of(request).nominations.round()
    if current is None or jobs.proposal(current.job) is None:
        raise Problem("not_found")
    unit = viewer.scope.value if viewer.scope.kind == "unit" else None
    return _listed(request, jobs, reading, current.job, unit, tempat)


def _suppose(
    request: Request, source: Source, reading: Reading, number: int, form: ScenarioForm
) -> Response:
    kind = _kind(reading.viewer, jobs_of(request), number)
    jobs, serving = jobs_of(request), reading.serving
    base = _done(jobs, number, kind)
    found: dict[str, Any] | Text
    units = dict(serving.directory.units(reading.rows))
    titles = serving.titles
    catalogue = Catalogue(titles["training"], serving.generation.as_of, titles["role"], units)
    found = changed(form, base.asked.get("constraints", {}), dict(base.result or {}), catalogue)
    if not isinstance(found, Text):
        try:
            Wishes.of(found)
        except ImpossibleWish as error:
            found = error.words or text("api.fault.constraints")
    if isinstance(found, Text):
        page = shown_page(request, source, reading, number)
        return html(request, source, replace(page, form=form, amiss=found), 422)
    counted = base.asked.get("counted", "since" in base.asked)
    about = {"kind": kind, "constraints": found, "since": number, "counted": counted}
    made = jobs.queue("allocation", about, reading.viewer.actor)
    return RedirectResponse(f"/alokasi/{made.number}", 303)


def _listed(
    request: Request, jobs: Jobs, reading: Reading, number: int, unit: str | None, place: str
) -> Response:
    """Queue the list of a proposal."""
    viewer = reading.viewer
    if not documents.may_list_seats(viewer):
        raise Problem("not_found")
    wanted = Document(
        documents.SEATS,
        documents.sight_of(viewer).names,
        documents.owner_of(viewer),
        shell_of(request).language,
        unit,
        place=place.strip() or None,
        allocation=number,
    )
    made = jobs.queue("report", wanted.as_json(), viewer.actor)
    return RedirectResponse(f"/dokumen/{made.number}", 303)


def _kind(viewer: Viewer, jobs: Jobs, number: int) -> SeatKind:
    """Return what an allocation gives out, where the viewer may give it out."""
    job = jobs.find("allocation", number)
    if job is None or not any(viewer.may(right) for right in ALLOCATE.values()):
        raise Problem("not_found")
    kind: SeatKind = "vacancy" if job.asked["kind"] == "vacancy" else "session"
    require(viewer, ALLOCATE[kind])
    return kind


def _done(jobs: Jobs, number: int, kind: SeatKind = "session") -> Job:
    """Return an allocation of a kind that is done; another one is not there."""
    job = jobs.find("allocation", number)
    if job is None or job.state != "done" or job.asked["kind"] != kind:
        raise Problem("not_found")
    return job
