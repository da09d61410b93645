"""Daftar belum dinilai / kedaluwarsa: whose competencies nobody knows any more, by unit and name.

In: an engine and people. Out: tables. A person is counted once, by what holds of the nine
competencies together: all valid, some, none any more, or none ever; the totals by unit are the
lines by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommender.engine import Engine
from recommender.figures.assessment import Finding
from recommender.reports.akpk import known_words
from recommender.reports.records import Holder, Recorder
from recommender.reports.tables import NARROW, WIDE, Cell, Table, column, joined, share
from training_data import reference
from training_data.messages import Text, text

STATES = ("valid", "partly", "expired", "none")
"""As in the filters of the search (``recommender.overview.ASSESSMENT``)."""

UNITS = (
    column("group", width=44),
    column("people", "whole", 12, summed=True),
    *(column(f"assessed.{state}", "whole", 14, summed=True) for state in STATES),
    column("listed", "whole", 14, summed=True),
    column("share_valid", "percent", 12),
)

NAMES = (
    column("name", width=28),
    column("nip", width=20),
    column("grade", width=22),
    column("job", width=28),
    column("unit", width=28),
    column("state", width=24),
    column("assessed_last", "day", 16),
    column("assessed_until", "day", 16),
    column("not_assessed", "whole", NARROW),
    column("expired", "whole", NARROW),
    column("which", width=WIDE),
)


@dataclass(frozen=True)
class Assessed:
    """What is known of one person.

    Attributes:
        state: one of ``STATES``.
        last, until: day of the newest assessment, and the first last valid day.
        missing, over: the competencies that were never validly assessed, and those no longer valid.
    """

    holder: Holder
    state: str
    last: date | None
    until: date | None
    missing: tuple[Finding, ...]
    over: tuple[Finding, ...]


class NotAssessed:
    """The assessments of some people.

    Parameters:
        employees: who is looked at, in the order of the sheet by name.
    """

    def __init__(self, engine: Engine, recorder: Recorder, employees: Sequence[str]) -> None:
        self.offices = recorder.offices
        self.assessments = engine.figure_maker.assessments
        self.names = {c.code: c.name for c in reference.competencies()}
        rows = engine.snapshot.people.index.rows
        self.people = tuple(self._one(recorder.holder(e), rows[e]) for e in employees)

    def by_unit(self, scope: str | None) -> Table:
        """Return how many there are of each state: one line per group."""
        groups: dict[str | None, Counter[str]] = {}
        for person in self.people:
            group = self.offices.group_of(person.holder.unit_code, scope)
            groups.setdefault(group, Counter())[person.state] += 1
        rows = [
            (self.offices.name(group), *_counts(groups[group]))
            for group in sorted(groups, key=lambda g: (g is None, self.offices.name(g).id))
        ]
        table = Table.numbered(UNITS, rows, notes=self._notes())
        if not self.people:
            return table
        whole = _counts(Counter(person.state for person in self.people))
        totals = (*table.totals[:-1], whole[-1])
        return Table(table.columns, table.rows, table.title, totals, table.notes)

    def by_name(self) -> Table:
        """Return everybody whose assessment is not wholly valid."""
        rows = [self._row(person) for person in self.people if person.state != "valid"]
        notes = self._notes()
        if not rows:
            notes = (text("report.belum-dinilai.nobody"), *notes)
        return Table.numbered(NAMES, rows, notes=notes)

    def _one(self, holder: Holder, row: int) -> Assessed:
        found = self.assessments.findings(row)
        valid = [f for f in found if f.state == "valid"]
        over = tuple(f for f in found if f.state == "expired")
        dated = [f.day for f in (*valid, *over) if f.day is not None]
        ends = [f.until for f in (*valid, *over) if f.until is not None]
        state = "none"
        if len(valid) == len(found):
            state = "valid"
        elif valid:
            state = "partly"
        elif over:
            state = "expired"
        missing = tuple(f for f in found if f.state not in ("valid", "expired"))
        return Assessed(
            holder, state, max(dated, default=None), min(ends, default=None), missing, over
        )

    def _row(self, person: Assessed) -> tuple[Cell, ...]:
        holder = person.holder
        return (
            known_words(holder.name, "name"),
            known_words(holder.nip, "nip"),
            known_words(holder.grade, "grade"),
            known_words(holder.job_title, "job"),
            self.offices.name(holder.unit_code),
            text(f"report.assessed.{person.state}"),
            person.last,
            person.until,
            len(person.missing),
            len(person.over),
            self._which(person),
        )

    def _which(self, person: Assessed) -> Text | None:
        """Name the competencies, unless they are all of them."""
        named = [self._name(f) for f in (*person.missing, *person.over)]
        if len(named) == len(self.assessments.codes):
            return text("report.assessed.all")
        return joined(named, ", ") if named else None

    def _name(self, finding: Finding) -> Text:
        name = self.names.get(finding.code, Text(finding.code, finding.code))
        return text("report.assessed.over", name=name) if finding.state == "expired" else name

    def _notes(self) -> tuple[Text, ...]:
        years = int(self.assessments.rule.params["years"])
        return (
            text("report.note.assessed", count=len(self.assessments.codes), years=years),
            text("report.note.assessed_sources"),
        )


def _counts(states: Counter[str]) -> tuple[Cell, ...]:
    people = sum(states.values())
    return (
        people,
        *(states[state] for state in STATES),
        people - states["valid"],
        share(states["valid"], people),
    )
