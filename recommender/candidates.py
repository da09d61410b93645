"""The other direction: the best people for one item, by the same scores and the same gates."""

from __future__ import annotations

import numpy as np

from recommender.advice import Advice
from recommender.block import Rows, blocks
from recommender.masks import Mask
from recommender.rank import Picks
from recommender.results import Candidate, Kind

WIDE_BLOCK = 4096
"""People scored at a time where one item alone is scored."""


def candidates(
    advice: Advice, mask: Mask, kind: Kind, item: int, people: Rows, *, k: int, first: int
) -> list[Candidate]:
    """Return the best people for one item; ties by employee id.

    Parameters:
        mask: what may be ranked for ``people``.
        people: rows of the people compared; ranks are among them.
        first: how many of the best to leave out.
    """
    scoring = advice.scoring
    allowed = people[mask.of_item(item)]
    alone = scoring.scorer(kind).only(np.array([item], np.int32))
    scored = [scoring.scores(alone, block)[:, 0] for block in blocks(allowed, WIDE_BLOCK)]
    micro = np.concatenate([np.zeros(0, np.int64), *scored])
    order = np.lexsort((allowed, -micro))[first : first + k]
    if len(order) == 0:
        return []
    block = scoring.block(kind, allowed[order])
    place = np.arange(len(order))
    items = np.full(len(order), item, np.int64)
    outcome = block.gates.of_pairs(block.rows, items)
    picks = Picks(place, items, place + first + 1, micro[order], outcome)
    ids = scoring.prepared.facts.snapshot.people.index.codes
    explained = advice.items(block, picks)
    return [Candidate(ids[row], found) for row, found in zip(block.rows, explained, strict=True)]
