"""Compiled: 64 people side by side walk the posts that any of them may get, and keep their best.

In: the arrays of a ``RoleProblem`` as tuples of one fixed type. Out: the lists, written in place.
People of one post lie side by side, so what their post says of another is worked out once for all
of them; what levels say is worked out for 64 at once, competency by competency. Every formula has
the order of operations of ``RoleScorer.terms``, so that each micro-point is the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from recommender.columns import MILLI
from recommender.kernels.compiled import LANES, TILE, Array, compiled
from recommender.kernels.lists import ONE, empty_lists, first_lane, insert
from recommender.kernels.words import Words, n_words, open_items
from recommender.results import MICRO


class People(NamedTuple):
    """See ``RoleProblem``; levels are in units, and unknown ones are below 0."""

    levels: Array
    vector: Array
    norm: Array
    job: Array
    field: Array
    served: Array


class Standards(NamedTuple):
    """See ``role_problem.Asked``, ``Curve`` and ``RoleProblem``.

    Attributes:
        level, weight: in units of ``unit / weight_unit`` milli-levels and ``weight_unit``
            milli-weights.
    """

    start: Array
    competency: Array
    level: Array
    weight: Array
    counts: Array
    weight_sum: Array
    counts_sum: Array
    weight_unit: float
    unit: float
    kin_start: Array
    kin_column: Array
    kin_value: Array
    norm: Array
    family: Array
    accepts: Array
    accepted: int
    usual_likeness: float
    likeness: float
    usual_deficit: float
    deficit: float
    usual_surplus: float
    surplus: float


class Neighbours(NamedTuple):
    """See ``role_problem.Posts`` and ``AlikeRows``."""

    duties: Array
    duties_row: Array
    duties_column: Array
    tools: Array
    tools_row: Array
    tools_column: Array
    family: Array
    affair: Array
    tier: Array
    usual: Array
    moved_start: Array
    moved_column: Array
    moved_value: Array


class Room(NamedTuple):
    """Room for one block: numbers of the 64 people by competency and family."""

    level: Array
    known: Array
    vector: Array
    served: Array


@compiled
def walk_roles(
    people: Array,
    starts: Array,
    who: People,
    standards: Standards,
    posts: Neighbours,
    mask: Words,
    best_item: Array,
    best_micro: Array,
) -> None:
    """Rank the people of some blocks.

    Parameters:
        people: in the order of the blocks; ``starts``: where each block begins, and the last ends.
        best_item, best_micro: written, ``[n_people, k]``, int64.
    """
    n_items, n_competencies, kind = len(standards.start) - 1, who.levels.shape[1], who.levels.dtype
    room = Room(
        np.zeros((n_competencies, LANES), kind),
        np.zeros((n_competencies, LANES), kind),
        np.zeros((n_competencies, LANES)),
        np.zeros((who.served.shape[1], LANES), np.int64),
    )
    tile = np.empty((TILE, LANES), np.int64)
    by_class, bits = np.zeros(n_words(mask), np.uint64), np.zeros(n_items, np.uint64)
    open_item, open_bits = np.empty(n_items, np.int32), np.empty(n_items, np.uint64)
    micro = np.empty((LANES, best_item.shape[1]), np.int64)
    item = np.empty((LANES, best_item.shape[1]), np.int32)
    group, said = np.empty(LANES + 1, np.int64), np.empty((LANES, n_items), np.int64)
    norm = np.ones(LANES)
    for block in range(len(starts) - 1):
        own = people[starts[block] : starts[block + 1]]
        n_open = open_items(own, mask, by_class, bits, open_item, open_bits)
        lay_people(own, who, room, norm)
        empty_lists(len(own), micro, item)
        n_groups = 0
        for lane in range(len(own)):
            if lane == 0 or who.job[own[lane]] != who.job[own[lane - 1]]:
                ask_post(who.job[own[lane]], open_item[:n_open], posts, said[n_groups])
                group[n_groups] = lane
                n_groups += 1
        group[n_groups] = len(own)
        for start in range(0, n_open, TILE):
            here = open_item[start : min(start + TILE, n_open)]
            lay_own(own, here, who, standards, room, tile)
            for g in range(n_groups):
                for place in range(len(here)):
                    points = said[g, start + place]
                    for lane in range(group[g], group[g + 1]):
                        tile[place, lane] += points
            add_profiles(here, standards, room, norm, tile)
            keep(here, open_bits[start:], tile, micro, item)
        for lane in range(len(own)):
            best_item[own[lane]] = item[lane]
            best_micro[own[lane]] = micro[lane]


@compiled
def lay_people(own: Array, who: People, room: Room, norm: Array) -> None:
    """Turn the block's people, so that their numbers for one competency lie side by side."""
    for lane in range(len(own)):
        person = own[lane]
        norm[lane] = who.norm[person]
        for c in range(who.levels.shape[1]):
            level = who.levels[person, c]
            room.level[c, lane] = level if level >= 0 else 0
            room.known[c, lane] = 1 if level >= 0 else 0
            room.vector[c, lane] = who.vector[person, c]
        for f in range(who.served.shape[1]):
            room.served[f, lane] = who.served[person, f]


@compiled
def standard(value: float, factor: float) -> Any:
    """Return whole micro-points of a value of a curve."""
    return np.int64(np.rint(value * factor * MICRO))


@compiled
def ask_post(job: int, items: Array, posts: Neighbours, said: Array) -> None:
    """Write what a present post says of each open post; an unknown one says nothing."""
    if job < 0:
        said[: len(items)] = 0
        return
    usual, duties, tools = posts.usual[job], posts.duties_row[job], posts.tools_row[job]
    family, affair, unknown_tier = posts.family[job], posts.affair[job], len(usual) - 1
    for place in range(len(items)):
        i = items[place]
        near = int(family > -1 and family == posts.family[i])
        akin = int(affair > -1 and affair == posts.affair[i])
        tier = posts.tier[i] if posts.tier[i] > -1 else unknown_tier
        said[place] = usual[tier, near, akin]
    at, stop = posts.moved_start[job], posts.moved_start[job + 1]
    for place in range(len(items)):
        while at < stop and posts.moved_column[at] < items[place]:
            at += 1
        if at < stop and posts.moved_column[at] == items[place]:
            said[place] = posts.moved_value[at]
    for place in range(len(items)):
        i = items[place]
        said[place] += posts.duties[duties, posts.duties_column[i]]
        said[place] += posts.tools[tools, posts.tools_column[i]]


@compiled
def lay_own(
    own: Array, here: Array, who: People, standards: Standards, room: Room, tile: Array
) -> None:
    """Begin the tile with what fields of study and years served say."""
    for place in range(len(here)):
        served = room.served[standards.family[here[place]]]
        for lane in range(LANES):
            tile[place, lane] = served[lane]
    for lane in range(len(own)):
        accepts = standards.accepts[who.field[own[lane]]]
        for place in range(len(here)):
            tile[place, lane] += standards.accepted * accepts[here[place]]


@compiled
def add_profiles(here: Array, standards: Standards, room: Room, norm: Array, tile: Array) -> None:
    """Add likeness, deficit and surplus of the lanes' levels beside each post's.

    What levels exceed is what they lack less the signed sum of both. Sums are whole numbers, of
    units in which the type of ``room.level`` holds them.
    """
    kind = room.level.dtype
    lacking, signed, known = np.empty(LANES, kind), np.empty(LANES, kind), np.empty(LANES, kind)
    like = np.empty(LANES)
    for place in range(len(here)):
        i = here[place]
        lacking[:] = 0.0
        signed[:] = 0.0
        known[:] = 0.0
        like[:] = 0.0
        for j in range(standards.start[i], standards.start[i + 1]):
            level, sure = room.level[standards.competency[j]], room.known[standards.competency[j]]
            zero = sure[0] - sure[0]  # of their type
            asked, weight = standards.level[j], standards.weight[j]
            if standards.counts[j] > 0.0:
                for lane in range(LANES):
                    sure_weight = weight * sure[lane]
                    gap = (asked - level[lane]) * sure_weight
                    lacking[lane] += max(gap, zero)
                    signed[lane] += gap
                    known[lane] += sure_weight
            else:  # a level of 0 is exceeded at best
                for lane in range(LANES):
                    signed[lane] += (asked - level[lane]) * (weight * sure[lane])
        for j in range(standards.kin_start[i], standards.kin_start[i + 1]):
            vector, value = room.vector[standards.kin_column[j]], standards.kin_value[j]
            for lane in range(LANES):
                like[lane] += vector[lane] * value
        length, whole = standards.norm[i], standards.counts_sum[i]
        weight_sum = standards.weight_sum[i] * MILLI
        for lane in range(LANES):
            norms = norm[lane] * length
            same = like[lane] / norms if norms > 0.0 else 0.0
            same = min(max(same, -1.0), 1.0)
            coverage = np.float64(known[lane]) * standards.weight_unit / whole
            deficit = np.float64(lacking[lane]) * standards.unit / weight_sum
            surplus = np.float64(lacking[lane] - signed[lane]) * standards.unit / weight_sum
            points = standard(coverage * standards.usual_deficit - deficit, standards.deficit)
            points += standard(coverage * standards.usual_surplus - surplus, standards.surplus)
            likeness = standard(same - standards.usual_likeness, standards.likeness)
            tile[place, lane] += points + (likeness if coverage > 0.0 else 0)


@compiled
def keep(here: Array, bits: Array, tile: Array, micro: Array, best: Array) -> None:
    """Put what beats the last of a lane's list into it; equals stay behind, items ascend."""
    least = np.empty(LANES, np.int64)
    for lane in range(LANES):
        least[lane] = micro[lane, micro.shape[1] - 1]
    for place in range(len(here)):
        beaten = np.uint64(0)
        for lane in range(LANES):
            beaten |= np.uint64(tile[place, lane] > least[lane]) << np.uint64(lane)
        beaten &= bits[place]
        while beaten:
            lane = first_lane(beaten)
            beaten &= beaten - ONE
            least[lane] = insert(micro[lane], best[lane], tile[place, lane], here[place])
