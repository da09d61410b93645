"""One person of a report: who it is, the needs found, and the year plan that answers them.

In: an engine and a plan. Out: ``Record``; every report is built from these alone, so that the
sheets of persons, the recap of a unit and that of the agency count the same things.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from recommender.engine import Engine
from recommender.gap_report import gaps_of
from recommender.plan.results import Plan, Remaining, Row
from recommender.reports.offices import Offices
from recommender.reports.sight import EVERYTHING, Sight
from recommender.results import GapRow
from training_data import reference
from training_data.messages import Text, text
from training_data.reference.lists import values

NO_PRIORITY = 3
"""Needs that only the next post has come last."""


@dataclass(frozen=True)
class Holder:
    """Who somebody is, as far as documents say it; ``None`` where it is not recorded.

    Attributes:
        grade: pangkat and golongan ruang.
        employment: code of the list.
        supervisor: employee id of the direct superior, else of the head of the unit.
    """

    employee_id: str
    nip: str | None
    name: str | None
    grade: str | None
    job_code: str | None
    job_title: str | None
    tier: str | None
    unit_code: str | None
    employment: str | None
    education: Text | None
    education_level: str | None
    supervisor: str | None

    @property
    def label(self) -> str:
        """The name and, below it, the NIP."""
        return "\n".join(part for part in (self.name or self.employee_id, self.nip) if part)


@dataclass(frozen=True)
class Need:
    """A competency of a person that lies below a standard, or was never assessed.

    A competency stands once per person: for the present post where that asks for more than the
    person has, else for the next one.

    Attributes:
        post: "now" or "next".
        level, gap: ``None`` where it was never assessed.
        importance: 1 mutlak, 2 penting, 3 perlu.
        rows: rows of the plan that raise it.
        open: why something stays open after the plan; ``None`` where nothing does.
    """

    competency_code: str
    name: str
    group: str
    post: str
    required: float
    level: float | None
    gap: float | None
    importance: int
    source: str | None
    assessed_on: date | None
    stale: bool
    rows: tuple[Row, ...]
    open: Remaining | None

    @property
    def priority(self) -> int:
        """1 … 3: how the standard weighs it; what only the next post asks comes last."""
        return self.importance if self.post == "now" else NO_PRIORITY


@dataclass(frozen=True)
class Record:
    """One person of a report.

    Attributes:
        met: standards of the present post that are met; ``asked`` how many there are.
        performance: whether the newest yearly rating lies below "baik"; ``None`` unknown.
        sight: what the reader may read of the person; the plan and the needs keep to it already.
    """

    holder: Holder
    plan: Plan
    needs: tuple[Need, ...]
    met: int
    asked: int
    performance: bool | None
    sight: Sight = EVERYTHING

    def served(self, row: Row) -> Need | None:
        """Return the need that a row of the plan is counted under, ``None`` for none.

        A course may raise several competencies; it is counted once, under the one it is first for.
        """
        wanted = {
            n.competency_code: n for n in self.needs if any(r.number == row.number for r in n.rows)
        }
        return next(
            (wanted[c.competency_code] for c in row.changes if c.competency_code in wanted), None
        )


class Recorder:
    """Makes records for the people of one engine."""

    def __init__(self, engine: Engine, sight: Sight = EVERYTHING) -> None:
        self.engine, self.sight = engine, sight
        self.offices = Offices.of(engine.snapshot.dataset)
        orders = {v["code"]: v["order"] for v in values("rating")}
        self._orders, self._good = orders, orders["baik"]

    def record(self, employee_id: str, plan: Plan) -> Record:
        """Return the record of a person with the given plan."""
        row = self.engine.snapshot.people.index.rows[employee_id]
        gaps = gaps_of(self.engine.prepared, row)
        if not self.sight.next_post:
            gaps, plan = gaps.present_only(), plan.present_only()
        if not self.sight.verdict:
            plan = plan.without_verdict()
        now = gaps.now.rows if gaps.now else ()
        following = gaps.next.rows if gaps.next else ()
        open_ = {(r.competency_code, r.post): r for r in plan.remaining}
        needs = [self._need(r, "now", plan, open_) for r in now if _lacking(r)]
        said = {n.competency_code for n in needs}
        asked = {r.competency_code: r.required for r in now}
        needs += [
            self._need(r, "next", plan, open_)
            for r in following
            if _lacking(r)
            and r.competency_code not in said
            and r.required > asked.get(r.competency_code, 0)
        ]
        met = sum(r.level is not None and not r.gap for r in now)
        below = self._below(row) if self.sight.performance else None
        return Record(
            self.holder(employee_id), plan, tuple(needs), met, len(now), below, self.sight
        )

    def holder(self, employee_id: str) -> Holder:
        """Return who somebody is."""
        row = self.engine.snapshot.people.index.rows[employee_id]
        own = {name: column[row] for name, column in self._columns.items()}
        job, tier = (int(getattr(self.engine.snapshot.people, n)[row]) for n in ("job", "tier"))
        unit = own["unit_code"]
        return Holder(
            employee_id=employee_id,
            nip=own["nip"],
            name=own["name"],
            grade=self._grades.get(own["grade"], own["grade"]),
            job_code=own["job_code"],
            job_title=self.engine.snapshot.jobs.titles[job] if job >= 0 else None,
            tier=reference.tiers()[tier].code if tier >= 0 else None,
            unit_code=unit,
            employment=own["employment"],
            education=_education(own["education_level"], own["education_field"]),
            education_level=own["education_level"],
            supervisor=own["supervisor_id"] or self._head_above(unit, employee_id),
        )

    def _need(
        self, row: GapRow, post: str, plan: Plan, open_: dict[tuple[str, str], Remaining]
    ) -> Need:
        code = row.competency_code
        raising = tuple(r for r in plan.rows if any(c.competency_code == code for c in r.changes))
        return Need(
            code, row.name, row.group, post, row.required, row.level, row.gap, row.importance,
            row.source, row.assessed_on, row.stale, raising, open_.get((code, post)),
        )  # fmt: skip

    def _below(self, row: int) -> bool | None:
        year = self.engine.figure_maker.ratings.latest(row)
        if year is None or year.rating is None:
            return None
        return bool(self._orders[year.rating] < self._good)

    def _head_above(self, unit: str | None, own: str) -> str | None:
        """Return the head of the nearest unit that somebody else leads."""
        heads = (self.offices.heads.get(u) for u in self.offices.above(unit))
        return next((h for h in heads if h is not None and h != own), None)

    @cached_property
    def _columns(self) -> dict[str, list[str | None]]:
        names = (
            "nip", "name", "grade", "job_code", "unit_code", "employment", "education_level",
            "education_field", "supervisor_id",
        )  # fmt: skip
        table = self.engine.snapshot.dataset.table("employees")
        return {name: table[name].to_pylist() for name in names}

    @cached_property
    def _grades(self) -> dict[str | None, str]:
        return {
            g.code: f"{g.title} ({g.code})" if g.title and g.title != g.code else g.code
            for g in reference.grades()
        }


def by_name(offices: Offices) -> Callable[[Holder], tuple[str, ...]]:
    """Return the order of documents: PD, unit, name, then the id."""

    def key(holder: Holder) -> tuple[str, ...]:
        unit = holder.unit_code
        return (
            offices.name(offices.pd_of(unit)).id,
            offices.name(unit).id,
            holder.name or "",
            holder.employee_id,
        )

    return key


def _lacking(row: GapRow) -> bool:
    return row.level is None or bool(row.gap)


def _education(level: str | None, field: str | None) -> Text | None:
    if level is None:
        return None
    named = reference.label("education_level", level)
    return text("report.education", level=named, field=field) if field else named
