"""One person: what is suggested, what is missing, what is ruled out; and finding people.

In: a visible person. Out: lists of items and gaps in the contract's shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from recommender.results import Item, Kind
from recommender.supposition import Supposition
from service.api import plan_shapes, shapes
from service.api.access import PersonIn, ReadingIn
from service.api.answers import Cursor, Size, basis, page, respond, respond_from, start_of
from service.api.openapi import lasting, problems
from service.directory import Card
from service.directory import Query as Who
from service.problems import Problem
from service.reading import EXCLUDED, Reading
from service.wanted import Wanted

router = APIRouter(prefix="/api/v1/employees", tags=["employees"])


class Readiness(StrEnum):
    """Which posts to list."""

    NOW = "now"
    LATER = "later"


class ItemKind(StrEnum):
    """What an item is."""

    TRAINING = "training"
    ROLE = "role"


@router.get("/{id}/trainings", response_model=shapes.Suggestions, responses=lasting(410))
async def list_trainings(
    request: Request, person: PersonIn, reading: ReadingIn, k: Size = 10, cursor: Cursor = None
) -> Response:
    """Trainings suggested to a person, best first, as published and explained."""
    return await _ranked(request, reading, person, "training", k, cursor)


@router.get("/{id}/roles", response_model=shapes.Suggestions, responses=lasting(410))
async def list_roles(
    request: Request,
    person: PersonIn,
    reading: ReadingIn,
    k: Size = 10,
    cursor: Cursor = None,
    readiness: Annotated[
        Readiness,
        Query(description="`later`: posts whose open conditions have a date, with the way there."),
    ] = Readiness.NOW,
) -> Response:
    """Posts that suit a person, best first, as published and explained."""
    if readiness is Readiness.NOW:
        return await _ranked(request, reading, person, "role", k, cursor)
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        items = reading.later(person, first + k + 1)
        found = page(reading.serving, _cut(items, first, k), first, k)
        return {**found, "overlay": None}

    return await respond_from(request, reading, shapes.Suggestions, make)


@router.get("/{id}/gaps", response_model=shapes.Gaps, responses=lasting())
async def show_gaps(request: Request, person: PersonIn, reading: ReadingIn) -> Response:
    """Competency gaps on the present and on the next post; unknown levels are null."""

    def make() -> dict[str, Any]:
        return {**basis(reading.serving), **reading.gaps(person).as_json()}

    return await respond_from(request, reading, shapes.Gaps, make)


@router.get("/{id}/assess-next", response_model=shapes.WorthAssessing, responses=lasting())
async def show_assess_next(request: Request, person: PersonIn, reading: ReadingIn) -> Response:
    """Competencies worth assessing next: where not knowing the level changes the gaps."""

    def make() -> dict[str, Any]:
        items = [worth.as_json() for worth in reading.assess_next(person)]
        for item in items:
            del item["employee_id"]  # may be a NIP
        return {**basis(reading.serving), "items": items}

    return await respond_from(request, reading, shapes.WorthAssessing, make)


@router.get("/{id}/figures", response_model=shapes.Figures, responses=lasting())
async def show_figures(request: Request, person: PersonIn, reading: ReadingIn) -> Response:
    """JPM, IP ASN, learning hours, validity of the assessment, and box where it may be seen."""

    def make() -> dict[str, Any]:
        return {**basis(reading.serving), **reading.figures(person).as_json()}

    return await respond_from(request, reading, shapes.Figures, make)


@router.get("/{id}/plan", response_model=plan_shapes.Plan, responses=lasting())
async def show_plan(
    request: Request,
    person: PersonIn,
    reading: ReadingIn,
    year: Annotated[
        int | None, Query(ge=1900, le=9998, description="That of the answer's day by default.")
    ] = None,
    budget: Annotated[
        int | None, Query(ge=0, le=10**12, description="Rupiah at most; no limit by default.")
    ] = None,
    without: Annotated[
        list[str] | None, Query(max_length=20, description="Trainings that are not wanted.")
    ] = None,
) -> Response:
    """The best year of trainings within hours, money, dates and prerequisites, row by row."""

    def make() -> dict[str, Any]:
        plan = reading.plan(person, year, budget=budget, without=without or ())
        return {**plan.as_json(), **basis(reading.serving)}

    return await respond_from(request, reading, plan_shapes.Plan, make)


@router.post(
    "/{id}/what-if", response_model=plan_shapes.WhatIf, responses=problems(400, 403, 404, 413)
)
async def ask_what_if(
    person: PersonIn, wanted: plan_shapes.Suppose, reading: ReadingIn
) -> Response:
    """The same answers after hypothetical trainings, levels or another target post.

    Also the fewest trainings to the post, when they are done, and the post after it.
    """
    supposed = Supposition(tuple(wanted.trainings), wanted.target_job_code, wanted.levels)

    def make() -> dict[str, Any]:
        found = reading.what_if(person, supposed, year=wanted.year, k=wanted.k)
        return {**found.as_json(), **basis(reading.serving)}

    return await respond(plan_shapes.WhatIf, make)


@router.get("/{id}/excluded", response_model=shapes.Items, responses=lasting(410))
async def list_excluded(
    request: Request,
    person: PersonIn,
    reading: ReadingIn,
    kind: Annotated[ItemKind | None, Query(description="Only trainings, or only roles.")] = None,
    k: Size = 20,
    cursor: Cursor = None,
) -> Response:
    """What was ruled out, by which rule, and the shortest way to become eligible."""
    asked: tuple[Kind, ...] = (kind.value,) if kind else ("training", "role")
    # Asked for both, each viewer reads the kinds of their office; asked for one, that or nothing.
    kinds = [one for one in asked if reading.viewer.may(EXCLUDED[one])]
    if not kinds:
        raise Problem("not_found")
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        items: list[Item] = []
        for one in kinds:
            items += reading.excluded(person, one, first + k + 1 - len(items))
        return page(reading.serving, _cut(items, first, k), first, k)

    return await respond_from(request, reading, shapes.Items, make)


@router.post("/search", response_model=shapes.People, responses=problems(400, 403, 404, 410, 413))
async def search_employees(request: Request, wanted: shapes.Search, reading: ReadingIn) -> Response:
    """People the caller may see who fit, ordered by name; by what the caller may read of them.

    A POST, so that names and numbers stand in no address and no log.
    """
    first = start_of(wanted.cursor, reading.serving, "body.cursor")
    query = Who(
        name=wanted.name, nip=wanted.nip, unit=wanted.unit, tier=wanted.tier, job=wanted.job
    )

    def make() -> dict[str, Any]:
        found = reading.search(query, _beside(wanted))[first : first + wanted.k + 1]
        people = [person_json(card) for card in reading.serving.directory.cards(found)]
        return page(reading.serving, people, first, wanted.k)

    return await respond(shapes.People, make)


def _beside(asked: shapes.Search) -> Wanted:
    """Return what people are looked for by beside who they are."""
    return Wanted(
        asked.gap, asked.gap_at_least, tuple(asked.boxes), asked.jp_below, tuple(asked.assessment)
    )


def person_json(card: Card) -> dict[str, Any]:
    """Return a person as answers show them."""
    return {name: getattr(card, name) for name in shapes.Person.model_fields}


async def _ranked(
    request: Request, reading: Reading, person: Card, kind: Kind, k: int, cursor: str | None
) -> Response:
    """Answer with published items."""
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        items = reading.ranked(person, kind, first, k + 1)
        answered = [asdict(one) for one in reading.answered(person, kind)]
        found = page(reading.serving, [item.as_json() for item in items], first, k)
        return {**found, "overlay": {"answered": answered} if answered else None}

    return await respond_from(request, reading, shapes.Suggestions, make)


def _cut(items: Sequence[Item], first: int, k: int) -> list[dict[str, Any]]:
    """Return the entries of one page, and one more where another page follows."""
    return [item.as_json() for item in items[first : first + k + 1]]
