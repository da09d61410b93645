"""Stage serve: files brought in and seats given out in the browser; in: forms, out: HTML.

Long work is a job: the page shows how far it is and is loaded again by a link, without a script.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Form, Path, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from recommender.allocation.wishes import Wishes
from recommender.errors import ImpossibleWish
from recommender.results import Kind
from service.api.access import ReadingIn, ViewerIn, runtime_of
from service.api.work import ALLOCATE, jobs_of, require, uploaded
from service.auth import Viewer
from service.exports.seat_books import WrongSheet, read_wishes_book
from service.jobs import Job, Jobs
from service.pages.frame import remember, shell_of
from service.pages.job_views import (
    AllocationPage,
    ImportPage,
    SeatRow,
    dear,
    import_page,
    job_view,
    scenario,
)
from service.pages.live import person_of, viewer_of
from service.pages.plan_views import budget_view
from service.pages.render import render
from service.pages.scenario_forms import TurnsForm, target_of
from service.pages.scenario_reading import names_of, with_posts, with_scenarios
from service.pages.seam import AGENCY_TIME, source_of
from service.pages.source import Source
from service.pages.vacancy_forms import LEAVING_FIELDS, LeavingForm
from service.pages.vacancy_views import ready_words
from service.problems import Problem
from service.reading import Reading
from service.runtime import Runtime
from service.usecases.correcting import Standing
from service.visibility import Right
from training_data.importers.dialect import Unreadable
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Number = Annotated[int, Path(ge=1, le=2**53)]
Field = Annotated[str, Form(max_length=20)]
Seen = Annotated[Source, Depends(source_of)]
SEATS_SHOWN = 100
Book = TypeVar("Book")
BESIDE = ("ready", "ratings", "box", "retirement", "decided")
"""What may stand beside the people for a post."""


@router.get("/impor")
def choose_files(request: Request, viewer: ViewerIn) -> Response:
    """Ask for files, and show the latest imports."""
    require(viewer, Right.IMPORT)
    return _import(request, viewer, ImportPage(_latest(request)))


@router.post("/impor")
async def look_at_files(request: Request, viewer: ViewerIn) -> Response:
    """Keep the files and look at them; nothing is stored yet."""
    require(viewer, Right.IMPORT)
    jobs = jobs_of(request)
    try:
        name = await uploaded(request, jobs)
    except Problem as problem:
        if problem.code != "invalid":
            raise
        latest = await run_in_threadpool(_latest, request)
        page = ImportPage(latest, fault=problem.faults[0].text)
        return _import(request, viewer, page, 422)
    asked = {"upload": name, "dry_run": True}
    job = await run_in_threadpool(jobs.queue, "import", asked, viewer.actor)
    return RedirectResponse(f"/impor/{job.number}", 303)


@router.get("/impor/{number}")
def see_import(request: Request, viewer: ViewerIn, number: Number) -> Response:
    """Show how an import stands, and what was found in the files."""
    require(viewer, Right.IMPORT)
    jobs = jobs_of(request)
    job = _found(jobs.find("import", number))
    waiting = job.state == "done" and bool(job.asked["dry_run"])
    before = job.asked.get("corrects")
    page = import_page(
        job,
        jobs.latest("import"),
        AGENCY_TIME,
        waiting=waiting and jobs.has_upload(str(job.asked["upload"])),
        may_rank=viewer.may(Right.RANK),
        refused=_standings(jobs, number) if job.state == "done" else (),
        corrects=before,
        rest=0 if before is None else sum(one.open for one in _standings(jobs, before)),
    )
    return _import(request, viewer, page)


@router.post("/impor/{number}/simpan")
def bring_in(request: Request, viewer: ViewerIn, number: Number) -> Response:
    """Bring files in that were looked at."""
    require(viewer, Right.IMPORT)
    jobs = jobs_of(request)
    job = _found(jobs.find("import", number))
    if not job.asked["dry_run"] or not jobs.has_upload(str(job.asked["upload"])):
        raise Problem("not_found")
    asked = {"upload": job.asked["upload"], "dry_run": False}
    made = jobs.queue("import", asked, viewer.actor)
    return RedirectResponse(f"/impor/{made.number}", 303)


@router.post("/pemeringkatan")
def rank_again(request: Request, viewer: ViewerIn) -> Response:
    """Queue a ranking of everybody."""
    require(viewer, Right.RANK)
    jobs_of(request).queue("ranking", {}, viewer.actor)
    return RedirectResponse("/pemeringkatan", 303)


@router.get("/alokasi")
def show_allocations(request: Request, source: Seen, reading: ReadingIn) -> Response:
    """Ask for limits, and show earlier allocations side by side."""
    return html(request, source, AllocationPage(*_scenarios(request, reading.viewer)))


def leaving_sent(
    people: Annotated[str, Form(max_length=20, alias="pindah-orang")] = "",
    share: Annotated[str, Form(max_length=20, alias="pindah-bagian")] = "",
    by: Annotated[str, Form(max_length=20, alias="pindah-menurut")] = "",
    ready: Annotated[str, Form(max_length=20, alias="siap")] = "",
) -> LeavingForm:
    """Return how many may leave a unit, as it was typed."""
    return LeavingForm.sent(dict(zip(LEAVING_FIELDS, (people, share, by, ready), strict=True)))


@router.post("/alokasi")
def allocate(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    leaving: Annotated[LeavingForm, Depends(leaving_sent)],
    jenis: Field = "session",
    kegiatan: Field = "",
    jp: Field = "",
    pagu: Annotated[str, Form(max_length=40)] = "",
    ketentuan: Annotated[str, Form(max_length=20_000)] = "",
    giliran: Field = "",
    giliran_poin: Annotated[str, Form(max_length=20, alias="giliran-poin")] = "",
    giliran_menurut: Annotated[str, Form(max_length=20, alias="giliran-menurut")] = "",
    berkas: UploadFile | None = None,
) -> Response:
    """Queue an allocation within the limits of the form, and of a workbook brought with it."""
    if jenis not in ALLOCATE:
        raise Problem("not_found")
    require(reading.viewer, ALLOCATE[jenis])
    turns = TurnsForm.sent(giliran, giliran_poin, giliran_menurut)
    try:
        written: Any = json.loads(ketentuan) if ketentuan.strip() else {}
        if not isinstance(written, dict):
            raise ImpossibleWish("constraints")
        asked: dict[str, Any] = {**_workbook(berkas), **written}
        asked |= _typed(kegiatan.strip(), jp.strip(), pagu.strip()) | _stated(turns.wishes())
        if jenis == "vacancy":
            asked |= _stated(leaving.wishes())
        Wishes.of(asked)
    except (ImpossibleWish, ValueError, RecursionError, Unreadable) as error:
        kinds, scenarios = _scenarios(request, reading.viewer)
        fault, typed = _fault(error), (jenis, kegiatan, jp, ketentuan, pagu)
        page = AllocationPage(
            kinds, scenarios, fault=fault, typed=typed, turns=turns, leaving=leaving
        )
        return html(request, source, page, 422)
    about = {"kind": jenis, "constraints": asked}
    job = jobs_of(request).queue("allocation", about, reading.viewer.actor)
    return RedirectResponse(f"/alokasi/{job.number}", 303)


@router.get("/alokasi/{number}")
def see_allocation(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    number: Number,
    nama: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show an allocation: how good it is, what one more would bring, and who gets which seat."""
    page = shown_page(request, source, reading, number)
    return html(request, source, replace(page, unnamed=page.may_propose and nama == "kosong"))


def shown_page(request: Request, source: Source, reading: Reading, number: int) -> AllocationPage:
    """Return the page of one allocation."""
    kinds, scenarios = _scenarios(request, reading.viewer)
    jobs = jobs_of(request)
    job = _found(jobs.find("allocation", number))
    require(reading.viewer, ALLOCATE[job.asked["kind"]])
    shown = scenario(job, AGENCY_TIME)
    page = AllocationPage(kinds, scenarios, shown, dear(shown.job, names_of(reading).item))
    if job.state == "done" and shown.kind == "vacancy":
        rows = _named(reading, list(jobs.seats(number)), runtime_of(request))
        viewer = reading.viewer
        page = replace(
            page,
            posts=_posts(rows),
            columns=tuple(c for c in BESIDE if any(getattr(row, c) is not None for row in rows)),
            viewer=source.viewer.label,
            at=source.now,
            supposes=job.supposes,
            may_bring=viewer.may(Right.DECIDE_ROLE),
            named=viewer.named,
        )
        page = with_posts(request, reading, job, page)
    elif job.state == "done":
        found = islice(jobs.seats(number), SEATS_SHOWN)
        current = runtime_of(request).nominations.round()
        viewer = reading.viewer
        page = replace(
            page,
            seats=tuple(_row(reading, row, "session_code") for row in found),
            may_propose=not job.supposes
            and viewer.may(Right.VERIFY_SEATS)
            and viewer.may(Right.ALLOCATE_SEATS),
            supposes=job.supposes,
            in_force=current is not None and current.job == number,
            named=viewer.named,
        )
        page = with_scenarios(request, reading, job, page)
    return page


def _named(reading: Reading, seats: list[Mapping[str, str]], runtime: Runtime) -> list[SeatRow]:
    """Return the people for vacancies, with what the viewer may read beside them."""
    people = list(dict.fromkeys(row["employee_id"] for row in seats))
    beside, decided = reading.beside(people), _rulings(reading, runtime, people)
    levels, found = reading.viewer.may(Right.GAPS), []
    for seat in seats:
        row = _row(reading, seat, "vacancy_code")
        known = beside.get(seat["employee_id"])
        if known is not None:
            row = replace(row, ratings=known.ratings, box=known.box, retirement=known.retirement)
        row = replace(row, decided=decided.get((seat["employee_id"], seat["item_code"])))
        found.append(replace(row, ready=ready_words(seat)) if levels else row)
    return found


def _rulings(reading: Reading, runtime: Runtime, people: list[str]) -> dict[tuple[str, str], Text]:
    """Return what was decided last of people and posts, where the viewer reads of posts."""
    if not reading.viewer.may(Right.ROLES) or not people:
        return {}
    return {
        (one.employee_id, one.item_code): text(
            "pages.posts.decided",
            state=text(f"pages.decide.state.{one.act}"),
            name=one.decided_by,
            day=one.at.astimezone(AGENCY_TIME).date(),
        )
        for one in runtime.decisions.decisions_about(people)
        if one.kind == "role"
    }


def _posts(rows: list[SeatRow]) -> tuple[tuple[str, str, tuple[SeatRow, ...]], ...]:
    """Return the people for each vacancy by rank seniority: a panel weighs them, not a score."""
    by_code: dict[str, list[SeatRow]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    return tuple(
        (code, some[0].title, tuple(sorted(some, key=lambda row: (-row.grade, row.name))))
        for code, some in by_code.items()
    )


def _scenarios(request: Request, viewer: Viewer) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    kinds = tuple(kind for kind, right in ALLOCATE.items() if viewer.may(right))
    if not kinds or viewer.scope.kind != "agency":
        raise Problem("not_found")
    every = jobs_of(request).latest("allocation")
    found = (scenario(job, AGENCY_TIME) for job in every if job.asked["kind"] in kinds)
    return kinds, tuple(found)


def _row(reading: Reading, row: Any, code: str) -> SeatRow:
    card = reading.serving.directory.known(row["employee_id"])
    kind: Kind = "training" if code == "session_code" else "role"
    title = reading.serving.titles[kind].get(row["item_code"], row["item_code"])
    micro = round(float(row["score"]) * 1_000_000)
    name = "–" if card is None else card.name or card.ref
    return SeatRow(
        name,
        None if card is None else card.ref,
        row[code],
        title,
        micro,
        int(row.get("cost", 0)),
        "" if card is None else card.job_title or "",
        0 if card is None else person_of(card).grade_order or 0,
        row.get("chosen", "1") == "1",
        row.get("elsewhere") == "1",
        row.get("confirm") == "1",
    )


def _workbook(sent: UploadFile | None) -> dict[str, Any]:
    """Return the limits of a workbook, none without one; nothing of it is kept.

    Raises:
        Unreadable: it is no workbook.
        WrongSheet: a sheet or a value of it is not understood.
    """
    if sent is None or not sent.filename:
        return {}
    return read_sent(sent, read_wishes_book)


def read_sent(sent: UploadFile | None, read: Callable[[File], Book]) -> Book:
    """Return what a function reads from a workbook that was sent; nothing of it is kept.

    Raises:
        Unreadable: it is no workbook; ``read`` may raise more.
    """
    if sent is None or not (sent.filename or "").lower().endswith(".xlsx"):
        raise Unreadable("no_workbook")
    with TemporaryDirectory(prefix="selaras-") as folder:
        file = File(folder) / "berkas.xlsx"
        file.touch(0o600)
        with file.open("wb") as out:
            shutil.copyfileobj(sent.file, out)
        return read(file)


def _fault(error: Exception) -> Text:
    if isinstance(error, Unreadable):
        return text("pages.scenario.fault.no_book")
    if isinstance(error, WrongSheet):
        return text("pages.scenario.fault.sheet", sheet=str(error))
    if isinstance(error, ImpossibleWish) and error.words is not None:
        return error.words
    return text("api.fault.constraints")


def _stated(found: dict[str, Any] | Text) -> dict[str, Any]:
    """Return what fields ask for; raise ``ImpossibleWish`` where they cannot be understood."""
    if isinstance(found, Text):
        raise ImpossibleWish(found.en, found)
    return found


def _typed(courses: str, jp: str, money: str) -> dict[str, Any]:
    """Return what the single fields ask for.

    Raises:
        ImpossibleWish: one of them cannot be read; it says which, and how to write it.
    """
    found: dict[str, Any] = {}
    if courses:
        if not courses.isdecimal():
            raise ImpossibleWish("max_courses", text("pages.scenario.fault.courses"))
        found["max_courses"] = int(courses)
    if jp:
        target = target_of(jp)
        if isinstance(target, Text):
            raise ImpossibleWish("soft_jp", target)
        found["soft_jp"] = target
    if money:
        found["money"] = budget_view(money).rupiah
        if found["money"] is None:
            raise ImpossibleWish("money", text("pages.scenario.fault.amount", line=money))
    return found


def _latest(request: Request) -> tuple[Any, ...]:
    return tuple(job_view(job, AGENCY_TIME) for job in jobs_of(request).latest("import"))


def _standings(jobs: Jobs, number: int) -> tuple[Standing, ...]:
    """Return the refused rows of an import, by file."""
    return jobs.corrections(number).standings()


def _found(job: Job | None) -> Job:
    if job is None:
        raise Problem("not_found")
    return job


def _import(request: Request, viewer: Viewer, page: ImportPage, status: int = 200) -> Response:
    shell = shell_of(request, viewer=viewer_of(viewer))
    return remember(request, HTMLResponse(render("import.html", shell, page), status))


def html(request: Request, source: Source, page: AllocationPage, status: int = 200) -> Response:
    """Draw the page of allocations."""
    shell = shell_of(request, source)
    return remember(request, HTMLResponse(render("allocate.html", shell, page), status))
