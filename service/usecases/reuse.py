"""What of an earlier ranking can be kept: from a file and its companions, or from a generation.

In: where the earlier ranking lies, and what the new one rests on. Out: a ``Reuse``, or the reason
why everybody has to be ranked anew. Nothing is believed that does not bear its checksum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from recommender.batch.files import PARQUET
from recommender.batch.fingerprints import Basis
from recommender.batch.incremental import Reuse
from recommender.batch.records import Record
from recommender.errors import UnusableRecord
from recommender.listing import LINES
from recommender.results import MICRO, Kind
from service.database import generations
from service.database.packing import Row
from service.errors import ServiceError
from training_data.messages import Text, text

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

_ROWS = 100_000
"""Published rows laid out at a time."""


class NotReused(Exception):
    """Everybody has to be ranked anew.

    Attributes:
        text: why.
    """

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.text = why


@dataclass(frozen=True)
class Kept:
    """How much of an earlier ranking was kept.

    Attributes:
        kept, touched: people whose lists stayed, and people ranked anew.
        why: why nothing was kept, where that is so.
    """

    kept: int
    touched: int
    why: Text | None = None

    @classmethod
    def of(cls, reuse: Reuse) -> Kept:
        """Count what is kept."""
        touched = int(reuse.touched.sum())
        return cls(len(reuse.touched) - touched, touched)


@dataclass(frozen=True)
class Reuses:
    """What is kept of the generation in force, by kind, and why not where nothing is."""

    by_kind: Mapping[Kind, Reuse] = field(default_factory=dict)
    why: Mapping[Kind, Text] = field(default_factory=dict)


def companion_of(out: Path) -> Path:
    """Return the file that says what a ranking rests on."""
    return out.with_name(out.name + ".json")


def record_of(out: Path) -> Path:
    """Return the file of fingerprints of a ranking."""
    return out.with_name(out.name + ".basis.parquet")


def from_file(since: Path, basis: Basis) -> Reuse:
    """Return what of a ranking in a file can be kept.

    Parameters:
        basis: what the new ranking rests on.

    Raises:
        NotReused: nothing of it can be.
    """
    if not since.is_file():
        raise NotReused(text("since.missing", file=since.name))
    companion = companion_of(since)
    try:
        stated = json.loads(companion.read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise NotReused(text("since.no_companion", file=companion.name)) from None
    with since.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != stated:
            raise NotReused(text("since.altered", file=since.name, companion=companion.name))
    try:
        record = _fitting(Record(record_of(since)), basis)
        return Reuse(basis, record.earlier(_lines(since)))
    except (UnusableRecord, pa.ArrowException, OSError):
        raise NotReused(text("since.no_record", file=record_of(since).name)) from None


def from_generation(database: Database, home: Path, bases: Mapping[Kind, Basis]) -> Reuses:
    """Return what of the generation in force can be kept.

    Parameters:
        bases: what the new ranking rests on, by kind.
    """
    current = generations.current_generation(database)
    if current is None:
        return Reuses()
    folders = generations.snapshot_folders(home, current.number)
    records: dict[Kind, Record] = {}
    why: dict[Kind, Text] = {}
    for kind, basis in bases.items():
        try:
            records[kind] = _fitting(Record(folders.record(kind)), basis)
        except UnusableRecord:
            why[kind] = text("since.generation_without", number=current.number)
        except NotReused as reason:
            why[kind] = reason.text
    found: dict[Kind, Reuse] = {}
    try:
        lines = _published(database, current.number) if records else {}
        for kind, record in records.items():
            earlier = record.earlier(lines.get(kind, LINES.empty_table()))
            found[kind] = Reuse(bases[kind], earlier)
    except (UnusableRecord, ServiceError):
        # Pruned meanwhile, or changed: what is not certain is made anew.
        return Reuses(why=dict.fromkeys(bases, text("since.generation_without",
                                                    number=current.number)))  # fmt: skip
    return Reuses(found, why)


def _fitting(record: Record, basis: Basis) -> Record:
    """Return the record where nothing that touches everybody has changed since."""
    differs = basis.differs(record.basis)
    if differs:
        parts = [text(f"since.part.{name}") for name in differs]
        joined = Text(", ".join(p.id for p in parts), ", ".join(p.en for p in parts))
        raise NotReused(text("since.differs", parts=joined))
    return record


def _lines(file: Path) -> pa.Table:
    """Read the lines of a file; points become whole micro-points again."""
    if file.suffix.lower() == ".parquet":
        table = pq.read_table(file)
    else:
        table = csv.read_csv(
            file,
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=PARQUET, null_values=[], strings_can_be_null=False
            ),
        )
    micro = np.rint(table["score"].to_numpy() * MICRO).astype(np.int64)
    table = table.append_column("micro", pa.array(micro))
    return table.select(LINES.names).cast(LINES)


def _published(database: Database, number: int) -> dict[Kind, pa.Table]:
    """Return the lines of a generation by kind."""
    parts: dict[Kind, list[pa.Table]] = {"training": [], "role": []}
    rows = generations.published_rows(database, number)
    while held := list(islice(rows, _ROWS)):
        for kind, found in parts.items():
            found.append(_table(row for row in held if row[1] == kind))
    return {kind: pa.concat_tables(found) for kind, found in parts.items() if found}


def _table(rows: Iterable[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * 7
    del columns[1]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, LINES, strict=True)]
    return pa.Table.from_arrays(arrays, schema=LINES)
