"""What a ranking rests on: what touches everybody, and a fingerprint per person.

In: an open engine. Out: a ``Basis``. Two rankings of which the common parts are equal give a person
the same list wherever the person's marks are equal, so only the others need to be ranked anew.

Own rows of every table of people are hashed as they stand. Of other people's data only what comes
out of it is hashed: which items each gate refuses to a class of people (the ages at which holders
of a post retire decide there), what the agency needs in a unit, and whether a post of the next
level is open in the department. Whether a fact is known of anybody at all decides which rules are
run, so it is part of what is common. So is the day: with another one ages, terms and sessions
differ for all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import chain
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from recommender.batch import hashing
from recommender.batch.code import code_version
from recommender.batch.hashing import LANES, Marks
from recommender.columns import Index
from recommender.eligibility.exempting import ExemptingGate
from recommender.eligibility.gate import Gate, TableGate
from recommender.eligibility.role_functional import OpenNeed
from recommender.engine import Engine
from recommender.results import Kind
from training_data.dataset import Dataset
from training_data.schema import TABLES

PERSON = "employee_id"
OF_PEOPLE = frozenset(name for name, table in TABLES.items() if PERSON in table.column_names)
"""Tables whose rows are somebody's."""
_NEVER_READ = frozenset({"budgets", "feedback", "role_pairs", "vacancies"})
UNREAD: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        "training": _NEVER_READ | {"staffing"},
        "role": _NEVER_READ | {"priorities", "sessions", "training_outcomes"},
    }
)
"""Tables that no list of a kind depends on."""
READ_OF_PEOPLE = OF_PEOPLE - _NEVER_READ
BY_UNIT = frozenset({"priorities", "staffing"})
"""Tables of which each person's share is hashed, see ``_needs`` and ``_open_posts``."""


@dataclass(frozen=True)
class Basis:
    """What a ranking of one kind rests on.

    Attributes:
        common: name → value of everything that touches everybody.
        people: the employee ids, in order.
        marks: of what touches one person alone, uint64 ``[n_people, LANES]``.
    """

    common: Mapping[str, str]
    people: Index
    marks: Marks

    @classmethod
    def of(cls, engine: Engine, kind: Kind, k: int, own: Marks | None = None) -> Basis:
        """Take the fingerprints of everybody.

        Parameters:
            k: length of each list.
            own: what ``own_rows`` gave, which is the same for all kinds.
        """
        marks = own_rows(engine) if own is None else own.copy()
        for row, mark in chain(_gates(engine, kind), _needs(engine, kind)):
            marks[row] += mark
        return cls(MappingProxyType(_common(engine, kind, k)), engine.snapshot.people.index, marks)

    def differs(self, other: Basis) -> tuple[str, ...]:
        """Return the names of the common parts that are not the same."""
        names = {*self.common, *other.common}
        return tuple(sorted(n for n in names if self.common.get(n) != other.common.get(n)))

    def touched(self, earlier: Basis) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return who has to be ranked anew since another ranking, bool ``[n_people]``."""
        if self.differs(earlier):
            return np.ones(len(self.people), bool)
        place = earlier.people.lookup(pa.chunked_array([self.people.array]))
        same = np.zeros(len(self.people), bool)
        known = place >= 0
        same[known] = (self.marks[known] == earlier.marks[place[known]]).all(axis=1)
        return ~same


_Part = Iterator[tuple[np.ndarray, Marks]]
"""Rows of people, each once, and the marks to add to theirs."""


def own_rows(engine: Engine) -> Marks:
    """Return the sum of the marks of each person's own rows, in every table of people."""
    people, dataset = engine.snapshot.people.index, engine.snapshot.dataset
    found = np.zeros((len(people), LANES), np.uint64)
    for name in sorted(READ_OF_PEOPLE & dataset.tables.keys()):
        table = dataset.tables[name]
        person = people.lookup(table[PERSON])
        at = 0
        for marks in hashing.of_rows(table.drop_columns([PERSON]), name):
            rows = person[at : at + len(marks)]
            np.add.at(found, rows[rows >= 0], marks[rows >= 0])
            at += len(marks)
    return found


def _gates(engine: Engine, kind: Kind) -> _Part:
    """Yield what each gate that knows classes of people says to a class, item by item."""
    for gate in engine.eligibility.gates(kind).gates:
        table = gate.inner if isinstance(gate, ExemptingGate) else gate
        if isinstance(table, TableGate):
            said = [
                hashing.of_bytes(f"{gate.id}:".encode() + line[table.item_class].tobytes())
                for line in table.outcome_table
            ]
            if said:
                yield np.arange(len(table.person_class)), np.stack(said)[table.person_class]
        elif isinstance(table, OpenNeed):
            yield from _open_posts(engine, table)


def _open_posts(engine: Engine, gate: OpenNeed) -> _Part:
    """Yield whether the posts of the next level are open where each person works."""
    job = engine.snapshot.people.job
    concerned = np.flatnonzero(np.isin(job, list(gate.above)))
    pairs = np.stack([gate.place[concerned], job[concerned]], axis=1)
    _, first, of = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    said = [
        hashing.of_bytes(
            f"{gate.id}:".encode() + bytes(gate.state(row, item) for item in gate.above[job[row]])
        )
        for row in concerned[first].tolist()
    ]
    if said:
        yield concerned, np.stack(said)[of.ravel()]


def _needs(engine: Engine, kind: Kind) -> _Part:
    """Yield what the agency needs in the unit of each person and in the units above it."""
    if kind != "training":
        return
    snapshot = engine.snapshot
    wanted = np.zeros((len(snapshot.units) + 1, LANES), np.uint64)  # the last is of no unit
    for row, weights in engine.prepared.trainings.priorities.by_unit.items():
        if weights.any():
            wanted[row] = hashing.of_bytes(f"priorities:{weights.tolist()}".encode())
    yield np.arange(len(snapshot.people)), wanted[snapshot.people.unit]


def _common(engine: Engine, kind: Kind, k: int) -> dict[str, str]:
    """Return everything that touches everybody, by the name under which it is told."""
    shared = TABLES.keys() - OF_PEOPLE - UNREAD[kind] - BY_UNIT
    catalogue = {name: _without_people(engine.dataset, name) for name in shared}
    snapshot = engine.snapshot
    # Sums run over all competencies, so that their number and order are common to all.
    scale = [snapshot.competencies.codes, snapshot.competency_names, snapshot.competency_groups]
    needs = engine.prepared.trainings.priorities.general if kind == "training" else ()
    return {
        "kind": kind,
        "k": str(k),
        "as_of": engine.as_of.isoformat(),
        "model": engine.model_id,
        "rules": engine.rules_hash,
        "code": code_version(),
        "catalogue": Dataset(catalogue).content_hash,
        "competencies": _hash([*scale, snapshot.max_level.tolist()]),
        "needs": _hash(np.asarray(needs).tolist()),
        "known": _hash([_filled(engine), _known(engine), _run(engine, kind)]),
    }


def _without_people(dataset: Dataset, name: str) -> pa.Table:
    """Return a table without the columns that name a person, such as the head of a unit."""
    held = dataset.tables.get(name)
    if held is None:
        return TABLES[name].arrow_schema.empty_table()
    named = {c.name for c in TABLES[name].columns if c.refers_to == "employees"}
    return held.select([column for column in held.column_names if column not in named])


def _filled(engine: Engine) -> list[str]:
    """Return the columns that are filled for anybody: without them some rules are not run."""
    dataset = engine.snapshot.dataset
    return sorted(
        f"{name}.{column}"
        for name in READ_OF_PEOPLE
        if dataset.has(name)
        for column in dataset.tables[name].column_names
        if dataset.knows(name, column)
    )


def _known(engine: Engine) -> list[str]:
    """Return the facts that are known of anybody, as the gates read them."""
    people = engine.snapshot.people
    found = []
    for field in fields(people):
        values = getattr(people, field.name)
        if isinstance(values, np.ndarray):
            known = ~np.isnat(values) if values.dtype.kind == "M" else values >= 0
            if known.any():
                found.append(field.name)
    return found


def _run(engine: Engine, kind: Kind) -> list[str]:
    """Return the rules that are run, each with the way in which it is, and those that are not."""
    gates = engine.eligibility.gates(kind)

    def name(gate: Gate) -> str:
        return f"{gate.id}:{type(gate).__name__}"

    return [*map(name, gates.gates), *gates.not_checked]


def _hash(values: object) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
