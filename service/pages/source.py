"""Stage serve: what the pages ask for; in: a signed-in viewer, out: plain results to draw.

The pages know the engine's results and nothing of databases, sessions or files. Whoever fulfils
``Source`` has already decided which people the viewer may see: a person outside that circle and
a person who does not exist are both ``None``, and so is everything the viewer's office does not
read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from recommender.results import Candidate, Gaps, Item, Kind
from service.gapmap import GapMap, Wish
from service.pages.sorting import Order
from service.petitions import Petition
from training_data.messages import Text

if TYPE_CHECKING:
    from recommender.estimate.worth import Worth
    from recommender.figures.facade import PersonFigures
    from recommender.plan.results import Plan
    from recommender.supposition import Supposition
    from recommender.whatif import WhatIf
    from service.demand import Demand
    from training_data.reference.packs import Rules


@dataclass(frozen=True)
class Basis:
    """What the answers rest on ("dasar data"): the day, the publication and its fingerprints."""

    as_of: date
    generation: int | None
    model: str
    rules: str
    data: str
    not_checked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Viewer:
    """Who is looking.

    Attributes:
        label: how the viewer is named on confidential pages.
        own: the viewer's own ``ref``; null for an HR officer's link.
        may_search: the viewer may look for other people and see lists of candidates.
        may_suppose: the viewer may ask what would be so if.
        may_measure: the viewer reads how fair suggestions are by group.
        may_assess: the viewer reads whom to assess first.
        may_answer: the viewer may answer what is suggested to them.
        by_password: the viewer signed in to an account.
        named: it is known in whose name the viewer decides.
        may_oversee: the viewer reads whether everybody is ranked again as they should be.
        may_survey: the viewer reads gaps, hours and answers of groups.
        may_allocate: the viewer gives out seats or posts across everybody.
        asks_for_purpose: some data open to the viewer for a stated purpose only.
        may_audit: the viewer reads the audit trail, or at least whether it is whole.
        may_import: the viewer brings tables in.
        may_document: the viewer may have documents of several people made.
        may_print: the viewer reads whole plans (RPI) of people.
        may_decide: the viewer supports or approves trainings that people wish for.
        may_seat: the viewer has a part in giving out the seats of sessions.
        may_hear: the viewer reads corrections and objections.
        may_group: the viewer reads what is suggested to the people of a group.
        on_record: the viewer stated a purpose, and each of their reads is written down.
    """

    label: str
    own: str | None
    may_search: bool
    may_suppose: bool = False
    may_measure: bool = False
    may_assess: bool = False
    may_oversee: bool = False
    may_answer: bool = False
    by_password: bool = False
    may_survey: bool = False
    may_decide: bool = False
    may_allocate: bool = False
    may_import: bool = False
    may_audit: bool = False
    asks_for_purpose: bool = False
    may_seat: bool = False
    may_hear: bool = False
    may_document: bool = False
    may_print: bool = False
    may_group: bool = False
    on_record: bool = False
    named: bool = False


@dataclass(frozen=True)
class Choice:
    """One entry of a drop-down: its code and what it is called."""

    code: str
    label: Text


BY_NAME = Order("name")


@dataclass(frozen=True)
class Search:
    """What somebody is looking for.

    Attributes:
        words: of a name, NIP or post.
        gap: code of a competency below the standard of the present post.
        box: talent box; 0 for any.
        jp_below: learning hours of the year below this.
        assessment: state of the assessment.
        order: by which column of the list.
        page: of the list, from 1 on.
    """

    words: str = ""
    unit: str = ""
    tier: str = ""
    gap: str = ""
    box: int = 0
    jp_below: float | None = None
    assessment: str = ""
    order: Order = BY_NAME
    page: int = 1

    @property
    def further(self) -> bool:
        """Whether it goes beyond who somebody is."""
        return bool(self.gap or self.box or self.assessment) or self.jp_below is not None

    @property
    def empty(self) -> bool:
        """Nothing was asked for."""
        return not (self.words.strip() or self.unit or self.tier or self.further)


@dataclass(frozen=True)
class Filters:
    """What the viewer may look for people by, beside who they are.

    Attributes:
        competencies: in which people may lie below the standard; empty where gaps are not read.
        figures: hours of the year and state of the assessment.
        boxes: talent boxes.
    """

    competencies: tuple[Choice, ...] = ()
    figures: bool = False
    boxes: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.competencies) or self.figures or self.boxes


@dataclass(frozen=True)
class Person:
    """A person as the header of a page and a row of a list show them; null where not known."""

    ref: str
    name: str
    job_code: str | None = None
    job_title: str | None = None
    unit_name: str | None = None
    tier: Text | None = None
    grade: str | None = None
    grade_order: int | None = None
    employment: Text | None = None
    education: Text | None = None


@dataclass(frozen=True)
class Answered:
    """A suggestion with its answer; no reason where none is told."""

    item_code: str
    title: str
    action: str
    at: datetime
    reason_code: str | None = None


@dataclass(frozen=True)
class Found:
    """The people found, in the order to show, and how many there are in all.

    Attributes:
        page, pages: which page of them this is, of how many.
        before: how many come before the first one shown.
    """

    people: tuple[Person, ...]
    total: int
    page: int = 1
    pages: int = 1
    before: int = 0


@dataclass(frozen=True)
class Named:
    """A training or a post with the few facts worth a line: hours, form, provider, dates."""

    code: str
    title: str
    facts: tuple[Text, ...] = field(default=())


@dataclass(frozen=True)
class Ruling:
    """A decision of a named person about a suggestion; the time is the agency's."""

    number: int
    item_code: str
    title: str
    act: str
    reason: str
    decided_by: str
    at: datetime


@dataclass(frozen=True)
class OwnSeat:
    """How a person stands for one session.

    Attributes:
        state: of the nomination.
        free: the person may still decline.
    """

    code: str
    title: str
    starts_on: date | None
    ends_on: date | None
    state: str
    free: bool
    letter_no: str | None


@dataclass(frozen=True)
class Waiting:
    """A training somebody is willing to take, and what was decided about it so far."""

    person: Person
    item_code: str
    title: str
    since: datetime
    before: tuple[Ruling, ...]


class Source(Protocol):
    """Everything the pages show, for one viewer at one moment."""

    @property
    def viewer(self) -> Viewer:
        """Who is looking."""
        ...

    @property
    def basis(self) -> Basis:
        """What the answers rest on."""
        ...

    @property
    def now(self) -> datetime:
        """The moment of this request, local time of the agency."""
        ...

    def units(self) -> Sequence[Choice]:
        """Return the units the viewer can filter by."""
        ...

    def unit_name(self, code: str) -> str | None:
        """Return what a unit is called; None where it is not known."""
        ...

    def tiers(self) -> Sequence[Choice]:
        """Return the tiers that occur."""
        ...

    def filters(self) -> Filters:
        """Return what the viewer may look for people by."""
        ...

    def fairness(self) -> Mapping[str, Any] | None:
        """Return what was measured of everybody's suggestions; None where nothing was."""
        ...

    def gap_map(self, wish: Wish) -> GapMap | None:
        """Return what groups are told by; None where the viewer does not read groups."""
        ...

    def rules(self) -> Rules | None:
        """Return the rules by which the suggestions were made; None where they are not known."""
        ...

    def group_trainings(self, search: Search) -> Sequence[Demand] | None:
        """Return what is suggested among the people who fit; None where that is not read."""
        ...

    def search(self, search: Search) -> Found:
        """Return the people the viewer may see that fit ``search``."""
        ...

    def person(self, ref: str) -> Person | None:
        """Return the person, or None where there is none the viewer may see."""
        ...

    def gaps(self, ref: str) -> Gaps | None:
        """Return the person's levels beside the present and the next post."""
        ...

    def assess_next(self, ref: str) -> Sequence[Worth]:
        """Return what is worth assessing next, nothing where the viewer does not read levels."""
        ...

    def assess_first(self, unit: str) -> Sequence[tuple[Person, Worth]] | None:
        """Return whom to assess first, in a unit or everywhere; None where that is not read."""
        ...

    def figures(self, ref: str) -> PersonFigures | None:
        """Return JPM, IP ASN, learning hours, validity of the assessment, and box if to be seen."""
        ...

    def plan(self, ref: str, year: int | None, budget: int | None) -> Plan | None:
        """Return the person's year plan; that of the answer's own year by default."""
        ...

    def what_if(self, ref: str, supposed: Supposition) -> WhatIf | None:
        """Return what would be so if; nothing is stored."""
        ...

    def suggestions(self, ref: str, kind: Kind) -> Sequence[Item] | None:
        """Return the person's ranked items of one kind."""
        ...

    def answered(self, ref: str, kind: Kind) -> Sequence[Answered]:
        """Return what the person answered and the viewer may know of."""
        ...

    def decided(self, ref: str) -> Sequence[Ruling]:
        """Return what was decided about the person's suggestions, newest first."""
        ...

    def seats(self, ref: str) -> Sequence[OwnSeat]:
        """Return how a person stands for coming sessions, where the viewer reads it."""
        ...

    def petitions(self, ref: str) -> Sequence[Petition]:
        """Return what the viewer asked for themselves."""
        ...

    def petition_days(self) -> int | None:
        """Return the days within which an answer is given; None where the viewer asks nothing."""
        ...

    def waiting(self) -> Sequence[Waiting] | None:
        """Return the wishes that wait for the viewer; None where the viewer decides nothing."""
        ...

    def acts(self) -> tuple[str, ...]:
        """Return what the viewer may decide about a training."""
        ...

    def excluded(self, ref: str, kind: Kind, k: int) -> Sequence[Item] | None:
        """Return what a rule closes for the person today: the ``k`` that suit best."""
        ...

    def later(self, ref: str) -> Sequence[Item] | None:
        """Return roles that open for the person once dated steps are taken."""
        ...

    def named(self, kind: Kind, code: str) -> Named | None:
        """Return the training or post with this code, or None."""
        ...

    def candidates(self, kind: Kind, code: str) -> Sequence[tuple[Person, Candidate]] | None:
        """Return the people the item suits, best first, within the viewer's circle."""
        ...
