"""Refused rows kept so that a person can correct them cell by cell, whatever their number.

In: a ``Report``. Out: a folder of one Parquet file per source, read page by page, and an index of
what is wrong. Cells keep the form the reader gave them, so that a number that lost its digits in a
spreadsheet is still known as one when the row comes back unchanged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from training_data.cells import TYPED
from training_data.importers.assemble import writes_commas
from training_data.importers.headers import aliases, header_key, table_of_stem
from training_data.messages import Text
from training_data.reference import nearest
from training_data.refused import NOTES, as_written, guarded

if TYPE_CHECKING:
    from training_data.report import Finding, Report
    from training_data.source import Source

INDEX = "index.json"
GROUP = 500
"""Rows that are read together: a page touches one or two of these groups."""

ROW = "_baris"
"""Column that carries the row's number in the file it first stood in; readers pass it over."""

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fault:
    """One kind of problem that keeps rows of a part outside.

    Attributes:
        code: entry of the message catalogue, without its area.
        columns: places of the columns at fault in the header; none where it is about the row.
        choices: list of the known values, where the cell must hold one.
        text, remedy: what holds for every row, and what to do.
    """

    code: str
    columns: tuple[int, ...]
    choices: str | None
    text: Text
    remedy: Text


@dataclass(frozen=True)
class Part:
    """The refused rows of one file.

    Attributes:
        place: number of the part, from 0.
        header: of the file, without notes of ours.
        means: per column what it is called in the contract; null where it is an extra one.
        comma: decimals of this file are written with a comma.
        rows: how many were refused.
    """

    place: int
    file: str
    table: str
    header: tuple[str, ...]
    means: tuple[str | None, ...]
    comma: bool
    rows: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class RefusedRow:
    """One row.

    Attributes:
        place: position among the refused rows of its part.
        number: as a spreadsheet counts it, in the file it first stood in.
        cells: as read, one for each column of the header.
        surplus: cells beyond the header, as one text.
        faults: places of its faults in ``Part.faults``.
        kept: per fault the row that stays instead, where another one has the same key.
    """

    place: int
    number: int
    cells: tuple[str | None, ...]
    surplus: str
    faults: tuple[int, ...]
    kept: tuple[int | None, ...]


def write_returned(report: Report, folder: Path) -> tuple[Part, ...]:
    """Write the refused rows of every file, readable by the owner only; return the parts."""
    parts: list[Part] = []
    for source in report.sources:
        positions = np.flatnonzero(report.refused_rows(source))
        if len(positions) == 0:
            continue
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = _part(len(parts), source, len(positions), report.refusals(source))
        with _whole(folder / f"{part.place}.parquet") as file:
            table = _table(source, positions, report.refusals(source))
            pq.write_table(table, file, row_group_size=GROUP)
        parts.append(part)
    if parts:
        with _whole(folder / INDEX) as file:
            file.write(json.dumps([asdict(part) for part in parts], ensure_ascii=False).encode())
    return tuple(parts)


def read_parts(folder: Path) -> tuple[Part, ...]:
    """Return the parts of a folder; none where nothing was refused or it is gone."""
    try:
        held = json.loads((folder / INDEX).read_bytes())
    except FileNotFoundError:
        return ()
    return tuple(_restored(one) for one in held)


def read_rows(folder: Path, part: Part, places: Sequence[int]) -> list[RefusedRow]:
    """Return rows by their places, in ascending order; only their row groups are read."""
    wanted = np.unique(np.asarray(places, np.int64))
    if len(wanted) == 0:
        return []
    table, first = _groups(folder, part, wanted)
    found = table.take(pa.array(wanted - first)).to_pylist()
    width = range(len(part.header))
    return [
        RefusedRow(
            int(place),
            row["number"],
            tuple(row[f"c{column}"] for column in width),
            row["surplus"] or "",
            tuple(row["faults"]),
            tuple(None if one < 0 else one for one in row["kept"]),
        )
        for place, row in zip(wanted, found, strict=True)
    ]


def shown(cell: str | None) -> str:
    """Return a cell as a person sees it."""
    return "" if cell is None else cell.replace(TYPED, "")


def fault_words(part: Part, row: RefusedRow, which: int) -> Text:
    """Return what is wrong with a row, with the nearest known values and the row that stays."""
    from training_data.messages import text

    fault = part.faults[which]
    sentences = [fault.text]
    kept = row.kept[row.faults.index(which)]
    if kept is not None:
        sentences.append(text("import.kept", row=str(kept)))
    found = next((row.cells[c] for c in fault.columns if row.cells[c]), None)
    if fault.choices is not None and found:
        near = ", ".join(nearest(fault.choices, shown(found)[:80]))
        sentences.append(text("import.nearest", values=near))
    return Text(" ".join(s.id for s in sentences), " ".join(s.en for s in sentences))


def write_corrected(
    folder: Path,
    part: Part,
    places: Collection[int],
    edits: Mapping[int, Mapping[int, str]],
    target: Path,
) -> None:
    """Write some rows, with what was typed, as a file that the ordinary import reads.

    Parameters:
        places: which rows.
        edits: place → column → what was typed.
        target: the CSV file; it must not exist yet.
    """
    wanted = np.unique(np.asarray(list(places), np.int64))
    table, first = _groups(folder, part, wanted)
    held = table.take(pa.array(wanted - first))
    columns: list[pa.Array] = []
    for column in range(len(part.header)):
        cells = held.column(f"c{column}").to_pylist()
        for at, place in enumerate(wanted.tolist()):
            typed = edits.get(place, {}).get(column)
            if typed is not None:
                cells[at] = typed or None
        columns.append(pa.array(cells, pa.string()))
    names = [*part.header, ROW]
    columns.append(held.column("number").cast(pa.string()).combine_chunks())
    options = pacsv.WriteOptions(delimiter=";" if part.comma else ",")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as out:
        pacsv.write_csv(pa.Table.from_arrays(columns, names=names), out, options)


def as_table(folder: Path, part: Part, places: Positions, *, guard: bool) -> pa.Table:
    """Return rows as a person corrects them in a spreadsheet: as written, with what is wrong last.

    Parameters:
        guard: an apostrophe before what a spreadsheet would run as a formula (for CSV).
    """
    table, first = _groups(folder, part, places)
    held = table.take(pa.array(places - first)).combine_chunks()
    plain = [as_written(held.column(f"c{column}")) for column in range(len(part.header))]
    names = [ROW, *part.header]
    columns: list[Any] = [held.column("number").cast(pa.string())]
    columns += [guarded(one) if guard else one for one in plain]
    faults = held.column("faults").to_pylist()
    for language, name in NOTES.items():
        notes: dict[tuple[int, ...], str] = {}
        for combination in map(tuple, faults):
            if combination not in notes:
                notes[combination] = _noted(part, combination, language)
        names.append(name)
        columns.append(pa.array([notes[tuple(one)] for one in faults], pa.string()))
    return pa.Table.from_arrays(columns, names=names)


def file_name(part: Part, taken: Collection[str]) -> str:
    """Return a name under which the ordinary import takes the rows for the same table."""
    stem = Path(part.file).stem
    if table_of_stem(stem) != part.table:
        stem = part.table
    name, number = f"{stem}.csv", 2
    while name in taken:
        name, number = f"{part.table}-{number}.csv", number + 1
    return name


def _noted(part: Part, faults: Sequence[int], language: str) -> str:
    held = [part.faults[one] for one in faults]
    return " ".join(
        f"{one.text.in_language(language)} {one.remedy.in_language(language)}" for one in held
    )


def _groups(folder: Path, part: Part, places: Positions) -> tuple[pa.Table, int]:
    """Return the row groups that hold some places, and the place of their first row."""
    with pq.ParquetFile(folder / f"{part.place}.parquet") as file:
        first, last = int(places.min()) // GROUP, int(places.max()) // GROUP
        return file.read_row_groups(list(range(first, last + 1))), first * GROUP


def _part(place: int, source: Source, rows: int, findings: Sequence[Finding]) -> Part:
    kept = _kept_columns(source)
    known = aliases(source.table)
    means = tuple(known.get(header_key(source.header[column])) for column in kept)
    header = tuple(source.header[column] for column in kept)
    faults = tuple(_fault(finding, source.table, header, means) for finding in findings)
    return Part(
        place, source.file, source.table, header, means, writes_commas(source), rows, faults
    )


def _kept_columns(source: Source) -> list[int]:
    """Return the places of the file's columns without notes of ours."""
    return [place for place, name in enumerate(source.header) if not name.startswith("_")]


def _fault(
    finding: Finding, table: str, header: Sequence[str], means: Sequence[str | None]
) -> Fault:
    def called(wanted: str, names: Sequence[str | None]) -> list[int]:
        return [place for place, name in enumerate(names) if name == wanted]

    at_fault: list[int] = []
    if finding.column is not None:
        at_fault = called(finding.column, means) or called(finding.column, header)
        if not at_fault and (table, finding.column) == ("employees", "employee_id"):
            at_fault = called("nip", means)
    choices = finding.facts.get("choices")
    return Fault(finding.code, tuple(at_fault), choices, finding.rule(), finding.remedy())


def _table(source: Source, positions: Positions, findings: Sequence[Finding]) -> pa.Table:
    columns: dict[str, Any] = {"number": _numbers(source, positions)}
    for place, column in enumerate(_kept_columns(source)):
        columns[f"c{place}"] = source.columns[column].take(positions).text()
    rest = {int(p): "|".join(cells) for p, cells in source.surplus.items()}
    columns["surplus"] = pa.array([rest.get(int(p)) for p in positions], pa.string())
    columns["faults"], columns["kept"] = _marks(source, positions, findings)
    return pa.table(columns)


def _numbers(source: Source, positions: Positions) -> pa.Array:
    """Return the rows' numbers, those of the first file where rows come back once more."""
    own = source.rows[positions]
    if ROW not in source.header:
        return pa.array(own, pa.int64())
    cells = source.columns[source.header.index(ROW)].take(positions)
    said = [cells.at(row) for row in range(len(positions))]
    return pa.array(
        [
            int(one) if one is not None and one.isascii() and one.isdigit() and len(one) < 10 else n
            for one, n in zip(said, own.tolist(), strict=True)
        ],
        pa.int64(),
    )


def _marks(
    source: Source, positions: Positions, findings: Sequence[Finding]
) -> tuple[pa.Array, pa.Array]:
    """Return per row its faults and, for each, the row that stays instead or −1."""
    where = np.full(len(source), -1, np.int64)
    where[positions] = np.arange(len(positions))
    rows, which, kept = [], [], []
    for place, finding in enumerate(findings):
        rows.append(where[finding.positions])
        which.append(np.full(len(finding.positions), place, np.int32))
        none = np.full(len(finding.positions), -1, np.int64)
        kept.append(none if finding.kept is None else finding.kept)
    row, fault, stays = (np.concatenate(part) for part in (rows, which, kept))
    order = np.lexsort([fault, row])
    counts = np.bincount(row, minlength=len(positions))
    offsets = pa.array(np.r_[0, np.cumsum(counts)], pa.int32())
    return (
        pa.ListArray.from_arrays(offsets, pa.array(fault[order])),
        pa.ListArray.from_arrays(offsets, pa.array(stays[order])),
    )


def _restored(held: Mapping[str, Any]) -> Part:
    faults = tuple(
        Fault(
            one["code"],
            tuple(one["columns"]),
            one["choices"],
            Text(**one["text"]),
            Text(**one["remedy"]),
        )
        for one in held["faults"]
    )
    same = {name: held[name] for name in ("place", "file", "table", "comma", "rows")}
    return Part(**same, header=tuple(held["header"]), means=tuple(held["means"]), faults=faults)


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file for the owner only, under a temporary name until it is complete."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
    os.replace(temporary, path)
