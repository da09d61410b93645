"""What lists are filtered by is stored with its generation, found by a query, and goes with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, update

from service.database import overview as overviews
from service.database.generations import Manifest, current_generation, prune, publish
from service.database.overview import Overview, Wanted, counted, matching
from service.database.tables import person_gap, person_overview
from service.errors import Unverified
from training_data.dataset import Dataset

MANIFEST = Manifest(date(2026, 1, 5), "m" * 64, "r" * 64)
STATES = ("valid", "partly", "expired", "none")


def overview_of(people: list[dict]) -> Overview:
    rows = [
        {
            "employee_id": one["id"],
            "unit_code": "U-1",
            "job_code": None,
            "tier": "pelaksana",
            "jp": one.get("jp"),
            "box": one.get("box"),
            "box_published": None if one.get("box") is None else True,
            "assessment": one.get("state", "none"),
            "assessed_until": one.get("until"),
            "gaps": len(one.get("gaps", {})),
            "unknown": 0,
        }
        for one in people
    ]
    gaps = [
        {"employee_id": one["id"], "competency_code": code, "milli": milli}
        for one in people
        for code, milli in one.get("gaps", {}).items()
    ]
    empty = {"employee_id": [], "competency_code": [], "milli": []}
    facts = pa.Table.from_pylist(rows) if rows else pa.table({"employee_id": pa.array([], "str")})
    return Overview(facts, pa.Table.from_pylist(gaps) if gaps else pa.table(empty))


PEOPLE = [
    {"id": "P-1", "jp": 0.0, "box": 9, "state": "valid", "until": date(2027, 1, 1),
     "gaps": {"M.1": 500, "T.2": 2000}},
    {"id": "P-2", "jp": 24.5, "state": "expired", "until": date(2024, 1, 1), "gaps": {"M.1": 1000}},
    {"id": "P-3", "jp": None, "box": 5},
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), {"P-1", "P-2", "P-3"}),
        (Wanted(gap="M.1"), {"P-1", "P-2"}),
        (Wanted(gap="M.1", gap_at_least=0.75), {"P-2"}),
        (Wanted(gap="M.9"), set()),
        (Wanted(boxes=(5, 9)), {"P-1", "P-3"}),
        (Wanted(jp_below=20), {"P-1"}),
        (Wanted(assessment=("expired", "none")), {"P-2", "P-3"}),
        (Wanted(gap="T.2", boxes=(9,), jp_below=1, assessment=("valid",)), {"P-1"}),
    ],
)
def test_people_are_found_by_what_is_looked_for(
    engine: Engine, home: Path, agency: Dataset, wanted: Wanted, found: set[str]
) -> None:
    number = publish(engine, home, (), MANIFEST, agency, overview=overview_of(PEOPLE))
    assert matching(engine, number, "", wanted) == found
    assert matching(engine, number, "elsewhere", wanted) == set()
    assert matching(engine, number + 1, "", wanted) == set()


def test_an_overview_goes_with_its_generation(engine: Engine, home: Path, agency: Dataset) -> None:
    numbers = [
        publish(engine, home, (), MANIFEST, agency, overview=overview_of(PEOPLE), keep=9)
        for _ in range(3)
    ]
    assert [counted(engine, number) for number in numbers] == [(3, 3)] * 3
    prune(engine, home, 2)
    assert [counted(engine, number) for number in numbers] == [(0, 0), (3, 3), (3, 3)]


@pytest.mark.parametrize("table", [person_overview, person_gap])
@pytest.mark.parametrize("lost", [True, False])
def test_what_came_back_otherwise_is_not_published(
    engine: Engine, home: Path, agency: Dataset, monkeypatch, table, lost: bool
) -> None:
    staged = overviews.stage

    def spoil(connection, number, agency_name, into, rows):
        staged(connection, number, agency_name, into, rows)
        if into is table:
            mine = table.c.employee_id == "P-1"
            changed = {"milli": 1} if table is person_gap else {"tier": "pengawas"}
            statement = delete(table) if lost else update(table).values(changed)
            connection.execute(statement.where(mine))

    monkeypatch.setattr(overviews, "stage", spoil)
    with pytest.raises(Unverified):
        publish(engine, home, (), MANIFEST, agency, overview=overview_of(PEOPLE))
    assert current_generation(engine) is None


people = st.lists(
    st.fixed_dictionaries(
        {
            "jp": st.none() | st.floats(0, 60),
            "box": st.none() | st.integers(1, 9),
            "state": st.sampled_from(STATES),
            "gaps": st.dictionaries(st.sampled_from(["M.1", "M.2", "T.1"]), st.integers(1, 4000)),
        }
    ),
    min_size=1,
    max_size=12,
)
wishes = st.builds(
    Wanted,
    gap=st.sampled_from(["", "M.1", "T.1"]),
    gap_at_least=st.sampled_from([0.0, 0.5, 1.0]),
    boxes=st.lists(st.integers(1, 9), max_size=3).map(tuple),
    jp_below=st.none() | st.sampled_from([0.0, 20.0]),
    assessment=st.lists(st.sampled_from(STATES), max_size=2).map(tuple),
)


def fits(one: dict, wanted: Wanted) -> bool:
    if wanted.gap:
        milli = one["gaps"].get(wanted.gap, 0)
        if milli < max(1, 1000 * wanted.gap_at_least):
            return False
    if wanted.boxes and one["box"] not in wanted.boxes:
        return False
    if wanted.jp_below is not None and (one["jp"] is None or one["jp"] >= wanted.jp_below):
        return False
    return not wanted.assessment or one["state"] in wanted.assessment


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=people, wanted=wishes)
def test_a_query_finds_whom_a_plain_look_finds(
    engine: Engine, home: Path, agency: Dataset, people: list[dict], wanted: Wanted
) -> None:
    named = [{**one, "id": f"P-{place}"} for place, one in enumerate(people)]
    number = publish(engine, home, (), MANIFEST, agency, overview=overview_of(named))
    assert matching(engine, number, "", wanted) == {o["id"] for o in named if fits(o, wanted)}
