"""The other direction: the best people for one item, by the same scores and the same gates."""

from __future__ import annotations

import numpy as np

from recommender.advice import Advice
from recommender.block import Rows, blocks
from recommender.rank import FORBIDDEN
from recommender.results import Candidate, Kind

WIDE_BLOCK = 4096
"""People scored at a time where one item alone is scored."""


def candidates(
    advice: Advice, kind: Kind, item: int, people: Rows, *, k: int, first: int
) -> list[Candidate]:
    """Return the best people for one item; ties by employee id.

    Parameters:
        people: rows of the people compared; ranks are among them.
        first: how many of the best to leave out.
    """
    scoring = advice.scoring
    rows, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    column = np.array([item], np.int32)
    alone = scoring.scorer(kind).only(column)
    for block in blocks(people, WIDE_BLOCK):
        outcomes = scoring.eligibility.gates(kind).outcomes(block, column)[:, 0]
        allowed = block[outcomes < FORBIDDEN]
        rows.append(allowed)
        scores.append(scoring.scores(alone, allowed)[:, 0])
    found, micro = np.concatenate(rows), np.concatenate(scores)
    order = np.lexsort((found, -micro))[first : first + k]
    return [
        _candidate(advice, kind, int(found[i]), item, place)
        for place, i in enumerate(order, first + 1)
    ]


def open_to(advice: Advice, kind: Kind, item: int, people: Rows) -> Rows:
    """Return the rows of those among ``people`` whom no rule keeps from an item."""
    gates, column = advice.scoring.eligibility.gates(kind), np.array([item], np.int32)
    found = [
        block[gates.outcomes(block, column)[:, 0] < FORBIDDEN]
        for block in blocks(people, WIDE_BLOCK)
    ]
    return np.concatenate([np.zeros(0, np.int64), *found])


def _candidate(advice: Advice, kind: Kind, person: int, item: int, place: int) -> Candidate:
    block = advice.scoring.block(kind, np.array([person]))
    found = advice.placed(block, np.array([item]), np.array([place]))[0]
    ids = advice.scoring.prepared.facts.snapshot.people.index.codes
    return Candidate(ids[person], place, found.micro or 0, found.eligibility, found.reasons)
