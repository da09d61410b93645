"""A ``Dataset`` becomes a folder of CSV files in the contract's shape, which reads back equal."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from training_data.dataset import Dataset
from training_data.refused import guarded
from training_data.schema import TABLES, Kind

_AMBIGUOUS = r"^(-?\d{1,3}\.\d{3})$"


def write_csv(dataset: Dataset, folder: Path) -> list[Path]:
    """Write every table as ``<table>.csv``: UTF-8, comma, ISO dates, decimal point.

    Cells that a spreadsheet would take for a formula get an apostrophe, which import removes.

    Returns:
        The files, in the order of the tables' names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in sorted(dataset.tables):
        path = folder / f"{name}.csv"
        temporary = folder / f".{name}.tmp"
        with temporary.open("wb") as out:
            write_table(as_text(name, dataset.tables[name]), out)
        os.replace(temporary, path)
        written.append(path)
    return written


def write_table(table: pa.Table, out: object) -> None:
    """Write a table of text as CSV to an open file."""
    pacsv.write_csv(table, out, pacsv.WriteOptions(quoting_style="needed", quoting_header="needed"))


def as_text(name: str, table: pa.Table) -> pa.Table:
    """Return a table of the contract with every cell as the text of a CSV file."""
    columns = {}
    known = {column.name: column.kind for column in TABLES[name].columns}
    for column in table.column_names:
        values = table.column(column)
        columns[column] = _text(values, known.get(column, Kind.TEXT))
    return pa.table(columns)


def _text(values: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray:
    if kind is Kind.FLAG:
        return values.cast(pa.int8()).cast(pa.string())
    if kind is Kind.NUMBER:
        # Three digits after the point could be read as thousands; a fourth settles it.
        text = pc.replace_substring_regex(values.cast(pa.string()), r"\.0$", "")
        return pc.replace_substring_regex(text, _AMBIGUOUS, r"\10")  # group 1, then a zero
    if kind is Kind.MOMENT:
        text = pc.strftime(values, format="%Y-%m-%dT%H:%M:%S")
        return pc.replace_substring_regex(text, r"T00:00:00(\.0+)?$", "")
    if kind in (Kind.TEXT, Kind.CODE, Kind.LIST):
        return guarded(values)
    return values.cast(pa.string())
