"""Stage 2 of effects: which trainings, all of them, lie between both assessments of a pair.

In: ``Pairs`` and completed dated trainings. Out: ``Exposures``: one entry per pair and training
that claims the pair's competency, by day. Each of several trainings between is an entry of its
own, so that none gets what another one did.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.columns import MILLI
from recommender.effects.pairs import YEAR, Floats, Pairs, Rows
from recommender.entities import STATUSES
from recommender.snapshot import Snapshot

_DAYS = 1 << 22
"""More days than there are between years 0 and 9999."""


@dataclass(frozen=True)
class Exposures:
    """Trainings between two assessments, ordered by pair and day.

    Attributes:
        pair: place in ``Pairs``.
        training: row in the catalogue.
        low, high: levels claimed, on the five-level scale.
        after: years from the first assessment to the training.
        position: how many trainings of the pair came before it.
    """

    pair: Rows
    training: Rows
    low: Floats
    high: Floats
    after: Floats
    position: Rows

    def __len__(self) -> int:
        return len(self.pair)

    @classmethod
    def of(cls, snapshot: Snapshot, pairs: Pairs) -> Exposures:
        """Find what was completed after the first assessment and not after the second."""
        events, trainings = snapshot.events, snapshot.trainings
        day = events.at.astype("datetime64[D]")
        done = (events.status == STATUSES.index("completed")) & ~np.isnat(day)
        took = np.flatnonzero(done)
        order = np.argsort(trainings.outcome_training, kind="stable")
        owner = trainings.outcome_training[order]
        first = np.searchsorted(owner, events.training[took], side="left")
        count = np.searchsorted(owner, events.training[took], side="right") - first
        event = np.repeat(took, count)
        outcome = order[_ranges(first, count)]
        competency = trainings.outcome_competency[outcome].astype(np.int64)
        n = max(len(snapshot.competencies), 1)
        key = (events.employee[event].astype(np.int64) * n + competency) * _DAYS + day[
            event
        ].astype(np.int64)
        by_key = np.lexsort((outcome, key))
        key, outcome = key[by_key], outcome[by_key]
        own = (pairs.person * n + pairs.competency) * _DAYS
        begin = np.searchsorted(key, own + pairs.start, side="right")
        number = np.searchsorted(key, own + pairs.end, side="right") - begin
        pair = np.repeat(np.arange(len(pairs)), number)
        entry = _ranges(begin, number)
        found = outcome[entry]
        scale = pairs.scale[pair]
        return cls(
            pair,
            trainings.outcome_training[found].astype(np.int64),
            trainings.outcome_from[found] / MILLI * scale,
            trainings.outcome_to[found] / MILLI * scale,
            (key[entry] % _DAYS - pairs.start[pair]) / YEAR,
            entry - np.repeat(begin, number),
        )


def _ranges(start: Rows, counts: Rows) -> Rows:
    """Concatenate ``start[i] … start[i] + counts[i] − 1``."""
    ends = np.cumsum(counts)
    size = int(ends[-1]) if len(ends) else 0
    entries: Rows = np.arange(size) + np.repeat(start - (ends - counts), counts)
    return entries
