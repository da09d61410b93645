"""Shape of what is believed of trainings before their effect is measured (``effects.json``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from training_data.reference.packs.kinds import Count, Factor, Shape, Share


class TrainingEffect(Shape):
    """Belief before data, the interval shown, and the least number of people of whom it tells."""

    share: Share
    spread: Annotated[float, Field(gt=0, le=1)]
    courses: Annotated[Factor, Field(gt=0)]
    selection: Share
    leniency: Annotated[float, Field(gt=0, le=5)]
    transfer: Share
    growth: Annotated[float, Field(gt=0, le=5)]
    interval: Annotated[float, Field(gt=0, le=0.999)]
    least_people: Count


SHAPES: dict[str, type[BaseModel]] = {"training.effect": TrainingEffect}
