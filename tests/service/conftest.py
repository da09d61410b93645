"""A tiny published agency on disk: imported nowhere, ranked by the real engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service.settings import Settings
from service.usecases.publishing import rerank_and_publish
from service.usecases.sources import open_database
from training_data.dataset import Dataset

AS_OF = date(2026, 4, 3)
NIP = "199001012015031002"  # invented


def small_agency() -> Dataset:
    return Dataset.of(
        {
            "employees": {
                "employee_id": ["A-1", "A-2", NIP],
                "nip": [None, None, NIP],
                "name": ["Siti Contoh", "Budi Contoh", "Tono Misal"],
                "employment": ["PNS", "PNS", "PNS"],
                "unit_code": ["U-2", "U-1", "U-2"],
                "job_code": ["J-1", "J-2", "J-1"],
                "tier": ["pelaksana", "pengawas", "pelaksana"],
            },
            "units": {
                "unit_code": ["U-1", "U-2"],
                "name": ["Dinas", "Seksi"],
                "parent_code": [None, "U-1"],
            },
            "jobs": {
                "job_code": ["J-1", "J-2", "J-3"],
                "title": ["Analis Lalu Lintas", "Kepala Seksi", "Analis Parkir"],
                "tier": ["pelaksana", "pengawas", "pelaksana"],
            },
            "job_requirements": {
                "job_code": ["J-1", "J-2", "J-3"],
                "competency_code": ["T.1", "T.1", "T.1"],
                "level": [3.0, 4.0, 2.0],
            },
            "competency_scores": {
                "employee_id": ["A-1", "A-2"],
                "competency_code": ["T.1", "T.1"],
                "level": [1.0, 3.5],
            },
            "trainings": {
                "training_code": ["P-1", "P-2", "P-3"],
                "title": ["Lalu lintas dasar", "Lalu lintas lanjutan", "Parkir"],
                "hours": [20.0, 40.0, 8.0],
            },
            "training_outcomes": {
                "training_code": ["P-1", "P-2"],
                "competency_code": ["T.1", "T.1"],
                "level_to": [2.0, 4.0],
            },
        }
    )


def publish(home: Path) -> Settings:
    settings = Settings(home=home, port=0)
    open_database(settings)
    rerank_and_publish(small_agency(), settings, as_of=AS_OF)
    return settings


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings of an installation with one published generation; read only."""
    return publish(tmp_path_factory.mktemp("home"))


@pytest.fixture
def own_published(tmp_path: Path) -> Settings:
    """Return settings of an installation that the test may damage."""
    return publish(tmp_path / "home")


@pytest.fixture(scope="session")
def agency_data() -> Dataset:
    return small_agency()


@pytest.fixture(scope="session")
def as_of() -> date:
    return AS_OF


@pytest.fixture
def small_nip() -> str:
    return NIP
