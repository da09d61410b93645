"""Tables as lines: the same bytes from both databases, and the same rows back."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select

from service.database.datasets import save_dataset
from service.database.engine import open_engine, reading, writing
from service.database.one_state import one_state
from service.database.portable import Shape, counters, digest, lines, load, set_counters, shapes
from service.database.tables import METADATA, answer, api_token, import_run
from training_data.dataset import Dataset

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBER = st.one_of(
    st.integers(-(2**53), 2**53),
    # JSONB keeps no minus of zero, and numbers past 2**53 as whole ones.
    st.floats(-1e15, 1e15).filter(lambda one: one != 0 or math.copysign(1, one) > 0),
)
DOCUMENT = st.dictionaries(
    TEXT, st.recursive(st.none() | st.booleans() | NUMBER | TEXT, st.lists, max_leaves=5)
)
MOMENT = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))


@pytest.fixture(scope="module")
def engines(
    migrated_file: Path, migrated_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Engine]]:
    """One database of each kind."""
    file = tmp_path_factory.mktemp("portable") / "database.db"
    shutil.copy(migrated_file, file)
    pair = (open_engine(f"sqlite:///{file}"), open_engine(migrated_server))
    yield pair
    for one in pair:
        one.dispose()


@cache
def shape_of(engine: Engine, name: str) -> Shape:
    with reading(engine) as connection:
        return next(one for one in shapes(connection) if one.name == name)


def written(engine: Engine, name: str) -> list[bytes]:
    shape = shape_of(engine, name)
    with reading(engine) as connection:
        return list(lines(connection, shape))


def put(engine: Engine, name: str, given: list[bytes]) -> None:
    shape = shape_of(engine, name)
    with writing(engine) as connection:
        assert load(connection, shape, given) == len(given)


def test_both_databases_give_tables_the_same_shape_with_every_column(
    engines: tuple[Engine, Engine],
) -> None:
    found = []
    for engine in engines:
        with reading(engine) as connection:
            found.append(
                [(s.name, s.columns, s.key, list(map(repr, s.types))) for s in shapes(connection)]
            )
    assert found[0] == found[1]
    assert {name: set(columns) for name, columns, *_ in found[0]} == {
        table.name: {column.name for column in table.columns} for table in METADATA.sorted_tables
    }


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "agency": TEXT,
                "at": MOMENT,
                "name": TEXT,
                "sha256": TEXT,
                "inserted": st.integers(-(2**63), 2**63 - 1),
                "counts": DOCUMENT,
                "report": DOCUMENT,
            }
        ),
        max_size=4,
    )
)
@example(rows=[])
def test_any_rows_are_the_same_lines_in_both_databases_and_come_back(
    engines: tuple[Engine, Engine], rows: list[dict[str, Any]]
) -> None:
    seen = []
    for engine in engines:
        with writing(engine) as connection:
            connection.execute(delete(import_run))
            for number, row in enumerate(rows, start=1):
                values = {**row, "id": number, "at": row["at"].replace(tzinfo=UTC)}
                values |= {"updated": 0, "unchanged": 0, "refused": 0}
                connection.execute(insert(import_run).values(**values))
        seen.append(written(engine, "import_run"))
    assert seen[0] == seen[1]
    for engine in engines:
        put(engine, "import_run", [])
        assert written(engine, "import_run") == []
        put(engine, "import_run", seen[0])
        assert written(engine, "import_run") == seen[0]
        put(engine, "import_run", [])  # numbers given by hand would be given again


def test_days_fractions_flags_and_attributes_survive(
    engines: tuple[Engine, Engine], agency: Dataset
) -> None:
    for engine in engines:
        save_dataset(engine, agency, agency="portable")
        for name in ("employees", "competency_scores", "trainings"):
            before = written(engine, name)
            put(engine, name, before)
            assert written(engine, name) == before
    # The server is shared by the tests of one process: other agencies may be on it.
    ours = [[r for r in written(e, "trainings") if b'"portable"' in r] for e in engines]
    assert ours[0] == ours[1] != []
    (person,) = [
        row for row in map(json.loads, written(engines[0], "employees")) if row[1] == "P-1"
    ]
    assert {"1990-01-02", "Rukmini Sekar, S.T."} <= {
        cell for cell in person if isinstance(cell, str)
    }
    assert {"hobby": "catur"} in person
    for engine in engines:
        with writing(engine) as connection:
            for table in METADATA.sorted_tables:
                if "agency" in table.columns and table.name != "audit_event":
                    connection.execute(delete(table).where(table.c.agency == "portable"))


@pytest.mark.parametrize("line", [b"{}\n", b"[1]\n", b"1\n", b"[\n", b"\xff\n"])
def test_a_line_that_is_no_row_of_the_table_is_refused(engine: Engine, line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        put(engine, "answer", [line])


def test_a_digest_tells_every_row(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency)
    shape = shape_of(engine, "jobs")
    with reading(engine) as connection:
        before = digest(connection, shape)
    assert before.rows == 2
    with writing(engine) as connection:
        jobs = METADATA.tables["jobs"]
        connection.execute(jobs.update().where(jobs.c.job_code == "J-2").values(title="Lain"))
        assert digest(connection, shape) != before


def given_answer(engine: Engine) -> int:
    row = {"agency": "", "employee_id": "P", "kind": "training", "item_code": "T", "by": "x"}
    row |= {"action": "accepted"}
    values = {**row, "generation": 1, "at": datetime(2026, 1, 5, tzinfo=UTC)}
    with writing(engine) as connection:
        return int(
            connection.execute(insert(answer).values(**values).returning(answer.c.id)).scalar_one()
        )


def test_a_counter_goes_on_after_numbers_whose_rows_are_gone(engine: Engine) -> None:
    last = [given_answer(engine) for _ in range(3)][-1]
    with writing(engine) as connection:
        connection.execute(delete(answer))
        found = counters(connection)
        assert found["answer"] == last
        assert "api_token" not in found or engine.dialect.name == "postgresql"
        set_counters(connection, {**found, "answer": last + 40})
        assert counters(connection) == {**found, "answer": last + 40}
    assert given_answer(engine) == last + 41


def test_a_counter_that_has_given_nothing_begins_with_one(bare_engine: Engine) -> None:
    from service.database.migrate import upgrade

    upgrade(bare_engine)
    with reading(bare_engine) as connection:
        assert counters(connection) == {}
    assert given_answer(bare_engine) == 1
    with reading(bare_engine) as connection:
        assert counters(connection) == {"answer": 1}


def test_what_is_read_does_not_change_while_others_write(engine: Engine, tmp_path: Path) -> None:
    given_answer(engine)
    with one_state(engine, tmp_path) as connection:
        first = len(connection.execute(select(answer)).all())
        given_answer(engine)  # nobody keeps it waiting
        assert len(connection.execute(select(answer)).all()) == first == 1
        assert connection.execute(select(api_token)).all() == []
    with reading(engine) as connection:
        assert len(connection.execute(select(answer)).all()) == 2


def test_a_copy_that_others_disturb_again_and_again_comes_to_an_end(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.database import one_state as module

    monkeypatch.setattr(module, "PAGES", 5)
    shutil.copy(migrated_file, tmp_path / "busy.db")
    source, other = (open_engine(f"sqlite:///{tmp_path / 'busy.db'}") for _ in range(2))
    told: list[tuple[int, int]] = []

    def disturb(done: int, total: int) -> None:
        told.append((done, total))
        if done < total:
            given_answer(other)

    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with one_state(source, scratch, disturb) as connection:
        copied = len(connection.execute(select(answer)).all())
    assert copied >= module.RESTARTS
    assert told[-1][0] == told[-1][1]
    source.dispose()
    other.dispose()
