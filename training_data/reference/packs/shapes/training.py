"""Shapes of the rules about trainings (``rules/training.json``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from training_data.reference.packs.kinds import (
    NOT_EMPTY,
    UNIQUE,
    Forms,
    Months,
    Nothing,
    Shape,
    Structural,
    Tier,
    Tiers,
    known,
)
from training_data.reference.packs.shapes.assignment import (
    Discipline,
    HighestGrade,
    LeastGrade,
    LegalStatuses,
    OfEmployment,
)


class Completed(Shape):
    """Which nominations bind a person to a training already."""

    binding_nominations: Annotated[list[Annotated[str, known("nomination_status")]], UNIQUE]


class Attendants(Shape):
    """Who attends a structural training."""

    holders: Tiers
    prepared: Annotated[list[Tier], UNIQUE]


class StructuralTier(Shape):
    """Which tiers a structural training is for."""

    rows: Annotated[dict[Structural, Attendants], NOT_EMPTY]


class StructuralOnce(Shape):
    """The order of structural trainings and their old names."""

    order: Annotated[list[Structural], NOT_EMPTY, UNIQUE]
    legacy: dict[str, Structural]


class FunctionalCourse(Shape):
    """Forms that are for the posts naming them."""

    forms: Forms


class ServiceLeft(Shape):
    """Service left that long programmes ask for."""

    min_months: Months
    structural: Annotated[list[Structural], UNIQUE]
    paths: Annotated[list[Annotated[str, known("training_path")]], UNIQUE]


SHAPES: dict[str, type[BaseModel]] = {
    "training.completed": Completed,
    "training.structural_tier": StructuralTier,
    "training.structural_once": StructuralOnce,
    "training.latsar": OfEmployment,
    "training.prerequisites": Nothing,
    "training.min_grade": LeastGrade,
    "training.max_grade": HighestGrade,
    "training.min_education": Nothing,
    "training.tiers": Nothing,
    "training.functional_course": FunctionalCourse,
    "training.legal_status": LegalStatuses,
    "training.discipline": Discipline,
    "training.pppk_present_post": OfEmployment,
    "training.pppk_contract": OfEmployment,
    "training.service_left": ServiceLeft,
    "training.schedule": Nothing,
}
