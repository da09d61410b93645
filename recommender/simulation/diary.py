"""What HR writes down of the simulated months: histories, answers and assessments, as tables.

In: the ground and the months that have ended. Out: the dataset as the office knows it. Nothing
else of the world gets out: true levels, tastes and reasons that nobody gave stay unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender.simulation.ground import Ground, month_begins, month_ends
from recommender.simulation.world import ACTIONS, IGNORED, REASONS, SOURCES, Courses, Month
from training_data.dataset import Dataset
from training_data.schema import TABLES

ANSWERED = 14
"""Day of a month, counted from its first, on which people answer."""

Ints = NDArray[np.int64]


class Diary:
    """Keeps the months of one policy."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._history: list[pa.Table] = []
        self._scores: list[pa.Table] = []
        self._feedback: list[pa.Table] = []
        self._open: dict[tuple[int, int], datetime] = {}

    def write(self, month: Month, endorsed: bool) -> None:
        """Write a month down; what begins is registered until it ends."""
        ended = month_ends(self.ground.start, month.number)
        begun = _moment(month_begins(self.ground.start, month.number))
        answered = begun + timedelta(days=ANSWERED)
        for pair in _pairs(month.begun):
            self._open[pair] = answered
        self._history.append(self._ended(month.ended, _moment(ended)))
        seen = month.assessed
        self._scores.append(
            self._table(
                "competency_scores",
                employee_id=_of(self.ground.employees, seen.person),
                competency_code=_of(self.ground.competencies, seen.competency),
                assessed_on=[_moment(ended)] * len(seen.person),
                source=_of(SOURCES, seen.source),
                level=seen.level.tolist(),
            )
        )
        said = month.answers.action != IGNORED
        person, item = month.answers.person, month.answers.item
        action, reason = month.answers.action[said], month.answers.reason[said]
        self._answer(person[said], item[said], answered, _of(ACTIONS, action), reason)
        if endorsed:
            nothing = np.full(len(person), -1)
            self._answer(person, item, begun, ["endorsed"] * len(person), nothing)

    def dataset(self) -> Dataset:
        """Return what is known when the months written down have ended."""
        base = self.ground.dataset
        open_ = sorted(self._open.items())
        registered = self._taken(
            np.array([person for (person, _), _ in open_], np.int64),
            np.array([item for (_, item), _ in open_], np.int64),
            [begun for _, begun in open_],
            [None] * len(open_),
            ["registered"] * len(open_),
        )
        added = {
            "training_history": [*self._history, registered],
            "competency_scores": self._scores,
            "feedback": self._feedback,
        }
        return base.replace(
            **{
                name: pa.concat_tables([_plain(base, name), *parts])
                for name, parts in added.items()
                if any(part.num_rows for part in parts)
            }
        )

    def _ended(self, courses: Courses, day: datetime) -> pa.Table:
        begun = [self._open.pop(pair) for pair in _pairs(courses)]
        status = ["completed" if done else "withdrawn" for done in courses.completed.tolist()]
        return self._taken(courses.person, courses.item, begun, [day] * len(begun), status)

    def _taken(
        self,
        person: Ints,
        item: Ints,
        begun: Sequence[datetime],
        ended: Sequence[datetime | None],
        status: Sequence[str],
    ) -> pa.Table:
        hours = self.ground.hours[item].tolist()
        return self._table(
            "training_history",
            employee_id=_of(self.ground.employees, person),
            training_code=_of(self.ground.trainings, item),
            started_on=list(begun),
            completed_on=list(ended),
            status=list(status),
            hours=[h if s == "completed" else None for h, s in zip(hours, status, strict=True)],
        )

    def _answer(
        self, person: Ints, item: Ints, at: datetime, action: Sequence[str], reason: Ints
    ) -> None:
        self._feedback.append(
            self._table(
                "feedback",
                employee_id=_of(self.ground.employees, person),
                kind=["training"] * len(person),
                item_code=_of(self.ground.trainings, item),
                at=[at] * len(person),
                action=list(action),
                reason_code=[REASONS[r] if r >= 0 else None for r in reason.tolist()],
            )
        )

    def _table(self, name: str, **columns: Sequence[object]) -> pa.Table:
        schema = TABLES[name].arrow_schema
        rows = len(columns["employee_id"])
        return pa.Table.from_arrays(
            [
                pa.array(columns[field.name], type=field.type)
                if field.name in columns
                else pa.nulls(rows, field.type)
                for field in schema
            ],
            schema=schema,
        )


def _of(codes: Sequence[str], rows: Ints) -> list[str]:
    return [codes[row] for row in rows.tolist()]


def _pairs(courses: Courses) -> list[tuple[int, int]]:
    return list(zip(courses.person.tolist(), courses.item.tolist(), strict=True))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())


def _plain(base: Dataset, name: str) -> pa.Table:
    """Return a table with the contract's columns only, in their order."""
    return base.table(name).select(TABLES[name].arrow_schema.names)
