"""Stage 8 as text: the first reasons of many picks as ``code:subject:points``, made by columns.

In: parts of scores, ordered by pick and size. Out: one text per pick. No line is made one by one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import Index
from recommender.rank import REASONS, Parts
from recommender.results import MICRO

_SIGNS = pa.array(["", "-"])


class ReasonTexts:
    """The beginnings of all reasons of one kind, ``code:subject:``, made once.

    Parameters:
        subjects: per term, the codes that its subject rows point to.
    """

    def __init__(self, subjects: Mapping[str, Index]) -> None:
        starts, at = [], 0
        self._first: dict[str, int] = {}
        for name, index in subjects.items():
            # The first of each term is about nothing: row −1.
            codes = pa.concat_arrays([pa.array([""]), index.array])
            starts.append(pc.binary_join_element_wise(name, codes, "", ":"))
            self._first[name] = at + 1
            at += len(codes)
        self._starts = pa.concat_arrays([pa.array([], pa.string()), *starts])

    def of(self, parts: Parts, n_picks: int) -> pa.Array:
        """Return up to three reasons per pick, joined by ``|``, string ``[n_picks]``."""
        begin = np.searchsorted(parts.pick, np.arange(n_picks + 1))
        count = np.diff(begin)
        first, *others = (
            self._texts(parts, begin[:-1] + place, count > place) for place in range(REASONS)
        )
        # Arrow drops a row in which all is skipped: a pick without reasons has an empty one.
        return pc.binary_join_element_wise(
            pc.fill_null(first, ""), *others, "|", null_handling="skip"
        )

    def _texts(self, parts: Parts, entry: NDArray[np.int64], there: NDArray[np.bool_]) -> pa.Array:
        """Return the texts of some parts, null where there is none."""
        held = entry[there]
        first = np.array([self._first[name] for name in parts.names], np.int64)
        starts = self._starts.take(pa.array(first[parts.term[held]] + parts.subject[held]))
        texts = pc.binary_join_element_wise(starts, decimals(parts.micro[held]), "")
        place = np.cumsum(there) - 1
        return texts.take(pa.array(place, mask=~there))


def decimals(micro: NDArray[np.int64]) -> pa.Array:
    """Return micro-points as texts with six decimals, exactly, string ``[n]``."""
    whole, rest = np.divmod(np.abs(micro), MICRO)
    # The million in front keeps the zeros in front of the rest; the point takes its place.
    digits = pc.binary_replace_slice(
        pa.array(rest + MICRO).cast(pa.string()), start=0, stop=1, replacement="."
    )
    return pc.binary_join_element_wise(
        _SIGNS.take(pa.array((micro < 0).astype(np.int8))),
        pa.array(whole).cast(pa.string()),
        digits,
        "",
    )
