"""Stages 7 and 8 for a block of people: the lines of their lists, as they are published."""

from __future__ import annotations

import numpy as np

from recommender.block import Rows, Scoring
from recommender.explain import Explainer
from recommender.rank import OUTCOMES, Row, reason_codes
from recommender.results import Kind

Ranked = tuple[list[Row], dict[str, str]]
"""The lines of a block, and per person without any line the rule that decides it."""


def rank_block(scoring: Scoring, explainer: Explainer, kind: Kind, rows: Rows, k: int) -> Ranked:
    """Rank one block of people: its lines, and who has none and by which rule."""
    block = scoring.block(kind, rows)
    picks = block.best(k)
    parts = scoring.parts(block, picks)
    reasons = reason_codes(parts, len(picks.item), explainer.subjects(kind))
    ids = scoring.prepared.facts.snapshot.people.index.codes
    codes = scoring.index(kind).codes
    lines = [
        Row(ids[rows[person]], kind, codes[item], rank, micro, OUTCOMES[outcome], reason)
        for person, item, rank, micro, outcome, reason in zip(
            picks.person.tolist(),
            picks.item.tolist(),
            picks.rank.tolist(),
            picks.micro.tolist(),
            picks.outcome.tolist(),
            reasons,
            strict=True,
        )
    ]
    none = np.setdiff1d(np.arange(len(rows)), picks.person)
    rules = scoring.eligibility.deciding(kind, rows[none])
    return lines, {ids[rows[i]]: rule for i, rule in zip(none, rules, strict=True)}
