"""What may not be suggested to whom, by classes of people and of items.

In: what each gate refuses (``Refusal``). Out: ``Mask``, as kernels read it. A matrix of people ×
items would cost more than the ranking itself; rules speak of few kinds of people and few kinds of
items, and of single pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints


@dataclass(frozen=True)
class Classes:
    """Which classes of people are refused which classes of items.

    Attributes:
        refused: bool ``[n_person_classes, n_item_classes]``.
        person: class of each person, int32 ``[n_people]``.
        item: classes of each item, int32 ``[n_slots, n_items]``; where one of them is refused, the
            item is.
    """

    refused: NDArray[np.bool_]
    person: Ints
    item: Ints


@dataclass(frozen=True)
class Pairs:
    """Single pairs: positions of people and rows of items, int64 of equal length."""

    person: NDArray[np.int64]
    item: NDArray[np.int64]

    @classmethod
    def join(cls, parts: Sequence[Pairs]) -> Pairs:
        """Lay pairs one after the other."""
        none = [np.zeros(0, np.int64)]
        return cls(
            np.concatenate(none + [p.person for p in parts]),
            np.concatenate(none + [p.item for p in parts]),
        )

    def part(self, wanted: NDArray[np.bool_]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.person[wanted], self.item[wanted])

    def by_person(self, n_people: int, n_items: int) -> tuple[NDArray[np.int64], Ints]:
        """Return the distinct items of each person, ascending, and where each person's begin."""
        width = max(n_items, 1)
        key = np.unique(self.person * width + self.item)
        start = np.searchsorted(key, np.arange(n_people + 1, dtype=np.int64) * width)
        return start.astype(np.int64), (key % width).astype(np.int32)


NO_PAIRS = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True)
class Refusal:
    """What one rule refuses some people.

    Attributes:
        classes: refused by class.
        closed: refused beside these.
        exempt: not refused by this rule, whatever ``classes`` says.
    """

    classes: tuple[Classes, ...] = ()
    closed: Pairs = NO_PAIRS
    exempt: Pairs = NO_PAIRS

    def counted(self, n_people: int, n_items: int) -> NDArray[np.int64]:
        """Return how many items are refused each person, int64 ``[n_people]``."""
        found = self._counted_by_class(n_people, n_items)
        for pairs, sign in ((self.closed, 1), (self.exempt, -1)):
            start, item = pairs.by_person(n_people, n_items)
            person = np.repeat(np.arange(n_people), np.diff(start))
            changed = self._by_class(person, item) == (sign < 0)
            found += sign * np.bincount(person[changed], minlength=n_people)
        return found

    def _counted_by_class(self, n_people: int, n_items: int) -> NDArray[np.int64]:
        if not self.classes:
            return np.zeros(n_people, np.int64)
        if len(self.classes) == 1 and len(self.classes[0].item) == 1:
            (one,) = self.classes
            items = np.bincount(one.item[0], minlength=one.refused.shape[1])
            found: NDArray[np.int64] = (one.refused @ items)[one.person]
            return found
        allowed = Mask(n_people, n_items, self.classes).allowed(np.arange(n_people))
        refused: NDArray[np.int64] = (~allowed).sum(axis=1)
        return refused

    def _by_class(self, person: NDArray[np.int64], item: Ints) -> NDArray[np.bool_]:
        """Return of each pair whether a class refuses it."""
        found = np.zeros(len(person), bool)
        for one in self.classes:
            for slot in one.item:
                found |= one.refused[one.person[person], slot[item]]
        return found


@dataclass(frozen=True)
class Mask:
    """What may be suggested to whom: what no class refuses, less ``closed``, plus ``opened``.

    Attributes:
        closed, opened: single pairs, of which none is in both.
    """

    n_people: int
    n_items: int
    classes: tuple[Classes, ...] = ()
    closed: Pairs = NO_PAIRS
    opened: Pairs = NO_PAIRS

    def allowed(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return what some people may get, bool ``[len(rows), n_items]``."""
        found = np.ones((len(rows), self.n_items), bool)
        for one in self.classes:
            refused = one.refused[one.person[rows]]
            for item in one.item:
                found &= ~refused[:, item]
        for pairs, value in ((self.closed, False), (self.opened, True)):
            start, item = pairs.by_person(self.n_people, self.n_items)
            count = start[rows + 1] - start[rows]
            line = np.repeat(np.arange(len(rows)), count)
            within = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
            found[line, item[start[rows][line] + within]] = value
        return found

    def of_item(self, item: int) -> NDArray[np.bool_]:
        """Return who may get one item, bool ``[n_people]``."""
        found = np.ones(self.n_people, bool)
        for one in self.classes:
            refused = np.any(one.refused[:, one.item[:, item]], axis=1)
            found &= ~refused[one.person]
        for pairs, value in ((self.closed, False), (self.opened, True)):
            found[pairs.person[pairs.item == item]] = value
        return found


class ItemsOf:
    """Items that go with some numbers, such as the next levels of each post.

    Parameters:
        items: number → its items; ``n``: numbers are below this.
        n_items: rows of items are below this.
    """

    def __init__(self, items: Mapping[int, Sequence[int]], n: int, n_items: int) -> None:
        self._width = max(n_items, 1)
        number = np.repeat(np.array(list(items), np.int64), [len(i) for i in items.values()])
        item = np.array([i for some in items.values() for i in some], np.int64)
        self._key = np.unique(number * self._width + item)
        self._start = np.searchsorted(self._key, np.arange(n + 1, dtype=np.int64) * self._width)

    def pairs(self, numbers: Ints) -> Pairs:
        """Return every place of ``numbers`` with each of its items; a negative number has none."""
        there = np.flatnonzero(numbers >= 0)
        low = self._start[numbers[there]]
        count = self._start[numbers[there] + 1] - low
        place = np.repeat(there, count)
        within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        return Pairs(
            place.astype(np.int64), self._key[np.repeat(low, count) + within] % self._width
        )

    def hold(self, numbers: Ints, items: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return of each number and item whether the item is one of the number's."""
        if len(self._key) == 0:
            return np.zeros(len(numbers), bool)
        key = numbers.astype(np.int64) * self._width + items
        place = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        return np.asarray((self._key[place] == key) & (numbers >= 0), bool)
