"""A report as an Excel workbook: F4 landscape, repeated heads, numbered rows, no formulas.

In: a ``Report``. Out: a file. Every cell is written as text or as a number, never through the
writer that guesses, so that a name beginning with "=" stays a name. Excel knows the Indonesian F4
by its nearest paper, Folio (8½ × 13 in, code 14). The same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from recommender.reports.tables import Block, Cell, Facts, Report, Sheet, Signer, Table
from service.exports.printed import Printed
from training_data.messages import Text, text

FOLIO = 14
NAME_LENGTH = 31
MOST_ROWS = 1_000_000
"""Excel holds 1,048,576 rows; a longer table goes on on the next sheet."""

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What some programs take for a formula where a cell is typed in or saved as CSV."""

POINTS_PER_LINE = 13.5
"""Height of one line of a row whose cells were merged: those Excel does not fit by itself."""

_FORMATS = {
    "whole": "#,##0",
    "number": "General",
    "rupiah": "[$Rp-421]#,##0",
    "percent": '0.0"%"',
    "day": "[$-421]d mmmm yyyy",
}
_EPOCH = date(1899, 12, 30)


def write_workbook(report: Report, out: Path | BytesIO, printed: Printed) -> None:
    """Write a report.

    Parameters:
        out: the file, which is overwritten, or memory.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    opened = nullcontext(out) if isinstance(out, BytesIO) else out.open("wb")
    with opened as file, xlsxwriter.Workbook(file, options) as book:
        made = datetime(report.day.year, report.day.month, report.day.day)
        title = report.title.in_language(printed.language)
        book.set_properties({"title": title, "author": "", "created": made})
        names: set[str] = set()
        looks = _Looks(book)
        for sheet in (part for whole in report.sheets for part in _parts(whole)):
            name = _tab(sheet.name.in_language(printed.language), names)
            _SheetWriter(book.add_worksheet(name), looks, report, sheet, printed).write()


class _Looks:
    """The formats of one workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def of(self, **wanted: Any) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            basis = {"font_name": "Arial", "font_size": 10, "valign": "top"}
            self._made[key] = self._book.add_format({**basis, **wanted})
        return self._made[key]

    def cell(self, kind: str, *, bold: bool = False, quoted: bool = False) -> Any:
        wanted: dict[str, Any] = {"border": 1, "text_wrap": True}
        if kind in _FORMATS:
            wanted |= {"num_format": _FORMATS[kind]}
        if bold:
            wanted |= {"bold": True}
        if quoted:
            wanted |= {"quote_prefix": True}
        return self.of(**wanted)

    @property
    def head(self) -> Any:
        return self.of(
            border=1,
            text_wrap=True,
            bold=True,
            bg_color="#E7ECF2",
            align="center",
            valign="vcenter",
        )


class _SheetWriter:
    """Writes one sheet from top to bottom."""

    def __init__(
        self, sheet: Any, looks: _Looks, report: Report, wanted: Sheet, printed: Printed
    ) -> None:
        self.sheet, self.looks = sheet, looks
        self.report, self.wanted, self.printed = report, wanted, printed
        self.row = 0
        self.widths = _widths(wanted.blocks)

    def write(self) -> None:
        """Write everything."""
        self._page()
        self._title()
        longest = max(self.wanted.tables(), key=lambda t: len(t.rows), default=None)
        for block in self.wanted.blocks:
            if isinstance(block, Facts):
                self._facts(block)
            else:
                self._table(block, repeated=block is longest)
        self._signatures()

    def _page(self) -> None:
        sheet, words = self.sheet, self._words
        sheet.set_landscape()
        sheet.set_paper(FOLIO)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        for place, width in enumerate(self.widths):
            sheet.set_column(place, place, width)
        if self.wanted.secret:
            sheet.set_header("&C&B" + _escaped("  ·  ".join(map(words, self._secret()))))
        day = words(text("report.as_of", day=self.report.day))
        sheet.set_footer(f"&L{_escaped(day)}&C{words(text('report.page'))}")

    def _title(self) -> None:
        if self.wanted.secret:
            for line in self._secret():
                self._line(line, bold=True)
        for line in self.wanted.title:
            self._line(line, bold=True, font_size=12)
        self._line(text("report.as_of", day=self.report.day))
        if self.wanted.numbered:
            self._line(text("report.sign.number"))
        self.row += 1

    def _secret(self) -> list[Text]:
        """Return what every page of a confidential sheet bears."""
        seen = self.printed.seen
        return [text("report.secret"), *([seen] if seen is not None else [])]

    def _line(self, words: Text | str, **look: Any) -> None:
        self._text(0, words, self.looks.of(**look))
        self.row += 1

    def _facts(self, facts: Facts) -> None:
        if facts.title is not None:
            self._line(facts.title, bold=True)
        for label, value in facts.rows:
            self._text(1, label, self.looks.of(bold=True))
            if value is None:
                self._text(2, "." * 60, self.looks.of())
            else:
                self._value(2, value, "day" if isinstance(value, date) else "text", bordered=False)
            self.row += 1
        self.row += 1

    def _table(self, table: Table, *, repeated: bool) -> None:
        if table.title is not None:
            self._line(table.title, bold=True)
        last = len(table.columns) - 1
        wide = last < len(self.widths) - 1 and not any(c.summed for c in table.columns[last:])
        heads = [c.head for c in table.columns]
        if wide:
            self._merge(last, self.looks.head)
        for place, head in enumerate(heads):
            self._text(place, head, self.looks.head)
        if repeated:
            self.sheet.repeat_rows(self.row)
            if len(self.wanted.blocks) == 1:
                self.sheet.freeze_panes(self.row + 1, 0)
        self.row += 1
        for cells in table.rows:
            self._cells(table, cells, wide=wide)
        if table.totals and table.rows:
            self._cells(table, table.totals, wide=wide, bold=True)
        for note in table.notes:
            self._text(0, note, self.looks.of(italic=True))
            self.row += 1
        self.row += 1

    def _cells(
        self, table: Table, cells: Sequence[Cell], *, wide: bool, bold: bool = False
    ) -> None:
        if wide:
            self._merge(len(cells) - 1, self.looks.cell("text", bold=bold))
            self.sheet.set_row(self.row, self._height(cells))
        for place, (column, value) in enumerate(zip(table.columns, cells, strict=True)):
            self._value(place, value, column.kind, bold=bold)
        self.row += 1

    def _merge(self, first: int, look: Any) -> None:
        """Let the last column of a narrow table reach to the edge of the widest one."""
        self.sheet.merge_range(self.row, first, self.row, len(self.widths) - 1, "", look)

    def _height(self, cells: Sequence[Cell]) -> float:
        spare = [*self.widths[: len(cells) - 1], sum(self.widths[len(cells) - 1 :])]
        lines = 1
        for width, value in zip(spare, cells, strict=True):
            if isinstance(value, Text | str):
                shown = self._words(value)
                lines = max(
                    lines, sum(1 + int(len(p) / max(width - 1, 1)) for p in shown.split("\n"))
                )
        return lines * POINTS_PER_LINE

    def _value(
        self, place: int, value: Cell, kind: str, *, bold: bool = False, bordered: bool = True
    ) -> None:
        """Write one cell: numbers as numbers, everything else as text."""
        if isinstance(value, date):
            number, kind = (value - _EPOCH).days, "day"
        elif isinstance(value, int | float):
            number = value  # type: ignore[assignment]
        else:
            shown = "" if value is None else self._words(value)
            quoted = shown.startswith(RISKY)
            look = (
                self.looks.cell("text", bold=bold, quoted=quoted)
                if bordered
                else self.looks.of(quote_prefix=quoted)
            )
            if value is None:
                self.sheet.write_blank(self.row, place, None, look)
            else:
                self.sheet.write_string(self.row, place, shown, look)
            return
        look = (
            self.looks.cell(kind, bold=bold)
            if bordered
            else self.looks.of(num_format=_FORMATS.get(kind, "General"), align="left")
        )
        self.sheet.write_number(self.row, place, number, look)

    def _text(self, place: int, words: Text | str, look: Any) -> None:
        self.sheet.write_string(self.row, place, self._words(words), look)

    def _words(self, words: Text | str) -> str:
        return words if isinstance(words, str) else words.in_language(self.printed.language)

    def _signatures(self) -> None:
        signers = self.wanted.signers
        if not signers:
            return
        place = self.printed.place or text("report.sign.place")
        dated = text("report.sign.dated", place=place, day=self.report.day)
        columns = _spread(self.widths, len(signers))
        self._text(columns[-1], dated, self.looks.of())
        self.row += 1
        for lines in zip(*(_signature(s) for s in signers), strict=True):
            for column, line in zip(columns, lines, strict=True):
                if line is not None:
                    self._text(column, line, self.looks.of())
            self.row += 1


def _signature(signer: Signer) -> Iterator[Text | str | None]:
    """Yield the lines of one signature: role, office, room to sign, name and NIP."""
    yield signer.role
    yield signer.office
    yield from (None, None, None)
    yield signer.name or text("report.sign.blank")
    yield text("report.sign.nip", nip=signer.nip) if signer.nip else text("report.sign.nip_blank")


def _spread(widths: Sequence[int], count: int) -> list[int]:
    """Return the columns at which signatures stand, the last one on the right."""
    total = sum(widths)
    found: list[int] = []
    for place in range(count):
        share = (place + (0 if count > 1 else 2)) / (count if count > 1 else 3)
        reached, column = 0, 0
        while column < len(widths) - 1 and reached + widths[column] <= share * total:
            reached += widths[column]
            column += 1
        found.append(max(column, found[-1] + 1 if found else 0))
    return found


def _widths(blocks: Sequence[Block]) -> list[int]:
    """Return the widths of the table with most columns; facts take a few plain columns."""
    tables = [b for b in blocks if isinstance(b, Table)]
    widest = max(tables, key=lambda t: len(t.columns), default=None)
    return [c.width for c in widest.columns] if widest else [5, 30, 60]


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    """Yield a sheet, cut where its only table is longer than a sheet can be."""
    tables = sheet.tables()
    if len(sheet.blocks) != 1 or not tables or len(tables[0].rows) <= MOST_ROWS:
        yield sheet
        return
    table, more = tables[0], text("report.continued")
    starts = range(0, len(table.rows), MOST_ROWS)
    for start in starts:
        last = start == starts[-1]
        part = replace(
            table,
            rows=table.rows[start : start + MOST_ROWS],
            totals=table.totals if last else (),
            notes=table.notes if last else (),
        )
        title = sheet.title if start == 0 else (*sheet.title, more)
        yield replace(sheet, title=title, blocks=(part,), signers=sheet.signers if last else ())


def _tab(name: str, taken: set[str]) -> str:
    """Return a name Excel allows for a sheet, different from those before it."""
    clean = "".join(" " if c in "[]:*?/\\" or ord(c) < 32 else c for c in name).strip(" '") or "-"
    found, number = clean[:NAME_LENGTH].strip(" '") or "-", 1
    while found.casefold() in taken:
        number += 1
        ending = f" ({number})"
        found = clean[: NAME_LENGTH - len(ending)].strip(" '") + ending
    taken.add(found.casefold())
    return found


def _escaped(words: str) -> str:
    """Return words in which Excel's page codes have no meaning."""
    return words.replace("&", "&&")
