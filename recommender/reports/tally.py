"""Counts of many records at once: what unit and agency reports add up, by group.

In: records, one after the other. Out: ``Tally``. Every count is kept under the group of the
person, so that the agency is by construction the sum of its units; hours are whole milli-JP and
money whole rupiah, so that sums are exact in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from recommender.columns import MILLI
from recommender.plan.results import Row
from recommender.reports.offices import Offices
from recommender.reports.records import Record

Group = str | None
"""Code of a unit; ``None`` for people of whom no unit is recorded."""

NO_NEED = ""
"""Stands for the competency of courses that answer no need of a competency."""


@dataclass(frozen=True)
class Programme:
    """One training as one group plans it for one competency in one quarter."""

    group: Group
    competency: str
    training: str
    quarter: int
    session: str | None


@dataclass
class Gap:
    """A competency as one group needs it.

    Attributes:
        people: with a known gap; ``total`` adds up their milli-levels.
        unknown: people never assessed in it.
        planned: people with a known gap for whom a course is planned.
        open: people with a known gap that stays open after the plan, wholly or in part.
    """

    people: int = 0
    total: int = 0
    unknown: int = 0
    planned: int = 0
    open: int = 0

    def __add__(self, other: Gap) -> Gap:
        """Return the two together."""
        return Gap(
            self.people + other.people,
            self.total + other.total,
            self.unknown + other.unknown,
            self.planned + other.planned,
            self.open + other.open,
        )

    @property
    def mean(self) -> float | None:
        """Mean levels missing of those who have a gap; ``None`` where nobody has."""
        return None if self.people == 0 else round(self.total / MILLI / self.people, 2)


@dataclass
class Amount:
    """What some rows of plans come to.

    Attributes:
        people: participants: one per row of a plan.
        milli_jp, cost: of the rows that state them.
        no_jp, no_cost: rows that do not.
        verify: rows of which something has to be verified before.
    """

    people: int = 0
    milli_jp: int = 0
    cost: int = 0
    no_jp: int = 0
    no_cost: int = 0
    verify: int = 0

    def __add__(self, other: Amount) -> Amount:
        """Return the two together."""
        return Amount(
            self.people + other.people,
            self.milli_jp + other.milli_jp,
            self.cost + other.cost,
            self.no_jp + other.no_jp,
            self.no_cost + other.no_cost,
            self.verify + other.verify,
        )

    @classmethod
    def of(cls, row: Row) -> Amount:
        """Return what one row comes to."""
        return cls(
            1,
            0 if row.jp is None else round(row.jp * MILLI),
            row.cost or 0,
            int(row.jp is None),
            int(row.cost is None),
            int(row.eligibility == "perlu_verifikasi"),
        )

    @property
    def jp(self) -> float:
        """Hours in JP."""
        return self.milli_jp / MILLI


@dataclass
class Aim:
    """Where a group stands before and after its plans.

    Attributes:
        measured: people whose hours of the year are asked for.
        met_before, met_after: of these, who has them.
        gaps_before, gaps_after: known gaps on the present post.
        assessed: people of whom every competency of the present post is assessed.
    """

    people: int = 0
    measured: int = 0
    met_before: int = 0
    met_after: int = 0
    milli_before: int = 0
    milli_after: int = 0
    gaps_before: int = 0
    gaps_after: int = 0
    assessed: int = 0
    without_plan: int = 0

    def __add__(self, other: Aim) -> Aim:
        """Return the two together."""
        names = self.__dataclass_fields__
        return Aim(**{n: getattr(self, n) + getattr(other, n) for n in names})


@dataclass(frozen=True)
class Tally:
    """Everything that is counted.

    Attributes:
        gaps: by group and competency.
        programmes: amounts by programme.
        aims: by group.
        performance: people by group and what is known of their newest rating.
    """

    gaps: dict[tuple[Group, str], Gap] = field(default_factory=dict)
    programmes: dict[Programme, Amount] = field(default_factory=dict)
    aims: dict[Group, Aim] = field(default_factory=dict)
    performance: Counter[tuple[Group, bool | None]] = field(default_factory=Counter)

    def of_group(self, group: Group) -> Tally:
        """Return what one group counts."""
        return Tally(
            {k: v for k, v in self.gaps.items() if k[0] == group},
            {k: v for k, v in self.programmes.items() if k.group == group},
            {k: v for k, v in self.aims.items() if k == group},
            Counter({k: v for k, v in self.performance.items() if k[0] == group}),
        )

    def by_competency(self) -> dict[str, Gap]:
        """Return the gaps of all groups together."""
        found: dict[str, Gap] = {}
        for (_, code), gap in self.gaps.items():
            found[code] = found.get(code, Gap()) + gap
        return found

    def by_programme(self, *kept: str) -> dict[Programme, Amount]:
        """Return amounts added up over what is not kept, such as groups or quarters."""
        left_out = {
            name: value
            for name, value in
            {"group": None, "competency": NO_NEED, "training": "", "quarter": 0, "session": None}
            .items()
            if name not in kept
        }  # fmt: skip
        found: dict[Programme, Amount] = {}
        for programme, amount in self.programmes.items():
            key = replace(programme, **left_out)  # type: ignore[arg-type]
            found[key] = found.get(key, Amount()) + amount
        return found

    @property
    def amount(self) -> Amount:
        """All programmes together."""
        return sum(self.programmes.values(), Amount())

    @property
    def aim(self) -> Aim:
        """All groups together."""
        return sum(self.aims.values(), Aim())


def quarter_of(month: int) -> int:
    """Return the quarter of a month, 1 … 4."""
    return (month + 2) // 3


class Counting:
    """Counts records while they pass, so that nobody has to hold them all."""

    def __init__(self, offices: Offices, scope: str | None) -> None:
        self.offices, self.scope = offices, scope
        self.tally = Tally()

    def passing(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield each record after it was counted."""
        for record in records:
            self.add(record)
            yield record

    def add(self, record: Record) -> None:
        """Count one record."""
        tally, plan = self.tally, record.plan
        group = self.offices.group_of(record.holder.unit_code, self.scope)
        for need in record.needs:
            gap = _gap(need.gap, bool(need.rows), need.open is not None)
            key = (group, need.competency_code)
            tally.gaps[key] = tally.gaps.get(key, Gap()) + gap
        for row in plan.rows:
            need_of = record.served(row)
            programme = Programme(
                group,
                need_of.competency_code if need_of else NO_NEED,
                row.item_code,
                quarter_of(row.month),
                row.session_code,
            )
            tally.programmes[programme] = tally.programmes.get(programme, Amount()) + Amount.of(row)
        tally.aims[group] = tally.aims.get(group, Aim()) + _aim(record)
        tally.performance[(group, record.performance)] += 1


def count(records: Iterable[Record], offices: Offices, scope: str | None = None) -> Tally:
    """Return the counts of some records.

    Parameters:
        scope: a unit whose direct parts are the groups; ``None`` groups by PD.
    """
    counting = Counting(offices, scope)
    for record in records:
        counting.add(record)
    return counting.tally


def _gap(gap: float | None, planned: bool, open_: bool) -> Gap:
    if gap is None:
        return Gap(unknown=1)
    return Gap(1, round(gap * MILLI), 0, int(planned), int(open_))


def _aim(record: Record) -> Aim:
    totals = record.plan.totals
    target, before = totals.jp_target, totals.jp_before
    after = before + totals.jp
    asked = target is not None
    return Aim(
        people=1,
        measured=int(asked),
        met_before=int(target is not None and before >= target),
        met_after=int(target is not None and after >= target),
        milli_before=round(before * MILLI) if asked else 0,
        milli_after=round(after * MILLI) if asked else 0,
        gaps_before=totals.gaps_now[0],
        gaps_after=totals.gaps_now[1],
        assessed=int(
            record.asked > 0 and all(n.level is not None for n in record.needs if n.post == "now")
        ),
        without_plan=int(not record.plan.rows),
    )
