"""The vector form of levels: employees × competencies → employees × segments.

``min`` is an inner product once each competency is cut into segments: a level h fills the
segments of ``(0, h]``. From this one encoding follow, by sparse products,

* the *gap* a training closes: (fill of r − fill of min(h, r)) · (segments the training raises);
* the *match* with a post: Σ w/r · fill of min(h, r), over known competencies.

It is the canonical form, the oracle of the arrays used for ranking, and what notebooks show;
ranking itself never materialises it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class ThermometerEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Encode levels as filled lengths of segments.

    Fit learns, per competency, the sorted levels at which requirements and outcomes cut the
    scale; transform is stateless, so any split of the rows gives the same bytes.

    Attributes:
        cuts_: per column, float64 ascending cut points above 0.
        offsets_: int64 ``[n_features_in_ + 1]``: column c owns segments
            ``offsets_[c]:offsets_[c + 1]``.

    >>> encoder = ThermometerEncoder().fit([[2.0, 3.0], [3.0, np.nan]])
    >>> encoder.transform([[2.5, 1.0], [np.nan, 3.0]]).toarray()
    array([[2. , 0.5, 1. ],
           [0. , 0. , 3. ]])
    """

    def fit(self, X: Any, y: Any = None) -> ThermometerEncoder:
        """Learn the cuts from levels that occur, float ``[n, n_competencies]``, NaN for none."""
        levels = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64)
        self.cuts_ = [np.unique(column[column > 0]) for column in levels.T]
        sizes = [len(cuts) for cuts in self.cuts_]
        self.offsets_ = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return self

    def transform(self, X: Any) -> sp.csr_matrix:
        """Return lengths ``[n, n_segments]``; an unknown level (NaN) fills nothing.

        A level above the last cut fills all segments and no more: nothing asks for it.
        """
        check_is_fitted(self)
        levels = validate_data(
            self, X, reset=False, ensure_all_finite="allow-nan", dtype=np.float64
        )
        blocks = []
        for cuts, column in zip(self.cuts_, levels.T, strict=True):
            low = np.concatenate([[0.0], cuts[:-1]]) if len(cuts) else cuts
            h = np.nan_to_num(column, nan=0.0)[:, None]
            blocks.append(
                sp.csr_matrix(
                    np.clip(h, low, cuts) - low if len(cuts) else np.zeros((len(levels), 0))
                )
            )
        return sp.csr_matrix(sp.hstack(blocks, format="csr"))

    def spans(
        self, column: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> sp.csr_matrix:
        """Return 0/1 vectors ``[n, n_segments]`` of the segments of ``(low, high]``.

        Parameters:
            column: competency of each span; ``low`` and ``high`` must be 0 or cuts.
        """
        check_is_fitted(self)
        rows, cols = [], []
        for i, (c, a, b) in enumerate(zip(column, low, high, strict=True)):
            first, last = np.searchsorted(self.cuts_[c], [a, b], side="right")
            cols.append(np.arange(first, last) + self.offsets_[c])
            rows.append(np.full(last - first, i))
        row = np.concatenate([np.zeros(0, np.int64), *rows])
        col = np.concatenate([np.zeros(0, np.int64), *cols])
        shape = (len(column), int(self.offsets_[-1]))
        return sp.csr_matrix((np.ones(len(row)), (row, col)), shape)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return ``competency(low, high]`` per segment."""
        check_is_fitted(self)
        names = (
            input_features
            if input_features is not None
            else getattr(self, "feature_names_in_", [f"x{c}" for c in range(self.n_features_in_)])
        )
        found = [
            f"{name}({low:g}, {high:g}]"
            for name, cuts in zip(names, self.cuts_, strict=True)
            for low, high in zip([0.0, *cuts[:-1]], cuts, strict=True)
        ]
        return np.array(found, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
