"""Daftar usulan peserta: the seats an allocation proposes, per department, for signature.

In: an engine and the seats. Out: a ``Sheet`` per department (PD) with the reasons of each seat
beside each name: what the suggestion rests on, most points first. Nobody's points stand there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from recommender.engine import Engine
from recommender.plan.wording import when
from recommender.reports.akpk import known_words
from recommender.reports.catalogue import Catalogue
from recommender.reports.records import Holder, Recorder, by_name
from recommender.reports.tables import WIDE, Cell, Sheet, Signer, Table, column, joined
from recommender.results import GapRow, Item, Term
from training_data.messages import Text, entries, text

REASONS = 3
"""So many grounds stand beside a name."""
LEVELS, NEXT_POST, SOON = "gap_now", "gap_next", "fresh"

COLUMNS = (
    column("full_name", width=WIDE),
    column("nip", width=20),
    column("grade", width=18),
    column("job", width=26),
    column("unit", width=26),
    column("course", width=30),
    column("schedule", width=24),
    column("seat_reason", width=40),
    column("cost", "rupiah", 16, summed=True),
    column("remark", width=18),
)


@dataclass(frozen=True)
class Given:
    """One seat: whom, in which session, and what it costs in rupiah."""

    employee_id: str
    session: str
    training: str
    cost: int


class SeatLists:
    """The proposal of seats, department by department.

    Parameters:
        seats: of the people who are listed.
        allocation: number of the proposal.
        tell: told of done and total people.
    """

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        catalogue: Catalogue,
        seats: Iterable[Given],
        allocation: int,
        tell: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self.engine, self.recorder, self.catalogue = engine, recorder, catalogue
        self.allocation, self.tell = allocation, tell
        known = (one for one in seats if engine.has_employee(one.employee_id))
        self.seats = tuple(sorted(known, key=self._order))
        self.people = len({one.employee_id for one in self.seats})

    def sheets(self, signer: Callable[[str | None], Signer]) -> list[Sheet]:
        """Return a sheet per department; one that says so where nobody has a seat.

        Parameters:
            signer: who signs for a department.
        """
        offices = self.recorder.offices
        groups: dict[str | None, list[Given]] = {}
        for one in self.seats:
            pd = offices.pd_of(self.recorder.holder(one.employee_id).unit_code)
            groups.setdefault(pd, []).append(one)
        found, done = [], 0
        for pd in sorted(groups, key=lambda unit: (offices.name(unit).id, unit or "")):
            rows = []
            for one in groups[pd]:
                rows.append(self._row(one))
                done += 1
                self.tell(done, len(self.seats))
            found.append(self._sheet(offices.name(pd), rows, signer(pd)))
        return found or [self._sheet(text("report.whole_agency"), [], signer(None))]

    def _sheet(self, name: Text, rows: Sequence[Sequence[Cell]], signer: Signer) -> Sheet:
        notes = [text("report.usulan.note")] if rows else [text("report.note.nobody")]
        title = (
            text("report.usulan.title"),
            name,
            text("report.usulan.of", number=str(self.allocation)),
        )
        signers = (Signer(text("report.sign.academy")), signer)
        blocks = (Table.numbered(COLUMNS, rows, notes=notes),)
        return Sheet(name, title, blocks, signers, numbered=True)

    def _order(self, one: Given) -> tuple[object, ...]:
        session = self.catalogue.sessions.get(one.session)
        begin = None if session is None else session.begin
        by_unit = self._by_name(self.recorder.holder(one.employee_id))
        return (begin is None, begin.toordinal() if begin else 0, one.session, by_unit)

    @cached_property
    def _by_name(self) -> Callable[[Holder], tuple[str, ...]]:
        return by_name(self.recorder.offices)

    def _row(self, one: Given) -> tuple[Cell, ...]:
        holder = self.recorder.holder(one.employee_id)
        course = self.catalogue.courses.get(one.training)
        session = self.catalogue.sessions.get(one.session)
        title = one.training if course is None else course.title
        return (
            known_words(holder.name, "name"),
            known_words(holder.nip, "nip"),
            known_words(holder.grade, "grade"),
            known_words(holder.job_title, "job"),
            self.recorder.offices.name(holder.unit_code),
            f"{title}\n{one.session}",
            text("report.usulan.undated") if session is None else when(session),
            self._why(holder, one),
            one.cost,
            None,
        )

    def _why(self, holder: Holder, one: Given) -> Text:
        """Return the grounds of a suggestion; a seat without any was settled before."""
        if one.training not in self.engine.snapshot.trainings.index.rows:
            return text("report.usulan.settled")
        item = self.engine.explain(holder.employee_id, one.training, "training")
        grounds = [self._ground(term, self._levels(holder)) for term in _best(item)]
        return joined(grounds) if grounds else text("report.usulan.settled")

    def _levels(self, holder: Holder) -> dict[str, GapRow]:
        if holder.job_code is None or not self.recorder.sight.levels:
            return {}
        standard = self.engine.gaps(holder.employee_id).now
        return {} if standard is None else {row.competency_code: row for row in standard.rows}

    def _ground(self, term: Term, levels: dict[str, GapRow]) -> Text:
        """Return one ground in a few words, as a list says it of somebody else."""
        sight = self.recorder.sight
        names = self.catalogue.competencies
        if term.name == NEXT_POST and not sight.next_post:
            return text("report.usulan.relevant")
        if term.name in (LEVELS, NEXT_POST) and term.subject in names:
            name, row = names[term.subject][0], levels.get(term.subject)
            if term.name == LEVELS and row is not None and row.level is not None:
                return text("report.usulan.gap", name=name, level=row.level, required=row.required)
            return text(f"report.usulan.{term.name}", name=name)
        code = f"term.{term.name}"
        return text(code if code in entries() else "report.usulan.relevant")


def _best(item: Item) -> list[Term]:
    """Return what speaks most for an item, one ground per kind and competency."""
    order = sorted(item.terms, key=lambda term: (-term.micro, term.name, term.subject))
    found = [term for term in order if term.micro > 0]
    # A session soon is a ground only where there is no other.
    return [term for term in found if term.name != SOON][:REASONS] or found[:1]
