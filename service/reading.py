"""What one viewer may read of one generation: the answers behind both the API and the pages.

In: a ``Serving`` and a ``Viewer``. Out: results of the engine, restricted to visible people, equal
to what was published, and without confidential facts the viewer may not see. A person outside the
viewer's scope and a person who does not exist raise the same ``not_found``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recommender.errors import ImpossibleWish, UnknownItem
from recommender.rank import REASONS, decimal
from recommender.results import Candidate, Gaps, Item, Kind
from service.answers import Act
from service.auth import Viewer, surveyed, visible
from service.confidential import (
    closed_openly,
    is_hidden,
    supposed_without_confidential,
    without_confidential,
    without_discipline,
    without_next_post,
)
from service.decisions import ENDORSED, FOR_IT, RETURNED, Decision
from service.directory import Card, Query, Rows
from service.documents import may_read_plan, sight_of
from service.gapmap import GapMap, Wish, gap_map, start_of
from service.nominating import MOVES, Nomination, Session
from service.petitions import ABOUT_POSTS, Petition
from service.problems import Fault, Problem
from service.runtime import Published, Serving
from service.settings import TIMEZONE
from service.visibility import Right
from service.wanted import ANYBODY, Wanted
from training_data.messages import text

if TYPE_CHECKING:
    from recommender.estimate.worth import Worth
    from recommender.figures.facade import PersonFigures
    from recommender.figures.results import Figure
    from recommender.plan.results import Plan
    from recommender.reports.named import Vacant
    from recommender.reports.panel import Beside
    from recommender.reports.tables import Report
    from recommender.supposition import Supposition
    from recommender.whatif import WhatIf
    from service.demand import Demand

_ANSWER: dict[Kind, Right] = {
    "training": Right.ANSWER_TRAINING,
    "role": Right.ANSWER_ROLE,
}

HEAD = "head"
"""The role that reads a talent box after its publication only."""

_RANKED: dict[Kind, Right] = {"training": Right.TRAININGS, "role": Right.ROLES}
EXCLUDED: dict[Kind, Right] = {
    "training": Right.EXCLUDED_TRAININGS,
    "role": Right.EXCLUDED_ROLES,
}
_DECIDE: dict[Kind, Right] = {
    "training": Right.DECIDE_TRAINING,
    "role": Right.DECIDE_ROLE,
}
_DESKS: dict[str, Right] = {
    "department": Right.NOMINATE,
    "academy": Right.VERIFY_SEATS,
}
_CANDIDATES: dict[Kind, Right] = {
    "training": Right.TRAINING_CANDIDATES,
    "role": Right.JOB_CANDIDATES,
}


@dataclass(frozen=True)
class Answered:
    """What a person answered to a suggestion, as far as the viewer may know."""

    item_code: str
    title: str
    action: str
    at: datetime
    reason_code: str | None
    comment: str | None


def needed(wanted: Wanted) -> set[Right]:
    """Return what a viewer must be able to read of people to look for them by it."""
    found = set()
    if wanted.gap:
        found.add(Right.GAPS)
    if wanted.boxes:
        found.add(Right.TALENT)
    if wanted.jp_below is not None or wanted.assessment:
        found.add(Right.FIGURES)
    return found


class Reading:
    """One viewer's view of one generation."""

    def __init__(self, serving: Serving, viewer: Viewer) -> None:
        self.serving = serving
        self.viewer = viewer

    @cached_property
    def rows(self) -> Rows:
        """The people the viewer may see."""
        return visible(self.viewer, self.serving)

    @cached_property
    def _post(self) -> str | None:
        """The one post a panel deliberates about; None for everybody else."""
        scope = self.viewer.scope
        return self.serving.vacancies.get(scope.value, "") if scope.kind == "vacancy" else None

    def _about(self, kind: Kind, item_code: str) -> bool:
        """Whether the viewer reads about an item at all."""
        return kind != "role" or self._post is None or item_code == self._post

    def person(self, ref: str) -> Card:
        """Return the person with this ``ref``, if the viewer may see them."""
        card = self.serving.directory.find(ref)
        if card is None or not self.rows.holds(card):
            raise Problem("not_found")
        return card

    def fairness(self) -> Mapping[str, Any]:
        """Return what was measured of everybody's suggestions by group: never of a unit alone."""
        self.viewer.require(Right.FAIRNESS)
        found = self.serving.fairness
        if self.viewer.scope.kind != "agency" or found is None:
            raise Problem("not_found")
        return found

    def gap_map(self, wish: Wish) -> GapMap:
        """Return the gap map of a unit: groups of people, small ones hidden.

        Raises:
            Problem: ``not_found`` where groups are not the viewer's to read, where there is no
                such unit in their sight, or where the generation holds no figures of units.
        """
        root = surveyed(self.viewer)
        surveys, directory = self.serving.surveys, self.serving.directory
        if surveys is None:
            raise Problem("not_found")
        unit = wish.unit or start_of(surveys, root)
        if wish.unit and not self._surveys_unit(wish.unit, root):
            raise Problem("not_found")
        today = datetime.now(TIMEZONE).date()
        return gap_map(
            surveys,
            replace(wish, unit=unit),
            directory.line(unit, root) if unit else [""],
            directory.unit_name,
            self.serving.said(datetime.combine(today, time(), TIMEZONE)),
            today,
            self.viewer.may(Right.GROUP_REASONS),
        )

    def _surveys_unit(self, unit: str, root: str) -> bool:
        """Whether a unit is one whose groups the viewer reads."""
        directory = self.serving.directory
        return directory.has_unit(unit) and (not root or unit in directory.subtree(root))

    def search(
        self, query: Query, wanted: Wanted = ANYBODY, by: str = "name", *, down: bool = False
    ) -> Sequence[int]:
        """Return positions of the visible people who fit, by name or as asked for.

        A list of people by what somebody may not read of them would tell it all the same.

        Raises:
            Problem: ``not_found`` where the viewer may not read what is looked for.
        """
        self.viewer.require(Right.SEARCH)
        rows = self.rows
        if not wanted.empty:
            for right in needed(wanted):
                self.viewer.require(right)
            rows = rows.among(self.serving.matching(wanted))
        return self.serving.directory.search(query, rows, by, down=down)

    def ranked(self, card: Card, kind: Kind, first: int = 0, k: int = 10) -> list[Item]:
        """Return ``k`` published items after the first ``first``, explained.

        Raises:
            Problem: ``answer_differs`` where the explanation does not sum to what was published.
        """
        self.viewer.require(_RANKED[kind])
        answered = self._standing(card, kind)
        rows = [
            row
            for row in self.serving.published(card.employee_id, kind)
            if self._about(kind, row.item_code) and row.item_code not in answered
        ]
        stored = rows[: self.serving.generation.length][first : first + k]
        if not stored:
            return []
        codes = [row.item_code for row in stored]
        found = self.serving.engine.items(card.employee_id, kind, codes)
        return [
            self._shown(card, _same(item, kind, row))
            for item, row in zip(found, stored, strict=True)
        ]

    def answered(self, card: Card, kind: Kind) -> list[Answered]:
        """Return what the person answered and is therefore left out of the list, latest first.

        A reason's words are for the person alone, its category for those who plan trainings.
        """
        self.viewer.require(_RANKED[kind])
        acts = self._standing(card, kind).values()
        titles = self.serving.titles[kind]
        tells = self.viewer.may(Right.DECLINE_REASON)
        return [
            Answered(
                act.item_code,
                titles.get(act.item_code, act.item_code),
                act.action,
                act.at,
                act.reason_code if tells else None,
                act.comment if self.viewer.is_own(card) else None,
            )
            for act in sorted(acts, key=lambda act: -act.number)
        ]

    def require_answerable(self, card: Card, kind: Kind, item_code: str) -> None:
        """Raise ``not_found`` unless the viewer may answer this suggestion: it was made to them."""
        self.viewer.require(_ANSWER[kind])
        if not self.viewer.is_own(card):
            raise Problem("not_found")
        suggested = {row.item_code for row in self.serving.published(card.employee_id, kind)}
        if item_code not in suggested | set(self.serving.given.of(card.employee_id, kind)):
            raise Problem("not_found")

    def may_decide(self, kind: Kind, act: str) -> bool:
        """Whether the viewer may take such a decision about the people in their rows."""
        if act in (ENDORSED, RETURNED):
            return kind == "training" and self.viewer.may(Right.ENDORSE)
        return self.viewer.may(_DECIDE[kind])

    def decidable(self, card: Card, kind: Kind, item_code: str, act: str) -> Item:
        """Return an item as the viewer has it before them when they decide about it.

        Raises:
            Problem: ``not_found`` where the viewer may not decide this, or there is no such item;
                ``invalid`` where a rule forbids what they want to support.
        """
        if not self.may_decide(kind, act) or self.viewer.is_own(card):
            raise Problem("not_found")
        if item_code not in self.serving.titles[kind] or not self._about(kind, item_code):
            raise Problem("not_found")
        item = self.serving.engine.explain(card.employee_id, item_code, kind)
        if act in FOR_IT and item.eligibility == "tidak_lolos":
            words = text("api.fault.forbidden")
            raise Problem("invalid", (Fault("body.act", "forbidden", words),))
        return self._shown(card, item)

    def decided(self, card: Card, decisions: Sequence[Decision]) -> list[Decision]:
        """Return those decisions about a person that the viewer may know of."""
        kinds = [kind for kind, right in _RANKED.items() if self.viewer.may(right)]
        if not kinds:
            raise Problem("not_found")
        return [d for d in decisions if d.employee_id == card.employee_id and d.kind in kinds]

    def may_step(self, act: str) -> bool:
        """Whether the viewer may take such a step about the people in their rows."""
        desk = MOVES[act].desk
        if desk == "person":
            return self.viewer.may(Right.ANSWER_TRAINING)
        return self.viewer.may(_DESKS[desk])

    def session(self, code: str) -> Session:
        """Return a session, for those who give out its seats."""
        found = self.serving.sessions.get(code)
        if found is None or not self.viewer.seats_people:
            raise Problem("not_found")
        return found

    def nominees(self, held: Sequence[Nomination]) -> list[tuple[Card, Nomination]]:
        """Return how the visible people stand, by name."""
        self.viewer.require(Right.NOMINATIONS)
        found = []
        for one in held:
            card = self.serving.directory.known(one.employee_id)
            if card is not None and self.rows.holds(card):
                found.append((card, one))
        return sorted(found, key=lambda pair: (pair[0].name or "", pair[0].ref))

    def forbids(self, card: Card, training_code: str) -> bool:
        """Whether a rule keeps a person from a training."""
        if training_code not in self.serving.titles["training"]:
            return False
        item = self.serving.engine.explain(card.employee_id, training_code, "training")
        return item.eligibility == "tidak_lolos"

    def petitions(self, every: Sequence[Petition]) -> list[tuple[Card, Petition]]:
        """Return those corrections and objections that the viewer may read, in their order.

        What is about a post tells that a person looks at posts: for those who read that anyway.
        """
        self.viewer.require(Right.PETITIONS)
        found = []
        for one in every:
            card = self.serving.directory.known(one.employee_id)
            if card is None or not self.rows.holds(card):
                continue
            if one.topic not in ABOUT_POSTS or self.viewer.may(Right.ROLES):
                found.append((card, one))
        return found

    def may_answer(self) -> bool:
        """Whether the viewer answers corrections and objections: who only checks does not."""
        return self.viewer.may(Right.PETITIONS) and not self.viewer.on_record

    def wishes(self) -> list[tuple[Card, Act]]:
        """Return what the visible people would take up, as they answered, oldest first.

        Trainings only: what a person thinks of a post is their own affair.
        """
        self.viewer.require(Right.SEARCH)
        self.viewer.require(Right.TRAININGS)
        today = datetime.now(UTC).date()
        found = []
        for employee_id, act in self.serving.given.accepted("training"):
            card = self.serving.directory.known(employee_id)
            if card is None or not self.rows.holds(card):
                continue
            if self.serving.standing.holds(act, today):
                found.append((card, act))
        return sorted(found, key=lambda pair: pair[1].number)

    def group_trainings(self, query: Query, wanted: Wanted = ANYBODY) -> list[Demand]:
        """Return the trainings that are suggested among the visible people who fit.

        Raises:
            Problem: ``not_found`` where the viewer may not read what is looked for, or reads no
                suggestions of others.
        """
        self.viewer.require(Right.TRAININGS)
        people = self.serving.directory.ids_at(self.search(query, wanted))
        if self.serving.suggested is None:
            raise Problem("not_found")
        today = datetime.now(UTC).date()
        answered: dict[str, dict[str, str]] = {}
        for act in self.serving.given.latest("training"):
            if self.serving.standing.holds(act, today):
                answered.setdefault(act.employee_id, {})[act.item_code] = act.action
        return self.serving.suggested().count(people, answered, self.serving.courses)

    def _standing(self, card: Card, kind: Kind) -> dict[str, Act]:
        """Return the person's answers that still stand and that the viewer may know of.

        What a person thinks of a post is their own affair: others read the list as published.
        """
        if kind == "role" and not self.viewer.is_own(card):
            return {}
        held = self.serving.given.of(card.employee_id, kind)
        today = datetime.now(UTC).date()
        return {c: act for c, act in held.items() if self.serving.standing.holds(act, today)}

    def later(self, card: Card, k: int = 10) -> list[Item]:
        """Return up to ``k`` posts that open once dated steps are taken.

        A post that is closed for a reason the viewer may not know is left out: its date would
        tell.
        """
        self.viewer.require(Right.ROLES)
        found = self.serving.engine.later_roles(card.employee_id, k)
        items = [item for item in found if self._about("role", item.item_code)]
        if not self.viewer.may_see_confidential(card):
            items = [item for item in items if not any(map(is_hidden, item.checks))]
        return [self._shown(card, item) for item in items]

    def gaps(self, card: Card) -> Gaps:
        """Return the person's gaps on the present and on the next post.

        Who does not read posts does not learn which one a person prepares for.
        """
        self.viewer.require(Right.GAPS)
        found = self.serving.engine.gaps(card.employee_id)
        return found if self.viewer.may(Right.ROLES) else found.present_only()

    def assess_next(self, card: Card) -> tuple[Worth, ...]:
        """Return what is worth assessing next, for those who may see the gaps."""
        self.viewer.require(Right.GAPS)
        return self.serving.engine.assess_next(card.employee_id)

    def assess_first(self, unit: str = "", first: int = 0, k: int = 20) -> list[tuple[Card, Worth]]:
        """Return whom to assess first among the visible people of a unit and those below it.

        Parameters:
            unit: a unit code; all the visible people by default.
            first: how many of the most useful to leave out.

        Raises:
            Problem: ``not_found`` where there is no such unit in sight.
        """
        self.viewer.require(Right.SEARCH)
        self.viewer.require(Right.GAPS)
        directory, rows = self.serving.directory, self.rows
        if unit:
            if not directory.has_unit(unit) or not rows.has_unit(unit):
                raise Problem("not_found")
            rows = Rows(units=directory.subtree(unit))
        ids = None if rows.everyone else directory.ids(rows)
        found = self.serving.engine.assess_first(k=first + k, employees=ids)[first:]
        return [(directory.card(worth.employee_id), worth) for worth in found]

    def figures(self, card: Card) -> PersonFigures:
        """Return the figures HR speaks, as far as the viewer may see them.

        Box and talent value are for their owner once published, and for offices of their own;
        what discipline leaves of a sum is hidden whatever it is.
        """
        self.viewer.require(Right.FIGURES)
        own = self.viewer.is_own(card)
        published_only = own or self.viewer.role == HEAD
        found = self.serving.engine.figures(card.employee_id, published_only=published_only)
        if not own and not self.viewer.may(Right.TALENT):
            found = found.without_talent()
        if not own and not self.viewer.may(Right.PERFORMANCE):
            found = found.without_rating()
        if not self.viewer.may(Right.ROLES):
            found = found.present_only()
        if not self.viewer.may_see_confidential(card):
            found = found.without_confidential()
        return replace(found, nine_box=self._favouring(card, found.nine_box)) if own else found

    def plan(
        self,
        card: Card,
        year: int | None = None,
        *,
        budget: int | None = None,
        without: Sequence[str] = (),
    ) -> Plan:
        """Return the person's year plan.

        Who does not read posts does not learn which one a person prepares for; the total of
        IP ASN, of which discipline is a part, is for those who may know of it.

        Raises:
            Problem: ``invalid`` where the year is over.
        """
        self.viewer.require(Right.PLAN)
        try:
            plan = self.serving.engine.plan(card.employee_id, year, budget=budget, without=without)
        except ImpossibleWish:
            words = text("api.fault.year_over")
            raise Problem("invalid", (Fault("query.year", "year_over", words),)) from None
        if not self.viewer.may(Right.ROLES):
            plan = plan.present_only()
        if self.viewer.may_see_confidential(card):
            return plan
        plan = plan.without_confidential()
        return plan if self._reads_verdict(card) else plan.without_verdict()

    def beside(self, employees: Sequence[str]) -> Mapping[str, Beside]:
        """Return what stands beside candidates, as far as the viewer may know it of anybody."""
        self.viewer.require(Right.JOB_CANDIDATES)
        if self.serving.beside is None:
            return {}
        return self.serving.beside(employees, sight_of(self.viewer))

    def long_list(self, vacant: Sequence[Vacant]) -> Report:
        """Return the people named for vacancies as a document, as far as the viewer may know it."""
        self.viewer.require(Right.JOB_CANDIDATES)
        if self.serving.long_list is None:
            raise Problem("not_found")
        return self.serving.long_list(vacant, sight_of(self.viewer))

    def individual_plan(self, card: Card, year: int | None = None) -> Report:
        """Return the person's plan (RPI) as a document, with what the viewer may read in it.

        Raises:
            Problem: ``invalid`` where the year is over.
        """
        if not may_read_plan(self.viewer) or self.serving.individual_plan is None:
            raise Problem("not_found")
        try:
            return self.serving.individual_plan(card.employee_id, year, sight_of(self.viewer))
        except ImpossibleWish:
            words = text("api.fault.year_over")
            raise Problem("invalid", (Fault("query.tahun", "year_over", words),)) from None

    def what_if(
        self, card: Card, supposed: Supposition, *, year: int | None = None, k: int = 5
    ) -> WhatIf:
        """Return what would be so if; nothing is stored.

        Raises:
            Problem: ``invalid`` where a code or a level does not exist, or the year is over.
        """
        self.viewer.require(Right.WHAT_IF)
        try:
            found = self.serving.engine.what_if(card.employee_id, supposed, year=year, k=k)
        except (UnknownItem, ImpossibleWish):
            words = text("api.fault.supposed")
            raise Problem("invalid", (Fault("body", "supposed", words),)) from None
        if self.viewer.may_see_confidential(card):
            return found
        return supposed_without_confidential(found, verdict=self._reads_verdict(card))

    def _favouring(self, card: Card, box: Figure | None) -> Figure | None:
        """Return the owner's box with the titles of those suggestions that it favours."""
        if box is None:
            return None
        items = [item for kind in _RANKED for item in self.ranked(card, kind)]
        codes = self.serving.engine.guided(card.employee_id, items)
        titles = [item.title for item in items if item.item_code in codes]
        return replace(box, details={**box.details, "favoured": titles})

    def excluded(self, card: Card, kind: Kind, k: int | None = None) -> list[Item]:
        """Return what the rules forbid the person, best first, and the way to become eligible."""
        self.viewer.require(EXCLUDED[kind])
        told = self._reads_verdict(card)
        wanted = k if self._post is None and told else None
        items = self.serving.engine.excluded(card.employee_id, kind, wanted)
        if not told:  # what is closed without a word of why would tell
            items = [item for item in items if closed_openly(item)]
        return [self._shown(card, i) for i in items if self._about(kind, i.item_code)][:k]

    def candidates(
        self, kind: Kind, item_code: str, first: int = 0, k: int = 20
    ) -> list[tuple[Card, Candidate]]:
        """Return the visible people an item suits, best first, ranked among themselves."""
        self.viewer.require(_CANDIDATES[kind])
        if item_code not in self.serving.titles[kind] or not self._about(kind, item_code):
            raise Problem("not_found")
        ids = None if self.rows.everyone else self.serving.directory.ids(self.rows)
        found = self.serving.engine.candidates(kind, item_code, k, employees=ids, first=first)
        return [self._candidate(one) for one in found]

    def _candidate(self, one: Candidate) -> tuple[Card, Candidate]:
        """Return a candidate with the reasons this viewer may read."""
        card = self.serving.directory.card(one.employee_id)
        if sum(term.micro for term in one.item.terms) != one.micro:
            raise Problem("answer_differs")
        return card, replace(one, item=self._shown(card, one.item))

    def _shown(self, card: Card, item: Item) -> Item:
        """Return the item as this viewer may see it."""
        if not self.viewer.may(Right.ROLES):
            item = without_next_post(item)
        if self.viewer.may_see_confidential(card):
            return item
        return without_confidential(item) if self._reads_verdict(card) else without_discipline(item)

    def _reads_verdict(self, card: Card) -> bool:
        """Whether the viewer reads that something of a person needs confirmation by BKD."""
        return self.viewer.may_see_confidential(card) or self.viewer.may(Right.VERDICT)


def _same(item: Item, kind: Kind, row: Published) -> Item:
    """Return the item with its published rank; refuse an explanation of something else."""
    reasons = "|".join(f"{t.name}:{t.subject}:{decimal(t.micro)}" for t in item.terms[:REASONS])
    told = (item.item_code, item.kind, item.micro, item.eligibility, reasons)
    if told != (row.item_code, kind, row.micro, row.eligibility, row.reasons):
        raise Problem("answer_differs")
    if sum(term.micro for term in item.terms) != row.micro:
        raise Problem("answer_differs")
    return replace(item, rank=row.rank)
