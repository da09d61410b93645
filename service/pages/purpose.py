"""Stage serve: what somebody reads for, stated once a session; in: a form, out: HTML.

Inspectors, panels and others read some data for a stated purpose only; from then on every read of
theirs stands in the audit trail, with the purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.api.access import PURPOSE_AT_MOST, ViewerIn, gate_of
from service.middleware import SESSION_COOKIE
from service.pages.frame import remember, shell_of
from service.pages.live import viewer_of
from service.pages.render import render
from service.problems import Problem

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True)
class PurposePage:
    """The purpose stated so far, and how long one may be."""

    stated: str
    most: int


@router.get("/keperluan")
def ask_for_purpose(request: Request, viewer: ViewerIn) -> Response:
    """Show the purpose of this session, and ask for another."""
    if not viewer.asks_for_purpose:
        raise Problem("not_found")
    page = PurposePage(viewer.purpose, PURPOSE_AT_MOST)
    shell = shell_of(request, viewer=viewer_of(viewer))
    return remember(request, HTMLResponse(render("purpose.html", shell, page)))


@router.post("/keperluan")
def state_purpose(
    request: Request,
    viewer: ViewerIn,
    keperluan: Annotated[str, Form(max_length=PURPOSE_AT_MOST)] = "",
) -> Response:
    """Let this session read for a purpose, or for none any more."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if not viewer.asks_for_purpose or cookie is None:
        raise Problem("not_found")
    gate_of(request).state_purpose(cookie, " ".join(keperluan.split()), viewer)
    return RedirectResponse("/keperluan", 303)
