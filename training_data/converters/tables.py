"""What all converters share: a strict reader of source files and a writer of dataset folders.

In: a CSV file of a public framework, or finished columns. Out: rows as text, or a folder in the
shape of the contract that appears whole or not at all.
"""

from __future__ import annotations

import csv
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.importers import write_csv
from training_data.messages import Text, text
from training_data.schema import TABLES

Row = Mapping[str, str]
Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Converted:
    """A folder that was written.

    Attributes:
        folder: where the tables stand.
        rows: number of rows per table.
        notes: what the source left open and how it was read.
    """

    folder: Path
    rows: Mapping[str, int]
    notes: tuple[Text, ...] = ()


def read_rows(path: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    """Read a UTF-8 CSV file; every cell is text without outer blanks, ``N/A`` stays as written.

    Raises:
        UnusableInput: the file is missing, empty, not UTF-8, or lacks a needed column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = header
            missing = [name for name in needed if name not in header]
            if missing:
                raise _refused("convert.no_column", file=path.name, columns=", ".join(missing))
            rows = [
                {k: (v or "").strip() for k, v in row.items() if k is not None} for row in reader
            ]
    except FileNotFoundError:
        raise _refused("convert.no_file", file=path.name) from None
    except (UnicodeDecodeError, csv.Error):
        raise _refused("convert.not_csv", file=path.name) from None
    if not rows:
        raise _refused("convert.no_rows", file=path.name)
    return rows


def columns(rows: Sequence[Row]) -> Columns:
    """Turn rows with equal keys into columns."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def write_folder(
    out: Path, tables: Mapping[str, Columns], extra: Iterable[Path] = ()
) -> dict[str, int]:
    """Write tables as CSV into the new folder ``out``; return the number of rows per table.

    The folder is filled under a temporary name and renamed, so that nobody finds half of it.

    Parameters:
        out: must not exist, or be empty.
        tables: table name → column name → cells as text, without repeated keys; a table without
            columns is not written.
        extra: files copied beside the tables, such as a licence line.

    Raises:
        UnusableInput: ``out`` exists and holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise _refused("convert.not_empty", folder=out.name)
    dataset = Dataset.of({name: _typed(name, table) for name, table in tables.items() if table})
    half = out.with_name(f".{out.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    write_csv(dataset, half)
    for file in extra:
        shutil.copyfile(file, half / file.name)
    if out.exists():
        out.rmdir()
    half.rename(out)
    return {name: dataset.tables[name].num_rows for name in tables if tables[name]}


def _typed(name: str, table: Columns) -> pa.Table:
    """Give the cells the contract's types; an empty cell is null."""
    known = {column.name: column.arrow_type for column in TABLES[name].columns}
    return pa.table(
        {
            column: pa.array([cell or None for cell in cells], pa.string()).cast(
                known.get(column, pa.string())
            )
            for column, cells in table.items()
        }
    )


def slug(words: str) -> str:
    """Return a code made of the words: ASCII letters and digits joined by hyphens.

    >>> slug("Développement (DevOps) – lead")
    'developpement-devops-lead'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def distinct_codes(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Give each distinct name a code; names that would share one get a number behind it.

    Parameters:
        names: read in the given order, so the first keeps the plain code.
    """
    codes: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        plain = code = prefix + slug(name)
        again = 2
        while code in taken:
            code, again = f"{plain}-{again}", again + 1
        taken.add(code)
        codes[name] = code
    return codes


def _refused(code: str, **values: str) -> UnusableInput:
    said = text(code, **values)
    return UnusableInput(f"{said.id} / {said.en}")
