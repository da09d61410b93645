"""Refused rows wait to be corrected: kept as read, shown with their faults, sent back in."""

from __future__ import annotations

import stat

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pytest
import xlsxwriter

from training_data.errors import UnusableInput
from training_data.importers import read_file, read_folder
from training_data.report import Severity
from training_data.returned import (
    GROUP,
    ROW,
    as_table,
    fault_words,
    file_name,
    read_parts,
    read_rows,
    shown,
    write_corrected,
    write_returned,
)

NIP = "199203152017032007"  # invented
TRAININGS = (
    "training_code,title,hours,cost\nL-1,Baik,8,1000\n,Tanpa kode,4,2000\nL-3,Keliru,banyak,3000\n"
    "L-4,=1+1,-2,4000\n"
)


@pytest.fixture
def returned(tmp_path):
    def keep(text, name="trainings.csv", against=None):
        file = tmp_path / "in" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        report = read_file(file, against=against)[1]
        write_returned(report, tmp_path / "kept")
        return tmp_path / "kept", read_parts(tmp_path / "kept")

    return keep


def test_each_refused_row_knows_its_number_its_cells_and_the_fault_beside_the_cell(returned):
    folder, (part,) = returned(TRAININGS)
    assert (part.table, part.rows, part.file) == ("trainings", 3, "trainings.csv")
    rows = read_rows(folder, part, range(3))
    assert [row.number for row in rows] == [3, 4, 5]
    assert rows[1].cells == ("L-3", "Keliru", "banyak", "3000")
    (which,) = rows[1].faults
    assert part.header[part.faults[which].columns[0]] == "hours"
    assert "harus berupa angka" in fault_words(part, rows[1], which).id
    assert "Tulis angkanya saja" in part.faults[which].remedy.id


def test_files_are_for_the_owner_only(returned):
    folder, _ = returned(TRAININGS)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_nothing_is_kept_where_nothing_was_refused(returned, tmp_path):
    folder, parts = returned("training_code,title\nL-1,Baik\n")
    assert parts == ()
    assert not folder.exists()


def test_corrected_rows_go_in_and_the_others_come_back_with_their_first_number(returned, tmp_path):
    folder, (part,) = returned(TRAININGS)
    sent = tmp_path / file_name(part, ())
    write_corrected(folder, part, [0, 1], {0: {0: "L-2"}, 1: {2: "viele"}}, sent)
    assert stat.S_IMODE(sent.stat().st_mode) == 0o600
    dataset, report = read_file(sent)
    assert dataset.table("trainings")["training_code"].to_pylist() == ["L-2"]
    assert report.counts["trainings"].read == 2
    again = tmp_path / "again"
    (back,) = write_returned(report, again)
    (row,) = read_rows(again, back, [0])
    assert (row.number, row.cells[2]) == (4, "viele")
    assert ROW not in back.header


def test_a_nip_that_lost_its_digits_stays_refused_unless_it_is_typed(tmp_path):
    file = tmp_path / "employees.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for place, name in enumerate(("nip", "name")):
            sheet.write_string(0, place, name)
        sheet.write_number(1, 0, float(NIP))
        sheet.write_string(1, 1, "Ani Rekaan")
        sheet.write_string(2, 0, "199001012015031002")
        sheet.write_string(2, 1, "Budi Rekaan")
    report = read_file(file)[1]
    folder = tmp_path / "kept"
    (part,) = write_returned(report, folder)
    (row,) = read_rows(folder, part, [0])
    assert {part.faults[one].code for one in row.faults} == {"nip.number"}
    write_corrected(folder, part, [0], {}, tmp_path / "a.csv")
    (tmp_path / "a.csv").rename(tmp_path / "employees.csv")
    with pytest.raises(UnusableInput) as caught:
        read_file(tmp_path / "employees.csv")
    assert caught.value.report.counts["employees"].refused == 1
    (tmp_path / "employees.csv").unlink()
    write_corrected(folder, part, [0], {0: {0: NIP}}, tmp_path / "employees.csv")
    dataset, _ = read_file(tmp_path / "employees.csv")
    assert dataset.table("employees")["nip"].to_pylist() == [NIP]


def test_a_typed_fraction_means_the_same_when_it_comes_back(tmp_path):
    file = tmp_path / "trainings.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for place, name in enumerate(("training_code", "title", "hours")):
            sheet.write_string(0, place, name)
        sheet.write_string(1, 1, "Tanpa kode")
        sheet.write_number(1, 2, 1.125)
        sheet.write_string(2, 0, "L-1")
        sheet.write_string(2, 1, "Baik")
    folder = tmp_path / "kept"
    (part,) = write_returned(read_file(file)[1], folder)
    (row,) = read_rows(folder, part, [0])
    assert shown(row.cells[2]) == "1.125"
    write_corrected(folder, part, [0], {0: {0: "L-9"}}, tmp_path / "trainings.csv")
    assert read_file(tmp_path / "trainings.csv")[0].table("trainings")["hours"].to_pylist() == [
        1.125
    ]


def test_decimal_commas_of_the_file_hold_for_its_rows_alone(returned, tmp_path):
    text = "training_code;title;hours\nL-1;Baik;2,5\n;Tanpa kode;1.250\n"
    folder, (part,) = returned(text)
    assert part.comma
    sent = tmp_path / "trainings.csv"
    write_corrected(folder, part, [0], {0: {0: "L-2"}}, sent)
    assert read_file(sent)[0].table("trainings")["hours"].to_pylist() == [1250.0]


def test_a_row_of_another_width_and_one_with_an_open_quote_are_made_whole(returned, tmp_path):
    text = 'training_code,title,hours\nL-1,Baik,8\nL-2,Satu, dua,8\nL-3,"Buka,8\n'
    folder, (part,) = returned(text)
    rows = read_rows(folder, part, range(part.rows))
    assert rows[0].surplus == "8"
    assert all(not part.faults[one].columns for row in rows for one in row.faults)
    sent = tmp_path / "trainings.csv"
    edits = {0: {1: "Satu, dua", 2: "8"}, 1: {0: "L-3", 1: "Buka", 2: "8"}}
    write_corrected(folder, part, [0, 1], edits, sent)
    dataset, report = read_file(sent)
    assert report.exit_code == 0
    assert dataset.table("trainings")["title"].to_pylist() == ["Satu, dua", "Buka"]


def test_a_repeated_key_names_the_row_that_stays(returned):
    folder, (part,) = returned("training_code,title\nL-1,Satu\nL-1,Dua\nL-2,Tiga\n")
    (row,) = read_rows(folder, part, [0])
    said = fault_words(part, row, row.faults[0]).id
    assert f"Baris yang dipakai: {5 - row.number}" in said


def test_an_unknown_value_comes_with_the_nearest_known_ones(returned):
    text = "training_code,title,min_grade\nL-1,Satu,III/z\nL-2,Dua,III/a\n"
    folder, (part,) = returned(text)
    (row,) = read_rows(folder, part, [0])
    assert "Nilai terdekat yang dikenal: III" in fault_words(part, row, row.faults[0]).id


def test_many_rows_are_read_by_page_and_written_for_a_spreadsheet(returned):
    lines = "".join(f",Judul {n},{n}\n" for n in range(3 * GROUP))
    folder, (part,) = returned(f"training_code,title,hours\nL-1,Baik,1\n{lines}")
    assert part.rows == 3 * GROUP
    page = read_rows(folder, part, range(GROUP - 2, GROUP + 2))
    assert [row.number for row in page] == [GROUP + 1, GROUP + 2, GROUP + 3, GROUP + 4]
    assert page[2].cells == (None, f"Judul {GROUP}", str(GROUP))
    table = as_table(folder, part, np.arange(part.rows), guard=True)
    assert table.column_names == [ROW, "training_code", "title", "hours", "_masalah", "_problem"]
    assert table.num_rows == part.rows
    assert "wajib diisi" in table["_masalah"][0].as_py()


def test_formulas_are_guarded_for_csv_alone(returned):
    folder, (part,) = returned(TRAININGS)
    places = np.array([2])
    assert as_table(folder, part, places, guard=True)["title"].to_pylist() == ["'=1+1"]
    assert as_table(folder, part, places, guard=False)["title"].to_pylist() == ["=1+1"]


def test_the_file_for_a_spreadsheet_comes_in_again_as_it_is_named(returned, tmp_path):
    folder, (part,) = returned(TRAININGS)
    table = as_table(folder, part, np.arange(part.rows), guard=True)
    title = table.column_names.index("training_code")
    fixed = table.set_column(title, "training_code", pa.array(["L-2", "L-3", "L-4"]))
    target = tmp_path / "trainings.csv"
    pacsv.write_csv(fixed, target)
    dataset, report = read_file(target)
    assert dataset.table("trainings").column_names[:2] == ["training_code", "title"]
    assert "_masalah" not in dataset.table("trainings").column_names
    assert report.counts["trainings"].accepted == 1
    again = tmp_path / "again"
    (back,) = write_returned(report, again)
    assert [row.number for row in read_rows(again, back, [0, 1])] == [4, 5]


def test_rows_of_two_files_of_one_table_get_names_of_their_own(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("employees.csv", "pegawai.csv"):
        (tmp_path / "in" / name).write_text("employee_id,name\n,X\n" + f"{name},Baik\n")
    report = read_folder(tmp_path / "in")[1]
    parts = write_returned(report, tmp_path / "kept")
    first = file_name(parts[0], ())
    assert file_name(parts[0], {first}) == "employees-2.csv"
    assert all(one.severity is Severity.REFUSE for one in report.findings)
