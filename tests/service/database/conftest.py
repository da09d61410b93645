"""A migrated database of each kind, and a small invented agency to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.database.engine import make_home, open_engine
from service.database.migrate import upgrade
from training_data.dataset import Dataset


@pytest.fixture
def bare_engine(database_url: str, home: Path) -> Iterator[Engine]:
    """An engine for a database without tables."""
    make_home(home)
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(bare_engine: Engine) -> Engine:
    """An engine for a database with the tables of this version."""
    upgrade(bare_engine)
    return bare_engine


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
