"""Reading and checking a large CSV of competency scores, beside polars doing the same.

Both read every cell as text, strip it, parse days and levels, refuse empty cells, levels outside
0 … 5, unknown sources and unknown people and competencies, settle repeated keys, and order the rows
by key. XLSX is timed beside python-calamine without anything around it.

    python tests/benchmarks/import_csv.py [--rows 1000000] [--rounds 5] [--xlsx-rows 100000]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

PEOPLE, COMPETENCIES = 70_000, 64
SOURCES = ("assessment_centre", "cact", "supervisor", "certificate", "self")
KEY = ["employee_id", "competency_code", "assessed_on", "source"]


def make(folder: Path, rows: int) -> None:
    """Write employees, competencies and ``rows`` scores."""
    rng = np.random.default_rng(0)
    born = np.datetime64("1966-01-01") + rng.integers(0, 12_000, PEOPLE)
    digits = np.char.replace(born.astype(str), "-", "")
    serial = np.arange(PEOPLE) % 999 + 1
    people = [f"{d}{2005 + i // 9999:04}{i % 12 + 1:02}{i % 2 + 1}{n:03}"
              for i, (d, n) in enumerate(zip(digits, serial, strict=True))]  # fmt: skip
    people = sorted(set(people))
    competencies = [f"T.{n}" for n in range(COMPETENCIES)]
    days = (np.datetime64("2018-01-01") + rng.integers(0, 2_500, rows)).astype(str)
    scores = {
        "employee_id": np.array(people)[rng.integers(0, len(people), rows)],
        "competency_code": np.array(competencies)[rng.integers(0, COMPETENCIES, rows)],
        "assessed_on": days,
        "source": np.array(SOURCES)[rng.integers(0, len(SOURCES), rows)],
        "level": rng.integers(0, 21, rows) / 4,
    }
    pacsv.write_csv(pa.table({"employee_id": people}), folder / "employees.csv")
    names = {"competency_code": competencies, "name": competencies}
    pacsv.write_csv(pa.table(names), folder / "competencies.csv")
    plain = pacsv.WriteOptions(quoting_style="none")
    pacsv.write_csv(pa.table(scores), folder / "competency_scores.csv", plain)


def ours(folder: Path) -> int:
    """Read and check with the importer."""
    from training_data.importers import read_folder

    return read_folder(folder)[0].table("competency_scores").num_rows


def ours_read(folder: Path) -> int:
    """Only read: every cell as distinct text with its row's number."""
    from training_data.importers.csv_file import read_csv

    return len(read_csv(folder / "competency_scores.csv", "competency_scores")[0])


def polars(folder: Path) -> int:
    """Read and check the same with polars."""
    import polars as pl

    def read(name: str) -> Any:
        frame = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        return frame.with_columns(pl.all().str.strip_chars())

    people, names, scores = (read(t) for t in ("employees", "competencies", "competency_scores"))
    nip = people["employee_id"]
    fits = nip.str.contains(r"^\d{8}\d{4}(?:0[1-9]|1[0-2]|2[1-9]|[3-9]\d)[12]\d{3}$")
    fits &= nip.str.slice(0, 8).str.to_date("%Y%m%d", strict=False).is_not_null()
    people = people.filter(fits).unique().sort("employee_id")
    scores = scores.with_columns(
        pl.col("assessed_on").str.to_datetime("%Y-%m-%d", strict=False, time_unit="us"),
        pl.col("level").cast(pl.Float64, strict=False),
    )
    good = scores.filter(
        pl.col("employee_id").str.len_bytes() > 0,
        pl.col("assessed_on").is_not_null(),
        pl.col("level").is_between(0, 5),
        pl.col("source").is_in(SOURCES),
        pl.col("employee_id").is_in(people["employee_id"].implode()),
        pl.col("competency_code").is_in(names["competency_code"].implode()),
    )
    good = good.unique().sort([*KEY, "level"]).unique(KEY, keep="first", maintain_order=True)
    return int(good.height)


def polars_read(folder: Path) -> int:
    """Only read with polars, every cell as text."""
    import polars as pl

    return int(pl.read_csv(folder / "competency_scores.csv", infer_schema=False).height)


def make_workbook(folder: Path, rows: int) -> Path:
    """Write ``rows`` scores as a workbook."""
    import xlsxwriter

    path = folder / "competency_scores.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["employee_id", "competency_code", "level"])
    for row in range(rows):
        sheet.write_row(row + 1, 0, [f"E{row}", f"T.{row % 64}", row % 21 / 4])
    book.close()
    return path


def workbook(path: Path) -> int:
    """Read a workbook with the importer."""
    from training_data.importers import read_file

    return read_file(path)[0].table("competency_scores").num_rows


def calamine(path: Path) -> int:
    """Read a workbook with python-calamine and nothing else."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return len(book.get_sheet_by_index(0).to_python())


def seconds(task: Callable[[Path], int], path: Path, rounds: int) -> float:
    """Return the median time of a task after one round to warm up."""
    task(path)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        task(path)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Print the table of ratios."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--xlsx-rows", type=int, default=100_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "data"
        folder.mkdir()
        make(folder, given.rows)
        assert ours(folder) == polars(folder)
        book = make_workbook(Path(temporary), given.xlsx_rows)
        pairs = [
            (f"CSV {given.rows:,} rows, read", ours_read, polars_read, "polars", folder),
            (f"CSV {given.rows:,} rows, read and checked", ours, polars, "polars", folder),
            (f"XLSX {given.xlsx_rows:,} rows", workbook, calamine, "calamine bare", book),
        ]
        print(f"{'task':40} {'Selaras':>9} {'peer':>9}  {'peer/Selaras':>12}")
        for name, mine, peer, label, path in pairs:
            took, other = seconds(mine, path, given.rounds), seconds(peer, path, given.rounds)
            print(f"{name:40} {took:8.2f}s {other:8.2f}s  {other / took:11.2f}× {label}")


if __name__ == "__main__":
    main()
