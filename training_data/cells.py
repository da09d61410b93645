"""One column of text as distinct texts and row codes: what every reader hands to the checks.

In: a text column of any source. Out: ``Cells``, on which cleaning and parsing touch each distinct
text once, however many rows repeat it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

TYPED = "\x1f"
"""Set by readers before a number that was typed, not written ("1.125" is then never 1125)."""


@dataclass(frozen=True)
class Cells:
    """A column of text.

    Attributes:
        texts: distinct texts, string[u], no nulls.
        codes: per row the position in ``texts``, int32[n]; −1 where the cell is empty.
    """

    texts: pa.StringArray
    codes: Codes

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array | Sequence[str | None]) -> Cells:
        """Encode a column; what is not text is written as Arrow writes it, once per value."""
        if not isinstance(column, pa.ChunkedArray | pa.Array):
            column = pa.array(column, pa.string())
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(whole, pa.ChunkedArray):
            whole = pa.concat_arrays(whole.chunks)
        encoded = whole.dictionary_encode()
        return cls(encoded.dictionary.cast(pa.string()), codes_of(encoded.indices))

    @classmethod
    def empty(cls, rows: int) -> Cells:
        """Return a column of ``rows`` empty cells."""
        return cls(pa.array([], pa.string()), np.full(rows, -1, np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def filled(self) -> Mask:
        """Per row: the cell is not empty, bool[n]."""
        return np.asarray(self.codes >= 0)

    def take(self, rows: npt.NDArray[np.int64]) -> Cells:
        """Return the cells of some rows."""
        return Cells(self.texts, self.codes[rows])

    def map(self, texts: pa.StringArray) -> Cells:
        """Return the column with each distinct text replaced; a null makes its cells empty."""
        encoded = texts.dictionary_encode()
        return Cells(encoded.dictionary, recode(self.codes, codes_of(encoded.indices)))

    def text(self) -> pa.Array:
        """Return the column as plain text, string[n]."""
        return spread(self.texts, self.codes)

    def at(self, row: int) -> str | None:
        """Return the text of one cell, ``None`` when it is empty."""
        code = int(self.codes[row])
        return None if code < 0 else str(self.texts[code].as_py())


def concatenate(parts: Sequence[Cells]) -> Cells:
    """Return several columns one below the other."""
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(len(p.texts) for p in parts)])
    codes = [
        np.where(p.codes >= 0, p.codes + int(o), -1)
        for p, o in zip(parts, offsets[:-1], strict=True)
    ]
    joined = Cells(
        pa.concat_arrays([p.texts for p in parts]), np.concatenate(codes).astype(np.int32)
    )
    return joined.map(joined.texts)


def codes_of(indices: pa.Array) -> Codes:
    """Return dictionary indices as int32 with −1 for nulls."""
    return np.asarray(pc.fill_null(indices, -1), np.int32)


def recode(codes: Codes, new: Codes) -> Codes:
    """Return ``new[codes]`` where a code is not −1, else −1."""
    if len(new) == 0:
        return np.full(len(codes), -1, np.int32)
    return np.where(codes >= 0, new[codes], -1).astype(np.int32)


def flagged(codes: Codes, marks: Mask) -> Mask:
    """Return per row whether its distinct text is marked; empty cells are not."""
    if len(marks) == 0:
        return np.zeros(len(codes), bool)
    return np.asarray((codes >= 0) & marks[codes])


def spread(values: pa.Array, codes: Codes) -> pa.Array:
    """Return ``values`` per row, null where the code is −1."""
    return values.take(pa.array(codes, mask=codes < 0))
