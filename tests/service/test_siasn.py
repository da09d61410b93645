"""Training history of the database leaves as a file and comes in again without a change."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from service.history import HistoryWish, UnknownUnit
from service.settings import Settings
from service.usecases.errors import WrongUse
from service.usecases.importing import import_data
from service.usecases.siasn import StoredHistory, write_history
from service.usecases.sources import open_database

ANI, BUDI = "199203152017032007", "198808172012011004"  # invented
FILES = {
    "units.csv": "unit_code,name,parent_code\nU-1,Dinas,\nU-2,Seksi,U-1\nU-3,Lain,\n",
    "employees.csv": f"employee_id,nip,name,unit_code\nP-1,{ANI},Ani Rekaan,U-2\n"
    f"{BUDI},,Budi Rekaan,U-3\n",
    "trainings.csv": "training_code,title,hours,form,structural\nK-1,Analisis Data,24,3,\n"
    "K-2,PKP,900,1,PKP\n",
    "training_history.csv": "employee_id,training_code,title,completed_on,score,verified,catatan\n"
    "P-1,K-1,,2025-02-03,80,1,simpan\nP-1,K-2,,2024-05-01,,,\n"
    f"{BUDI},,Bimtek Arsip,2025-03-04,,,\n",
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("SELARAS_")]:
        monkeypatch.delenv(name)
    made = Settings(home=tmp_path / "home")
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    assert import_data(folder, made).report.refused == 0
    return made


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
@pytest.mark.parametrize(("shape", "rows"), [("rw_kursus", 2), ("rw_diklat", 1)])
def test_what_went_out_comes_in_and_changes_nothing(settings, tmp_path, kind, shape, rows):
    out = tmp_path / f"{shape}.{kind}"
    assert write_history(settings, out, HistoryWish(shape, kind)) == rows
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    done = import_data(out, settings)
    assert done.report.exit_code == 0
    counts = done.saved.tables["training_history"]
    assert (counts.inserted, counts.updated, counts.unchanged) == (0, 0, rows)


def test_a_change_made_in_the_file_changes_the_row_and_nothing_beside_it(settings, tmp_path):
    out = tmp_path / "rw_kursus.csv"
    write_history(settings, out, HistoryWish("rw_kursus", "csv"))
    out.write_text(out.read_text(encoding="utf-8").replace("24", "32"), encoding="utf-8")
    done = import_data(out, settings)
    counts = done.saved.tables["training_history"]
    assert (counts.inserted, counts.updated, counts.unchanged) == (0, 1, 1)
    again = tmp_path / "again" / "rw_kursus.csv"
    again.parent.mkdir()
    write_history(settings, again, HistoryWish("rw_kursus", "csv"))
    assert "32" in again.read_text()
    from service.database.datasets import load_dataset

    rows = load_dataset(open_database(settings)).table("training_history").to_pylist()
    (row,) = [row for row in rows if row["training_code"] == "K-1"]
    assert (row["score"], row["verified"], row["catatan"]) == (80.0, True, "simpan")


def test_a_unit_stands_for_those_below_it(settings):
    history = StoredHistory(open_database(settings), settings)
    assert history.export(HistoryWish("rw_kursus", unit="U-1")).rows == 1
    assert history.export(HistoryWish("rw_kursus", unit="U-3")).rows == 1
    assert history.export(HistoryWish("rw_kursus", year=1999)).rows == 0
    with pytest.raises(UnknownUnit):
        history.export(HistoryWish("rw_kursus", unit="U-9"))


def test_the_command_tells_of_an_unknown_unit(settings, tmp_path):
    with pytest.raises(WrongUse):
        write_history(settings, tmp_path / "a.csv", HistoryWish("rw_kursus", "csv", "U-9"))
    assert not (tmp_path / "a.csv").exists()
