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
    # The same person twice per competency, once at each end, scored as one block.
    people = scoring.prepared.facts.learners(np.repeat(row, 2 * len(found)))
    levels = people.levels.copy()
    for place, worth in enumerate(found):
        c = snapshot.competencies.rows[worth.competency_code]
        low = 0.0 if worth.low is None else worth.low
        high = int(snapshot.max_level[c]) / MILLI if worth.high is None else worth.high
        levels[2 * place : 2 * place + 2, c] = round(low * MILLI), round(high * MILLI)
    scores = total(scoring.prepared.trainings.terms(replace(people, levels=levels)))
    gates = scoring.eligibility.training
    closed = np.where(gates.scheduled(row), np.uint8(FORBIDDEN), gates.outcomes(row))
    picks = top(scores, np.repeat(closed, len(scores), axis=0), first)
    lists = [picks.item[picks.person == place].tolist() for place in range(len(scores))]
    ends = zip(found, lists[::2], lists[1::2], strict=True)
    return tuple(worth.moving(at_low != at_high, first) for worth, at_low, at_high in ends)
