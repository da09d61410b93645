"""Training history leaves in the shape of SIASN; in: settings and which rows, out: a file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pacsv

from service.database.datasets import load_dataset
from service.exports.plain import write_plain
from service.history import HistoryFile, HistoryWish, UnknownUnit
from service.settings import Settings
from service.usecases.errors import WrongUse
from service.usecases.files import written_whole
from training_data.dataset import Dataset
from training_data.refused import guarded
from training_data.siasn import Wanted, load_shapes, shape_history

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

TABLES = ("employees", "units", "trainings", "training_history")
FORMATS = ("csv", "xlsx", "json")


class StoredHistory:
    """Training history of this installation's agency."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def export(self, wish: HistoryWish) -> HistoryFile:
        """Return a file; ``UnknownUnit`` where the agency has no such unit."""
        dataset = load_dataset(self._database, self._settings.agency, only=TABLES)
        units = _below(dataset, wish.unit) if wish.unit else None
        wanted = Wanted(wish.shape, units, wish.year, wish.verified)
        table = shape_history(dataset, wanted, load_shapes(self._settings.siasn_shapes))
        return HistoryFile(_content(table, wish), table.num_rows)

    def unverified(self) -> Mapping[str, tuple[str, ...]]:
        """Return shape → fields that nobody compared with SIASN's own template."""
        return load_shapes(self._settings.siasn_shapes).unverified


def write_history(settings: Settings, out: Path, wish: HistoryWish) -> int:
    """Write a file readable by the owner only; return its rows.

    Raises:
        WrongUse: there is no such unit, or the file cannot be written.
    """
    from service.usecases.sources import open_database

    try:
        made = StoredHistory(open_database(settings), settings).export(wish)
    except UnknownUnit:
        raise WrongUse("siasn.unknown_unit", unit=wish.unit) from None
    with written_whole(out) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_bytes(made.content)
    return made.rows


def _below(dataset: Dataset, unit: str) -> frozenset[str]:
    """Return a unit and all below it."""
    table = dataset.table("units")
    parents = dict(
        zip(table["unit_code"].to_pylist(), table["parent_code"].to_pylist(), strict=True)
    )
    if unit not in parents and unit not in set(dataset.table("employees")["unit_code"].to_pylist()):
        raise UnknownUnit(unit)
    found = {unit}
    while more := {one for one, above in parents.items() if above in found} - found:
        found |= more
    return frozenset(found)


def _content(table: pa.Table, wish: HistoryWish) -> bytes:
    out = io.BytesIO()
    if wish.format == "json":
        return json.dumps(table.to_pylist(), ensure_ascii=False, indent=0).encode()
    if wish.format == "xlsx":
        write_plain(table, out, wish.shape)
    else:
        out.write(b"\xef\xbb\xbf")  # without it Excel takes UTF-8 for another encoding
        columns = [guarded(column) for column in table.columns]
        pacsv.write_csv(pa.Table.from_arrays(columns, names=table.column_names), out)
    return out.getvalue()
