"""What goes into the database comes out again, on both kinds of database."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import Engine, event, func, select

from service.database.datasets import (
    Counts,
    Source,
    data_version,
    import_runs,
    load_dataset,
    save_dataset,
)
from service.database.engine import reading
from service.database.tables import DATA
from service.errors import DatabaseError
from training_data.dataset import Dataset
from training_data.errors import DuplicateKey
from training_data.schema import TABLES, Kind


def people(**columns: list[object]) -> Dataset:
    return Dataset.of({"employees": columns})


def test_a_dataset_comes_back_exactly_as_it_went_in(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency)
    loaded = load_dataset(engine)
    for name in agency.tables:
        assert loaded.table(name).to_pylist() == agency.table(name).to_pylist()
    assert loaded.content_hash == agency.content_hash


def test_an_empty_database_gives_an_empty_dataset(engine: Engine) -> None:
    assert dict(load_dataset(engine).tables) == {}
    assert data_version(engine) == 0


def test_every_table_and_column_of_the_contract_survives(engine: Engine) -> None:
    values = {
        Kind.TEXT: "Kata 'dengan' \"tanda\" \\ \t kutip\nbaris ü 𝛼",
        Kind.CODE: "K|1",
        Kind.LIST: "a|b",
        Kind.INTEGER: 1999,
        Kind.NUMBER: 0.1 + 0.2,
        Kind.DATE: date(207, 2, 28),
        Kind.MOMENT: datetime(2024, 2, 29, 23, 59, 59, 999999),
        Kind.FLAG: False,
    }
    dataset = Dataset.of(
        {
            name: {column.name: [values[column.kind]] for column in table.columns}
            for name, table in TABLES.items()
        }
    )
    assert save_dataset(engine, dataset).total == Counts(inserted=len(TABLES))
    loaded = load_dataset(engine)
    for name in TABLES:
        assert loaded.tables[name].to_pylist() == dataset.tables[name].to_pylist()
    assert loaded.content_hash == dataset.content_hash


def test_importing_twice_changes_nothing_and_says_so(engine: Engine, agency: Dataset) -> None:
    first = save_dataset(engine, agency)
    version = data_version(engine)
    second = save_dataset(engine, agency)
    rows = sum(table.num_rows for table in agency.tables.values())
    assert first.total == Counts(inserted=rows)
    assert second.total == Counts(unchanged=rows)
    assert data_version(engine) == version
    assert load_dataset(engine).content_hash == agency.content_hash


def test_a_changed_cell_counts_as_one_updated_row(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency)
    version = data_version(engine)
    ids = agency.table("employees").column("employee_id").to_pylist()
    tiers = [one.as_py() for one in agency.table("employees").column("tier")]
    tiers[ids.index("P-2")] = "pengawas"
    saved = save_dataset(engine, people(employee_id=[*ids, "P-9"], tier=[*tiers, None]))
    assert saved.tables["employees"] == Counts(inserted=1, updated=1, unchanged=3)
    assert data_version(engine) > version


def test_a_column_that_a_file_lacks_keeps_what_is_known(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency)
    save_dataset(engine, people(employee_id=["P-1"], grade=["III/c"]))
    [row] = [r for r in load_dataset(engine).table("employees").to_pylist() if r["grade"]]
    assert row["name"] == "Rukmini Sekar, S.T."
    assert row["hobby"] == "catur"


def test_an_emptied_cell_is_emptied(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency)
    saved = save_dataset(engine, people(employee_id=["P-1"], birth_date=[None], hobby=[None]))
    assert saved.total == Counts(updated=1)
    [row] = [
        r for r in load_dataset(engine).table("employees").to_pylist() if r["employee_id"] == "P-1"
    ]
    assert (row["birth_date"], row["hobby"]) == (None, None)


def test_empty_parts_of_a_key_equal_each_other(engine: Engine) -> None:
    def scores(level: float) -> Dataset:
        return Dataset.of(
            {
                "competency_scores": {
                    "employee_id": ["P-1", "P-1"],
                    "competency_code": ["M.1", "M.2"],
                    "assessed_on": [None, datetime(2025, 1, 1)],
                    "source": [None, None],
                    "level": [level, 2.0],
                }
            }
        )

    save_dataset(engine, scores(1.0))
    saved = save_dataset(engine, scores(3.0))
    assert saved.total == Counts(updated=1, unchanged=1)
    rows = load_dataset(engine).tables["competency_scores"].to_pylist()
    assert [(row["assessed_on"], row["source"], row["level"]) for row in rows] == [
        (None, None, 3.0),
        (datetime(2025, 1, 1), None, 2.0),
    ]


def test_a_key_column_that_a_file_lacks_is_an_empty_part(engine: Engine) -> None:
    bare = {"employee_id": ["P-1"], "competency_code": ["M.1"], "level": [1.0]}
    save_dataset(engine, Dataset.of({"competency_scores": bare}))
    full = {**bare, "assessed_on": [None], "source": [None]}
    saved = save_dataset(engine, Dataset.of({"competency_scores": full}))
    assert saved.total == Counts(unchanged=1)


def test_extra_columns_are_kept_as_attributes(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency)
    stored = DATA["employees"].c
    with reading(engine) as connection:
        rows = connection.execute(select(stored.employee_id, stored.attributes)).all()
    found = {row.employee_id: row.attributes for row in rows}
    assert found["P-1"] == {"hobby": "catur"}
    assert found["P-2"] is None


def test_agencies_with_the_same_codes_stay_apart(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency, agency="A")
    other = people(employee_id=["P-1"], name=["Orang Lain"])
    assert save_dataset(engine, other, agency="B").total == Counts(inserted=1)
    assert load_dataset(engine, "A").content_hash == agency.content_hash
    assert load_dataset(engine, "B").content_hash == other.content_hash
    with pytest.raises(DuplicateKey):
        load_dataset(engine)


def test_an_import_is_written_in_the_book_of_imports(engine: Engine, agency: Dataset) -> None:
    source = Source("pegawai.csv", "ab" * 32, refused=2, report={"numeric_nip": 2})
    saved = save_dataset(engine, agency, agency="A", source=source)
    [run] = import_runs(engine)
    assert (run.id, run.agency, run.name, run.sha256) == (saved.run, "A", "pegawai.csv", "ab" * 32)
    assert (run.refused, run.report) == (2, {"numeric_nip": 2})
    assert (run.total, dict(run.tables)) == (saved.total, dict(saved.tables))
    assert abs((datetime.now(run.at.tzinfo) - run.at).total_seconds()) < 60


def test_an_import_that_fails_half_way_leaves_nothing(engine: Engine, agency: Dataset) -> None:
    # PostgreSQL cannot hold this character; importers refuse it long before.
    broken = agency.replace(
        jobs=agency.tables["jobs"].drop(["title"]).append_column("title", [["Nol\x00", "Arsip"]])
    )
    if engine.dialect.name == "sqlite":
        assert save_dataset(engine, broken).total.inserted
        return
    with pytest.raises(DatabaseError) as caught:
        save_dataset(engine, broken)
    assert "Nol" not in f"{caught.value.text}{caught.value.__cause__}"
    with reading(engine) as connection:
        for table in DATA.values():
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_a_table_of_many_rows_takes_few_statements(engine: Engine) -> None:
    n = 25_000
    history = {
        "employee_id": [f"P-{i % 500}" for i in range(n)],
        "training_code": [f"T-{i}" for i in range(n)],
        "completed_on": [datetime(2024, 1, 1)] * n,
    }
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    saved = save_dataset(engine, Dataset.of({"training_history": history}))
    assert saved.total == Counts(inserted=n)
    assert len(statements) < 20
