"""Rows of a text file as columns, and the patient reader for files with broken quotes.

In: text and its dialect. Out: ``Records``. A quote that is never closed costs its own line only.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from training_data.cells import Cells, Mask
from training_data.importers.dialect import Dialect

LONGEST_RECORD = 50
"""Lines a quoted cell may span before its quote counts as never closed."""


@dataclass(frozen=True)
class Records:
    """The rows below the headers.

    Attributes:
        columns: cells by position; blank ones are empty.
        ragged: place of a row → number of its cells, where that is not the number of headers.
        surplus: place of a row → its cells beyond the headers.
        broken: places of lines with an unclosed quote, int64[m].
    """

    columns: tuple[Cells, ...]
    ragged: Mapping[int, int] = field(default_factory=dict)
    surplus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    broken: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def of(
        cls,
        columns: Sequence[pa.ChunkedArray | list[str | None]],
        odd: Mapping[int, Sequence[str]],
        width: int,
    ) -> Records:
        """Put rows of another width (place → cells) back among the others.

        Surplus cells that are all blank are dropped: spreadsheets write them.
        """
        cells = [written(column) for column in columns]
        if not odd:
            return cls(tuple(cells))
        total = len(cells[0]) + len(odd)
        places = np.array(sorted(odd), np.int64)
        rest = np.setdiff1d(np.arange(total), places, assume_unique=True)
        ragged = {p: n for p in odd if (n := _width(odd[p], width)) != width}
        surplus = {p: tuple(odd[p][width:]) for p in ragged if len(odd[p]) > width}
        padded = [[*odd[int(p)][:width], *[""] * (width - len(odd[int(p)]))] for p in places]
        merged = tuple(
            _weave(cells[c], written([row[c] or None for row in padded]), rest, places)
            for c in range(width)
        )
        return cls(merged, ragged, surplus)

    @property
    def filled(self) -> Mask:
        """Per row: some cell is filled, bool[n]."""
        out = np.zeros(len(self.columns[0]), bool)
        for cells in self.columns:
            out |= cells.filled
        for place in self.surplus:
            out[place] = True
        return out


def written(column: pa.ChunkedArray | Sequence[str | None]) -> Cells:
    """Encode a column of text; cells of blanks only are empty."""
    cells = Cells.of(column)
    blank = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(cells.texts)), 0)
    if not pc.any(blank).as_py():
        return cells
    return cells.map(pc.if_else(blank, pa.scalar(None, pa.string()), cells.texts))


def _width(row: Sequence[str], width: int) -> int:
    """Return the number of cells, not counting blank ones beyond the headers."""
    count = len(row)
    while count > width and not row[count - 1].strip():
        count -= 1
    return count


def _weave(
    usual: Cells, odd: Cells, rest: npt.NDArray[np.int64], places: npt.NDArray[np.int64]
) -> Cells:
    texts = pa.concat_arrays([usual.texts, odd.texts])
    codes = np.empty(len(rest) + len(places), np.int32)
    codes[rest] = usual.codes
    codes[places] = np.where(odd.codes >= 0, odd.codes + len(usual.texts), -1)
    return Cells(texts, codes).map(texts)


def read_records(text: str, dialect: Dialect) -> Records:
    """Read rows one by one, giving up a quoted cell that never ends.

    Parameters:
        text: the whole file.
        dialect: how it is written.
    """
    width = len(dialect.header)
    columns: list[list[str | None]] = [[] for _ in range(width)]
    odd: dict[int, Sequence[str]] = {}
    broken: list[int] = []
    lines = re.split(r"\r\n|\n|\r", text)[dialect.lines :]
    for place, (row, whole) in enumerate(_rows(lines, dialect.delimiter)):
        if not whole:
            broken.append(place)
        if not whole or (row and len(row) != width):
            odd[place] = row
            continue
        for c in range(width):
            columns[c].append((row[c] or None) if row else None)
    records = Records.of(columns, odd, width)
    lost = set(broken)
    return Records(
        records.columns,
        {p: n for p, n in records.ragged.items() if p not in lost},
        records.surplus,
        np.array(broken, np.int64),
    )


def _rows(lines: list[str], delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the cells of each record, and whether its quotes were closed."""
    at = 0
    while at < len(lines):
        taken = 1
        row = _strict(lines[at], delimiter)
        if row is None:
            taken = _closing(lines, at)
            row = _strict("\n".join(lines[at : at + taken]), delimiter) if taken > 1 else None
        if row is None:
            yield lines[at].split(delimiter), False
            at += 1
        else:
            yield row, True
            at += taken


def _closing(lines: list[str], at: int) -> int:
    """Return how many lines it takes until as many quotes close as open."""
    quotes = 0
    for taken, line in enumerate(lines[at : at + LONGEST_RECORD], 1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return taken
    return 1


def _strict(record: str, delimiter: str) -> list[str] | None:
    """Parse one record; ``None`` when its quotes are broken."""
    if '"' not in record:
        return record.split(delimiter) if record else []
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
