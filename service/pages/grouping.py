"""Stage serve: trainings suggested in a group of people; in: a unit and filters, out: HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from service.demand import FIRST, Demand
from service.pages.contexts import Twin
from service.pages.frame import remember, shell_of
from service.pages.render import render
from service.pages.seam import source_of
from service.pages.source import Choice, Filters, Search, Source
from service.problems import Problem
from training_data.messages import text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Code = Annotated[str, Query(max_length=200)]
SHOWN = 50


@dataclass(frozen=True)
class DemandView:
    """One training of the group with its title."""

    demand: Demand
    title: str


@dataclass(frozen=True)
class GroupPage:
    """The filters, the trainings of the most people, and how many trainings there are.

    Attributes:
        people: how many people the group has.
        first: so many suggestions of a person count.
    """

    search: Search
    units: tuple[Choice, ...]
    tiers: tuple[Choice, ...]
    filters: Filters
    rows: tuple[DemandView, ...]
    total: int
    people: int
    first: int = FIRST


@router.get("/pelatihan")
def show_group_trainings(
    request: Request, source: Seen, unit: Code = "", jenjang: Code = "", kesenjangan: Code = ""
) -> Response:
    """Show which trainings the people of a group are suggested, and what all of it would take.

    Names and NIP never stand in an address, so a group is a unit, a tier and a gap.
    """
    search = Search(unit=unit, tier=jenjang, gap=kesenjangan.strip())
    found = source.group_trainings(search)
    if found is None:
        raise Problem("not_found")
    rows = []
    for demand in found[:SHOWN]:
        named = source.named("training", demand.item_code)
        rows.append(DemandView(demand, demand.item_code if named is None else named.title))
    page = GroupPage(
        search,
        tuple(source.units()),
        tuple(source.tiers()),
        source.filters(),
        tuple(rows),
        len(found),
        source.search(search).total,
    )
    sent = (("unit", unit), ("jenjang", jenjang), ("kesenjangan", search.gap))
    keep = tuple((name, value) for name, value in sent if value)
    asked = [(n, v) for n, v in (("unit", unit), ("tier", jenjang), ("gap", search.gap)) if v]
    query = f"?{urlencode(asked)}" if asked else ""
    twins = (Twin(text("pages.twin.group"), f"/api/v1/group-trainings{query}"),)
    shell = shell_of(request, source, twins=twins, keep=keep)
    return remember(request, HTMLResponse(render("group.html", shell, page)))
