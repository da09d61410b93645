"""Text similarity of duties and trainings: words and character n-grams, TF-IDF, cosine.

Character n-grams carry Indonesian affixes and compounds (melatih, pelatihan) and misspellings;
words carry the exact terms. The similarity of two documents is the mean of both cosines. A space
is fitted on the agency's own catalogue; its vocabulary and weights are plain data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

MAX_FEATURES = 60_000
MICRO_SIMILARITY = 1_000_000
"""Similarities leave this module as whole millionths."""

_ANALYSERS: tuple[dict[str, Any], ...] = (
    {"analyzer": "word", "token_pattern": r"(?u)\b\w\w+\b", "ngram_range": (1, 1)},
    {"analyzer": "char_wb", "ngram_range": (3, 5)},
)


@dataclass(frozen=True)
class TextSpace:
    """A fitted space: per analyser its terms in order and their idf weights.

    Attributes:
        terms: two vocabularies, words and character n-grams.
        idf: float64 weights of the same lengths.
    """

    terms: tuple[tuple[str, ...], tuple[str, ...]]
    idf: tuple[NDArray[np.float64], NDArray[np.float64]]

    @classmethod
    def fit(cls, documents: Sequence[str]) -> TextSpace:
        """Learn vocabulary and idf from documents; no text at all gives an empty space."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        terms: list[tuple[str, ...]] = []
        idf: list[NDArray[np.float64]] = []
        for analyser in _ANALYSERS:
            vectorizer = TfidfVectorizer(sublinear_tf=True, max_features=MAX_FEATURES, **analyser)
            try:
                vectorizer.fit(sorted(documents))
            except ValueError:  # scikit-learn's way to say: no term in any document
                terms.append(())
                idf.append(np.zeros(0))
                continue
            terms.append(tuple(vectorizer.get_feature_names_out()))
            idf.append(np.asarray(vectorizer.idf_, np.float64))
        return cls((terms[0], terms[1]), (idf[0], idf[1]))

    def vectors(self, documents: Sequence[str]) -> sp.csr_matrix:
        """Return unit vectors ``[n_documents, n_terms]``; an empty document is a zero row."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        parts = []
        for terms, idf, analyser in zip(self.terms, self.idf, _ANALYSERS, strict=True):
            if not terms or not documents:
                parts.append(sp.csr_matrix((len(documents), len(terms))))
                continue
            vectorizer = TfidfVectorizer(sublinear_tf=True, vocabulary=list(terms), **analyser)
            vectorizer.idf_ = idf
            parts.append(vectorizer.transform(documents) * np.sqrt(0.5))
        return sp.csr_matrix(sp.hstack(parts, format="csr"))


def similarities(left: sp.csr_matrix, right_transposed: sp.csr_matrix) -> NDArray[np.int32]:
    """Return cosines in millionths, int32 ``[n_left, n_right]``.

    Parameters:
        right_transposed: vectors ``[n_terms, n_right]``, turned once by the caller.

    Each row depends on its own document alone, so a block gives the same numbers as the whole.
    """
    cosine = np.asarray((left @ right_transposed).toarray())
    millionths: NDArray[np.int32] = np.rint(cosine * MICRO_SIMILARITY).astype(np.int32)
    return millionths


def transposed(vectors: sp.csr_matrix) -> sp.csr_matrix:
    """Return vectors as columns, in the layout that products read fastest."""
    return sp.csr_matrix(vectors.T.tocsr())
