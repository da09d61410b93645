"""Stage serve: documents of the personnel office in the browser; in: forms, out: HTML and files.

A document of several people is a job: it is asked for, its page shows how far it is, and then it is
read as a print page, a workbook or a PDF. The plan (RPI) of one person is there at once.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path as Folder
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from recommender.reports.tables import Report
from service import documents
from service.api.access import ReadingIn, runtime_of
from service.api.work import jobs_of
from service.documents import DocumentKind, Wanted
from service.exports import pdf
from service.exports.printed import Printed, seen
from service.jobs import Job
from service.pages import document_views as views
from service.pages.frame import remember, shell_of
from service.pages.render import render, stylesheet
from service.pages.seam import AGENCY_TIME, source_of
from service.pages.source import Source
from service.problems import Problem
from service.reading import Reading
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Number = Annotated[int, Path(ge=1, le=2**53)]
Year = Annotated[int | None, Query(ge=1900, le=9998)]
Field = Annotated[str, Form(max_length=100)]

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EARLIER = 20
"""Documents listed."""
OFFERED = 300
"""Codes that a field offers; others may be typed."""
FIELDS = ("unit", "tahun", "triwulan", "kode", "tempat")
YEARS_AHEAD, YEARS_BACK = 2, 3


@router.get("/dokumen")
def show_documents(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    jenis: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show what can be asked for, the form of one document, and earlier documents."""
    kinds = _kinds(reading)
    if jenis and jenis not in kinds:
        raise Problem("not_found")
    form = _form(reading, source, kinds[kinds.index(jenis)]) if jenis else None
    keep = (("jenis", jenis),) if jenis else ()
    return _page(request, source, reading, form=form, keep=keep)


@router.post("/dokumen")
def ask_for_document(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    jenis: Field = "",
    unit: Field = "",
    tahun: Field = "",
    triwulan: Field = "",
    kode: Field = "",
    tempat: Field = "",
) -> Response:
    """Queue a document, or show the form again with what has to be corrected."""
    kinds = _kinds(reading)
    if jenis not in kinds:
        raise Problem("not_found")
    kind: DocumentKind = kinds[kinds.index(jenis)]
    typed = {"unit": unit, "tahun": tahun, "triwulan": triwulan, "kode": kode, "tempat": tempat}
    form = _form(reading, source, kind, {name: value.strip() for name, value in typed.items()})
    found = _wanted(reading, form, shell_of(request).language)
    if isinstance(found, Text):
        form = replace(form, fault=found)
        return _page(request, source, reading, form=form, status=422)
    job = jobs_of(request).queue("report", found.as_json(), reading.viewer.actor)
    return RedirectResponse(f"/dokumen/{job.number}", 303)


@router.get("/dokumen/{number}")
def see_document(request: Request, source: Seen, reading: ReadingIn, number: Number) -> Response:
    """Show how far a document is, and how it can be read."""
    return _page(request, source, reading, shown=_found(request, reading, number))


@router.get("/dokumen/{number}/cetak")
def print_document(request: Request, source: Seen, reading: ReadingIn, number: Number) -> Response:
    """Show a document as a print page."""
    job, report, _ = _ready(request, reading, number)
    if report.rows > views.PRINTED_ROWS:
        raise Problem("too_long")
    printed = _printed(request, source, Wanted.of(job.asked).place)
    base = f"/dokumen/{number}"
    paper = views.paper_of(report, printed, base, base, pdf=pdf.available())
    return _paper(request, source, paper)


@router.get("/dokumen/{number}/excel")
def take_workbook(request: Request, source: Seen, reading: ReadingIn, number: Number) -> Response:
    """Give a document as a workbook; a confidential one bears who took it and when."""
    job, report, folder = _ready(request, reading, number)
    wanted = Wanted.of(job.asked)
    printed = _printed(request, source, wanted.place)
    if not report.secret and printed.language == wanted.language:
        from service.exports.stored import WORKBOOK as FILE

        return _file((folder / FILE).read_bytes(), f"{wanted.kind}-{number}.xlsx", WORKBOOK)
    return _file(_workbook(report, printed), f"{wanted.kind}-{number}.xlsx", WORKBOOK)


@router.get("/dokumen/{number}/pdf")
def take_pdf(request: Request, source: Seen, reading: ReadingIn, number: Number) -> Response:
    """Give a document as PDF."""
    job, report, _ = _ready(request, reading, number)
    wanted = Wanted.of(job.asked)
    printed = _printed(request, source, wanted.place)
    return _pdf(request, source, report, printed, f"{wanted.kind}-{number}.pdf")


@router.get("/saya/rpi")
def print_own_plan(
    request: Request, source: Seen, reading: ReadingIn, tahun: Year = None
) -> Response:
    """Show the viewer's own plan (RPI) as a print page."""
    return _plan_paper(request, source, reading, _own(source), "/saya", tahun)


@router.get("/saya/rpi/excel")
def take_own_plan_workbook(
    request: Request, source: Seen, reading: ReadingIn, tahun: Year = None
) -> Response:
    """Give the viewer's own plan (RPI) as a workbook."""
    return _plan_workbook(request, source, reading, _own(source), tahun)


@router.get("/saya/rpi/pdf")
def take_own_plan_pdf(
    request: Request, source: Seen, reading: ReadingIn, tahun: Year = None
) -> Response:
    """Give the viewer's own plan (RPI) as PDF."""
    report = reading.individual_plan(reading.person(_own(source)), tahun)
    return _pdf(request, source, report, _printed(request, source), "rpi.pdf")


@router.get("/pegawai/{ref}/rpi")
def print_plan(
    request: Request, source: Seen, reading: ReadingIn, ref: str, tahun: Year = None
) -> Response:
    """Show a person's plan (RPI) as a print page."""
    _require_search(source)
    back = f"/pegawai/{quote(ref, safe='')}"
    return _plan_paper(request, source, reading, ref, back, tahun)


@router.get("/pegawai/{ref}/rpi/excel")
def take_plan_workbook(
    request: Request, source: Seen, reading: ReadingIn, ref: str, tahun: Year = None
) -> Response:
    """Give a person's plan (RPI) as a workbook."""
    _require_search(source)
    return _plan_workbook(request, source, reading, ref, tahun)


@router.get("/pegawai/{ref}/rpi/pdf")
def take_plan_pdf(
    request: Request, source: Seen, reading: ReadingIn, ref: str, tahun: Year = None
) -> Response:
    """Give a person's plan (RPI) as PDF."""
    _require_search(source)
    report = reading.individual_plan(reading.person(ref), tahun)
    return _pdf(request, source, report, _printed(request, source), "rpi.pdf")


def _kinds(reading: Reading) -> tuple[DocumentKind, ...]:
    found = documents.kinds_of(reading.viewer)
    if not found:
        raise Problem("not_found")
    return found


def _require_search(source: Source) -> None:
    if not source.viewer.may_search:
        raise Problem("not_found")


def _own(source: Source) -> str:
    if source.viewer.own is None:
        raise Problem("not_found")
    return source.viewer.own


def _form(
    reading: Reading, source: Source, kind: DocumentKind, typed: dict[str, str] | None = None
) -> views.Form:
    """Return the form of a document with what the viewer may choose."""
    scope, serving = reading.viewer.scope, reading.serving
    year = serving.generation.as_of.year
    years: tuple[int, ...] = ()
    if kind == "rekap-jp":
        years = tuple(range(year, year - YEARS_BACK, -1))
    elif kind not in ("belum-dinilai", "calon", "suksesi"):
        years = tuple(range(year, year + YEARS_AHEAD))
    fixed = scope.value if scope.kind == "vacancy" else ""
    units = [] if fixed else [(unit.code, unit.label.id) for unit in source.units()]
    whole = scope.kind == "agency" and kind != "rpi"
    if scope.kind == "unit" and scope.value not in dict(units):
        name = serving.directory.unit_name(scope.value) or scope.value
        units.insert(0, (scope.value, name))
    chosen = {"unit": scope.value if scope.kind == "unit" else "", "kode": fixed}
    return views.Form(
        kind,
        tuple(units),
        whole or bool(fixed),
        years,
        kind == "rekap-jp",
        _codes(reading, kind),
        fixed,
        {**dict.fromkeys(FIELDS, ""), **chosen, **(typed or {})},
    )


def _codes(reading: Reading, kind: DocumentKind) -> tuple[tuple[str, str], ...]:
    """Return codes that a field offers, with what they stand for."""
    serving = reading.serving
    if kind == "nominatif":
        held = {code: one.training_code for code, one in serving.sessions.items()}
    elif kind == "calon":
        held = dict(serving.vacancies)
    else:
        return ()
    titles = serving.titles["training" if kind == "nominatif" else "role"]
    named = [(code, titles.get(item, item)) for code, item in sorted(held.items())]
    return tuple([*named, *sorted(titles.items())][:OFFERED])


def _wanted(reading: Reading, form: views.Form, language: str) -> Wanted | Text:
    """Return what the form asks for, or what has to be corrected."""
    typed, serving, viewer = form.typed or {}, reading.serving, reading.viewer
    unit: str | None = typed.get("unit") or None
    if viewer.scope.kind == "unit" and unit is None:
        unit = viewer.scope.value
    if viewer.scope.kind == "vacancy":
        unit = None
    if unit is not None and not _within(reading, unit):
        raise Problem("not_found")
    if unit is None and not form.whole:
        return text("pages.document.fault.unit")
    year, quarter = typed.get("tahun", ""), typed.get("triwulan", "")
    if form.years and year and (not year.isdigit() or int(year) not in form.years):
        return text("pages.document.fault.year")
    if form.quarters and quarter and quarter not in ("1", "2", "3", "4"):
        return text("pages.document.fault.quarter")
    code = form.fixed or typed.get("kode", "")
    session = post = None
    if form.kind == "nominatif":
        if code not in serving.sessions and code not in serving.titles["training"]:
            return text("pages.document.fault.session")
        session = code
    if form.kind == "calon":
        if code not in serving.vacancies and code not in serving.titles["role"]:
            return text("pages.document.fault.post")
        post = code
    sight = documents.sight_of(viewer).names
    return Wanted(
        form.kind,
        sight,
        documents.owner_of(viewer),
        language,
        unit,
        int(year) if form.years and year else None,
        int(quarter) if form.quarters and quarter else None,
        session,
        post,
        typed.get("tempat") or None,
    )


def _within(reading: Reading, unit: str) -> bool:
    """Whether a unit is one whose people the viewer sees."""
    directory = reading.serving.directory
    return directory.has_unit(unit) and reading.rows.has_unit(unit)


def _found(request: Request, reading: Reading, number: int) -> Job:
    """Return a document of the viewer's; one of somebody else is not there."""
    job = jobs_of(request).find("report", number)
    if job is None or not documents.finds(reading.viewer, job):
        raise Problem("not_found")
    return job


def _ready(request: Request, reading: Reading, number: int) -> tuple[Job, Report, Folder]:
    """Return a document that can be read; that of candidates is noted with who reads it."""
    from service.exports.stored import read

    job = _found(request, reading, number)
    folder = jobs_of(request).document(number) if job.state == "done" else None
    if folder is None:
        raise Problem("not_found")
    report, viewer = read(folder), reading.viewer
    if report.secret and not viewer.on_record:
        operation = request.scope["route"].path
        details = {"operation": operation, "purpose": viewer.purpose}
        runtime_of(request).trail.note(viewer.actor, "read", f"job:{number}", details)
    return job, report, folder


def _printed(request: Request, source: Source, place: str | None = None) -> Printed:
    return Printed(shell_of(request).language, place, seen(source.viewer.label, source.now))


def _plan_paper(
    request: Request, source: Source, reading: Reading, ref: str, back: str, year: int | None
) -> Response:
    report = reading.individual_plan(reading.person(ref), year)
    query = "" if year is None else f"?tahun={year}"
    printed = _printed(request, source)
    available = pdf.available()
    paper = views.paper_of(report, printed, f"{back}/rpi", back, pdf=available, query=query)
    return _paper(request, source, paper, (("tahun", str(year)),) if year is not None else ())


def _plan_workbook(
    request: Request, source: Source, reading: Reading, ref: str, year: int | None
) -> Response:
    report = reading.individual_plan(reading.person(ref), year)
    return _file(_workbook(report, _printed(request, source)), "rpi.xlsx", WORKBOOK)


def _workbook(report: Report, printed: Printed) -> bytes:
    from service.exports.workbook import write_workbook

    held = io.BytesIO()
    write_workbook(report, held, printed)
    return held.getvalue()


def _pdf(request: Request, source: Source, report: Report, printed: Printed, name: str) -> Response:
    if not pdf.available():
        raise Problem("pdf_missing")
    if report.rows > pdf.MOST_ROWS:
        raise Problem("too_long")
    paper = replace(views.paper_of(report, printed, "", "", pdf=False), bare=True)
    html = render("paper.html", shell_of(request, source), paper)
    try:
        return _file(pdf.drawn(html, stylesheet()), name, "application/pdf")
    except pdf.PdfUnfinished:
        raise Problem("pdf_unfinished") from None


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=kind)


def _paper(
    request: Request, source: Source, paper: views.Paper, keep: tuple[tuple[str, str], ...] = ()
) -> Response:
    shell = shell_of(request, source, keep=keep)
    return remember(request, HTMLResponse(render("paper.html", shell, paper)))


def _page(
    request: Request,
    source: Source,
    reading: Reading,
    *,
    form: views.Form | None = None,
    shown: Job | None = None,
    status: int = 200,
    keep: tuple[tuple[str, str], ...] = (),
) -> Response:
    viewer, jobs = reading.viewer, jobs_of(request)
    shell = shell_of(request, source, keep=keep)
    extra = pdf.available()

    def made(job: Job) -> views.Made:
        there = job.state == "done" and jobs.document(job.number) is not None
        unit = Wanted.of(job.asked).unit
        name = None if unit is None else reading.serving.directory.unit_name(unit)
        names: dict[str, str] = {} if unit is None else {unit: name or unit}
        return views.made_of(job, AGENCY_TIME, names, shell.language, there=there, extra=extra)

    earlier = [job for job in jobs.latest("report", viewer.actor) if documents.finds(viewer, job)]
    page: Any = views.DocumentsPage(
        _kinds(reading),
        tuple(made(job) for job in earlier[:EARLIER]),
        form,
        None if shown is None else made(shown),
        extra,
    )
    return remember(request, HTMLResponse(render("documents.html", shell, page), status))
