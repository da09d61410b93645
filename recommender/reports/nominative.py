"""Daftar nominatif usulan peserta: the people whose plan holds a training or one of its sessions.

In: records, a training and, where one is meant, a session. Out: a ``Sheet``. Who comes first is
said by fixed grounds: already registered, a must-have gap, the size of the gap, then the id; the
seats of the session divide the list into participants and reserves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from recommender.eligibility.dates import as_date
from recommender.engine import Engine
from recommender.errors import UnknownItem
from recommender.plan.results import LevelChange, Row
from recommender.plan.wording import when
from recommender.reports.akpk import known_words
from recommender.reports.catalogue import Catalogue
from recommender.reports.records import Record, Recorder
from recommender.reports.tables import WIDE, Cell, Column, Sheet, Signer, Table, column, joined
from training_data import reference
from training_data.messages import Text, text

RELATED = 3
"""So many related trainings are named."""

_BEFORE = (
    column("full_name", width=WIDE),
    column("nip", width=20),
    column("grade", width=20),
    column("job", width=26),
    column("unit", width=26),
    column("education", width=20),
    column("developed", width=24),
    column("level_required", width=14),
)

_AFTER = (
    column("related", width=28),
    column("verification", width=20),
    column("place", width=12),
    column("remark", width=20),
)


@dataclass(frozen=True)
class Wanted:
    """What participants are wanted for.

    Attributes:
        session: code of a session; ``None`` for any session of the training.
    """

    training: str
    session: str | None

    @classmethod
    def of(cls, engine: Engine, code: str) -> Wanted:
        """Return what a code stands for: a session, else a training.

        Raises:
            UnknownItem: it is neither, or the session can no longer be joined.
        """
        offers, trainings = engine.planner.offers, engine.snapshot.trainings.index
        if code in offers.of_code:
            return cls(trainings.codes[offers.of_code[code][0]], code)
        if code in trainings.rows:
            return cls(code, None)
        raise UnknownItem("No coming session and no training has this code.")

    def holds(self, row: Row) -> bool:
        """Whether a row of a plan is meant."""
        same = row.item_code == self.training
        return same and (self.session is None or row.session_code == self.session)


def proposed(records: Iterable[Record], wanted: Wanted) -> list[tuple[Record, Row]]:
    """Return who plans the training, in the order of the list."""
    found = [(record, row) for record in records for row in record.plan.rows if wanted.holds(row)]
    return sorted(found, key=lambda pair: _order(*pair))


def sheet(
    found: Sequence[tuple[Record, Row]],
    engine: Engine,
    recorder: Recorder,
    catalogue: Catalogue,
    wanted: Wanted,
    signer: Signer,
) -> Sheet:
    """Return the list of proposed participants."""
    status = _nominated(engine, wanted)
    seats = catalogue.seats.get(wanted.session or "")
    rows: list[Sequence[Cell]] = [
        _row(place, record, row, engine, recorder, wanted, seats, status)
        for place, (record, row) in enumerate(found, 1)
    ]
    notes = [text("report.note.order")]
    if seats is not None:
        notes.append(text("report.note.seats", seats=seats))
    elif wanted.session is None:
        notes.append(text("report.note.any_session"))
    else:
        notes.append(text("report.note.no_seats"))
    if not rows:
        notes.insert(0, text("report.note.nobody"))
    course = catalogue.courses[wanted.training]
    jp_year = Column(text("report.col.jp_year", year=str(engine.as_of.year)), "number", 11)
    title = [text("report.nominatif.title"), Text(course.title, course.title)]
    if wanted.session is not None and wanted.session in catalogue.sessions:
        title.append(when(catalogue.sessions[wanted.session]))
    return Sheet(
        text("report.nominatif.tab"),
        tuple(title),
        (Table.numbered((*_BEFORE, jp_year, *_AFTER), rows, notes=notes),),
        (signer,),
        numbered=True,
    )


def _order(record: Record, row: Row) -> tuple[object, ...]:
    need = record.served(row)
    gap = sum(c.closes_now for c in row.changes)
    later = sum(c.closes_next for c in row.changes)
    priority = need.priority if need else 4
    return (not row.committed, priority, -gap, -later, record.holder.employee_id.encode())


def _row(
    place: int,
    record: Record,
    row: Row,
    engine: Engine,
    recorder: Recorder,
    wanted: Wanted,
    seats: int | None,
    status: Mapping[str, str],
) -> tuple[Cell, ...]:
    holder = record.holder
    person = engine.snapshot.people.index.rows[holder.employee_id]
    hours = engine.planner.hours(person, engine.as_of.year)
    nomination = status.get(holder.employee_id)
    return (
        known_words(holder.name, "name"),
        known_words(holder.nip, "nip"),
        known_words(holder.grade, "grade"),
        known_words(holder.job_title, "job"),
        recorder.offices.name(holder.unit_code),
        holder.education or text("report.unknown.education"),
        joined([c.name for c in row.changes]) if row.changes else row.fields.competency,
        joined([_levels(c) for c in row.changes]) if row.changes else None,
        hours.recorded if hours.known else text("report.unknown.jp"),
        _related(engine, record, wanted),
        reference.label("nomination_status", nomination) if nomination else _verification(row),
        _place(place, nomination, seats),
        _remark(row),
    )


def _levels(change: LevelChange) -> Text:
    asked = change.now if change.closes_now > 0 else change.next or change.now
    if asked is None:
        return text("report.level_alone", level=change.before)
    return text("report.level_of", level=change.before, required=asked)


def _verification(row: Row) -> Text:
    return text(f"report.rules.{row.eligibility}")


def _place(place: int, nomination: str | None, seats: int | None) -> Text:
    if nomination == "cadangan":
        return text("report.place.reserve")
    if seats is None:
        return text("report.place.open")
    return text("report.place.main" if place <= seats else "report.place.reserve")


def _remark(row: Row) -> Text | None:
    notes = [n for n in row.notes if n == text("plan.note.confidential")]
    if row.committed:
        notes.append(text("report.status.committed"))
    return joined(notes) if notes else None


def _nominated(engine: Engine, wanted: Wanted) -> dict[str, str]:
    """Return the status of those who were nominated for the session already."""
    table = engine.snapshot.dataset.table("nominations")
    rows = table.select(["employee_id", "session_code", "status"]).to_pylist()
    return {r["employee_id"]: r["status"] for r in rows if r["session_code"] == wanted.session}


def _related(engine: Engine, record: Record, wanted: Wanted) -> Cell:
    """Return completed trainings that develop one of the same competencies, newest first."""
    history, trainings = engine.figure_maker.history, engine.snapshot.trainings
    if not history.known:
        return text("report.unknown.history")
    outcomes = engine.planner.offers.outcomes
    own = {c for c, _, _ in outcomes[trainings.index.rows[wanted.training]]}
    person = engine.snapshot.people.index.rows[record.holder.employee_id]
    rows = [
        r
        for r in history.rows(person)
        if history.training[r] >= 0 and own & {c for c, _, _ in outcomes[int(history.training[r])]}
    ]
    dated = sorted(((as_date(history.day[r]), history.titles[r]) for r in rows), key=_newest)
    named = [f"{title} ({day.year})" if day else title for day, title in dated[:RELATED]]
    return "; ".join(named) if named else text("report.none")


def _newest(course: tuple[date | None, str]) -> tuple[int, str]:
    day, title = course
    return (-day.toordinal() if day else 0, title)
