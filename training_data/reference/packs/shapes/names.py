"""Shapes of the rules about matching names (``rules/names.json``)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from training_data.reference.packs.kinds import Shape, Share, refusal


class Match(Shape):
    """How sure a match must be."""

    sure: Share
    unsure: Share
    alike: Share
    candidates: Annotated[int, Field(ge=1, le=50)]

    @model_validator(mode="after")
    def _unsure_first(self) -> Self:
        if self.unsure > self.sure:
            raise refusal("ordered")
        return self


SHAPES: dict[str, type[BaseModel]] = {"names.match": Match}
