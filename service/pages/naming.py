"""Stage serve: the queue of names in the browser; in: choices of a form, out: HTML.

Every name on a page is one group of choices; one button keeps those that were made, be it one or
all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from service.api.access import ViewerIn
from service.api.names import names_of
from service.api.work import require
from service.auth import Viewer
from service.naming import NameState, Ruling, UnknownName
from service.pages.contexts import Twin
from service.pages.frame import remember, shell_of
from service.pages.live import viewer_of
from service.pages.name_views import NamesPage, name_view
from service.pages.render import render
from service.visibility import Right
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

KindOfName = Literal["", "training", "job", "unit", "education"]
First = Annotated[int, Query(ge=0, le=2**40)]
Words = Annotated[str, Query(max_length=100)]

NAMES_SHOWN = 20
FIELDS_AT_MOST = NAMES_SHOWN * 5 + 10
NONE_OF_THEM = "-"


@router.get("/pemadanan")
def show_names(
    request: Request,
    viewer: ViewerIn,
    keadaan: NameState = "waiting",
    jenis: KindOfName = "training",
    cari: Words = "",
    mulai: First = 0,
    usul: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """Show names of a state with what may be meant."""
    require(viewer, Right.IMPORT)
    return _page(request, viewer, (keadaan, jenis, cari, mulai), suggested=bool(usul))


@router.post("/pemadanan")
async def decide_names(
    request: Request,
    viewer: ViewerIn,
    keadaan: NameState = "waiting",
    jenis: KindOfName = "training",
    cari: Words = "",
    mulai: First = 0,
) -> Response:
    """Keep the choices of a page."""
    require(viewer, Right.IMPORT)
    form = await request.form(max_files=0, max_fields=FIELDS_AT_MOST)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    asked = (keadaan, jenis, cari, mulai)
    return await run_in_threadpool(_decided, request, viewer, asked, fields)


Asked = tuple[NameState, KindOfName, str, int]


def _decided(request: Request, viewer: Viewer, asked: Asked, fields: dict[str, str]) -> Response:
    chosen = {place: one for place in range(NAMES_SHOWN) if (one := _ruling(fields, place))}
    if not chosen:
        fault = text("pages.names.nothing")
        return _page(request, viewer, asked, fault=fault, status=422)
    try:
        done = names_of(request).rule(list(chosen.values()), viewer.actor)
    except UnknownName as unknown:
        place = list(chosen)[int(unknown.args[0])]
        code = chosen[place].code or ""
        fault = text("pages.names.unknown", code=code)
        return _page(request, viewer, asked, fault=fault, typed=fields, status=422)
    said = text(
        "pages.names.said",
        confirmed=done.get("confirm", 0),
        rejected=done.get("reject", 0),
        undone=done.get("undo", 0),
    )
    return _page(request, viewer, asked, said=said)


def _ruling(fields: dict[str, str], place: int) -> Ruling | None:
    """Return what was chosen for one name of the form; nothing where it stays open."""
    key, kind = fields.get(f"k{place}", "")[:500], fields.get(f"j{place}", "")[:20]
    choice, other = fields.get(f"p{place}", ""), fields.get(f"l{place}", "").strip()[:100]
    if not key or not kind or not (choice or other):
        return None
    if choice in ("undo", NONE_OF_THEM):
        return Ruling(kind, key, "undo" if choice == "undo" else "reject")
    return Ruling(kind, key, "confirm", other or choice)


def _page(
    request: Request,
    viewer: Viewer,
    asked: Asked,
    *,
    suggested: bool = False,
    said: Text | None = None,
    fault: Text | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    state, kind, words, first = asked
    queue = names_of(request)
    found = queue.names(state, kind or None, words, first, NAMES_SHOWN + 1)
    if not found and first:  # the last page was decided
        first = max(0, first - NAMES_SHOWN)
        found = queue.names(state, kind or None, words, first, NAMES_SHOWN + 1)
    views = [
        name_view(place, one, suggested=suggested) for place, one in enumerate(found[:NAMES_SHOWN])
    ]
    if typed is not None:
        views = [
            replace(
                one,
                chosen=typed.get(f"p{one.place}", ""),
                other=typed.get(f"l{one.place}", "").strip()[:100],
            )
            for one in views
        ]
    page = NamesPage(
        state,
        kind,
        words,
        queue.progress(kind or None),
        tuple(views),
        first,
        NAMES_SHOWN,
        len(found) > NAMES_SHOWN,
        suggested,
        viewer.may(Right.RANK),
        said,
        fault,
    )
    shell = shell_of(
        request,
        viewer=viewer_of(viewer),
        twins=(Twin(text("pages.names.title"), f"/api/v1/name-matches?state={state}"),),
        keep=(*page.query.items(), ("mulai", str(first))),
    )
    return remember(request, HTMLResponse(render("names.html", shell, page), status))
