"""Suggestions of a person or a group: items with their terms, checks and what was answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from service.api.shapes.base import Basis, Kind, NextCursor, Outcome, Shape, Words


class Term(Shape):
    """One summand of a score."""

    name: str = Field(examples=["gap_now"])
    points: float = Field(
        description="Six decimals; the terms of an item sum to its score.", examples=[1.25]
    )
    subject: str = Field(description="What the term is about.", examples=["T.12"])
    text: Words


class Way(Shape):
    """The shortest way to become eligible."""

    steps: list[Words]
    earliest: date | None = Field(description="Earliest day, where one is known.")


class Check(Shape):
    """One rule applied to one person and one item."""

    rule: str = Field(examples=["pp11_2017_190_masa_jabatan"])
    article: str = Field(examples=["PP 11/2017 Pasal 190"])
    mark: str = Field(description="How well the rule is sourced.", examples=["V"])
    outcome: Outcome
    facts: dict[str, Any] = Field(description="The facts used.")
    text: Words
    way: Way | None
    closed: Words | None = Field(description="Why no way exists, where none does.")


class Effect(Shape):
    """What taking the item would change; null where unknown or not measured."""

    gap: dict[str, float] = Field(
        description="Competency code → levels of gap closed.", examples=[{"T.12": 1.0}]
    )
    jp: float | None = Field(description="Learning hours of 45 minutes.", examples=[24.0])
    ip_asn: float | None = Field(description="Points of IP ASN.")


class Evidence(Shape):
    """What a training was measured to add, from assessments before and after."""

    people: int = Field(description="Employees assessed before and after.", examples=[23])
    added: float = Field(description="Levels added on average, beyond work.", examples=[0.42])
    low: float = Field(description="Lower end of the interval of added.", examples=[0.18])
    high: float = Field(description="Upper end of the interval of added.", examples=[0.66])


class Item(Shape):
    """One suggestion or one refusal, with everything that explains it."""

    item_code: str = Field(examples=["P-0042"])
    title: str = Field(examples=["Manajemen Lalu Lintas Perkotaan"])
    kind: Kind
    rank: int | None = Field(description="1-based; null where it is not ranked.", examples=[1])
    score: float | None = Field(
        description="Higher is better; of the item, never of the person.", examples=[2.345678]
    )
    terms: list[Term]
    reasons: list[Words]
    eligibility: Outcome
    checks: list[Check]
    effect: Effect
    figures: dict[str, Any] = Field(
        description="Figures read beside a post: match, its interval, coverage, JPM."
    )
    way: Way | None = Field(description="Of a refused item: what all its rules together take.")
    closed: Words | None = Field(description="Of a refused item: why nothing helps.")
    evidence: Evidence | None = Field(
        None, description="Of a training: what it was measured to add; null where not measured."
    )


class Answered(Shape):
    """A suggestion that has its answer and is therefore left out."""

    item_code: str
    title: str
    action: Literal["accepted", "postponed", "declined", "completed"]
    at: datetime
    reason_code: str | None = Field(description="Category; null where none is told.")
    comment: str | None = Field(description="For the person alone.")


class Overlay(Shape):
    """What lies over the list as it was published."""

    answered: list[Answered] = Field(description="Left out of the list, the latest first.")


class GroupTraining(Shape):
    """One training in a group of people."""

    item_code: str = Field(examples=["UMUM05"])
    title: str
    people: int = Field(description="Whose first suggestions it is among, or who are willing.")
    to_verify: int = Field(description="Of these, people for whom something is to be verified.")
    willing: int = Field(description="Of these, people who are willing to take it.")
    jp: float | None = Field(description="JP of one seat.")
    cost: int | None = Field(description="Rupiah of one seat.")


class GroupTrainings(Basis):
    """Trainings suggested in a group, those of the most people first."""

    items: list[GroupTraining]
    next_cursor: NextCursor


class Items(Basis):
    """Ranked or refused items."""

    items: list[Item]
    next_cursor: NextCursor


class Suggestions(Items):
    """Items as published, without what was answered since."""

    overlay: Overlay | None = Field(description="Null where nothing was answered.")
