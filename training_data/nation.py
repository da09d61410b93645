"""Many agencies in one folder: a catalogue they share, and a partition of people for each.

    NATION/catalogue/jobs.parquet, trainings.parquet, units.parquet …   tables of nobody
    NATION/agency=DKI/employees.parquet, competency_scores.parquet …    tables of people

In: such a folder. Out: one ordinary ``Dataset`` per agency, checked as every import is; never more
than one is held. An agency's partition may hold any kind of file that an import reads.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from training_data import messages
from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.importers import read_folder
from training_data.report import Report
from training_data.schema import TABLES

CATALOGUE = "catalogue"
_PARTITION = "agency="

OF_PEOPLE = frozenset(
    name
    for name, table in TABLES.items()
    if any(column.name == "employee_id" for column in table.columns)
)
"""Tables whose rows belong to a person; all others are of nobody and stand in the catalogue."""


@dataclass(frozen=True)
class Nation:
    """A folder of agencies, read piece by piece."""

    folder: Path

    @classmethod
    def is_at(cls, folder: Path) -> bool:
        """Whether a folder is laid out as a nation."""
        return (folder / CATALOGUE).is_dir() and any(folder.glob(f"{_PARTITION}*"))

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Codes of the agencies, in byte order."""
        found = (p.name.removeprefix(_PARTITION) for p in self.folder.glob(f"{_PARTITION}*"))
        return tuple(sorted(map(_unquoted, found), key=str.encode))

    def partition(self, agency: str) -> Path:
        """Return the folder of an agency's people."""
        return self.folder / partition_name(agency)

    def people_of(self, agency: str) -> int:
        """Return about how many people an agency has, without reading them; 0 unknown."""
        file = self.partition(agency) / "employees.parquet"
        try:
            return int(pq.read_metadata(file).num_rows)
        except (OSError, pa.ArrowInvalid):
            return 0

    def catalogue(self) -> tuple[Dataset, Report]:
        """Read and check the tables that all agencies share.

        Raises:
            UnusableInput: nothing in them can be used.
        """
        return read_folder(self.folder / CATALOGUE)

    def dataset(self, agency: str, catalogue: Dataset) -> tuple[Dataset, Report]:
        """Read and check an agency's people, and return them with the catalogue.

        Raises:
            UnusableInput: there are no usable people.
        """
        own, report = read_folder(self.partition(agency), against=catalogue)
        if not own.has("employees"):
            raise UnusableInput(messages.say("nation.no_people", "id", agency=agency), report)
        return with_catalogue(own, catalogue), report


def partition_name(agency: str) -> str:
    """Return the name of an agency's folder: signs that no file name may hold are quoted."""
    return _PARTITION + re.sub(r"[^A-Za-z0-9 ._-]", _quoted, agency)


def _quoted(sign: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in sign[0].encode())


def _unquoted(name: str) -> str:
    return re.sub(r"(%[0-9A-F]{2})+", lambda found: bytes.fromhex(
        found[0].replace("%", "")).decode(errors="replace"), name)  # fmt: skip


def with_catalogue(people: Dataset, catalogue: Dataset) -> Dataset:
    """Lay an agency's tables over those that all share."""
    whole = {**catalogue.tables, **people.tables}
    return Dataset(MappingProxyType({name: whole[name] for name in sorted(whole)}))


def split(dataset: Dataset, folder: Path) -> Nation:
    """Write an ordinary dataset as a nation, one partition per value of ``employees.agency``.

    Parameters:
        folder: must not exist yet; people without an agency stand in that of an empty code.
    """
    shared = {n: t for n, t in dataset.tables.items() if n not in OF_PEOPLE}
    write_catalogue(Dataset(MappingProxyType(shared)), folder)
    for agency, own in _by_agency(dataset):
        write_agency(agency, own, folder)
    return Nation(folder)


def write_catalogue(catalogue: Dataset, folder: Path) -> None:
    """Write the tables that all agencies share."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue.write(folder / CATALOGUE)


def write_agency(agency: str, people: Mapping[str, pa.Table] | Dataset, folder: Path) -> None:
    """Write an agency's partition; it appears whole or not at all."""
    tables = people.tables if isinstance(people, Dataset) else people
    place = folder / partition_name(agency)
    staged = folder / f".{place.name}.tmp"
    shutil.rmtree(staged, ignore_errors=True)
    Dataset(MappingProxyType(dict(tables))).write(staged)
    os.replace(staged, place)


def _by_agency(dataset: Dataset) -> Iterator[tuple[str, Dataset]]:
    people = dataset.table("employees")
    agency = pc.fill_null(people["agency"], "")
    for code in sorted(pc.unique(agency).to_pylist(), key=str.encode):
        ids = people["employee_id"].filter(pc.equal(agency, code))
        own = {
            name: table.filter(pc.is_in(table["employee_id"], value_set=ids.combine_chunks()))
            for name, table in dataset.tables.items()
            if name in OF_PEOPLE
        }
        yield code, Dataset(MappingProxyType({n: t for n, t in own.items() if t.num_rows}))
