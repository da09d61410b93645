"""A tiny agency as files, and ``selaras`` run in this process in a folder of its own."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

AS_OF = "2026-01-05"
NIP = "198503122010011012"

TABLES = {
    "employees": f"""employee_id,name,employment,job_code,tier,grade,education_level,unit_code
P-1,Ani Rekaan,PNS,J-1,jf_ahli_pertama,III/a,S1,U-1
P-2,Budi Rekaan,PNS,J-1,jf_ahli_pertama,III/b,S1,U-1
P-3,Citra Rekaan,PPPK,J-1,jf_ahli_pertama,IX,S1,U-1
{NIP},Dedi Rekaan,PNS,J-2,jf_ahli_muda,III/c,S1,U-1
""",
    "units": "unit_code,name\nU-1,Seksi Rekayasa\n",
    "competencies": """competency_code,name,group
T-1,Rekayasa Lalu Lintas,T
M-5,Pelayanan Publik,M
""",
    "jobs": """job_code,title,tier,family,affair
J-1,Analis Lalu Lintas Ahli Pertama,jf_ahli_pertama,Lalu Lintas,perhubungan
J-2,Analis Lalu Lintas Ahli Muda,jf_ahli_muda,Lalu Lintas,perhubungan
""",
    "job_requirements": """job_code,competency_code,level,importance
J-1,T-1,2,2
J-1,M-5,2,2
J-2,T-1,3,2
J-2,M-5,3,2
""",
    "competency_scores": f"""employee_id,competency_code,level,assessed_on,source
P-1,T-1,1,2025-03-12,assessment_centre
P-1,M-5,2,2025-03-12,assessment_centre
P-2,T-1,3,2025-03-12,assessment_centre
P-2,M-5,1,2025-03-12,assessment_centre
{NIP},T-1,2,2025-03-12,assessment_centre
""",
    "trainings": """training_code,title,hours
K-1,Dasar Rekayasa Lalu Lintas,24
K-2,Rekayasa Lalu Lintas Lanjutan,40
K-3,Pelayanan Publik Prima,16
""",
    "training_outcomes": """training_code,competency_code,level_from,level_to
K-1,T-1,0,2
K-2,T-1,2,3
K-3,M-5,1,2
""",
    "training_history": """employee_id,training_code,completed_on
P-2,K-1,2024-05-02
""",
}


@dataclass(frozen=True)
class Answer:
    """What a run of ``selaras`` left behind."""

    code: int
    out: str
    err: str


Selaras = Callable[..., Answer]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in; no setting of the machine reaches in."""
    for name in [name for name in os.environ if name.startswith("SELARAS_")]:
        if name != "SELARAS_TEST_WHEEL":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def selaras(workplace: Path) -> Selaras:
    """Run ``selaras`` with the given arguments, not on a terminal."""
    from service.cli.app import app

    def run(*arguments: object, typed: str = "") -> Answer:
        words = [str(a) for a in arguments]
        done = CliRunner().invoke(app, words, input=typed, catch_exceptions=False)
        return Answer(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def agency(workplace: Path) -> Path:
    """A dataset folder of four people, two posts and three trainings."""
    folder = workplace / "agency"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the tiny agency was imported and ranked; not to be changed."""
    from datetime import date

    from service.settings import Settings
    from service.usecases.importing import import_data
    from service.usecases.publishing import rerank_and_publish
    from service.usecases.sources import from_database

    place = tmp_path_factory.mktemp("installed")
    folder = place / "agency"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    settings = Settings(home=place / ".selaras")
    import_data(folder, settings)
    rerank_and_publish(from_database(settings).dataset, settings, as_of=date.fromisoformat(AS_OF))
    return place


@pytest.fixture
def installation(installed: Path, workplace: Path) -> Path:
    """A working folder with the tiny agency imported and ranked, free to be changed."""
    shutil.copytree(installed / ".selaras", workplace / ".selaras")
    return workplace
