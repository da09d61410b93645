"""Shapes of the rules about competencies and assessments (``rules/competency.json``)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from training_data.reference.packs.kinds import (
    NOT_EMPTY,
    UNIQUE,
    CodedBands,
    Employments,
    Group,
    Level,
    Mark,
    Months,
    Shape,
    Share,
    Steps,
    Tier,
    Word,
    every,
    known,
    same_codes,
)


class DefaultLevel(Shape):
    """The level a tier asks for where a post has no standard of its own."""

    levels: Annotated[dict[Tier, Level], every("tier")]
    marks: dict[Tier, Mark]

    @model_validator(mode="after")
    def _same_tiers(self) -> Self:
        same_codes(self.levels, self.marks)
        return self


class Evidence(Shape):
    """How far a score is trusted by its source and its age."""

    source_weight: Annotated[
        dict[Annotated[str, known("score_source", "")], Share], every("score_source", "")
    ]
    half_life_years: Annotated[float, Field(gt=0, le=50)]
    undated_age_years: Annotated[float, Field(ge=0, le=50)]


Source = Annotated[str, known("score_source", "")]


class Estimate(Shape):
    """How lenient and how exact each source is while the data cannot tell."""

    bias: Annotated[dict[Source, Annotated[float, Field(ge=0, le=5)]], every("score_source", "")]
    error: Annotated[dict[Source, Annotated[float, Field(gt=0, le=5)]], every("score_source", "")]
    drift_a_year: Annotated[float, Field(ge=0, le=5)]
    interval: Annotated[float, Field(gt=0, le=0.999)]
    overlap: Annotated[int, Field(ge=1, le=10_000)]
    least_error: Annotated[float, Field(gt=0, le=5)]
    reference: list[Annotated[str, known("score_source")]]
    near_years: Annotated[float, Field(ge=0, le=10)]


class GapSteps(Shape):
    """Which steps of a training count for a gap."""

    level_from_tolerance: Annotated[Steps, Field(le=5)]
    max_steps: Annotated[Steps, Field(ge=1, le=5)]


Search = Literal["target_job", "career_path", "next_level", "next_step", "tier_default"]


class NextPost(Shape):
    """How the next post is found."""

    order: Annotated[list[Search], NOT_EMPTY, UNIQUE]
    none_for_employment: Employments
    pelaksana_to_functional: bool
    min_remaining_months: Months


class Validity(Shape):
    """How long an assessment holds and what it must cover."""

    years: Annotated[int, Field(ge=1, le=20)]
    competencies: Annotated[list[Word], NOT_EMPTY, UNIQUE]
    accepted_sources: Annotated[list[Annotated[str, known("score_source")]], NOT_EMPTY, UNIQUE]


class Jpm(Shape):
    """Job person match: the competencies it is taken of and its scale."""

    groups: Annotated[list[Group], NOT_EMPTY, UNIQUE]
    variant: Literal["sum", "mean"]
    scale: Annotated[int, Field(ge=1, le=1000)]
    shown_max: Annotated[int, Field(ge=1, le=1000)]


class JpmCategories(Shape):
    """Categories of the job person match, and other ones for some tiers."""

    bands: CodedBands
    by_tier: dict[Tier, CodedBands]


SHAPES: dict[str, type[BaseModel]] = {
    "competency.default_level": DefaultLevel,
    "competency.evidence": Evidence,
    "competency.estimate": Estimate,
    "competency.gap_steps": GapSteps,
    "competency.next_post": NextPost,
    "assessment.validity": Validity,
    "jpm.formula": Jpm,
    "jpm.selection": JpmCategories,
    "jpm.mapping": JpmCategories,
}
