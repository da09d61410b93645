"""A small agency as files, and short ways to write, read and look at reports."""

import pytest

from training_data.importers import read_folder

FILES = {
    "employees.csv": (
        "employee_id,name,birth_date,sex,employment,job_code,grade\n"
        "198503172010012003,Rara Contoh,1985-03-17,P,PNS,J1,III/d\n"
        "197912012005011004,Bima Contoh,1979-12-01,L,PNS,J2,IV/a\n"
        "E0003,Tara Contoh,,,,,\n"
    ),
    "jobs.csv": (
        "job_code,title,tier\nJ1,Analis Lalu Lintas,jf_ahli_muda\nJ2,Kepala Seksi,pengawas\n"
    ),
    "competencies.csv": "competency_code,name,max_level\nT.1,Manajemen Lalu Lintas,\nT.2,Data,7\n",
    "job_requirements.csv": "job_code,competency_code,level,importance\nJ1,T.1,3,1\nJ1,T.2,6,\n",
    "competency_scores.csv": (
        "employee_id,competency_code,level,assessed_on,source\n"
        "198503172010012003,T.1,2.75,2025-03-12,assessment_centre\n"
        "E0003,T.2,6,,\n"
    ),
    "trainings.csv": (
        "training_code,title,hours,cost\nP1,Rekayasa Lalu Lintas,24,500000\nP2,Data Dasar,16,0\n"
    ),
    "training_outcomes.csv": "training_code,competency_code,level_to,level_from\nP1,T.1,3,1\n",
    "training_history.csv": (
        "employee_id,training_code,title,completed_on,status\n"
        "E0003,P1,,2024-05-02,completed\n"
        "E0003,,Kursus Lama,,\n"
    ),
}


class Agency:
    """A dataset folder in the making."""

    def __init__(self, folder):
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def remove(self, name):
        (self.folder / name).unlink()

    def only(self, *names):
        for path in self.folder.iterdir():
            if path.name not in names:
                path.unlink()

    def read(self, **options):
        return read_folder(self.folder, **options)


@pytest.fixture
def agency(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return Agency(folder)


def _codes(report):
    return sorted({finding.code for finding in report.findings})


@pytest.fixture
def codes():
    """Codes of all findings of a report, sorted."""
    return _codes


@pytest.fixture
def clean_files():
    return dict(FILES)
