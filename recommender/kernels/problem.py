"""What a kernel is asked: whole-number tables and small vectors per person and per item.

In: levels, standards, outcomes, shared rows, one's own history and masks. Out: ``Problem``. Its
score of a pair is the sum, in micro-points, of

* the *gap*: per outcome of the item, the person's points for it, each rounded (``gaps``);
* the *priority*: the same for the city's needs;
* the *effect*: the item's share of the two gaps, rounded;
* *shared rows*: any number of table rows per person (of the post, of the kind of history …);
* *own*: sparse points that the person's own history gives;
* *alike*: the root of a product of vectors, weighed and rounded;
* the item's *constant*.

Everything is rounded half to even where it is made; what is added are whole numbers, so no order
of adding shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.masks import Mask
from recommender.results import MICRO
from recommender.similarity.gaps import Micro, Outcomes, StepLimits

LARGEST = 2**31 - 1
"""Scores within this are added in 32 bits."""


@dataclass(frozen=True)
class Distinct:
    """The distinct outcomes of a catalogue, and which of them each item has.

    Attributes:
        start: outcomes of competency ``c`` are ``start[c]:start[c + 1]``.
        low, high: milli-levels, ordered by competency, low, high.
        outcome: those of item ``i`` are ``outcome[item_start[i]:item_start[i + 1]]``.
    """

    start: NDArray[np.int64]
    low: Ints
    high: Ints
    item_start: NDArray[np.int64]
    outcome: Ints

    @classmethod
    def of(cls, n_items: int, n_competencies: int, groups: Sequence[Outcomes]) -> Distinct:
        """Number the distinct outcomes of a catalogue, given by competency."""
        none = np.zeros(0, np.int32)
        item = np.concatenate([none, *(g.training for g in groups)])
        low = np.concatenate([none, *(g.low for g in groups)])
        high = np.concatenate([none, *(g.high for g in groups)])
        competency = np.repeat(
            np.array([g.competency for g in groups], np.int64), [len(g.training) for g in groups]
        )
        triples = np.stack([competency, low, high], axis=1).astype(np.int64)
        kinds, number = np.unique(triples, axis=0, return_inverse=True)
        order = np.lexsort((number.ravel(), item))
        return cls(
            np.searchsorted(kinds[:, 0], np.arange(n_competencies + 1)).astype(np.int64),
            kinds[:, 1].astype(np.int32),
            kinds[:, 2].astype(np.int32),
            np.searchsorted(item[order], np.arange(n_items + 1)).astype(np.int64),
            number.ravel()[order].astype(np.int32),
        )

    @property
    def competency(self) -> Ints:
        """Competency of each distinct outcome."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start)).astype(np.int32)


@dataclass(frozen=True)
class Gap:
    """What people lack for their posts.

    Attributes:
        levels: milli-levels ``[n_people, n_competencies]``, −1 unknown.
        required, weight: milli-levels, −1 not asked, and milli-weights ``[n_standards,
            n_competencies]``.
        now, following: rows of the present and the next standard, −1 none.
        now_scale, next_scale: micro-points per milli-weight × milli-level; 0 is off.
    """

    levels: Ints
    required: Ints
    weight: Ints
    now: Ints
    following: Ints
    limits: StepLimits
    now_scale: float
    next_scale: float


@dataclass(frozen=True)
class Needs:
    """The city's needs: milli-weights by competency, shared by all people of a row.

    Attributes:
        weight: int64 ``[n_rows, n_competencies]``; ``row``: the row of each person.
        scale: micro-points per milli-weight × milli-level; 0 is off.
    """

    weight: NDArray[np.int64]
    row: Ints
    scale: float


@dataclass(frozen=True)
class Shared:
    """Rows of points that many people share.

    Attributes:
        table: micro-points ``[n_rows, n_items]``.
        row: rows of each person ``[n_people, n_shared]``, −1 none; all of them count.
        most: no number of the table is further from 0, where that is known.
    """

    table: NDArray[np.integer]
    row: Ints
    most: int | None = None

    @classmethod
    def none(cls, n_people: int, n_items: int) -> Shared:
        """No row for anybody."""
        return cls(np.zeros((0, n_items), np.int32), np.zeros((n_people, 0), np.int32))

    @cached_property
    def largest(self) -> int:
        """A number that none of the table is further from 0 than."""
        return int(_most(self.table)) if self.most is None else self.most

    def beside(self) -> Ints:
        """Return who had better lie side by side: those whose first row is one and the same."""
        return self.row[:, 0] if self.row.shape[1] else np.zeros(len(self.row), np.int32)


@dataclass(frozen=True)
class Sparse:
    """Items of each person, ascending: ``item[start[p]:start[p + 1]]``, with micro-points."""

    start: NDArray[np.int64]
    item: Ints
    micro: Micro

    @classmethod
    def none(cls, n_people: int) -> Sparse:
        """No item for anybody."""
        return cls(np.zeros(n_people + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))


@dataclass(frozen=True)
class Alike:
    """Likeness to one's own past: ``weight × √(max(profile · vector, 0) / unit)``.

    Attributes:
        profile: int64 ``[n_people, n_dimensions]``; ``vector``: the same per item. No product of
            theirs reaches 2⁵³.
        weight: points per person.
    """

    profile: NDArray[np.int64]
    vector: NDArray[np.int64]
    weight: NDArray[np.float64]
    unit: float

    @classmethod
    def none(cls, n_people: int, n_items: int) -> Alike:
        """Nobody is alike to anything."""
        profile, vector = np.zeros((n_people, 0), np.int64), np.zeros((n_items, 0), np.int64)
        return cls(profile, vector, np.zeros(n_people), 1.0)

    def most(self) -> NDArray[np.float64]:
        """Return micro-points that nothing gives a person more of, whatever the item."""
        longest = _lengths(self.vector).max(initial=0.0)
        root = np.sqrt(_lengths(self.profile) * longest / self.unit)
        most = np.ceil(root * np.abs(self.weight) * MICRO * (1 + 1e-9)) + 1
        return np.where((root > 0) & (self.weight != 0), most, 0.0)


@dataclass(frozen=True)
class Problem:
    """One question to a kernel; see the module for the score.

    Attributes:
        effect: the item's share of the gaps, float64 ``[n_items]``.
        constant: micro-points per item.
        beside: people of the same number may get much the same items: they had better lie side
            by side. No answer depends on it.
    """

    n_people: int
    n_items: int
    distinct: Distinct
    gap: Gap
    needs: Needs
    effect: NDArray[np.float64]
    shared: Shared
    own: Sparse
    alike: Alike
    constant: Micro
    mask: Mask
    beside: Ints

    def bound(self) -> float:
        """Return micro-points that no sum of any part of a score exceeds."""
        d, gap = self.distinct, self.gap
        length = float((d.high - d.low).max(initial=0))
        outcomes = float(np.diff(d.item_start).max(initial=0))
        weight = float(np.abs(gap.weight).max(initial=0))
        scale = abs(gap.now_scale) + abs(gap.next_scale)
        gaps = outcomes * (length * weight * scale + 2)
        need = float(np.abs(self.needs.weight).max(initial=0)) * abs(self.needs.scale) * length
        return float(
            gaps * (1 + np.abs(self.effect).max(initial=0))
            + outcomes * (need + 1)
            + self.shared.row.shape[1] * self.shared.largest
            + _most(self.own.micro)
            + self.alike.most().max(initial=0.0)
            + _most(self.constant)
            + 4
        )


@dataclass(frozen=True)
class Best:
    """The best items of each person, best first.

    Attributes:
        item: int32 ``[n_people, k]``, −1 where there are no more.
        micro: their scores.
    """

    item: Ints
    micro: Micro


def _most(values: NDArray[np.integer]) -> float:
    return float(max(abs(int(values.min(initial=0))), abs(int(values.max(initial=0)))))


def _lengths(vectors: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=1)))
