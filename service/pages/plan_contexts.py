"""Stage serve: what the templates of plans and suppositions receive, as types; nothing goes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.pages.chart import ProgressBar
from training_data.messages import Text

if TYPE_CHECKING:
    from recommender.plan.path import Path
    from recommender.plan.results import Alternative, Plan, Row
    from service.pages.contexts import CheckView, ItemView, Verdict, WayView
    from service.pages.source import Person


@dataclass(frozen=True)
class Move:
    """A figure before and after; the same text twice where nothing moves.

    Attributes:
        name: in one word, to look it up.
    """

    name: str
    label: Text
    before: Text
    after: Text

    @property
    def moved(self) -> bool:
        """Whether anything changed."""
        return self.before != self.after


@dataclass(frozen=True)
class LevelMove:
    """One competency raised by a course.

    Attributes:
        asked: what the standards ask, in words; nothing where neither post asks.
        closes: levels of a gap that are closed.
    """

    name: str
    before: float
    after: float
    asked: tuple[Text, ...]
    closes: float


@dataclass(frozen=True)
class AlternativeView:
    """Another course in a row's place: title, when, hours and price in words, and what it does."""

    alternative: Alternative
    facts: tuple[Text, ...]


@dataclass(frozen=True)
class RowView:
    """One course of the plan.

    Attributes:
        when: its dates, or the month it is best placed in.
        facts: hours, price and class of the mix, in words.
        figures: hours of the year, IP ASN and JPM around it, as far as they are known and move.
        fields: the seven fields of the plan with their names.
    """

    row: Row
    verdict: Verdict
    when: Text
    facts: tuple[Text, ...]
    levels: tuple[LevelMove, ...]
    figures: tuple[Move, ...]
    fields: tuple[tuple[Text, Text], ...]
    alternatives: tuple[AlternativeView, ...]


@dataclass(frozen=True)
class MonthView:
    """One month of the calendar strip.

    Attributes:
        name, short: "April 2026", "Apr".
        past: it is over on the day of the plan.
        rows: numbers of the courses that take place in it.
    """

    name: Text
    short: Text
    past: bool
    jp: float
    rows: tuple[int, ...]


@dataclass(frozen=True)
class YearChoice:
    """One year to look at: its address as a query of this page."""

    year: int
    query: str
    chosen: bool


@dataclass(frozen=True)
class OpenGap:
    """One gap that stays open: the competency, where it stands, and why."""

    name: str
    standing: Text
    text: Text


@dataclass(frozen=True)
class OpenGroup:
    """Gaps that stay open for the same reason.

    Attributes:
        names: competencies that one sentence is enough for; then there are no ``gaps``.
    """

    title: Text
    lead: Text | None
    names: tuple[str, ...]
    gaps: tuple[OpenGap, ...]


@dataclass(frozen=True)
class PlanView:
    """One person's year.

    Attributes:
        progress: hours recorded and planned beside those asked for, drawn and said.
        totals: gaps, JPM and IP ASN before and after.
        mix: planned hours in the classes 70, 20 and 10, where there are any.
        query: what leads to this very plan on another page of the person.
    """

    plan: Plan
    years: tuple[YearChoice, ...]
    progress: ProgressBar
    progress_text: Text
    months: tuple[MonthView, ...]
    rows: tuple[RowView, ...]
    totals: tuple[Move, ...]
    cost: Text
    mix: Text | None
    open: tuple[OpenGroup, ...]
    proof: tuple[Text, ...]
    budget: BudgetView
    query: str


@dataclass(frozen=True)
class BudgetView:
    """The budget somebody typed: as typed, in rupiah, and what is wrong with it."""

    typed: str
    rupiah: int | None
    fault: Text | None


@dataclass(frozen=True)
class Option:
    """One box or entry of a form."""

    code: str
    title: str
    chosen: bool


@dataclass(frozen=True)
class LevelInput:
    """One competency whose level may be supposed.

    Attributes:
        now: the level as it is; null where not assessed.
        typed: what was typed.
    """

    code: str
    name: str
    now: float | None
    top: float
    typed: str
    fault: Text | None


@dataclass(frozen=True)
class SupposeForm:
    """The form of a supposition as it was sent, and what is wrong with it.

    Attributes:
        most: so many trainings may be supposed at once.
        faults: name of the field → what is wrong.
    """

    trainings: tuple[Option, ...]
    more: str
    targets: tuple[Option, ...]
    target: str
    levels: tuple[LevelInput, ...]
    most: int
    faults: Mapping[str, Text]

    @property
    def usable(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults and not any(level.fault for level in self.levels)


@dataclass(frozen=True)
class PathView:
    """A path with the dates of its steps in words."""

    path: Path
    steps: tuple[tuple[str, tuple[Text, ...], Text], ...]


@dataclass(frozen=True)
class ThenView:
    """The post after the one aimed at; or why none is known."""

    title: str | None
    why: Text | None
    path: PathView | None


@dataclass(frozen=True)
class Answer:
    """What would be so if.

    Attributes:
        verdicts: what the rules say of the post, before and after; null where there is no post.
        moves: figures before and after.
        below: competencies below the standard before and after.
        way: how the post opens after what is supposed, where rules refuse it then.
        checks: rules that are not met then.
    """

    supposed: tuple[Text, ...]
    title: str | None
    verdicts: tuple[Verdict, Verdict] | None
    moves: tuple[Move, ...]
    below: tuple[tuple[str, ...], tuple[str, ...]]
    unknown: tuple[str, ...]
    way: WayView | None
    checks: tuple[CheckView, ...]
    path: PathView | None
    then: ThenView
    plan: PlanView
    trainings: tuple[ItemView, ...]
    roles: tuple[ItemView, ...]


@dataclass(frozen=True)
class SupposePage:
    """The what-if page of a person.

    Attributes:
        back: address of the page it was opened from.
        own: the viewer supposes about themselves.
    """

    person: Person
    own: bool
    back: str
    form: SupposeForm
    answer: Answer | None
