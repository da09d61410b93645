"""Ranking only whom a change touches gives what ranking everybody gives, whatever was changed."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from office import AS_OF, Office

from recommender.batch.fingerprints import OF_PEOPLE, UNREAD, Basis
from recommender.batch.incremental import Earlier, rank_changed
from recommender.batch.stream import rank_everybody
from recommender.batch.work import joined
from recommender.engine import Engine
from recommender.listing import Ranked
from recommender.results import Kind
from training_data.dataset import Dataset
from training_data.errors import DuplicateKey
from training_data.reference.packs import load_rules
from training_data.schema import TABLES
from training_data.synthetic import generate

KINDS: tuple[Kind, ...] = ("training", "role")
K = 6
RULES = load_rules(AS_OF)
OFFICES = 7
DRAWS = 8
"""Each office has the people of so many draws, six of each."""


def typed(name: str, columns: dict) -> pa.Table:
    schema = TABLES[name].arrow_schema
    return pa.table({c: pa.array(v, schema.field(c).type) for c, v in columns.items()})


def office(seed: int) -> Dataset:
    """Return an agency in which every fact is missing now and then."""
    tables = {n: typed(n, c) for n, c in Office(seed).tables().items()}
    crowd: dict[str, list[pa.Table]] = {}
    for draw in range(DRAWS):
        for name, columns in Office(1_000 * (seed + 1) + draw).tables().items():
            if name in OF_PEOPLE:
                ids = [f"{draw}{one}" for one in columns["employee_id"]]
                crowd.setdefault(name, []).append(typed(name, {**columns, "employee_id": ids}))
    tables = {n: t for n, t in tables.items() if n not in OF_PEOPLE}
    priorities = {
        "competency_code": ["M.1", "T.1", "T.1"],
        "unit_code": [None, "u0", "u1"],
        "source": ["policy"] * 3,
        "weight": [0.5, 1.0, -0.5],
    }
    return Dataset.of(
        tables
        | {n: pa.concat_tables(parts) for n, parts in crowd.items()}
        | {"priorities": typed("priorities", priorities)}
    )


@cache
def before(seed: int) -> Engine:
    """Return an agency as it was; one of them is a fictional Jakarta."""
    dataset = office(seed) if seed else generate(40, as_of=AS_OF)
    return Engine.fitted(dataset, as_of=AS_OF, rules=RULES)


def ranked(engine: Engine, kind: Kind) -> Ranked:
    return joined(kind, rank_everybody(engine, kind, K))


@cache
def earlier(seed: int, kind: Kind) -> Earlier:
    found = ranked(before(seed), kind)
    return Earlier(Basis.of(before(seed), kind, K), found.lines, found.without)


def after(seed: int, dataset: Dataset) -> Engine:
    return Engine.open(dataset, before(seed).model, as_of=AS_OF, rules=RULES)


def assert_equal(engine: Engine, kind: Kind, since: Earlier) -> None:
    found, whole = joined(kind, rank_changed(engine, kind, K, since)), ranked(engine, kind)
    assert list(found.rows()) == list(whole.rows())
    assert found.empty() == whole.empty()
    assert found.people == whole.people


def edits(of_people: bool | None = None) -> st.SearchStrategy:
    """Return what is done, whether to a table of people, and numbers that say where."""
    kind = st.booleans() if of_people is None else st.just(of_people)
    what = st.sampled_from(["cell", "cell", "cell", "gone", "copy"])
    one = st.tuples(what, kind, *[st.integers(0, 10_000)] * 4)
    return st.lists(one, min_size=1, max_size=8)


def edited(dataset: Dataset, edit: tuple) -> Dataset:
    what, of_people, table, row, column, value = edit
    names = sorted(n for n in dataset.tables if (n in OF_PEOPLE) == of_people and dataset.has(n))
    name = names[table % len(names)]
    held = dataset.tables[name]
    rows = held.to_pylist()
    here = row % len(rows)
    if what == "gone":
        del rows[here]
    elif what == "cell":
        cells = held.column_names[column % len(held.column_names)]
        pool = [r[cells] for r in rows]
        if not TABLES[name].column(cells).required:
            pool.append(None)
        rows[here] = {**rows[here], cells: pool[value % len(pool)]}
    else:
        key = TABLES[name].key[0]
        pool = dataset.tables["employees"]["employee_id"].to_pylist() if of_people else []
        other = f"baru{value}" if name == "employees" or not pool else pool[value % len(pool)]
        rows.append({**rows[here], key: other})
    try:
        return dataset.replace(**{name: pa.Table.from_pylist(rows, held.schema)})
    except DuplicateKey:
        assume(False)
        raise


def check(seed: int, changes: list[tuple]) -> None:
    dataset = before(seed).dataset
    for one in changes:
        dataset = edited(dataset, one)
    engine = after(seed, dataset)
    for kind in KINDS:
        if kind in engine.kinds() and kind in before(seed).kinds():
            assert_equal(engine, kind, earlier(seed, kind))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, OFFICES), edits(of_people=True))
def test_whatever_is_changed_of_people_the_lists_are_those_of_a_full_run(seed, changes):
    check(seed, changes)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, OFFICES), edits())
def test_whatever_is_changed_the_lists_are_those_of_a_full_run(seed, changes):
    check(seed, changes)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, OFFICES), st.sampled_from(KINDS), edits())
def test_tables_that_are_left_out_are_not_read(seed, kind, changes):
    """Nothing but tables that count as unread is changed, and every list stays as it is."""
    unread = sorted(UNREAD[kind] & before(seed).dataset.tables.keys())
    assume(unread)
    dataset = before(seed).dataset
    for what, _, table, row, column, value in changes:
        part = Dataset({n: dataset.tables[n] for n in [unread[table % len(unread)], "employees"]})
        name = next(iter(part.tables))
        assume(part.has(name))
        only = Dataset({name: part.tables[name]})
        if what == "copy" and name in OF_PEOPLE:
            what = "gone"
        changed = edited(only, (what, name in OF_PEOPLE, 0, row, column, value))
        dataset = Dataset({**dataset.tables, name: changed.tables[name]})
    engine = after(seed, dataset)
    was = before(seed).snapshot.competencies
    assume(engine.snapshot.competencies == was)  # a new competency is read of any table
    assert list(ranked(engine, kind).rows()) == list(ranked(before(seed), kind).rows())
    assert not Basis.of(engine, kind, K).touched(earlier(seed, kind).basis).any()
