"""A Dataset: the contract's tables, typed, sorted, without repeats, and read-only.

Tables enter through an importer (or a generator), are frozen here, and nothing behind this door
checks them again. Rows are ordered by key, so the order of a source file never matters.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from training_data.errors import DuplicateKey, UnusableInput
from training_data.schema import TABLES, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Dataset:
    """The tables of one agency or of several.

    Attributes:
        tables: table name → Arrow table in the contract's types; columns that are absent in the
            source are absent here or entirely null; extra columns follow as strings.
    """

    tables: Mapping[str, pa.Table]

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table | Mapping[str, list[Any]]]) -> Dataset:
        """Freeze clean tables: cast to the contract's types, sort by key, drop repeated rows.

        Parameters:
            tables: table name → Arrow table, or column name → list of Python values.

        Raises:
            UnusableInput: a table is not one of the contract's.
            DuplicateKey: two different rows share a key.
        """
        frozen: dict[str, pa.Table] = {}
        for name in sorted(tables):
            if name not in TABLES:
                raise UnusableInput(f"Unknown table {name!r}; known: {', '.join(TABLES)}.")
            given = tables[name]
            table = given if isinstance(given, pa.Table) else pa.table(dict(given))
            frozen[name] = _canonical(TABLES[name], table)
        return cls(MappingProxyType(frozen))

    def table(self, name: str) -> pa.Table:
        """Return a table with every column of the contract; absent ones are null."""
        schema = TABLES[name].arrow_schema
        held = self.tables.get(name)
        if held is None:
            return schema.empty_table()
        for field in schema:
            if field.name not in held.column_names:
                held = held.append_column(field, pa.nulls(held.num_rows, field.type))
        return held

    def frame(self, name: str) -> pd.DataFrame:
        """Return a copy of a table as a pandas frame."""
        frame: pd.DataFrame = self.table(name).to_pandas()
        return frame

    def has(self, name: str) -> bool:
        """Whether the table has at least one row."""
        return name in self.tables and self.tables[name].num_rows > 0

    def knows(self, name: str, column: str) -> bool:
        """Whether at least one row of the table fills the column."""
        if not self.has(name) or column not in self.tables[name].column_names:
            return False
        held: pa.ChunkedArray = self.tables[name].column(column)
        return bool(held.null_count < len(held))

    def replace(self, **tables: pa.Table) -> Dataset:
        """Return a new dataset in which the given tables stand instead of the old ones."""
        whole = {**self.tables, **Dataset.of(tables).tables}
        return Dataset(MappingProxyType({name: whole[name] for name in sorted(whole)}))

    @property
    def content_hash(self) -> str:
        """SHA-256 of the content, equal for equal rows whatever file they came from."""
        digest = hashlib.sha256()
        for name in sorted(self.tables):
            table = self.tables[name]
            if table.num_rows == 0:
                continue
            digest.update(f"{name}:{table.num_rows}".encode())
            for column in sorted(table.column_names):
                values = table.column(column)
                if values.null_count == len(values):
                    continue
                digest.update(f"{column}:{values.type}".encode())
                _update(digest, values)
        return digest.hexdigest()

    def write(self, folder: Path) -> None:
        """Write every table as Parquet into ``folder``, which must not exist yet."""
        folder.mkdir(parents=True)
        for name, table in self.tables.items():
            temporary = folder / f".{name}.tmp"
            pq.write_table(table, temporary)
            os.replace(temporary, folder / f"{name}.parquet")

    @classmethod
    def read(cls, folder: Path) -> Dataset:
        """Read back what ``write`` wrote, without checks: the files are our own."""
        found = {p.stem: pq.read_table(p) for p in sorted(folder.glob("*.parquet"))}
        if not found:
            raise UnusableInput(f"No snapshot in {folder}.")
        return cls(MappingProxyType(found))


def _canonical(spec: Table, table: pa.Table) -> pa.Table:
    """Order columns, cast, sort by key and drop repeated rows."""
    columns: dict[str, pa.ChunkedArray] = {}
    for column in spec.columns:
        if column.name in table.column_names:
            columns[column.name] = table.column(column.name).cast(column.arrow_type)
    for required in spec.required:
        if required not in columns:
            raise UnusableInput(f"Table {spec.name!r} lacks its column {required!r}.")
    for name in sorted(set(table.column_names) - set(columns)):
        columns[name] = table.column(name).cast(pa.string())
    whole = pa.table(columns)
    if whole.num_rows == 0:
        return whole
    key = [name for name in spec.key if name in columns]
    whole = whole.take(pc.sort_indices(whole, [(name, "ascending") for name in key]))
    whole = whole.combine_chunks()
    repeats = _same_as_previous(whole, key)
    if pc.any(repeats).as_py():
        if not pc.all(pc.equal(repeats, _same_as_previous(whole, whole.column_names))).as_py():
            whole = whole.group_by(whole.column_names, use_threads=False).aggregate([])
            whole = whole.take(pc.sort_indices(whole, [(name, "ascending") for name in key]))
            whole = whole.combine_chunks()
            if pc.any(_same_as_previous(whole, key)).as_py():
                raise DuplicateKey(f"Table {spec.name!r} holds a key more than once.")
            return whole
        whole = whole.filter(pc.invert(repeats)).combine_chunks()
    return whole


def _same_as_previous(table: pa.Table, names: list[str]) -> pa.Array:
    """Per row: equal to the row before in all named columns (null equals null)."""
    same = pa.array([True] * table.num_rows)
    for name in names:
        values = table.column(name).combine_chunks()
        head, tail = values[:-1], values[1:]
        equal = pc.fill_null(pc.equal(tail, head), False)
        both = pc.and_(pc.is_null(tail), pc.is_null(head))
        same = pc.and_(same, pa.concat_arrays([pa.array([False]), pc.or_(equal, both)]))
    return same


def _text(column: pa.LargeStringArray) -> memoryview:
    """Return the bytes of all texts, one after the other, as they lie in memory."""
    if len(column) == 0 or column.buffers()[2] is None:
        return memoryview(b"")
    bounds = np.frombuffer(column.buffers()[1], np.int64)[column.offset :]
    return memoryview(column.buffers()[2])[bounds[0] : bounds[len(column)]]


def _update(digest: Any, values: pa.ChunkedArray) -> None:
    """Feed a column's values and its nulls, independent of chunks and of hidden null bytes."""
    whole = values.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    digest.update(pc.is_valid(whole).to_numpy(zero_copy_only=False).tobytes())
    if pa.types.is_string(whole.type):
        # Short strings cannot run together unnoticed: their lengths are part of the digest.
        filled = pc.fill_null(whole, "").cast(pa.large_string())
        digest.update(pc.binary_length(filled).to_numpy(zero_copy_only=False).tobytes())
        digest.update(_text(filled))
    elif pa.types.is_boolean(whole.type):
        digest.update(pc.fill_null(whole, False).to_numpy(zero_copy_only=False).tobytes())
    elif pa.types.is_floating(whole.type):
        digest.update(pc.fill_null(whole, 0.0).to_numpy(zero_copy_only=False).tobytes())
    else:
        width = pa.int32() if pa.types.is_date32(whole.type) else pa.int64()
        digest.update(pc.fill_null(whole.cast(width), 0).to_numpy(zero_copy_only=False).tobytes())
