"""Figures of units come back as they were stored, for one unit at a time, on both databases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import Engine, delete, update

from service.database import overview as overviews
from service.database import survey as surveys
from service.database.generations import Manifest, current_generation, prune, publish
from service.database.overview import Overview
from service.database.tables import unit_gap, unit_overview
from service.errors import Unverified
from service.survey import Figures, Hours
from training_data.dataset import Dataset

MANIFEST = Manifest(date(2026, 1, 5), "m" * 64, "r" * 64)

UNITS = [
    ("", "whole", None, 30, 10, 5, 12),
    ("PD", "whole", "", 22, 10, 5, 7),
    ("KEC", "whole", "", 8, None, None, None),
    ("PD", "own", "PD", None, None, None, None),
    ("SD", "whole", "PD", 15, 8, 2, 5),
    ("UPT", "whole", "SD", 6, 1, 2, 3),
]
GAPS = [
    ("", "whole", "", "M.1", 30, 20, 11, 5500),
    ("PD", "whole", "", "M.1", 22, 15, 8, 4000),
    ("PD", "whole", "managerial", "M.1", 10, 8, 6, 3000),
    ("PD", "whole", "implementing", "M.1", 0, 0, 0, 0),
    ("PD", "own", "", "M.1", None, None, None, None),
    ("SD", "whole", "", "M.1", 15, 10, 3, None),
    ("SD", "whole", "", "T.2", 15, 0, 0, 0),
    ("UPT", "whole", "", "M.1", 6, 6, 0, 0),
]


def people_of() -> Overview:
    names = ["unit_code", "part", "parent_code", "people", "jp_none", "jp_some", "jp_enough"]
    units = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in UNITS])
    names = ["unit_code", "part", "slice", "competency_code", "people", "known", "below", "milli"]
    gaps = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in GAPS])
    return Overview(pa.table({}), pa.table({}), units, gaps)


@pytest.fixture
def number(engine: Engine, home: Path, agency: Dataset) -> int:
    return publish(engine, home, (), MANIFEST, agency, overview=people_of())


def test_a_unit_comes_with_the_units_below_it_and_its_own_people(engine: Engine, number: int):
    found = surveys.survey(engine, number, "", "PD", "")
    assert found.hours == {
        ("PD", "whole"): Hours(22, 10, 5, 7),
        ("PD", "own"): Hours(),
        ("SD", "whole"): Hours(15, 8, 2, 5),
    }
    assert found.cells == {
        ("PD", "whole"): {"M.1": Figures(22, 15, 8, 4000)},
        ("PD", "own"): {"M.1": Figures()},
        ("SD", "whole"): {"M.1": Figures(15, 10, 3, None), "T.2": Figures(15, 0, 0, 0)},
    }
    assert found.cells["PD", "own"]["M.1"].hidden


def test_the_parts_of_a_unit_are_told_without_their_figures(engine: Engine, number: int):
    assert set(surveys.parts(engine, number, "", "PD")) == {("PD", "own"), ("SD", "whole")}
    assert set(surveys.parts(engine, number, "", "")) == {("PD", "whole"), ("KEC", "whole")}
    assert surveys.parts(engine, number + 1, "", "") == ()


def test_the_agency_comes_with_the_units_at_the_top(engine: Engine, number: int):
    found = surveys.survey(engine, number, "", "", "")
    assert set(found.hours) == {("", "whole"), ("PD", "whole"), ("KEC", "whole")}
    assert set(found.cells) == {("", "whole"), ("PD", "whole")}


def test_a_slice_without_a_row_is_hidden_and_one_of_nobody_is_left_out(engine: Engine, number: int):
    found = surveys.survey(engine, number, "", "PD", "managerial").cells
    assert found["PD", "whole"]["M.1"] == Figures(10, 8, 6, 3000)
    assert found["SD", "whole"]["M.1"] == found["PD", "own"]["M.1"] == Figures()
    assert surveys.survey(engine, number, "", "PD", "implementing").cells["PD", "whole"] == {}


def test_another_agency_and_another_generation_hold_nothing(engine: Engine, number: int):
    for asked in ((number, "elsewhere"), (number + 1, "")):
        assert surveys.survey(engine, *asked, "PD", "").hours == {}


def test_the_past_goes_from_the_oldest_whole_generation_to_this_one(
    engine: Engine, home: Path, agency: Dataset
):
    numbers = []
    for month in (1, 2, 3, 4):
        manifest = Manifest(date(2026, month, 1), "m" * 64, "r" * 64)
        overview = people_of()
        numbers.append(publish(engine, home, (), manifest, agency, overview=overview, keep=3))
    found = surveys.past(engine, numbers[-1], "", "SD", ["M.1"])
    assert [one.generation for one in found] == numbers[1:]
    assert [one.as_of.month for one in found] == [2, 3, 4]
    assert found[0].cells == {"M.1": Figures(15, 10, 3, None)}
    assert [m.generation for m in surveys.past(engine, numbers[2], "", "SD", ["M.1"])] == numbers[
        1:3
    ]
    assert surveys.past(engine, numbers[-1], "", "SD", ["M.9"]) == ()


def test_figures_of_units_go_with_their_generation(engine: Engine, home: Path, agency: Dataset):
    numbers = [
        publish(engine, home, (), MANIFEST, agency, overview=people_of(), keep=9) for _ in range(3)
    ]
    prune(engine, home, 2)
    held = [len(surveys.survey(engine, one, "", "PD", "").hours) for one in numbers]
    assert held == [0, 3, 3]


@pytest.mark.parametrize("table", [unit_overview, unit_gap])
@pytest.mark.parametrize("lost", [True, False])
def test_figures_that_came_back_otherwise_are_not_published(
    engine: Engine, home: Path, agency: Dataset, monkeypatch, table, lost: bool
):
    staged = overviews.stage

    def spoil(connection, number, agency_name, into, rows):
        staged(connection, number, agency_name, into, rows)
        if into is table:
            change = delete(table) if lost else update(table).values(people=99)
            connection.execute(change.where(table.c.unit_code == "PD"))

    monkeypatch.setattr(overviews, "stage", spoil)
    with pytest.raises(Unverified):
        publish(engine, home, (), MANIFEST, agency, overview=people_of())
    assert current_generation(engine) is None
