"""Stage 7: the best k of the items that rules allow, ordered on whole numbers.

Ties go to the smaller item code, which is the smaller row number. The order of people, the size
of a block and the number of workers change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.results import Kind, Outcome
from recommender.similarity.gaps import Micro

OUTCOMES: tuple[Outcome, ...] = ("lolos", "perlu_verifikasi", "tidak_lolos")
"""Outcome by the gates' number: pass 0, verify 1, fail 2."""
FORBIDDEN = 2
REASONS = 3

_HIGHEST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Picks:
    """The chosen items of a block of people, ordered by person and rank.

    Attributes:
        person: position in the block; ``item``: row of the item; ``rank``: 1-based.
        micro: score in micro-points.
        outcome: 0 pass, 1 verify.
    """

    person: NDArray[np.int64]
    item: NDArray[np.int64]
    rank: NDArray[np.int64]
    micro: Micro
    outcome: NDArray[np.uint8]

    def part(self, chosen: NDArray[np.int64]) -> Picks:
        """Return some of the picks."""
        return Picks(
            self.person[chosen],
            self.item[chosen],
            self.rank[chosen],
            self.micro[chosen],
            self.outcome[chosen],
        )


def top(scores: Micro, outcomes: NDArray[np.uint8], k: int) -> Picks:
    """Return the best ``k`` allowed items per person.

    Parameters:
        scores: int64 ``[n_people, n_items]``.
        outcomes: uint8 of the same shape; 2 forbids.
    """
    n_people, n_items = scores.shape
    if n_items == 0 or n_people == 0 or k < 1:
        none = np.zeros(0, np.int64)
        return Picks(none, none, none, none, np.zeros(0, np.uint8))
    # One distinct key per item, the smaller the better: score first, then the smaller row. It
    # holds both, so whole keys are parted and sorted and nothing is looked up by place.
    key = np.arange(n_items) - scores * n_items
    key[outcomes >= FORBIDDEN] = _HIGHEST
    if k < n_items:
        key.partition(k - 1, axis=1)
    key = np.sort(key[:, :k], axis=1)
    person, place = np.nonzero(key < _HIGHEST)
    chosen = key[person, place]
    item = chosen % n_items
    return Picks(person, item, place + 1, (item - chosen) // n_items, outcomes[person, item])


@dataclass(frozen=True)
class Parts:
    """What the scores of picks are made of; the micro-points of a pick sum to its score.

    Attributes:
        pick: position in ``Picks``; ``term``: position in ``names``.
        subject: row of what the part is about (its meaning depends on the term), −1 none.
        micro: micro-points, may be 0 where a part explains why there are none.
        names: the terms' names.
    """

    pick: NDArray[np.int64]
    term: NDArray[np.int64]
    subject: NDArray[np.int64]
    micro: Micro
    names: tuple[str, ...]

    @classmethod
    def join(cls, parts: list[Parts]) -> Parts:
        """Concatenate and order: by pick, largest absolute points first, then term, subject."""
        pick = np.concatenate([p.pick for p in parts])
        term = np.concatenate([p.term for p in parts])
        subject = np.concatenate([p.subject for p in parts])
        micro = np.concatenate([p.micro for p in parts])
        order = np.lexsort((subject, term, -np.abs(micro), pick))
        return cls(pick[order], term[order], subject[order], micro[order], parts[0].names)


@dataclass(frozen=True)
class Row:
    """One line of a published ranking."""

    employee_id: str
    kind: Kind
    item_code: str
    rank: int
    micro: int
    eligibility: Outcome
    reasons: str


@dataclass(frozen=True)
class Ranking:
    """Lists of one kind for many people, ordered by employee id and rank.

    Attributes:
        lines: one per suggestion.
        empty: people without any line → rule that forbids most of what there is.
    """

    kind: Kind
    lines: tuple[Row, ...]
    empty: dict[str, str]

    def rows(self) -> Iterator[Row]:
        """Yield the lines in order."""
        yield from self.lines


def decimal(micro: int) -> str:
    """Return micro-points as text with six decimals, exactly."""
    sign = "-" if micro < 0 else ""
    whole, rest = divmod(abs(int(micro)), 1_000_000)
    return f"{sign}{whole}.{rest:06d}"
