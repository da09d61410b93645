"""What is worth assessing next, in words: for one person, and whom to assess first among many.

In: prepared facts and ``Estimates``. Out: ``Worth`` rows, the most useful first. The value is the
expected absolute change, by weight, of the gaps on the present and the next post.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.columns import MILLI
from recommender.estimate.expected import WHY, Expected, expected
from recommender.estimate.levels import Estimates
from recommender.estimate.sources import Rows
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.pipeline import Prepared

PER_PERSON = 3
"""Competencies named of one person."""

_BLOCK = 512
"""People looked at at a time; changes memory and speed, never an answer."""


@dataclass(frozen=True)
class Worth:
    """One competency of one person, or of several, that is worth assessing.

    Attributes:
        value: expected change of the weighed gaps, in levels × weight.
        why: unknown, gate, stale or interval.
        low, high: the interval of the level; ``None`` where unknown.
        moves: whether the first trainings differ between its ends; ``None`` where not tried.
    """

    employee_id: str
    competency_code: str
    name: str
    value: float
    why: str
    low: float | None
    high: float | None
    reason: Text
    moves: bool | None = None

    def moving(self, moves: bool, first: int) -> Worth:
        """Return the row with what was found of the first trainings, also in words."""
        if not moves:
            return replace(self, moves=False)
        more = text("estimate.moves", count=first)
        both = Text(f"{self.reason.id} {more.id}", f"{self.reason.en} {more.en}")
        return replace(self, moves=True, reason=both)

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {**vars(self), "reason": self.reason.as_dict()}


def assess_next(
    prepared: Prepared, estimates: Estimates, person: int, k: int = PER_PERSON
) -> tuple[Worth, ...]:
    """Return the competencies whose assessment would change most, ties by code."""
    found = expected(prepared, estimates, np.array([person], np.int64))
    return _worded(prepared, found.best_of_each(k))


def assess_first(
    prepared: Prepared, estimates: Estimates, people: Rows, k: int
) -> tuple[Worth, ...]:
    """Return whom to assess first, and in what; ties by employee id, then by code.

    Parameters:
        people: rows, ascending.
        k: how many pairs; at most ``PER_PERSON`` of one person.
    """
    best = expected(prepared, estimates, people[:0])
    for start in range(0, len(people), _BLOCK):
        block = expected(prepared, estimates, people[start : start + _BLOCK])
        both = zip(vars(best).values(), vars(block.best_of_each(PER_PERSON)).values(), strict=True)
        joined = Expected(*(np.concatenate(columns) for columns in both))
        best = joined.take(np.argsort(-joined.value, kind="stable")[:k])
    return _worded(prepared, best)


def _worded(prepared: Prepared, found: Expected) -> tuple[Worth, ...]:
    snapshot = prepared.facts.snapshot
    rows = []
    columns = (column.tolist() for column in vars(found).values())
    for person, c, value, why, required, low, high in zip(*columns, strict=True):
        name = snapshot.competency_names[c]
        least, most = (None, None) if np.isnan(low) else (low, high)
        short = [None if end is None else round(end, 1) for end in (least, most)]
        said = {"name": name, "low": short[0], "high": short[1], "required": required / MILLI}
        rows.append(
            Worth(
                snapshot.people.index.codes[person],
                snapshot.competencies.codes[c],
                name,
                value,
                WHY[why],
                least,
                most,
                text(f"estimate.{WHY[why]}", **said),
            )
        )
    return tuple(rows)
