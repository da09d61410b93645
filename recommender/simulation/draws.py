"""Luck that belongs to a person, a month and a training, never to an order of drawing.

In: a seed and names. Out: numbers; the same seed and names give the same ones, whoever else is
there. Policies are compared under the same luck.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(values: Bits) -> Bits:
    """Scramble 64-bit numbers (the finaliser of SplitMix64)."""
    values = values + _GOLDEN
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


class Luck:
    """Numbers drawn for people and things by name.

    Parameters:
        seed: the seed of a run.
        people: ids of those who draw.
        things: codes of what they may draw for: trainings or competencies.
    """

    def __init__(self, seed: int, people: Sequence[str], things: Sequence[str]) -> None:
        self._seed = seed
        self._people = np.array([_key(f"{seed}\0{name}") for name in people], np.uint64)
        self._things = np.array([_key(name) for name in things], np.uint64)

    def _event(self, what: str, month: int) -> np.uint64:
        return np.uint64(_key(f"{self._seed}\0{what}\0{month}"))

    def of(self, what: str, month: int) -> Floats:
        """Return a number in (0, 1) per person."""
        return _unit(_mix(self._people ^ self._event(what, month)))

    def about(self, what: str, month: int) -> Floats:
        """Return a number in (0, 1) per thing, the same for everybody."""
        return _unit(_mix(self._things ^ self._event(what, month)))

    def at(self, what: str, month: int, person: Rows, thing: Rows) -> Floats:
        """Return a number in (0, 1) per pair of a person and a thing."""
        own = _mix(self._people[person] ^ self._event(what, month))
        return _unit(_mix(own ^ self._things[thing]))

    def grid(self, what: str, month: int) -> Floats:
        """Return the numbers of ``at`` for every pair, ``[n_people, n_things]``."""
        own = _mix(self._people ^ self._event(what, month))
        return _unit(_mix(own[:, None] ^ self._things[None, :]))


def normal(luck: Floats) -> Floats:
    """Turn numbers in (0, 1) into standard normal ones."""
    return np.asarray(ndtri(luck))


def gumbel(luck: Floats) -> Floats:
    """Turn numbers in (0, 1) into standard Gumbel ones."""
    return np.asarray(-np.log(-np.log(luck)))


def _unit(bits: Bits) -> Floats:
    return np.asarray(((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)
