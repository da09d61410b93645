"""Stage serve: the addresses of the pages; in: requests, out: HTML.

No address holds a name or a NIP: people stand as ``ref``, and what somebody searches for travels
in the body of a form.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from recommender.results import Kind
from service.pages.assemble import candidates_page, home_page, person_page
from service.pages.contexts import SignInPage, Twin
from service.pages.frame import remember, shell_of
from service.pages.render import render
from service.pages.seam import source_of
from service.pages.source import Person, Search, Source
from service.problems import Problem
from training_data.messages import text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]


@router.get("/")
def home(request: Request, source: Seen) -> Response:
    """Show the search form; somebody who may not search is taken to their own page."""
    if not source.viewer.may_search:
        return RedirectResponse("/saya", 303)
    shell = shell_of(request, source)
    return _html(request, render("home.html", shell, home_page(source, Search())))


@router.post("/")
def search(
    request: Request,
    source: Seen,
    kata: Annotated[str, Form(max_length=200)] = "",
    unit: Annotated[str, Form(max_length=200)] = "",
    jenjang: Annotated[str, Form(max_length=50)] = "",
) -> Response:
    """Show who fits the words and filters."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    asked = Search(kata.strip(), unit, jenjang)
    resend = {"kata": asked.words, "unit": unit, "jenjang": jenjang}
    shell = shell_of(request, source, resend=resend)
    return _html(request, render("home.html", shell, home_page(source, asked)))


@router.get("/pegawai/{ref}")
def person(request: Request, source: Seen, ref: str) -> Response:
    """Show one person to HR."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    found = _known(source, ref)
    shell = shell_of(request, source, twins=_person_twins(ref))
    return _html(request, render("person.html", shell, person_page(source, found)))


@router.get("/pegawai/{ref}/rencana")
def plan(request: Request, source: Seen, ref: str) -> Response:
    """Show HR what the person sees."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    return _plan(request, source, _known(source, ref))


@router.get("/saya")
def own(request: Request, source: Seen) -> Response:
    """Show the viewer's own page."""
    if source.viewer.own is None:
        raise Problem("not_found")
    return _plan(request, source, _known(source, source.viewer.own))


@router.get("/pelatihan/{code}/calon")
def training_candidates(request: Request, source: Seen, code: str) -> Response:
    """Show whom a training suits."""
    return _candidates(request, source, "training", code)


@router.get("/jabatan/{code}/calon")
def role_candidates(request: Request, source: Seen, code: str) -> Response:
    """Show whom a post suits, as a confidential meeting paper."""
    return _candidates(request, source, "role", code)


@router.get("/masuk")
def how_to_sign_in(request: Request) -> Response:
    """Explain how to get in."""
    return _html(request, render("sign_in.html", shell_of(request), SignInPage(refused=False)))


def _plan(request: Request, source: Source, found: Person) -> Response:
    shell = shell_of(request, source, twins=_person_twins(found.ref))
    return _html(request, render("plan.html", shell, person_page(source, found)))


def _candidates(request: Request, source: Source, kind: Kind, code: str) -> Response:
    item = source.named(kind, code)
    page = None if item is None else candidates_page(source, kind, item)
    if page is None:
        raise Problem("not_found")
    collection = "trainings" if kind == "training" else "jobs"
    shell = shell_of(request, source, twins=(_twin("candidates", collection, code, "candidates"),))
    template = "candidates.html" if kind == "training" else "meeting.html"
    return _html(request, render(template, shell, page))


def _known(source: Source, ref: str) -> Person:
    found = source.person(ref)
    if found is None:
        raise Problem("not_found")
    return found


def _person_twins(ref: str) -> tuple[Twin, ...]:
    parts = ("gaps", "figures", "trainings", "roles", "excluded")
    return tuple(_twin(part, "employees", ref, part) for part in parts)


def _twin(label: str, collection: str, code: str, part: str) -> Twin:
    address = f"/api/v1/{collection}/{quote(code, safe='')}/{part}"
    return Twin(text(f"pages.twin.{label}"), address)


def _html(request: Request, body: str) -> Response:
    return remember(request, HTMLResponse(body))
