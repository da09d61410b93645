"""Stage serve: what each template receives, as types; in: nothing, out: the dataclasses.

A template reads a ``Shell`` (what every page carries) and one page object, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlencode

from recommender.results import Candidate, GapRow, Item
from service.pages.chart import LevelBar, RangeBar, Span
from service.pages.plan_contexts import PlanView
from service.pages.sorting import AS_THEY_COME, Order
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
from service.petitions import Petition
from training_data.messages import Text

Level = Literal["gap", "met", "above", "unknown"]
Verdict = Literal["met", "verify", "not_yet"]


@dataclass(frozen=True)
class Twin:
    """The address of a page's content as JSON."""

    label: Text
    address: str


@dataclass(frozen=True)
class Shell:
    """What the frame around every page needs.

    Attributes:
        language: ``id`` or ``en``.
        theme: ``auto``, ``light`` or ``dark``.
        path: path of this page, for the language and theme switches.
        keep: what this page's address asks for, such as the year, which a switch keeps.
        resend: form fields to send again when the page answers a form, so that a switch of
            language keeps the result.
        twins: the same content as JSON: what it is, and its address.
    """

    language: str
    theme: str
    brand: str
    path: str
    viewer: Viewer | None = None
    basis: Basis | None = None
    twins: tuple[Twin, ...] = ()
    keep: tuple[tuple[str, str], ...] = ()
    resend: tuple[tuple[str, str], ...] | None = None

    def switch(self, name: str, value: str) -> str:
        """Return this page's address with a language or look chosen."""
        return "?" + urlencode([*self.keep, (name, value)])


@dataclass(frozen=True)
class HomePage:
    """The search form, and what was found once something was asked.

    Attributes:
        as_typed: the list may be asked for while somebody types.
        part: the list alone is asked for; what it says is told by the page that holds it.
    """

    search: Search
    units: tuple[Choice, ...]
    tiers: tuple[Choice, ...]
    filters: Filters
    found: Found
    as_typed: bool = False
    part: bool = False


@dataclass(frozen=True)
class LevelView:
    """One competency: the figures, the drawing and the state in one word.

    Attributes:
        source: where and when the level was found, where it differs from the table's note.
    """

    row: GapRow
    bar: LevelBar
    state: Level
    source: Text | None


@dataclass(frozen=True)
class LevelGroup:
    """Competencies under one heading of a table."""

    title: Text
    rows: tuple[LevelView, ...]


@dataclass(frozen=True)
class JpmView:
    """Job person match with the two sums behind it.

    Attributes:
        held, asked: sums over the rows whose level is known.
        known, rows: how many of the managerial and sociocultural rows are known.
    """

    value: float | None
    low: float
    high: float
    bar: RangeBar
    held: float
    asked: float
    known: int
    rows: int


@dataclass(frozen=True)
class StandardView:
    """A post's standard beside the person.

    Attributes:
        groups: the rows by group of competencies, in the order of the standard.
        needs, fine: the same rows by need: gaps and not assessed; at or above the standard.
        source: where most levels come from; rows that differ carry their own.
        from_tier: some required levels are the tier's default.
        estimated: some levels have an interval beside them.
    """

    title: str
    job_code: str | None
    groups: tuple[LevelGroup, ...]
    needs: tuple[LevelView, ...]
    fine: tuple[LevelView, ...]
    total: int
    gaps: int
    unknown: int
    jpm: JpmView | None
    why: Text | None
    source: Text | None
    from_tier: bool
    estimated: bool


@dataclass(frozen=True)
class GapsView:
    """The present and the next post beside the person; a missing one carries its reason."""

    now: StandardView | None
    now_reason: Text | None
    next: StandardView | None
    next_reason: Text | None


@dataclass(frozen=True)
class TermView:
    """One summand of a score with its bar."""

    name: str
    label: Text
    text: Text
    micro: int
    span: Span
    zero: float


@dataclass(frozen=True)
class CheckView:
    """One rule applied: what it says, on which ground, and the way forward.

    Attributes:
        name: what the rule is about, in a word or two.
        article: regulation and article; null where the ground is confidential.
        mark: how sure the rule is; nothing where it is confidential.
        rule: id of the rule in the packs; empty where it is confidential.
        closed: why there is no way forward, where there is none.
    """

    verdict: Verdict
    name: Text
    text: Text
    article: Text | None
    mark: str
    facts: tuple[tuple[Text, Text], ...]
    steps: tuple[Text, ...]
    earliest: Text | None
    closed: Text | None = None
    rule: str = ""


@dataclass(frozen=True)
class WayView:
    """What all rules of a refused item together take, or why nothing helps.

    Attributes:
        earliest: from which day on the item is open, where that is known.
        closed: why there is no way; then there are no steps.
    """

    steps: tuple[Text, ...]
    earliest: Text | None
    closed: Text | None


@dataclass(frozen=True)
class ItemView:
    """A suggestion with everything that explains it.

    Attributes:
        key: name of the card within its page.
        reasons: what speaks for the item.
        unsure: names of the rules that need verification.
        facts: hours, form, dates and the like.
        closes: the gaps it is expected to close.
        figures: what stands beside a post.
        way: of a refused item, how it opens.
    """

    item: Item
    key: str
    verdict: Verdict
    reasons: tuple[Text, ...]
    unsure: tuple[Text, ...]
    facts: tuple[Text, ...]
    closes: tuple[Text, ...]
    figures: tuple[tuple[Text, Text], ...]
    terms: tuple[TermView, ...]
    checks: tuple[CheckView, ...]
    way: WayView | None


@dataclass(frozen=True)
class ClosedItem:
    """An item a rule closes today; ``check`` and ``way`` are null where the group says it all."""

    title: str
    check: CheckView | None
    way: WayView | None


@dataclass(frozen=True)
class ClosedGroup:
    """Items closed by the same rule.

    Attributes:
        same: one sentence holds for all of them.
        way: what helps, where it is the same for all of them.
    """

    check: CheckView
    same: bool
    way: WayView | None
    items: tuple[ClosedItem, ...]


@dataclass(frozen=True)
class ClosedView:
    """What rules close today, grouped; ``more`` where further items suit less well."""

    groups: tuple[ClosedGroup, ...]
    more: bool


@dataclass(frozen=True)
class FigurePartView:
    """One part of a figure.

    Attributes:
        shown: what it counts; nothing where the figure is no sum.
        ground: the regulation, nothing where it is the figure's own.
        mark: how sure the rule is.
    """

    label: Text
    shown: Text | None
    text: Text
    ground: Text | None
    mark: str


@dataclass(frozen=True)
class FigureView:
    """One figure HR speaks: its value in a word, and what it is made of.

    Attributes:
        shown: the value, its interval, or that there is none.
        certain: nothing is left to verify.
        bands: the categories it lies or may lie in, one line per scheme.
        actions, guide: what a talent box means, and what suggestions favour.
        favoured: titles of the person's suggestions that it favours.
    """

    name: str
    label: Text
    shown: Text
    certain: bool
    bands: tuple[Text, ...]
    text: Text
    notes: tuple[Text, ...]
    parts: tuple[FigurePartView, ...]
    ground: Text | None
    mark: str
    actions: tuple[Text, ...]
    guide: Text | None
    favoured: tuple[Text, ...]

    @property
    def counted(self) -> bool:
        """Whether any part counts something."""
        return any(part.shown for part in self.parts)


@dataclass(frozen=True)
class PersonPage:
    """A person as an HR officer, or they themselves, see them; null sections are not shown.

    Attributes:
        preview: somebody from HR looks at the person's own page.
        linked: the viewer may open lists of candidates from here.
        rpi: address of the plan (RPI) as a print page; null where the viewer reads no whole plan.
        supposing: address of the person's what-if page; null where the viewer may not suppose.
        assess_next: why which competency is worth assessing next.
        answering: the viewer may answer the suggestions.
        answered_trainings, answered_roles: what is left out of the lists for its answer.
        decided: what named people decided about the suggestions, newest first.
        seats: how the person stands for coming sessions.
        petitions: corrections and objections the viewer made themselves.
        petition_days: days until an answer; None where the viewer makes none here.
        wordless: one was sent without words.
    """

    person: Person
    preview: bool
    linked: bool
    gaps: GapsView | None
    assess_next: tuple[Text, ...]
    trainings: tuple[ItemView, ...] | None
    roles: tuple[ItemView, ...] | None
    later: tuple[ItemView, ...]
    closed_trainings: ClosedView | None
    closed_roles: ClosedView | None
    figures: tuple[FigureView, ...] | None
    plan: PlanView | None
    supposing: str | None
    answering: bool = False
    answered_trainings: tuple[Answered, ...] = ()
    answered_roles: tuple[Answered, ...] = ()
    decided: tuple[Ruling, ...] = ()
    seats: tuple[OwnSeat, ...] = ()
    petitions: tuple[Petition, ...] = ()
    petition_days: int | None = None
    today: date | None = None
    wordless: bool = False
    rpi: str | None = None


@dataclass(frozen=True)
class DecidePage:
    """Wishes that wait, and what became of the decisions sent just now.

    Attributes:
        acts: what the viewer may decide.
        named: the viewer signed in to an account, whose holder decides.
        reason, name: as typed, where the form comes back.
    """

    waiting: tuple[Waiting, ...]
    acts: tuple[str, ...]
    named: bool
    said: tuple[Text, ...] = ()
    fault: Text | None = None
    reason: str = ""
    name: str = ""


@dataclass(frozen=True)
class CandidateView:
    """One person in a list of candidates."""

    person: Person
    candidate: Candidate
    verdict: Verdict


@dataclass(frozen=True)
class CandidatesPage:
    """People an item suits; for posts a confidential meeting paper."""

    item: Named
    people: tuple[CandidateView, ...]
    viewer: str
    at: datetime
    order: Order = AS_THEY_COME


@dataclass(frozen=True)
class ProblemPage:
    """An error in the words of somebody who wants to help."""

    status: int
    title: str
    text: str
    help: str


@dataclass(frozen=True)
class FirstSteps:
    """What is to be done before there are suggestions, and what of it the reader may do."""

    may_import: bool
    may_rank: bool


@dataclass(frozen=True)
class SignInPage:
    """How to get in.

    Attributes:
        refused: a link was already used or has run out.
        fault: why a name and a password, or a provider, did not open.
        sign_on: what people call the provider of single sign-on; None where there is none.
    """

    refused: bool
    fault: Text | None = None
    sign_on: Text | None = None


@dataclass(frozen=True)
class SignedOutPage:
    """Signed out here, and where to sign out of the provider.

    Attributes:
        sign_on: what people call the provider.
        address: where to sign out of it; None where it offers no such place.
    """

    sign_on: Text
    address: str | None


@dataclass(frozen=True)
class PasswordPage:
    """The form for a new password.

    Attributes:
        login: the account's name, as far as it is known.
        first: the present one was somebody else's choice.
        sessions: open sessions of the account; None where nobody is signed in by it.
    """

    login: str
    least: int
    first: bool = False
    sessions: int | None = None
    fault: Text | None = None
