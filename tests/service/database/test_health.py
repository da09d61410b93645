"""The checks of ``doctor`` tell a healthy database from each kind of trouble."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text, update

from service.database.engine import connect, open_engine, writing
from service.database.generations import Manifest, publish, snapshot_folders
from service.database.health import Check, check_database, is_ready
from service.database.migrate import upgrade
from service.database.tables import recommendation
from service.identity import installation_key, key_file
from service.settings import Settings
from training_data.dataset import Dataset

ROWS = [("P-1", "role", "J-2", 1, 5, "lolos", "gap:M.1:0.5")]


@pytest.fixture
def published(engine: Engine, home: Path, agency: Dataset) -> int:
    installation_key(home)
    return publish(engine, home, ROWS, Manifest(date(2026, 1, 5), "m", "r"), agency)


def checks(engine: Engine, home: Path) -> dict[str, Check]:
    return {check.name: check for check in check_database(engine, home)}


def test_a_healthy_installation_passes_every_check(
    engine: Engine, home: Path, published: int
) -> None:
    found = checks(engine, home)
    assert list(found) == ["reachable", "journal", "migrated", "writable", "generation", "key"]
    # The tests' PostgreSQL trades safety for speed, and the check must notice.
    trouble = {name for name, check in found.items() if not check.ok}
    assert trouble == ({"journal"} if engine.dialect.name == "postgresql" else set())
    assert f"Generasi {published}" in found["generation"].text.id
    assert is_ready(engine)


def test_the_sqlite_version_and_its_journal_are_named(home: Path) -> None:
    engine = connect(Settings(home=home))
    upgrade(engine)
    found = checks(engine, home)
    assert sqlite3.sqlite_version in found["journal"].text.en
    assert found["generation"].ok
    assert found["key"].ok
    assert not is_ready(engine)


def test_another_journal_mode_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect(Settings(home=home))
    upgrade(engine)
    monkeypatch.setattr("service.database.health.journal_wanted", lambda: "delete")
    assert not checks(engine, home)["journal"].ok


def test_an_empty_database_lacks_its_tables(bare_engine: Engine, home: Path) -> None:
    found = checks(bare_engine, home)
    assert not found["migrated"].ok
    assert "generation" not in found
    assert not is_ready(bare_engine)


def test_a_server_that_is_away_ends_the_checks(tmp_path: Path, home: Path) -> None:
    engine = open_engine(f"postgresql://selaras@/selaras?host={tmp_path}")
    found = checks(engine, home)
    assert list(found) == ["reachable", "key"]
    assert not found["reachable"].ok


def test_a_changed_list_is_noticed(engine: Engine, home: Path, published: int) -> None:
    with writing(engine) as connection:
        connection.execute(update(recommendation).values(packed=b"?"))
    check = checks(engine, home)["generation"]
    assert not check.ok
    assert "daftar saran" in check.text.id


@pytest.mark.parametrize("damage", ["remove", "truncate", "replace"])
def test_a_damaged_snapshot_is_noticed(
    engine: Engine, home: Path, published: int, damage: str
) -> None:
    folders = snapshot_folders(home, published)
    file = folders.data / "employees.parquet"
    if damage == "remove":
        shutil.rmtree(folders.data)
    elif damage == "truncate":
        file.write_bytes(file.read_bytes()[:-50])
    else:
        shutil.copy(folders.data / "jobs.parquet", file)
    check = checks(engine, home)["generation"]
    assert not check.ok
    assert "salinan data" in check.text.id


def test_a_key_open_to_others_is_noticed(engine: Engine, home: Path, published: int) -> None:
    key_file(home).chmod(0o644)
    assert not checks(engine, home)["key"].ok


def test_a_database_that_cannot_be_written_is_noticed(home: Path) -> None:
    engine = connect(Settings(home=home))
    upgrade(engine)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
        connection.commit()
    assert not checks(engine, home)["writable"].ok
