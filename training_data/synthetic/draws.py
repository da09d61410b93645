"""Random numbers that belong to a person, not to an order of drawing.

The same (seed, name, person) gives the same number, whichever shard the person is made in.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bits = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_COLUMN = np.uint64(0xD1B54A32D192ED03)


def _mix(values: Bits) -> Bits:
    """Scramble 64-bit counters in place (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        values ^= values >> np.uint64(30)
        values *= np.uint64(0xBF58476D1CE4E5B9)
        values ^= values >> np.uint64(27)
        values *= np.uint64(0x94D049BB133111EB)
        values ^= values >> np.uint64(31)
    return values


def _unit(bits: Bits) -> Floats:
    """Turn 64 bits into a number strictly between 0 and 1."""
    numbers = (bits >> np.uint64(12)).astype(np.float64)
    numbers += 0.5
    numbers *= 2.0**-52
    return numbers


def _bell(bits: Bits) -> Floats:
    """Turn 64 bits into a nearly normal number: the standardised sum of four 16-bit parts."""
    parts = np.ascontiguousarray(bits).view(np.uint16).reshape(*bits.shape, 4)
    total = parts.sum(axis=-1, dtype=np.int64).astype(np.float64)
    total += 2.0 - 4 * 32768.0
    total *= np.sqrt(3.0) / 65536.0
    return np.asarray(total)


class Draws:
    """Independent draws for some persons (or units, or any numbered things).

    Parameters:
        seed: the seed of the whole city.
        numbers: integer array, shape (n,): who draws.
    """

    def __init__(self, seed: int, numbers: Integers) -> None:
        self.seed = seed
        self.numbers = np.asarray(numbers, dtype=np.int64)

    def of(self, chosen: Any) -> Draws:
        """Return the draws of some of the numbers only (mask or positions)."""
        return Draws(self.seed, self.numbers[chosen])

    def _bits(self, name: str) -> Bits:
        digest = hashlib.sha256(f"{self.seed}:{name}".encode()).digest()
        key = np.uint64(int.from_bytes(digest[:8], "little"))
        with np.errstate(over="ignore"):
            return _mix(self.numbers.astype(np.uint64) * _GOLDEN + key)

    def _cells(self, name: str, columns: int) -> Bits:
        with np.errstate(over="ignore"):
            steps = (np.arange(columns, dtype=np.uint64) + np.uint64(1)) * _COLUMN
            return _mix(self._bits(name)[:, None] + steps[None, :])

    def uniform(self, name: str) -> Floats:
        """Return one number in (0, 1) per person, shape (n,)."""
        return _unit(self._bits(name))

    def grid(self, name: str, columns: int) -> Floats:
        """Return ``columns`` numbers in (0, 1) per person, shape (n, columns)."""
        return _unit(self._cells(name, columns))

    def normal(self, name: str) -> Floats:
        """Return one standard normal number per person, shape (n,)."""
        return _bell(self._bits(name))

    def normals(self, name: str, columns: int) -> Floats:
        """Return standard normal numbers, shape (n, columns)."""
        return _bell(self._cells(name, columns))

    def normals_at(self, name: str, rows: Integers, columns: Integers) -> Floats:
        """Return the cells ``normals(name, …)[rows, columns]`` without making the others."""
        with np.errstate(over="ignore"):
            steps = (columns.astype(np.uint64) + np.uint64(1)) * _COLUMN
            return _bell(_mix(self._bits(name)[rows] + steps))

    def gumbels(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return standard Gumbel numbers, shape (n, columns)."""
        noise = self.grid(name, columns).astype(np.float32)
        np.clip(noise, 1e-7, 1 - 1e-6, out=noise)
        for _ in range(2):
            np.log(noise, out=noise)
            np.negative(noise, out=noise)
        return noise

    def chance(self, name: str, probability: Any) -> NDArray[np.bool_]:
        """Return whether an event of the given probability happens, shape (n,)."""
        happens: NDArray[np.bool_] = self.uniform(name) < probability
        return happens

    def below(self, name: str, limit: Any) -> Integers:
        """Return whole numbers 0 … limit − 1, shape (n,)."""
        whole: Integers = (self.uniform(name) * limit).astype(np.int64)
        return whole

    def pick(self, name: str, weights: Floats) -> Integers:
        """Return positions drawn with the given weights, shape (n,)."""
        edges = np.cumsum(weights) / np.sum(weights)
        return np.minimum(
            np.searchsorted(edges, self.uniform(name), side="right"), len(edges) - 1
        ).astype(np.int64)
