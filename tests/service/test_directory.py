"""Finding people of a generation by ref, by words and by unit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.directory import Directory, Query, Rows
from training_data.dataset import Dataset

CODES = st.text(alphabet="ABÄß9 é-", min_size=1, max_size=4)


def people(**columns: list[str | None]) -> Dataset:
    return Dataset.of({"employees": columns})


@given(st.sets(CODES, min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_everybody_is_found_by_their_ref_and_nobody_else(ids):
    directory = Directory(people(employee_id=sorted(ids)), str)
    assert {i for i in ids if directory.find(i).employee_id == i} == ids
    assert directory.find("".join(ids) + "?") is None


@given(st.lists(st.tuples(CODES, st.none() | CODES), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_unit_is_in_its_own_subtree_and_a_loop_ends(pairs):
    parents = dict(pairs)
    units = {"unit_code": list(parents), "parent_code": list(parents.values())}
    dataset = Dataset.of({"employees": {"employee_id": ["A"]}, "units": units})
    directory = Directory(dataset, str)
    for unit, parent in parents.items():
        assert unit in directory.subtree(unit)
        if parent in parents:
            assert directory.subtree(unit) <= directory.subtree(parent)


def test_an_id_with_a_ref_of_its_own_is_found_by_the_ref_alone():
    directory = Directory(
        people(employee_id=["A", "B"]), lambda own: "hidden" if own == "B" else own
    )
    assert directory.find("hidden").employee_id == "B"
    assert directory.find("B") is None
    assert directory.card("B").ref == "hidden"


def test_missing_columns_and_values_are_null_and_match_nothing():
    directory = Directory(people(employee_id=["A"]), str)
    card = directory.find("A")
    assert (card.name, card.unit_code, card.tier, card.job_title) == (None, None, None, None)
    for query in (Query(name="a"), Query(tier="pengawas"), Query(unit="U"), Query(nip="1")):
        assert list(directory.search(query, Rows())) == []
    assert list(directory.search(Query(), Rows())) == [0]
    assert list(directory.search(Query(), Rows(units=frozenset({"U"})))) == []


def test_an_unknown_id_is_an_error_that_does_not_repeat_it():
    with pytest.raises(KeyError) as raised:
        Directory(people(employee_id=["A"]), str).card("Z-9")
    assert "Z-9" not in str(raised.value)


def test_words_are_looked_for_in_names_and_titles():
    dataset = Dataset.of(
        {
            "employees": {
                "employee_id": ["A", "B", "C", "D"],
                "name": ["Ani Ahli", "Budi", "Lintas Jaya", "Dewi"],
                "job_code": ["J", "J", None, "K"],
            },
            "jobs": {"job_code": ["J", "K"], "title": ["Analis Lalu Lintas", None]},
        }
    )
    directory = Directory(dataset, str)
    assert list(directory.search(Query(words="analis ani"), Rows())) == [0]
    assert list(directory.search(Query(words="lintas"), Rows())) == [0, 1, 2]


def test_units_are_those_in_which_visible_people_work():
    dataset = Dataset.of(
        {
            "employees": {"employee_id": ["A", "B", "C"], "unit_code": ["U", "V", None]},
            "units": {"unit_code": ["U", "V", "W"], "name": ["Zeta", "Alfa", "Kosong"]},
        }
    )
    directory = Directory(dataset, str)
    assert directory.units(Rows()) == [("V", "Alfa"), ("U", "Zeta")]
    assert directory.units(Rows(employee_id="A")) == [("U", "Zeta")]


def test_the_line_of_a_unit_goes_down_from_the_top_and_ends_a_loop():
    pairs = {"PD": None, "SUB": "PD", "DEEP": "SUB", "X": "Y", "Y": "X"}
    found = Directory(
        Dataset.of(
            {
                "employees": {"employee_id": ["A", "B"], "unit_code": ["ELSEWHERE", None]},
                "units": {"unit_code": list(pairs), "parent_code": list(pairs.values())},
            }
        ),
        lambda own: own,
    )
    assert found.line("DEEP") == ["PD", "SUB", "DEEP"]
    assert found.line("DEEP", "SUB") == ["SUB", "DEEP"]
    assert found.line("X") == ["Y", "X"]
    assert dict(found.tree()) == {**pairs, "ELSEWHERE": None}
