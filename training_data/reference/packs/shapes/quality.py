"""Shapes of the rules about how good a model must be (``rules/quality.json``)."""

from __future__ import annotations

from pydantic import BaseModel

from training_data.reference.packs.kinds import Count, Factor, Shape, Share


class Floors(Shape):
    """What a model must reach before it is promoted."""

    min_ratio_to_best_baseline: Factor
    min_people_judged: Count
    max_drop_against_current: Share


SHAPES: dict[str, type[BaseModel]] = {"model.floors": Floors}
