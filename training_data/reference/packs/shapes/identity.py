"""Shapes of the rules about identifiers (``rules/identity.json``)."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from training_data.reference.packs.kinds import NOT_EMPTY, UNIQUE, Pattern, Shape, Word, refusal


class Nip(Shape):
    """The form of a NIP."""

    digits: Annotated[int, Field(ge=1, le=50)]
    pattern: Pattern
    groups: Annotated[list[Word], NOT_EMPTY, UNIQUE]
    pppk_month_from: Annotated[int, Field(ge=13, le=99)]

    @model_validator(mode="after")
    def _a_name_for_each_group(self) -> Self:
        if re.compile(self.pattern).groups != len(self.groups):
            raise refusal("groups", count=re.compile(self.pattern).groups)
        return self


SHAPES: dict[str, type[BaseModel]] = {"identity.nip": Nip}
