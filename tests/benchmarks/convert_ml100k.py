"""Turn MovieLens 100K ratings into a dataset folder: a known log for loaders and metrics.

    python tests/benchmarks/convert_ml100k.py SRC OUT

A user is an ``employees`` row, a film a ``trainings`` row whose title is its number, a rating a
``training_history`` row with ``rating`` and ``completed_on`` (Unix seconds, written in UTC).
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from training_data.converters.tables import Converted, columns, read_rows, write_folder


def convert_ml100k(src: Path, out: Path) -> Converted:
    """Write ``ratings.csv`` in ``src`` as the new dataset folder ``out``."""
    rows = read_rows(src / "ratings.csv", ("user", "item", "rating", "timestamp"))
    items = list(dict.fromkeys(row["item"] for row in rows))
    tables = {
        "employees": {"employee_id": list(dict.fromkeys(row["user"] for row in rows))},
        "trainings": {"training_code": items, "title": items},
        "training_history": columns(
            [
                {
                    "employee_id": row["user"],
                    "training_code": row["item"],
                    "completed_on": f"{_moment(row['timestamp']):%Y-%m-%dT%H:%M:%S}",
                    "rating": row["rating"],
                }
                for row in rows
            ]
        ),
    }
    return Converted(out, write_folder(out, tables))


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("src", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    for table, rows in convert_ml100k(given.src, given.out).rows.items():
        print(f"{table}: {rows}")


if __name__ == "__main__":
    main()
