"""Stage serve: the audit trail in the browser; in: codes to look for, out: HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from service.api.access import ViewerIn, runtime_of
from service.api.work import require
from service.auditing import Event, Verdict
from service.pages.contexts import Twin
from service.pages.frame import remember, shell_of
from service.pages.live import viewer_of
from service.pages.render import render
from service.pages.seam import AGENCY_TIME
from service.visibility import Right
from training_data.messages import Text, entries, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Code = Annotated[str, Query(max_length=200)]
SHOWN = 50
ACTION, ROLE = "pages.trail.action.", "pages.role."
"""What acts and roles are called stands in the catalogue under these and their code."""


@dataclass(frozen=True)
class EventView:
    """One row; the time is the agency's."""

    held: Event
    at: datetime
    role: Text | None
    action: Text
    details: str


@dataclass(frozen=True)
class TrailPage:
    """Rows that fit, or only whether the trail is whole.

    Attributes:
        verdict: null until it is asked for: every row is read for it.
        rows: null where the viewer reads none.
        older: address of the next page.
    """

    verdict: Verdict | None
    rows: tuple[EventView, ...] | None
    older: str | None
    subject: str
    action: str
    actor: str

    @property
    def actions(self) -> tuple[tuple[str, Text], ...]:
        """Every act the trail may hold: its code, and what it is called."""
        codes = sorted(code for code in entries() if code.startswith(ACTION))
        return tuple((code.removeprefix(ACTION), text(code)) for code in codes)


@router.get("/jejak")
def show_trail(
    request: Request,
    viewer: ViewerIn,
    objek: Code = "",
    tindakan: Code = "",
    pelaku: Code = "",
    sebelum: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    periksa: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """Show rows of the trail, newest first, and whether it is whole where that is asked."""
    require(viewer, Right.AUDIT_INTEGRITY)
    trail = runtime_of(request).trail
    verdict = trail.verify() if periksa else None
    rows, older = None, None
    if viewer.may(Right.AUDIT):
        found = trail.events(
            sebelum, SHOWN + 1, subject=objek or None, action=tindakan or None,
            actor=pelaku or None,
        )  # fmt: skip
        rows = tuple(_view(one) for one in found[:SHOWN])
        if len(found) > SHOWN:
            asked = {"objek": objek, "tindakan": tindakan, "pelaku": pelaku}
            kept = {name: value for name, value in asked.items() if value}
            older = "?" + urlencode({**kept, "sebelum": rows[-1].held.number})
    page = TrailPage(verdict, rows, older, objek, tindakan, pelaku)
    twins = (Twin(text("pages.trail.title"), "/api/v1/audit"),) if rows is not None else ()
    shell = shell_of(request, viewer=viewer_of(viewer), twins=twins)
    return remember(request, HTMLResponse(render("trail.html", shell, page)))


def _view(event: Event) -> EventView:
    known = sorted((name, value) for name, value in event.details.items() if value is not None)
    details = ", ".join(f"{name}: {value}" for name, value in known)
    role = _said(ROLE, event.role) if event.role else None
    at = event.at.astimezone(AGENCY_TIME)
    return EventView(event, at, role, _said(ACTION, event.action), details)


def _said(of: str, code: str) -> Text:
    """Return what a code is called, the code itself where nobody has said."""
    return text(of + code) if of + code in entries() else Text(code, code)
