"""Shapes of the rules about the index of professionalism (``rules/ip_asn.json``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel

from training_data.reference.packs.kinds import (
    NOT_EMPTY,
    Bands,
    Education,
    Employments,
    Forms,
    Hundredth,
    Jp,
    NamedBands,
    Rating,
    Shape,
    Structural,
    Table,
    Tier,
    Years,
    every,
)


class Qualification(Table[Annotated[dict[Education, Hundredth], every("education_level")]]):
    """Points for each level of education."""


class WithTierCourse(Shape):
    """Points of those who have a course of their tier or post."""

    tier_course: Hundredth
    technical_course: Hundredth
    seminar: Hundredth


class WithoutTierCourse(Shape):
    """Points of those who have none."""

    technical_course: Hundredth
    seminar: Hundredth


class Competence(Shape):
    """Points for courses and when a course counts."""

    structural_and_functional: WithTierCourse
    pelaksana: WithoutTierCourse
    technical_min_jp: Jp
    technical_years: Years
    seminar_years: Years
    window: Literal["rolling", "calendar"]


class TierCourse(Shape):
    """The course that fits each tier."""

    structural: dict[Tier, Structural]
    functional_forms: Forms
    higher_counts: bool


class CourseForms(Shape):
    """Which forms are technical courses and which are seminars."""

    technical: Annotated[Forms, NOT_EMPTY]
    seminar: Annotated[Forms, NOT_EMPTY]


class PerformanceValue(Shape):
    """Points for a performance value."""

    bands: Bands


class PerformanceRating(Table[Annotated[dict[Rating, Hundredth], every("rating")]]):
    """Points for a predicate."""


class DisciplineIndex(Shape):
    """Points for the gravest measure of some years."""

    years: Years
    none: Hundredth
    ringan: Hundredth
    sedang: Hundredth
    berat: Hundredth


class Category(Shape):
    """Names of the bands of the index."""

    bands: NamedBands


class MeasuredFor(Shape):
    """Whom the index was made for."""

    employment: Employments


SHAPES: dict[str, type[BaseModel]] = {
    "ip_asn.qualification": Qualification,
    "ip_asn.competence": Competence,
    "ip_asn.tier_course": TierCourse,
    "ip_asn.course_forms": CourseForms,
    "ip_asn.performance_value": PerformanceValue,
    "ip_asn.performance_rating": PerformanceRating,
    "ip_asn.discipline": DisciplineIndex,
    "ip_asn.category": Category,
    "ip_asn.measured_for": MeasuredFor,
}
