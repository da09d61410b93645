"""Stage serve: the pages' ``Source`` over what a viewer may read of the served generation.

In: a ``Reading`` (one viewer, one generation; confidential facts already taken out). Out: results
for the pages. What the viewer's office does not read is ``None`` here, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from recommender.results import Candidate, Gaps, Item, Kind
from service.auth import Viewer as Known
from service.decisions import ACTS, Decision
from service.directory import Card, Query
from service.documents import kinds_of, may_read_plan
from service.gapmap import GapMap, Wish
from service.nominating import COMPLETED, ENDED, FREE
from service.pages.source import (
    Answered,
    Basis,
    Choice,
    Filters,
    Found,
    Named,
    OwnSeat,
    Person,
    Ruling,
    Search,
    Viewer,
    Waiting,
)
from service.problems import Problem
from service.reading import EXCLUDED, Reading
from service.visibility import Right
from service.wanted import Wanted
from training_data import reference
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.estimate.worth import Worth
    from recommender.figures.facade import PersonFigures
    from recommender.plan.results import Plan
    from recommender.supposition import Supposition
    from recommender.whatif import WhatIf
    from service.demand import Demand
    from service.nominating import Nominations
    from service.petitions import Petition, Petitions
    from service.runtime import Decisions
    from training_data.reference.packs import Rules

PEOPLE_SHOWN = 50
CANDIDATES_SHOWN = 20
ASSESSMENTS_SHOWN = 50
_CANDIDATES = {"training": Right.TRAINING_CANDIDATES, "role": Right.JOB_CANDIDATES}
_RANKED = {"training": Right.TRAININGS, "role": Right.ROLES}


def viewer_of(known: Known, own: str | None = None) -> Viewer:
    """Return who is looking, with what their menu offers; ``own`` is their own ``ref``."""
    everywhere = known.scope.kind == "agency"
    return Viewer(
        known.label or text(f"pages.role.{known.role}").id,
        own,
        known.may(Right.SEARCH),
        known.may(Right.WHAT_IF),
        known.may(Right.FAIRNESS) and everywhere,
        known.may(Right.SEARCH) and known.may(Right.GAPS),
        known.may(Right.WORK) and everywhere,
        known.may(Right.ANSWER_TRAINING),
        known.account is not None,
        known.may(Right.GAP_MAP) and known.scope.kind in ("agency", "unit"),
        known.may(Right.ENDORSE) or known.may(Right.DECIDE_TRAINING),
        (known.may(Right.ALLOCATE_SEATS) or known.may(Right.ALLOCATE_POSTS)) and everywhere,
        known.may(Right.IMPORT) and everywhere,
        known.may(Right.AUDIT_INTEGRITY) and everywhere,
        known.asks_for_purpose,
        known.seats_people,
        known.may(Right.PETITIONS),
        bool(kinds_of(known)),
        may_read_plan(known),
        known.may(Right.SEARCH) and known.may(Right.TRAININGS),
        known.on_record,
        known.named,
    )


def asked_of(search: Search) -> tuple[Query, Wanted]:
    """Return who is looked for, and by what beside."""
    wanted = Wanted(
        gap=search.gap,
        boxes=(search.box,) if search.box else (),
        jp_below=search.jp_below,
        assessment=(search.assessment,) if search.assessment else (),
    )
    return Query(words=search.words, unit=search.unit, tier=search.tier), wanted


class LiveSource:
    """What one viewer reads of one generation, at one moment."""

    def __init__(
        self,
        reading: Reading,
        now: datetime,
        decisions: Decisions,
        nominations: Nominations,
        petitions: Petitions,
    ) -> None:
        self._reading = reading
        self._decisions = decisions
        self._nominations = nominations
        self._petitions = petitions
        self._now = now
        self._cards: dict[str, Card] = {}

    @property
    def now(self) -> datetime:
        """The moment of the request."""
        return self._now

    @cached_property
    def viewer(self) -> Viewer:
        """Who is looking; who is in no ranking yet has no page of their own."""
        known = self._reading.viewer
        card = None
        if known.scope.kind == "self":
            card = self._reading.serving.directory.known(known.scope.value)
        return viewer_of(known, None if card is None else card.ref)

    @property
    def basis(self) -> Basis:
        """The generation the answers come from."""
        served = self._reading.serving.generation
        return Basis(
            served.as_of, served.number, served.model, served.rules, served.data, served.not_checked
        )

    def units(self) -> Sequence[Choice]:
        """Return the units in which visible people work, by name."""
        pairs = self._reading.serving.directory.units(self._reading.rows)
        return [Choice(code, Text(name, name)) for code, name in pairs]

    def unit_name(self, code: str) -> str | None:
        """Return what a unit is called."""
        return self._reading.serving.directory.unit_name(code)

    def tiers(self) -> Sequence[Choice]:
        """Return every tier, in the order of the reference list."""
        return [Choice(tier.code, tier.name) for tier in reference.tiers()]

    def filters(self) -> Filters:
        """Return what the viewer may look for people by."""
        known, directory = self._reading.viewer, self._reading.serving.directory
        named = directory.competencies() if known.may(Right.GAPS) else ()
        return Filters(
            tuple(Choice(code, Text(name, name)) for code, name in named),
            known.may(Right.FIGURES),
            known.may(Right.TALENT),
        )

    def fairness(self) -> Mapping[str, Any] | None:
        """Return what was measured before the generation was published."""
        return self._reading.fairness() if self._reading.serving.fairness is not None else None

    def gap_map(self, wish: Wish) -> GapMap | None:
        """Return what groups are told by, where the viewer reads groups."""
        return self._reading.gap_map(wish) if self.viewer.may_survey else None

    def rules(self) -> Rules | None:
        """Return the rules of the generation."""
        return self._reading.serving.rules

    def group_trainings(self, search: Search) -> Sequence[Demand] | None:
        """Return what is suggested among people, where the viewer reads lists of them."""
        known = self._reading.viewer
        if not (known.may(Right.SEARCH) and known.may(Right.TRAININGS)):
            return None
        return self._reading.group_trainings(*asked_of(search))

    def search(self, search: Search) -> Found:
        """Return a page of the people who fit, and how many there are."""
        order = search.order
        places = self._reading.search(*asked_of(search), order.column, down=order.down)
        pages = max(1, -(-len(places) // PEOPLE_SHOWN))
        page = min(search.page, pages)
        before = (page - 1) * PEOPLE_SHOWN
        cards = self._reading.serving.directory.cards(places[before : before + PEOPLE_SHOWN])
        return Found(tuple(map(person_of, cards)), len(places), page, pages, before)

    def person(self, ref: str) -> Person | None:
        """Return the person, or None outside the viewer's circle."""
        card = self._card(ref)
        return None if card is None else person_of(card)

    def gaps(self, ref: str) -> Gaps | None:
        """Return the person's gaps, where the viewer reads them."""
        card = self._may(ref, Right.GAPS)
        return None if card is None else self._reading.gaps(card)

    def assess_next(self, ref: str) -> Sequence[Worth]:
        """Return what is worth assessing next, where the viewer reads the gaps."""
        card = self._may(ref, Right.GAPS)
        return () if card is None else self._reading.assess_next(card)

    def assess_first(self, unit: str) -> Sequence[tuple[Person, Worth]] | None:
        """Return whom to assess first, where the viewer reads lists of people and their gaps."""
        if not self.viewer.may_assess:
            return None
        found = self._reading.assess_first(unit, k=ASSESSMENTS_SHOWN)
        return [(person_of(card), worth) for card, worth in found]

    def figures(self, ref: str) -> PersonFigures | None:
        """Return the person's figures, where the viewer reads them."""
        card = self._may(ref, Right.FIGURES)
        return None if card is None else self._reading.figures(card)

    def plan(self, ref: str, year: int | None, budget: int | None) -> Plan | None:
        """Return the person's year plan, where the viewer reads it."""
        card = self._may(ref, Right.PLAN)
        return None if card is None else self._reading.plan(card, year, budget=budget)

    def what_if(self, ref: str, supposed: Supposition) -> WhatIf | None:
        """Return the answer to a supposition, where the viewer may make one."""
        card = self._may(ref, Right.WHAT_IF)
        return None if card is None else self._reading.what_if(card, supposed)

    def suggestions(self, ref: str, kind: Kind) -> Sequence[Item] | None:
        """Return the published items, where the viewer reads them."""
        card = self._may(ref, _RANKED[kind])
        return None if card is None else self._reading.ranked(card, kind)

    def answered(self, ref: str, kind: Kind) -> Sequence[Answered]:
        """Return what the person answered, where the viewer reads the suggestions."""
        card = self._may(ref, _RANKED[kind])
        found = () if card is None else self._reading.answered(card, kind)
        zone = self._now.tzinfo
        return [
            Answered(o.item_code, o.title, o.action, o.at.astimezone(zone), o.reason_code)
            for o in found
        ]

    def decided(self, ref: str) -> Sequence[Ruling]:
        """Return what was decided about the person's suggestions, newest first."""
        card = self._card(ref)
        readable = any(self._reading.viewer.may(right) for right in _RANKED.values())
        if card is None or not readable:
            return ()
        every = self._decisions.decisions_about([card.employee_id])
        return [self._ruling(one) for one in reversed(self._reading.decided(card, every))]

    def seats(self, ref: str) -> Sequence[OwnSeat]:
        """Return how the person stands for sessions that are not over, by their first day."""
        card = self._may(ref, Right.NOMINATIONS)
        if card is None:
            return ()
        today, found = self._now.date(), []
        sessions = self._reading.serving.sessions
        for one in self._nominations.nominations(employee=card.employee_id):
            session = sessions.get(one.session_code)
            if session is None or one.status in (ENDED, COMPLETED):
                continue
            if session.ends_on is not None and session.ends_on < today:
                continue
            found.append(
                OwnSeat(
                    session.code, session.title, session.starts_on, session.ends_on, one.status,
                    one.status in FREE, one.letter_no,
                )
            )  # fmt: skip
        return sorted(found, key=lambda seat: (seat.starts_on or date.max, seat.code))

    def petitions(self, ref: str) -> Sequence[Petition]:
        """Return what the viewer asked for themselves, at the agency's time."""
        card = self._card(ref)
        if card is None or not self._reading.viewer.is_own(card):
            return ()
        zone = self._now.tzinfo
        return [
            replace(
                one,
                at=one.at.astimezone(zone),
                answered_at=None if one.answered_at is None else one.answered_at.astimezone(zone),
            )
            for one in self._petitions.petitions(card.employee_id)
        ]

    def petition_days(self) -> int | None:
        """Return the days within which an answer is given; None where the viewer asks nothing."""
        asks = self._reading.viewer.may(Right.ASK_PETITION)
        return self._petitions.petition_days if asks else None

    def waiting(self) -> Sequence[Waiting] | None:
        """Return the wishes the viewer can decide about and has not since they were uttered."""
        if not self.viewer.may_decide:
            return None
        wishes = self._reading.wishes()
        every = self._decisions.decisions_about(sorted({act.employee_id for _, act in wishes}))
        mine = [act for act in ACTS if self._reading.may_decide("training", act)]
        found = []
        for card, wish in wishes:
            about = [
                one
                for one in self._reading.decided(card, every)
                if (one.kind, one.item_code) == (wish.kind, wish.item_code)
            ]
            if any(one.act in mine and one.at > wish.at for one in about):
                continue
            title = self._reading.serving.titles[wish.kind].get(wish.item_code, wish.item_code)
            since = wish.at.astimezone(self._now.tzinfo)
            before = tuple(self._ruling(one) for one in reversed(about))
            found.append(Waiting(person_of(card), wish.item_code, title, since, before))
        return found

    def acts(self) -> tuple[str, ...]:
        """Return what the viewer may decide about a training."""
        return tuple(act for act in ACTS if self._reading.may_decide("training", act))

    def _ruling(self, one: Decision) -> Ruling:
        title = self._reading.serving.titles[one.kind].get(one.item_code, one.item_code)
        at = one.at.astimezone(self._now.tzinfo)
        return Ruling(one.number, one.item_code, title, one.act, one.reason, one.decided_by, at)

    def excluded(self, ref: str, kind: Kind, k: int) -> Sequence[Item] | None:
        """Return what rules close; posts only for those who read posts at all."""
        card = self._may(ref, EXCLUDED[kind])
        return None if card is None else self._reading.excluded(card, kind, k)

    def later(self, ref: str) -> Sequence[Item] | None:
        """Return roles that open later, where the viewer reads roles."""
        card = self._may(ref, Right.ROLES)
        return None if card is None else self._reading.later(card)

    def named(self, kind: Kind, code: str) -> Named | None:
        """Return the title behind a code."""
        title = self._reading.serving.titles[kind].get(code)
        return None if title is None else Named(code, title)

    def candidates(self, kind: Kind, code: str) -> Sequence[tuple[Person, Candidate]] | None:
        """Return visible people the item suits, where the viewer reads such lists."""
        if not self._reading.viewer.may(_CANDIDATES[kind]):
            return None
        found = self._reading.candidates(kind, code, k=CANDIDATES_SHOWN)
        return [(person_of(card), candidate) for card, candidate in found]

    def _may(self, ref: str, right: Right) -> Card | None:
        return self._card(ref) if self._reading.viewer.may(right) else None

    def _card(self, ref: str) -> Card | None:
        if ref not in self._cards:
            try:
                self._cards[ref] = self._reading.person(ref)
            except Problem:
                return None
        return self._cards[ref]


def person_of(card: Card) -> Person:
    """Return a person as pages show them."""
    return Person(
        ref=card.ref,
        name=card.name or card.ref,
        job_code=card.job_code,
        job_title=card.job_title,
        unit_name=card.unit_name,
        tier=_label("tier", card.tier),
        grade=card.grade,
        grade_order=_grade_orders().get(card.grade or ""),
        employment=_label("employment", card.employment),
        education=_label("education_level", card.education_level),
    )


def _label(name: str, code: str | None) -> Text | None:
    return None if code is None else reference.label(name, code)


@cache
def _grade_orders() -> Mapping[str, int]:
    return {grade.code: grade.order for grade in reference.grades()}
