"""Compiled: which items any of 64 people may get, as one word of 64 bits per item.

In: a ``Mask``. Out: the open items of a block and a bit for each person who may get them. A rule
over classes costs one word per class of items and one look-up per item, whoever the 64 are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from recommender.kernels.compiled import LANES, Array, compiled
from recommender.masks import Mask

ONE = np.uint64(1)


class Words(NamedTuple):
    """A mask as arrays.

    Attributes:
        refused: the tables of all classes one after the other, uint8; ``base``: where each begins.
        width: item classes of each table; ``first``: its first place among those of all.
        person: class of each person per table ``[n_tables, n_people]``.
        slot: places among the classes of all tables ``[n_slots, n_items]``.
        closed_start, closed_item, opened_start, opened_item: pairs, by person.
    """

    refused: Array
    base: Array
    width: Array
    first: Array
    person: Array
    slot: Array
    closed_start: Array
    closed_item: Array
    opened_start: Array
    opened_item: Array


def words_of(mask: Mask) -> Words:
    """Lay a mask out."""
    tables = [one for one in mask.classes if one.refused.any()]
    width = np.array([one.refused.shape[1] for one in tables], np.int64)
    first = np.cumsum(np.append(np.int64(0), width))[:-1]
    sizes = np.array([one.refused.size for one in tables], np.int64)
    slots = [one.item + int(at) for one, at in zip(tables, first, strict=True)]
    none = np.zeros((0, mask.n_items), np.int32)
    people = [one.person for one in tables]
    return Words(
        np.concatenate([np.zeros(1, np.uint8), *(t.refused.ravel() for t in tables)]).astype(
            np.uint8
        ),
        np.cumsum(np.append(np.int64(1), sizes))[:-1],
        width,
        first,
        np.array(people, np.int32).reshape(len(tables), mask.n_people),
        np.ascontiguousarray(np.concatenate([none, *slots]), np.int32),
        *mask.closed.by_person(mask.n_people, mask.n_items),
        *mask.opened.by_person(mask.n_people, mask.n_items),
    )


@compiled
def n_words(words: Words) -> Any:
    """Return how many words ``open_items`` needs beside those of the items."""
    return words.width.sum()


@compiled
def open_items(
    own: Array, words: Words, by_class: Array, bits: Array, item: Array, open_bits: Array
) -> int:
    """List the items that any lane may get, with a bit for each lane that may.

    Parameters:
        own: the people of the lanes.
        by_class, bits: room for ``n_words`` words and for one word per item.
        item, open_bits: written; the number of items is returned.
    """
    by_class[:] = 0
    for table in range(len(words.width)):
        here = by_class[words.first[table] : words.first[table] + words.width[table]]
        lane = 0
        while lane < len(own):
            of, stop, lanes = words.person[table, own[lane]], lane, np.uint64(0)
            while stop < len(own) and words.person[table, own[stop]] == of:
                lanes |= ONE << np.uint64(stop)
                stop += 1
            start = words.base[table] + of * words.width[table]
            for c in range(len(here)):
                here[c] |= lanes * np.uint64(words.refused[start + c])
            lane = stop
    bits[:] = 0
    for slot in range(len(words.slot)):
        place = words.slot[slot]
        for i in range(len(bits)):
            bits[i] |= by_class[place[i]]
    everybody = ~np.uint64(0) >> np.uint64(64 - len(own))
    for i in range(len(bits)):
        bits[i] = ~bits[i] & everybody
    for lane in range(len(own)):
        bit = ONE << np.uint64(lane)
        for j in range(words.closed_start[own[lane]], words.closed_start[own[lane] + 1]):
            bits[words.closed_item[j]] &= ~bit
        for j in range(words.opened_start[own[lane]], words.opened_start[own[lane] + 1]):
            bits[words.opened_item[j]] |= bit
    n = 0
    for i in range(len(bits)):
        item[n], open_bits[n] = i, bits[i]
        n += bits[i] != 0
    return n


@compiled
def write_allowed(words: Words, n_people: int, allowed: Array) -> None:
    """Write what everybody may get, bool ``[n_people, n_items]``."""
    n_items = allowed.shape[1]
    by_class, bits = np.zeros(n_words(words), np.uint64), np.zeros(n_items, np.uint64)
    item, open_bits = np.empty(n_items, np.int32), np.empty(n_items, np.uint64)
    for start in range(0, n_people, LANES):
        own = np.arange(start, min(start + LANES, n_people))
        open_items(own, words, by_class, bits, item, open_bits)
        for lane in range(len(own)):
            row = allowed[own[lane]]
            for i in range(n_items):
                row[i] = (bits[i] >> np.uint64(lane)) & ONE
