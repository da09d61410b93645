"""Small helpers that turn NumPy columns into Arrow ones, with holes where data are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from training_data.schema import TABLES


def words(values: Sequence[str | None], places: Any) -> pa.Array:
    """Return ``values[places]`` as strings; a place below 0 is empty."""
    places = np.asarray(places)
    index = pa.array(np.maximum(places, 0), mask=places < 0)
    return pa.array(values, type=pa.string()).take(index)


def blank(values: Any, missing: NDArray[np.bool_]) -> pa.Array:
    """Return the values as an Arrow array that is empty where ``missing``."""
    array = values if isinstance(values, pa.Array) else pa.array(values)
    hole = pa.scalar(None, type=array.type)
    return pa.compute.if_else(pa.array(missing), hole, array)


def table(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """Return a table of the contract with every column, in order and in the contract's types."""
    schema = TABLES[name].arrow_schema
    rows = len(next(iter(columns.values())))
    arrays = []
    for field in schema:
        if field.name not in columns:
            arrays.append(pa.nulls(rows, field.type))
            continue
        given = columns[field.name]
        array = given if isinstance(given, pa.Array | pa.ChunkedArray) else pa.array(given)
        arrays.append(array.cast(field.type))
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise KeyError(f"{name}: {sorted(unknown)}")
    return pa.Table.from_arrays(arrays, schema=schema)


def from_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return a table of the contract from a row per mapping."""
    columns = {column: [row.get(column) for row in rows] for column in TABLES[name].column_names}
    arrays = [pa.array(columns[field.name], type=field.type) for field in TABLES[name].arrow_schema]
    return pa.Table.from_arrays(arrays, schema=TABLES[name].arrow_schema)


def same(text: str, rows: Any) -> pa.Array:
    """Return the same text for every row."""
    return pa.array([text], type=pa.string()).take(pa.array(np.zeros(len(rows), dtype=np.int64)))
