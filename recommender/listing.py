"""Stages 7 and 8 for a block of people: the lines of their lists, as they are published.

In: a block of people. Out: ``Ranked``, column by column, so that nothing is made line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from recommender.block import Rows, Scoring
from recommender.explain import Explainer
from recommender.rank import OUTCOMES, REASONS, Row
from recommender.results import Kind

LINES = pa.schema(
    [
        ("employee_id", pa.string()),
        ("item_code", pa.string()),
        ("rank", pa.int32()),
        ("micro", pa.int64()),
        ("eligibility", pa.string()),
        ("reasons", pa.string()),
    ]
)
WITHOUT = pa.schema([("employee_id", pa.string()), ("rule", pa.string())])

_OUTCOMES = pa.array(OUTCOMES)


@dataclass(frozen=True)
class Ranked:
    """The lists of some people, ordered by employee id and rank.

    Attributes:
        kind: what is suggested.
        people: how many people, with lines and without.
        lines: one row per suggestion, in the schema ``LINES``; ``micro`` is the score.
        without: people without any line, with the rule that decides it, in ``WITHOUT``.
    """

    kind: Kind
    people: int
    lines: pa.Table
    without: pa.Table

    @classmethod
    def nobody(cls, kind: Kind) -> Ranked:
        """Return the lists of nobody."""
        return cls(kind, 0, LINES.empty_table(), WITHOUT.empty_table())

    def rows(self) -> Iterator[Row]:
        """Yield the lines one by one."""
        columns = [column.to_pylist() for column in self.lines.columns]
        for employee, *rest in zip(*columns, strict=True):
            yield Row(employee, self.kind, *rest)

    def empty(self) -> dict[str, str]:
        """Return people without any line → the rule that decides it."""
        return dict(zip(*(column.to_pylist() for column in self.without.columns), strict=True))


def rank_block(scoring: Scoring, explainer: Explainer, kind: Kind, rows: Rows, k: int) -> Ranked:
    """Rank one block of people: its lines, and who has none and by which rule."""
    block = scoring.block(kind, rows)
    picks = block.best(k)
    parts = scoring.parts(block, picks, REASONS)
    ids = scoring.prepared.facts.snapshot.people.index.array
    lines = [
        ids.take(pa.array(rows[picks.person])),
        scoring.index(kind).array.take(pa.array(picks.item)),
        pa.array(picks.rank.astype(np.int32)),
        pa.array(picks.micro.astype(np.int64)),
        _OUTCOMES.take(pa.array(picks.outcome)),
        explainer.reason_texts(kind).of(parts, len(picks.item)),
    ]
    some = np.zeros(len(rows), bool)
    some[picks.person] = True
    nobody = rows[~some]
    rules = list(scoring.eligibility.deciding(kind, nobody))
    return Ranked(
        kind,
        len(rows),
        pa.Table.from_arrays(lines, schema=LINES),
        pa.Table.from_arrays(
            [ids.take(pa.array(nobody)), pa.array(rules, pa.string())], schema=WITHOUT
        ),
    )
