"""The shapes of year plans and suppositions, as pydantic models (contract, section 3).

In: ``recommender.plan.results`` and ``recommender.whatif``. Out: what goes over the wire.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.api.shapes import Basis, Check, Item, Outcome, Shape, Words


class LevelChange(Shape):
    """What one course does to one competency."""

    competency_code: str
    name: str
    group: str
    today: float = Field(description="The level as assessed.")
    before: float = Field(description="Expected level, 0 to the top of the scale.")
    after: float
    now: float | None = Field(description="What the present post asks; null where it does not.")
    next: float | None
    closes_now: float = Field(description="Levels of the present post's gap that it closes.")
    closes_next: float


class PlanFigures(Shape):
    """Figures at one moment of a plan; null where not known or not measured."""

    jp: float
    ip_asn: float | None
    ip_asn_gained: float
    jpm_now: float | None
    jpm_next: float | None


class PlanFields(Shape):
    """The seven fields of PP 11/2017 Pasal 207."""

    jenis_kompetensi: Words
    target: Words
    jenis_dan_jalur: Words
    penyelenggara: Words
    jadwal: Words
    kesesuaian_kurikulum: Words
    anggaran: Words


class Alternative(Shape):
    """Another course that could stand in a row's place."""

    item_code: str
    title: str
    session_code: str | None
    starts_on: date | None
    ends_on: date | None
    jp: float | None
    cost: int | None = Field(description="Rupiah; null where not stated.")
    loss: float = Field(description="Points of the objective that the plan would lose.")
    text: Words


class PlanRow(Shape):
    """One course of a plan."""

    number: int
    item_code: str
    title: str
    session_code: str | None
    starts_on: date | None
    ends_on: date | None
    month: int = Field(ge=1, le=12, description="Where an undated course is best placed.")
    committed: bool = Field(description="Registered or called up for: in every plan.")
    eligibility: Outcome
    fields: PlanFields
    jp: float | None
    cost: int | None = Field(description="Rupiah; null where not stated.")
    mix: str | None = Field(description="70, 20 or 10.")
    changes: list[LevelChange]
    before: PlanFigures
    after: PlanFigures
    reasons: list[Words]
    notes: list[Words]
    alternatives: list[Alternative]


class BeforeAfter(Shape):
    """A count before and after the plan."""

    before: int
    after: int


class PlanTotals(Shape):
    """The plan as a whole."""

    courses: int
    jp: float = Field(description="Planned hours.")
    jp_before: float = Field(description="Hours recorded in the year.")
    jp_target: float | None
    cost: int = Field(description="Rupiah of the rows whose price is known.")
    cost_unknown: int
    budget: int | None
    jp_by_mix: dict[str, float]
    jp_by_month: list[float]
    gaps_now: BeforeAfter
    gaps_next: BeforeAfter
    start: PlanFigures
    end: PlanFigures


class RemainingGap(Shape):
    """A gap that the plan does not close, and why."""

    competency_code: str
    name: str
    group: str
    post: str = Field(description="now or next.")
    required: float
    level: float | None
    gap: float | None = Field(description="Null is unknown, never zero.")
    importance: int
    code: str = Field(examples=["no_course"])
    text: Words
    courses: list[str]


class Proof(Shape):
    """How the plan was found."""

    considered: int
    pruned: int
    cut: int
    exact: bool
    value: float
    bound: float


class PlanBody(Shape):
    """A year plan."""

    year: int
    now: str | None
    next: str | None
    rows: list[PlanRow]
    totals: PlanTotals
    remaining_gaps: list[RemainingGap]
    notes: list[Words]
    proof: Proof


class Plan(Basis, PlanBody):
    """A year plan of one person, and what it rests on."""


class InnerPlan(PlanBody):
    """A plan within another answer."""

    as_of: date


class PathStep(Shape):
    """One training on the way to a post."""

    item_code: str
    title: str
    session_code: str | None
    starts_on: date | None
    ends_on: date | None
    jp: float | None
    cost: int | None
    raises: dict[str, float] = Field(description="Competency code → level expected after it.")
    text: Words


class Path(Shape):
    """The fewest trainings that bring a person to a post's standard."""

    job_code: str
    title: str
    steps: list[PathStep]
    ready: bool
    ready_on: date | None
    unknown: list[str]
    remaining: list[str]
    fewest: bool = Field(description="It is proved that no fewer trainings do.")
    text: Words


class Standing(Shape):
    """Where somebody stands beside a post; null where not known."""

    match: float | None = Field(description="Share of the requirements that is met, 0 to 1.")
    match_low: float | None
    match_high: float | None
    jpm: float | None
    jpm_now: float | None
    below: list[str]
    unknown: list[str]
    eligibility: Outcome | None
    checks: list[Check]
    steps: list[Words]
    earliest: date | None
    closed: Words | None
    jp: float | None
    ip_asn: float | None


class Then(Shape):
    """The post after the one aimed at."""

    job_code: str | None
    title: str
    why: Words | None
    path: Path | None


class WhatIf(Basis):
    """Before and after a supposition."""

    supposed: list[Words]
    job_code: str | None
    title: str | None
    before: Standing
    after: Standing
    trainings: list[Item]
    roles: list[Item]
    plan: InnerPlan
    path: Path | None
    then: Then | None
    then_reason: Words | None


Code = Annotated[str, Field(min_length=1, max_length=100)]


class Suppose(BaseModel):
    """What is supposed; nothing is stored."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"trainings": ["P-0042"], "levels": {"M.7": 3}}]},
    )

    trainings: Annotated[
        list[Code], Field(max_length=20, description="Completed today, in this order.")
    ] = []
    target_job_code: Annotated[Code | None, Field(description="The post aimed at.")] = None
    levels: Annotated[
        dict[Code, Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]],
        Field(max_length=200, description="Competency code → level an assessment finds."),
    ] = {}
    year: Annotated[int | None, Field(ge=1900, le=9998, description="Of the plan.")] = None
    k: Annotated[int, Field(ge=1, le=20, description="Length of the lists.")] = 5
