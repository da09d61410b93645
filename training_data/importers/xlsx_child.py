"""The process that parses a workbook: limited in memory and time, and free to die.

In: the workbook's path, a folder and limits as arguments. Out: each sheet as a text file in that
folder and their names in ``sheets.json``. Run by ``xlsx_file`` as a script of its own: it imports
nothing of this package, so that it starts fast and holds little.
"""

import csv
import json
import resource
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import python_calamine

DELIMITER = "\x1e"  # stands in no cell anybody typed
TYPED = "\x1f"  # marks a number with a fraction as typed; see training_data.cells

_FIFTEEN_DIGITS = 10**15  # beyond this a spreadsheet's numbers are not whole any more
_MIDNIGHT = time()


def main(arguments: Sequence[str]) -> None:
    """Parse ``arguments``: workbook, output folder, megabytes of memory, seconds of work."""
    workbook, folder, megabytes, seconds = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = python_calamine.CalamineWorkbook.from_path(workbook)
    for place, name in enumerate(book.sheet_names):
        rows = book.get_sheet_by_name(name).iter_rows()
        with (Path(folder) / f"{place}.txt").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=DELIMITER, lineterminator="\n")
            writer.writerows([c if type(c) is str else as_text(c) for c in row] for row in rows)
    (Path(folder) / "sheets.json").write_text(json.dumps(book.sheet_names), encoding="utf-8")


def as_text(cell: Any) -> str:
    """Return a cell as the text of a CSV file; numbers as they are, never as displayed.

    A whole number beyond fifteen digits keeps the form a spreadsheet shows, ``1.97E+17``, since
    its last digits are lost.
    """
    if type(cell) is float:
        return number_text(cell)
    if type(cell) is bool:
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def number_text(number: float) -> str:
    """Return a typed number as text that no decimal custom can misread."""
    if not number.is_integer():
        return TYPED + repr(number)
    return f"{number:.14E}" if abs(number) >= _FIFTEEN_DIGITS else str(int(number))


if __name__ == "__main__":
    main(sys.argv[1:])
