"""The audit trail: who did what, searched; and whether every row is still what it was.

In: codes to look for. Out: rows without names or words of people. The whole agency's only.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from service.api import shapes
from service.api.access import ViewerIn, runtime_of
from service.api.answers import respond
from service.api.openapi import problems
from service.api.work import require
from service.visibility import Right

router = APIRouter(prefix="/api/v1", tags=["audit"])

Code = Annotated[str | None, Query(max_length=200)]
Size = Annotated[int, Query(ge=1, le=500, description="Rows per page.")]
Before = Annotated[int | None, Query(ge=1, le=2**53, description="Only rows before this one.")]


@router.get("/audit", response_model=shapes.AuditTrail, responses=problems())
async def list_events(
    request: Request,
    viewer: ViewerIn,
    subject: Code = None,
    action: Code = None,
    actor: Code = None,
    before: Before = None,
    k: Size = 50,
) -> Response:
    """Rows of the audit trail, newest first."""
    require(viewer, Right.AUDIT)

    def make() -> dict[str, Any]:
        trail = runtime_of(request).trail
        found = trail.events(before, k + 1, subject=subject, action=action, actor=actor)
        names = shapes.AuditEvent.model_fields
        rows = [{name: getattr(one, name) for name in names} for one in found[:k]]
        more = len(found) > k
        return {"items": rows, "next_before": rows[-1]["number"] if more else None}

    return await respond(shapes.AuditTrail, make)


@router.get("/audit/integrity", response_model=shapes.Integrity, responses=problems())
async def check_integrity(
    request: Request,
    viewer: ViewerIn,
    last: Annotated[
        str | None,
        Query(pattern="^[0-9a-f]{64}$", description="Hash of an earlier last row, kept elsewhere."),
    ] = None,
) -> Response:
    """Compare every hash of the trail."""
    require(viewer, Right.AUDIT_INTEGRITY)

    def make() -> dict[str, Any]:
        found = runtime_of(request).trail.verify(last)
        return {
            "rows": found.rows,
            "whole": found.whole,
            "broken": found.broken,
            "last": found.last,
        }

    return await respond(shapes.Integrity, make)
