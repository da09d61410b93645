"""Workbooks of allocations: what an officer asks for comes in, who got which seat goes out.

In: ``.xlsx`` with a sheet per kind of limit, as in the JSON document of wishes; out: that document.
In: rows; out: a workbook in which codes and NIP are text, so that no digit is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from training_data.importers.xlsx_file import read_sheets

Cell = str | int | float | None

PAIR = ("employee_id", "session_code")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "limits": ("name", "value"),
    "quotas": ("by", "value", "session", "min", "max"),
    "must": PAIR,
    "forbid": PAIR,
    "locked": PAIR,
    "seats": ("session_code", "seats"),
    "budgets": ("budget_code", "amount"),
    "closed": ("session_code",),
    "open": (
        "session_code",
        "training_code",
        "seats",
        "starts_on",
        "ends_on",
        "cost",
        "opening_cost",
        "min_seats",
    ),
    "posts": ("vacancy_code", "job_code", "unit_code", "seats"),
}
"""Sheets of a workbook of wishes and their columns, in the order of the columns."""
SCALARS = (
    "max_courses", "soft_jp", "soft_jp_weight", "stability", "year", "fair_years", "fair_strength",
    "fair_by", "leaving_max", "leaving_share", "leaving_by", "ready",
)  # fmt: skip
WORDS = ("fair_by", "leaving_by")
"""Those of them that are no number."""
"""Names on the sheet ``limits``."""
_MADE = datetime(2000, 1, 1)
"""Written into every workbook, so that the same seats give the same bytes."""


class WrongSheet(ValueError):
    """A sheet, or a name or a number on it, is not understood; the message says which."""


def read_wishes_book(path: Path) -> dict[str, Any]:
    """Return the document of wishes that a workbook holds; empty sheets and rows ask for nothing.

    Raises:
        Unreadable: it is no workbook.
        WrongSheet: it has a sheet, a column or a value that is not known.
    """
    found: dict[str, Any] = {}
    for name, rows in read_sheets(path).items():
        if name not in SHEETS:
            raise WrongSheet(name)
        filled = [[cell.strip() for cell in row] for row in rows if any(c.strip() for c in row)]
        if not filled:
            continue
        columns = SHEETS[name]
        head = filled[0][: len(columns)]
        if tuple(head) != columns or any(filled[0][len(columns) :]):
            raise WrongSheet(name)
        records = [row[: len(columns)] + [""] * (len(columns) - len(row)) for row in filled[1:]]
        if records:
            found |= _limits(records) if name == "limits" else {name: _document(name, records)}
    return found


def _limits(records: list[list[str]]) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    for name, value in records:
        if name not in SCALARS:
            raise WrongSheet(f"limits: {name}")
        if value:
            stated[name] = value if name in WORDS else _number("limits", value)
    weight = stated.pop("soft_jp_weight", None)
    if weight is not None and "soft_jp" in stated:
        stated["soft_jp"] = {"target": stated["soft_jp"], "weight": weight}
    parts = {name: stated.pop(f"leaving_{name}", None) for name in ("max", "share", "by")}
    leaving = {name: value for name, value in parts.items() if value is not None}
    return {**stated, "leaving": leaving} if leaving else stated


def _document(name: str, records: list[list[str]]) -> Any:
    if name == "quotas":
        return [
            {
                "by": by,
                "value": value,
                **({"session": session} if session else {}),
                **({"min": _number(name, low)} if low else {}),
                **({"max": _number(name, high)} if high else {}),
            }
            for by, value, session, low, high in records
        ]
    if name in ("open", "posts"):
        return [_opened(dict(zip(SHEETS[name], row, strict=True))) for row in records]
    if name in ("seats", "budgets"):
        return {code: _number(name, value) for code, value in records}
    return [row[0] for row in records] if name == "closed" else records


def _opened(cells: dict[str, str]) -> dict[str, Any]:
    """Return what is supposed; a day may stand with an hour, as workbooks hold it."""
    found: dict[str, Any] = {}
    for name, cell in cells.items():
        if name.endswith("_on"):
            found[name] = cell[:10]
        else:
            found[name] = cell if name.endswith("_code") else cell and _number("open", cell)
    return {name: value for name, value in found.items() if value != ""}


def _number(sheet: str, text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        raise WrongSheet(sheet) from None
    return int(number) if number.is_integer() else number


def write_template(path: Path) -> None:
    """Write an empty workbook of wishes: every sheet with its columns, the limits by name."""
    scalars = [(name, None) for name in SCALARS]
    write_book(path, [(n, c, scalars if n == "limits" else []) for n, c in SHEETS.items()])


def write_book(
    path: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]
) -> None:
    """Write sheets of plain rows; text stays text whatever it looks like.

    Parameters:
        sheets: name, columns and rows of each.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"author": "", "created": _MADE})
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(columns) - 1, 22, text)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column, head)
            for number, row in enumerate(rows, 1):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, place, value, text)
                    elif value is not None:
                        sheet.write_number(number, place, value)
