"""What an officer asks of an allocation: limits, quotas, who must and who must not.

In: a JSON document. Out: ``Wishes``, checked but for the codes, which only the data know. What is
not stated does not bind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from recommender.errors import ImpossibleWish

GROUPED_BY = (
    "unit_code", "agency", "location", "employment", "tier", "grade", "sex", "education_level",
    "job_code",
)  # fmt: skip
"""Columns of employees that a quota may be for; sex for floors of fairness only, never a score."""

Whole = Annotated[int, Field(ge=0, le=10**9)]
Pair = tuple[str, str]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quota(_Strict):
    """Seats that a group gets at least and at most.

    Attributes:
        by: column of employees; a unit stands for everything below it as well.
        value: whom it is for; empty for those of whom nothing is known.
        session: session or vacancy it speaks of, all of them by default.
    """

    by: Literal[
        "unit_code", "agency", "location", "employment", "tier", "grade", "sex", "education_level",
        "job_code",
    ]  # fmt: skip
    value: str = ""
    session: str | None = None
    min: Whole = 0
    max: Whole | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Quota:
        if self.max is not None and self.max < self.min:
            raise ValueError("max is below min")
        return self


class SoftJp(_Strict):
    """Learning hours that everybody should reach in the year.

    Attributes:
        target: JP.
        weight: points of a missing JP; by default chosen from the scores, see ``layout``.
    """

    target: Annotated[float, Field(gt=0, le=10_000)]
    weight: Annotated[float, Field(ge=0, le=10**6)] | None = None


class Wishes(_Strict):
    """Everything an officer asks for.

    Attributes:
        max_courses: courses of one person at most, beside those decided already.
        must, locked: (employee, session) that are in every allocation: sent by an office, or
            decided by the person.
        forbid: (employee, session) that are in none.
        seats: session → seats instead of those in the data.
        budgets: budget → rupiah instead of those in the data.
        money: rupiah that pay for everything, instead of all budgets in the data.
        closed: sessions that are not held.
        stability: points for a seat that stands in an earlier allocation.
        year: the year whose hours count; by default that of the first session.
    """

    max_courses: Whole | None = None
    soft_jp: SoftJp | None = None
    quotas: tuple[Quota, ...] = ()
    must: tuple[Pair, ...] = ()
    locked: tuple[Pair, ...] = ()
    forbid: tuple[Pair, ...] = ()
    seats: Mapping[str, Whole] = Field(default_factory=dict)
    budgets: Mapping[str, Annotated[int, Field(ge=0, le=10**15)]] = Field(default_factory=dict)
    money: Annotated[int, Field(ge=0, le=10**15)] | None = None
    closed: tuple[str, ...] = ()
    stability: Annotated[float, Field(ge=0, le=10**6)] | None = None
    year: Annotated[int, Field(ge=1900, le=9998)] | None = None

    @model_validator(mode="after")
    def _one_account(self) -> Wishes:
        if self.money is not None and self.budgets:
            raise ValueError("money stands for all budgets: name one or the other")
        return self

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        """Let a number stand for a target, and null for what is not stated."""
        if not isinstance(given, Mapping):
            return given
        stated = {name: value for name, value in given.items() if value is not None}
        if isinstance(stated.get("soft_jp"), int | float) and not isinstance(
            stated["soft_jp"], bool
        ):
            stated["soft_jp"] = {"target": stated["soft_jp"]} if stated["soft_jp"] else None
        return stated

    @classmethod
    def of(cls, document: Any) -> Wishes:
        """Read a document.

        Raises:
            ImpossibleWish: it has another shape; the message names the place.
        """
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "constraints"
            raise ImpossibleWish(f"{place}: {first['msg']}") from None
