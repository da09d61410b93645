"""How periodic re-ranking stands: the worker, its latest tries, the latest generations.

In: nothing. Out: no personal data; there need be no generation yet.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.access import ViewerIn, runtime_of
from service.api.answers import respond
from service.api.openapi import problems
from service.api.shapes import Shape
from service.auth import Viewer
from service.problems import Problem
from service.visibility import Right
from service.work import Work

router = APIRouter(prefix="/api/v1", tags=["operations"])


class Worker(Shape):
    """Whether somebody works."""

    held: bool = Field(description="A worker holds the lease.")
    beat_at: datetime | None = Field(description="Its last sign of life, by its own clock.")
    silent: bool = Field(description="No sign of life for twice as long as others wait.")
    nightly: str | None = Field(description="Time of the nightly re-ranking.", examples=["02:00"])
    on_change: bool = Field(description="A change of data, model or rules is a cause, too.")


class Try(Shape):
    """One try to rank everybody again."""

    number: int
    cause: Literal["nightly", "change"]
    state: Literal["running", "published", "held", "failed", "stopped", "lost"]
    started_at: datetime
    ended_at: datetime | None
    generation: int | None = Field(description="What it published.")
    problem: str | None = Field(description="Code of what went wrong.")
    stage: str | None
    done: int | None
    total: int | None


class Ranking(Shape):
    """One generation of suggestions."""

    number: int
    state: Literal["staging", "published", "retired", "failed", "removed"]
    as_of: date
    people: int | None = Field(description="Null before it was stored whole.")
    items: int | None
    model: str
    created_at: datetime
    published_at: datetime | None


class Rankings(Shape):
    """How periodic re-ranking stands."""

    worker: Worker
    counts: dict[str, int] = Field(description="Tries by state.", examples=[{"published": 12}])
    tries: list[Try] = Field(description="The latest, newest first.")
    rankings: list[Ranking] = Field(description="The latest, newest first.")


def work_for(viewer: Viewer, request: Request) -> Work:
    """Return how the work stands, for those who may know.

    Raises:
        Problem: ``not_found`` for everybody else.
        DatabaseError: the database cannot be asked.
    """
    viewer.require(Right.WORK)
    if viewer.scope.kind != "agency":
        raise Problem("not_found")
    return runtime_of(request).work()


@router.get("/rankings", response_model=Rankings, responses=problems(404, 503))
async def list_rankings(request: Request, viewer: ViewerIn) -> Response:
    """The worker's state, its latest tries, and the latest generations."""

    def make() -> dict[str, Any]:
        work = work_for(viewer, request)
        return {
            "worker": {
                "held": work.held,
                "beat_at": work.beat_at,
                "silent": work.silent(datetime.now(UTC)),
                "nightly": work.nightly,
                "on_change": work.on_change,
            },
            "counts": dict(work.counts),
            "tries": [asdict(one) for one in work.tries],
            "rankings": [asdict(one) for one in work.rankings],
        }

    return await respond(Rankings, make)
