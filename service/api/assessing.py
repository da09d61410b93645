"""Whom to assess first: people whose levels, once known, would change the advice most.

In: perhaps a unit. Out: visible people with the competency to assess and why, most useful first.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from service.api import shapes
from service.api.access import ReadingIn
from service.api.answers import Cursor, Size, page, respond_from, start_of
from service.api.employees import person_json
from service.api.openapi import lasting

router = APIRouter(prefix="/api/v1", tags=["assessments"])

Unit = Annotated[
    str, Query(max_length=100, description="Unit code; subordinate units count. All by default.")
]


@router.get("/assess-first", response_model=shapes.ToAssess, responses=lasting(410))
async def list_assess_first(
    request: Request, reading: ReadingIn, unit: Unit = "", k: Size = 20, cursor: Cursor = None
) -> Response:
    """Whom to assess first, and in what: at most three competencies of one person."""
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        items = []
        for card, worth in reading.assess_first(unit, first, k + 1):
            item = {**worth.as_json(), "employee": person_json(card)}
            del item["employee_id"]  # may be a NIP
            items.append(item)
        return page(reading.serving, items, first, k)

    return await respond_from(request, reading, shapes.ToAssess, make)
