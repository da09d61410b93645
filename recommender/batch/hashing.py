"""Hashes of table rows, column by column: two independent 64-bit numbers per row.

In: an Arrow table. Out: ``Marks``. Rows are added up, so that their order does not matter and a sum
over some rows changes with each of them. An empty cell adds nothing, as an absent column does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

LANES = 2
Marks = NDArray[np.uint64]
"""uint64 ``[n, LANES]``; sums wrap around."""

_ROWS = 1 << 20
"""Rows hashed at a time, which bounds the memory."""
_KEYS = ("selaras texts, 1", "selaras texts, 2")
"""Keys of 16 bytes under which texts are hashed, one per lane."""


def of_bytes(content: bytes) -> Marks:
    """Return the mark of some bytes, ``[LANES]``."""
    digest = hashlib.blake2b(content, digest_size=8 * LANES).digest()
    return np.frombuffer(digest, "<u8").astype(np.uint64)


def of_rows(table: pa.Table, name: str) -> Iterator[Marks]:
    """Yield the marks of the rows of a table, some at a time, ``[n, LANES]`` each.

    Parameters:
        name: of the table, so that equal rows of two tables differ.
    """
    for start in range(0, table.num_rows, _ROWS):
        part = table.slice(start, _ROWS)
        marks = np.zeros((part.num_rows, LANES), np.uint64)
        for column in part.column_names:
            marks += _of_cells(part[column], f"{name}.{column}")
        yield _mixed(marks ^ of_bytes(name.encode()))


def total(table: pa.Table, name: str) -> Marks:
    """Return the sum of the marks of all rows, ``[LANES]``."""
    found = np.zeros(LANES, np.uint64)
    for marks in of_rows(table, name):
        found += marks.sum(axis=0, dtype=np.uint64)
    return found


def _of_cells(column: pa.ChunkedArray, name: str) -> Marks:
    """Return a mark per cell, 0 where it is empty; of texts each distinct one is hashed once."""
    salt = of_bytes(name.encode())
    if pa.types.is_string(column.type):
        coded = column.combine_chunks().dictionary_encode()
        distinct = _mixed(_texts(coded.dictionary) ^ salt)
        place = pc.fill_null(coded.indices, len(distinct)).to_numpy(zero_copy_only=False)
        found: Marks = np.concatenate([distinct, np.zeros((1, LANES), np.uint64)])[place]
        return found
    marks = _mixed(_numbers(column)[:, None] ^ salt)
    if column.null_count:
        marks[pc.is_null(column).to_numpy()] = 0
    return marks


def _texts(distinct: pa.Array) -> Marks:
    """Return a hash per text and lane."""
    from pandas.util import hash_array  # takes a second to import, and only batches need it

    texts = distinct.to_numpy(zero_copy_only=False).astype(object)
    lanes = [hash_array(texts, hash_key=key, categorize=False) for key in _KEYS]
    return np.stack(lanes, axis=1).astype(np.uint64)


def _numbers(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    """Return the bits of numbers, flags and days."""
    kind = column.type
    bits: NDArray[np.uint64]
    if pa.types.is_floating(kind):
        bits = pc.fill_null(column, 0.0).to_numpy().astype(np.float64).view(np.uint64)
    elif pa.types.is_boolean(kind):
        bits = pc.fill_null(column, False).to_numpy().astype(np.uint64)
    else:
        whole = column.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64())
        bits = pc.fill_null(whole, 0).to_numpy().astype(np.int64).view(np.uint64)
    return bits


def _mixed(value: Marks) -> Marks:
    """Spread every bit over all of a number (the last step of SplitMix64, a bijection)."""
    value = value ^ (value >> np.uint64(30))
    value = value * np.uint64(0xBF58476D1CE4E5B9)
    value = value ^ (value >> np.uint64(27))
    value = value * np.uint64(0x94D049BB133111EB)
    mixed: Marks = value ^ (value >> np.uint64(31))
    return mixed
