"""Scores from elsewhere: a file of ``employee_id, item_code, score``, CSV or Parquet.

In: a path. Out: ``Scores``, one row per pair, and how many rows could not be used. The files that
``selaras rank`` writes have these columns among others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from training_data.errors import UnusableInput
from training_data.importers.dialect import Unreadable, to_utf8
from training_data.messages import say

COLUMNS = ("employee_id", "item_code", "score")
LARGEST = 1_000_000.0
"""Scores beyond this are refused: no scale of points reaches it, and sums must stay exact."""


@dataclass(frozen=True)
class Scores:
    """Scored pairs in the order of the file.

    Attributes:
        employee_id, item_code: strings.
        score: finite.
        refused: rows without one of the three, with a score that is no number, or that repeat a
            pair.
    """

    employee_id: pa.Array
    item_code: pa.Array
    score: NDArray[np.float64]
    refused: int


def read_scores(path: Path, kind: str | None = None) -> Scores:
    """Read a file of scores.

    Parameters:
        kind: only rows of this kind, where the file has a column ``kind``.

    Raises:
        UnusableInput: it cannot be read, or lacks one of the columns.
    """
    try:
        table = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    except (OSError, pa.ArrowInvalid, Unreadable) as error:
        raise UnusableInput(_said("unreadable", path, reason=type(error).__name__)) from error
    lacking = [name for name in COLUMNS if name not in table.column_names]
    if lacking:
        raise UnusableInput(_said("lacks", path, columns=", ".join(lacking)))
    if kind is not None and "kind" in table.column_names:
        table = table.filter(pc.equal(table["kind"], kind))
    employee, item, written = (table[name].combine_chunks() for name in COLUMNS)
    score = _numbers(written)
    good = np.isfinite(score) & (np.abs(np.nan_to_num(score)) <= LARGEST)
    for column in (employee, item):
        filled = pc.and_(pc.is_valid(column), pc.not_equal(pc.fill_null(column, ""), ""))
        good &= np.asarray(filled.to_numpy(zero_copy_only=False), bool)
    good &= _first_of_each(employee, item)
    keep = pa.array(good)
    return Scores(
        employee.filter(keep), item.filter(keep), score[good], int(len(good) - good.sum())
    )


def _parquet(path: Path) -> pa.Table:
    names = [n for n in (*COLUMNS, "kind") if n in pq.read_schema(path).names]
    table = pq.read_table(path, columns=names)
    for place, name in enumerate(names):
        if name != "score":
            table = table.set_column(place, name, table[name].cast(pa.string()))
    return table


def _csv(path: Path) -> pa.Table:
    data, _ = to_utf8(path.read_bytes())
    first = data[: data.find(b"\n") if b"\n" in data else len(data)]
    delimiter = max((",", ";", "\t"), key=lambda sign: first.count(sign.encode()))
    names = [
        name.strip().strip('"').lower() for name in first.decode().rstrip("\r").split(delimiter)
    ]
    table = pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
        ),
    )
    return table.select([n for n in (*COLUMNS, "kind") if n in names])


def _numbers(column: pa.Array) -> NDArray[np.float64]:
    """Return numbers, NaN for what is none; a comma may stand for the point."""
    if not pa.types.is_string(column.type):
        return np.asarray(
            pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy(zero_copy_only=False)
        )
    plain = pc.replace_substring(pc.utf8_trim_whitespace(column), ",", ".")
    fits = pc.match_substring_regex(plain, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
    usable = pc.if_else(pc.fill_null(fits, False), plain, pa.scalar(None, pa.string()))
    numbers = pc.fill_null(usable.cast(pa.float64()), float("nan"))
    return np.asarray(numbers.to_numpy(zero_copy_only=False), np.float64)


def _first_of_each(employee: pa.Array, item: pa.Array) -> NDArray[np.bool_]:
    """Return the first row of each pair."""
    encoded = [pc.fill_null(column, "").dictionary_encode() for column in (employee, item)]
    width = max(1, len(encoded[1].dictionary))
    one, other = (np.asarray(e.indices.to_numpy(), np.int64) for e in encoded)
    key = one * width + other
    found = np.zeros(len(key), bool)
    found[np.unique(key, return_index=True)[1]] = True
    return found


def _said(code: str, path: Path, **values: str) -> str:
    return say(f"allocate.scores_{code}", "id", file=path.name, **values)
