"""Stage serve: one page from one source; in: a ``Source`` and a ref or code, out: its context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

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
from service.pages.plan_contexts import Answer, BudgetView, SupposePage
from service.pages.plan_views import NO_BUDGET, plan_view
from service.pages.sorting import Order, ordered
from service.pages.source import Choice, Found, Named, Person, Search, Source
from service.pages.views import (
    VERDICTS,
    closed_groups,
    competency_names,
    gaps_view,
    item_view,
)
from service.pages.whatif_views import Sent, answer_view, form_of, supposition_of
from training_data.messages import Text

if TYPE_CHECKING:
    from recommender.plan.results import Row
    from recommender.supposition import Supposition

CLOSED_SHOWN = 30
"""Closed items explained on a page, those that suit best; the JSON twin goes on."""


def home_page(source: Source, search: Search) -> HomePage:
    """Return the search form with what was found, if anything was asked.

    Who stated a purpose is asked to finish a search first: each one is written down.
    """
    found = None if search.empty else source.search(search)
    units = list(source.units())
    if found and found.people and search.unit not in {"", *(unit.code for unit in units)}:
        # A link may lead to a unit in which nobody works but in the units below it.
        name = source.unit_name(search.unit) or search.unit
        units.insert(0, Choice(search.unit, Text(name, name)))
    return HomePage(
        search,
        tuple(units),
        tuple(source.tiers()),
        source.filters(),
        found or Found((), 0),
        as_typed=not source.viewer.on_record,
    )


def person_page(
    source: Source, person: Person, year: int | None = None, budget: BudgetView = NO_BUDGET
) -> PersonPage:
    """Return everything about one person that the viewer reads.

    Parameters:
        year, budget: of the plan; the answer's own year, and no limit, by default.
    """
    gaps = source.gaps(person.ref)
    plan = source.plan(person.ref, year, budget.rupiah)
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
        assess_next=tuple(worth.reason for worth in source.assess_next(person.ref)),
        trainings=items(source.suggestions(person.ref, "training")),
        roles=items(source.suggestions(person.ref, "role")),
        later=items(source.later(person.ref)) or (),
        closed_trainings=closed("training"),
        closed_roles=closed("role"),
        figures=figure_views(source.figures(person.ref)),
        plan=None if plan is None else plan_view(plan, budget),
        supposing=home_of(source, person) + "/simulasi" if source.viewer.may_suppose else None,
        answering=source.viewer.may_answer and source.viewer.own == person.ref,
        answered_trainings=tuple(source.answered(person.ref, "training")),
        answered_roles=tuple(source.answered(person.ref, "role")),
        decided=tuple(source.decided(person.ref)),
        seats=tuple(source.seats(person.ref)),
        petitions=tuple(source.petitions(person.ref)),
        petition_days=source.petition_days() if source.viewer.own == person.ref else None,
        today=source.now.date(),
        rpi=_rpi(source, person, year),
    )


def _rpi(source: Source, person: Person, year: int | None) -> str | None:
    if not source.viewer.may_print:
        return None
    return f"{home_of(source, person)}/rpi" + ("" if year is None else f"?tahun={year}")


def home_of(source: Source, person: Person) -> str:
    """Return the address under which the viewer reads a person's pages."""
    return "/saya" if source.viewer.own == person.ref else f"/pegawai/{quote(person.ref, safe='')}"


def suppose_page(source: Source, person: Person, sent: Sent | None) -> SupposePage:
    """Return the what-if form; with an answer where something usable was sent."""
    gaps = source.gaps(person.ref)
    trainings = {
        **{row.item_code: row.title for row in _planned(source, person)},
        **_titles(source.suggestions(person.ref, "training")),
    }
    posts = _titles(source.suggestions(person.ref, "role"))
    if gaps is not None and gaps.next is not None and gaps.next.job_code is not None:
        posts = {gaps.next.job_code: gaps.next.title, **posts}
    posts.update(_titles(source.later(person.ref)))
    form = form_of(source, sent or Sent(), gaps, trainings, posts)
    answer = None
    if sent is not None and form.usable:
        answer = _answer(source, person, competency_names(gaps), supposition_of(sent, form))
    own = source.viewer.own == person.ref
    return SupposePage(person, own, home_of(source, person), form, answer)


def _planned(source: Source, person: Person) -> Sequence[Row]:
    plan = source.plan(person.ref, None, None)
    return plan.rows if plan is not None else ()


def _titles(items: Sequence[Item] | None) -> dict[str, str]:
    return {item.item_code: item.title for item in items or ()}


def _answer(
    source: Source, person: Person, names: Mapping[str, str], supposed: Supposition
) -> Answer | None:
    found = source.what_if(person.ref, supposed)
    if found is None:
        return None

    def items(listed: Sequence[Item]) -> tuple[ItemView, ...]:
        return tuple(_item(source, names, item) for item in listed)

    return answer_view(found, items(found.trainings), items(found.roles))


BY_SCORE = Order("score", down=True)
_READY = {"met": 0, "verify": 1, "not_yet": 2}
CANDIDATES_BY: Mapping[str, Callable[[CandidateView], Any]] = {
    "name": lambda view: view.person.name.casefold(),
    "post": lambda view: view.person.job_title and view.person.job_title.casefold(),
    "status": lambda view: _READY[view.verdict],
    "score": lambda view: view.candidate.micro,
}
"""What the candidates for a training can be ordered by."""


def candidates_page(
    source: Source, kind: Kind, item: Named, order: Order = BY_SCORE
) -> CandidatesPage | None:
    """Return the people an item suits: by score for a training, by rank seniority for a post.

    The candidates for a post stand in no other order than that; those for a training may.

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
    elif order != BY_SCORE:
        people = ordered(people, order, CANDIDATES_BY[order.column])
    return CandidatesPage(item, tuple(people), source.viewer.label, source.now, order)


def _item(source: Source, names: Mapping[str, str], item: Item) -> ItemView:
    named = source.named(item.kind, item.item_code)
    return item_view(item, names, named.facts if named else ())
