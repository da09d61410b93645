"""Stage serve: wishes that wait for a superior or an office, decided one by one or as a list.

In: forms. Out: HTML. Every decision bears a reason and a name and is stored apart: what cannot be
decided like that stays in the list and is counted.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import StringConstraints

from service.api.access import ReadingIn, runtime_of
from service.api.decisions import decide
from service.pages.contexts import DecidePage
from service.pages.frame import remember, shell_of
from service.pages.render import render
from service.pages.seam import source_of
from service.pages.source import Source
from service.problems import Problem
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Chosen = Annotated[list[Annotated[str, StringConstraints(max_length=250)]], Form(max_length=500)]


@router.get("/usulan")
def show_wishes(request: Request, source: Seen) -> Response:
    """Show the wishes that wait for the viewer."""
    return _page(request, source)


@router.post("/usulan")
def decide_wishes(
    request: Request,
    source: Seen,
    reading: ReadingIn,
    pilih: Chosen = [],  # noqa: B006 - FastAPI copies defaults
    tindakan: Annotated[str, Form(max_length=20)] = "",
    alasan: Annotated[str, Form(max_length=1000)] = "",
    nama: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Decide about the chosen wishes; each decision stands for itself."""
    if not source.viewer.may_decide or tindakan not in source.acts():
        raise Problem("not_found")
    chosen = [pair for pair in (one.split("|", 1) for one in pilih) if len(pair) == 2]
    if not chosen:
        return _page(
            request,
            source,
            422,
            fault=text("pages.decide.nothing_chosen"),
            reason=alasan,
            name=nama,
        )
    done = refused = 0
    for ref, code in chosen:
        try:
            card = reading.person(ref)
            runtime = runtime_of(request)
            decide(runtime, reading, card, "training", code, tindakan, alasan, nama)
        except Problem as problem:
            if problem.code != "invalid":
                raise
            fault = problem.faults[0]
            if fault.code != "forbidden":  # a reason or a name is missing for all of them
                return _page(request, source, 422, fault=fault.text, reason=alasan, name=nama)
            refused += 1
        else:
            done += 1
    said = [text("pages.decide.done", count=done)] if done else []
    if refused:
        said.append(text("pages.decide.refused", count=refused))
    return _page(request, source, said=tuple(said))


def _page(
    request: Request,
    source: Source,
    status: int = 200,
    *,
    said: tuple[Text, ...] = (),
    fault: Text | None = None,
    reason: str = "",
    name: str = "",
) -> Response:
    waiting = source.waiting()
    if waiting is None:
        raise Problem("not_found")
    page = DecidePage(tuple(waiting), source.acts(), source.viewer.named, said, fault, reason, name)
    shell = shell_of(request, source)
    return remember(request, HTMLResponse(render("decide.html", shell, page), status))
