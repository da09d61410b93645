"""Parquet, one file or a folder of them, becomes a ``Source`` like any other.

Typed columns are written as text once per distinct value, so the same checks judge every source.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from training_data.cells import TYPED, Cells, codes_of
from training_data.importers.csv_file import MAX_COLUMNS
from training_data.importers.dialect import Unreadable
from training_data.importers.records import written
from training_data.report import Finding
from training_data.source import Source


def read_parquet(path: Path, table: str) -> tuple[Source, list[Finding]]:
    """Read a Parquet file or a folder of Parquet files.

    Rows are numbered from 1 in the order of the files' names.

    Raises:
        Unreadable: not Parquet, or too many columns.
    """
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    try:
        tables = [pq.ParquetFile(file).read() for file in files]
        if not tables:
            raise Unreadable("file.empty")
        whole = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OSError) as problem:
        raise Unreadable("file.not_parquet") from problem
    if whole.num_columns > MAX_COLUMNS:
        raise Unreadable("file.columns", count=whole.num_columns, limit=MAX_COLUMNS)
    columns = tuple(_as_text(column) for column in whole.columns)
    rows = np.arange(1, whole.num_rows + 1)
    return Source(path.name, table, tuple(whole.column_names), columns, rows), []


def _as_text(column: pa.ChunkedArray) -> Cells:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return written(column.cast(pa.string()))
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise Unreadable("file.not_parquet")
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    encoded = pa.concat_arrays(column.chunks or [pa.nulls(0, kind)]).dictionary_encode()
    cells = Cells(_texts(encoded.dictionary), codes_of(encoded.indices))
    return cells.map(cells.texts)


def _texts(values: pa.Array) -> pa.StringArray:
    """Write distinct typed values as text."""
    kind = values.type
    if pa.types.is_boolean(kind):
        return values.cast(pa.int8()).cast(pa.string())
    if pa.types.is_timestamp(kind):
        local = values
        if kind.tz is not None:
            local = pc.local_timestamp(values.cast(pa.timestamp("us", "Asia/Jakarta")))
        return pc.strftime(local.cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%S")
    if pa.types.is_floating(kind):
        whole = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), 1e15))
        integers = pc.if_else(whole, values, 0.0).cast(pa.int64()).cast(pa.string())
        marked = pc.binary_join_element_wise(TYPED, values.cast(pa.string()), "")
        large = pc.greater_equal(pc.abs(values), 1e15)
        shown = pc.if_else(large, _scientific(values), marked)
        return pc.if_else(whole, integers, shown)
    return values.cast(pa.string())


def _scientific(values: pa.Array) -> pa.StringArray:
    return pa.array([f"{v:.14E}" for v in values.to_pylist()], pa.string())
