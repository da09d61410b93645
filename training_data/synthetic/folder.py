"""Writes a city of any size as a dataset folder, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from training_data.synthetic.city import City
from training_data.synthetic.truth import training_effects

Progress = Callable[[int, int], None]
_CSV_UP_TO = 20_000


def write_folder(
    folder: Path,
    employees: int,
    *,
    seed: int = 0,
    as_of: date,
    shard: int = 50_000,
    form: Literal["parquet", "csv"] | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a fictional city as a dataset folder, with the planted truth in ``_truth/``.

    People's tables become part files (``employees/part-00000.parquet``), one per shard; with
    ``form="csv"`` each becomes one CSV file. What stands in them does not depend on ``shard``.

    Parameters:
        folder: made if it does not exist.
        employees: how many people, at least 1.
        seed: the same seed gives the same bytes.
        as_of: the day the files are drawn up.
        shard: people held in memory at a time, at least 1.
        form: parquet or csv; by default CSV up to 20,000 people, which a spreadsheet opens.
        progress: called with people done and people in all.

    Raises:
        ValueError: ``employees`` or ``shard`` is below 1.
    """
    if shard < 1:
        raise ValueError(f"shard must be at least 1, not {shard}")
    city = City(employees, seed, as_of)
    (folder / "_truth").mkdir(parents=True, exist_ok=True)
    form = form or ("csv" if employees <= _CSV_UP_TO else "parquet")
    write = _write_csv if form == "csv" else _write_parquet
    for number, part in enumerate(city.shards(shard)):
        write(folder, part.tables, number)
        write(folder / "_truth", part.truth, number)
        if progress is not None:
            progress(min((number + 1) * shard, employees), employees)
    write(folder, city.others(), None)
    write(folder / "_truth", {"training_effects": training_effects()}, None)


def _write_parquet(folder: Path, tables: Mapping[str, pa.Table], part: int | None) -> None:
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        if part is not None:
            (folder / name).mkdir(exist_ok=True)
            path = folder / name / f"part-{part:05d}.parquet"
        temporary = path.with_name(f".{path.name}.tmp")
        pq.write_table(table, temporary, compression="zstd")
        os.replace(temporary, path)


def _write_csv(folder: Path, tables: Mapping[str, pa.Table], part: int | None) -> None:
    """Append to one CSV file per table; the first part writes the header."""
    options = pcsv.WriteOptions(include_header=not part, quoting_style="needed")
    for name, table in tables.items():
        with (folder / f"{name}.csv").open("ab" if part else "wb") as file:
            pcsv.write_csv(_plain(table), file, options)


def _plain(table: pa.Table) -> pa.Table:
    """Return a table whose cells print as the contract writes them: 0 and 1, days without time."""
    for place, field in enumerate(table.schema):
        if pa.types.is_boolean(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.int8()))
        elif pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.date32()))
    return table
