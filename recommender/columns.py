"""Arrow columns as numpy arrays: codes to row numbers, levels to whole numbers, −1 for unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from training_data import reference

UNKNOWN = -1
MILLI = 1000
"""Milli-levels per level and milli-weights per unit of weight."""

Ints = NDArray[np.int32]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Index:
    """External codes in byte order and their row numbers."""

    codes: tuple[str, ...]

    @classmethod
    def of(cls, codes: Iterable[str]) -> Index:
        """Index distinct codes in the order of their UTF-8 bytes."""
        return cls(tuple(sorted(set(codes), key=str.encode)))

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Code → row number."""
        return MappingProxyType({code: row for row, code in enumerate(self.codes)})

    @cached_property
    def array(self) -> pa.Array:
        """The codes by row number, string."""
        return pa.array(self.codes, pa.string())

    def lookup(self, column: pa.ChunkedArray) -> Ints:
        """Return the row number of each code, int32, −1 where null or not indexed."""
        found = pc.index_in(column.cast(pa.string()), value_set=self.array)
        return ints(found, np.int32)


class Numbers:
    """Numbers equal texts equally, over several tables."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, column: pa.ChunkedArray) -> Ints:
        """Return a number per text, the same for the same words; −1 for null."""
        values = column.to_pylist()
        return np.array(
            [
                UNKNOWN if v is None else self._seen.setdefault(v.casefold(), len(self._seen))
                for v in values
            ],
            np.int32,
        )


def strings(column: pa.ChunkedArray) -> list[str]:
    """Return the values that are not null."""
    return [v for v in column.to_pylist() if v is not None]


def lists(column: pa.ChunkedArray) -> list[list[str]]:
    """Return the parts of cells that hold several values separated by ``|``."""
    return [
        [part.strip() for part in (v or "").split("|") if part.strip()] for v in column.to_pylist()
    ]


def ints(column: pa.ChunkedArray | pa.Array, kind: type[np.signedinteger]) -> Ints:
    """Return whole numbers, −1 for null."""
    filled = pc.fill_null(column, UNKNOWN)
    return np.asarray(
        filled.to_numpy(zero_copy_only=False) if isinstance(filled, pa.Array) else filled.to_numpy()
    ).astype(kind)


def floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return numbers, NaN for null."""
    return np.asarray(pc.fill_null(column, float("nan")).to_numpy(), np.float64)


def days(column: pa.ChunkedArray) -> Days:
    """Return calendar days, NaT for null."""
    return np.asarray(column.to_numpy(), "datetime64[D]")


def choice(column: pa.ChunkedArray, known: Sequence[str]) -> Ints:
    """Return the position of each value in ``known``, −1 for null or another value."""
    return ints(
        pc.index_in(column.cast(pa.string()), value_set=pa.array(known, pa.string())), np.int32
    )


def grades(column: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """Return scale (0 PNS, 1 PPPK) and order within it of each grade, −1 unknown."""
    grades = reference.grades()
    row = choice(column, [g.code for g in grades])
    scale = np.array([0 if g.scale == "PNS" else 1 for g in grades] + [UNKNOWN], np.int32)
    order = np.array([g.order for g in grades] + [UNKNOWN], np.int32)
    return scale[row], order[row]


def education(column: pa.ChunkedArray) -> Ints:
    """Return the rank of each education level, −1 unknown; D4 and S1 share one."""
    levels = reference.education_levels()
    row = choice(column, [e.code for e in levels])
    return np.array([e.rank for e in levels] + [UNKNOWN], np.int32)[row]
