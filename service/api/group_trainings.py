"""Trainings that are suggested in a group of people, with what all of it would take.

In: perhaps a unit, a tier and a gap. Out: trainings, those of the most people first.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from service.api import shapes
from service.api.access import ReadingIn
from service.api.answers import Cursor, Size, page, respond, start_of
from service.api.openapi import problems
from service.directory import Query as Who
from service.wanted import Wanted

router = APIRouter(prefix="/api/v1", tags=["trainings"])

Unit = Annotated[
    str, Query(max_length=100, description="Unit code; subordinate units count. All by default.")
]
Tier = Annotated[str, Query(max_length=50, description="Code of a tier of posts.")]
Gap = Annotated[
    str,
    Query(max_length=100, description="Code of a competency below the standard of the post."),
]


@router.get(
    "/group-trainings",
    response_model=shapes.GroupTrainings,
    responses=problems(400, 403, 404, 410),
)
async def list_group_trainings(
    request: Request,
    reading: ReadingIn,
    unit: Unit = "",
    tier: Tier = "",
    gap: Gap = "",
    k: Size = 20,
    cursor: Cursor = None,
) -> Response:
    """Trainings that are among the first suggestions of the people of a group, or that they want.

    What somebody answered counts no more, unless they are willing to take it.
    """
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        found = reading.group_trainings(Who(unit=unit, tier=tier), Wanted(gap))
        titles = reading.serving.titles["training"]
        items = [
            {**asdict(one), "title": titles.get(one.item_code, one.item_code)}
            for one in found[first : first + k + 1]
        ]
        return page(reading.serving, items, first, k)

    return await respond(shapes.GroupTrainings, make)
