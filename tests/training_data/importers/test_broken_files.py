"""Kinds of broken files: each gives its message, and no good row is lost."""

import pytest

from training_data.errors import UnusableInput
from training_data.importers import read_file, read_folder
from training_data.report import Severity


def test_a_clean_folder_goes_in_whole(agency, codes):
    dataset, report = agency.read()
    assert codes(report) == []
    assert report.exit_code == 0
    assert report.rankable
    assert {n: t.num_rows for n, t in dataset.tables.items()} == {
        "competencies": 2,
        "competency_scores": 2,
        "employees": 3,
        "job_requirements": 2,
        "jobs": 2,
        "training_history": 2,
        "training_outcomes": 1,
        "trainings": 2,
    }


TRAININGS = "training_code;title;hours;cost;international\n"

# name of the file, content, code, rows that must be in, rows that must be refused
ROWS = {
    "negative hours": ("trainings.csv", TRAININGS + "P1;A;24;0;\nP9;B;-3;0;\n", "range.above", 1),
    "hours of zero": ("trainings.csv", TRAININGS + "P1;A;24;0;\nP9;B;0;0;\n", "range.above", 1),
    "negative cost": ("trainings.csv", TRAININGS + "P1;A;24;0;\nP9;B;1;-5;\n", "range.minimum", 1),
    "words for a number": (
        "trainings.csv",
        TRAININGS + "P1;A;24;0;\nP9;B;dua;0;\n",
        "number.unreadable",
        1,
    ),
    "words for a flag": (
        "trainings.csv",
        TRAININGS + "P1;A;24;0;1\nP9;B;4;0;mungkin\n",
        "flag.unreadable",
        1,
    ),
    "missing title": ("trainings.csv", TRAININGS + "P1;A;24;0;\nP9;;4;0;\n", "cell.required", 1),
    "too few cells": ("trainings.csv", TRAININGS + "P1;A;24;0;\nP9;B\n", "row.cells", 1),
    "too many cells": ("trainings.csv", TRAININGS + "P1;A;24;0;\nP9;B;4;0;;x\n", "row.cells", 1),
    "same key, other content": (
        "trainings.csv",
        TRAININGS + "P1;A;24;0;\nP1;Z;;;\n",
        "key.repeated",
        1,
    ),
    "30 February": (
        "employees.csv",
        "employee_id,birth_date\nE0003,1990-02-28\nE4,30-02-1990\n",
        "date.unreadable",
        1,
    ),
    "month first": (
        "employees.csv",
        "employee_id,birth_date\nE0003,28/02/1990\nE4,02/28/1990\n",
        "date.unreadable",
        1,
    ),
    "a NIP as a number": ("employees.csv", "employee_id\nE0003\n1.97E+17\n", "nip.number", 1),
    "a NIP with a decimal": (
        "employees.csv",
        "employee_id\nE0003\n198503172010012003.0\n",
        "nip.number",
        1,
    ),
    "a rounded NIP": ("employees.csv", "employee_id\nE0003\n198503172010012000\n", "nip.serial", 1),
    "a NIP with blanks": (
        "employees.csv",
        "employee_id\nE0003\n19850317 201001 2 003\n",
        "nip.length",
        1,
    ),
    "a PNS with the number of a PPPK": (
        "employees.csv",
        "employee_id,employment\n198503172023212003,PPPK\n199003172023211004,PNS\nE0003,\n",
        "nip.month",
        2,
    ),
    "level above the scale": (
        "competency_scores.csv",
        "employee_id,competency_code,level\nE0003,T.1,5\nE0003,T.2,7\n198503172010012003,T.1,5.25\n",
        "level.maximum",
        2,
    ),
    "level below zero": (
        "competency_scores.csv",
        "employee_id,competency_code,level\nE0003,T.1,0\nE0003,T.2,-0.25\n",
        "range.minimum",
        1,
    ),
    "unknown employee": (
        "competency_scores.csv",
        "employee_id,competency_code,level\nE0003,T.1,3\nE9,T.1,3\n",
        "reference.unknown",
        1,
    ),
    "an outcome that raises nothing": (
        "training_outcomes.csv",
        "training_code,competency_code,level_to,level_from\nP1,T.1,3,\nP2,T.1,2,2\n",
        "level.order",
        1,
    ),
    "history that ends before it starts": (
        "training_history.csv",
        "employee_id,training_code,started_on,completed_on\nE0003,P1,2024-01-02,2024-01-02\n"
        "E0003,P2,2024-01-03,2024-01-02\n",
        "date.order",
        1,
    ),
    "history without code and title": (
        "training_history.csv",
        "employee_id,training_code,completed_on\nE0003,P1,2024-01-02\nE0003,,2024-01-02\n",
        "row.code_or_title",
        1,
    ),
    "an unknown status of history": (
        "training_history.csv",
        "employee_id,training_code,status\nE0003,P1,completed\nE0003,P2,entah\n",
        "choice.refused",
        1,
    ),
    "an unknown lowest grade": (
        "jobs.csv",
        "job_code,title,min_grade\nJ1,A,III/c\nJ2,B,kelas tinggi\n",
        "choice.refused",
        1,
    ),
    "an unclosed quote": (
        "trainings.csv",
        'training_code,title\nP1,A\nP9,"B\nP2,C\n',
        "row.quote",
        2,
    ),
    "an unclosed quote in the last row": (
        "trainings.csv",
        'training_code,title\nP1,A\nP9,"B\n',
        "row.quote",
        1,
    ),
    "two stray quotes": (
        "trainings.csv",
        'training_code,title\nP1,A\nP8,"B,\nP2,C\nP9,"D,\nP3,E\n',
        "row.quote",
        3,
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_bad_row_is_refused_with_its_message_and_the_others_go_in(agency, kind):
    name, content, code, accepted = ROWS[kind]
    agency.write(name, content)
    table = name.removesuffix(".csv")
    dataset, report = agency.read()
    found = [f for f in report.findings if f.code == code and f.table == table]
    assert found, [f.code for f in report.findings]
    assert found[0].severity is Severity.REFUSE
    assert report.exit_code == 1
    assert dataset.table(table).num_rows == accepted == report.counts[table].accepted
    for problem in found[0].problems():
        assert problem.row is not None
        assert str(problem.row) in problem.text.id
        assert problem.remedy.id
        assert problem.remedy.en


def test_a_bad_row_is_named_by_its_number_in_the_file(agency):
    agency.write("trainings.csv", 'training_code,title,hours\nP1,"two\nlines",3\n\nP2,B,-3\n')
    _, report = agency.read()
    (problem,) = [p for p in report.problems() if p.code == "range.above"]
    assert problem.row == 4  # the header is row 1, the blank line is row 3
    assert problem.value == "-3"
    assert problem.text.id == (
        "Kolom 'hours' pada tabel 'trainings' harus lebih besar dari 0. Ditemukan -3 di baris 4."
    )


def test_personal_values_are_masked_everywhere(agency):
    agency.write(
        "employees.csv",
        "employee_id,nip,name,birth_date,sex\n"
        "E0003,19850317201001200,Rara Rahasia,31-02-1985,X\n"
        "198503172010012000,,Bima Rahasia,,\n",
    )
    agency.only("employees.csv", "trainings.csv")
    agency.write("trainings.csv", "training_code,title\nP1,A\n")
    _, report = agency.read()
    everything = report.text("id") + report.text("en") + str(report.as_json())
    assert {"nip.length", "nip.serial", "date.unreadable"} <= {f.code for f in report.findings}
    for secret in ("1985", "2010", "Rahasia", "31-02"):
        assert secret not in everything


WHOLE = {
    "empty": ("trainings.csv", b"", "file.empty"),
    "blank lines only": ("trainings.csv", b"\n\n  \n", "file.empty"),
    "UTF-16": ("trainings.csv", "training_code,title\nP1,A\n".encode("utf-16"), "file.utf16"),
    "UTF-16 without mark": (
        "trainings.csv",
        "training_code,title\nP1,A\n".encode("utf-16-le"),
        "file.utf16",
    ),
    "a workbook named CSV": ("trainings.csv", b"PK\x03\x04rest", "file.is_xlsx"),
    "an old workbook named CSV": ("trainings.csv", b"\xd0\xcf\x11\xe0rest", "file.old_excel"),
    "a delimiter nobody knows": ("trainings.csv", b"training_code:title\nP1:A\n", "file.delimiter"),
    "a pipe as delimiter": ("trainings.csv", b"training_code|title\nP1|A\n", "file.delimiter"),
    "a required column missing": (
        "trainings.csv",
        b"training_code,hours\nP1,3\n",
        "header.missing",
    ),
    "too many columns": (
        "trainings.csv",
        ",".join(["training_code", "title", *(f"c{i}" for i in range(2001))]).encode(),
        "file.columns",
    ),
    "text named Parquet": ("trainings.parquet", b"training_code,title\nP1,A\n", "file.not_parquet"),
    "an old workbook": ("trainings.xls", b"\xd0\xcf\x11\xe0", "file.old_excel"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_that_is_no_table_is_refused_and_the_others_go_in(agency, codes, kind):
    name, content, code = WHOLE[kind]
    agency.remove("trainings.csv")
    agency.write(name, content)
    dataset, report = agency.read()
    assert code in codes(report)
    assert report.exit_code == 1
    assert dataset.table("employees").num_rows == 3
    assert not dataset.has("trainings")
    (problem,) = [p for p in report.problems() if p.code == code][:1]
    assert name in problem.text.id
    assert problem.remedy.en


@pytest.mark.parametrize("kind", WHOLE)
def test_a_folder_with_nothing_else_is_unusable_and_says_why(tmp_path, codes, kind):
    name, content, code = WHOLE[kind]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnusableInput) as caught:
        read_file(path)
    assert caught.value.report is not None
    assert code in codes(caught.value.report)
    assert name in str(caught.value)


def test_an_absent_folder_is_unusable(tmp_path):
    with pytest.raises(UnusableInput, match="tidak ada"):
        read_folder(tmp_path / "tidak ada")


def test_headers_without_rows_are_said_and_refuse_nothing(agency, codes):
    agency.write("jobs.csv", "job_code,title\n")
    dataset, report = agency.read()
    assert codes(report) == ["table.no_rows"]
    assert report.exit_code == 0
    assert dataset.table("job_requirements").num_rows == 2


def test_unknown_files_are_reported_and_the_truth_is_not_touched(agency, codes):
    (agency.folder / "_truth").mkdir()
    (agency.folder / "_truth" / "employees.csv").write_text("employee_id\nX\n")
    agency.write("catatan.csv", "a,b\n1,2\n")
    agency.write("~$employees.xlsx", b"lock")
    dataset, report = agency.read()
    assert codes(report) == ["file.unknown"]
    assert report.exit_code == 0
    assert dataset.table("employees").num_rows == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_dialect_gives_the_same_rows(agency, clean_files, delimiter, encoding, ending):
    expected, _ = agency.read()
    for name, text in clean_files.items():
        agency.write(name, text.replace(",", delimiter).replace("\n", ending).encode(encoding))
    dataset, _ = agency.read()
    assert dataset.content_hash == expected.content_hash


def test_windows_1252_is_read_and_said(agency, codes):
    agency.write("jobs.csv", "job_code,title\nJ1,Café – Pelayanan\nJ2,B\n".encode("cp1252"))
    dataset, report = agency.read()
    assert codes(report) == ["file.encoding"]
    assert "Café – Pelayanan" in dataset.table("jobs").column("title").to_pylist()


def test_a_late_sign_of_windows_1252_is_seen_too(agency):
    rows = "".join(f"K{i},Jabatan {i}\n" for i in range(30_000))
    text = "job_code,title\nJ1,A\nJ2,B\n" + rows + "K,Réservé\n"
    agency.write("jobs.csv", text.encode("cp1252"))
    dataset, _ = agency.read()
    assert "Réservé" in dataset.table("jobs").column("title").to_pylist()


def test_excels_first_line_names_the_delimiter(agency, codes):
    agency.write("jobs.csv", "sep=;\njob_code;title\nJ1;A, b\nJ2;B\n")
    dataset, report = agency.read()
    assert codes(report) == []
    assert dataset.table("jobs").column("title").to_pylist() == ["A, b", "B"]


def test_titles_above_and_numbers_below_the_headers_are_no_rows(agency, codes):
    agency.write(
        "jobs.csv",
        "DAFTAR JABATAN;;\n;;\nNo;Kode Jabatan;Nama Jabatan\n(1);(2);(3)\n1;J1;A\n2;J2;B\n3;;x\n",
    )
    dataset, report = agency.read()
    assert codes(report) == ["cell.required"]
    assert dataset.table("jobs").column("title").to_pylist() == ["A", "B"]
    assert [p.row for p in report.problems()] == [7]


def test_nul_bytes_are_dropped_and_said(agency, codes):
    agency.write("jobs.csv", b"job_code,title\nJ1,A\x00nalis\nJ2,B\n" + b"J3,C\n" * 100)
    dataset, report = agency.read()
    assert codes(report) == ["text.control"]
    assert dataset.table("jobs").column("title").to_pylist() == ["Analis", "B", "C"]


def test_line_breaks_in_quotes_stay_in_their_cell(agency, codes):
    agency.write("jobs.csv", 'job_code,title\nJ1,"Analis\r\nLalu, Lintas"\nJ2,"B ""x"""\n')
    dataset, report = agency.read()
    assert codes(report) == []
    assert dataset.table("jobs").column("title").to_pylist() == ["Analis\nLalu, Lintas", 'B "x"']


def test_an_inch_sign_is_not_an_open_quote(agency, codes):
    agency.write("jobs.csv", 'job_code,title\nJ1,Layar 5" besar\nJ2,B\n')
    dataset, report = agency.read()
    assert codes(report) == []
    assert dataset.table("jobs").column("title")[0].as_py() == 'Layar 5" besar'


def test_blank_cells_beyond_the_headers_do_no_harm(agency, codes):
    agency.write("jobs.csv", "job_code,title\nJ1,A,,\nJ2,B\n")
    _, report = agency.read()
    assert codes(report) == []


def test_decimal_commas_and_thousands_are_settled_by_the_whole_file(agency, codes):
    agency.write("trainings.csv", TRAININGS + "P1;A;7,5;1.250.000;\nP2;B;8;500.000;\n")
    dataset, report = agency.read()
    assert dataset.table("trainings").column("cost").to_pylist() == [1250000.0, 500000.0]
    assert dataset.table("trainings").column("hours").to_pylist() == [7.5, 8.0]
    assert codes(report) == []


def test_money_of_three_digits_is_thousands_and_is_doubted(agency, codes):
    agency.write("trainings.csv", "training_code,title,cost\nP1,A,500.000\nP2,B,7\n")
    dataset, report = agency.read()
    assert dataset.table("trainings").column("cost").to_pylist() == [500000.0, 7.0]
    assert codes(report) == ["number.doubtful"]
    assert report.exit_code == 0


def test_other_columns_do_not_settle_money(agency, codes):
    agency.write("trainings.csv", "training_code,title,hours,cost\nP1,A,3.5,500.000\nP2,B,7,0\n")
    dataset, report = agency.read()
    assert dataset.table("trainings").column("cost").to_pylist() == [500000.0, 0.0]
    assert codes(report) == ["number.doubtful"]


def test_a_row_that_cannot_be_cut_into_cells_is_not_judged_further(agency):
    agency.write("trainings.csv", "training_code,title,hours\nP1,A,3\nP2,B,3\nP3\nP4,,x,,y\n")
    _, report = agency.read()
    assert [(f.code, f.count) for f in report.findings] == [("row.cells", 2)]


def test_mixed_dates_in_one_column_are_read_each_as_written(agency):
    agency.write(
        "competency_scores.csv",
        "employee_id;competency_code;level;assessed_on\n"
        "E0003;T.1;3,5;03-04-2025\nE0003;T.2;3;2025-04-03\n198503172010012003;T.1;2;03/04/2025\n",
    )
    dataset, _ = agency.read()
    days = {
        m.date().isoformat() for m in dataset.table("competency_scores")["assessed_on"].to_pylist()
    }
    assert days == {"2025-04-03"}
    assert 3.5 in dataset.table("competency_scores")["level"].to_pylist()


def test_ten_thousand_bad_rows_are_counted_and_only_some_are_worded(agency):
    rows = "".join(f"Q{i},A,-1\n" for i in range(10_000))
    agency.write("trainings.csv", "training_code,title,hours\nP1,A,3\nP2,B,3\n" + rows)
    _, report = agency.read()
    assert report.refused == 10_000
    (kind,) = report.as_json()["problems"]
    assert kind["count"] == 10_000
    assert len(kind["examples"]) == 20
    assert len(report.text()) < 3_000
