"""Stage serve: refused rows become forms; in: rows with their faults, out: contexts to draw."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.usecases.correcting import RETURNED_DAYS, Sheet, Standing
from training_data.messages import Text, text
from training_data.returned import Part, RefusedRow, fault_words, shown

ROWS_SHOWN = 10

TELLING = ("name", "title", "employee_id", "job_code", "training_code", "session_code",
           "unit_code", "competency_code", "completed_on")  # fmt: skip
TOLD = 3
"""What tells a row from others, and how much of it is shown."""

MANY_COLUMNS = 60
"""A file with more columns shows those the contract knows, and those at fault."""
LOST_DIGITS = frozenset({"nip.number", "nip.serial"})
"""Faults of a NIP that a spreadsheet took for a number: its digits have to be looked up."""


@dataclass(frozen=True)
class FaultView:
    """What is wrong, and what to do; ``how`` where that needs more words."""

    text: Text
    remedy: Text
    how: Text | None


@dataclass(frozen=True)
class CellView:
    """One cell of a form.

    Attributes:
        name: of the field.
        value: what was typed, else what was read.
        was: what was read, where something else was typed.
        meaning: what the column is called where its fault is told, if the file calls it otherwise.
    """

    name: str
    label: str
    meaning: str
    value: str
    was: str | None
    faults: tuple[FaultView, ...]


@dataclass(frozen=True)
class RowView:
    """One row: what is wrong with it as a whole, its cells at fault, and the other ones.

    Attributes:
        about: what tells the row from others: a name, a title, a code.
    """

    place: int
    number: int
    about: tuple[str, ...]
    surplus: str
    faults: tuple[FaultView, ...]
    wrong: tuple[CellView, ...]
    others: tuple[CellView, ...]
    again: bool


@dataclass(frozen=True)
class CorrectPage:
    """Refused rows of one import.

    Attributes:
        fixed: whether cells can be corrected; a preview is looked at only.
        waiting: the preview's good rows can still be brought in.
        at: place of the part shown; null where there is none.
        first, last, total: which of its rows.
        said: what was done just now.
    """

    number: int
    fixed: bool
    waiting: bool
    standings: tuple[Standing, ...]
    at: int | None = None
    rows: tuple[RowView, ...] = ()
    first: int = 0
    last: int = 0
    total: int = 0
    ready: int = 0
    days: int = RETURNED_DAYS
    size: int = ROWS_SHOWN
    said: Text | None = None
    fault: Text | None = None

    @property
    def part(self) -> Part:
        """The part shown."""
        assert self.at is not None
        return self.standings[self.at].part

    @property
    def together(self) -> bool:
        """Whether several files have rows that were not sent yet."""
        return sum(one.open > 0 for one in self.standings) > 1

    @property
    def next_file(self) -> str | None:
        """The file that is corrected after this one, from its last page."""
        if self.at is None or self.last < self.total:
            return None
        following = next_open(self.standings, self.at)
        return None if following is None else following.part.file


def next_open(standings: Sequence[Standing], place: int) -> Standing | None:
    """Return the part after this one that still has rows, and after the last one the first."""
    order = (*standings[place + 1 :], *standings[:place])
    return next((one for one in order if one.open), None)


def correct_page(
    number: int,
    standings: tuple[Standing, ...],
    sheet: Sheet | None,
    *,
    fixed: bool,
    waiting: bool,
    said: Text | None = None,
    fault: Text | None = None,
) -> CorrectPage:
    """Describe the refused rows of an import."""
    ready = sum(one.ready for one in standings)
    if sheet is None:
        return CorrectPage(number, fixed, waiting, standings, said=said, fault=fault)
    return CorrectPage(
        number,
        fixed,
        waiting,
        standings,
        sheet.part.place,
        tuple(_row(sheet, row) for row in sheet.rows),
        sheet.first,
        sheet.first + len(sheet.rows),
        sheet.total,
        ready,
        said=said,
        fault=fault,
    )


def _row(sheet: Sheet, row: RefusedRow) -> RowView:
    part = sheet.part
    typed = sheet.typed.get(row.place, {})
    by_column: dict[int, list[FaultView]] = {}
    whole: list[FaultView] = []
    for which in row.faults:
        fault = part.faults[which]
        how = text("pages.correct.nip") if fault.code in LOST_DIGITS else None
        view = FaultView(fault_words(part, row, which), fault.remedy, how)
        if not fault.columns:
            whole.append(view)
        for column in fault.columns:
            by_column.setdefault(column, []).append(view)
    cells = {
        column: _cell(part, row, column, typed.get(column), by_column.get(column, []))
        for column in range(len(part.header))
        if column in by_column or part.means[column] or len(part.header) <= MANY_COLUMNS
    }
    return RowView(
        row.place,
        row.number,
        _about(part, row, by_column),
        row.surplus,
        tuple(whole),
        tuple(cells[column] for column in sorted(by_column)),
        tuple(cell for column, cell in cells.items() if column not in by_column),
        row.place in sheet.again,
    )


def _about(part: Part, row: RefusedRow, wrong: Collection[int]) -> tuple[str, ...]:
    """Return the filled cells that name the row, without those at fault."""
    named = [
        shown(row.cells[column])
        for name in TELLING
        for column, meaning in enumerate(part.means)
        if meaning == name and column not in wrong and row.cells[column]
    ]
    return tuple(named[:TOLD])


def _cell(
    part: Part, row: RefusedRow, column: int, typed: str | None, faults: list[FaultView]
) -> CellView:
    read = shown(row.cells[column])
    label = part.header[column] or "–"
    value, was = (read, None) if typed is None else (typed, read)
    meaning = part.means[column] or ""
    told = meaning if faults and meaning.casefold() != label.casefold() else ""
    return CellView(f"r{row.place}c{column}", label, told, value, was, tuple(faults))
