"""Stage serve: what can be read of an allocation beyond its figures; in: jobs, out: contexts.

Names of trainings, units and posts come from the generation that is read; seats from the files of
the allocation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request

from service.api.work import jobs_of
from service.jobs import Job, Jobs
from service.pages.job_views import AllocationPage
from service.pages.scenario_forms import form_of
from service.pages.scenario_views import (
    LostSeat,
    Names,
    PersonSeats,
    Side,
    WonSeat,
    filled_by,
    price_words,
    side_of,
    turned_of,
    why_lost,
    why_won,
)
from service.pages.vacancy_side import Mover, PostsSide, posts_side
from service.pages.vacancy_views import empties, lefts, limit_words
from service.reading import Reading
from training_data.messages import Text


def names_of(reading: Reading) -> Names:
    """Return how trainings, units and posts are called."""
    titles, directory = reading.serving.titles, reading.serving.directory

    def item(code: str) -> str:
        return titles["training"].get(code) or titles["role"].get(code, code)

    return Names(
        item,
        lambda code: directory.unit_name(code) or code,
        lambda code: titles["role"].get(code, code),
    )


def with_scenarios(
    request: Request, reading: Reading, job: Job, page: AllocationPage
) -> AllocationPage:
    """Return the page of an allocation of sessions with what can be asked of it further."""
    jobs, names = jobs_of(request), names_of(reading)
    result, asked = dict(job.result or {}), job.asked.get("constraints", {})
    base = _before(jobs, job)
    return replace(
        page,
        form=form_of(asked, result),
        turned=turned_of(result),
        floors=_floors(asked, names),
        side=None if base is None else side_between(jobs, reading, base, job),
        prices=price_words(result, names),
        departments=_departments(jobs, reading, job.number),
        book=jobs.workbook(job.number) is not None,
    )


def with_posts(
    request: Request, reading: Reading, job: Job, page: AllocationPage
) -> AllocationPage:
    """Return the page of filled vacancies with what can be asked of it further."""
    jobs, names = jobs_of(request), names_of(reading)
    result, asked = dict(job.result or {}), job.asked.get("constraints", {})
    base = _before(jobs, job)
    return replace(
        page,
        form=form_of(asked, result),
        floors=_floors(asked, names),
        beside=None if base is None else posts_between(jobs, reading, (base, job)),
        empties=empties(result, names),
        lefts=lefts(result, names),
        limit=limit_words(result.get("leaving")),
    )


def _before(jobs: Jobs, job: Job) -> Job | None:
    """Return the allocation that one was worked out anew from, where it is done."""
    before = job.asked.get("since")
    base = None if before is None else jobs.find("allocation", int(before))
    return base if base is not None and base.state == "done" else None


def _floors(asked: Mapping[str, Any], names: Names) -> tuple[tuple[int, Text, int], ...]:
    """Return place, group and seats of every quota that promises some."""
    return tuple(
        (place, names.quota(quota), quota["min"])
        for place, quota in enumerate(asked.get("quotas", ()))
        if quota.get("min")
    )


def posts_between(jobs: Jobs, reading: Reading, some: Sequence[Job]) -> PostsSide:
    """Put scenarios of filled vacancies side by side."""
    directory = reading.serving.directory

    def person(row: Mapping[str, str]) -> Mover:
        card = directory.known(row["employee_id"])
        confirm = row.get("confirm") == "1"
        if card is None:
            return Mover("–", None, "", confirm)
        return Mover(card.name or card.ref, card.ref, card.unit_name or "", confirm)

    return posts_side(some, [jobs.seats(job.number) for job in some], names_of(reading), person)


def side_between(jobs: Jobs, reading: Reading, a: Job, b: Job) -> Side:
    """Put two allocations that are done side by side."""
    seats = jobs.seats(a.number), jobs.seats(b.number)
    return side_of((a, b), seats, names_of(reading), reading.serving.directory.groups)


def _departments(jobs: Jobs, reading: Reading, number: int) -> tuple[tuple[str, str], ...]:
    """Return code and name of the departments whose people have seats, by name."""
    directory = reading.serving.directory
    people = {one for some in (jobs.proposal(number) or {}).values() for one in some}
    units = Counter(directory.unit_of.get(person) for person in people)
    codes = {directory.department(unit) for unit in units if unit}
    named = [(code, directory.unit_name(code) or code) for code in codes]
    return tuple(sorted(named, key=lambda one: (one[1], one[0])))


def people_of(
    jobs: Jobs, reading: Reading, job: Job, positions: Sequence[int]
) -> tuple[PersonSeats, ...]:
    """Return what some people got and did not get."""
    cards = reading.serving.directory.cards(positions)
    wanted = {card.employee_id for card in cards}
    names = names_of(reading)
    won: dict[str, list[Mapping[str, str]]] = {}
    lost: dict[str, list[Mapping[str, str]]] = {}
    for held, rows in ((won, jobs.seats(job.number)), (lost, jobs.lost(job.number))):
        for row in rows:
            if row["employee_id"] in wanted:
                held.setdefault(row["employee_id"], []).append(row)
    return tuple(
        PersonSeats(
            card.name or card.ref,
            card.ref,
            card.unit_name or "",
            tuple(
                WonSeat(row["session_code"], names.item(row["item_code"]), why_won(row))
                for row in won.get(card.employee_id, ())
            ),
            tuple(
                LostSeat(
                    row["session_code"],
                    names.item(row["item_code"]),
                    why_lost(row["reason"]),
                    filled(jobs, reading, job.number, row["session_code"], row["item_code"])
                    if row["reason"] == "seats"
                    else None,
                )
                for row in lost.get(card.employee_id, ())
            ),
        )
        for card in cards
    )


def filled(jobs: Jobs, reading: Reading, number: int, session: str, item: str) -> Text:
    """Say who has the seats of a session: how many, and of what kinds of need."""
    takers = (jobs.proposal(number) or {}).get(session, ())
    serving = reading.serving
    return filled_by(takers, lambda person: serving.published(person, "training"), item)
