"""Shapes of the rules about talent management (``rules/talent.json``)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from training_data.reference.packs.kinds import (
    NOT_EMPTY,
    SUM_1,
    SUM_100,
    UNIQUE,
    Bands,
    Education,
    Hundredth,
    Percents,
    Rating,
    Shape,
    Share,
    Table,
    Tier,
    Word,
    every,
    known,
    refusal,
)

Box = Annotated[int, Field(ge=1, le=9)]
Performance = Literal["above", "as_expected", "below"]
Potential = Literal["low", "middle", "high"]


class NineBox(Shape):
    """The cuts of both axes, the number of each box and what it means."""

    high_min: Hundredth
    middle_min: Hundredth
    cells: dict[Performance, dict[Potential, Box]]
    actions: dict[Literal["1", "2", "3", "4", "5", "6", "7", "8", "9"], list[Word]]

    @model_validator(mode="after")
    def _nine_boxes(self) -> Self:
        if not 0 < self.middle_min < self.high_min:
            raise refusal("cuts")
        boxes = sorted(box for row in self.cells.values() for box in row.values())
        if boxes != list(range(1, 10)) or len(self.actions) != len(boxes):
            raise refusal("boxes")
        return self


class TalentBox(Shape):
    """Boxes without suggestions of posts."""

    closed_boxes: Annotated[list[Box], UNIQUE]
    without_mapping: Literal["verify", "pass"]


Step = Literal["up", "lateral"]
Gap = Literal["now", "next"]


class BoxGuidance(Shape):
    """Which posts and which gaps suggestions favour."""

    roles: Annotated[list[Step], UNIQUE]
    gaps: Annotated[list[Gap], UNIQUE]


def _every_box(boxes: dict[str, BoxGuidance]) -> dict[str, BoxGuidance]:
    if sorted(boxes) != [str(box) for box in range(1, 10)]:
        raise refusal("boxes")
    return boxes


class Guidances(Table[Annotated[dict[str, BoxGuidance], AfterValidator(_every_box)]]):
    """What the recommender does with each box."""


class TalentChoices(Shape):
    """What the regulation's summary leaves open in the sub-scores."""

    experience_years: Bands
    jp_year: Literal["previous", "current"]
    discipline_years: Annotated[int, Field(ge=1, le=50)]


Disciplined = Annotated[str, known("severity", "bersih", "sedang_menjalani")]


class Subscores(Shape):
    """What a component is worth of 100."""

    predikat: Annotated[dict[Rating, Hundredth], every("rating")]
    disiplin: Annotated[
        dict[Disciplined, Hundredth], every("severity", "bersih", "sedang_menjalani")
    ]
    pendidikan: Annotated[dict[Education, Hundredth], NOT_EMPTY]
    jp: Bands


Parts = Annotated[dict[Word, Hundredth], SUM_100]


class Weights(Shape):
    """Weights of the talent value: the axes, the components of each, their sub-scores."""

    axis: Annotated[dict[Literal["X", "Y"], Share], SUM_1]
    Y: Parts
    X: Parts
    subscores: Subscores


class Integration(Table[dict[Tier, Percents]]):
    """Talent value to technical integration for each target."""


SHAPES: dict[str, type[BaseModel]] = {
    "talent.nine_box": NineBox,
    "talent.guidance": Guidances,
    "talent.subscores": TalentChoices,
    "role.talent_box": TalentBox,
    "talent.weights": Weights,
    "talent.integration": Integration,
}
