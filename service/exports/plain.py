"""A table as a plain Excel sheet whose every cell is text, to be corrected and brought in again.

In: an Arrow table of texts. Out: a workbook. Cells are written as text in cells formatted as text,
so that a NIP stays eighteen digits, also one that is typed there, and no formula comes alive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST = 32_767
"""Signs that Excel keeps in one cell."""
WIDTH = 18
NOTES_WIDTH = 60
SHEET_NAME = 31


def write_plain(table: pa.Table, out: Any, name: str) -> None:
    """Write a table as one sheet.

    Parameters:
        table: columns of text; those whose names begin with ``_`` are notes.
        out: a binary file.
        name: of the sheet.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "in_memory": False,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(name[:SHEET_NAME])
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        for place, column in enumerate(table.column_names):
            note = column.startswith("_") and place > 0
            sheet.set_column(place, place, NOTES_WIDTH if note else WIDTH, text)
            sheet.write_string(0, place, column, head)
        sheet.freeze_panes(1, 0)
        at = 0
        for batch in table.to_batches(max_chunksize=2_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                at += 1
                for place, value in enumerate(row):
                    if value:
                        sheet.write_string(at, place, value[:LONGEST], text)
