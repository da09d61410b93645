"""Stage 1 of effects: assessments of one person and competency become pairs, before and after.

In: the snapshot's competency scores. Out: ``Pairs``, one per two assessments that follow each
other. Rows without a day have no before and after and stay out. Levels are on a five-level scale,
so that competencies with other scales are measured alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import MILLI, days
from recommender.snapshot import Snapshot
from training_data import reference

SCALE = 5.0
YEAR = 365.25

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Two assessments that follow each other; every array has one entry per pair.

    Attributes:
        person, competency: row numbers.
        before, after: levels seen, on the five-level scale.
        source_before, source_after: position in ``score_source``, the last one for none.
        start, end: days since 1970; the first assessment and the second.
        previous: place of the pair that ends where this one starts, −1 none.
        asked: level the present post asks on the five-level scale, −1 not asked.
        scale: five-level units per level of the competency.
    """

    person: Rows
    competency: Rows
    before: Floats
    after: Floats
    source_before: Rows
    source_after: Rows
    start: Rows
    end: Rows
    previous: Rows
    asked: Floats
    scale: Floats

    def __len__(self) -> int:
        return len(self.person)

    @property
    def years(self) -> Floats:
        """Years between both assessments."""
        return np.asarray((self.end - self.start) / YEAR)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Pairs:
        """Pair what is dated; of several assessments on one day the most trusted source counts."""
        table = snapshot.dataset.table("competency_scores")
        person = snapshot.people.index.lookup(table["employee_id"]).astype(np.int64)
        competency = snapshot.competencies.lookup(table["competency_code"]).astype(np.int64)
        day = days(table["assessed_on"])
        names = reference.choices("score_source")
        found = pc.index_in(table["source"], value_set=pa.array(names, pa.string()))
        source = np.asarray(pc.fill_null(found, len(names)).to_numpy(), np.int64)
        level = np.asarray(pc.fill_null(table["level"], float("nan")).to_numpy(), np.float64)
        number = day.astype(np.int64)
        use = np.flatnonzero((person >= 0) & (competency >= 0) & ~np.isnat(day) & ~np.isnan(level))
        pair = person * max(len(snapshot.competencies), 1) + competency
        # Sources stand in the order of trust: of one day the first one stays.
        rows = use[np.lexsort((level[use], source[use], number[use], pair[use]))]
        fresh = np.ones(len(rows), bool)
        fresh[1:] = (np.diff(pair[rows]) != 0) | (np.diff(number[rows]) != 0)
        rows = rows[fresh]
        person, competency, source = person[rows], competency[rows], source[rows]
        level, number, pair = level[rows], number[rows], pair[rows]
        first = np.flatnonzero(pair[1:] == pair[:-1])
        place = np.full(len(pair), -1, np.int64)
        place[first + 1] = np.arange(len(first))
        scale = SCALE * MILLI / np.maximum(snapshot.max_level[competency], 1)
        job = snapshot.people.job[person[first]]
        required = snapshot.jobs.required
        asked = np.full(len(first), -1.0)
        held = np.flatnonzero(job >= 0)
        asked[held] = required[job[held], competency[first[held]]] / MILLI
        asked = np.where(asked > 0, asked * scale[first], -1.0)
        return cls(
            person[first],
            competency[first],
            level[first] * scale[first],
            level[first + 1] * scale[first],
            source[first],
            source[first + 1],
            number[first],
            number[first + 1],
            place[first],
            asked,
            scale[first],
        )
