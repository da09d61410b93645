"""Completed trainings row by row: when, in which form, how many hours, and whether verified.

In: the snapshot's training history and catalogue. Out: ``History``, as arrays. What the history
does not say of a row is taken from the catalogue, by code or by the exact title.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Days, Ints, choice, days, floats
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.lists import spelling_key


@dataclass(frozen=True)
class History:
    """Completed trainings of known people, ordered by person, then as in the table.

    Attributes:
        known: the agency gave a training history at all.
        employee: row of the person.
        training: row of the catalogue, −1 not in it.
        day, started: days, NaT unknown.
        form: position in ``reference.choices("form")``, −1 unknown.
        hours: as recorded, NaN not recorded.
        verified: 1 yes, 0 no, −1 not said.
        titles: as recorded, else the catalogue's, else the code.
        certificates: numbers, ``None`` not recorded.
        start: int64 ``[n_people + 1]``; person p holds rows ``start[p]:start[p + 1]``.
    """

    known: bool
    employee: Ints
    training: Ints
    day: Days
    started: Days
    form: Ints
    hours: NDArray[np.float64]
    verified: Ints
    titles: tuple[str, ...]
    certificates: tuple[str | None, ...]
    start: NDArray[np.int64]

    @classmethod
    def of(cls, snapshot: Snapshot) -> History:
        """Read the history of the snapshot."""
        table = snapshot.dataset.table("training_history")
        done = pc.equal(pc.fill_null(table["status"], "completed"), "completed")
        table = table.filter(done)
        employee = snapshot.people.index.lookup(table["employee_id"])
        order = np.argsort(employee, kind="stable")
        order = order[employee[order] >= 0]
        table = table.take(pa.array(order))
        employee, training = employee[order], _trainings(snapshot, table)
        catalogue = snapshot.trainings
        form = choice(table["form"], reference.choices("form"))
        form = np.where(form >= 0, form, np.append(catalogue.form, np.int32(UNKNOWN))[training])
        flags = pc.fill_null(pc.cast(table["verified"], pa.int8()), UNKNOWN)
        titles = (*catalogue.titles, "")
        given = zip(
            table["title"].to_pylist(), training, table["training_code"].to_pylist(), strict=True
        )
        return cls(
            snapshot.dataset.has("training_history"),
            employee,
            training,
            days(table["completed_on"]),
            days(table["started_on"]),
            form.astype(np.int32),
            floats(table["hours"]),
            np.asarray(flags.to_numpy(), np.int32),
            tuple(title or titles[row] or code or "" for title, row, code in given),
            tuple(table["certificate_no"].to_pylist()),
            np.searchsorted(employee, np.arange(len(snapshot.people) + 1)).astype(np.int64),
        )

    def rows(self, person: int) -> range:
        """Return a person's rows."""
        return range(int(self.start[person]), int(self.start[person + 1]))


def _trainings(snapshot: Snapshot, table: pa.Table) -> Ints:
    """Return the catalogue row of each history row, by code, else by its exact title."""
    index = snapshot.trainings.index.lookup(table["training_code"])
    by_title: dict[str, int] = {}
    for row, title in enumerate(snapshot.trainings.titles):
        by_title.setdefault(spelling_key(title), row)
    titles = table["title"].combine_chunks().dictionary_encode()
    if isinstance(titles, pa.ChunkedArray):
        titles = titles.combine_chunks()
    named = [
        UNKNOWN if title is None else by_title.get(spelling_key(title), UNKNOWN)
        for title in titles.dictionary.to_pylist()
    ]
    place = np.asarray(pc.fill_null(titles.indices, len(named)).to_numpy(), np.int64)
    found = np.array([*named, UNKNOWN], np.int32)[place]
    uncoded = np.asarray(table["training_code"].is_null().to_numpy(), bool)
    return np.where(uncoded, found, index).astype(np.int32)
