from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training_data.dataset import Dataset
from training_data.reference import choices
from training_data.schema import TABLES, Kind
from training_data.synthetic import AS_OF, generate
from training_data.synthetic.city import City, joined


def whole(employees: int, seed: int, shard: int) -> Dataset:
    made = City(employees, seed, AS_OF)
    people = joined([part.tables for part in made.shards(shard)])
    return Dataset.of({**people, **made.others()})


def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    assert generate(120, seed=5).content_hash == generate(120, seed=5).content_hash
    assert generate(120, seed=5).content_hash != generate(120, seed=6).content_hash


@settings(max_examples=6, deadline=None)
@given(shard=st.integers(1, 200), employees=st.integers(1, 90), seed=st.integers(0, 3))
def test_the_size_of_a_shard_changes_nothing(shard: int, employees: int, seed: int) -> None:
    assert whole(employees, seed, max(shard, employees // 5)).content_hash == (
        whole(employees, seed, employees).content_hash
    )


def test_a_city_needs_at_least_one_person() -> None:
    assert generate(1).table("employees").num_rows == 1
    with pytest.raises(ValueError, match="at least 1"):
        generate(0)


def test_every_table_of_the_contract_is_there_and_filled_at_three_hundred(
    small_city: Dataset,
) -> None:
    assert [name for name in TABLES if not small_city.has(name)] == []
    assert small_city.table("employees").num_rows == 300


def test_every_column_of_every_table_is_filled_somewhere(city: Dataset) -> None:
    empty = [
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.columns
        if not city.knows(table.name, column.name)
    ]
    # Kept out on purpose: a free comment would have to be invented per person, and the weight
    # of a requirement follows from its importance.
    assert empty == ["job_requirements.weight", "feedback.comment"]


def test_every_reference_leads_somewhere(city: Dataset) -> None:
    keys = {name: set(city.frame(name)[t.key[0]]) for name, t in TABLES.items()}
    for table in TABLES.values():
        frame = city.frame(table.name)
        for column in table.columns:
            if column.refers_to is None:
                continue
            values = frame[column.name].dropna()
            if column.kind is Kind.LIST:
                values = values.str.split("|").explode()
            lost = set(values) - keys[column.refers_to]
            assert not lost, f"{table.name}.{column.name}: {sorted(lost)[:3]}"


def test_every_code_is_a_known_one_and_every_number_in_its_range(city: Dataset) -> None:
    for table in TABLES.values():
        frame = city.frame(table.name)
        for column in table.columns:
            values = frame[column.name].dropna()
            if column.choices is not None:
                if column.kind is Kind.LIST:
                    values = values.str.split("|").explode()
                assert set(values) <= set(choices(column.choices)), f"{table.name}.{column.name}"
            if column.minimum is not None and len(values):
                assert values.min() >= column.minimum, f"{table.name}.{column.name}"
            if column.maximum is not None and len(values):
                assert values.max() <= column.maximum, f"{table.name}.{column.name}"


def test_nothing_has_happened_after_the_day_of_the_files(city: Dataset, as_of: date) -> None:
    for name, column in (
        ("training_history", "completed_on"),
        ("competency_scores", "assessed_on"),
        ("job_history", "from_date"),
        ("discipline", "starts_on"),
        ("nominations", "at"),
        ("feedback", "at"),
        ("talent", "assessed_on"),
        ("certifications", "issued_on"),
        ("employees", "appointed_on"),
        ("employees", "job_since"),
    ):
        latest = pd.to_datetime(city.frame(name)[column]).max()
        assert latest <= pd.Timestamp(as_of), f"{name}.{column}"


def test_sessions_lie_on_both_sides_of_the_day_and_vacancies_are_open(
    city: Dataset, as_of: date
) -> None:
    sessions, vacancies = city.frame("sessions"), city.frame("vacancies")
    assert (sessions["ends_on"] < as_of).any()
    assert (sessions["starts_on"] > as_of).mean() > 0.3
    assert (sessions["starts_on"] <= sessions["ends_on"]).all()
    assert (sessions["closes_on"] <= sessions["ends_on"]).all()
    assert (vacancies["closes_on"] > as_of).all()
    assert (vacancies["seats"] >= 1).all()


def test_another_day_moves_the_city_with_it() -> None:
    later = generate(60, as_of=date(2027, 3, 1))
    assert pd.to_datetime(later.frame("training_history")["completed_on"]).max() > pd.Timestamp(
        2026, 11, 2
    )


def test_holes_are_as_large_as_in_life(city: Dataset) -> None:
    employees, scores = city.frame("employees"), city.frame("competency_scores")
    assessed = employees["employee_id"].isin(scores["employee_id"])
    assert 0.08 < 1 - assessed.mean() < 0.25
    only_self = scores.groupby("employee_id")["source"].agg(lambda s: set(s) == {"self"})
    assert 0.01 < only_self.mean() < 0.12
    newest = pd.to_datetime(scores.groupby("employee_id")["assessed_on"].max())
    assert 0.1 < (newest < pd.Timestamp(2023, 11, 2)).mean() < 0.6
    assert 0 < employees["birth_date"].isna().mean() < 0.05
    assert 0 < employees["education_level"].isna().mean() < 0.06
    history = city.frame("training_history")
    assert 0.02 < history["training_code"].isna().mean() < 0.5
    assert 0.005 < history["completed_on"].isna().mean() < 0.1
    fresh = pd.to_datetime(employees["appointed_on"]) > pd.Timestamp(2026, 6, 1)
    assert not employees[fresh]["employee_id"].isin(history["employee_id"]).all()


def test_levels_stay_within_the_scale_and_outcomes_rise(city: Dataset) -> None:
    scores, outcomes = city.frame("competency_scores"), city.frame("training_outcomes")
    assert scores["level"].between(0, 5).all()
    assert (outcomes["level_from"] < outcomes["level_to"]).all()
    assert outcomes["level_to"].max() <= 5
    assert city.frame("job_requirements")["level"].between(1, 5).all()


def test_the_boxes_of_talent_follow_the_axes(city: Dataset) -> None:
    talent = city.frame("talent")
    rows = np.digitize(talent["performance_axis"], (60, 80))
    columns = np.digitize(talent["potential_axis"], (60, 80))
    cells = np.array([[1, 3, 6], [2, 5, 8], [4, 7, 9]])
    assert (cells[rows, columns] == talent["box"]).all()
    assert talent["box"].nunique() >= 6
