"""Names in a dataset become codes: histories by title, posts and units by name, fields of study.

In: a dataset, what is known besides, thresholds and decisions. Out: the same dataset with the codes
that are sure, and ``Report``: how many were mapped and which wait for a person. What was written
stays beside the code; whatever is not sure stays as it was, and so leads to "perlu verifikasi".

===================  ==========================  =========================
written in           read from                   becomes
===================  ==========================  =========================
training_history     title, where no code is     training_code
job_history          title, where no code is     job_code
employees            a name instead of a code    job_code, unit_code
employees            education_field             the field as posts spell it
===================  ==========================  =========================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.dataset import Dataset
from training_data.messages import Text, text
from training_data.names.catalogue import Catalogue
from training_data.names.matcher import UNSURE, Candidate, Match, Matcher, Thresholds
from training_data.names.normalise import exact_key, without_degree
from training_data.names.words import KINDS, Kind, data
from training_data.schema import TABLES

Decisions = Mapping[Kind, Mapping[str, str | None]]
"""Kind → ``exact_key`` of a name → code, or null where a person said that none is meant."""

NO_DECISIONS: Decisions = MappingProxyType({})

FIELD_AS_WRITTEN = "education_field_written"
"""Extra column that keeps a field of study as the file wrote it."""


@dataclass(frozen=True)
class Waiting:
    """A name that a person has to decide.

    Attributes:
        kind: of the name.
        key: what decides for every spelling alike, see ``exact_key``.
        name: as written; of several spellings the first by bytes.
        rows: rows that hold it.
        candidates: the best first.
        people: employees whose rows these are.
    """

    kind: Kind
    key: str
    name: str
    rows: int
    candidates: tuple[Candidate, ...]
    people: int = 0


@dataclass(frozen=True)
class Report:
    """What became of names.

    Attributes:
        mapped: distinct names that got a code, by kind.
        rows: rows that got one.
        waiting: by kind, those in most rows first.
    """

    mapped: Mapping[Kind, int] = field(default_factory=lambda: MappingProxyType({}))
    rows: int = 0
    waiting: tuple[Waiting, ...] = ()

    def sentence(self) -> Text | None:
        """Return what to say, nothing where no name was met."""
        names = sum(self.mapped.values())
        if not names and not self.waiting:
            return None
        return text("names.mapped", names=names, rows=self.rows, waiting=len(self.waiting))


@dataclass(frozen=True)
class _Asked:
    """A name in a row, and what the row says besides."""

    row: int
    name: str
    person: str
    unit: str | None = None
    tier: str | None = None


_Open = tuple[str, list[str], Match]
"""A name as written, per row that holds it the person, and what may be meant."""


@dataclass
class _Work:
    """The lists, the names met so far, and what they mean."""

    known: Dataset
    thresholds: Thresholds
    decisions: Decisions
    mapped: dict[Kind, set[str]] = field(default_factory=dict)
    waiting: dict[tuple[Kind, str], list[_Open]] = field(default_factory=dict)
    rows: int = 0

    def matches(
        self, kind: Kind, names: Iterable[str], unit: str | None = None
    ) -> dict[str, Match]:
        """Match names to the list of a kind, or to the posts of one unit."""
        rows = reference_rows(self.known, kind)
        if unit is not None:
            rows = [row for row in rows if row["unit"] == unit]
        if not rows:
            return {}
        decided = self.decisions.get(kind, {})
        matcher = Matcher(Catalogue.of(kind, rows), self.thresholds, decided)
        return matcher.match(sorted(set(names)))

    def codes(self, kind: Kind, asked: Sequence[_Asked]) -> dict[int, str]:
        """Return row → code where it is sure; note what waits for a person.

        A title that many units have is sought once more among the posts of the row's own unit.
        """
        matches = self.matches(kind, (one.name for one in asked))
        if not matches:
            return {}
        in_unit = self._in_units(asked, matches) if kind == "job" else {}
        tiers = _tiers(self.known) if kind == "job" else {}
        found: dict[int, str] = {}
        waits: dict[str, list[str]] = {}
        for one in asked:
            match = matches[one.name]
            code = match.code or in_unit.get((one.unit, one.name))
            # A row that says another tier than the post has is for a person to look at.
            if code is not None and one.tier is not None:
                code = code if tiers[code] in (None, one.tier) else None
            if code is not None:
                found[one.row] = code
            elif match.candidates:
                waits.setdefault(one.name, []).append(one.person)
        for name, people in waits.items():
            key = (kind, exact_key(name))
            self.waiting.setdefault(key, []).append((name, people, matches[name]))
        return found

    def _in_units(
        self, asked: Sequence[_Asked], matches: Mapping[str, Match]
    ) -> dict[tuple[str | None, str], str]:
        names: dict[str, set[str]] = {}
        for one in asked:
            if one.unit is not None and matches[one.name].decision == UNSURE:
                names.setdefault(one.unit, set()).add(one.name)
        return {
            (unit, name): match.code
            for unit, inside in names.items()
            for name, match in self.matches("job", inside, unit).items()
            if match.code is not None
        }

    def note(self, kind: Kind, names: Sequence[str]) -> None:
        """Count the names of rows that got a code."""
        self.rows += len(names)
        self.mapped.setdefault(kind, set()).update(exact_key(name) for name in set(names))


def map_names(
    dataset: Dataset,
    thresholds: Thresholds,
    *,
    decisions: Decisions = NO_DECISIONS,
    against: Dataset | None = None,
) -> tuple[Dataset, Report]:
    """Fill the codes that are sure.

    Parameters:
        decisions: what people decided before; they go before every match.
        against: data known already; their jobs, trainings and units are lists too.
    """
    known = dataset if against is None else _together(dataset, against)
    work = _Work(known, thresholds, decisions)
    changed: dict[str, pa.Table] = {}
    for table, column, kind in (
        ("training_history", "training_code", "training"),
        ("job_history", "job_code", "job"),
    ):
        if dataset.knows(table, "title"):
            found = _history(work, dataset.table(table), column, kind)  # type: ignore[arg-type]
            if found is not None:
                changed[table] = found
    people = _people(work, dataset)
    if people is not None:
        changed["employees"] = people
    mapped = {kind: len(names) for kind, names in sorted(work.mapped.items()) if names}
    report = Report(MappingProxyType(mapped), work.rows, tuple(_waiting(work)))
    return (dataset.replace(**changed) if changed else dataset), report


def reference_rows(dataset: Dataset, kind: Kind) -> list[dict[str, Any]]:
    """Return the list a dataset holds for a kind, as rows for ``Catalogue.of``; posts with unit."""
    if kind == "education":
        fields: set[str] = set()
        for listed in pc.unique(dataset.table("jobs")["education_fields"]).to_pylist():
            fields.update(part.strip() for part in (listed or "").split("|"))
        return [{"code": one, "title": one} for one in sorted(fields - {""})]
    table, code, title = {
        "job": ("jobs", "job_code", "title"),
        "training": ("trainings", "training_code", "title"),
        "unit": ("units", "unit_code", "name"),
    }[kind]
    held = dataset.table(table)
    columns = {"code": held[code], "title": held[title]}
    if kind == "job":
        columns["unit"] = held["unit_code"]
    return pa.table(columns).to_pylist()  # type: ignore[no-any-return]


def _together(dataset: Dataset, against: Dataset) -> Dataset:
    """Return the lists of both; a row of the newer one stands for that of the same code."""
    tables = {}
    for name in ("jobs", "trainings", "units"):
        parts = [d.tables[name] for d in (dataset, against) if d.has(name)]
        if len(parts) == 2:
            key = TABLES[name].key[0]
            older = pc.invert(pc.is_in(parts[1][key], value_set=parts[0][key].combine_chunks()))
            parts[1] = parts[1].filter(older)
        if parts:
            tables[name] = pa.concat_tables(parts, promote_options="default")
    return Dataset.of(tables)


def _history(work: _Work, table: pa.Table, column: str, kind: Kind) -> pa.Table | None:
    named = pc.fill_null(pc.greater(pc.utf8_length(table["title"]), 0), False)
    asking = np.flatnonzero(pc.and_(pc.is_null(table[column]), named))
    if not len(asking):
        return None
    part = table.take(asking)
    titles = part["title"].to_pylist()
    unit, tier = (
        part[name].to_pylist() if kind == "job" else [None] * len(part)
        for name in ("unit_code", "tier")
    )
    people = part["employee_id"].to_pylist()
    asked = [_Asked(*one) for one in zip(range(len(part)), titles, people, unit, tier, strict=True)]
    others = TABLES_KEYS[column]
    # Only rows of the same people with the same titles can be there with their codes already.
    coded = table.filter(pc.is_valid(table[column]))
    for name in others[:2]:
        coded = coded.filter(pc.is_in(coded[name], value_set=pc.unique(part[name])))
    taken = set(zip(*(coded[name].to_pylist() for name in (column, *others)), strict=True))
    keys = list(zip(*(part[name].to_pylist() for name in others), strict=True))
    filled: dict[int, str] = {}
    for row, code in work.codes(kind, asked).items():
        key = (code, *keys[row])
        if key not in taken:  # else the row is there with its code already
            taken.add(key)
            filled[row] = code
    work.note(kind, [titles[row] for row in filled])
    if not filled:
        return None
    codes = np.full(len(table), None, object)
    codes[asking[list(filled)]] = list(filled.values())
    return _with(table, column, pc.coalesce(table[column], pa.array(codes, pa.string())))


def _with(table: pa.Table, column: str, values: list[str | None] | pa.ChunkedArray) -> pa.Table:
    place = table.column_names.index(column)
    array = pa.array(values, pa.string()) if isinstance(values, list) else values
    return table.set_column(place, column, array)


TABLES_KEYS = {
    "training_code": ("employee_id", "title", "completed_on"),
    "job_code": ("employee_id", "title", "from_date"),
}
"""Code of a history → the other parts of its key."""


def _tiers(known: Dataset) -> dict[str | None, str | None]:
    jobs = known.table("jobs")
    return dict(zip(jobs["job_code"].to_pylist(), jobs["tier"].to_pylist(), strict=True))


def _people(work: _Work, dataset: Dataset) -> pa.Table | None:
    if not dataset.has("employees"):
        return None
    table = dataset.table("employees")
    before = work.rows
    for column, kind in (("job_code", "job"), ("unit_code", "unit")):
        table = _named(work, table, column, kind)  # type: ignore[arg-type]
    table = _fields(work, table)
    return table if work.rows > before else None


def _named(work: _Work, table: pa.Table, column: str, kind: Kind) -> pa.Table:
    """Fill the codes of people whose post or unit came as a name."""
    headers = [name for name in data()["written"][column] if name in table.column_names]
    if not headers:
        return table
    codes = table[column].to_pylist()
    written = [
        next((name for name in names if name), None)
        for names in zip(*(table[header].to_pylist() for header in headers), strict=True)
    ]
    units, tiers = table["unit_code"].to_pylist(), table["tier"].to_pylist()
    people = table["employee_id"].to_pylist()
    asked = [
        _Asked(
            row, str(written[row]), people[row], units[row], tiers[row] if kind == "job" else None
        )
        for row, code in enumerate(codes)
        if code is None and written[row]
    ]
    found = work.codes(kind, asked)
    for row, code in found.items():
        codes[row] = code
    work.note(kind, [str(written[row]) for row in found])
    return _with(table, column, codes) if found else table


def _fields(work: _Work, table: pa.Table) -> pa.Table:
    """Spell fields of study as the posts that ask for them do; keep what was written."""
    written = table["education_field"].to_pylist()
    accepted = {exact_key(row["code"]) for row in reference_rows(work.known, "education")}
    names = Counter(name for name in written if name and exact_key(name) not in accepted)
    if not accepted or not names:
        return table
    decided = work.decisions.get("education", {})
    # A decision is about the name as written; a match is about its field alone.
    meant = {n: n if exact_key(n) in decided else without_degree(n) for n in names}
    matches = work.matches("education", meant.values())
    found = {n: code for n in names if (code := matches[meant[n]].code) is not None}
    people: dict[str, list[str]] = {}
    for name, person in zip(written, table["employee_id"].to_pylist(), strict=True):
        people.setdefault(name, []).append(person)
    for name in names:
        if name not in found and matches[meant[name]].candidates:
            key: tuple[Kind, str] = ("education", exact_key(name))
            work.waiting.setdefault(key, []).append((name, people[name], matches[meant[name]]))
    work.note("education", [name for name in written if name in found])
    if not found:
        return table
    kept = [name if name in found else None for name in written]
    table = _with(table, "education_field", [name and found.get(name, name) for name in written])
    if FIELD_AS_WRITTEN in table.column_names:
        return table
    return table.append_column(FIELD_AS_WRITTEN, pa.array(kept, pa.string()))


def _waiting(work: _Work) -> Iterable[Waiting]:
    found = [_together_of(kind, key, several) for (kind, key), several in work.waiting.items()]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), -one.rows, one.key))


def _together_of(kind: Kind, key: str, several: list[_Open]) -> Waiting:
    """Return the spellings of one name as one, written as the first of them."""
    name, _, match = min(several, key=lambda one: one[0])
    people = [person for _, some, _ in several for person in some]
    return Waiting(kind, key, name, len(people), match.candidates, len(set(people)))
