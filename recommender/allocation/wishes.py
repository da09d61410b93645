"""What an officer asks of an allocation: limits, quotas, who must and who must not.

In: a JSON document. Out: ``Wishes``, checked but for the codes, which only the data know. What is
not stated does not bind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from recommender.allocation.groups import GROUPED_BY, TURNS, By, TurnBy
from recommender.errors import ImpossibleWish
from training_data.messages import Text, text

NEW = "BARU-"
"""Begins the code of a session that is supposed, where none is given."""

Whole = Annotated[int, Field(ge=0, le=10**9)]
Pair = tuple[str, str]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quota(_Strict):
    """Seats that a group gets at least and at most.

    Attributes:
        by: what the group is, see ``groups``; a unit stands for everything below it as well.
        value: whom it is for; empty for those of whom nothing is known.
        session: session or vacancy it speaks of, all of them by default.
    """

    by: By
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


SHARE = 10
"""Percent of a unit's people who may leave it at once, where nothing else is asked: one of ten can
be missed until the post is filled again, and practice knows no fixed number."""


class Leaving(_Strict):
    """How many people may leave one unit for vacant posts, all vacancies together.

    Attributes:
        max: people at most.
        share: percent of the unit's people at most, but one at least; 100 does not bind. Where
            neither is stated, ``SHARE``; where both are, the lower one binds.
        by: a unit by itself, or the whole department.
    """

    max: Whole | None = None
    share: Annotated[int, Field(ge=1, le=100)] | None = None
    by: Literal["unit_code", "department"] = "unit_code"

    @property
    def percent(self) -> int | None:
        """Return the share that binds, ``None`` where only a number does."""
        return SHARE if self.share is None and self.max is None else self.share

    def most(self, people: int) -> int:
        """Return how many of so many people may leave.

        >>> Leaving().most(30), Leaving().most(4), Leaving(max=2).most(4), Leaving(max=0).most(4)
        (3, 1, 2, 0)
        """
        found = people
        if self.percent is not None:
            found = max(1, people * self.percent // 100)
        return found if self.max is None else min(found, self.max)


class NewSession(_Strict):
    """A session that is not in the data, as if it were: in this allocation and nowhere else.

    Attributes:
        training_code: of the catalogue.
        session_code: what it is called; by default ``BARU-`` and its number.
        cost: rupiah of a seat; by default as the catalogue says.
        opening_cost, min_seats: rupiah once where it is held, and people at least.
    """

    training_code: Annotated[str, Field(min_length=1, max_length=200)]
    seats: Annotated[int, Field(ge=1, le=10**6)]
    starts_on: date
    ends_on: date
    session_code: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    cost: Annotated[int, Field(ge=0, le=10**12)] | None = None
    opening_cost: Annotated[int, Field(ge=0, le=10**12)] = 0
    min_seats: Whole = 0

    @model_validator(mode="after")
    def _in_order(self) -> NewSession:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on is before starts_on")
        if self.min_seats > self.seats:
            raise ValueError("min_seats is above seats")
        return self


class NewPost(_Strict):
    """A vacancy that is not in the data, as if it were: in this allocation and nowhere else.

    Attributes:
        job_code: of the posts; ``unit_code`` where it is, by default nobody says.
        vacancy_code: what it is called; by default ``BARU-`` and its number.
    """

    job_code: Annotated[str, Field(min_length=1, max_length=200)]
    unit_code: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    seats: Annotated[int, Field(ge=1, le=10**4)] = 1
    vacancy_code: Annotated[str, Field(min_length=1, max_length=60)] | None = None


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
        open: sessions that are not in the data, supposed to be held.
        posts: vacancies that are not in the data, supposed to be there.
        stability: points for a seat that stands in an earlier allocation.
        year: the year whose hours count; by default that of the first session.
        fair_years: years before it in which it is looked up who had less than an equal share.
        fair_strength: points that a seat counts more for whoever had nothing in them, less in
            proportion for the others; by default chosen from the scores, see ``turns``.
        fair_by: whose share is meant: each person's own, or that of a unit, department or place.
        leaving: of vacant posts: how many people may leave one unit.
        ready: of vacant posts: points more for whom the rules leave nothing to confirm.
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
    open: tuple[NewSession, ...] = ()
    posts: tuple[NewPost, ...] = ()
    stability: Annotated[float, Field(ge=0, le=10**6)] | None = None
    year: Annotated[int, Field(ge=1900, le=9998)] | None = None
    fair_years: Annotated[int, Field(ge=1, le=10)] | None = None
    fair_strength: Annotated[float, Field(ge=0, le=10**6)] | None = None
    fair_by: TurnBy = "person"
    leaving: Leaving | None = None
    ready: Annotated[float, Field(ge=0, le=10**6)] | None = None

    @model_validator(mode="after")
    def _one_account(self) -> Wishes:
        if self.money is not None and self.budgets:
            raise ValueError("money stands for all budgets: name one or the other")
        return self

    @property
    def opened(self) -> dict[str, NewSession]:
        """Return the sessions that are not in the data, by what they are called."""
        return {
            new.session_code or f"{NEW}{number}": new for number, new in enumerate(self.open, 1)
        }

    @property
    def supposed_posts(self) -> dict[str, NewPost]:
        """Return the vacancies that are not in the data, by what they are called."""
        return {
            new.vacancy_code or f"{NEW}{number}": new for number, new in enumerate(self.posts, 1)
        }

    @model_validator(mode="after")
    def _told_apart(self) -> Wishes:
        if len(self.opened) < len(self.open):
            raise ValueError("open: two sessions have the same session_code")
        if len(self.supposed_posts) < len(self.posts):
            raise ValueError("posts: two vacancies have the same vacancy_code")
        return self

    @model_validator(mode="after")
    def _looks_back(self) -> Wishes:
        if self.fair_years is None and self.model_fields_set & {"fair_strength", "fair_by"}:
            raise ValueError("fair_strength and fair_by ask for fair_years: how far to look back")
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
            known = {"by": GROUPED_BY, "fair_by": TURNS}.get(place.rpartition(".")[2])
            words = None if known is None else _may_be(place, known)
            reason = first["msg"] if words is None else words.en
            raise ImpossibleWish(f"{place}: {reason}", words) from None


def _may_be(place: str, known: tuple[str, ...]) -> Text:
    """Name the place of a group that is none, and what may stand there instead."""
    return text("wish.group", place=place, known=", ".join(known))
