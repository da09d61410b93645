"""The gap map: how many people of each unit lie below the standards of their posts; groups only.

In: a unit, perhaps a group of competencies and a part of the people. Out: the parts of the unit by
competency, their hours and answers, and the unit in earlier generations; small groups hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.access import ReadingIn
from service.api.answers import basis, respond
from service.api.openapi import problems
from service.api.shapes import Basis, Shape
from service.gapmap import COLUMNS, GapMap, UnitRow, Wish
from service.survey import Figures

router = APIRouter(prefix="/api/v1", tags=["gap map"])

Group = Literal["", "M", "SK", "T"]
Slice = Literal["", "managerial", "functional", "implementing", "civil_servant", "contract"]


class Place(Shape):
    """A unit; the agency's code is empty."""

    code: str
    name: str | None


class Skill(Shape):
    """A competency; the group is empty where none is known."""

    competency_code: str = Field(examples=["M.5"])
    name: str
    group: str


class Cell(Shape):
    """People of a unit in one competency; every figure is null where it is hidden."""

    competency_code: str
    hidden: bool = Field(description="Too few people, or needed to hide such a group.")
    people: int | None = Field(description="Whose present post asks for the competency.")
    known: int | None = Field(description="Of these, measured.")
    unknown: int | None = Field(description="Of these, not assessed: not counted as below.")
    below: int | None = Field(description="Of those measured, below the standard.")
    share: float | None = Field(description="below / known; null where nobody is measured.")
    deficit: float | None = Field(
        description="Levels that those below miss on average; null where they are too few."
    )


class Hours(Shape):
    """People of a unit by their JP of the calendar year; null where hidden."""

    hidden: bool
    people: int | None
    none: int | None = Field(description="0 JP.")
    some: int | None = Field(description="More than 0, fewer than `jp_target`.")
    enough: int | None = Field(description="`jp_target` and more.")
    unknown: int | None = Field(description="Whose hours are not known.")


class Said(Shape):
    """Answers to suggested trainings; null where hidden."""

    hidden: bool
    people: int | None = Field(description="Who answered anything.")
    accepted: int | None
    postponed: int | None
    declined: int | None
    reasons: dict[str, int] | None = Field(
        description="Of postponing and declining, by category; null also where not yours to read.",
        examples=[{"jadwal": 7}],
    )
    jp: float | None = Field(description="JP of the trainings people are willing to take.")
    cost: int | None = Field(description="Their cost in rupiah, as far as it is known.")
    no_cost: int | None = Field(description="Of these, trainings without a known cost.")


class Row(Shape):
    """A unit below the chosen one, the people of the chosen one itself, or the chosen one."""

    part: Literal["unit", "own", "total"]
    code: str
    name: str | None
    cells: list[Cell] = Field(description="In the order of `competencies`; not asked, not there.")
    hours: Hours | None
    answers: Said | None = Field(description="Null where nobody answered.")


class Moment(Shape):
    """The chosen unit in one generation."""

    generation: int
    as_of: date
    cells: list[Cell]


class ShownMap(Basis):
    """The gap map of one unit."""

    unit: Place
    above: list[Place] = Field(description="From the highest unit you read down to this one.")
    group: Group
    slice: Slice = Field(description="Part of the people the cells speak of; empty for everybody.")
    least_people: int = Field(description="People a figure speaks of at least.")
    jp_target: float
    answered_before: date = Field(description="Answers given before this day are counted.")
    competencies: list[Skill] = Field(description="Those with the most people below first.")
    competencies_in_all: int
    rows: list[Row]
    total: Row
    trend: list[Moment] = Field(description="Of everybody, oldest first.")


Unit = Annotated[str, Query(max_length=100, description="Unit code; all you read by default.")]
Columns = Annotated[int, Query(ge=1, le=50, description="Competencies at most.")]


@router.get("/gap-map", response_model=ShownMap, responses=problems())
async def show_gap_map(
    request: Request,
    reading: ReadingIn,
    unit: Unit = "",
    group: Group = "",
    slice: Slice = "",  # noqa: A002 - the word of the address
    k: Columns = COLUMNS,
) -> Response:
    """Gaps, hours and answers by unit: groups of people, nobody by name."""

    def make() -> dict[str, Any]:
        found = reading.gap_map(Wish(unit, group, slice, k))
        return {**basis(reading.serving), **_map_json(found)}

    return await respond(ShownMap, make)


def _map_json(found: GapMap) -> dict[str, Any]:
    codes = [skill.code for skill in found.skills]
    above = [{"code": code, "name": name} for code, name in found.line]
    return {
        "unit": above[-1],
        "above": above[:-1],
        "group": found.wish.group,
        "slice": found.wish.slice_,
        "least_people": found.least,
        "jp_target": found.enough,
        "answered_before": found.answered_before,
        "competencies": [
            {"competency_code": skill.code, "name": skill.name, "group": skill.group}
            for skill in found.skills
        ],
        "competencies_in_all": found.more,
        "rows": [_row_json(row, codes, found.tells_reasons) for row in found.rows],
        "total": _row_json(found.total, codes, found.tells_reasons),
        "trend": [
            {
                "generation": moment.generation,
                "as_of": moment.as_of,
                "cells": _cells_json(moment.cells, codes),
            }
            for moment in found.past
        ],
    }


def _row_json(row: UnitRow, codes: list[str], tells_reasons: bool) -> dict[str, Any]:
    hours, said = row.hours, row.said
    return {
        "part": row.part,
        "code": row.code,
        "name": row.name,
        "cells": _cells_json(row.cells, codes),
        "hours": None
        if hours is None
        else {
            "hidden": hours.hidden,
            "people": hours.people,
            "none": hours.none,
            "some": hours.some,
            "enough": hours.enough,
            "unknown": hours.unknown,
        },
        "answers": None
        if said is None
        else {
            "hidden": said.hidden,
            "people": said.people,
            "accepted": said.accepted,
            "postponed": said.postponed,
            "declined": said.declined,
            "reasons": said.reasons if tells_reasons else None,
            "jp": said.jp,
            "cost": said.cost,
            "no_cost": said.no_cost,
        },
    }


def _cells_json(cells: Mapping[str, Figures], codes: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "competency_code": code,
            "hidden": one.hidden,
            "people": one.people,
            "known": one.known,
            "unknown": one.unknown,
            "below": one.below,
            "share": None if one.share is None else round(one.share, 4),
            "deficit": None if one.deficit is None else round(one.deficit, 2),
        }
        for code in codes
        if (one := cells.get(code)) is not None
    ]
