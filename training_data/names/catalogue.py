"""Stage names, the other side: reference lists of an agency, read alike whatever table they are.

In: rows of code and title, or files (JSON as SIASN publishes its tables, CSV, XLSX, Parquet), or a
folder of the contract. Out: ``Catalogue``, in an order that does not depend on that of the rows.
The product brings no list of its own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training_data.errors import UnusableInput
from training_data.messages import say
from training_data.names.normalise import Reading, exact_key, read, twin_key
from training_data.names.words import Kind, data, words
from training_data.reference.facts import education_levels
from training_data.reference.lists import spelling_key

SUFFIXES = (".json", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One row of a reference list.

    Attributes:
        code: what a name is matched to.
        title: as the list spells it.
        reading: the title taken apart.
        retired: the list says that the code is no longer in use.
        superseded: the same list has a code in use that is read exactly alike, so that only the
            exact spelling leads here.
    """

    code: str
    title: str
    reading: Reading
    retired: bool = False
    superseded: bool = False


@dataclass(frozen=True)
class Catalogue:
    """The reference lists of one kind.

    Attributes:
        kind: job, training, education or unit.
        entries: by code and title.
        spellings: ``exact_key`` of a title → the codes that bear it, in order.
        several_types: ``twin_key`` of courses that are listed in more than one type.
    """

    kind: Kind
    entries: tuple[Entry, ...]
    spellings: Mapping[str, tuple[str, ...]]
    several_types: frozenset[object] = frozenset()

    def __len__(self) -> int:
        return len(self.entries)

    @classmethod
    def of(cls, kind: Kind, rows: Iterable[Row]) -> Catalogue:
        """Take rows with ``code`` and ``title``; ``status``, ``level`` and ``list`` where known.

        Rows without code or title, and titles that say nothing, are left out; repeats are one row.
        """
        distinct: dict[tuple[str, str], Row] = {}
        for row in rows:
            code, title = str(row.get("code") or "").strip(), str(row.get("title") or "").strip()
            if code and title and not title.startswith("#"):
                distinct.setdefault((code, title), row)
        entries = []
        in_use: set[object] = set()
        alike: list[object] = []
        for (code, title), row in sorted(distinct.items(), key=lambda item: item[0]):
            reading = _reading(kind, title, row.get("level"))
            if reading is not None:
                retired = spelling_key(str(row.get("status") or "")) in _retired()
                entries.append(Entry(code, title, reading, retired))
                alike.append((row.get("list"), reading.type, twin_key(reading)))
                if not retired:
                    in_use.add(alike[-1])
        entries = [
            replace(entry, superseded=entry.retired and key in in_use)
            for entry, key in zip(entries, alike, strict=True)
        ]
        return cls(kind, tuple(entries), _spellings(entries), _with_several_types(entries))


def load_catalogue(kind: Kind, sources: Sequence[Path]) -> Catalogue:
    """Read reference lists of one kind; of a folder the files that hold this kind.

    Raises:
        UnusableInput: a file is not there, has no columns for code and title, or nothing is in it.
    """
    rows: list[Row] = []
    for source in sources:
        for file in _files(kind, source):
            rows += read_rows(file)
    catalogue = Catalogue.of(kind, rows)
    if not len(catalogue):
        listed = ", ".join(source.name for source in sources)
        raise UnusableInput(say("names.nothing_in_reference", "id", files=listed))
    return catalogue


def read_rows(file: Path) -> list[Row]:
    """Return the rows of a reference file: ``code``, ``title``, and ``status`` and ``level``.

    Raises:
        UnusableInput: the file cannot be read, or lacks columns for code and title.
    """
    try:
        table = read_table(file)
    except (OSError, ValueError, KeyError) as error:
        reason = type(error).__name__
        raise UnusableInput(say("names.unreadable", "id", file=file.name, reason=reason)) from error
    columns = {name: column for name in ("code", "title", "status", "level")
               if (column := _column(name, table[0] if table else {})) is not None}  # fmt: skip
    if table and not {"code", "title"} <= set(columns):
        raise UnusableInput(say("names.no_columns", "id", file=file.name))
    listed = {"list": file.name}
    return [{name: row.get(column) for name, column in columns.items()} | listed for row in table]


def read_table(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, by header."""
    suffix = file.suffix.lower()
    if suffix == ".json":
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
            raise ValueError(file.name)
        return content
    if suffix == ".parquet":
        import pyarrow.parquet as pq

        rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
        return rows
    if suffix in (".xlsx", ".xlsm"):
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            cells = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
        except CalamineError as error:
            raise ValueError(file.name) from error
        lines = [[_cell(cell) for cell in line] for line in cells]
    else:
        raw = file.read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252")
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not lines:
        return []
    header = lines[0]
    return [dict(zip(header, line, strict=False)) for line in lines[1:] if any(line)]


def _cell(cell: object) -> str:
    """Return a cell of a workbook as text; a whole number without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _column(name: str, row: Row) -> str | None:
    wanted = [spelling_key(header) for header in data()["columns"][name]]
    present = {spelling_key(header): header for header in row}
    return next((present[key] for key in wanted if key in present), None)


def _files(kind: Kind, source: Path) -> list[Path]:
    if not source.exists():
        raise UnusableInput(say("import.no_folder", "id", file=source.name))
    if source.is_file():
        return [source]
    stems = {spelling_key(stem) for stem in data()["files"][kind]}
    found = [
        file
        for file in sorted(source.iterdir())
        if file.suffix.lower() in SUFFIXES and spelling_key(file.stem) in stems
    ]
    if not found:
        raise UnusableInput(say("names.no_reference", "id", folder=source.name))
    return found


def _retired() -> frozenset[str]:
    return frozenset(spelling_key(status) for status in data()["retired"])


def _spellings(entries: Iterable[Entry]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for entry in entries:
        found.setdefault(exact_key(entry.title), set()).add(entry.code)
    return {key: tuple(sorted(codes)) for key, codes in found.items()}


def _with_several_types(entries: Iterable[Entry]) -> frozenset[object]:
    types: dict[object, set[str]] = {}
    for entry in entries:
        types.setdefault(twin_key(entry.reading), set()).add(entry.reading.type)
    return frozenset(key for key, several in types.items() if len(several) > 1)


def _reading(kind: Kind, title: str, level: Any) -> Reading | None:
    """Read a title; the level of a field of education may stand in a column of its own."""
    readings = read(kind, title)
    if not readings:
        return None
    reading = readings[0]
    if not (reading.words or reading.levels or reading.type):
        return None
    if kind != "education" or reading.levels or not level:
        return reading
    of_column = _education_level(str(level).strip())
    levels = words(kind).levels
    meant = levels.get((of_column.casefold(),)) if of_column else None
    return Reading(reading.words, reading.soft, frozenset({meant} if meant else ()),
                   reading.numbers)  # fmt: skip


def _education_level(raw: str) -> str | None:
    for level in education_levels():
        if raw in level.siasn_ids or spelling_key(raw) == spelling_key(level.code):
            return level.code
    return None
