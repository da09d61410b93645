"""Figures of a person with the parts they are made of."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from service.api.shapes.base import Basis, Shape, Words


class Ground(Shape):
    """The rule a number rests on."""

    rule: str = Field(examples=["ip_asn.competence"])
    article: str = Field(examples=["PermenPANRB 38/2018"])
    mark: str = Field(description="How well the rule is sourced.", examples=["V"])


class Category(Shape):
    """One band a value may lie in."""

    scheme: str = Field(examples=["selection"])
    code: str = Field(examples=["MS"])
    name: Words
    ground: Ground


class FigurePart(Shape):
    """One part of a figure; a part that is not known is null, never 0."""

    name: str = Field(examples=["technical_course"])
    group: str
    label: Words
    value: float | None = Field(description="What it counts, in the unit of the figure.")
    low: float | None
    high: float | None
    maximum: float | None
    text: Words
    facts: dict[str, Any] = Field(description="What it was worked out from.")
    ground: Ground | None


class Figure(Shape):
    """A figure with its parts, rules and marks."""

    name: str = Field(examples=["ip_asn"])
    label: Words
    value: float | None = Field(description="Null where it is not certain or not known.")
    low: float | None
    high: float | None
    unit: str = Field(description="percent, points, jp, box or date.", examples=["points"])
    state: Literal["final", "perlu_verifikasi", "belum_ada", "tidak_diukur"]
    categories: list[Category] = Field(
        description="Of an interval that straddles a cut: all it touches, lowest first."
    )
    text: Words
    notes: list[Words] = Field(description="Why it is not final, and what to mind.")
    parts: list[FigurePart]
    ground: Ground | None
    details: dict[str, Any]


class Figures(Basis):
    """The figures HR speaks, of one person."""

    jpm_now: Figure
    jpm_next: Figure
    ip_asn: Figure
    jp: Figure
    assessment: Figure
    nine_box: Figure | None = Field(
        description="Null for everybody but the owner, once published, and the talent office."
    )
    talent_value: Figure | None
