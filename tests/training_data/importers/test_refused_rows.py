"""Refused rows come back in the file's own wording, to be corrected and imported again."""

import csv
import stat
from pathlib import Path

import numpy as np
import pyarrow as pa

from training_data.cells import Cells
from training_data.importers import read_folder
from training_data.report import Counts, Finding, Report, Severity
from training_data.source import Source


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_refused_rows_can_be_corrected_in_place_and_imported_again(agency, tmp_path):
    whole, _ = agency.read()
    agency.write(
        "trainings.csv",
        "Kode;Judul;JP;biaya\nP1;Rekayasa Lalu Lintas;-24;500000\nP2;Data Dasar;16;0\n",
    )
    dataset, report = agency.read()
    assert not dataset.has("training_outcomes")  # it refers to P1
    files = report.write_refused(tmp_path / "refused")
    assert [f.name for f in files] == [
        "trainings.csv",
        "training_outcomes.csv",
    ]
    (row,) = rows_of(files[0])
    assert {k: v for k, v in row.items() if not k.startswith("_")} == {
        "Kode": "P1",
        "Judul": "Rekayasa Lalu Lintas",
        "JP": "-24",
        "biaya": "500000",
    }
    assert "harus lebih besar dari 0" in row["_masalah"]
    assert "must be greater than 0" in row["_problem"]
    corrected = files[0].read_text(encoding="utf-8-sig").replace("-24", "24")
    files[0].write_text(corrected)
    again, second = read_folder(tmp_path / "refused", against=dataset)
    assert second.exit_code == 0
    merged = {name: dataset.table(name) for name in dataset.tables}
    for name, table in again.tables.items():
        parts = [t for t in (dataset.tables.get(name), table) if t is not None]
        merged[name] = pa.concat_tables(parts, promote_options="permissive")
    assert whole.replace(**merged).content_hash == whole.content_hash


def test_files_of_refused_rows_are_for_the_owner_only(agency, tmp_path):
    agency.write("jobs.csv", "job_code,title\nJ1,A\nJ2,\n")
    _, report = agency.read()
    folder = tmp_path / "refused"
    (path,) = report.write_refused(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [p.name for p in folder.iterdir()] == ["jobs.csv"]
    report.write_refused(folder)  # twice changes nothing
    assert [p.name for p in folder.iterdir()] == ["jobs.csv"]


def test_cells_that_look_like_formulas_are_disarmed_and_come_back(agency, tmp_path):
    agency.write("jobs.csv", 'job_code,title,description\nJ1,A,\n,=1+1,"@x"\n')
    _, report = agency.read()
    (path,) = report.write_refused(tmp_path / "refused")
    (row,) = rows_of(path)
    assert (row["title"], row["description"]) == ("'=1+1", "'@x")
    path.write_text(path.read_text(encoding="utf-8-sig").replace("\n,", '\n"J3",', 1))
    dataset, _ = read_folder(tmp_path / "refused")
    assert dataset.table("jobs").to_pylist()[0]["title"] == "=1+1"


def test_rows_with_too_many_cells_keep_the_rest_beside(agency, tmp_path):
    agency.write("jobs.csv", "job_code,title\nJ1,A\nJ2,B,C,D\nJ3\n")
    _, report = agency.read()
    (path,) = report.write_refused(tmp_path / "refused")
    first, second = rows_of(path)
    assert (first["job_code"], first["title"], first["_sisa"]) == ("J2", "B", "C|D")
    assert (second["job_code"], second["title"], second["_sisa"]) == ("J3", "", "")


def test_a_row_with_several_problems_lists_them_all(agency, tmp_path):
    agency.write("trainings.csv", "training_code,title,hours,cost\nP1,A,1,1\nP9,,-1,x\nP2,B,-1,\n")
    _, report = agency.read()
    path = report.write_refused(tmp_path / "refused")[0]
    first, second = rows_of(path)
    assert first["_masalah"].count("Kolom '") == 3
    assert second["_masalah"].count("Kolom '") == 1


def test_a_repeated_key_names_the_row_in_use(agency, tmp_path):
    agency.write("jobs.csv", "job_code,title\nJ1,B\nJ1,A\nJ2,C\n")
    _, report = agency.read()
    (path,) = report.write_refused(tmp_path / "refused")
    (row,) = rows_of(path)
    assert row["title"] == "B"
    assert "Baris yang dipakai: 3." in row["_masalah"]
    assert "The row in use is 3." in row["_problem"]


def test_two_files_of_one_name_come_back_as_two(agency, tmp_path):
    agency.write("jobs.csv", "job_code,title\nJ1,\nJ2,B\n")
    agency.write("jobs.txt", "job_code;title\nJ3;\n")
    _, report = agency.read()
    files = report.write_refused(tmp_path / "refused")
    assert [f.name for f in files][:2] == ["jobs.csv", "jobs-2.csv"]


def test_a_million_refused_rows_are_written_without_a_sentence_each(tmp_path):
    n = 1_000_000
    cells = Cells(pa.array(["-1"]), np.zeros(n, np.int32))
    source = Source("trainings.csv", "trainings", ("hours",), (cells,), np.arange(2, n + 2))
    finding = Finding(
        "range.above",
        Severity.REFUSE,
        "trainings.csv",
        "trainings",
        "hours",
        source,
        np.arange(n),
        cells,
        facts={"limit": 0.0},
    )
    report = Report({"trainings": Counts(n, 0, n)}, (finding,), (source,))
    (path,) = report.write_refused(tmp_path)
    with Path(path).open(encoding="utf-8-sig") as file:
        assert sum(1 for _ in file) == n + 1
    assert len(str(report.as_json())) < 20_000
