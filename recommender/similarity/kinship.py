"""Competencies of kin: those whose names and descriptions say much the same.

In: the text of each competency. Out: a sparse table of how much one counts for another. Where
each post lists a few of many competencies, two posts may ask for the same thing by different
names ("testing of business needs", "test analysis"); levels alone would see nothing in common.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from recommender.similarity.text import MICRO_SIMILARITY, TextSpace, similarities, transposed
from recommender.snapshot import Snapshot

KIN_UNIT = 1 << 10
"""Kinship is stored in whole parts of this, so that products with whole numbers are exact."""
LEAST_OVERLAP = 0.2
"""Texts that share less are no kin: any two texts of a language share some words."""
SHARE = 0.5
"""A competency of kin never counts for more than half of the overlap of the texts."""
_BLOCK = 512


def kinship(documents: Sequence[str], weight: float) -> sp.csr_matrix:
    """Return how much one competency counts for another, in parts of ``KIN_UNIT``.

    Parameters:
        documents: the text of each competency; an empty one has no kin.
        weight: how much kinship counts at all in this framework, 0 … 1.

    Returns:
        CSR int64 ``[n, n]``, symmetric, nothing on the diagonal.
    """
    n = len(documents)
    if weight <= 0 or not any(documents):
        return no_kinship(n)
    vectors = TextSpace.fit(documents).vectors(documents)
    turned = transposed(vectors)
    blocks = []
    for start in range(0, n, _BLOCK):
        overlap = similarities(vectors[start : start + _BLOCK], turned) / MICRO_SIMILARITY
        rows = np.arange(len(overlap))
        overlap[rows, start + rows] = 0.0
        near = np.where(overlap >= LEAST_OVERLAP, overlap, 0.0)
        blocks.append(sp.csr_matrix(np.rint(near * SHARE * weight * KIN_UNIT).astype(np.int64)))
    return sp.csr_matrix(sp.vstack(blocks, format="csr"))


def no_kinship(n: int) -> sp.csr_matrix:
    """Return the table of ``n`` competencies without kin."""
    return sp.csr_matrix((n, n), dtype=np.int64)


def competency_documents(snapshot: Snapshot) -> list[str]:
    """Return name and description of each competency; nothing where it has only its code."""
    table = snapshot.dataset.table("competencies")
    codes, said = table["competency_code"].to_pylist(), table["description"].to_pylist()
    descriptions = dict(zip(codes, said, strict=True))
    return [
        " ".join(part for part in (name, descriptions.get(code)) if part and part != code)
        for code, name in zip(snapshot.competencies.codes, snapshot.competency_names, strict=True)
    ]
