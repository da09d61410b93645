"""Stage serve: one page from one source; in: a ``Source`` and a ref or code, out: its context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.results import Item, Kind
from service.pages.contexts import (
    CandidatesPage,
    CandidateView,
    ClosedView,
    HomePage,
    ItemView,
    PersonPage,
)
from service.pages.person_figures import figure_views
from service.pages.source import Named, Person, Search, Source
from service.pages.views import (
    VERDICTS,
    closed_groups,
    competency_names,
    gaps_view,
    item_view,
)

CLOSED_SHOWN = 30
"""Closed items explained on a page, those that suit best; the JSON twin goes on."""


def home_page(source: Source, search: Search) -> HomePage:
    """Return the search form with what was found, if anything was asked."""
    found = None if search.empty else source.search(search)
    return HomePage(
        search,
        tuple(source.units()),
        tuple(source.tiers()),
        found.people if found else (),
        found.total if found else 0,
    )


def person_page(source: Source, person: Person) -> PersonPage:
    """Return everything about one person that the viewer reads."""
    gaps = source.gaps(person.ref)
    names = competency_names(gaps)

    def items(found: Sequence[Item] | None) -> tuple[ItemView, ...] | None:
        return None if found is None else tuple(_item(source, names, item) for item in found)

    def closed(kind: Kind) -> ClosedView | None:
        found = source.excluded(person.ref, kind, CLOSED_SHOWN + 1)
        if found is None:
            return None
        return ClosedView(closed_groups(found[:CLOSED_SHOWN]), len(found) > CLOSED_SHOWN)

    return PersonPage(
        person=person,
        preview=source.viewer.own != person.ref,
        linked=source.viewer.may_search,
        gaps=gaps_view(gaps),
        trainings=items(source.suggestions(person.ref, "training")),
        roles=items(source.suggestions(person.ref, "role")),
        later=items(source.later(person.ref)) or (),
        closed_trainings=closed("training"),
        closed_roles=closed("role"),
        figures=figure_views(source.figures(person.ref)),
    )


def candidates_page(source: Source, kind: Kind, item: Named) -> CandidatesPage | None:
    """Return the people an item suits: by score for a training, by rank seniority for a post.

    None where the viewer's office does not read this list.
    """
    found = source.candidates(kind, item.code)
    if found is None:
        return None
    people = [
        CandidateView(person, candidate, VERDICTS[candidate.eligibility])
        for person, candidate in found
    ]
    if kind == "role":
        people.sort(key=lambda c: (-(c.person.grade_order or 0), c.person.name, c.person.ref))
    return CandidatesPage(item, tuple(people), source.viewer.label, source.now)


def _item(source: Source, names: Mapping[str, str], item: Item) -> ItemView:
    named = source.named(item.kind, item.item_code)
    return item_view(item, names, named.facts if named else ())
