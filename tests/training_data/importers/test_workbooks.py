"""Workbooks: read like CSV, and refused before they can hurt."""

import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from training_data.errors import UnusableInput
from training_data.importers import read_file
from training_data.importers.dialect import Unreadable
from training_data.importers.xlsx_file import Guard, read_xlsx
from training_data.importers.xlsx_scan import Limits, scan

HEADER = ["employee_id", "name", "birth_date", "grade", "location"]


def workbook(path, rows, header=HEADER, sheets=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([header] if header else []) + rows:
        sheet.append(row)
    for name in sheets:
        book.create_sheet(name).append(["x"])
    book.save(path)
    return path


def rewritten(path, out, change):
    """Copy a workbook, with ``change(name, bytes)`` applied to each part."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            for new_name, data in change(name, source.read(name)):
                target.writestr(new_name, data)
    return out


@pytest.fixture
def small(tmp_path):
    return workbook(tmp_path / "small.xlsx", [["E1", "Rara", None, "III/d", None]])


def test_typed_cells_are_read_as_what_they_are(tmp_path):
    path = workbook(
        tmp_path / "employees.xlsx",
        [
            ["E1", "Rara", date(1985, 3, 17), "III/d", 12],
            [2, "Bima", datetime(1979, 12, 1), "34", 1.125],
            ["198503172010012003", "=1+1", "17/03/1985", "IX", True],
        ],
    )
    dataset, report = read_file(path)
    frame = dataset.frame("employees").set_index("employee_id")
    assert report.exit_code == 0
    assert list(frame.index) == ["198503172010012003", "2", "E1"]
    assert [d.isoformat() for d in frame["birth_date"]] == [
        "1985-03-17",
        "1979-12-01",
        "1985-03-17",
    ]
    assert list(frame["grade"]) == ["IX", "III/d", "III/d"]
    assert list(frame["location"]) == ["1", "1.125", "12"]


def test_a_nip_typed_as_a_number_is_refused_and_never_rounded(tmp_path, codes):
    path = workbook(
        tmp_path / "employees.xlsx",
        [[198503172010012003, "Rara", None, None, None], ["E1", "Bima", None, None, None]],
    )
    dataset, report = read_file(path)
    assert codes(report) == ["nip.number"]
    assert dataset.table("employees").column("employee_id").to_pylist() == ["E1"]
    (problem,) = report.problems()
    assert problem.row == 2
    assert "1985" not in problem.text.id
    assert "Teks" in problem.remedy.id


def test_merged_titles_above_the_headers_and_other_sheets_are_told_apart(tmp_path, codes):
    path = tmp_path / "employees.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Catatan"
    book.active.append(["bukan", "tabel"])
    sheet = book.create_sheet("Data")
    sheet.append(["DAFTAR PEGAWAI"])
    sheet.merge_cells("A1:C1")
    sheet.append([])
    sheet.append(["Nama Pegawai", "ID Pegawai", "Tanggal Lahir"])
    sheet.append(["Rara", "E1", "31-02-1990"])
    sheet.append(["Bima", "E2", "01-02-1990"])
    book.save(path)
    dataset, report = read_file(path)
    assert codes(report) == ["date.unreadable", "xlsx.sheet_ignored"]
    assert dataset.table("employees").column("name").to_pylist() == ["Bima"]
    assert [p.row for p in report.problems() if p.code == "date.unreadable"] == [4]


def test_a_workbook_without_cells_is_empty(tmp_path, codes):
    path = workbook(tmp_path / "employees.xlsx", [], header=None)
    with pytest.raises(UnusableInput) as caught:
        read_file(path)
    assert codes(caught.value.report) == ["file.empty"]


def far_cell(name, data):
    if name == "xl/worksheets/sheet1.xml":
        cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        data = data.replace(b"</sheetData>", cell)
    return [(name, data)]


def far_row(name, data):
    if name == "xl/worksheets/sheet1.xml":
        data = data.replace(
            b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
        )
    return [(name, data)]


def bomb(name, data):
    if name == "xl/worksheets/sheet1.xml":
        data = data.replace(b"</sheetData>", b" " * (100 << 20) + b"</sheetData>")
    return [(name, data)]


def entities(name, data):
    if name == "xl/worksheets/sheet1.xml":
        data = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + data.split(b"?>", 1)[-1]
    return [(name, data)]


def hidden_encoding(name, data):
    if name == "xl/worksheets/sheet1.xml":
        data = data.decode().encode("utf-16")
    return [(name, data)]


def climbing(name, data):
    extra = [("../../etc/x.xml", b"<x/>")] if name == "xl/workbook.xml" else []
    return [(name, data), *extra]


def many_sheets(name, data):
    extra = [(f"xl/worksheets/s{i}.xml", b"<x/>") for i in range(10_000)]
    return [(name, data), *(extra if name == "xl/workbook.xml" else [])]


def no_workbook(name, data):
    return [] if name == "xl/workbook.xml" else [(name, data)]


def cut_sheet(name, data):
    return [(name, data[: len(data) // 2] if name == "xl/worksheets/sheet1.xml" else data)]


EVIL = {
    "xlsx.far_cell": [far_cell, far_row],
    "xlsx.bomb": [bomb],
    "xlsx.entities": [entities, hidden_encoding],
    "xlsx.names": [climbing],
    "xlsx.sheets": [many_sheets],
    "file.not_xlsx": [no_workbook],
    "xlsx.damaged": [cut_sheet],
}


@pytest.mark.parametrize(
    ("code", "change"), [(code, change) for code, all_ in EVIL.items() for change in all_]
)
def test_an_evil_workbook_is_refused_within_five_seconds(tmp_path, small, code, change):
    path = rewritten(small, tmp_path / "employees.xlsx", change)
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read_xlsx(path, "employees")
    assert caught.value.code == code
    assert time.monotonic() - began < 5


def test_a_size_that_lies_in_the_directory_is_found_out(tmp_path, small):
    path = rewritten(small, tmp_path / "employees.xlsx", bomb)
    with pytest.raises(Unreadable, match=r"xlsx\.bomb"):
        scan(path, Limits(megabytes=8, ratio=10**9))


def test_a_parser_that_wants_too_much_memory_dies_alone(tmp_path):
    path = workbook(tmp_path / "employees.xlsx", [["E1"] + [None] * 500 + ["x"]])
    rows = [[f"E{i}"] for i in range(2, 5_000)]
    wide = workbook(tmp_path / "wide.xlsx", [["E1"] + [None] * 690 + ["x"], *rows])
    assert len(read_xlsx(path, "employees")[0]) == 1
    with pytest.raises(Unreadable, match=r"xlsx\.damaged"):
        read_xlsx(wide, "employees", guard=Guard(megabytes=120))


def test_a_parser_that_takes_too_long_is_stopped(small):
    with pytest.raises(Unreadable, match=r"xlsx\.damaged"):
        read_xlsx(small, "employees", guard=Guard(seconds=0))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"employee_id,name\n", "file.not_xlsx"),
        (b"\xd0\xcf\x11\xe0 old", "file.old_excel"),
        (b"PK\x03\x04 cut off", "xlsx.damaged"),
    ],
)
def test_a_wrong_extension_is_said(tmp_path, content, code):
    path = tmp_path / "employees.xlsx"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read_xlsx(path, "employees")
    assert caught.value.code == code


def test_a_far_cell_does_not_stop_the_other_files(agency, small, codes):
    agency.remove("trainings.csv")
    rewritten(small, agency.folder / "trainings.xlsx", far_cell)
    dataset, report = agency.read()
    assert "xlsx.far_cell" in codes(report)
    assert dataset.table("employees").num_rows == 3
    (problem,) = [p for p in report.problems() if p.code == "xlsx.far_cell"]
    assert "XFD1048576" in problem.text.id
