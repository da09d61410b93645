"""One table while it is being checked: typed columns, the rows refused so far, the findings.

In: the sources of a table with their columns told apart. Out, after the checks of
``training_data.quality``: the accepted rows as an Arrow table and the findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.cells import Cells, Codes, Mask, codes_of, concatenate, flagged, recode, spread
from training_data.report import Counts, Finding, Severity
from training_data.schema import Table
from training_data.source import Rows, Source


@dataclass(frozen=True)
class Values:
    """A typed column: its distinct values in ascending order and, per row, which of them.

    Attributes:
        distinct: values of the column's Arrow type[u], ascending, no nulls.
        codes: position in ``distinct`` per row, so also its rank, int32[n]; −1 for nothing.
    """

    distinct: pa.Array
    codes: Codes

    @classmethod
    def of(cls, values: pa.Array, codes: Codes) -> Values:
        """Rank ``values[codes]``; values may repeat, nulls and code −1 are nothing."""
        encoded = values.dictionary_encode()
        order = np.asarray(pc.sort_indices(encoded.dictionary), np.int64)
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        ranks = recode(codes_of(encoded.indices), rank)
        return cls(encoded.dictionary.take(pa.array(order)), recode(codes, ranks))

    @property
    def filled(self) -> Mask:
        """Per row: the cell holds a value, bool[n]."""
        return np.asarray(self.codes >= 0)

    def flagged(self, marks: Any) -> Mask:
        """Return per row whether its value is marked; empty cells are not."""
        return flagged(self.codes, np.asarray(marks, bool))

    def emptied(self, rows: Mask) -> Values:
        """Return the column with some cells emptied."""
        return Values(self.distinct, np.where(rows, -1, self.codes).astype(np.int32))

    def held(self, rows: Mask) -> pa.Array:
        """Return the distinct values that stand in some rows, ascending."""
        present = np.zeros(len(self.distinct) + 1, bool)
        present[self.codes[rows]] = True  # code −1 marks the spare place at the end
        return self.distinct.filter(pa.array(present[:-1]))

    def array(self) -> pa.Array:
        """Return the column row by row, null where nothing is."""
        return spread(self.distinct, self.codes)


class Draft:
    """The rows of one table from all its files, while they are being checked.

    Attributes:
        spec: the table's description.
        cells: column → texts as written, over all files.
        values: column → typed values; columns absent from every file are absent.
        extras: further columns, kept as text.
        refused: rows refused so far, bool[n].
        unfit: rows that could not even be cut into cells: no further check looks at them, bool[n].
        repeated: rows that repeat another one exactly and are dropped, bool[n].
        order: after the check of keys, the accepted rows by key, int64[m].
    """

    def __init__(
        self,
        spec: Table,
        sources: Sequence[Source],
        cells: Mapping[str, Cells],
        values: Mapping[str, Values],
        extras: Mapping[str, Cells],
    ) -> None:
        self.spec = spec
        self.sources = tuple(sources)
        self.starts = np.cumsum([0, *(len(s) for s in sources)])
        self.cells = dict(cells)
        self.values = dict(values)
        self.extras = dict(extras)
        self.refused = np.zeros(len(self), bool)
        self.unfit = np.zeros(len(self), bool)
        self.repeated = np.zeros(len(self), bool)
        self.order: Rows = np.arange(len(self))
        self.findings: list[Finding] = []

    def __len__(self) -> int:
        return int(self.starts[-1])

    @property
    def rows(self) -> Rows:
        """Row numbers as a spreadsheet counts them, int64[n]."""
        return np.concatenate([s.rows for s in self.sources])

    def find(
        self,
        code: str,
        severity: Severity,
        rows: Mask,
        column: str | None = None,
        *,
        cells: Cells | None = None,
        kept: Rows | None = None,
        **facts: Any,
    ) -> None:
        """Note a problem of some rows, and refuse them if it is severe.

        Parameters:
            code: entry of the message catalogue, without its area.
            rows: bool[n].
            column: the column at fault.
            cells: what to show instead of the column's texts, n of them.
            kept: per row the number of the row that stays instead, int64[n].
            facts: what the sentence needs besides table and column.
        """
        rows = rows & ~self.unfit
        if not rows.any():
            return
        if severity is Severity.REFUSE:
            self.refused |= rows
        shown = cells if cells is not None else self.cells.get(column or "")
        for source, start in zip(self.sources, self.starts[:-1], strict=True):
            positions = np.flatnonzero(rows[start : start + len(source)])
            if len(positions) == 0:
                continue
            self.findings.append(
                Finding(
                    code,
                    severity,
                    source.file,
                    self.spec.name,
                    column,
                    source,
                    positions,
                    shown.take(positions + start) if shown is not None else None,
                    kept[positions + start] if kept is not None else None,
                    facts,
                )
            )

    def empty(self, column: str, rows: Mask) -> None:
        """Empty the typed cells of some rows."""
        self.values[column] = self.values[column].emptied(rows)

    def counts(self) -> Counts:
        """Return how many rows were read, are in, were refused and were exact repeats."""
        refused, repeated = int(self.refused.sum()), int((self.repeated & ~self.refused).sum())
        return Counts(len(self), len(self) - refused - repeated, refused, repeated)

    def table(self) -> pa.Table:
        """Return the accepted rows, ordered by key, in the contract's types."""
        keep = self.order[~(self.refused | self.repeated)[self.order]]
        columns = {
            column.name: spread(
                self.values[column.name].distinct, self.values[column.name].codes[keep]
            ).cast(column.arrow_type)
            for column in self.spec.columns
            if column.name in self.values
        }
        for name in sorted(self.extras):
            columns[name] = self.extras[name].take(keep).text()
        return pa.table(columns)


def join_values(parts: Sequence[tuple[pa.Array, Codes]]) -> Values:
    """Return one ranked column from the parsed columns of several files."""
    offsets = np.cumsum([0, *(len(values) for values, _ in parts)])
    codes = [
        np.where(codes >= 0, codes + int(o), -1)
        for (_, codes), o in zip(parts, offsets[:-1], strict=True)
    ]
    values = pa.concat_arrays([values for values, _ in parts])
    return Values.of(values, np.concatenate(codes).astype(np.int32))


def join_cells(parts: Sequence[Cells | None], lengths: Sequence[int]) -> Cells:
    """Return one column of texts from several files; absent columns are empty."""
    return concatenate(
        [p if p is not None else Cells.empty(n) for p, n in zip(parts, lengths, strict=True)]
    )
