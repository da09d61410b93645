"""The other direction: the people a training or a post suits.

In: an item's code. Out: the visible people, best first, ranked among themselves.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from recommender.results import Kind
from service.api import shapes
from service.api.access import ReadingIn
from service.api.answers import Cursor, Size, page, respond_from, start_of
from service.api.employees import person_json
from service.api.openapi import lasting
from service.reading import Reading

router = APIRouter(prefix="/api/v1", tags=["candidates"])

Code = Annotated[str, Path(description="The item's code.")]


@router.get(
    "/trainings/{code}/candidates", response_model=shapes.Candidates, responses=lasting(410)
)
async def list_training_candidates(
    request: Request, code: Code, reading: ReadingIn, k: Size = 20, cursor: Cursor = None
) -> Response:
    """People for whom a training is suggested most strongly."""
    return await _candidates(request, reading, "training", code, k, cursor)


@router.get("/jobs/{code}/candidates", response_model=shapes.Candidates, responses=lasting(410))
async def list_job_candidates(
    request: Request, code: Code, reading: ReadingIn, k: Size = 20, cursor: Cursor = None
) -> Response:
    """People who suit a post best; material for deliberation, not a decision."""
    return await _candidates(request, reading, "role", code, k, cursor)


async def _candidates(
    request: Request, reading: Reading, kind: Kind, code: str, k: int, cursor: str | None
) -> Response:
    """Answer with candidates."""
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        found = reading.candidates(kind, code, first, k + 1)
        people = []
        for card, one in found:
            shown = {**one.as_json(), **person_json(card)}
            del shown["employee_id"]
            people.append(shown)
        return page(reading.serving, people, first, k)

    return await respond_from(request, reading, shapes.Candidates, make)
