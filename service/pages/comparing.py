"""Stage serve: a few people side by side; in: their refs, out: HTML.

Figures and levels stand beside each other as the viewer may read them of each; nothing is summed up
to one number, and nobody is put before anybody: people stand in the order they were chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import StringConstraints

from service.pages.frame import remember, shell_of
from service.pages.person_figures import figure_views
from service.pages.render import render
from service.pages.seam import source_of
from service.pages.source import Person, Source
from service.pages.views import gaps_view
from service.problems import Problem
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Seen = Annotated[Source, Depends(source_of)]
Refs = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Query(max_length=20)]
LEAST, MOST = 2, 4


@dataclass(frozen=True)
class LevelCell:
    """A level beside what the person's own post asks for; None where either is not known."""

    level: float | None
    required: float | None
    state: str


@dataclass(frozen=True)
class ComparePage:
    """People side by side.

    Attributes:
        figures: name of a figure, and its value of each person.
        levels: name of a competency, and its cell of each person; None where their post asks for
            none.
        too_few: fewer were chosen than can be compared.
    """

    people: tuple[Person, ...]
    figures: tuple[tuple[Text, tuple[Text, ...]], ...]
    levels: tuple[tuple[str, tuple[LevelCell | None, ...]], ...]
    first: tuple[tuple[str, ...], ...]
    too_few: bool


@router.get("/banding")
def compare_people(request: Request, source: Seen, r: Refs = []) -> Response:  # noqa: B006
    """Show the chosen people side by side."""
    if not source.viewer.may_search:
        raise Problem("not_found")
    people = []
    for ref in dict.fromkeys(r):
        person = source.person(ref)
        if person is None:
            raise Problem("not_found")
        people.append(person)
    page = compare_page(source, people[:MOST])
    keep = tuple(("r", person.ref) for person in page.people)
    shell = shell_of(request, source, keep=keep)
    return remember(request, HTMLResponse(render("compare.html", shell, page)))


def compare_page(source: Source, people: list[Person]) -> ComparePage:
    """Return what the viewer reads of each of some people, beside each other."""
    unread = text("pages.compare.unread")
    shown: dict[str, tuple[Text, list[Text]]] = {}
    levels: dict[str, tuple[str, list[LevelCell | None]]] = {}
    first = []
    for place, person in enumerate(people):
        for view in figure_views(source.figures(person.ref)) or ():
            _, values = shown.setdefault(view.name, (view.label, [unread] * len(people)))
            values[place] = view.shown
        gaps = gaps_view(source.gaps(person.ref))
        for group in gaps.now.groups if gaps is not None and gaps.now is not None else ():
            for level in group.rows:
                row = level.row
                _, cells = levels.setdefault(row.competency_code, (row.name, [None] * len(people)))
                cells[place] = LevelCell(row.level, row.required, level.state)
        items = source.suggestions(person.ref, "training") or ()
        first.append(tuple(item.title for item in items[:3]))
    return ComparePage(
        tuple(people),
        tuple((label, tuple(values)) for label, values in shown.values()),
        tuple((name, tuple(cells)) for name, cells in levels.values()),
        tuple(first),
        len(people) < LEAST,
    )
