"""Ranked people as a file: CSV or Parquet by suffix; the bytes do not show how they were cut.

In: ``Ranked``, in the order of the people. Out: the contract's seven columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recommender.listing import Ranked
from recommender.reasons import decimals
from recommender.results import MICRO

HEADER = ("employee_id", "kind", "item_code", "rank", "score", "eligibility", "reasons")
SUFFIXES = (".csv", ".parquet")
GROUP = 1 << 17
"""Rows of a row group, whatever the shards were."""

PARQUET = pa.schema(
    [
        ("employee_id", pa.string()),
        ("kind", pa.string()),
        ("item_code", pa.string()),
        ("rank", pa.int32()),
        ("score", pa.float64()),
        ("eligibility", pa.string()),
        ("reasons", pa.string()),
    ]
)


class Sink(Protocol):
    """Takes ranked people and writes them down."""

    def put(self, ranked: Ranked) -> None:
        """Write the lines of some people, which follow those before."""


@contextmanager
def sink(path: Path, suffix: str) -> Iterator[Sink]:
    """Open a file for ranked people; what is left is written when the block ends well."""
    if suffix == ".parquet":
        with pq.ParquetWriter(path, PARQUET) as writer:
            whole = _Parquet(writer)
            yield whole
            whole.write_rest()
        return
    with path.open("wb") as file:
        yield _Csv(file)


class _Csv:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.write((",".join(HEADER) + "\n").encode())

    def put(self, ranked: Ranked) -> None:
        for lines in ranked.lines.combine_chunks().to_batches():
            columns = (
                _quoted(lines["employee_id"]),
                ranked.kind,
                _quoted(lines["item_code"]),
                lines["rank"].cast(pa.string()),
                decimals(lines["micro"].to_numpy()),
                lines["eligibility"],
                _quoted(lines["reasons"]),
            )
            line = pc.binary_join_element_wise(*columns, ",")
            text = pc.binary_join_element_wise(line, "\n", "").cast(pa.large_string())
            # The lines of a text column lie one after the other: they are the file already.
            bounds = np.frombuffer(text.buffers()[1], np.int64)[text.offset :]
            self._file.write(memoryview(text.buffers()[2])[bounds[0] : bounds[len(text)]])


class _Parquet:
    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer
        self._held: list[pa.Table] = []
        self._rows = 0

    def put(self, ranked: Ranked) -> None:
        lines = ranked.lines
        columns = [
            lines["employee_id"],
            pa.repeat(pa.scalar(str(ranked.kind)), len(lines)),
            lines["item_code"],
            lines["rank"],
            pa.array(lines["micro"].to_numpy() / MICRO),
            lines["eligibility"],
            lines["reasons"],
        ]
        self._held.append(pa.Table.from_arrays(columns, schema=PARQUET))
        self._rows += len(lines)
        if self._rows >= GROUP:
            self._write(self._rows - self._rows % GROUP)

    def write_rest(self) -> None:
        self._write(self._rows)

    def _write(self, rows: int) -> None:
        whole = pa.concat_tables([PARQUET.empty_table(), *self._held])
        for at in range(0, rows, GROUP):
            # In one piece: pages end where pieces do.
            group = whole.slice(at, min(GROUP, rows - at)).combine_chunks()
            self._writer.write_table(group, row_group_size=GROUP)
        self._held, self._rows = [whole.slice(rows)], self._rows - rows


def _quoted(column: pa.Array) -> pa.Array:
    """Quote the cells that hold a comma, a quote or the end of a line."""
    odd = pc.match_substring_regex(column, '[",\\r\\n]')
    if not pc.any(odd).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(odd, pc.binary_join_element_wise('"', doubled, '"', ""), column)
