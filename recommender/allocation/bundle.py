"""The exact programme of one person: the best few sessions at given points, by branch and bound.

In: the person's pairs with their points and what is left of seats, budgets and quotas. Out: the
best set. One source: numba compiles it where it is installed; else Python runs it as it stands,
and the answer is the same whole numbers.

Points are scaled micro-points less prices. A set is worth the sum of its points plus
``hour_value · min(target, hours)``. Pairs are tried by *potential*, points plus what their
hours can bring at most, so two bounds hold for whatever may still be added: one potential of each
class of pairs that exclude each other, and the best points plus the whole of the target.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
F = TypeVar("F", bound=Callable[..., Any])

DEEPEST = 16
"""Courses of one person that are ever looked at together, beside locked ones."""

NODES = 20_000
"""Sets of one person that are looked at; hardly anybody has so many that could be best."""


def _compiled(function: F) -> F:
    try:
        from numba import njit

        return cast(F, njit(cache=True, nogil=True)(function))
    except (ImportError, RuntimeError):  # RuntimeError: no folder to keep compiled code in
        return function


class Layout(NamedTuple):
    """What never changes while a problem is solved; see ``problem``.

    Rows are what people share: seats of each session, then budgets, then quotas.
    """

    start: Array
    session: Array
    cost: Array
    budget_row: Array
    quota_start: Array
    quota_row: Array
    locked: Array
    needed: Array
    needs_start: Array
    needs_item: Array
    item: Array
    begin: Array
    end: Array
    hours: Array
    most: Array
    target: Array


class Work(NamedTuple):
    """Room for one search; ``[most pairs of a person + 1]`` each, ``best`` and ``size`` answers."""

    pair: Array
    points: Array
    potential: Array
    after: Array
    most: Array
    peak: Array
    chosen: Array
    next: Array
    best: Array


def work_for(layout: Layout) -> Work:
    """Return room for the person with the most pairs."""
    widest = int(np.diff(layout.start).max(initial=0)) + DEEPEST + 2
    return Work(*(np.zeros(widest, np.int64) for _ in Work._fields))


@_compiled
def _apart(c: Layout, one: int, other: int) -> bool:
    """Return whether nobody can have both pairs: the same item, or a day they share."""
    s, t = c.session[one], c.session[other]
    if c.item[s] == c.item[t]:
        return True
    dated = c.begin[s] >= 0 and c.begin[t] >= 0
    return bool(dated and c.begin[s] <= c.end[t] and c.begin[t] <= c.end[s])


@_compiled
def _apart_from_chosen(c: Layout, w: Work, depth: int, i: int) -> bool:
    for d in range(depth):  # noqa: SIM110 (compiled code knows no any())
        if _apart(c, w.pair[i], w.pair[w.chosen[d]]):
            return True
    return False


@_compiled
def _fits(c: Layout, w: Work, depth: int, i: int, left: Array, limited: bool) -> bool:
    """Return whether a pair goes with those chosen: items, days, and what is left to share."""
    pair = w.pair[i]
    if _apart_from_chosen(c, w, depth, i):
        return False
    if not limited:
        return True
    row = c.budget_row[pair]
    if row >= 0:
        cost = c.cost[pair]
        for d in range(depth):
            other = w.pair[w.chosen[d]]
            if c.budget_row[other] == row and not c.locked[other]:
                cost += c.cost[other]
        if cost > left[row]:
            return False
    for q in range(c.quota_start[pair], c.quota_start[pair + 1]):
        row = c.quota_row[q]
        count = 1
        for d in range(depth):
            other = w.pair[w.chosen[d]]
            if not c.locked[other]:
                for o in range(c.quota_start[other], c.quota_start[other + 1]):
                    count += c.quota_row[o] == row
        if count > left[row]:
            return False
    return True


@_compiled
def _prepared(c: Layout, w: Work, depth: int) -> bool:
    """Return whether all that the chosen pairs need is among them and over before."""
    for d in range(depth):
        pair = w.pair[w.chosen[d]]
        if c.locked[pair]:
            continue
        session = c.session[pair]
        for need in range(c.needs_start[pair], c.needs_start[pair + 1]):
            found = False
            for o in range(depth):
                other = c.session[w.pair[w.chosen[o]]]
                if c.item[other] == c.needs_item[need]:
                    undated = c.begin[session] < 0 or c.begin[other] < 0
                    found = found or undated or c.end[other] < c.begin[session]
            if not found:
                return False
    return True


@_compiled
def _order(c: Layout, w: Work, first: int, n: int) -> None:
    """Part pairs into classes of which at most one can be had, those with most potential first.

    ``w.after`` is where the next class begins, ``w.most`` the largest potential of the class; ties
    stay in the order of the pairs.
    """
    for i in range(first + 1, n):
        pair, points, potential = w.pair[i], w.points[i], w.potential[i]
        j = i - 1
        while j >= first and w.potential[j] < potential:
            w.pair[j + 1], w.points[j + 1] = w.pair[j], w.points[j]
            w.potential[j + 1] = w.potential[j]
            j -= 1
        w.pair[j + 1], w.points[j + 1], w.potential[j + 1] = pair, points, potential
    place = first
    while place < n:
        start = place
        place += 1
        for i in range(place, n):
            alike = True
            for k in range(start, place):
                if not _apart(c, w.pair[i], w.pair[k]):
                    alike = False
                    break
            if alike:
                pair, points, potential = w.pair[i], w.points[i], w.potential[i]
                for j in range(i, place, -1):
                    w.pair[j], w.points[j] = w.pair[j - 1], w.points[j - 1]
                    w.potential[j] = w.potential[j - 1]
                w.pair[place], w.points[place], w.potential[place] = pair, points, potential
                place += 1
        for i in range(start, place):
            w.after[i], w.most[i] = place, max(w.potential[start], 0)


@_compiled
def _reach(c: Layout, w: Work, depth: int, i: int, n: int, more: int) -> int:
    """Return what pairs from ``i`` on, of classes that still fit, can add at most."""
    # Of the class that i stands in only the rest is left, which may be less than later ones.
    rest, total, count, last, j = 0, 0, 0, 0, i
    if i > 0 and w.after[i - 1] == w.after[i]:
        while j < w.after[i]:
            if _apart_from_chosen(c, w, depth, j):
                j += 1
                continue
            rest = max(w.potential[j], 0)
            break
        j = w.after[i]
    while j < n and count < more:
        if _apart_from_chosen(c, w, depth, j):
            j += 1
            continue
        last = w.most[j]
        total += last
        count += 1
        j = w.after[j]
    if count < more:
        return total + rest
    return total - last + max(last, rest)


@_compiled
def search(
    c: Layout, w: Work, n: int, left: Array, limited: bool, p: int, hour_value: int
) -> tuple[int, int]:
    """Return the size of the best set of ``w.pair[:n]`` and what no set is worth more than.

    The set lies in ``w.best``. Locked pairs stand first and are in every set. After ``NODES`` sets
    the best so far is taken, and what all that is left could be worth.
    """
    n_locked = 0
    while n_locked < n and c.locked[w.pair[n_locked]]:
        n_locked += 1
    _order(c, w, n_locked, n)
    w.peak[n] = 0
    for i in range(n - 1, n_locked - 1, -1):
        w.peak[i] = max(w.peak[i + 1], w.points[i])

    target = c.target[p]
    whole_target = hour_value * target
    points, hours = 0, 0
    for i in range(n_locked):
        w.chosen[i] = i
        w.best[i] = w.pair[i]
        points += w.points[i]
        hours += c.hours[c.session[w.pair[i]]]
    size = n_locked
    best = points + hour_value * min(target, hours)
    limit = max(c.most[p], n_locked)
    depth = n_locked
    w.next[depth] = n_locked
    highest = best + _reach(c, w, depth, n_locked, n, limit - depth)
    nodes = 0
    while True:
        i = w.next[depth]
        more = limit - depth
        here = points + hour_value * min(target, hours)
        go = i < n and more > 0
        if go:
            # Whatever is added from here on lies within both.
            go = points + more * w.peak[i] + whole_target > best
            go = go and here + _reach(c, w, depth, i, n, more) > best
        if not go:
            if depth == n_locked:
                highest = best
                break
            depth -= 1
            gone = w.chosen[depth]
            points -= w.points[gone]
            hours -= c.hours[c.session[w.pair[gone]]]
            continue
        w.next[depth] = i + 1
        nodes += 1
        if nodes > NODES:
            break
        if not _fits(c, w, depth, i, left, limited):
            continue
        w.chosen[depth] = i
        points += w.points[i]
        hours += c.hours[c.session[w.pair[i]]]
        depth += 1
        w.next[depth] = w.after[i]
        here = points + hour_value * min(target, hours)
        if here > best and _prepared(c, w, depth):
            best = here
            size = depth
            for j in range(depth):
                w.best[j] = w.pair[w.chosen[j]]
    return size, highest


@_compiled
def net(c: Layout, value: Array, prices: Array, first: int, last: int, points: Array) -> None:
    """Fill ``points`` of a range of people's pairs: scaled value less what the pair pays."""
    for pair in range(c.start[first], c.start[last]):
        left = value[pair] - prices[c.session[pair]]
        if c.budget_row[pair] >= 0:
            left -= prices[c.budget_row[pair]] * c.cost[pair]
        for q in range(c.quota_start[pair], c.quota_start[pair + 1]):
            left -= prices[c.quota_row[q]]
        points[pair] = left


@_compiled
def taken(c: Layout, chosen: Array, first: int, last: int, used: Array) -> None:
    """Add to ``used`` what a range of people's pairs use of each row."""
    for pair in range(c.start[first], c.start[last]):
        if chosen[pair]:
            used[c.session[pair]] += 1
            if c.budget_row[pair] >= 0:
                used[c.budget_row[pair]] += c.cost[pair]
            for q in range(c.quota_start[pair], c.quota_start[pair + 1]):
                used[c.quota_row[q]] += 1


@_compiled
def demand(
    c: Layout, w: Work, first: int, last: int, points: Array, hour_value: int, left: Array,
    chosen: Array, best: Array,
) -> None:  # fmt: skip
    """Choose for each person of a range as if there were room for everybody.

    Parameters:
        points: scaled micro-points less prices, ``[n_pairs]``.
        chosen: filled with the pairs chosen, uint8 ``[n_pairs]``.
        best: filled with what no set of each person is worth more than, ``[n_people]``.
    """
    for p in range(first, last):
        n = 0
        for locked in (True, False):
            for pair in range(c.start[p], c.start[p + 1]):
                chosen[pair] = 0
                if bool(c.locked[pair]) != locked:
                    continue
                potential = points[pair] + hour_value * min(c.hours[c.session[pair]], c.target[p])
                if locked or potential > 0 or c.needed[pair]:
                    w.pair[n], w.points[n], w.potential[n] = pair, points[pair], potential
                    n += 1
        size, best[p] = search(c, w, n, left, False, p, hour_value)
        for i in range(size):
            chosen[w.best[i]] = 1


@_compiled
def _book(c: Layout, left: Array, lack: Array, pair: int, freed: int) -> None:
    """Give back what a pair uses (1), or use it (−1)."""
    left[c.session[pair]] += freed
    if c.budget_row[pair] >= 0:
        left[c.budget_row[pair]] += freed * c.cost[pair]
    for q in range(c.quota_start[pair], c.quota_start[pair + 1]):
        left[c.quota_row[q]] += freed
    _miss(c, lack, pair, freed)


@_compiled
def _miss(c: Layout, lack: Array, pair: int, seats: int) -> None:
    """Say that the floors a pair counts for lack so many seats more."""
    lack[c.session[pair]] += seats
    for q in range(c.quota_start[pair], c.quota_start[pair + 1]):
        lack[c.quota_row[q]] += seats


@_compiled
def _floors(c: Layout, lack: Array, pair: int) -> int:
    """Return how many floors lack a seat that this pair would fill."""
    count = int(lack[c.session[pair]] > 0)
    for q in range(c.quota_start[pair], c.quota_start[pair + 1]):
        count += int(lack[c.quota_row[q]] > 0)
    return count


@_compiled
def _filled(c: Layout, lack: Array, pairs: Array, count: int) -> int:
    """Return how many seats that floors lack a set of pairs would fill."""
    filled = 0
    for i in range(count):
        if not c.locked[pairs[i]]:
            filled += _floors(c, lack, pairs[i])
            _miss(c, lack, pairs[i], -1)
    for i in range(count):
        if not c.locked[pairs[i]]:
            _miss(c, lack, pairs[i], 1)
    return filled


@_compiled
def settle(
    c: Layout, w: Work, people: Array, points: Array, hour_value: int, left: Array, lack: Array,
    bonus: int, chosen: Array,
) -> int:  # fmt: skip
    """Let each of some people choose again within what is left, one after the other.

    What holds before holds after: no row is overdrawn, and floors do not lack more seats.

    Parameters:
        left: what is left of each row; kept up to date.
        lack: what each row still needs to its floor, negative where there is more; kept up to
            date.
        bonus: points for each seat that a floor needs: more than any seats are worth.
        chosen: the allocation, changed in place.

    Returns:
        How many people have other seats than before.
    """
    changed = 0
    for p in people:
        start, stop = c.start[p], c.start[p + 1]
        for pair in range(start, stop):
            if chosen[pair] and not c.locked[pair]:
                _book(c, left, lack, pair, 1)
        n = 0
        for locked in (True, False):
            for pair in range(start, stop):
                if bool(c.locked[pair]) != locked:
                    continue
                if not locked and (
                    left[c.session[pair]] < 1
                    or (c.budget_row[pair] >= 0 and left[c.budget_row[pair]] < c.cost[pair])
                ):
                    continue
                own = points[pair] + bonus * _floors(c, lack, pair)
                potential = own + hour_value * min(c.hours[c.session[pair]], c.target[p])
                if locked or potential > 0 or c.needed[pair]:
                    w.pair[n], w.points[n], w.potential[n] = pair, own, potential
                    n += 1
        size, _ = search(c, w, n, left, True, p, hour_value)
        old = 0
        for pair in range(start, stop):
            if chosen[pair]:
                w.chosen[old] = pair
                old += 1
        # Where the old seats did more for the floors, they stay.
        if _filled(c, lack, w.best, size) >= _filled(c, lack, w.chosen, old):
            same = old == size
            for i in range(size):
                same = same and chosen[w.best[i]] == 1
            for i in range(old):
                chosen[w.chosen[i]] = 0
            for i in range(size):
                chosen[w.best[i]] = 1
            changed += int(not same)
        for pair in range(start, stop):
            if chosen[pair] and not c.locked[pair]:
                _book(c, left, lack, pair, -1)
    return changed
