"""Stage names, second step: for each name the few entries of a long list that could be meant.

In: a catalogue, and names taken apart. Out: for each name its nearest entries, best first. A word
that the list does not know is led to words it resembles (letter triples find them, slips are
counted); then one sparse product finds the entries that share most with the name.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from training_data.names.catalogue import Catalogue
from training_data.names.normalise import Reading
from training_data.names.spelling import distance, skeleton
from training_data.names.words import words

BLOCK = 2000
"""Names in one product: bounds the memory, changes nothing else."""

_SHORTEST_MISSPELT = 4
_SHORTEST_TWO_SLIPS = 9
_SHORTEST_CERTAIN = 6
_RARE = 2
_COMPARED = 40
"""Words whose slips are counted for each unknown word, those that share most triples."""

_UNKNOWN_WORD = 3
"""How many slips one slip counts in a word that only the list has."""

_EXPANDED = 0.3
_EACH_DOUBLING = 0.2
"""Boldness of reading an unknown abbreviation, and what each doubling of choices adds."""

_UNKNOWN = 8.0
"""Weight in the search of a word that the list lacks: that of a rare one."""

_ENDING = 0.2
"""What it weighs that a word has the ending -an and the other lacks it."""


@dataclass(frozen=True)
class Link:
    """How a written word leads to a word of the list.

    Attributes:
        typo: slips per sign, 0 for none.
        guess: how bold it is to read an unknown abbreviation so, 0 for none.
    """

    typo: float = 0.0
    guess: float = 0.0

    @property
    def cost(self) -> float:
        """What both weigh together."""
        return self.typo + self.guess


Links = Mapping[str, Link]


@dataclass
class Index:
    """A catalogue laid out for search.

    Attributes:
        catalogue: the lists.
    """

    catalogue: Catalogue
    _links: dict[str, Links] = field(default_factory=dict)

    @cached_property
    def counts(self) -> Counter[str]:
        """In how many entries each word occurs."""
        return Counter(word for e in self.catalogue.entries for word in e.reading.words)

    def knows(self, word: str) -> bool:
        """Whether the word occurs in the list."""
        return word in self.counts

    def resembles(self, word: str) -> bool:
        """Whether the word occurs in the list, or may be meant for one that does."""
        return word in self.counts or bool(self.links(word))

    def links(self, word: str) -> Links:
        """Return the words of the list, other than itself, that a written word may stand for."""
        if word not in self._links:
            self._links[word] = self._found_links(word)
        return self._links[word]

    def nearest(self, readings: Sequence[Reading], k: int) -> Iterator[NDArray[np.int64]]:
        """Yield for each reading the places of up to ``k`` entries that share most with it.

        Equal ones come in the order of the catalogue, so that neither the order of the names nor
        the size of a block changes a result.
        """
        for start in range(0, len(readings), BLOCK):
            block = readings[start : start + BLOCK]
            rows, own = self._rows(block)
            shared = sparse.csr_matrix(rows @ self._transposed)
            for row in range(len(block)):
                span = slice(shared.indptr[row], shared.indptr[row + 1])
                places, values = shared.indices[span], shared.data[span]
                yield _best(places, 2 * values / (own[row] + self._sizes[places]), k)

    @cached_property
    def _columns(self) -> Mapping[str, int]:
        features = sorted({f for e in self.catalogue.entries for f in _features(e.reading)})
        return {feature: place for place, feature in enumerate(features)}

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        """Rare features weigh more, float64 ``[n_features]``."""
        count = Counter(f for e in self.catalogue.entries for f in _features(e.reading))
        total = max(len(self.catalogue), 1)
        return np.array([math.log(1 + total / count[f]) for f in self._columns], np.float64)

    @cached_property
    def _transposed(self) -> sparse.csr_matrix:
        """Weight of each feature in each entry, ``[n_features, n_entries]``."""
        entries = [[self._columns[f] for f in _features(e.reading)] for e in self.catalogue.entries]
        indptr = np.cumsum([0, *map(len, entries)])
        indices = np.array([c for columns in entries for c in columns], np.int32)
        weights = self._weights[indices]
        shape = (len(entries), len(self._columns))
        matrix = sparse.csr_matrix((weights, indices, indptr), shape)
        return sparse.csr_matrix(matrix.T)

    @cached_property
    def _sizes(self) -> NDArray[np.float64]:
        """Weight of each entry, float64 ``[n_entries]``."""
        return np.asarray(self._transposed.sum(axis=0)).ravel()

    def _rows(self, readings: Sequence[Reading]) -> tuple[sparse.csr_matrix, NDArray[np.float64]]:
        """Return the features of each name and what they weigh, float64 ``[n]``."""
        indptr: list[int] = [0]
        indices: list[int] = []
        values: list[float] = []
        sizes: list[float] = []
        for reading in readings:
            row: dict[int, float] = {}
            size = 0.0
            for feature in _features(reading):
                place = self._columns.get(feature)
                if place is not None:
                    row[place] = 1.0
                    size += self._weights[place]
            for word in (*reading.words, *reading.soft):
                strength = 1.0 if word in reading.words else 0.5
                own = self._columns.get(word)
                weight = _UNKNOWN if own is None else self._weights[own]
                if own is not None:
                    row[own] = max(row.get(own, 0.0), strength)
                for other, link in self.links(word).items():
                    place = self._columns[other]
                    # A rare misspelling in the list must not outweigh the word as it is spelt.
                    part = min(1.0, weight / self._weights[place])
                    row[place] = max(row.get(place, 0.0), part * strength / (1 + link.cost))
                if own is None:
                    size += strength * weight
            indices += row.keys()
            values += row.values()
            indptr.append(len(indices))
            sizes.append(size)
        shape = (len(readings), len(self._columns))
        data = (np.array(values), np.array(indices, np.int32), np.array(indptr))
        return sparse.csr_matrix(data, shape), np.array(sizes)

    def _found_links(self, word: str) -> Links:
        found = {
            v: Link(typo=_ENDING) for v in _other_endings(word) if v in self.counts and v != word
        }
        if word in words(self.catalogue.kind).lexicon:
            if len(word) > _SHORTEST_CERTAIN:
                for v in self._suspects.alike(word, 1):
                    if distance(word, v, 1) == 1:
                        found.setdefault(v, Link(typo=2 / len(word)))
            return found
        if self.counts[word] <= _RARE:
            for v, link in self._misspelt(word):
                found.setdefault(v, link)
        if word not in self.counts:
            for v, link in self._abbreviated(word).items():
                found.setdefault(v, link)
        return found

    def _misspelt(self, word: str) -> Iterator[tuple[str, Link]]:
        """Yield words of the list that are nearest, unless a word spelt right is nearer still."""
        most = 0 if len(word) < _SHORTEST_MISSPELT else 1 if len(word) < _SHORTEST_TWO_SLIPS else 2
        if not most:
            return
        near = {
            other: slips
            for other in self._every.alike(word, most)
            if other != word and (slips := distance(word, other, most)) <= most
        }
        if not near:
            return
        least, lexicon = min(near.values()), words(self.catalogue.kind).lexicon
        nearest = sorted(other for other, slips in near.items() if slips == least)
        for other in nearest:
            if other in self.counts:
                # Of several words equally near any may be meant, also one the list lacks.
                # A slip in a word that nobody else knows may as well be another word.
                slips = least if other in lexicon else _UNKNOWN_WORD * least**2
                yield other, Link(2 * slips / len(word), math.log2(len(nearest)))

    def _abbreviated(self, word: str) -> dict[str, Link]:
        """Return words of the list that begin like an abbreviation, or have its consonants."""
        vocabulary = self._sorted
        if len(word) < 3:
            return {}
        start = bisect.bisect_left(vocabulary, word)
        longer = []
        for other in vocabulary[start:]:
            if not other.startswith(word):
                break
            longer.append(other)
        if not longer and not set("aeiou") & set(word):
            longer = [v for v in self._skeletons.get(word[0], ()) if _within(word, skeleton(v))]
        boldness = _EXPANDED + _EACH_DOUBLING * math.log2(len(longer)) if longer else 0.0
        return {v: Link(guess=boldness) for v in longer[:40] if v in self.counts and v != word}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(set(self.counts) | words(self.catalogue.kind).lexicon)

    @cached_property
    def _skeletons(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._sorted:
            if len(word) >= 5:
                found.setdefault(word[0], []).append(word)
        return found

    @cached_property
    def _every(self) -> _Triples:
        return _Triples.of(self._sorted)

    @cached_property
    def _suspects(self) -> _Triples:
        """Words of the list that may be misspelt there: rare, and in no list of right words."""
        lexicon = words(self.catalogue.kind).lexicon
        rare = [w for w, n in self.counts.items() if n <= _RARE and w not in lexicon]
        return _Triples.of(sorted(w for w in rare if len(w) >= _SHORTEST_MISSPELT))


@dataclass(frozen=True)
class _Triples:
    """Words by the triples of letters they hold."""

    listed: list[str]
    lengths: NDArray[np.int64]
    by_triple: Mapping[str, NDArray[np.int32]]

    @classmethod
    def of(cls, listed: list[str]) -> _Triples:
        found: dict[str, list[int]] = {}
        for place, word in enumerate(listed):
            for triple in _triples(word):
                found.setdefault(triple, []).append(place)
        by_triple = {t: np.array(places, np.int32) for t, places in found.items()}
        return cls(listed, np.array([len(word) for word in listed], np.int64), by_triple)

    def alike(self, word: str, most: int) -> list[str]:
        """Return words that share so many triples that ``most`` slips can explain the others."""
        given = _triples(word)
        places = [self.by_triple[t] for t in given if t in self.by_triple]
        if not places:
            return []
        distinct, count = np.unique(np.concatenate(places), return_counts=True)
        near = np.abs(self.lengths[distinct] - len(word)) <= most
        near &= count >= max(len(given) - 4 * most, 1)
        distinct, count = distinct[near], count[near]
        most_shared = np.argsort(-count, kind="stable")[:_COMPARED]
        return [self.listed[p] for p in distinct[most_shared].tolist()]


def _triples(word: str) -> list[str]:
    padded = f"^^{word}$$"
    return sorted({padded[i : i + 3] for i in range(len(padded) - 2)})


def _features(reading: Reading) -> list[str]:
    """Return what search compares: words, and marked as such level, number, type and place."""
    return [
        *reading.words,
        *(f"level {level}" for level in sorted(reading.levels)),
        *(f"number {number}" for number in dict.fromkeys(reading.numbers)),
        *([f"type {reading.type}"] if reading.type else []),
        *(f"place {place}" for place in sorted(reading.places)),
    ]


def _best(places: NDArray[np.int32], scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    if len(places) > k:
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        keep = scores >= least
        places, scores = places[keep], scores[keep]
    order = np.lexsort((places, -scores))[:k]
    return places[order].astype(np.int64)


def _other_endings(word: str) -> tuple[str, ...]:
    return (word + "an", word.removesuffix("an"))[: 1 + word.endswith("an")]


def _within(short: str, long: str) -> bool:
    """Whether the signs of one occur in the other in their order."""
    signs = iter(long)
    return all(sign in signs for sign in short)
