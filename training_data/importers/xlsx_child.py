"""The process that parses a workbook: limited in memory and time, and free to die.

In: path, table and limits as arguments. Out: an Arrow file of text cells, the header row first.
Run by ``xlsx_file``; it imports no more than it needs and writes nothing else.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine

from training_data.cells import TYPED
from training_data.importers.dialect import HEADER_ROWS
from training_data.importers.headers import header_key, recognised

EMPTY = 3
"""Exit code: no sheet has a filled cell."""

_FIFTEEN_DIGITS = 10**15  # beyond this a spreadsheet's numbers are not whole any more


def main(arguments: Sequence[str]) -> int:
    """Parse ``arguments``: workbook, table, output, megabytes of memory, seconds of work."""
    workbook, table, out, megabytes, seconds = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = python_calamine.CalamineWorkbook.from_path(workbook)
    chosen, rows = _choose(book, table)
    if not rows:
        return EMPTY
    width = max(
        (place + 1 for row in rows[:HEADER_ROWS] for place, cell in enumerate(row) if cell != ""),
        default=0,
    )
    above = _header_row(rows, table)
    cells = [
        pa.array([as_text(row[place]) for row in rows[above:]], pa.string())
        for place in range(width)
    ]
    others = [name for name in book.sheet_names if name != chosen]
    meta = {"above": above, "others": others}
    result = pa.table(cells, names=[str(place) for place in range(width)])
    with pa.OSFile(str(Path(out)), "wb") as file:
        schema = result.schema.with_metadata({"sheet": json.dumps(meta)})
        with pa.ipc.new_file(file, schema) as writer:
            writer.write_table(result.replace_schema_metadata(schema.metadata))
    return 0


def _choose(book: Any, table: str) -> tuple[str, list[list[Any]]]:
    """Return the sheet named after the table, else the one with most of its headers."""
    best, best_rows, best_score = "", [], -2
    for name in book.sheet_names:
        if header_key(name) == header_key(table) or len(book.sheet_names) == 1:
            return name, _rows(book, name)
    for name in book.sheet_names:
        rows = _rows(book, name)
        score = max((_score(row, table) for row in rows[:HEADER_ROWS]), default=-1)
        if score > best_score:
            best, best_rows, best_score = name, rows, score
    return best, best_rows


def _rows(book: Any, name: str) -> list[list[Any]]:
    rows: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return rows


def _score(row: Sequence[Any], table: str) -> int:
    texts = tuple(as_text(cell) or "" for cell in row)
    return recognised(table, texts) if any(t.strip() for t in texts) else -1


def _header_row(rows: Sequence[Sequence[Any]], table: str) -> int:
    scores = [_score(row, table) for row in rows[:HEADER_ROWS]]
    return scores.index(max(scores))


def as_text(cell: Any) -> str | None:
    """Return a cell as the text of a CSV file; numbers as they are, never as displayed.

    A whole number beyond fifteen digits keeps the form a spreadsheet shows, ``1.97E+17``, since
    its last digits are lost.
    """
    kind = type(cell)
    if kind is str:
        return cell or None
    if kind is float or kind is int:
        return number_text(cell)
    if kind is bool:
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def number_text(number: float) -> str:
    """Return a typed number as text that no decimal custom can misread."""
    if abs(number) >= _FIFTEEN_DIGITS:
        return f"{number:.14E}"
    if number == int(number):
        return str(int(number))
    return TYPED + repr(number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
