"""Shapes of the rules about how good models and rankings must be (``rules/quality.json``)."""

from __future__ import annotations

from pydantic import BaseModel

from training_data.reference.packs.kinds import Count, Factor, Shape, Share


class Floors(Shape):
    """What a model must reach before it is promoted."""

    min_ratio_to_best_baseline: Factor
    min_people_judged: Count
    max_drop_against_current: Share


class Kept(Shape):
    """How much of the suggestions in force new ones must reach before they are published."""

    people: Share
    served: Share
    items: Share


SHAPES: dict[str, type[BaseModel]] = {"model.floors": Floors, "publication.floors": Kept}
