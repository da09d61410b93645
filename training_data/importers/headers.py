"""Which column of a file is which column of the contract: names, aliases, merges, leftovers.

In: a ``Source``. Out: its cells by column of the contract, extra columns, and findings about
headers. The aliases of SIASN and SIMPEG exports are data (``reference/aliases.json``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from training_data.cells import Cells, Mask
from training_data.reference.data import read
from training_data.report import Finding, Severity
from training_data.schema import TABLES, Table
from training_data.source import Source, letters

STRUCTURAL = frozenset({"latihanstrukturalid", "latihanstrukturalnama"})
STRUCTURAL_FORM = "1"


@dataclass(frozen=True)
class Mapped:
    """A source with its columns told apart.

    Attributes:
        source: the file.
        cells: column of the contract → texts.
        extras: other header → texts.
        conflicts: column → rows in which two columns of the file contradict each other.
        findings: problems of headers.
        usable: all required columns are there.
    """

    source: Source
    cells: Mapping[str, Cells]
    extras: Mapping[str, Cells]
    conflicts: Mapping[str, Mask]
    findings: tuple[Finding, ...]
    usable: bool


def header_key(text: str) -> str:
    """Return a header without case, blanks, underscores and punctuation.

    >>> header_key("Tanggal_Lahir ")
    'tanggallahir'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


@cache
def aliases(table: str) -> Mapping[str, str]:
    """Return header key → column of the contract, the contract's own names first."""
    known = {header_key(name): name for name in TABLES[table].column_names}
    data = read("aliases.json")
    for group in (data["columns"].get(table, {}), data["everywhere"]):
        for column, headers in group.items():
            if column in TABLES[table].column_names:
                for header in headers:
                    known.setdefault(header_key(header), column)
    return MappingProxyType(known)


@cache
def table_of_stem(stem: str) -> str | None:
    """Return the table a file's stem stands for, ``None`` when it is not one of ours.

    A running number marks a further part: ``employees-2``.
    """
    head, _, part = stem.rpartition("-")
    key = header_key(head if head and part.isdigit() else stem)
    for name in TABLES:
        if header_key(name) == key:
            return name
    for name, stems in read("aliases.json")["files"].items():
        if key in {header_key(s) for s in stems}:
            return str(name)
    return None


@cache
def _not_read() -> frozenset[str]:
    return frozenset(header_key(header) for header in read("aliases.json")["not_read"])


def recognised(table: str, header: tuple[str, ...]) -> int:
    """Return how many different columns of the contract a row of headers names."""
    known = aliases(table)
    return len({known[header_key(h)] for h in header if header_key(h) in known})


def map_headers(source: Source) -> Mapped:
    """Tell the columns of a source apart."""
    spec = TABLES[source.table]
    places: dict[str, list[int]] = {}
    extras: dict[str, Cells] = {}
    findings: list[Finding] = []
    known = aliases(source.table)
    for position, header in enumerate(source.header):
        key = header_key(header)
        cells = source.columns[position]
        if header.startswith("_"):
            continue  # our own notes in a file of refused rows
        if not key:
            if cells.filled.any():
                findings.append(_note(source, "header.blank", letters(position)))
        elif key in known:
            places.setdefault(known[key], []).append(position)
        elif key in _not_read():
            findings.append(_note(source, "header.not_read", header))
        elif header in extras or header in spec.column_names:
            findings.append(_note(source, "header.repeated", header))
        else:
            extras[header] = cells
    merged = {column: _merge(source, where) for column, where in places.items()}
    cells_of = {column: cells for column, (cells, _) in merged.items()}
    _fall_back(source, spec, cells_of)
    missing = [name for name in spec.required if name not in cells_of]
    findings += [
        _note(source, "header.missing", name, Severity.REFUSE, found=_listed(source.header))
        for name in missing
    ]
    conflicts = {column: rows for column, (_, rows) in merged.items() if rows.any()}
    return Mapped(source, cells_of, extras, conflicts, tuple(findings), not missing)


def _merge(source: Source, places: list[int]) -> tuple[Cells, Mask]:
    """Merge columns of one meaning cell by cell; returns the rows where two of them differ."""
    cells = source.columns[places[0]]
    conflict = np.zeros(len(source), bool)
    for place in places[1:]:
        other = source.columns[place]
        both = pa.concat_arrays([cells.texts, other.texts])
        moved = np.where(other.codes >= 0, other.codes + len(cells.texts), -1)
        joint = Cells(both, np.where(cells.filled, cells.codes, moved).astype(np.int32)).map(both)
        theirs = Cells(both, moved.astype(np.int32)).map(both)
        conflict |= cells.filled & other.filled & (joint.codes != theirs.codes)
        cells = joint
    return cells, conflict


def _fall_back(source: Source, spec: Table, cells: dict[str, Cells]) -> None:
    """A person without an identifier of their own is known by the NIP; ``rw_diklat`` is structural.

    That list of SIASN has no column for the form: every row of it is a structural course.
    """
    if spec.name == "training_history" and "form" not in cells:
        keys = {header_key(name) for name in source.header}
        if keys & STRUCTURAL and len(source):
            everywhere = np.zeros(len(source), np.int32)
            cells["form"] = Cells(pa.array([STRUCTURAL_FORM], pa.string()), everywhere)
    if spec.name != "employees" or "nip" not in cells:
        return
    if "employee_id" not in cells:
        cells["employee_id"] = cells["nip"]


def _note(
    source: Source, code: str, column: str, severity: Severity = Severity.WARN, **facts: str
) -> Finding:
    return Finding(code, severity, source.file, source.table, column, facts=facts)


def _listed(header: tuple[str, ...]) -> str:
    named = [h for h in header if h.strip()]
    return ", ".join(named[:12]) + (" …" if len(named) > 12 else "")
