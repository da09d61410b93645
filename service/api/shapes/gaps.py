"""Levels beside standards, and what is worth assessing next."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from service.api.shapes.base import Basis, NextCursor, Shape, Words
from service.api.shapes.people import Person


class Estimate(Shape):
    """A level as estimated from all evidence, with the interval it is believed to lie in."""

    level: float
    low: float
    high: float


class GapRow(Shape):
    """One competency of a standard beside the person's level."""

    competency_code: str
    name: str
    group: str
    required: float
    level: float | None = Field(description="Null is unknown, never zero.")
    gap: float | None
    surplus: float | None
    importance: int
    origin: str
    source: str | None
    assessed_on: date | None
    stale: bool
    max_level: float
    estimate: Estimate | None = Field(
        description="What all evidence together says; gaps and rules use the strongest alone."
    )


class Jpm(Shape):
    """Job person match in percent, with its interval."""

    value: float | None
    low: float | None
    high: float | None


class Standard(Shape):
    """A post's standard beside one person."""

    job_code: str | None
    title: str
    tier: str | None
    rows: list[GapRow]
    jpm: Jpm
    why: Words | None


class Gaps(Basis):
    """Gaps on the present and on the next post; a missing one carries its reason."""

    now: Standard | None
    next: Standard | None
    now_reason: Words | None
    next_reason: Words | None


class Worth(Shape):
    """A competency whose assessment would change the gaps; an unknown level has no interval."""

    competency_code: str
    name: str
    value: float = Field(description="Expected change of the gaps, in levels × weight.")
    why: Literal["unknown", "gate", "stale", "interval"]
    low: float | None = Field(description="Lower end of the estimate; not used by gates or gaps.")
    high: float | None
    reason: Words
    moves: bool | None = Field(
        description="Whether the first five trainings differ between the ends; null: not tried."
    )


class WorthAssessing(Basis):
    """What is worth assessing next, the most useful first."""

    items: list[Worth]


class WorthOf(Worth):
    """The same with whose competency it is."""

    employee: Person


class ToAssess(Basis):
    """Whom to assess first, and in what, among the people the caller may see."""

    items: list[WorthOf]
    next_cursor: NextCursor
