"""Shapes of the rules about performance (``rules/performance.json``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from training_data.reference.packs.kinds import (
    Factor,
    Points,
    Rating,
    Shape,
    Table,
    Tier,
    every,
    known,
)

Expectation = Annotated[str, known("expectation")]
EVERY_EXPECTATION = every("expectation")


class Predicate(Shape):
    """The predicate for work result and behaviour."""

    cells: Annotated[
        dict[Expectation, Annotated[dict[Expectation, Rating], EVERY_EXPECTATION]],
        EVERY_EXPECTATION,
    ]


class CreditFactor(Table[Annotated[dict[Rating, Factor], every("rating")]]):
    """The factor on a year's credit points for each predicate."""


class NextRankPoints(Table[dict[Tier, Annotated[Points, Field(gt=0)]]]):
    """Credit points for the next rank within a level."""


SHAPES: dict[str, type[BaseModel]] = {
    "performance.predicate": Predicate,
    "performance.credit_factor": CreditFactor,
    "performance.next_rank_points": NextRankPoints,
}
