"""Stage serve: the addresses of the pages; in: requests, out: HTML.

No address holds a name or a NIP: people stand as ``ref``, and what somebody searches for travels
in the body of a form.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints

from recommender.results import Kind
from service.answers import REASONS
from service.api.access import ReadingIn, ViewerIn, runtime_of
from service.api.feedback import give
from service.api.nominations import Said, take
from service.api.rankings import work_for
from service.api.seats import jobs_or_none
from service.directory import ORDERS, Card
from service.pages import (
    accounts,
    comparing,
    correcting,
    deciding,
    documenting,
    grouping,
    history,
    longlisting,
    naming,
    nominating,
    petitioning,
    purpose,
    rulebook,
    scenarios,
    sign_on,
    trailing,
    working,
)
from service.pages.assemble import (
    BY_SCORE,
    CANDIDATES_BY,
    candidates_page,
    home_page,
    person_page,
    suppose_page,
)
from service.pages.assess_views import assess_page
from service.pages.contexts import Twin
from service.pages.fairness_views import fairness_page
from service.pages.frame import remember, shell_of
from service.pages.gap_map_views import gap_map_page, wish_of
from service.pages.live import viewer_of
from service.pages.plan_views import budget_view
from service.pages.render import render
from service.pages.seam import AGENCY_TIME, source_of
from service.pages.search_views import search_of
from service.pages.sorting import Order, order_of
from service.pages.source import BY_NAME, Person, Search, Source, Viewer
from service.pages.whatif_views import Sent
from service.pages.work_views import work_page
from service.problems import Problem
from service.reading import Reading
from service.visibility import Right
from training_data.messages import text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
router.include_router(accounts.router)
router.include_router(sign_on.router)
router.include_router(deciding.router)
router.include_router(scenarios.router)  # its addresses come before those with a number
router.include_router(longlisting.router)
router.include_router(comparing.router)
router.include_router(working.router)
router.include_router(nominating.router)
router.include_router(petitioning.router)
router.include_router(rulebook.router)
router.include_router(grouping.router)
router.include_router(correcting.router)
router.include_router(naming.router)
router.include_router(history.router)
router.include_router(documenting.router)
router.include_router(trailing.router)
router.include_router(purpose.router)

Seen = Annotated[Source, Depends(source_of)]
Year = Annotated[int | None, Query(ge=1900, le=9998)]
Budget = Annotated[str, Query(max_length=40)]
Code = Annotated[str, Form(max_length=100)]
UnitCode = Annotated[str, Query(max_length=100)]
PART = "selaras-part"
"""Header of a page's own script that asks for a part of the page alone."""
OFFERED = ("accepted", "postponed", "declined")
"""What one may answer; that a training was completed is for its certificate to say."""

Codes = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Form(max_length=200)]


def sent_of(
    pelatihan: Codes = [],  # noqa: B006 - FastAPI copies defaults
    kode: Annotated[str, Form(max_length=600)] = "",
    jabatan: Code = "",
    kode_jabatan: Code = "",
    kompetensi: Codes = [],  # noqa: B006
    level: Codes = [],  # noqa: B006
) -> Sent:
    """Return a supposition as its form was sent; levels stand beside their competencies."""
    levels = dict(zip(kompetensi, level, strict=False))
    return Sent(tuple(pelatihan), kode.strip(), jabatan, kode_jabatan.strip(), levels)


Supposed = Annotated[Sent, Depends(sent_of)]


@router.get("/")
def home(
    request: Request, source: Seen, unit: UnitCode = "", kesenjangan: UnitCode = ""
) -> Response:
    """Show the search form; somebody who may not search is taken to their own page.

    A link may ask for a unit and a competency; names and NIP never stand in an address.
    """
    if not source.viewer.may_search:
        return RedirectResponse(_first_page(source.viewer), 303)
    asked = Search(unit=unit, gap=kesenjangan)
    keep = tuple((n, v) for n, v in (("unit", unit), ("kesenjangan", kesenjangan)) if v)
    shell = shell_of(request, source, keep=keep)
    return _html(request, render("home.html", shell, home_page(source, asked)))


@router.post("/")
def search(
    request: Request,
    source: Seen,
    kata: Annotated[str, Form(max_length=200)] = "",
    unit: Annotated[str, Form(max_length=200)] = "",
    jenjang: Annotated[str, Form(max_length=50)] = "",
    kesenjangan: Code = "",
    kotak: Code = "",
    jp: Code = "",
    penilaian: Code = "",
    urutan: Code = "",
    urut: Code = "",
    halaman: Annotated[int, Form(ge=1, le=100_000)] = 1,
) -> Response:
    """Show who fits the words and filters: the whole page, or the list alone as one types."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    # A heading asks for an order; everything else keeps the one the list has.
    order = order_of(urut or urutan, ORDERS, "body.urut", BY_NAME)
    asked = search_of(kata, unit, jenjang, kesenjangan, kotak, jp, penilaian, order, halaman)
    resend = (
        ("kata", asked.words),
        ("unit", unit),
        ("jenjang", jenjang),
        ("kesenjangan", kesenjangan),
        ("kotak", kotak),
        ("jp", jp),
        ("penilaian", penilaian),
        ("urutan", order.key),
        ("halaman", str(halaman)),
    )
    shell = shell_of(request, source, resend=resend)
    page = home_page(source, asked)
    if request.headers.get(PART) == "found":
        return _html(request, render("_found.html", shell, replace(page, part=True)))
    return _html(request, render("home.html", shell, page))


@router.get("/pegawai/{ref}")
def person(
    request: Request, source: Seen, ref: str, tahun: Year = None, pagu: Budget = ""
) -> Response:
    """Show one person to HR."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    return _person(request, source, "person.html", _known(source, ref), tahun, pagu)


@router.get("/pegawai/{ref}/rencana")
def plan(
    request: Request, source: Seen, ref: str, tahun: Year = None, pagu: Budget = ""
) -> Response:
    """Show HR what the person sees."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    return _person(request, source, "plan.html", _known(source, ref), tahun, pagu)


@router.get("/saya")
def own(
    request: Request,
    source: Seen,
    tahun: Year = None,
    pagu: Budget = "",
    kosong: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """Show the viewer's own page."""
    wordless = bool(kosong)
    return _person(request, source, "plan.html", _oneself(source), tahun, pagu, wordless)


@router.get("/pegawai/{ref}/simulasi")
def suppose(request: Request, source: Seen, ref: str) -> Response:
    """Show the what-if form of a person to HR."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    return _suppose(request, source, _known(source, ref), None)


@router.post("/pegawai/{ref}/simulasi")
def supposed(request: Request, source: Seen, ref: str, sent: Supposed) -> Response:
    """Answer what HR supposes of a person; nothing is stored."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    return _suppose(request, source, _known(source, ref), sent)


@router.post("/saya/jawab")
def answer(
    request: Request,
    reading: ReadingIn,
    jenis: Annotated[str, Form(max_length=20)] = "",
    kode: Code = "",
    tindakan: Annotated[str, Form(max_length=20)] = "",
    alasan: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Store the viewer's answer to a suggestion of their own, and show what became of it."""
    scope = reading.viewer.scope
    if scope.kind != "self" or jenis not in ("training", "role") or tindakan not in OFFERED:
        raise Problem("not_found")
    kind: Kind = "role" if jenis == "role" else "training"
    card = _own_card(reading)
    # The form always sends its list of reasons, which belongs to declining.
    reason = alasan if tindakan == "declined" and alasan in REASONS else None
    give(runtime_of(request), reading, card, kind, kode, tindakan, reason, None)
    return RedirectResponse("/saya#jawaban", 303)


@router.post("/saya/angkatan")
def decline_seat(request: Request, reading: ReadingIn, kode: Code = "") -> Response:
    """Decline a session one was proposed for."""
    scope = reading.viewer.scope
    if scope.kind != "self":
        raise Problem("not_found")
    card = _own_card(reading)
    said = Said("decline", [card.ref])
    take(runtime_of(request), jobs_or_none(request), reading, kode, said)
    return RedirectResponse("/saya#angkatan", 303)


@router.get("/saya/simulasi")
def own_suppose(request: Request, source: Seen) -> Response:
    """Show the viewer's own what-if form."""
    return _suppose(request, source, _oneself(source), None)


@router.post("/saya/simulasi")
def own_supposed(request: Request, source: Seen, sent: Supposed) -> Response:
    """Answer what the viewer supposes of themselves; nothing is stored."""
    return _suppose(request, source, _oneself(source), sent)


@router.get("/pelatihan/{code}/calon")
def training_candidates(
    request: Request, source: Seen, code: str, urut: Annotated[str, Query(max_length=50)] = ""
) -> Response:
    """Show whom a training suits."""
    order = order_of(urut, CANDIDATES_BY, "query.urut", BY_SCORE)
    return _candidates(request, source, "training", code, order)


@router.get("/jabatan/{code}/calon")
def role_candidates(request: Request, source: Seen, code: str) -> Response:
    """Show whom a post suits, as a confidential meeting paper."""
    return _candidates(request, source, "role", code)


@router.get("/keadilan")
def fairness(request: Request, source: Seen) -> Response:
    """Show how fair the suggestions in force are, by group."""
    report = source.fairness() if source.viewer.may_measure else None
    if report is None:
        raise Problem("not_found")
    twins = (Twin(text("pages.twin.fairness"), "/api/v1/fairness"),)
    shell = shell_of(request, source, twins=twins)
    return _html(request, render("fairness.html", shell, fairness_page(report, source.unit_name)))


@router.get("/peta")
def gap_map(
    request: Request,
    source: Seen,
    unit: UnitCode = "",
    kelompok: UnitCode = "",
    pegawai: UnitCode = "",
) -> Response:
    """Show gaps, hours and answers of a unit by its parts."""
    wish = wish_of(unit, kelompok, pegawai)
    page = gap_map_page(source, wish)
    if page is None:
        raise Problem("not_found")
    asked = (("unit", unit), ("kelompok", wish.group), ("pegawai", wish.slice_))
    keep = tuple((name, value) for name, value in asked if value)
    query = urlencode(
        [
            (name, value)
            for name, value in (("unit", unit), ("group", wish.group), ("slice", wish.slice_))
            if value
        ]
    )
    address = "/api/v1/gap-map" + (f"?{query}" if query else "")
    twins = (Twin(text("pages.twin.map"), address),)
    shell = shell_of(request, source, twins=twins, keep=keep)
    return _html(request, render("gap_map.html", shell, page))


@router.get("/pemeringkatan")
def work(request: Request, viewer: ViewerIn) -> Response:
    """Show how periodic re-ranking stands; there need be no generation yet."""
    viewer.require(Right.WORK)
    jobs = jobs_or_none(request)
    # Before the generations: what is said to be done is then found published below.
    asked = None if jobs is None else next(iter(jobs.latest("ranking")), None)
    may_ask = jobs is not None and viewer.may(Right.RANK)
    now = datetime.now(AGENCY_TIME)
    page = work_page(work_for(viewer, request), now, asked, may_ask=may_ask)
    twins = (Twin(text("pages.twin.work"), "/api/v1/rankings"),)
    shell = shell_of(request, viewer=viewer_of(viewer), twins=twins)
    return _html(request, render("work.html", shell, page))


@router.get("/penilaian")
def assess(
    request: Request, source: Seen, unit: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Show whom to assess first, everywhere or in a unit."""
    page = assess_page(source, unit)
    if page is None:
        raise Problem("not_found")
    query = f"?{urlencode({'unit': unit})}" if unit else ""
    twins = (Twin(text("pages.twin.assess"), f"/api/v1/assess-first{query}"),)
    keep = (("unit", unit),) if unit else ()
    shell = shell_of(request, source, twins=twins, keep=keep)
    return _html(request, render("assess.html", shell, page))


def _person(
    request: Request,
    source: Source,
    template: str,
    found: Person,
    year: int | None,
    typed: str,
    wordless: bool = False,
) -> Response:
    page = replace(person_page(source, found, year, budget_view(typed)), wordless=wordless)
    asked = (("tahun", "" if year is None else str(year)), ("pagu", typed))
    keep = tuple((name, value) for name, value in asked if value)
    shell = shell_of(request, source, twins=_person_twins(found.ref), keep=keep)
    return _html(request, render(template, shell, page))


def _suppose(request: Request, source: Source, found: Person, sent: Sent | None) -> Response:
    if not source.viewer.may_suppose:
        raise Problem("not_found")
    resend = None if sent is None else _resent(sent)
    shell = shell_of(request, source, resend=resend)
    return _html(request, render("suppose.html", shell, suppose_page(source, found, sent)))


def _resent(sent: Sent) -> tuple[tuple[str, str], ...]:
    """Return the fields of a form, so that a switch of language sends it again."""
    levels = sent.levels or {}
    return (
        *(("pelatihan", code) for code in sent.trainings),
        ("kode", sent.more),
        ("jabatan", sent.chosen),
        ("kode_jabatan", sent.target),
        *(
            pair
            for code, level in levels.items()
            for pair in (("kompetensi", code), ("level", level))
        ),
    )


def _candidates(
    request: Request, source: Source, kind: Kind, code: str, order: Order = BY_SCORE
) -> Response:
    item = source.named(kind, code)
    page = None if item is None else candidates_page(source, kind, item, order)
    if page is None:
        raise Problem("not_found")
    collection = "trainings" if kind == "training" else "jobs"
    twins = (_twin("candidates", collection, code, "candidates"),)
    keep = () if order == BY_SCORE else (("urut", order.key),)
    shell = shell_of(request, source, twins=twins, keep=keep)
    template = "candidates.html" if kind == "training" else "meeting.html"
    return _html(request, render(template, shell, page))


def _first_page(viewer: Viewer) -> str:
    """Return where somebody begins who may not search."""
    if viewer.own is None and viewer.may_measure:
        return "/keadilan"
    if viewer.own is None and viewer.may_survey:
        return "/peta"
    return "/pemeringkatan" if viewer.own is None and viewer.may_oversee else "/saya"


def _own_card(reading: Reading) -> Card:
    """Return the viewer's own card; who is in no ranking yet has none."""
    card = reading.serving.directory.known(reading.viewer.scope.value)
    if card is None:
        raise Problem("not_found")
    return card


def _oneself(source: Source) -> Person:
    if source.viewer.own is None:
        raise Problem("not_found")
    return _known(source, source.viewer.own)


def _known(source: Source, ref: str) -> Person:
    found = source.person(ref)
    if found is None:
        raise Problem("not_found")
    return found


def _person_twins(ref: str) -> tuple[Twin, ...]:
    parts = ("plan", "gaps", "figures", "trainings", "roles", "excluded")
    return tuple(_twin(part, "employees", ref, part) for part in parts)


def _twin(label: str, collection: str, code: str, part: str) -> Twin:
    address = f"/api/v1/{collection}/{quote(code, safe='')}/{part}"
    return Twin(text(f"pages.twin.{label}"), address)


def _html(request: Request, body: str) -> Response:
    return remember(request, HTMLResponse(body))
