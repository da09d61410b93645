"""Rekap JP: who has how many of the year's learning hours, per unit and by name.

In: an engine, a year and its last day that counts. Out: sheets. Hours are those that were completed
and recorded; what has no day or no hours cannot be counted yet and is listed, not taken for 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from recommender.columns import UNKNOWN
from recommender.eligibility.dates import as_date
from recommender.engine import Engine
from recommender.reports.akpk import known_words
from recommender.reports.records import Holder, Recorder
from recommender.reports.tables import NARROW, WIDE, Cell, Column, Table, column, known, share
from training_data import reference
from training_data.messages import Text, text

NAMES = (
    column("name", width=28),
    column("nip", width=20),
    column("employment", width=12),
    column("unit", width=28),
    column("course", width=34),
    column("completed_on", "day", 16),
    column("form", width=18),
    column("certificate", width=20),
    column("jp", "number", NARROW, summed=True),
    column("verified", width=16),
)


@dataclass(frozen=True)
class Hours:
    """One person's hours.

    Attributes:
        jp: counted; ``None`` where the agency gave no training history.
        unverified: of these, not verified or not said to be.
        rows: rows of the history that are counted.
        open: rows without a day or without hours.
        target: hours asked for; ``None`` where none are.
    """

    holder: Holder
    jp: float | None
    unverified: float
    rows: tuple[int, ...]
    open: tuple[int, ...]
    target: float | None


class JpRecap:
    """The hours of some people in a year until a day.

    Parameters:
        employees: who is counted, in the order of the sheet by name.
        until: the last day that counts.
    """

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        employees: Sequence[str],
        year: int,
        until: date,
    ) -> None:
        self.engine, self.offices = engine, recorder.offices
        self.year, self.until = year, until
        self.history = engine.figure_maker.history
        self.jp = engine.figure_maker.hours.hours
        rules = engine.rules
        self.least = float(rules.rule("jp.yearly_pns").params["min_jp"])
        self.contracts = frozenset(rules.rule("jp.yearly_pppk").params["employment"])
        self.people = tuple(self._hours(recorder.holder(e)) for e in employees)

    def by_unit(self, scope: str | None) -> Table:
        """Return the recap: one line per group."""
        columns = (
            column("group", width=WIDE),
            column("people", "whole", NARROW, summed=True),
            column("pns", "whole", NARROW, summed=True),
            column("pppk", "whole", NARROW, summed=True),
            column("no_employment", "whole", NARROW, summed=True),
            column("jp_none", "whole", NARROW, summed=True),
            Column(text("report.col.jp_some", below=self.least - 1), "whole", NARROW, True),
            Column(text("report.col.jp_enough", jp=self.least), "whole", NARROW, True),
            column("jp_unknown", "whole", NARROW, summed=True),
            column("asked", "whole", NARROW, summed=True),
            column("asked_met", "whole", NARROW, summed=True),
            column("share_met", "percent", NARROW),
            column("jp_total", "number", 11, summed=True),
            column("jp_mean", "number", NARROW),
            column("jp_unverified", "number", 12, summed=True),
            column("rows_open", "whole", 11, summed=True),
        )
        groups: dict[str | None, list[Hours]] = {}
        for person in self.people:
            group = self.offices.group_of(person.holder.unit_code, scope)
            groups.setdefault(group, []).append(person)
        rows = [
            (self.offices.name(group), *self._counts(groups[group]))
            for group in sorted(groups, key=lambda g: (g is None, self.offices.name(g).id))
        ]
        table = Table.numbered(columns, rows, notes=self._notes())
        if not self.people:
            return table
        whole = self._counts(self.people)
        totals = list(table.totals)
        for code in ("share_met", "jp_mean"):
            place = [c.head for c in columns].index(text(f"report.col.{code}"))
            totals[place + 1] = whole[place - 1]
        return Table(table.columns, table.rows, table.title, tuple(totals), table.notes)

    def by_name(self) -> Table:
        """Return every course that is counted, and those that cannot be counted yet, by name."""
        rows: list[Sequence[Cell]] = []
        for person in self.people:
            who = self._who(person.holder)
            for row in person.rows:
                rows.append((*who, *self._course(row), round(float(self.jp[row]), 3),
                             self._verified(row)))  # fmt: skip
            for row in person.open:
                rows.append((*who, *self._course(row), text("report.unknown.jp"),
                             self._verified(row)))  # fmt: skip
            if not person.rows and not person.open:
                nothing = text("report.jp_nothing" if self.history.known else "report.no_history")
                rows.append((*who, nothing, None, None, None, None, None))
        return Table.numbered(NAMES, rows, notes=self._notes())

    def _hours(self, holder: Holder) -> Hours:
        person = self.engine.snapshot.people.index.rows[holder.employee_id]
        first, last = np.datetime64(date(self.year, 1, 1)), np.datetime64(self.until)
        counted, open_ = [], []
        for row in self.history.rows(person):
            day, jp = self.history.day[row], self.jp[row]
            if np.isnat(day) or (first <= day <= last and np.isnan(jp)):
                open_.append(row)
            elif first <= day <= last:
                counted.append(row)
        total = round(sum(float(self.jp[r]) for r in counted), 3)
        loose = round(sum(float(self.jp[r]) for r in counted if self.history.verified[r] != 1), 3)
        return Hours(
            holder,
            total if self.history.known else None,
            loose,
            tuple(counted),
            tuple(open_),
            None if holder.employment in self.contracts else self.least,
        )

    def _counts(self, people: Sequence[Hours]) -> tuple[Cell, ...]:
        hours = [p.jp for p in people if p.jp is not None]
        asked = [p for p in people if p.target is not None and p.jp is not None]
        met = sum(p.jp >= p.target for p in asked if p.jp is not None and p.target is not None)
        contract = sum(p.holder.employment in self.contracts for p in people)
        unknown = sum(p.holder.employment is None for p in people)
        total = round(sum(hours), 3)
        return (
            len(people),
            len(people) - contract - unknown,
            contract,
            unknown,
            sum(h == 0 for h in hours),
            sum(0 < h < self.least for h in hours),
            sum(h >= self.least for h in hours),
            len(people) - len(hours),
            len(asked),
            met,
            known(share(met, len(asked)), "share"),
            total if hours else text("report.unknown.jp"),
            round(total / len(hours), 2) if hours else text("report.unknown.jp"),
            round(sum(p.unverified for p in people), 3) if hours else text("report.unknown.jp"),
            sum(len(p.open) for p in people),
        )

    def _notes(self) -> tuple[Text, ...]:
        notes = [
            text("report.note.jp_until", day=self.until),
            text("report.note.jp_target", jp=self.least),
            text("report.note.jp_open"),
        ]
        if not self.history.known:
            notes.append(text("report.no_history"))
        return tuple(notes)

    def _who(self, holder: Holder) -> tuple[Cell, ...]:
        employment = holder.employment
        return (
            known_words(holder.name, "name"),
            known_words(holder.nip, "nip"),
            reference.label("employment", employment)
            if employment
            else text("report.unknown.employment"),
            self.offices.name(holder.unit_code),
        )

    def _course(self, row: int) -> tuple[Cell, ...]:
        history, form = self.history, int(self.history.form[row])
        return (
            history.titles[row],
            as_date(history.day[row]) or text("report.unknown.day"),
            reference.label("form", reference.choices("form")[form])
            if form >= 0
            else text("report.unknown.form"),
            history.certificates[row] or text("report.unknown.certificate"),
        )

    def _verified(self, row: int) -> Cell:
        states = {1: "yes", 0: "no", UNKNOWN: "unstated"}
        return text(f"report.verified.{states[int(self.history.verified[row])]}")


def last_day(year: int, quarter: int, as_of: date) -> date:
    """Return the last day that counts: of the quarter, but not after today."""
    ends = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}
    return min(date(year, *ends[quarter]), as_of)
