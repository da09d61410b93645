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
from recommender.similarity.text import MICRO_SIMILARITY


class People(NamedTuple):
    """See ``RoleProblem``."""

    levels: Array
    vector: Array
    norm: Array
    job: Array
    field: Array
    served: Array


class Standards(NamedTuple):
    """See ``role_problem.Asked``, ``Curve`` and ``RoleProblem``."""

    start: Array
    competency: Array
    level: Array
    weight: Array
    counts: Array
    weight_sum: Array
    counts_sum: Array
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
    """See ``role_problem.Posts``."""

    text_start: Array
    text_column: Array
    text_value: Array
    tool_start: Array
    tool_column: Array
    tool_value: Array
    told: Array
    family: Array
    affair: Array
    tier: Array
    usual_duties: float
    duties: float
    usual_technology: float
    technology: float
    usual: Array
    moved_start: Array
    moved_column: Array
    moved_value: Array
    same_family: int
    same_affair: int


class Room(NamedTuple):
    """Room for one block: numbers of the 64 people by competency, family and field."""

    level: Array
    known: Array
    vector: Array
    served: Array
    text: Array
    tool: Array


@compiled
def walk_roles(
    people: Array,
    starts: Array,
    who: People,
    standards: Standards,
    posts: Neighbours,
    mask: Words,
    widths: tuple[int, int],
    best_item: Array,
    best_micro: Array,
) -> None:
    """Rank the people of some blocks.

    Parameters:
        people: in the order of the blocks; ``starts``: where each block begins, and the last ends.
        widths: numbers of words of texts and of tools.
        best_item, best_micro: written, ``[n_people, k]``, int64.
    """
    n_items, n_competencies = len(standards.start) - 1, who.levels.shape[1]
    room = Room(
        np.zeros((n_competencies, LANES)),
        np.zeros((n_competencies, LANES)),
        np.zeros((n_competencies, LANES)),
        np.zeros((who.served.shape[1], LANES), np.int64),
        np.zeros(widths[0]),
        np.zeros(widths[1]),
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
                ask_post(who.job[own[lane]], open_item[:n_open], posts, room, said[n_groups])
                group[n_groups] = lane
                n_groups += 1
        group[n_groups] = len(own)
        for start in range(0, n_open, TILE):
            here = open_item[start : min(start + TILE, n_open)]
            lay_posts(own, here, who, standards, room, tile)
            for g in range(n_groups):
                add_said(group[g], group[g + 1], said[g, start:], len(here), tile)
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
            room.level[c, lane] = max(level, 0)
            room.known[c, lane] = 1.0 if level > -1 else 0.0
            room.vector[c, lane] = who.vector[person, c]
        for f in range(who.served.shape[1]):
            room.served[f, lane] = who.served[person, f]


@compiled
def standard(value: float, factor: float) -> Any:
    """Return whole micro-points of a value of a curve."""
    return np.int64(np.rint(value * factor * MICRO))


@compiled
def cosine(start: Array, column: Array, value: Array, row: int, other: Array) -> Any:
    """Return the product of a sparse row with a full one in whole millionths, as a share."""
    found = 0.0
    for j in range(start[row], start[row + 1]):
        found += other[column[j]] * value[j]
    return np.rint(found * MICRO_SIMILARITY) / MICRO_SIMILARITY


@compiled
def ask_post(job: int, items: Array, posts: Neighbours, room: Room, said: Array) -> None:
    """Write what a present post says of each open post; an unknown one says nothing."""
    if job < 0:
        said[: len(items)] = 0
        return
    spread(posts.text_start, posts.text_column, posts.text_value, job, room.text, 1.0)
    spread(posts.tool_start, posts.tool_column, posts.tool_value, job, room.tool, 1.0)
    unknown_tier = posts.usual.shape[1] - 1
    family, affair, at = posts.family[job], posts.affair[job], posts.moved_start[job]
    stop = posts.moved_start[job + 1]
    for place in range(len(items)):
        i = items[place]
        like = cosine(posts.text_start, posts.text_column, posts.text_value, i, room.text)
        points = standard(like - posts.usual_duties, posts.duties)
        if posts.technology != 0.0 and posts.told[job] and posts.told[i]:
            same = cosine(posts.tool_start, posts.tool_column, posts.tool_value, i, room.tool)
            points += standard(same - posts.usual_technology, posts.technology)
        near = int(family > -1 and family == posts.family[i])
        akin = int(affair > -1 and affair == posts.affair[i])
        points += near * posts.same_family + akin * posts.same_affair
        while at < stop and posts.moved_column[at] < i:
            at += 1
        if at < stop and posts.moved_column[at] == i:
            points += posts.moved_value[at]
        else:
            tier = posts.tier[i] if posts.tier[i] > -1 else unknown_tier
            points += posts.usual[job, tier, near, akin]
        said[place] = points
    spread(posts.text_start, posts.text_column, posts.text_value, job, room.text, 0.0)
    spread(posts.tool_start, posts.tool_column, posts.tool_value, job, room.tool, 0.0)


@compiled
def spread(start: Array, column: Array, value: Array, row: int, full: Array, times: float) -> None:
    """Write a sparse row into a full one; times 0 takes it out again."""
    for j in range(start[row], start[row + 1]):
        full[column[j]] = value[j] * times


@compiled
def lay_posts(
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
def add_said(first: int, last: int, said: Array, n: int, tile: Array) -> None:
    """Add what one present post says to the lanes of its holders."""
    for place in range(n):
        points = said[place]
        for lane in range(first, last):
            tile[place, lane] += points


@compiled
def add_profiles(here: Array, standards: Standards, room: Room, norm: Array, tile: Array) -> None:
    """Add likeness, deficit and surplus of the lanes' levels beside each post's."""
    lacking, beyond, known = np.empty(LANES), np.empty(LANES), np.empty(LANES)
    like = np.empty(LANES)
    for place in range(len(here)):
        i = here[place]
        lacking[:] = 0.0
        beyond[:] = 0.0
        known[:] = 0.0
        like[:] = 0.0
        for j in range(standards.start[i], standards.start[i + 1]):
            level, sure = room.level[standards.competency[j]], room.known[standards.competency[j]]
            asked, weight, counts = standards.level[j], standards.weight[j], standards.counts[j]
            for lane in range(LANES):
                gap = (asked - level[lane]) * weight * sure[lane]
                lacking[lane] += max(gap, 0.0)
                beyond[lane] += max(-gap, 0.0)
                known[lane] += counts * sure[lane]
        for j in range(standards.kin_start[i], standards.kin_start[i + 1]):
            vector, value = room.vector[standards.kin_column[j]], standards.kin_value[j]
            for lane in range(LANES):
                like[lane] += vector[lane] * value
        length, whole = standards.norm[i], standards.counts_sum[i]
        weight = standards.weight_sum[i] * MILLI
        for lane in range(LANES):
            norms = norm[lane] * length
            same = like[lane] / norms if norms > 0.0 else 0.0
            same = min(max(same, -1.0), 1.0)
            coverage = known[lane] / whole
            points = standard(
                coverage * standards.usual_deficit - lacking[lane] / weight, standards.deficit
            )
            points += standard(
                coverage * standards.usual_surplus - beyond[lane] / weight, standards.surplus
            )
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
