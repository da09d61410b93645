"""Shapes of the rules about the year plan (``rules/plan.json``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from training_data.reference.packs.kinds import Count, Forms, Jp, Months, Shape, Share


class Objective(Shape):
    """How the wishes of a plan are weighed against each other, in points of the ranking."""

    relevance: Share
    course_hurdle: Annotated[Share, Field(gt=0)]
    missing_jp: Share
    ip_asn_point: Share
    wrong_mix: Share


class Limits(Shape):
    """How much one plan may hold and how many trainings it compares."""

    courses: Annotated[int, Field(ge=1, le=60)]
    jp_per_month: Annotated[Jp, Field(gt=0)]
    jp_per_year: Annotated[Jp, Field(gt=0)]
    candidates: Annotated[int, Field(ge=1, le=200)]
    alternatives: Annotated[int, Field(ge=0, le=20)]


class Schedule(Shape):
    """Forms beside the daily work."""

    parallel_forms: Forms


class Readiness(Shape):
    """When somebody counts as ready for a post, and how far a path may reach."""

    importance: Annotated[list[Annotated[int, Field(ge=1, le=3)]], Field(min_length=1)]
    years: Annotated[int, Field(ge=0, le=10)]
    courses: Annotated[int, Field(ge=1, le=30)]


class Succession(Shape):
    """When a post falls vacant soon, how many should stand ready, and within which years."""

    soon_months: Months
    enough: Annotated[int, Field(ge=1, le=100)]
    near_years: Annotated[float, Field(gt=0, le=10)]
    far_years: Annotated[float, Field(gt=0, le=10)]

    @model_validator(mode="after")
    def _in_order(self) -> Succession:
        if self.far_years < self.near_years:
            raise ValueError("far_years is below near_years")
        return self


class Standing(Shape):
    """For how many days an answer keeps its item out of the suggestions."""

    accepted: Count
    postponed: Count
    declined: Count
    completed: Count


SHAPES: dict[str, type[BaseModel]] = {
    "plan.objective": Objective,
    "plan.limits": Limits,
    "plan.schedule": Schedule,
    "plan.readiness": Readiness,
    "answers.standing": Standing,
    "succession.limits": Succession,
}
