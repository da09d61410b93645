"""Shapes of the rules about posts (``rules/assignment.json``)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from training_data.reference.packs.kinds import (
    NOT_EMPTY,
    UNIQUE,
    Age,
    AgeRange,
    Count,
    Education,
    Employments,
    Factor,
    LegalStatus,
    Mark,
    Months,
    Nothing,
    Points,
    Rating,
    Severity,
    Shape,
    Tier,
    Tiers,
    Windows,
    Words,
    Years,
    every,
    known,
    refusal,
    same_codes,
)


class OfEmployment(Shape):
    """Decides by the kind of employment."""

    employment: Employments


class LegalStatuses(Shape):
    """Every legal status is open, to be verified or closed; some of the closed end for good."""

    open: Annotated[list[LegalStatus], NOT_EMPTY, UNIQUE]
    verify: Annotated[list[LegalStatus], UNIQUE]
    closed: Annotated[list[LegalStatus], UNIQUE]
    final: Annotated[list[LegalStatus], UNIQUE]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        stated = [*self.open, *self.verify, *self.closed]
        twice = sorted({code for code in stated if stated.count(code) > 1})
        if twice:
            raise refusal("once", codes=", ".join(twice))
        return self


class TierDistance(Shape):
    """How many ranks a post may lie above the present one."""

    ranks: Annotated[dict[Tier, Annotated[int, Field(ge=1, le=20)]], every("tier")]
    allowed: Annotated[list[Annotated[int, Field(ge=-20, le=20)]], NOT_EMPTY, UNIQUE]


Feeder = Annotated[tuple[Tier, Years], Field(strict=False)]
"""[tier held, years in it]."""


class HeldPost(Shape):
    """The tiers that lead to a tier, each with years."""

    from_: dict[Tier, Annotated[list[Feeder], NOT_EMPTY]] = Field(alias="from")
    marks: dict[Tier, Mark]
    articles: dict[Tier, str]

    @model_validator(mode="after")
    def _same_tiers(self) -> Self:
        same_codes(self.from_, self.marks, self.articles)
        return self


class Experience(Shape):
    """Years of experience a tier asks for."""

    years: dict[Tier, Years]
    marks: dict[Tier, Mark]

    @model_validator(mode="after")
    def _same_tiers(self) -> Self:
        same_codes(self.years, self.marks)
        return self


class LeastEducation(Shape):
    """The lowest level of education a tier asks for."""

    minimum: dict[Tier, Education]
    marks: dict[Tier, Mark]
    articles: dict[Tier, str]

    @model_validator(mode="after")
    def _same_tiers(self) -> Self:
        same_codes(self.minimum, self.marks, self.articles)
        return self


class EducationField(Shape):
    """Words that open a post to every field of study."""

    any: Annotated[Words, NOT_EMPTY]


class LeastGrade(Shape):
    """How fast grades rise, for the earliest date."""

    years_per_step: Annotated[int, Field(ge=1, le=20)]


class HighestGrade(Shape):
    """What becomes of a grade above the highest one."""

    above: Literal["flag", "fail"]


class Importance(Shape):
    """From which importance on a requirement is a gate."""

    importance: Annotated[int, Field(ge=1, le=3)]


class MustHave(Importance):
    """The same for competencies, and what an assessment that is over is worth."""

    expired: Literal["verify", "use"]


class AgeLimit(Shape):
    """The highest age at the appointment."""

    max_age: dict[Tier, Age]
    marks: dict[Tier, Mark]
    up_to: Literal["birthday", "next_birthday"]
    lead_months: Months

    @model_validator(mode="after")
    def _same_tiers(self) -> Self:
        same_codes(self.max_age, self.marks)
        return self


class Retirement(Shape):
    """Retirement age of every tier and the term that must still be served."""

    ages: Annotated[dict[Tier, AgeRange], every("tier")]
    term_months: Months


class Discipline(Shape):
    """Running measures that close."""

    severities: Annotated[list[Severity], UNIQUE]
    last_day_counts: bool


class Performance(Shape):
    """A rating held for some years."""

    tiers: Tiers
    minimum: Rating
    years: Annotated[int, Field(ge=1, le=20)]


class CreditPoints(Shape):
    """Points for the next level, points a year, and the share of them that a rating brings."""

    next_level: dict[Tier, Points]
    yearly: dict[Tier, Annotated[Points, Field(gt=0)]]
    factors: Annotated[dict[Rating, Factor], every("rating")]
    usual: Rating


class CompetenceTest(Shape):
    """What becomes of somebody without a record of the test."""

    without_record: Literal["verify", "fail"]


class FamilyMove(Shape):
    """What becomes of a move across families of functional posts."""

    across: Literal["pass", "verify", "fail"]


class MutationInterval(Shape):
    """Least and most years in a post."""

    min_years: Years
    max_years: Years
    join_gap_days: Count
    acting: Annotated[list[Annotated[str, known("assignment")]], UNIQUE]

    @model_validator(mode="after")
    def _least_first(self) -> Self:
        if self.min_years > self.max_years:
            raise refusal("ordered")
        return self


class Freeze(Shape):
    """Windows in which officials are not replaced."""

    windows: Windows
    approved: bool
    tiers: Tiers


class Term(Shape):
    """The longest time in a post of some tiers."""

    max_years: Annotated[int, Field(ge=1, le=50)]
    tiers: Tiers


class Replacement(Shape):
    """The shortest time before a holder of some tiers is replaced."""

    min_years: Annotated[int, Field(ge=1, le=50)]
    tiers: Tiers


class LeapDay(Shape):
    """The anniversary of 29 February in other years."""

    becomes: Literal["1_march", "28_february"]


SHAPES: dict[str, type[BaseModel]] = {
    "role.own_job": Nothing,
    "role.pppk": OfEmployment,
    "role.cpns": OfEmployment,
    "role.legal_status": LegalStatuses,
    "role.tier_distance": TierDistance,
    "role.held_post": HeldPost,
    "role.experience": Experience,
    "role.education": LeastEducation,
    "role.education_field": EducationField,
    "role.min_grade": LeastGrade,
    "role.max_grade": HighestGrade,
    "role.must_have": MustHave,
    "role.conditions": Importance,
    "role.age": AgeLimit,
    "role.retirement": Retirement,
    "role.discipline": Discipline,
    "role.performance": Performance,
    "role.credit_points": CreditPoints,
    "role.competence_test": CompetenceTest,
    "role.open_need": Nothing,
    "role.entry_age": AgeLimit,
    "role.family_move": FamilyMove,
    "role.mutation_interval": MutationInterval,
    "role.election_freeze": Freeze,
    "role.inauguration_freeze": Freeze,
    "role.jpt_term": Term,
    "role.jpt_replacement": Replacement,
    "calendar.leap_day": LeapDay,
}
