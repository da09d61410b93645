"""Shapes of the rules about figures of groups (``rules/fairness.json``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from training_data.reference.packs.kinds import NOT_EMPTY, UNIQUE, Shape, Share, Word

Measure = Literal[
    "training.selected",
    "training.exposure",
    "training.opportunity",
    "training.costly",
    "role.selected",
    "role.exposure",
    "role.opportunity",
    "role.candidates",
    "role.candidate_exposure",
]
Dimension = Literal["sex", "age", "employment", "region", "location", "unit"]


class Floors(Shape):
    """Which groups are compared, from which size on, and how far apart they may be."""

    least_group: Annotated[int, Field(ge=10, le=10_000)]
    confidence: Annotated[float, Field(ge=0.5, le=0.9999)]
    floors: dict[Measure, Share]
    gating: dict[Measure, Annotated[list[Dimension], UNIQUE]]
    age_bounds: Annotated[list[Annotated[int, Field(ge=15, le=80)]], NOT_EMPTY, UNIQUE]
    islands: Annotated[list[Word], UNIQUE]
    first: Annotated[int, Field(ge=1, le=1000)]
    least_gap: Annotated[float, Field(gt=0, le=5)]
    costly: Annotated[float, Field(gt=0, le=1)]


class LeastGroup(Shape):
    """How few people a figure may speak of where nobody is named."""

    people: Annotated[int, Field(ge=3, le=1000)]


SHAPES: dict[str, type[BaseModel]] = {
    "fairness.floors": Floors,
    "aggregates.least_group": LeastGroup,
}
