"""HCDP (Renbangkom): the development plan of a unit or the agency for a year, in nine sheets.

In: the tally of everybody's plans, the people and the tables of the agency. Out: sheets. It adds up
the same plans as AKPK does. What the agency has not recorded is said on its sheet, and the years
after the planned one stay open: nothing is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from recommender.eligibility.dates import as_date
from recommender.engine import Engine
from recommender.pipeline import Progress
from recommender.plan.results import Row
from recommender.plan.wording import when
from recommender.reports.akpk import PLANS, QUARTERS, known_words
from recommender.reports.catalogue import Catalogue
from recommender.reports.offices import Offices
from recommender.reports.records import Holder, Recorder
from recommender.reports.tables import NARROW, Cell, Column, Table, column, known, share
from recommender.reports.tally import NO_NEED, Gap, Group, Tally
from recommender.succession.limits import GROUPS, Limits
from recommender.succession.limits import Group as Readiness
from recommender.succession.outlook import succession
from recommender.succession.posts import Place, key_posts
from training_data import reference
from training_data.messages import Text, text
from training_data.reference.lists import spelling_key

YEARS = 5
"""Years that the plan of an agency looks ahead (beside the RPJMD)."""

STUDY = "pendidikan"
CERTIFICATE = "certificate"
EXECUTIVE = "pelaksana"
LEADING = "struktural"

_COUNTS = (
    "people",
    *(f"employment.{e}" for e in ("PNS", "CPNS", "PPPK", "PPPK_PW", "none")),
    *(f"post.{p}" for p in ("leading", "functional", "executive", "none")),
    *(f"schooling.{s}" for s in ("school", "diploma", "bachelor", "master", "doctor", "none")),
)

PEOPLE = (
    column("group", width=36),
    *(column(code, "whole", NARROW, summed=True) for code in _COUNTS),
)

_SCHOOLING = {
    "SD": "school", "SLTP": "school", "SLTA": "school", "D1": "diploma", "D2": "diploma",
    "D3": "diploma", "D4": "bachelor", "S1": "bachelor", "S2": "master", "S3": "doctor",
}  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What a plan is made for.

    Attributes:
        unit: a unit with everything below it; ``None`` the whole agency.
        employees: everybody in it.
    """

    unit: str | None
    year: int
    employees: tuple[str, ...]


class Hcdp:
    """The sheets of one plan."""

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        catalogue: Catalogue,
        scope: Scope,
        tally: Tally,
        progress: Progress | None = None,
        workers: int = 1,
    ) -> None:
        self.engine, self.recorder, self.catalogue = engine, recorder, catalogue
        self.scope, self.tally = scope, tally
        self.progress, self.workers = progress, workers
        self.offices: Offices = recorder.offices
        self.dataset = engine.snapshot.dataset

    def people(self) -> Table:
        """(1) Who works here: by group, employment, kind of post and education."""
        found: dict[Group, Counter[str]] = {}
        for holder in self._holders:
            mine = found.setdefault(self._group(holder), Counter())
            mine["people"] += 1
            mine[f"employment.{holder.employment or 'none'}"] += 1
            mine[f"post.{_kind_of_post(holder.tier)}"] += 1
            mine[f"schooling.{_SCHOOLING.get(holder.education_level or '', 'none')}"] += 1
        rows: list[Sequence[Cell]] = [
            (self.offices.name(group), *(found[group][code] for code in _COUNTS))
            for group in self._in_order(found)
        ]
        return Table.numbered(PEOPLE, rows)

    def priorities(self) -> Table:
        """(2) Strategic issues and the competencies they ask for."""
        columns = (
            column("issue", width=44),
            column("issue_source", width=18),
            column("competency", width=28),
            column("weight", "number", NARROW),
            column("unit", width=26),
            column("valid", width=24),
            column("people_with_gap", "whole", 12),
            column("people_unknown", "whole", 12),
            column("participants", "whole", 12),
        )
        gaps = self.tally.by_competency()
        planned = self.tally.by_programme("competency")
        people = {p.competency: amount.people for p, amount in planned.items()}
        rows = []
        for row in self._priorities:
            code = row["competency_code"]
            gap = gaps.get(code, Gap())
            rows.append(
                (
                    row["reason"] or text("report.unknown.reason"),
                    reference.label("priority_source", row["source"]) if row["source"] else None,
                    self.catalogue.competency(code),
                    row["weight"],
                    self.offices.name(row["unit_code"])
                    if row["unit_code"]
                    else text("report.whole_agency"),
                    text("report.valid", begin=_day(row["starts_on"]), end=_day(row["ends_on"])),
                    gap.people,
                    gap.unknown,
                    people.get(code, 0),
                )
            )
        notes = [] if rows else [text("report.missing.priorities")]
        return Table.numbered(columns, rows, notes=notes)

    def gaps(self) -> Table:
        """(3) The profile of gaps."""
        columns = (
            column("competency", width=34),
            column("kind", width=16),
            column("people_with_gap", "whole", 13, summed=True),
            column("mean_gap", "number", 11),
            column("people_unknown", "whole", 12, summed=True),
            column("people_planned", "whole", 14, summed=True),
            column("people_open", "whole", 14, summed=True),
        )
        found = self.tally.by_competency()
        rows = [
            (
                self.catalogue.competency(code),
                self.catalogue.group(code),
                gap.people,
                gap.mean,
                gap.unknown,
                gap.planned,
                gap.open,
            )
            for code, gap in sorted(found.items(), key=lambda g: (-g[1].people, g[0]))
        ]
        return Table.numbered(columns, rows, notes=(text("report.note.unknown"),))

    def programmes(self) -> Table:
        """(4) The matrix of programmes: the planned year, and what later years still need."""
        year = self.scope.year
        columns = (
            column("programme", width=38),
            column("aim", width=28),
            column("participants", "whole", 12, summed=True),
            column("jp_total", "number", 12, summed=True),
            column("cost_total", "rupiah", 18, summed=True),
            column("later", width=30),
        )
        found = self.tally.by_programme("competency", "training")
        gaps = self.tally.by_competency()
        rows = []
        for programme in sorted(found, key=lambda p: (-found[p].people, p.training, p.competency)):
            amount, open_ = found[programme], gaps.get(programme.competency, Gap()).open
            rows.append(
                (
                    self.catalogue.courses[programme.training].title,
                    self.catalogue.competency(programme.competency),
                    amount.people,
                    known(amount.jp, "catalogue"),
                    amount.cost,
                    text("report.later", count=open_) if programme.competency != NO_NEED else None,
                )
            )
        notes = (
            text("report.note.only_year", year=str(year), last=str(year + YEARS - 1)),
            text("report.note.totals"),
        )
        return Table.numbered(columns, rows, notes=notes)

    def ceilings(self) -> Table:
        """(4) The budget lines of the year beside the cost of the plans."""
        columns = (
            column("group", width=36),
            column("funds", width=50),
            column("ceiling", "rupiah", 18, summed=True),
            column("cost_total", "rupiah", 18, summed=True),
            column("difference", "rupiah", 18),
        )
        rows: list[Sequence[Cell]] = []
        for group in self._in_order(self.tally.aims):
            ceiling = self.catalogue.ceiling(self.offices, self.scope.unit, group)
            cost = self.tally.of_group(group).amount.cost
            rows.append(
                (
                    self.offices.name(group),
                    self.catalogue.sources(self.offices, {group}),
                    known(ceiling, "budget"),
                    cost,
                    None if ceiling is None else ceiling - cost,
                )
            )
        notes = [text("report.note.stage")]
        if not self.catalogue.has_budgets:
            notes.append(text("report.note.no_budgets"))
        return Table.numbered(columns, rows, title=text("report.hcdp.ceilings"), notes=notes)

    def quarters(self) -> Table:
        """(5) The planned year by quarter."""
        columns = (
            column("quarter", width=NARROW),
            column("programme", width=40),
            column("schedule", width=30),
            column("provider", width=28),
            column("participants", "whole", 11, summed=True),
            column("seats", "whole", 10),
            column("jp_total", "number", 12, summed=True),
            column("cost_total", "rupiah", 18, summed=True),
            column("remark", width=26),
        )
        found = self.tally.by_programme("training", "quarter", "session")
        order = sorted(found, key=lambda p: (p.quarter, p.training, p.session or ""))
        rows: list[Sequence[Cell]] = []
        for programme in order:
            amount = found[programme]
            course = self.catalogue.courses[programme.training]
            seats = self.catalogue.seats.get(programme.session or "")
            full = seats is not None and amount.people > seats
            rows.append(
                (
                    QUARTERS[programme.quarter],
                    course.title,
                    self._when(programme.session),
                    known_words(course.provider, "provider"),
                    amount.people,
                    seats,
                    amount.jp,
                    amount.cost,
                    text("report.remark.seats", count=amount.people - (seats or 0))
                    if full
                    else None,
                )
            )
        return Table.numbered(columns, rows, notes=(text("report.note.totals"),))

    def studies(self, rows: Sequence[Sequence[Cell]]) -> Table:
        """(6) Studies: planned courses of the path pendidikan, one ``akpk.plan_row`` each."""
        known_paths = any(c.path for c in self.catalogue.courses.values())
        notes = []
        if not known_paths:
            notes.append(text("report.missing.paths"))
        elif not rows:
            notes.append(text("report.missing.studies"))
        return Table.numbered(PLANS, rows, notes=notes)

    def is_study(self, row: Row) -> bool:
        """Whether a planned course is a study."""
        return self.catalogue.courses[row.item_code].path == STUDY

    def certificates(self) -> Table:
        """(7) Certificates that posts ask for, and who holds them."""
        columns = (
            column("certificate_name", width=44),
            column("holders_asked", "whole", 16, summed=True),
            column("certificate_valid", "whole", 16, summed=True),
            column("certificate_expires", "whole", 18, summed=True),
            column("certificate_expired", "whole", 16, summed=True),
            column("certificate_none", "whole", 16, summed=True),
        )
        asked: dict[str, list[str]] = {}
        for row in self.dataset.table("job_conditions").to_pylist():
            if row["kind"] == CERTIFICATE:
                asked.setdefault(row["job_code"], []).append(row["value"])
        counts: dict[str, Counter[str]] = {}
        names: dict[str, str] = {}
        for holder in self._holders:
            for name in asked.get(holder.job_code or "", ()):
                key = spelling_key(name)
                names.setdefault(key, name)
                counts.setdefault(key, Counter())[self._certificate(holder, key)] += 1
        rows = [
            (
                names[key],
                count.total(),
                count["valid"] + count["expires"],
                count["expires"],
                count["expired"],
                count["none"],
            )
            for key, count in sorted(counts.items(), key=lambda c: (-c[1].total(), c[0]))
        ]
        notes = []
        if not asked:
            notes.append(text("report.missing.conditions"))
        if not self.dataset.has("certifications"):
            notes.append(text("report.missing.certifications"))
        notes.append(text("report.note.certificate", year=str(self.scope.year)))
        return Table.numbered(columns, rows, notes=notes)

    def retirements(self) -> Table:
        """(8) Who retires in the planned years, by group; where the age is known."""
        years = range(self.scope.year, self.scope.year + YEARS)
        columns = (
            column("group", width=40),
            column("people", "whole", 10, summed=True),
            *(_year_column(y) for y in years),
            column("retirement_unknown", "whole", 16, summed=True),
        )
        found: dict[Group, Counter[int]] = {}
        for holder in self._holders:
            mine = found.setdefault(self._group(holder), Counter())
            mine[0] += 1
            mine[self._retires(holder)] += 1
        rows: list[Sequence[Cell]] = [
            (
                self.offices.name(group),
                found[group][0],
                *(found[group][y] for y in years),
                found[group][_UNKNOWN_YEAR],
            )
            for group in self._in_order(found)
        ]
        return Table.numbered(columns, rows, notes=(text("report.note.retirement"),))

    def successions(self) -> Table:
        """(8) Leading posts that fall vacant by retirement, and how many stand ready for them."""
        sight = self.recorder.sight
        columns = (
            column("job", width=44),
            column("unit", width=36),
            column("retires_on", "day", 18),
            *((column("preparing", "whole", 18),) if sight.next_post else ()),
            *((column(f"ready_{g}", "whole", 12) for g in GROUPS) if sight.candidates else ()),
        )
        rows: list[Sequence[Cell]] = []
        for day, holder in self._leaving:
            preparing = self._preparing.get(holder.job_code or "", 0)
            depth = self._depth.get((holder.unit_code, holder.job_code or ""), {})
            told = bool(holder.job_code)
            rows.append(
                (
                    known_words(holder.job_title, "job"),
                    self.offices.name(holder.unit_code),
                    day,
                    *((preparing if told else text("report.unknown.job"),) * sight.next_post),
                    *((depth.get(group) for group in GROUPS) if sight.candidates else ()),
                )
            )
        notes = [text("report.note.succession")]
        if sight.candidates:
            near, far = (self._limits.months[group] for group in GROUPS[1:])
            notes.append(text("report.note.ready", near=near, far=far))
        return Table.numbered(columns, rows, title=text("report.hcdp.successions"), notes=notes)

    def monitoring(self) -> Table:
        """(9) What the year is measured by: the start, the aim, and room to fill in."""
        aim, year = self.tally.aim, self.scope.year
        columns = (
            column("indicator", width=54),
            column("start", width=18),
            column("aimed", width=18),
            *(column(f"quarter_{q}", width=12) for q in QUARTERS),
            column("remark", width=26),
        )
        blank = [None] * 5
        mean_before, mean_after = (
            None if aim.measured == 0 else round(total / 1000 / aim.measured, 2)
            for total in (aim.milli_before, aim.milli_after)
        )
        least = self.engine.rules.rule("jp.yearly_pns").params["min_jp"]
        lines: list[tuple[Text, Cell, Cell]] = [
            (text("report.indicator.participants"), 0, self.tally.amount.people),
            (
                text("report.indicator.met", jp=least),
                _percent(share(aim.met_before, aim.measured)),
                _percent(share(aim.met_after, aim.measured)),
            ),
            (
                text("report.indicator.mean"),
                known(mean_before, "jp"),
                known(mean_after, "jp"),
            ),
            (text("report.indicator.gaps"), aim.gaps_before, aim.gaps_after),
            (
                text("report.indicator.assessed"),
                _percent(share(aim.assessed, aim.people)),
                text("report.to_be_set"),
            ),
            (text("report.indicator.cost"), 0, self.tally.amount.cost),
            (
                text("report.indicator.evaluated"),
                text("report.to_be_recorded"),
                text("report.to_be_set"),
            ),
        ]
        rows = [(label, _shown(start), _shown(goal), *blank) for label, start, goal in lines]
        notes = (
            text("report.note.monitoring", year=str(year), day=self.engine.as_of),
            text("report.note.jp_target", jp=float(least)),
        )
        return Table.numbered(columns, rows, notes=notes)

    @cached_property
    def _holders(self) -> tuple[Holder, ...]:
        return tuple(self.recorder.holder(e) for e in self.scope.employees)

    def _group(self, holder: Holder) -> Group:
        return self.offices.group_of(holder.unit_code, self.scope.unit)

    def _in_order(self, groups: Iterable[Group]) -> list[Group]:
        return sorted(groups, key=lambda g: (g is None, self.offices.name(g).id))

    @property
    def _priorities(self) -> list[dict[str, Any]]:
        """Priorities in force in the year that concern the scope, weightiest first."""
        begin, end = date(self.scope.year, 1, 1), date(self.scope.year, 12, 31)
        rows = [
            r
            for r in self.dataset.table("priorities").to_pylist()
            if (r["starts_on"] is None or r["starts_on"] <= end)
            and (r["ends_on"] is None or r["ends_on"] >= begin)
            and r["weight"] > 0
            and self._concerns(r["unit_code"])
        ]
        return sorted(rows, key=lambda r: (-r["weight"], r["competency_code"], r["reason"] or ""))

    def _concerns(self, unit: str | None) -> bool:
        """Whether something of a unit is in the scope, or the scope within that unit."""
        own = self.scope.unit
        return unit is None or own is None or self.offices.holds(own, unit) or (
            self.offices.holds(unit, own)
        )  # fmt: skip

    def _when(self, session: str | None) -> Text:
        if session is None or session not in self.catalogue.sessions:
            return text("report.unscheduled")
        return when(self.catalogue.sessions[session])

    @cached_property
    def _certificates(self) -> dict[str, dict[str, list[date | None]]]:
        """Last valid days by person and certificate; ``None`` where it does not expire."""
        found: dict[str, dict[str, list[date | None]]] = {}
        for row in self.dataset.table("certifications").to_pylist():
            mine = found.setdefault(row["employee_id"], {})
            mine.setdefault(spelling_key(row["name"]), []).append(row["expires_on"])
        return found

    def _certificate(self, holder: Holder, key: str) -> str:
        days = self._certificates.get(holder.employee_id, {}).get(key)
        if days is None:
            return "none"
        last = max((d or date.max for d in days), default=date.max)
        if last < self.engine.as_of:
            return "expired"
        return "expires" if last <= date(self.scope.year, 12, 31) else "valid"

    def _retirement(self, holder: Holder) -> date | None:
        """Return the day of retirement where age and birth leave no doubt."""
        row = self.engine.snapshot.people.index.rows[holder.employee_id]
        early, late = self.engine.eligibility.facts.retires_on
        first, last = as_date(early[row]), as_date(late[row])
        return first if first == last else None

    def _retires(self, holder: Holder) -> int:
        day = self._retirement(holder)
        return _UNKNOWN_YEAR if day is None else day.year

    @cached_property
    def _leaving(self) -> tuple[tuple[date, Holder], ...]:
        """Holders of leading posts who retire within the planned years, the next first."""
        last = self.scope.year + YEARS - 1
        found = []
        for holder in self._holders:
            day = self._retirement(holder)
            if _kind_of_post(holder.tier) == "leading" and day is not None and day.year <= last:
                found.append((day, holder))
        return tuple(sorted(found, key=lambda f: (f[0], f[1].job_title or "", f[1].employee_id)))

    @cached_property
    def _depth(self) -> dict[Place, Mapping[Readiness, int]]:
        """How many stand ready for the posts that fall vacant, by the day of readiness."""
        leaving = {holder.employee_id for _, holder in self._leaving}
        posts = [p for p in key_posts(self.engine.snapshot) if leaving & {*p.holders}]
        some = None if self.scope.unit is None else self.scope.employees
        found = succession(self.engine, posts, some, self.progress, self.workers)
        return {(one.post.unit, one.post.job): one.depth for one in found}

    @cached_property
    def _limits(self) -> Limits:
        return Limits.of(self.engine.rules)

    @cached_property
    def _preparing(self) -> dict[str, int]:
        """How many people of the scope have a post as their next one."""
        facts = self.engine.prepared.facts
        codes, rows = self.engine.snapshot.jobs.index.codes, self.engine.snapshot.people.index.rows
        found: Counter[str] = Counter()
        for employee in self.scope.employees:
            following = int(facts.following.row[rows[employee]])
            if 0 <= following < len(codes):
                found[codes[following]] += 1
        return dict(found)


_UNKNOWN_YEAR = -1


def _kind_of_post(tier: str | None) -> str:
    if tier is None:
        return "none"
    if tier == EXECUTIVE:
        return "executive"
    ladder = next(t.ladder for t in reference.tiers() if t.code == tier)
    return "leading" if ladder == LEADING else "functional"


def _year_column(year: int) -> Column:
    return Column(text("report.col.retires_in", year=str(year)), "whole", 12, True)


def _day(day: date | None) -> Text | date:
    return text("report.open_end") if day is None else day


def _percent(value: float | None) -> Text:
    return text("report.unknown.share") if value is None else text("report.percent", value=value)


def _shown(value: Cell) -> Cell:
    """Return an indicator's value as words, for one column holds counts, shares and rupiah."""
    if isinstance(value, int) and not isinstance(value, bool):
        return text("report.whole", value=value)
    return text("report.number", value=value) if isinstance(value, float) else value
