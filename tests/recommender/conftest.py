"""Small made-up agencies for the engine's tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from recommender.engine import Engine
from training_data.dataset import Dataset

AS_OF = date(2026, 1, 5)


def tables(**extra: dict[str, list[Any]]) -> dict[str, dict[str, list[Any]]]:
    """Return a transport office of four people, four jobs and six trainings."""
    base: dict[str, dict[str, list[Any]]] = {
        "employees": {
            "employee_id": ["ani", "budi", "citra", "dewi"],
            "name": ["Ani Lestari", "Budi Santoso", "Citra Wulan", "Dewi Anggun"],
            "employment": ["PNS", "PNS", "PPPK", "PNS"],
            "job_code": ["ANALIS", "ANALIS", "GURU", "KASI"],
            "unit_code": ["DISHUB", "DISHUB", "SD01", "DISHUB"],
            "tier": ["jf_ahli_pertama", "jf_ahli_pertama", "jf_ahli_pertama", "pengawas"],
            "education_level": ["S1", "S2", "S1", "S1"],
            "birth_date": [date(1990, 5, 1), date(1985, 2, 3), date(1992, 7, 7), date(1980, 1, 1)],
            "legal_status": ["01", "01", "71", "01"],
        },
        "units": {
            "unit_code": ["DISHUB", "SD01"],
            "name": ["Dinas Perhubungan", "SD Negeri 01"],
            "kind": ["PD", "sekolah"],
            "parent_code": [None, None],
        },
        "competencies": {
            "competency_code": ["M.5", "M.7", "T.LL", "T.PED"],
            "name": [
                "Pelayanan Publik",
                "Mengelola Perubahan",
                "Manajemen Lalu Lintas",
                "Pedagogi",
            ],
            "group": ["M", "M", "T", "T"],
        },
        "jobs": {
            "job_code": ["ANALIS", "ANALIS2", "GURU", "KASI"],
            "title": [
                "Analis Lalu Lintas Ahli Pertama",
                "Analis Lalu Lintas Ahli Muda",
                "Guru Kelas Ahli Pertama",
                "Kepala Seksi Rekayasa Lalu Lintas",
            ],
            "tier": ["jf_ahli_pertama", "jf_ahli_muda", "jf_ahli_pertama", "pengawas"],
            "family": ["Perhubungan", "Perhubungan", "Pendidikan", "Perhubungan"],
            "description": [
                "Menganalisis arus lalu lintas dan kemacetan jalan",
                "Menyusun rekomendasi rekayasa lalu lintas kota",
                "Mengajar dan menilai siswa sekolah dasar",
                "Memimpin seksi rekayasa lalu lintas dan petugas lapangan",
            ],
        },
        "job_requirements": {
            "job_code": ["ANALIS", "ANALIS", "ANALIS2", "ANALIS2", "GURU", "KASI", "KASI"],
            "competency_code": ["M.5", "T.LL", "T.LL", "M.7", "T.PED", "T.LL", "M.7"],
            "level": [2.0, 3.0, 4.0, 3.0, 3.0, 3.0, 2.0],
            "importance": [2, 2, 2, 3, 2, 2, 2],
        },
        "competency_scores": {
            "employee_id": ["ani", "ani", "ani", "budi", "budi", "dewi"],
            "competency_code": ["M.5", "T.LL", "M.7", "M.5", "T.LL", "T.LL"],
            "level": [2.0, 1.0, 2.0, 1.25, 3.5, 2.0],
            "assessed_on": [datetime(2025, 3, 12)] * 5 + [None],
            "source": ["assessment_centre"] * 5 + ["self"],
        },
        "trainings": {
            "training_code": ["LL1", "LL2", "LL3", "PP", "PED", "UB"],
            "title": [
                "Lalu Lintas Dasar",
                "Lalu Lintas Menengah",
                "Lalu Lintas Lanjutan",
                "Pelayanan Prima",
                "Pedagogi Kelas",
                "Mengelola Perubahan",
            ],
            "description": [
                "Dasar arus lalu lintas",
                "Rekayasa lalu lintas",
                "Rekayasa kota",
                "Melayani warga",
                "Mengajar siswa",
                "Perubahan organisasi",
            ],
            "hours": [20.0, 30.0, 40.0, 20.0, 24.0, 16.0],
        },
        "training_outcomes": {
            "training_code": ["LL1", "LL2", "LL3", "PP", "PED", "UB"],
            "competency_code": ["T.LL", "T.LL", "T.LL", "M.5", "T.PED", "M.7"],
            "level_from": [None, 2.0, 3.0, None, None, 1.0],
            "level_to": [2.0, 3.0, 4.0, 2.0, 3.0, 3.0],
        },
        "training_history": {
            "employee_id": ["budi", "budi", "dewi"],
            "training_code": ["LL1", "LL2", "LL1"],
            "completed_on": [datetime(2023, 4, 1), datetime(2024, 6, 1), datetime(2025, 6, 1)],
        },
    }
    return {**base, **extra}


@pytest.fixture
def office() -> Dataset:
    return Dataset.of(tables())


@pytest.fixture
def engine(office: Dataset) -> Engine:
    return Engine.fitted(office, as_of=AS_OF)


@pytest.fixture
def make_engine() -> Callable[..., Engine]:
    """Return a maker of engines from the office with some tables replaced."""

    def make(as_of: date = AS_OF, **extra: dict[str, list[Any]]) -> Engine:
        return Engine.fitted(Dataset.of(tables(**extra)), as_of=as_of)

    return make


@pytest.fixture
def make_tables() -> Callable[..., dict[str, dict[str, list[Any]]]]:
    return tables
