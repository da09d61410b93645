"""Stage serve: training history for SIASN; in: a form, out: a page or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from service.api.access import ViewerIn
from service.api.history import history_file, history_of
from service.api.work import require
from service.auth import Viewer
from service.history import HistoryFormat, HistoryShape, HistoryWish
from service.pages.frame import remember, shell_of
from service.pages.live import viewer_of
from service.pages.render import render
from service.problems import Problem
from service.visibility import Right
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

FIRST_YEAR, LAST_YEAR = 1900, 9998


@dataclass(frozen=True)
class HistoryPage:
    """What can be asked for, and what was typed."""

    unverified: Mapping[str, tuple[str, ...]]
    shape: str = "rw_kursus"
    unit: str = ""
    year: str = ""
    verified: str = ""
    fault: Text | None = None


@router.get("/riwayat-siasn")
def choose_history(request: Request, viewer: ViewerIn) -> Response:
    """Ask what goes into the file."""
    require(viewer, Right.IMPORT)
    return _page(request, viewer, HistoryPage(history_of(request).unverified()))


@router.post("/riwayat-siasn")
def download_history(
    request: Request,
    viewer: ViewerIn,
    bentuk: Annotated[HistoryShape, Form()] = "rw_kursus",
    jenis: Annotated[HistoryFormat, Form()] = "xlsx",
    unit: Annotated[str, Form(max_length=100)] = "",
    tahun: Annotated[str, Form(max_length=10)] = "",
    verifikasi: Annotated[Literal["", "ya", "belum"], Form()] = "",
) -> Response:
    """Hand the file out."""
    require(viewer, Right.IMPORT)
    year = tahun.strip()
    marked = {"": None, "ya": True, "belum": False}[verifikasi]
    typed = HistoryPage(history_of(request).unverified(), bentuk, unit, tahun, verifikasi)
    try:
        number = int(year) if year else None
        if number is not None and not FIRST_YEAR <= number <= LAST_YEAR:
            raise ValueError(year)
        wish = HistoryWish(bentuk, jenis, unit.strip(), number, marked)
        return history_file(request, viewer, wish)
    except ValueError:
        fault = text("pages.history.bad_year")
    except Problem as problem:
        if problem.code != "invalid":
            raise
        fault = problem.faults[0].text
    page = HistoryPage(typed.unverified, bentuk, unit, tahun, verifikasi, fault)
    return _page(request, viewer, page, 422)


def _page(request: Request, viewer: Viewer, page: HistoryPage, status: int = 200) -> Response:
    shell = shell_of(request, viewer=viewer_of(viewer))
    return remember(request, HTMLResponse(render("history.html", shell, page), status))
