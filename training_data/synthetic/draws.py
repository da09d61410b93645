"""Random numbers that belong to a person, not to an order: the same (seed, name, person) always
gives the same draw, whichever shard the person is made in.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_COLUMN = np.uint64(0xD1B54A32D192ED03)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit counters (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))


def _unit(bits: NDArray[np.uint64]) -> Floats:
    """Turn 64 bits into a number strictly between 0 and 1."""
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


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

    def _bits(self, name: str) -> NDArray[np.uint64]:
        digest = hashlib.sha256(f"{self.seed}:{name}".encode()).digest()
        key = np.uint64(int.from_bytes(digest[:8], "little"))
        with np.errstate(over="ignore"):
            return _mix(self.numbers.astype(np.uint64) * _GOLDEN + key)

    def uniform(self, name: str) -> Floats:
        """Return one number in (0, 1) per person, shape (n,)."""
        return _unit(self._bits(name))

    def grid(self, name: str, columns: int) -> Floats:
        """Return ``columns`` numbers in (0, 1) per person, shape (n, columns)."""
        with np.errstate(over="ignore"):
            steps = (np.arange(columns, dtype=np.uint64) + np.uint64(1)) * _COLUMN
            return _unit(_mix(self._bits(name)[:, None] + steps[None, :]))

    def normal(self, name: str) -> Floats:
        """Return one standard normal number per person, shape (n,)."""
        return bell(self.grid(name, 2))[:, 0]

    def normals(self, name: str, columns: int) -> Floats:
        """Return standard normal numbers, shape (n, columns)."""
        return bell(self.grid(name, columns + columns % 2))[:, :columns]

    def gumbels(self, name: str, columns: int) -> Floats:
        """Return standard Gumbel numbers, shape (n, columns)."""
        noise: Floats = -np.log(-np.log(self.grid(name, columns)))
        return noise

    def chance(self, name: str, probability: Any) -> NDArray[np.bool_]:
        """Return whether an event of the given probability happens, shape (n,)."""
        happens: NDArray[np.bool_] = self.uniform(name) < probability
        return happens

    def below(self, name: str, limit: Any) -> Integers:
        """Return whole numbers 0 … limit − 1, shape (n,)."""
        return (self.uniform(name) * limit).astype(np.int64)

    def pick(self, name: str, weights: Floats) -> Integers:
        """Return positions drawn with the given weights, shape (n,)."""
        edges = np.cumsum(weights) / np.sum(weights)
        return np.minimum(
            np.searchsorted(edges, self.uniform(name), side="right"), len(edges) - 1
        ).astype(np.int64)


def bell(uniforms: Floats) -> Floats:
    """Turn pairs of uniform columns into normal ones (Box and Muller)."""
    radius = np.sqrt(-2.0 * np.log(uniforms[:, 0::2]))
    angle = 2.0 * np.pi * uniforms[:, 1::2]
    result = np.empty_like(uniforms)
    result[:, 0::2] = radius * np.cos(angle)
    result[:, 1::2] = radius * np.sin(angle)
    return result
