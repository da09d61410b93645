"""Columns are recognised by the names offices give them; what is not needed stays outside."""

import pytest

from training_data.importers.headers import aliases, header_key, table_of_stem
from training_data.reference.data import read
from training_data.schema import TABLES


def test_every_alias_names_a_column_that_exists():
    data = read("aliases.json")
    everywhere = {c.name for t in TABLES.values() for c in t.columns}
    assert set(data["everywhere"]) <= everywhere
    assert set(data["files"]) <= set(TABLES)
    for table, columns in data["columns"].items():
        assert set(columns) <= set(TABLES[table].column_names)


@pytest.mark.parametrize("table", TABLES)
def test_no_alias_hides_a_column_of_the_contract(table):
    for name in TABLES[table].column_names:
        assert aliases(table)[header_key(name)] == name


@pytest.mark.parametrize("table", TABLES)
def test_no_alias_means_two_columns_of_one_table(table):
    seen = {}
    for column, headers in read("aliases.json")["columns"].get(table, {}).items():
        for header in headers:
            assert seen.setdefault(header_key(header), column) == column, header


@pytest.mark.parametrize(
    ("stem", "table"),
    [
        ("employees", "employees"),
        ("Employees", "employees"),
        ("Data Pegawai", "employees"),
        ("rw_kursus", "training_history"),
        ("rw_jabatan", "job_history"),
        ("training-outcomes-2", "training_outcomes"),
        ("employees-2", "employees"),
        ("employees (1)", None),
        ("catatan", None),
        ("2", None),
    ],
)
def test_a_file_is_known_by_its_stem(stem, table):
    assert table_of_stem(stem) == table


def test_an_export_of_siasn_is_read_as_it_comes(agency, codes):
    agency.remove("employees.csv")
    agency.write(
        "data_utama.csv",
        "nipBaru;nama;tglLahir;golRuangAkhir;tkPendidikanTerakhirId;kedudukanPnsId;"
        "jabatanStrukturalId;jabatanFungsionalId;jabatanFungsionalUmumId;bupPensiun;nik;agamaId\n"
        "198503172010012003;Rara;17-03-1985;III/d;40;01;;J1;;58;3171010000000001;1\n"
        "197912012005011004;Bima;01-12-1979;42;45;01;J2;;;60;3171010000000002;2\n",
    )
    agency.remove("competency_scores.csv")
    agency.remove("training_history.csv")
    agency.write(
        "rw_kursus.csv",
        "nipBaru;namaKursus;jumlahJam;tanggalKursus;tanggalSelesaiKursus;institusiPenyelenggara\n"
        "198503172010012003;Data Dasar;24;02-05-2024;04-05-2024;BPSDM\n",
    )
    dataset, report = agency.read()
    assert codes(report) == ["header.not_read"]
    people = dataset.frame("employees").set_index("employee_id")
    rara = people.loc["198503172010012003"]
    assert (rara["nip"], rara["grade"], rara["job_code"]) == ("198503172010012003", "III/d", "J1")
    assert (rara["education_level"], rara["legal_status"]) == ("S1", "01")
    assert people.loc["197912012005011004", "job_code"] == "J2"
    assert not {"nik", "agamaId"} & set(dataset.tables["employees"].column_names)
    (course,) = dataset.table("training_history").to_pylist()
    assert course["title"] == "Data Dasar"
    assert course["hours"] == 24
    assert course["started_on"].isoformat() == "2024-05-02T00:00:00"
    assert course["completed_on"].isoformat() == "2024-05-04T00:00:00"


def test_case_blanks_and_underscores_of_headers_do_not_matter(agency, codes):
    agency.write("jobs.csv", "  KODE JABATAN ,Nama_Jabatan\nJ1,A\nJ2,B\n")
    _, report = agency.read()
    assert codes(report) == []


def test_extra_columns_are_kept_as_text(agency, codes):
    agency.write("jobs.csv", "job_code,title,Warna Map\nJ1,A,01\nJ2,B,\n")
    dataset, report = agency.read()
    assert codes(report) == []
    assert dataset.tables["jobs"].column("Warna Map").to_pylist() == ["01", None]


def test_a_column_with_data_and_no_name_is_said(agency, codes):
    agency.write("jobs.csv", "job_code,title,,\nJ1,A,,x\nJ2,B,,\n")
    _, report = agency.read()
    assert codes(report) == ["header.blank"]
    assert next(report.problems()).text.id.startswith("Kolom D ")


def test_two_columns_of_one_meaning_fill_each_other(agency, codes):
    agency.write("jobs.csv", "job_code,title,nama\nJ1,A,\nJ2,,B\n")
    dataset, report = agency.read()
    assert codes(report) == []
    assert dataset.table("jobs").column("title").to_pylist() == ["A", "B"]


def test_two_required_columns_that_disagree_refuse_the_row(agency, codes):
    agency.write("jobs.csv", "job_code,title,nama\nJ1,A,A\nJ2,B,C\n")
    dataset, report = agency.read()
    assert "header.conflict" in codes(report)
    assert dataset.table("jobs").column("title").to_pylist() == ["A"]


def test_two_optional_columns_that_disagree_empty_the_cell(agency, codes):
    agency.write("jobs.csv", "job_code,title,tier,jenjang\nJ1,A,pengawas,administrator\nJ2,B,,\n")
    dataset, report = agency.read()
    assert codes(report) == ["header.conflict_emptied"]
    assert dataset.table("jobs").column("tier").to_pylist() == [None, None]


def test_an_extra_column_named_twice_is_read_once_and_said(agency, codes):
    agency.write("jobs.csv", "job_code,title,warna,warna\nJ1,A,x,y\nJ2,B,,\n")
    dataset, report = agency.read()
    assert codes(report) == ["header.repeated"]
    assert dataset.tables["jobs"].column("warna").to_pylist() == ["x", None]


def test_two_files_of_one_table_are_read_together(agency, codes):
    agency.write("trainings-2.csv", "kode;judul;jp\nP3;C;7,5\nP1;Rekayasa Lalu Lintas;\n")
    dataset, report = agency.read()
    assert codes(report) == ["key.repeated"]
    assert dataset.table("trainings").column("hours").to_pylist() == [24.0, 16.0, 7.5]
    (problem,) = report.problems()
    assert (problem.file, problem.row) == ("trainings-2.csv", 3)
