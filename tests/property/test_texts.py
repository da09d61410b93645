"""Texts read word by word give what scikit-learn gives for them whole, to the last bit."""

from __future__ import annotations

from functools import partial

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.similarity.roots import rooted
from recommender.similarity.text import TextSpace

WORDS = ("mengelola", "pengelolaan", "Jalan", "jalan,", "a", "ΑΣ", "İzin", "tak-dikenal", "12")
SPACES = (" ", "  ", "\n", "\t ", "\u00a0", "\x1f", "")
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS + SPACES), max_size=12).map("".join) | st.text(max_size=20),
    max_size=6,
)


def whole(space: TextSpace, documents: list[str]) -> sp.csr_matrix:
    """Return the vectors as the library makes them from whole documents."""
    parts = []
    for terms, idf, analyser in zip(
        space.terms,
        space.idf,
        (
            {"analyzer": partial(rooted, roots=space.roots)},
            {"analyzer": "char_wb", "ngram_range": (3, 5)},
        ),
        strict=True,
    ):
        if not terms or not documents:
            parts.append(sp.csr_matrix((len(documents), len(terms))))
            continue
        vectorizer = TfidfVectorizer(sublinear_tf=True, vocabulary=list(terms), **analyser)
        vectorizer.idf_ = idf
        parts.append(vectorizer.transform(documents) * np.sqrt(0.5))
    return sp.csr_matrix(sp.hstack(parts, format="csr"))


@given(learnt=TEXTS, read=TEXTS)
def test_the_vectors_are_those_of_the_library(learnt: list[str], read: list[str]) -> None:
    space = TextSpace.fit([*learnt, "mengelola jalan", "pengelolaan jalan"])
    documents = [*read, *learnt]
    found, expected = space.vectors(documents), whole(space, documents)
    assert found.shape == expected.shape
    for part in ("indptr", "indices", "data"):
        assert np.array_equal(getattr(found, part), getattr(expected, part)), part
