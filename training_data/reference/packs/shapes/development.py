"""Shapes of the rules about developing people (``rules/development.json``)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from training_data.reference.packs.kinds import (
    NOT_EMPTY,
    SUM_1,
    UNIQUE,
    Employments,
    Form,
    Forms,
    Jp,
    Shape,
    Share,
    Table,
    Word,
    every,
    known,
    refusal,
)


class YearlyPns(Shape):
    """The JP of a year and the minutes of one JP."""

    min_jp: Jp
    minutes_per_jp: Annotated[int, Field(ge=1, le=240)]


class YearlyPppk(Shape):
    """The most JP of a contract year and whom it concerns."""

    max_jp: Jp
    employment: Employments


class JpOfDay(Shape):
    """JP of one day."""

    national: Jp
    international: Jp


class PerDay(Table[dict[Form, JpOfDay]]):
    """JP of one day for each form that is counted by days."""


class International(Shape):
    """What an international training adds."""

    bonus: Share
    forms: Forms


class OtherForms(Shape):
    """JP of one hour for forms without a rule of their own."""

    jp_per_hour: Annotated[float, Field(gt=0, le=10)]


Unit = Literal["jp", "clock"]


class HoursUnit(Shape):
    """What hours are counted in, per table."""

    catalogue: Unit
    history: Unit


Mix = Annotated[str, known("mix")]


class MixOfForms(Shape):
    """The shares of the mix and the class of each form."""

    share: Annotated[dict[Mix, Share], every("mix"), SUM_1]
    forms: Annotated[dict[Mix, Forms], every("mix")]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        stated = [form for forms in self.forms.values() for form in forms]
        twice = sorted({form for form in stated if stated.count(form) > 1})
        if twice:
            raise refusal("once", codes=", ".join(twice))
        return self


class PlanFields(Shape):
    """What a plan must state."""

    fields_: Annotated[list[Word], NOT_EMPTY, UNIQUE] = Field(alias="fields")


class Uptake(Shape):
    """How many take what is proposed."""

    baseline: Share


SHAPES: dict[str, type[BaseModel]] = {
    "jp.yearly_pns": YearlyPns,
    "jp.yearly_pppk": YearlyPppk,
    "jp.per_day": PerDay,
    "jp.international": International,
    "jp.other_forms": OtherForms,
    "jp.hours_unit": HoursUnit,
    "development.mix": MixOfForms,
    "development.plan_fields": PlanFields,
    "development.uptake": Uptake,
}
