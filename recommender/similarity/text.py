"""Text similarity of duties and trainings: words and character n-grams, TF-IDF, cosine.

Character n-grams carry Indonesian affixes and compounds (melatih, pelatihan) and misspellings;
words, as their roots, carry the exact terms. The similarity of two documents is the mean of both
cosines. A space is fitted on the agency's own catalogue; its vocabulary and weights are plain data.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.kernels import choose
from recommender.similarity.roots import learn_roots, rooted

MAX_FEATURES = 60_000
_MOST_READ = 4
MICRO_SIMILARITY = 1_000_000
"""Similarities leave this module as whole millionths."""


def _analysers(roots: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    return (
        {"analyzer": partial(rooted, roots=roots)},
        {"analyzer": "char_wb", "ngram_range": (3, 5)},
    )


@dataclass(frozen=True)
class TextSpace:
    """A fitted space: per analyser its terms in order and their idf weights.

    Attributes:
        terms: two vocabularies, words and character n-grams.
        idf: float64 weights of the same lengths.
        roots: word → root, for the words that have another one.
    """

    terms: tuple[tuple[str, ...], tuple[str, ...]]
    idf: tuple[NDArray[np.float64], NDArray[np.float64]]
    roots: Mapping[str, str]
    _read: dict[tuple[str, ...], sp.csr_matrix] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def fit(cls, documents: Sequence[str]) -> TextSpace:
        """Learn vocabulary and idf from documents; no text at all gives an empty space."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        terms: list[tuple[str, ...]] = []
        idf: list[NDArray[np.float64]] = []
        roots = learn_roots(documents)
        for analyser in _analysers(roots):
            vectorizer = TfidfVectorizer(sublinear_tf=True, max_features=MAX_FEATURES, **analyser)
            try:
                vectorizer.fit(sorted(documents))
            except ValueError:  # scikit-learn's way to say: no term in any document
                terms.append(())
                idf.append(np.zeros(0))
                continue
            terms.append(tuple(vectorizer.get_feature_names_out()))
            idf.append(np.asarray(vectorizer.idf_, np.float64))
        return cls((terms[0], terms[1]), (idf[0], idf[1]), roots)

    def vectors(self, documents: Sequence[str]) -> sp.csr_matrix:
        """Return unit vectors ``[n_documents, n_terms]``; an empty document is a zero row.

        A catalogue is read once however often its scorers are laid out.
        """
        key = tuple(documents)
        if key not in self._read:
            if len(self._read) >= _MOST_READ:
                self._read.pop(next(iter(self._read)))
            self._read[key] = self._vectors(documents)
        return self._read[key].copy()

    def _vectors(self, documents: Sequence[str]) -> sp.csr_matrix:
        from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

        # No term reaches across white space, and a catalogue's words recur: each is read once.
        pieces, counts = _counted(documents)
        parts = []
        for terms, idf, analyser in zip(self.terms, self.idf, _analysers(self.roots), strict=True):
            if not terms or not pieces:
                parts.append(sp.csr_matrix((len(documents), len(terms))))
                continue
            counter = CountVectorizer(
                vocabulary=list(terms), lowercase=False, dtype=np.float64, **analyser
            )
            held = sp.csr_matrix(counts @ counter.transform(pieces))
            held.sort_indices()
            weighting = TfidfTransformer(sublinear_tf=True)
            weighting.idf_ = idf
            parts.append(weighting.transform(held, copy=False) * np.sqrt(0.5))
        return sp.csr_matrix(sp.hstack(parts, format="csr"))


def _counted(documents: Sequence[str]) -> tuple[list[str], sp.csr_matrix]:
    """Return the distinct pieces between white space, and how often each document holds them."""
    place: dict[str, int] = {}
    column = array("q")
    ends = [0]
    for document in documents:
        column.extend(place.setdefault(piece, len(place)) for piece in document.lower().split())
        ends.append(len(column))
    entries = np.ones(len(column)), np.frombuffer(column, np.int64), np.array(ends)
    return list(place), sp.csr_matrix(entries, (len(documents), len(place)))


def similarities(left: sp.csr_matrix, right_transposed: sp.csr_matrix) -> NDArray[np.int32]:
    """Return cosines in millionths, int32 ``[n_left, n_right]``.

    Parameters:
        right_transposed: vectors ``[n_terms, n_right]``, turned once by the caller.

    Each row depends on its own document alone, so a block gives the same numbers as the whole.
    """
    return choose.whole_products(left, right_transposed, MICRO_SIMILARITY)


def transposed(vectors: sp.csr_matrix) -> sp.csr_matrix:
    """Return vectors as columns, in the layout that products read fastest."""
    return sp.csr_matrix(vectors.T.tocsr())


LATENT_UNIT = 1 << 12
"""Latent vectors have this length, in whole numbers, so that their products are exact."""
LATENT_DIMENSIONS = 64
_MOST_DOCUMENTS = 4_000
_NO_STRENGTH = 1e-6


@dataclass(frozen=True)
class LatentText:
    """Directions of meaning in the agency's own catalogue: truncated SVD of its texts.

    Attributes:
        directions: float32 ``[n_dimensions, n_terms]``; no dimension where there are too few texts.
    """

    directions: NDArray[np.float32]

    @classmethod
    def fit(cls, vectors: sp.csr_matrix) -> LatentText:
        """Learn the directions from unit vectors of documents ``[n_documents, n_terms]``."""
        told = vectors[np.unique(vectors.nonzero()[0])]
        if told.shape[0] > _MOST_DOCUMENTS:
            told = told[np.linspace(0, told.shape[0] - 1, _MOST_DOCUMENTS).astype(np.int64)]
        size = min(LATENT_DIMENSIONS, min(told.shape) - 1)
        if size < 1:
            return cls(np.zeros((0, vectors.shape[1]), np.float32))
        # Directions by way of the documents' own products: small, dense, and the same every time.
        strength, mixes = np.linalg.eigh(np.asarray((told @ told.T).toarray()))
        kept = np.argsort(-strength, kind="stable")[:size]
        kept = kept[strength[kept] > _NO_STRENGTH]
        directions = (told.T @ mixes[:, kept]).T / np.sqrt(strength[kept])[:, None]
        # Half precision is far above what matters and below where machines differ.
        return cls(np.asarray(directions).astype(np.float16).astype(np.float32))

    def vectors(self, documents: sp.csr_matrix) -> NDArray[np.int64]:
        """Return whole-number vectors ``[n_documents, n_dimensions]``; no text gives zeros."""
        value = np.asarray(documents @ self.directions.T, np.float64)
        length = np.sqrt((value**2).sum(axis=1, keepdims=True))
        unit = np.divide(value, length, out=np.zeros_like(value), where=length > 0)
        return np.asarray(np.rint(unit * LATENT_UNIT), np.int64)
