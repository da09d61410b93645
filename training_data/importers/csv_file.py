"""CSV of any office becomes a ``Source``: every cell as text, every row with its number.

pyarrow reads the file; a slower reader, record by record, takes over where quotes are broken, so
that one stray quote costs one row and not the rest of the file.
"""

from __future__ import annotations

import csv
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from training_data.importers.dialect import SAMPLE, Dialect, Unreadable, detect, to_utf8
from training_data.importers.records import Records, read_records
from training_data.report import Finding, Severity
from training_data.source import Source

MAX_COLUMNS = 2_000
BLOCK = 1 << 22


def read_csv(path: Path, table: str) -> tuple[Source, list[Finding]]:
    """Read a CSV file as text.

    Parameters:
        path: the file.
        table: the table it should hold, for the recognition of headers.

    Returns:
        The source and findings about the file.

    Raises:
        Unreadable: the file is no table.
    """
    data, converted = to_utf8(path.read_bytes())
    dialect = detect(data[:SAMPLE].decode("utf-8", errors="ignore"), table)
    source, findings = read_text(path.name, table, data, dialect)
    if converted:
        findings.append(Finding("file.encoding", Severity.WARN, path.name, table))
    return source, findings


def read_text(file: str, table: str, data: bytes, dialect: Dialect) -> tuple[Source, list[Finding]]:
    """Read UTF-8 text whose dialect is known.

    Raises:
        Unreadable: too many columns.
    """
    if len(dialect.header) > MAX_COLUMNS:
        raise Unreadable("file.columns", count=len(dialect.header), limit=MAX_COLUMNS)
    records = _records(data, dialect)
    source = _number_rows(file, table, dialect, records)
    if len(records.broken) == 0:
        return source, []
    places = np.searchsorted(source.rows, records.broken + dialect.above + 2)
    broken = Finding("row.quote", Severity.REFUSE, file, table, source=source, positions=places)
    return source, [broken]


def _records(data: bytes, dialect: Dialect) -> Records:
    """Read with pyarrow, or record by record where that could lose rows."""
    quotes = data.count(b'"')
    if quotes % 2 == 0:
        try:
            records = _arrow(pa.py_buffer(data), dialect, quoted=quotes > 0)
        except pa.ArrowInvalid:  # such as one cell larger than a block
            return read_records(data.decode("utf-8"), dialect)
        if not (quotes and _swallowed(records, dialect.delimiter)):
            return records
    return read_records(data.decode("utf-8"), dialect)


def _arrow(data: pa.Buffer, dialect: Dialect, *, quoted: bool) -> Records:
    """Read with pyarrow; rows of another width are counted once and then read one by one."""
    width = len(dialect.header)
    names = [str(place) for place in range(width)]
    odd: list[tuple[int, str]] = []

    def read(threads: bool) -> pa.Table:
        odd.clear()

        def note(row: pacsv.InvalidRow) -> str:
            odd.append((row.number or 0, row.text))
            return "skip"

        return pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(
                use_threads=threads,
                block_size=BLOCK,
                skip_rows=dialect.lines,
                column_names=names,
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=dialect.delimiter,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )

    table = read(True)
    if odd:
        table = read(False)  # only the single-threaded reader knows the rows' numbers
    ragged = {
        number - dialect.lines - 1: next(csv.reader([text], delimiter=dialect.delimiter), [])
        for number, text in odd
    }
    return Records.of(list(table.columns), ragged, width)


def _swallowed(records: Records, delimiter: str) -> bool:
    """Whether some cell looks like several rows, as after a stray quote."""
    for cells in records.columns:
        lines = cells.texts.filter(pc.match_substring(cells.texts, "\n"))
        if len(lines) and pc.any(pc.match_substring(lines, delimiter)).as_py():
            return True
    return False


def _number_rows(file: str, table: str, dialect: Dialect, records: Records) -> Source:
    """Number the rows as a spreadsheet does and leave out blank ones and a row of numbers."""
    keep = records.filled
    if len(keep) and _is_numbering(records):
        keep[0] = False
    places = np.flatnonzero(keep)
    odd = [p for p in {**records.ragged, **records.surplus} if keep[p]]
    back = dict(zip(odd, np.searchsorted(places, odd).tolist(), strict=True))
    return Source(
        file,
        table,
        tuple(" ".join(h.split()) for h in dialect.header),
        tuple(cells.take(places) for cells in records.columns),
        places + dialect.above + 2,
        MappingProxyType({back[p]: n for p, n in records.ragged.items() if p in back}),
        MappingProxyType({back[p]: cells for p, cells in records.surplus.items() if p in back}),
        comma=True if dialect.delimiter == ";" else None,
    )


def _is_numbering(records: Records) -> bool:
    """Whether the first row only numbers the columns: 1, 2, 3 or (1), (2), (3)."""
    first = [cells.at(0) for cells in records.columns]
    wanted = [str(place + 1) for place in range(len(first))]
    return len(first) > 1 and [(text or "").strip().strip("()") for text in first] == wanted
