"""Fairness of the suggestions in force, by group of employees; aggregates only.

In: nothing. Out: what was measured before they were published, small cells hidden.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.access import ReadingIn
from service.api.answers import basis, respond_from
from service.api.openapi import lasting
from service.api.shapes import Basis, Shape, Words

router = APIRouter(prefix="/api/v1", tags=["fairness"])


class Cell(Shape):
    """One group; every figure is null where it is hidden."""

    group: str = Field(description="Code; empty where unknown.", examples=["P"])
    hidden: bool = Field(description="Too few people, or needed to hide such a group.")
    n: int | None = Field(description="People.")
    rate: float | None = Field(description="Their mean, 0 to 1; null without people.")
    low: float | None = Field(description="Lower end of the interval.")
    high: float | None
    ratio: float | None = Field(description="To the reference group.")


class Dimension(Shape):
    """One measure by one way of grouping."""

    dimension: Literal["sex", "age", "employment", "region", "location", "unit"]
    reference: str | None = Field(description="The group that is surely best placed.")
    cells: list[Cell]


class Measure(Shape):
    """One measure."""

    measure: str = Field(examples=["training.selected"])
    name: Words
    floor: float | None = Field(description="Least ratio to the reference group.")
    gates: bool = Field(description="Whether it may hold back a publication.")
    overall: Cell
    dimensions: list[Dimension]


class Finding(Shape):
    """A group that is below a floor for sure."""

    measure: str
    dimension: str
    group: str
    blocks: bool = Field(description="Held back the publication, or would have.")
    text: Words


class Override(Shape):
    """The decision to publish all the same."""

    by: str
    reason: str


class Fairness(Basis):
    """Fairness of the suggestions in force."""

    met: bool = Field(description="Nothing that blocks is below a floor for sure.")
    least_group: int = Field(description="People a cell must hold to be shown.")
    override: Override | None
    findings: list[Finding]
    measures: list[Measure]


@router.get("/fairness", response_model=Fairness, responses=lasting())
async def show_fairness(request: Request, reading: ReadingIn) -> Response:
    """Selection, exposure and opportunity by group, as measured before publication."""

    def make() -> dict[str, Any]:
        return {**basis(reading.serving), **reading.fairness()}

    return await respond_from(request, reading, Fairness, make)
