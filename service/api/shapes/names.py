"""Titles that wait for a code."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from service.api.shapes.base import NextCursor, Shape, Words


class ProposedMatch(Shape):
    """An entry of a list that a name may mean."""

    code: str
    title: str
    probability: float = Field(ge=0, le=1)
    differs: Words | None = Field(description="How the name differs from it.")


class NameMatch(Shape):
    """A name that stands where a code belongs."""

    kind: Literal["training", "job", "unit", "education"]
    key: str = Field(description="What all spellings of the name share.")
    name: str
    state: Literal["waiting", "confirmed", "rejected"]
    rows: int | None
    people: int | None = Field(description="Whom it concerns; null where no row holds it now.")
    proposed: list[ProposedMatch]
    code: str | None
    title: str | None
    decided_by: str | None
    at: datetime | None


class NameProgress(Shape):
    """Names by state, and the people behind those that wait."""

    waiting: int
    confirmed: int
    rejected: int
    people: int = Field(description="At most: somebody with two such names counts twice.")


class NameMatches(Shape):
    """Names of a state, those that concern most people first."""

    progress: NameProgress
    items: list[NameMatch]
    next_cursor: NextCursor


class NamesDecided(Shape):
    """What was decided."""

    confirmed: int
    rejected: int
    undone: int
    progress: NameProgress
