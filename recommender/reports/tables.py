"""What a report is before it becomes a file: sheets of facts and tables, immutable and worded.

In: nothing. Out: ``Report``, which a workbook, a page or a test reads alike. A cell is a value or
words in both languages; what is not known is said in words, and is never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from training_data.messages import Text, text

Cell = None | str | int | float | date | Text
Kind = Literal["text", "whole", "number", "rupiah", "percent", "day"]

NARROW, MIDDLE, WIDE = 9, 16, 30
"""Widths of columns, in characters."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        kind: how numbers of it are shown; a percent is stated as 0 … 100.
        width: in characters.
        summed: the last line of the table adds it up.
    """

    head: Text
    kind: Kind = "text"
    width: int = MIDDLE
    summed: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its heading and, where a column is summed, a last line of totals.

    Attributes:
        totals: the last line, one cell per column; none where nothing is added up.
        notes: what has to be minded, below the table.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: Text | None = None
    totals: tuple[Cell, ...] = ()
    notes: tuple[Text, ...] = ()

    @classmethod
    def numbered(
        cls,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        title: Text | None = None,
        notes: Sequence[Text] = (),
    ) -> Table:
        """Number the rows, and add up what is to be added up."""
        for row in rows:
            assert len(row) == len(columns), f"{len(row)} cells for {len(columns)} columns"
        counted = tuple((number, *row) for number, row in enumerate(rows, 1))
        totals: tuple[Cell, ...] = ()
        if any(c.summed for c in columns):
            sums: list[Cell] = [
                added(row[i] for row in rows) if c.summed else None for i, c in enumerate(columns)
            ]
            place = next((i for i, c in enumerate(columns) if not c.summed), 0)
            sums[place] = text("report.total")
            totals = (None, *sums)
        return cls((NUMBER, *columns), counted, title, totals, tuple(notes))

    def total(self, head: str) -> Cell:
        """Return the total of a column, by its heading's code."""
        wanted = text(f"report.col.{head}")
        return self.totals[[c.head for c in self.columns].index(wanted)]


@dataclass(frozen=True)
class Facts:
    """Labels and what stands beside them."""

    rows: tuple[tuple[Text, Cell], ...]
    title: Text | None = None


Block = Table | Facts


@dataclass(frozen=True)
class Signer:
    """Who signs: an office and, where known, a name and a NIP.

    Attributes:
        role: what the signature says, such as "Mengetahui".
    """

    role: Text | str
    office: str | Text | None = None
    name: str | None = None
    nip: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes:
        name: of the tab.
        title: lines above everything.
        numbered: a line for the number of the letter, which is left blank.
        signers: below everything, from left to right; the place and the date are above the last.
        secret: the sheet bears "RAHASIA – bahan rapat".
    """

    name: Text
    title: tuple[Text, ...]
    blocks: tuple[Block, ...]
    signers: tuple[Signer, ...] = ()
    numbered: bool = False
    secret: bool = False

    def tables(self) -> tuple[Table, ...]:
        """Return the tables of the sheet."""
        return tuple(b for b in self.blocks if isinstance(b, Table))


@dataclass(frozen=True)
class Report:
    """A document.

    Attributes:
        kind: akpk, hcdp, rpi, rekap-jp, nominatif, belum-dinilai, calon or suksesi.
        day: the day whose data it rests on.
    """

    kind: str
    title: Text
    day: date
    sheets: tuple[Sheet, ...]

    @property
    def secret(self) -> bool:
        """Whether any of it is confidential."""
        return any(sheet.secret for sheet in self.sheets)

    @property
    def rows(self) -> int:
        """How many lines its tables have."""
        return sum(len(table.rows) for sheet in self.sheets for table in sheet.tables())


NUMBER = Column(text("report.col.number"), "whole", 5)


def column(code: str, kind: Kind = "text", width: int = MIDDLE, *, summed: bool = False) -> Column:
    """Return a column by the code of its heading."""
    return Column(text(f"report.col.{code}"), kind, width, summed)


def added(cells: object) -> int | float:
    """Return the sum of the numbers among some cells; words count nothing."""
    numbers = [c for c in cells if isinstance(c, int | float)]  # type: ignore[attr-defined]
    if all(isinstance(n, int) for n in numbers):
        return sum(numbers)
    return round(sum(numbers), 3)


def known(value: float | None, unknown: str) -> Cell:
    """Return a value, or the words for its lack."""
    return text(f"report.unknown.{unknown}") if value is None else value


def joined(parts: Iterable[Text | str], between: str = "; ") -> Text:
    """Return several words in one cell, each once."""
    whole = [Text(p, p) if isinstance(p, str) else p for p in parts]
    once = list(dict.fromkeys(whole))
    return Text(between.join(p.id for p in once), between.join(p.en for p in once))


def share(part: int, whole: int) -> float | None:
    """Return a part in percent; ``None`` of nothing."""
    return None if whole == 0 else round(100 * part / whole, 1)
