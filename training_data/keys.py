"""Repeated keys: exact repeats are one row, of contradicting rows one stays, whatever their order.

In: a checked ``Draft``. Out: its rows in the order of their key, repeats marked, losers refused.
"""

from __future__ import annotations

import numpy as np

from training_data.cells import Codes, Mask
from training_data.draft import Draft, Values
from training_data.report import Severity
from training_data.source import Rows


def check_keys(draft: Draft) -> None:
    """Order the rows by key and settle repeated keys.

    Of rows with one key and different content the one with most filled cells stays, and among
    those the smallest by content; the choice never depends on the order of the rows.
    """
    candidates = np.flatnonzero(~draft.refused)
    keys = [draft.values[name] for name in draft.spec.key if name in draft.values]
    ranks = [_nulls_last(values)[candidates] for values in keys]
    order = candidates[_sorted(ranks, [len(v.distinct) + 1 for v in keys])]
    draft.order = order
    same = _same_as_previous([values.codes[order] for values in keys])
    if same.any():
        _settle(draft, order, same)


def _settle(draft: Draft, order: Rows, same: Mask) -> None:
    """Choose the row that stays in each group of rows with one key."""
    group = np.cumsum(~same) - 1
    crowded = np.bincount(group)[group] > 1
    rows, groups = order[crowded], group[crowded]
    contents = [values.codes[rows] for values in draft.values.values()]
    contents += [Values.of(c.texts, c.codes).codes[rows] for c in draft.extras.values()]
    filled = np.sum([codes >= 0 for codes in contents], axis=0)
    best = np.lexsort([*reversed(contents), -filled, groups])
    rows, groups = rows[best], groups[best]
    first = np.r_[True, groups[1:] != groups[:-1]]
    winner = rows[first][np.cumsum(first) - 1]
    equal = np.ones(len(rows), bool)
    for codes in draft.values.values():
        equal &= codes.codes[rows] == codes.codes[winner]
    for cells in draft.extras.values():
        equal &= cells.codes[rows] == cells.codes[winner]
    draft.repeated[rows[~first & equal]] = True
    losers = np.zeros(len(draft), bool)
    losers[rows[~equal]] = True
    kept = np.zeros(len(draft), np.int64)
    kept[rows] = draft.rows[winner]
    key = ", ".join(draft.spec.key)
    draft.find("key.repeated", Severity.REFUSE, losers, draft.spec.key[0], kept=kept, key=key)


def _nulls_last(values: Values) -> Codes:
    return np.where(values.codes < 0, len(values.distinct), values.codes).astype(np.int32)


def _sorted(ranks: list[Codes], sizes: list[int]) -> Rows:
    """Return the order of rows by several rank columns, the first the most significant."""
    if float(np.prod([float(s) for s in sizes])) < 2.0**62:
        combined = np.zeros(len(ranks[0]), np.int64)
        for rank, size in zip(ranks, sizes, strict=True):
            combined = combined * size + rank
        return np.argsort(combined, kind="stable")
    return np.lexsort(list(reversed(ranks)))


def _same_as_previous(columns: list[Codes]) -> Mask:
    """Per row: equal to the row before in every column, bool[n]."""
    same = np.ones(len(columns[0]), bool)
    for codes in columns:
        same[1:] &= codes[1:] == codes[:-1]
    same[:1] = False
    return same
