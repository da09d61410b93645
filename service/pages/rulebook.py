"""Stage serve: which rules hold and where they come from; in: requests, out: HTML.

Rules say nothing of anybody: whoever is signed in may read what they are judged by.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from service.pages.frame import remember, shell_of
from service.pages.render import render
from service.pages.rulebook_views import rulebook_page
from service.pages.seam import source_of
from service.pages.source import Source
from service.problems import Problem

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
UNVERIFIED = "belum"


@router.get("/ketentuan")
def show_rules(
    request: Request, source: Seen, tanda: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show every rule behind the suggestions in force, or those alone that are not confirmed."""
    rules = source.rules()
    if rules is None:
        raise Problem("not_found")
    only = tanda == UNVERIFIED
    keep = (("tanda", tanda),) if only else ()
    shell = shell_of(request, source, keep=keep)
    page = rulebook_page(rules, only)
    return remember(request, HTMLResponse(render("rules.html", shell, page)))
