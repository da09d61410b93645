"""Whether knowing a level better would change what is suggested: both ends are tried out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.block import Rows, Scoring, total
from recommender.columns import MILLI
from recommender.estimate.worth import Worth
from recommender.rank import FORBIDDEN, top


def tried(scoring: Scoring, row: Rows, found: tuple[Worth, ...], first: int) -> tuple[Worth, ...]:
    """Return the rows with whether the first trainings differ between the ends of the interval.

    Parameters:
        row: the person's row, of shape ``[1]``.
        first: how many trainings of the list are compared.
    """
    snapshot = scoring.prepared.facts.snapshot
    if not found or not len(snapshot.trainings):
        return found
    gates = scoring.eligibility.training
    closed = np.where(gates.scheduled(row), np.uint8(FORBIDDEN), gates.outcomes(row))
    people = scoring.prepared.facts.learners(row)

    def best(competency: int, level: float) -> list[int]:
        levels = people.levels.copy()
        levels[0, competency] = round(level * MILLI)
        scores = total(scoring.prepared.trainings.terms(replace(people, levels=levels)))
        items: list[int] = top(scores, closed, first).item.tolist()
        return items

    rows = []
    for worth in found:
        c = snapshot.competencies.rows[worth.competency_code]
        low = 0.0 if worth.low is None else worth.low
        high = int(snapshot.max_level[c]) / MILLI if worth.high is None else worth.high
        rows.append(worth.moving(best(c, low) != best(c, high), first))
    return tuple(rows)
