"""Training history in the shape of SIASN: out by its fields, and known again on the way in.

In: a dataset, which rows. Out: a table of texts in the order of ``rw_kursus`` or ``rw_diklat``; and
for an import the rows that say something new. SIASN knows no code of ours: a row without one is
known again by person, day and title, so that what went out may come in and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.identity import is_nip_shaped
from training_data.messages import say
from training_data.names.normalise import exact_key
from training_data.reference.data import read
from training_data.schema import TABLES

Shape = Literal["rw_kursus", "rw_diklat"]
SHAPES: tuple[Shape, ...] = ("rw_kursus", "rw_diklat")
TABLE = "training_history"
BATCH = 20_000
SOURCES = frozenset(
    {"nip", "attribute", "form", "title", "certificate_no", "year", "started_on", "completed_on",
     "hours", "provider", "structural"}
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of a shape: its name, where it comes from, and how sure it is."""

    name: str
    source: str
    mark: str


@dataclass(frozen=True)
class Shapes:
    """How SIASN wants the rows; facts, not code.

    Attributes:
        date: how days are written.
        structural_form: form (jenisDiklat) of structural courses.
        structural: structural course → latihanStrukturalId; the empty one is for all others.
    """

    date: str
    structural_form: str
    structural: Mapping[str, str]
    fields: Mapping[str, tuple[Field, ...]]

    @property
    def unverified(self) -> dict[str, tuple[str, ...]]:
        """Shape → the fields that nobody compared with SIASN's own template."""
        return {
            shape: tuple(one.name for one in fields if one.mark != "V")
            for shape, fields in self.fields.items()
        }


@dataclass(frozen=True)
class Wanted:
    """Which rows.

    Attributes:
        units: of people in these units; null for everybody.
        year: in which the training ended.
        verified: only rows with this mark; null for all.
    """

    shape: Shape
    units: frozenset[str] | None = None
    year: int | None = None
    verified: bool | None = None


def load_shapes(file: Path | None = None) -> Shapes:
    """Return the product's shapes, or those of an agency's own file.

    Raises:
        UnusableInput: the file is not in the form of ``siasn_history.json``.
    """
    try:
        held = (
            read("siasn_history.json")
            if file is None
            else json.loads(file.read_text(encoding="utf-8"))
        )
        fields = {
            shape: tuple(Field(one["name"], one["from"], one["mark"]) for one in columns)
            for shape, columns in held["shapes"].items()
        }
        known = set(fields) == set(SHAPES) and all(
            one.source in SOURCES for columns in fields.values() for one in columns
        )
        datetime(2026, 4, 3).strftime(held["date"])
        shapes = Shapes(held["date"], held["structural_form"], dict(held["structural"]), fields)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        name = "siasn_history.json" if file is None else file.name
        raise UnusableInput(say("siasn.bad_shapes", "id", file=name))
    return shapes


def shape_history(dataset: Dataset, wanted: Wanted, shapes: Shapes) -> pa.Table:
    """Return finished trainings in the order and under the names of SIASN, every cell a text.

    Rows are ordered by NIP, day and title; people without a NIP stay out: SIASN knows none.
    """
    made = _Rows(dataset, shapes)
    people = None
    if wanted.units is not None:
        table = dataset.table("employees")
        inside = pc.is_in(table["unit_code"], value_set=pa.array(sorted(wanted.units), pa.string()))
        people = set(table["employee_id"].filter(inside).to_pylist())
    fields = shapes.fields[wanted.shape]
    rows = []
    for row in dataset.table(TABLE).to_pylist():
        if people is not None and row["employee_id"] not in people:
            continue
        if wanted.verified is not None and bool(row["verified"]) is not wanted.verified:
            continue
        ended = row["completed_on"]
        if wanted.year is not None and (ended is None or ended.year != wanted.year):
            continue
        if not made.finished(row) or made.shape(row) != wanted.shape or not made.nip(row):
            continue
        rows.append(made.cells(row, fields))
    rows.sort()
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    return pa.table(
        [pa.array(column, pa.string()) for column in columns], names=[one.name for one in fields]
    )


def without_known(incoming: Dataset, known: Dataset | None, shapes: Shapes) -> tuple[Dataset, int]:
    """Leave out rows of training history that say what is known; let others change what they mean.

    Only rows without a training code are looked at. One that differs from what is known of the
    same person, day and title takes that row's key; what it does not say stays as it is.

    Returns:
        The dataset and how many rows were left out.
    """
    if known is None or not known.has(TABLE) or not incoming.knows(TABLE, "title"):
        return incoming, 0
    table = incoming.tables[TABLE]
    for name in ("training_code", "completed_on"):
        if name not in table.column_names:
            field = TABLES[TABLE].arrow_schema.field(name)
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    old = _Rows(known, shapes)
    held = _places(old, known, table["employee_id"])
    named = zip(*(table[name].to_pylist() for name in (*_SOUGHT, "training_code")), strict=True)
    met = [
        (place, found)
        for place, (person, ended, title, code) in enumerate(named)
        if code is None and (found := held.get(_key(person, ended, title)))
    ]
    if not met:
        return incoming, 0
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    left = 0
    for start in range(0, len(met), BATCH):
        batch = met[start : start + BATCH]
        rows = table.take([place for place, _ in batch]).to_pylist()
        for row, (_, places) in zip(rows, batch, strict=True):
            ones = known.table(TABLE).take(places).to_pylist()
            if any(old.says_the_same(row, one) for one in ones):
                left += 1
            else:
                whole = _merged(row, ones[0])
                merged.setdefault(tuple(whole[name] for name in TABLES[TABLE].key), whole)
    rest = np.ones(table.num_rows, bool)
    rest[[place for place, _ in met]] = False
    return incoming.replace(**{TABLE: _joined(table.filter(pa.array(rest)), merged)}), left


def _joined(rest: pa.Table, merged: Mapping[Any, Mapping[str, Any]]) -> pa.Table:
    """Return rows that are new and rows that change known ones; no column comes from nowhere."""
    if not merged:
        return rest
    schema = TABLES[TABLE].arrow_schema
    rows = list(merged.values())
    columns = {}
    for name in dict.fromkeys([*rest.column_names, *(name for row in rows for name in row)]):
        kind = schema.field(name).type if name in schema.names else pa.string()
        values = pa.array([row.get(name) for row in rows], kind)
        if name in rest.column_names or values.null_count < len(values):
            columns[name] = values
    return pa.concat_tables([rest, pa.table(columns)], promote_options="default")


class _Rows:
    """Reads rows of training history as SIASN would show them."""

    def __init__(self, dataset: Dataset, shapes: Shapes) -> None:
        self._shapes = shapes
        people = dataset.table("employees")
        ids, nips = people["employee_id"].to_pylist(), people["nip"].to_pylist()
        self._nips = dict(zip(ids, nips, strict=True))
        self._trainings = {
            row["training_code"]: row
            for row in dataset.table("trainings")
            .select(["training_code", "title", "form", "structural", "hours", "provider"])
            .to_pylist()
        }

    def nip(self, row: Mapping[str, Any]) -> str:
        own = self._nips.get(row["employee_id"]) or row["employee_id"]
        return own if is_nip_shaped(own) else ""

    def finished(self, row: Mapping[str, Any]) -> bool:
        return row.get("status") in (None, "completed")

    def training(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._trainings.get(row.get("training_code"), {})
        return found

    def title(self, row: Mapping[str, Any]) -> str:
        code = row.get("training_code")
        return row.get("title") or self.training(row).get("title") or code or ""

    def form(self, row: Mapping[str, Any]) -> str | None:
        return row.get("form") or self.training(row).get("form")

    def shape(self, row: Mapping[str, Any]) -> Shape:
        structural = self.form(row) == self._shapes.structural_form
        structural = structural or bool(self.training(row).get("structural"))
        return "rw_diklat" if structural else "rw_kursus"

    def cells(self, row: Mapping[str, Any], fields: tuple[Field, ...]) -> tuple[str, ...]:
        return tuple(self._cell(row, one) for one in fields)

    def says_the_same(self, row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
        """Whether every cell that a row fills is what is known already, or follows from it."""
        if self.finished(row) != self.finished(known):
            return False
        return all(
            value is None or value == known.get(name) or self._follows(name, value, row, known)
            for name, value in row.items()
            if name not in ("employee_id", "training_code", "title")
        )

    def _follows(
        self, name: str, value: Any, row: Mapping[str, Any], known: Mapping[str, Any]
    ) -> bool:
        """Whether a cell is what SIASN would be told of the known row."""
        own = known.get(name)
        if name == "status":
            return True  # both are finished, or neither
        if name in ("completed_on", "started_on"):
            return own is not None and bool(own.date() == value.date())
        if name == "form":
            structural = value == self._shapes.structural_form
            return self.form(known) == value or (structural and self.shape(known) == "rw_diklat")
        if name in ("hours", "provider"):
            return own is None and bool(self.training(known).get(name) == value)
        fields = [one for every in self._shapes.fields.values() for one in every]
        return any(one.name == name and self._cell(known, one) == value for one in fields)

    def _cell(self, row: Mapping[str, Any], field: Field) -> str:
        if field.source == "nip":
            return self.nip(row)
        if field.source == "attribute":
            return row.get(field.name) or ""
        if field.source == "title":
            return self.title(row)
        if field.source == "form":
            return self.form(row) or ""
        if field.source == "structural":
            kind = self.training(row).get("structural") or ""
            known = self._shapes.structural
            return row.get(field.name) or known.get(kind) or known.get("", "")
        if field.source == "year":
            day = row.get("completed_on") or row.get("started_on")
            return row.get(field.name) or ("" if day is None else str(day.year))
        value = row.get(field.source)
        if value is None:
            value = self.training(row).get(field.source)
        return self._written(value)

    def _written(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, float):
            return str(int(value)) if value.is_integer() else str(value)
        if hasattr(value, "strftime"):
            return str(value.strftime(self._shapes.date))
        return str(value)


Key = tuple[str, Any, str]
_SOUGHT = ("employee_id", "completed_on", "title")


def _key(person: str, ended: Any, title: str | None) -> Key:
    return (person, None if ended is None else ended.date(), exact_key(title or ""))


def _places(old: _Rows, known: Dataset, people: pa.ChunkedArray) -> dict[Key, list[int]]:
    """Return where the known rows of some people stand, by person, day and title."""
    table = known.table(TABLE)
    mine = np.flatnonzero(pc.is_in(table["employee_id"], value_set=pc.unique(people)))
    part = table.select([*_SOUGHT, "training_code"]).take(mine)
    found: dict[Key, list[int]] = {}
    for place, row in zip(mine.tolist(), part.to_pylist(), strict=True):
        titles = (row["title"], old.training(row).get("title"))
        for key in {_key(row["employee_id"], row["completed_on"], one) for one in titles if one}:
            found.setdefault(key, []).append(place)
    return found


def _merged(row: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row under the key of the known one, with what it does not say itself."""
    merged = {name: known.get(name) if value is None else value for name, value in row.items()}
    for name, value in known.items():
        if name not in TABLES[TABLE].column_names:
            merged.setdefault(name, value)  # stored together, so they would be lost together
    if row.get("status") is None and known.get("status") is not None:
        merged["status"] = "completed"  # an empty one says so
    return merged | {name: known[name] for name in ("training_code", "title", "completed_on")}
