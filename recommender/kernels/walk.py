"""Compiled: 64 people side by side walk the items that any of them may get, and keep their best.

In: the arrays of a ``Problem`` as tuples of one fixed type. Out: the lists, written in place.
A block of people is a matrix of lanes: whole numbers ``[items of a tile, 64]``. Points that few
numbers tell (shared rows, constants, own history) are laid into it; points for outcomes are worked
out once per person and distinct outcome and added per item; a lane's list is touched only where
its score beats the last of it. Imported by ``lanes`` alone, since importing numba takes a second.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from recommender.kernels.compiled import LANES, TILE, Array, compiled
from recommender.kernels.lists import ONE, empty_lists, first_lane, insert, lowest_of
from recommender.kernels.words import Words, n_words, open_items
from recommender.results import MICRO


class Items(NamedTuple):
    """The catalogue; see ``problem.Distinct`` and ``Problem``."""

    start: Array
    low: Array
    high: Array
    item_start: Array
    outcome: Array
    effect: Array
    constant: Array


class Wants(NamedTuple):
    """Gaps and needs; see ``problem.Gap`` and ``Needs``."""

    levels: Array
    required: Array
    weight: Array
    now: Array
    following: Array
    max_step: int
    slack: int
    now_scale: float
    next_scale: float
    need: Array
    need_row: Array
    need_scale: float


class Rest(NamedTuple):
    """Shared rows, one's own history and likeness; see ``problem``."""

    table: Array
    row: Array
    own_start: Array
    own_item: Array
    own_micro: Array
    profile: Array
    vector: Array
    alike: Array
    most_alike: Array
    unit: float


@compiled
def walk(
    people: Array,
    starts: Array,
    items: Items,
    wants: Wants,
    rest: Rest,
    mask: Words,
    best_item: Array,
    best_micro: Array,
) -> None:
    """Rank the people of some blocks.

    Parameters:
        people: in the order of the blocks; ``starts``: where each block begins, and the last ends.
        best_item, best_micro: written, ``[n_people, k]``; the type of ``best_micro`` is that of
            all sums.
    """
    n_items, n_distinct = len(items.constant), len(items.low)
    kind = best_micro.dtype
    gap_points = np.zeros((n_distinct, LANES), kind)
    need_points = np.zeros((n_distinct, LANES), kind)
    tile = np.empty((TILE, LANES), kind)
    micro = np.empty((LANES, best_item.shape[1]), kind)
    item = np.empty((LANES, best_item.shape[1]), np.int32)
    by_class, bits = np.zeros(n_words(mask), np.uint64), np.zeros(n_items, np.uint64)
    open_item, open_bits = np.empty(n_items, np.int32), np.empty(n_items, np.uint64)
    place = np.empty(n_items, np.int32)
    cursor = np.empty(LANES, np.int64)
    more = np.zeros(LANES, np.int64)
    for block in range(len(starts) - 1):
        own = people[starts[block] : starts[block + 1]]
        n_open = open_items(own, mask, by_class, bits, open_item, open_bits)
        personal_points(own, items, wants, gap_points, need_points)
        more[:] = 0
        for lane in range(len(own)):
            more[lane] = rest.most_alike[own[lane]]
            cursor[lane] = rest.own_start[own[lane]]
        empty_lists(len(own), micro, item)
        for start in range(0, n_open, TILE):
            here = open_item[start : min(start + TILE, n_open)]
            lay_shared(own, here, items.constant, rest, tile)
            lay_own(own, here, place, rest, cursor, tile)
            add_outcomes(here, items, wants.need_scale != 0.0, gap_points, need_points, tile)
            keep_best(own, here, open_bits[start:], rest, more, tile, micro, item)
        for lane in range(len(own)):
            best_item[own[lane]] = item[lane]
            best_micro[own[lane]] = micro[lane]


@compiled
def personal_points(own: Array, items: Items, wants: Wants, gaps: Array, needs: Array) -> None:
    """Work out each lane's points per distinct outcome; most lanes lack little."""
    gaps[:] = 0
    if wants.need_scale != 0.0:
        needs[:] = 0
    for lane in range(len(own)):
        person = own[lane]
        now, following = wants.now[person], wants.following[person]
        for c in range(len(items.start) - 1):
            first, last = items.start[c], items.start[c + 1]
            if first == last:
                continue
            h = wants.levels[person, c]
            asked = wants.required[now, c] if now >= 0 else np.int32(-1)
            next_asked = wants.required[following, c] if following >= 0 else np.int32(-1)
            beyond = max(asked, 0)
            if wants.now_scale != 0.0 and h != -1 and asked > max(h, 0):
                gap = (h, 0, asked, np.int64(wants.weight[now, c]))
                add_gap(lane, first, last, items, wants, gap, wants.now_scale, gaps)
            if wants.next_scale != 0.0 and h != -1 and next_asked > max(h, beyond):
                beyond_gap = (h, beyond, next_asked, np.int64(wants.weight[following, c]))
                add_gap(lane, first, last, items, wants, beyond_gap, wants.next_scale, gaps)
            if wants.need_scale != 0.0:
                need = wants.need[wants.need_row[person], c]
                if need != 0:
                    for u in range(first, last):
                        step = items.high[u] - max(max(h, 0), items.low[u])
                        step = min(max(step, 0), 1000)
                        needs[u, lane] = np.int64(np.rint(np.int64(step) * need * wants.need_scale))


@compiled
def add_gap(
    lane: int,
    first: int,
    last: int,
    items: Items,
    wants: Wants,
    span: tuple[Any, Any, Any, Any],
    scale: float,
    gaps: Array,
) -> None:
    """Add the points of one gap for the outcomes of its competency; see ``gaps.closed``.

    Parameters:
        span: the person's level, what is asked already, what is asked, and its milli-weight.
    """
    h, low, high, weight = span
    for u in range(first, last):
        if h < items.low[u] - wants.slack:
            continue
        bottom = max(max(h, low), items.low[u])
        top = min(min(high, items.high[u]), h + wants.max_step)
        if top > bottom:
            gaps[u, lane] += np.int64(np.rint(np.int64(top - bottom) * weight * scale))


@compiled
def lay_shared(own: Array, here: Array, constant: Array, rest: Rest, tile: Array) -> None:
    """Begin the tile with constants and shared rows."""
    for place in range(len(here)):
        for lane in range(LANES):
            tile[place, lane] = constant[here[place]]
    for shared in range(rest.row.shape[1]):
        for lane in range(len(own)):
            row = rest.row[own[lane], shared]
            if row >= 0:
                for place in range(len(here)):
                    tile[place, lane] += rest.table[row, here[place]]


@compiled
def lay_own(
    own: Array, here: Array, place_of: Array, rest: Rest, cursor: Array, tile: Array
) -> None:
    """Add what the lanes' own history gives to the items of the tile."""
    if len(rest.own_item) == 0 or len(here) == 0:
        return
    place_of[here[0] : here[-1] + 1] = -1
    for place in range(len(here)):
        place_of[here[place]] = place
    for lane in range(len(own)):
        at, stop = cursor[lane], rest.own_start[own[lane] + 1]
        while at < stop and rest.own_item[at] <= here[-1]:
            item = rest.own_item[at]
            if item >= here[0] and place_of[item] >= 0:
                tile[place_of[item], lane] += rest.own_micro[at]
            at += 1
        cursor[lane] = at


@compiled
def add_outcomes(
    here: Array, items: Items, needed: bool, gaps: Array, needs: Array, tile: Array
) -> None:
    """Add the lanes' points for every outcome of the items, and what effects add to these."""
    gap = np.empty(LANES, np.int64)
    for place in range(len(here)):
        item = here[place]
        first, last = items.item_start[item], items.item_start[item + 1]
        effect = items.effect[item]
        if effect != 0.0:
            gap[:] = 0
            for j in range(first, last):
                u = items.outcome[j]
                for lane in range(LANES):
                    gap[lane] += gaps[u, lane]
            for lane in range(LANES):
                tile[place, lane] += gap[lane] + np.int64(np.rint(gap[lane] * effect))
        else:
            for j in range(first, last):
                u = items.outcome[j]
                for lane in range(LANES):
                    tile[place, lane] += gaps[u, lane]
        if needed:
            for j in range(first, last):
                u = items.outcome[j]
                for lane in range(LANES):
                    tile[place, lane] += needs[u, lane]


@compiled
def alike(person: int, item: int, rest: Rest) -> Any:
    """Return the micro-points for the likeness of a person's past to an item."""
    likeness = np.int64(0)
    for d in range(rest.profile.shape[1]):
        likeness += rest.profile[person, d] * rest.vector[item, d]
    root = np.sqrt(max(np.float64(likeness), 0.0) / rest.unit)
    return np.int64(np.rint(root * rest.alike[person] * MICRO))


@compiled
def keep_best(
    own: Array,
    here: Array,
    bits: Array,
    rest: Rest,
    more: Array,
    tile: Array,
    micro: Array,
    best: Array,
) -> None:
    """Put what beats the last of a lane's list into it; equals stay behind, items ascend.

    Parameters:
        more: points that likeness adds at most per lane: it is worked out only where these would
            bring the item into the list.
    """
    k, lowest = micro.shape[1], lowest_of(micro)
    least = np.empty(LANES, micro.dtype)
    bar = np.empty(LANES, micro.dtype)
    for lane in range(LANES):
        least[lane] = micro[lane, k - 1]
        bar[lane] = lowered(least[lane], more[lane], lowest)
    for place in range(len(here)):
        beaten = np.uint64(0)
        for lane in range(LANES):
            beaten |= np.uint64(tile[place, lane] > bar[lane]) << np.uint64(lane)
        beaten &= bits[place]
        while beaten:
            lane = first_lane(beaten)
            beaten &= beaten - ONE
            score = tile[place, lane]
            if more[lane] > 0:
                score += alike(own[lane], here[place], rest)
                if score <= least[lane]:
                    continue
            least[lane] = insert(micro[lane], best[lane], score, here[place])
            bar[lane] = lowered(least[lane], more[lane], lowest)


@compiled
def lowered(least: int, by: int, lowest: int) -> int:
    """Return a bar lowered by some points; what is not yet full takes anything."""
    return least if least == lowest else max(least - by, lowest)
