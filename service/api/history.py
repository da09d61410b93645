"""Training history in the shape of SIASN, as a file.

In: which rows. Out: CSV, Excel or JSON with the NIP as text. Offices that bring tables in, of the
whole agency only; every file that leaves stands in the audit trail.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api.access import ViewerIn, runtime_of
from service.api.openapi import problems
from service.api.work import require
from service.auth import Viewer
from service.history import MEDIA, History, HistoryFormat, HistoryShape, HistoryWish, UnknownUnit
from service.problems import Fault, Problem
from service.visibility import Right
from training_data.messages import text

router = APIRouter(prefix="/api/v1", tags=["history"])

Unit = Annotated[str, Query(max_length=100, description="With the units below it; empty for all.")]
Year = Annotated[int | None, Query(ge=1900, le=9998, description="In which the training ended.")]
Verified = Annotated[bool | None, Query(description="Only rows with this mark.")]

_ROW = {"type": "object", "additionalProperties": {"type": "string"}}
_CONTENT: dict[str, Any] = {
    "text/csv": {"schema": {"type": "string"}},
    MEDIA["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
    "application/json": {"schema": {"type": "array", "items": _ROW}},
}


def history_of(request: Request) -> History:
    """Return where training history is kept; raise ``not_ready`` where there is no such place."""
    found = getattr(request.app.state, "history", None)
    if found is None:
        raise Problem("not_ready")
    return cast(History, found)


@router.get(
    "/training-history",
    response_class=Response,
    responses={200: {"description": "The file.", "content": _CONTENT}, **problems()},
)
async def export_training_history(
    request: Request,
    viewer: ViewerIn,
    shape: HistoryShape,
    unit: Unit = "",
    year: Year = None,
    verified: Verified = None,
    kind: Annotated[HistoryFormat, Query(alias="format")] = "csv",
) -> Response:
    """Training history of the agency in the order and under the names of SIASN."""
    require(viewer, Right.IMPORT)
    wish = HistoryWish(shape, kind, unit, year, verified)
    return await run_in_threadpool(history_file, request, viewer, wish)


def history_file(request: Request, viewer: Viewer, wish: HistoryWish) -> Response:
    """Return a file of training history, after its row in the audit trail.

    Raises:
        Problem: ``invalid`` where the agency has no such unit.
    """
    try:
        made = history_of(request).export(wish)
    except UnknownUnit:
        words = text("siasn.unknown_unit", unit=wish.unit)
        raise Problem("invalid", (Fault("query.unit", "unknown_unit", words),)) from None
    details = {"shape": wish.shape, "format": wish.format, "rows": made.rows}
    runtime_of(request).trail.note(viewer.actor, "history_download", "training_history", details)
    headers = {
        "Content-Disposition": f'attachment; filename="{wish.shape}.{wish.format}"',
        "Cache-Control": "private, no-store",
    }
    return Response(made.content, media_type=MEDIA[wish.format], headers=headers)
