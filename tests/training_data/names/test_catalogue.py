"""Reference lists come as an agency has them: JSON as SIASN writes it, CSV, XLSX or Parquet."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from training_data.errors import UnusableInput
from training_data.names.catalogue import Catalogue, load_catalogue

ROWS = [("01", "Camat"), ("02", "Lurah")]


def write(folder, suffix):
    file = folder / f"jabatan{suffix}"
    if suffix == ".json":
        rows = [{"id": code, "nama": title, "kodeCepat": None} for code, title in ROWS]
        file.write_text(json.dumps(rows), encoding="utf-8")
    elif suffix == ".parquet":
        codes, titles = zip(*ROWS, strict=True)
        pq.write_table(pa.table({"job_code": codes, "title": titles}), file)
    elif suffix == ".xlsx":
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate([("Kode", "Nama Jabatan"), *ROWS]):
                sheet.write_row(at, 0, row)
    else:
        lines = ["kode;nama", *(f"{code};{title}" for code, title in ROWS)]
        file.write_text("\n".join(lines), encoding="utf-8-sig")
    return file


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx", ".parquet"])
def test_a_list_is_read_whatever_its_form(tmp_path, suffix):
    file = write(tmp_path, suffix)
    found = [(e.code, e.title) for e in load_catalogue("job", [file]).entries]
    assert found == ROWS
    assert load_catalogue("job", [tmp_path]) == load_catalogue("job", [file])


def test_rows_that_say_nothing_are_left_out_and_repeats_are_one():
    rows = [
        ("1", "#DELETE#"),
        ("2", "12345"),
        ("", "Camat"),
        ("3", ""),
        ("4", "Camat"),
        ("4", "Camat"),
    ]
    found = Catalogue.of("job", [{"code": code, "title": title} for code, title in rows])
    assert [(e.code, e.title) for e in found.entries] == [("4", "Camat")]


def test_the_level_of_a_field_of_study_may_stand_in_its_own_column():
    rows = [{"code": "1", "title": "MANAJEMEN", "level": "50"}]
    (entry,) = Catalogue.of("education", rows).entries
    assert entry.reading.levels == {"s3"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", '{"id": 1}'),
        ("list.json", "{"),
        ("list.csv", "a,b\n1,2\n"),
        ("list.csv", "kode,nama\n"),
        ("list.xlsx", "no workbook"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UnusableInput, match=name):
        load_catalogue("job", [tmp_path / name])


def test_a_folder_without_a_list_of_the_kind_and_a_missing_file_are_refused(tmp_path):
    write(tmp_path, ".csv")
    with pytest.raises(UnusableInput):
        load_catalogue("unit", [tmp_path])
    with pytest.raises(UnusableInput, match="nowhere"):
        load_catalogue("job", [tmp_path / "nowhere.csv"])
