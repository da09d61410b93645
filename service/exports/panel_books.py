"""A long list that a panel filled in, read back: which vacancy, whom, what was thought, and why.

In: a workbook, whatever was moved on its sheets; rows are found by the headings of four columns, in
either language. Out: the rows with something written by the panel, each with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.reports.named import CHOICE, REASON, REF, VACANCY
from service.exports.seat_books import WrongSheet
from training_data.importers.xlsx_file import read_sheets
from training_data.messages import Text

COLUMNS = (VACANCY, REF, CHOICE, REASON)


@dataclass(frozen=True)
class PanelRow:
    """One row in which a panel wrote something.

    Attributes:
        sheet, number: its place, as the spreadsheet numbers rows.
        choice, reason: as they were typed.
    """

    sheet: str
    number: int
    vacancy: str
    ref: str
    choice: str
    reason: str


def read_panel_book(path: Path) -> tuple[PanelRow, ...]:
    """Return what a panel wrote on a long list.

    Raises:
        Unreadable: it is no workbook.
        WrongSheet: no sheet has the four columns.
    """
    sheets = read_sheets(path)
    tables = {name: places for name, rows in sheets.items() if (places := _head(rows)) is not None}
    if not tables:
        raise WrongSheet(", ".join(sheets))
    return tuple(
        row
        for name, (first, places) in tables.items()
        for row in _rows(name, sheets[name], first, places)
    )


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, list[int]] | None:
    """Return the row after the headings and where the columns are; ``None`` without them."""
    for number, row in enumerate(rows):
        cells = [cell.strip().casefold() for cell in row]
        places = [_place(cells, column.head) for column in COLUMNS]
        known = [place for place in places if place is not None]
        if len(known) == len(COLUMNS):
            return number + 1, known
    return None


def _place(cells: Sequence[str], head: Text) -> int | None:
    for said in (head.id, head.en):
        if said.casefold() in cells:
            return cells.index(said.casefold())
    return None


def _rows(
    sheet: str, rows: Sequence[Sequence[str]], first: int, places: Sequence[int]
) -> Iterator[PanelRow]:
    for number, row in enumerate(rows[first:], first + 1):
        vacancy, ref, choice, reason = (
            row[place].strip() if place < len(row) else "" for place in places
        )
        if choice or (reason and ref):
            yield PanelRow(sheet, number, vacancy, ref, choice, reason)
