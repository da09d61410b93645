"""Stage serve: corrections and objections in the browser; in: forms, out: HTML.

A person asks on their own page and reads the answer there; offices answer what lies in their rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.api.access import ReadingIn, runtime_of
from service.api.petitions import SHOWN, answer, ask
from service.api.seats import today
from service.pages.frame import remember, shell_of
from service.pages.live import person_of
from service.pages.render import render
from service.pages.seam import AGENCY_TIME, source_of
from service.pages.source import Person, Source
from service.petitions import Petition, PetitionKind
from service.problems import Problem
from service.reading import Reading
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Words = Annotated[str, Form(max_length=2000)]
Short = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class PetitionsPage:
    """Corrections and objections of the people an office sees.

    Attributes:
        typed: number, words and name of an answer that comes back.
    """

    rows: tuple[tuple[Person, Petition], ...]
    today: date
    may_answer: bool
    named: bool
    said: Text | None = None
    fault: Text | None = None
    typed: tuple[int, str, str] = (0, "", "")


@router.get("/keberatan")
def show_petitions(request: Request, source: Seen, reading: ReadingIn) -> Response:
    """Show what waits for an answer, and what was answered."""
    return _page(request, source, _petitions(request, reading))


@router.post("/keberatan")
def give_answer(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    nomor: Annotated[int, Form(ge=1, le=2**53)],
    hasil: Short = "",
    jawaban: Words = "",
    nama: Short = "",
) -> Response:
    """Answer one of them."""
    page = _petitions(request, reading)
    if nomor not in {one.number for _, one in page.rows if one.outcome is None}:
        return _page(
            request,
            source,
            replace(page, fault=text("pages.petition.gone", number=str(nomor))),
            409,
        )
    try:
        answer(runtime_of(request), reading, nomor, hasil, jawaban, nama)
    except Problem as problem:
        if problem.code != "invalid":
            raise
        page = replace(page, fault=problem.faults[0].text, typed=(nomor, jawaban, nama))
        return _page(request, source, page, 422)
    said = text("pages.petition.done", number=str(nomor))
    return _page(request, source, replace(_petitions(request, reading), said=said))


@router.post("/saya/keberatan")
def send_petition(
    request: Request, reading: ReadingIn, tentang: Short = "", uraian: Words = ""
) -> Response:
    """Store what the viewer asks for, and show what became of it."""
    kind, _, topic = tentang.partition(":")
    try:
        ask(runtime_of(request), reading, cast(PetitionKind, kind), topic, uraian)
    except Problem as problem:
        if problem.code != "invalid":
            raise
        return RedirectResponse("/saya?kosong=1#keberatan", 303)
    return RedirectResponse("/saya#keberatan", 303)


def _petitions(request: Request, reading: Reading) -> PetitionsPage:
    found = reading.petitions(runtime_of(request).petitions.petitions())
    rows = tuple((person_of(card), local(one)) for card, one in found[:SHOWN])
    return PetitionsPage(rows, today(), reading.may_answer(), reading.viewer.named)


def local(one: Petition) -> Petition:
    """Return a petition with its moments at the agency."""
    at = one.answered_at
    return replace(
        one,
        at=one.at.astimezone(AGENCY_TIME),
        answered_at=None if at is None else at.astimezone(AGENCY_TIME),
    )


def _page(request: Request, source: Source, page: PetitionsPage, status: int = 200) -> Response:
    shell = shell_of(request, source)
    return remember(request, HTMLResponse(render("petitions.html", shell, page), status))
