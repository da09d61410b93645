"""Hashes of rows: the order of rows does not matter, and everything else does."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.batch import hashing
from recommender.batch.hashing import of_rows, total

TYPES = {
    "text": (pa.string(), st.text(max_size=4)),
    "whole": (pa.int64(), st.integers(-(2**40), 2**40)),
    "level": (pa.float64(), st.sampled_from([0.0, 0.25, 1.0, -3.5])),
    "day": (pa.date32(), st.dates(date(1950, 1, 1), date(2030, 1, 1))),
    "moment": (pa.timestamp("us"), st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1))),
    "flag": (pa.bool_(), st.booleans()),
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, (_, values) in TYPES.items()}),
    max_size=8,
)
SCHEMA = pa.schema([(name, kind) for name, (kind, _) in TYPES.items()])


def table(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, SCHEMA)


def key(rows: list[dict]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


@settings(max_examples=200, deadline=None)
@given(ROWS, ROWS)
def test_sums_are_equal_for_equal_rows_alone(one, two):
    same = bool((total(table(one), "t") == total(table(two), "t")).all())
    assert same == (key(one) == key(two))


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_neither_order_nor_chunks_matter(rows, random):
    turned = list(rows)
    random.shuffle(turned)
    cut = random.randint(0, len(rows))
    parts = pa.concat_tables([table(turned[:cut]), table(turned[cut:])])
    assert (total(parts, "t") == total(table(rows), "t")).all()


def test_how_many_rows_are_hashed_at_a_time_does_not_matter(monkeypatch):
    rows = table([{"text": str(n % 3), "whole": n} for n in range(11)])
    whole = np.concatenate([*of_rows(rows, "t")])
    monkeypatch.setattr(hashing, "_ROWS", 4)
    assert (np.concatenate([*of_rows(rows, "t")]) == whole).all()
    assert len({*map(tuple, whole.tolist())}) == 11


def test_an_absent_column_is_an_empty_one_and_an_empty_cell_is_not_zero():
    bare = pa.table({"text": ["a", None]})
    assert (total(bare, "t") == total(table([{"text": "a"}, {"text": None}]), "t")).all()
    for name, nothing in (("text", ""), ("whole", 0), ("level", 0.0), ("flag", False)):
        empty, zero = table([{}]), table([{name: nothing}])
        assert (total(empty, "t") != total(zero, "t")).all(), name


def test_the_same_value_says_another_thing_in_another_column_or_table():
    one, two = pa.table({"a": ["x"], "b": ["y"]}), pa.table({"a": ["y"], "b": ["x"]})
    assert (total(one, "t") != total(two, "t")).all()
    assert (total(one, "t") != total(one, "u")).all()


def test_both_lanes_are_hashes_of_their_own():
    marks = np.concatenate([*of_rows(table([{"whole": n} for n in range(1000)]), "t")])
    assert len({*marks[:, 0].tolist()} | {*marks[:, 1].tolist()}) == 2000
    assert abs(np.corrcoef(marks.astype(np.float64).T)[0, 1]) < 0.2
