"""A migrated database of each kind, and a small invented agency to put into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.database.engine import make_home, open_engine, writing
from service.database.migrate import upgrade
from service.database.tables import METADATA
from training_data.dataset import Dataset


@pytest.fixture
def bare_engine(database_url: str, home: Path) -> Iterator[Engine]:
    """An engine for a database without tables."""
    make_home(home)
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with tables and no rows, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "database.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def migrated_server(postgres_server: Path) -> str:
    """The URL of a PostgreSQL database with tables, which tests use one after the other."""
    import psycopg

    with psycopg.connect(
        f"host={postgres_server} user=selaras dbname=postgres", autocommit=True
    ) as connection:
        connection.execute("CREATE DATABASE migrated")
    url = f"postgresql://selaras@/migrated?host={postgres_server}"
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with tables and no rows; each test runs on both kinds."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "database.db")
        return f"sqlite:///{tmp_path / 'database.db'}"
    url: str = request.getfixturevalue("migrated_server")
    _empty(url)
    return url


def _empty(url: str) -> None:
    """Remove what the test before left: far cheaper than a new database for each."""
    engine = open_engine(url)
    tables = [table.name for table in reversed(METADATA.sorted_tables)]
    for name in ("generation_switch", "worker_lease"):  # of one row, made with the table
        tables.remove(name)
    tables.remove("audit_event")  # refuses to lose rows one by one
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "UPDATE generation_switch SET current = NULL, fence = 0, switched_at = NULL;"
            "UPDATE worker_lease SET holder = NULL, token = 0, beat = 0, beat_at = NULL;"
            + "".join(f"DELETE FROM {name};" for name in tables)
            + "TRUNCATE audit_event;"
        )
    engine.dispose()


@pytest.fixture
def engine(migrated_url: str, home: Path) -> Iterator[Engine]:
    """An engine for a database with the tables of this version."""
    make_home(home)
    engine = open_engine(migrated_url)
    yield engine
    engine.dispose()


@pytest.fixture
def generations_on_disk(home: Path) -> Callable[[], set[str]]:
    """The names of all folders of generations, also of unfinished ones."""

    def names() -> set[str]:
        folder = home / "generations"
        return {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()

    return names


@pytest.fixture
def agency() -> Dataset:
    """Four people in two units, with gaps in what is known and a column of their own."""
    return Dataset.of(
        {
            "employees": {
                "employee_id": ["P-1", "P-2", "P-3", "199001012020011001"],
                "nip": [None, None, None, "199001012020011001"],
                "name": ["Rukmini Sekar, S.T.", "Bagas Wening", None, "Laras Pertiwi"],
                "birth_date": [date(1990, 1, 2), None, None, date(1990, 1, 1)],
                "unit_code": ["U-1", "U-2", "U-2", None],
                "job_code": ["J-1", "J-1", None, "J-2"],
                "tier": ["pelaksana", None, None, None],
                "hobby": ["catur", None, "50%_off", None],
            },
            "units": {
                "unit_code": ["U-1", "U-2"],
                "name": ["Dinas Air", "Seksi Pompa"],
                "parent_code": [None, "U-1"],
                "agency": ["Kota Contoh", None],
            },
            "jobs": {
                "job_code": ["J-1", "J-2"],
                "title": ["Analis Banjir", "Penata Arsip"],
                "tier": ["jf_ahli_muda", "pelaksana"],
            },
            "competency_scores": {
                "employee_id": ["P-1", "P-1", "P-2"],
                "competency_code": ["M.1", "M.1", "M.1"],
                "assessed_on": [None, datetime(2025, 3, 4, 5, 6, 7, 8), None],
                "source": ["self", None, None],
                "level": [2.5, 3.0, 0.0],
            },
            "trainings": {
                "training_code": ["T-1"],
                "title": ["Pompa dan pintu air"],
                "hours": [20.5],
                "international": [True],
                "repeat_after_months": [12],
                "tiers": ["pelaksana|pengawas"],
            },
        }
    )
