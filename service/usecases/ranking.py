"""Rank everybody of a dataset into one file: CSV or Parquet, with a JSON file beside it.

In: an open engine. Out: ``FILE`` with the contract's seven columns, ordered by employee and rank,
and ``FILE.json`` with what the ranking rests on. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from recommender.batch.shards import rank_everybody
from recommender.engine import Engine
from recommender.fairness import Lists, Report, measure
from recommender.pipeline import Progress
from recommender.rank import Row, decimal
from recommender.results import Kind, points
from service.usecases.errors import NothingUsable, WrongUse
from service.usecases.files import write_json, written_whole

HEADER = ("employee_id", "kind", "item_code", "rank", "score", "eligibility", "reasons")
SUFFIXES = (".csv", ".parquet")

_PARQUET = pa.schema(
    [
        ("employee_id", pa.string()),
        ("kind", pa.string()),
        ("item_code", pa.string()),
        ("rank", pa.int32()),
        ("score", pa.float64()),
        ("eligibility", pa.string()),
        ("reasons", pa.string()),
    ]
)


@dataclass(frozen=True)
class RankedFile:
    """What was written: the file, its companion, how much is in it, and how fair it is."""

    file: Path
    companion: Path
    rows: int
    people: int
    without_rows: int
    fairness: Report


class _Sink(Protocol):
    def put(self, rows: list[Row]) -> None: ...


def require_writable(out: Path) -> None:
    """Raise ``WrongUse`` where a ranking could not be written to ``out``: before the work."""
    if out.suffix.lower() not in SUFFIXES:
        raise WrongUse("cli.unknown_suffix", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(out.parent))


def rank_to_file(
    engine: Engine,
    kind: Kind,
    out: Path,
    *,
    k: int = 10,
    workers: int = 1,
    progress: Progress | None = None,
) -> RankedFile:
    """Rank everybody and write ``out`` and ``out.json``; both appear whole.

    Raises:
        WrongUse: the suffix is neither .csv nor .parquet, or there is no such folder.
        NothingUsable: the dataset holds no item of this kind.
    """
    require_writable(out)
    if kind not in engine.kinds():
        raise NothingUsable(f"cli.no_items_{kind}")
    empty: dict[str, str] = {}
    total = len(engine.employee_ids)
    count = done = 0
    gathered = Lists(engine, kind, k)
    with written_whole(out) as temporary, _sink(temporary, out.suffix.lower()) as sink:
        for lines, nobody in rank_everybody(engine, kind, k, workers=workers):
            sink.put(lines)
            gathered.add(lines)
            empty |= nobody
            count += len(lines)
            done += len({line.employee_id for line in lines} | nobody.keys())
            if progress:
                progress("rank", done, total)
    companion = out.with_name(out.name + ".json")
    fairness = measure(engine, (gathered,))
    basis = _basis(engine, kind, k, count, empty)
    write_json(companion, {**basis, "fairness": fairness.as_json()})
    return RankedFile(out, companion, count, total, len(empty), fairness)


def _basis(engine: Engine, kind: Kind, k: int, rows: int, empty: dict[str, str]) -> dict[str, Any]:
    """Return the companion: what the ranking rests on, and who has no rows and why."""
    return {
        "kind": kind,
        "k": k,
        "as_of": engine.as_of.isoformat(),
        "data": engine.data_hash,
        "model": engine.model_id,
        "rules": engine.rules_hash,
        "packs": dict(engine.rules.pack_hashes),
        "overlays": list(engine.rules.overlays),
        "not_checked": engine.not_checked,
        "employees": len(engine.employee_ids),
        "rows": rows,
        "without_rows": [
            {"employee_id": employee, "rule": rule} for employee, rule in sorted(empty.items())
        ],
    }


@contextmanager
def _sink(path: Path, suffix: str) -> Iterator[_Sink]:
    if suffix == ".parquet":
        with pq.ParquetWriter(path, _PARQUET) as writer:
            yield _ParquetSink(writer)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        yield _CsvSink(file)


class _CsvSink:
    def __init__(self, file: Any) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(HEADER)

    def put(self, rows: list[Row]) -> None:
        self._writer.writerows(
            (r.employee_id, r.kind, r.item_code, r.rank, decimal(r.micro), r.eligibility, r.reasons)
            for r in rows
        )


class _ParquetSink:
    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer

    def put(self, rows: list[Row]) -> None:
        columns = {
            "employee_id": [r.employee_id for r in rows],
            "kind": [r.kind for r in rows],
            "item_code": [r.item_code for r in rows],
            "rank": [r.rank for r in rows],
            "score": [points(r.micro) for r in rows],
            "eligibility": [r.eligibility for r in rows],
            "reasons": [r.reasons for r in rows],
        }
        self._writer.write_table(pa.table(columns, schema=_PARQUET))
