"""Daftar panjang calon: the people named for vacancies filled together, a sheet per vacancy.

In: an engine and who was named for which vacancy. Out: a ``Report`` by rank seniority, never by a
score, with empty columns in which the panel writes what it thinks of each person and why. Its rows
find back to vacancy and person by two columns of their own, whatever else is moved on the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.engine import Engine
from recommender.reports.akpk import known_words
from recommender.reports.named import CHOICE, REASON, REF, VACANCY, Listed, Vacant
from recommender.reports.panel import Panel, since
from recommender.reports.records import Recorder
from recommender.reports.sight import Sight
from recommender.reports.tables import Cell, Column, Report, Sheet, Table, column, joined
from training_data.messages import Text, text

KIND = "calon-panjang"
AT_LEAST = 3
"""So many names a list has at least."""


def long_list(engine: Engine, vacant: Sequence[Vacant], sight: Sight) -> Report:
    """Return the list, a confidential sheet per vacancy.

    Parameters:
        sight: what is not for the reader has no column at all.
    """
    recorder = Recorder(engine, sight)
    maker = _Maker(engine, recorder, Panel(engine, sight), sight)
    title = text("report.calon-panjang.title")
    return Report(
        KIND,
        title,
        engine.as_of,
        tuple(
            Sheet(
                Text(one.code, one.code),
                (title, Text(one.title, one.title), text("report.calon-panjang.of", code=one.code)),
                (maker.table(one),),
                secret=True,
            )
            for one in vacant
        ),
    )


class _Maker:
    """Makes the tables for one reader."""

    def __init__(self, engine: Engine, recorder: Recorder, panel: Panel, sight: Sight) -> None:
        self.engine, self.recorder, self.panel, self.sight = engine, recorder, panel, sight
        self.rows = engine.snapshot.people.index.rows

    def table(self, vacant: Vacant) -> Table:
        people = [one for one in vacant.people if one.employee_id in self.rows]
        people.sort(key=lambda one: self.panel.seniority(self.rows[one.employee_id]))
        notes = [text("report.calon-panjang.fill"), text("report.note.seniority")]
        if len(people) < AT_LEAST:
            notes.insert(0, text("report.note.few", least=AT_LEAST))
        notes.append(text("report.note.material"))
        columns = [head for head, _ in self._cells(vacant.code, None)]
        rows = [[cell for _, cell in self._cells(vacant.code, one)] for one in people]
        return Table.numbered(columns, rows, notes=notes)

    def _cells(self, code: str, one: Listed | None) -> list[tuple[Column, Cell]]:
        """Return headings and cells of one person; of nobody the headings alone."""
        shown = self._known(one) if one is not None else {}
        heads = [
            VACANCY,
            REF,
            column("name", width=28),
            column("nip", width=20),
            column("grade_since", width=22),
            column("job_since", width=26),
            column("unit", width=26),
        ]
        if self.sight.levels:
            heads.append(column("readiness", width=20))
        if self.sight.performance:
            heads.append(column("ratings", width=16))
        if self.sight.talent:
            heads.append(column("box", width=17))
        if self.sight.service_left:
            heads.append(column("retirement", width=16))
        heads += [column("proposal", width=22), CHOICE, REASON]
        found = {VACANCY.head: code, REF.head: None if one is None else one.ref, **shown}
        return [(head, found.get(head.head)) for head in heads]

    def _known(self, one: Listed) -> dict[Text, Cell]:
        row, holder = self.rows[one.employee_id], self.recorder.holder(one.employee_id)
        people = self.engine.snapshot.people
        return {
            text("report.col.name"): known_words(holder.name, "name"),
            text("report.col.nip"): known_words(holder.nip, "nip"),
            text("report.col.grade_since"): since(
                known_words(holder.grade, "grade"), people.grade_since[row]
            ),
            text("report.col.job_since"): since(
                known_words(holder.job_title, "job"), people.job_since[row]
            ),
            text("report.col.unit"): self.recorder.offices.name(holder.unit_code),
            text("report.col.readiness"): _ready(one),
            text("report.col.ratings"): self.panel.ratings(row),
            text("report.col.box"): self.panel.box(row),
            text("report.col.retirement"): self.panel.retirement(row),
            text("report.col.proposal"): _proposal(one),
        }


def _ready(one: Listed) -> Cell:
    if one.ready is None:
        return None
    said = text(f"succession.group.{one.ready}")
    if one.ready_on is None or one.ready == "now":
        return said
    return text("pages.posts.ready_on", ready=said, day=one.ready_on)


def _proposal(one: Listed) -> Cell:
    parts = []
    if one.chosen:
        parts.append(text("pages.allocate.together"))
    elif one.elsewhere:
        parts.append(text("pages.posts.elsewhere"))
    if one.confirm:
        parts.append(text("pages.verdict.verify"))
    return joined(parts) if parts else None
