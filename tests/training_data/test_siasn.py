"""Training history goes out in SIASN's shape and is known again when it comes in."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.importers import read_file, read_folder
from training_data.siasn import Wanted, load_shapes, shape_history, without_known

ANI, BUDI = "199203152017032007", "198808172012011004"  # invented
SHAPES = load_shapes()


def agency(**history) -> Dataset:
    rows = {
        "employee_id": ["P-1", "P-1", BUDI, "P-3", "P-1"],
        "training_code": ["K-1", "K-2", None, "K-1", "K-1"],
        "title": [None, None, "Bimtek Arsip", None, None],
        "completed_on": [
            datetime(2025, 2, 3, 10), datetime(2024, 5, 1), datetime(2025, 3, 4),
            datetime(2025, 2, 3), None,
        ],
        "status": [None, "completed", None, None, "registered"],
        "hours": [None, 900.0, 8.5, 4.0, None],
        "certificate_no": ["001/A", None, "=1+1", None, None],
        "verified": [True, False, None, True, None],
        "tahunKursus": [None, None, "2025", None, None],
    }  # fmt: skip
    return Dataset.of(
        {
            "employees": {
                "employee_id": ["P-1", BUDI, "P-3"],
                "nip": [ANI, None, None],
                "name": ["Ani Rekaan", "Budi Rekaan", "Cici Rekaan"],
                "unit_code": ["U-1", "U-2", "U-1"],
            },
            "trainings": {
                "training_code": ["K-1", "K-2"],
                "title": ["Analisis Data", "Pelatihan Kepemimpinan Pengawas"],
                "form": ["3", "1"],
                "structural": [None, "PKP"],
                "hours": [24.0, 900.0],
                "provider": ["BPSDM", "LAN"],
            },
            "training_history": {**rows, **history},
        }
    )


def test_rows_leave_in_the_order_and_under_the_names_of_siasn():
    table = shape_history(agency(), Wanted("rw_kursus"), SHAPES)
    assert table.column_names == [
        "nipBaru", "jenisKursusId", "jenisKursusNama", "jenisDiklatId", "namaKursus",
        "noSertipikat", "tahunKursus", "tanggalKursus", "tanggalSelesaiKursus", "jumlahJam",
        "institusiPenyelenggara",
    ]  # fmt: skip
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (BUDI, "", "", "", "Bimtek Arsip", "=1+1", "2025", "", "04-03-2025", "8.5", ""),
        (ANI, "", "", "3", "Analisis Data", "001/A", "2025", "", "03-02-2025", "24", "BPSDM"),
    ]
    (diklat,) = shape_history(agency(), Wanted("rw_diklat"), SHAPES).to_pylist()
    assert tuple(diklat.values()) == (
        ANI, "2", "Pelatihan Kepemimpinan Pengawas", "", "", "01-05-2024", "2024", "900", "LAN",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "nips"),
    [
        ({"units": frozenset({"U-1"})}, [ANI]),
        ({"units": frozenset()}, []),
        ({"year": 2025}, [BUDI, ANI]),
        ({"year": 2024}, []),
        ({"verified": True}, [ANI]),
        ({"verified": False}, [BUDI]),
    ],
)
def test_rows_are_chosen_by_unit_year_and_verification(wanted, nips):
    table = shape_history(agency(), Wanted("rw_kursus", **wanted), SHAPES)
    assert table["nipBaru"].to_pylist() == nips


def incoming(tmp_path, text, name="rw_kursus.csv", known=None):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return read_file(file, against=known)


def test_what_went_out_is_known_again_and_left_out(tmp_path):
    known = agency()
    for shape in ("rw_kursus", "rw_diklat"):
        table = shape_history(known, Wanted(shape), SHAPES)
        lines = [table.column_names, *(list(row.values()) for row in table.to_pylist())]
        text = "\n".join(",".join(line) for line in lines) + "\n"
        dataset, report = incoming(tmp_path, text, f"{shape}.csv", known)
        assert report.exit_code == 0
        rest, left = without_known(dataset, known, SHAPES)
        assert left == table.num_rows
        assert not rest.has("training_history")


def test_a_row_that_says_something_new_takes_the_key_of_the_known_one_and_loses_nothing(tmp_path):
    known = agency(score=[80.0, None, None, None, None])
    text = (
        "nipBaru,namaKursus,tanggalSelesaiKursus,jumlahJam,noSertipikat\n"
        f"{ANI},ANALISIS  DATA,03-02-2025,32,002/B\n"
        f"{ANI},Analisis Data,04-02-2025,32,\n"
    )
    dataset, _ = incoming(tmp_path, text, known=known)
    rest, left = without_known(dataset, known, SHAPES)
    assert left == 0
    rows = rest.table("training_history").to_pylist()
    same = next(row for row in rows if row["training_code"] == "K-1")
    assert (same["employee_id"], same["title"], same["completed_on"]) == (
        "P-1", None, datetime(2025, 2, 3, 10),
    )  # fmt: skip
    assert (same["hours"], same["certificate_no"]) == (32.0, "002/B")
    other = next(row for row in rows if row["training_code"] is None)
    assert other["title"] == "Analisis Data"


def test_an_unfinished_row_is_not_taken_for_a_finished_one(tmp_path):
    known = agency(status=["withdrawn", "completed", None, None, None])
    text = f"nipBaru,namaKursus,tanggalSelesaiKursus\n{ANI},Analisis Data,03-02-2025\n"
    dataset, _ = incoming(tmp_path, text, known=known)
    (row,) = dataset.table("training_history").to_pylist()
    assert row["status"] is None
    rest, left = without_known(dataset, known, SHAPES)
    assert left == 0
    (row,) = rest.table("training_history").to_pylist()
    assert (row["training_code"], row["status"]) == ("K-1", "completed")


def test_rows_of_rw_diklat_are_structural_and_people_are_known_by_their_nip(tmp_path):
    text = (
        "nipBaru;latihanStrukturalId;latihanStrukturalNama;nomor;tanggal;tanggalSelesai;tahun;"
        "jumlahJam;institusiPenyelenggara\n"
        f"{ANI};3;DIKLAT PIM TK. III;9;01-02-2020;01-05-2020;2020;900;LAN\n"
        "198503172010012003;3;DIKLAT PIM TK. III;9;01-02-2020;01-05-2020;2020;900;LAN\n"
    )
    dataset, report = incoming(tmp_path, text, "rw_diklat.csv", agency())
    (row,) = dataset.table("training_history").to_pylist()
    assert (row["employee_id"], row["form"], row["started_on"]) == (
        "P-1", "1", datetime(2020, 2, 1),
    )  # fmt: skip
    refused = [f.code for f in report.findings if f.severity.value == "refuse"]
    assert refused == ["reference.unknown"]


def test_a_nip_of_the_same_folder_leads_to_its_owner_and_one_of_two_to_nobody(tmp_path):
    twin = "199001012015031002"
    people = f"employee_id,nip\nP-1,{ANI}\nP-2,{twin}\nP-3,{twin}\n"
    (tmp_path / "employees.csv").write_text(people)
    (tmp_path / "rw_kursus.csv").write_text(f"nipBaru,namaKursus\n{ANI},A\n{twin},B\n")
    dataset, _ = read_folder(tmp_path)
    assert dataset.table("training_history")["employee_id"].to_pylist() == ["P-1"]


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"code": 1, "data": rows}])
def test_the_json_of_the_service_goes_in(tmp_path, wrap):
    row = {"nipBaru": BUDI, "namaKursus": "Bimtek", "tanggalSelesaiKursus": "04-03-2025",
           "jumlahJam": 8, "path": {"873": {"dok_uri": "x"}}, "noSertipikat": None}  # fmt: skip
    dataset, report = incoming(tmp_path, json.dumps(wrap([row])), "rw_kursus.json", agency())
    (held,) = dataset.table("training_history").to_pylist()
    assert (held["employee_id"], held["hours"]) == (BUDI, 8.0)
    assert [f.code for f in report.findings] == ["header.nested"]


@pytest.mark.parametrize(
    "text", ["{", "1", '{"data": 3}', "[1]", "[]", "[" * 100_000, '[{"a": {}}]', "\x00"]
)
def test_what_is_no_list_of_rows_is_refused(tmp_path, text):
    with pytest.raises(UnusableInput) as caught:
        incoming(tmp_path, text, "rw_kursus.json")
    codes = {f.code for f in caught.value.report.findings}
    assert codes <= {"file.not_json", "file.empty"}


def test_a_nip_that_json_wrote_as_a_fraction_is_refused(tmp_path):
    text = '[{"nipBaru": 1.99203152017032e17, "namaKursus": "A"}]'
    with pytest.raises(UnusableInput) as caught:
        incoming(tmp_path, text, "rw_kursus.json", agency())
    assert "nip.number" in {f.code for f in caught.value.report.findings}


def test_an_agency_changes_names_and_order_in_a_file_of_its_own(tmp_path):
    file = tmp_path / "own.json"
    own = {
        "date": "%Y-%m-%d", "structural_form": "1", "structural": {"": "8"},
        "shapes": {
            shape: [{"name": "NIP", "from": "nip", "mark": "V"},
                    {"name": "selesai", "from": "completed_on", "mark": "V"}]
            for shape in ("rw_kursus", "rw_diklat")
        },
    }  # fmt: skip
    file.write_text(json.dumps(own))
    shapes = load_shapes(file)
    table = shape_history(agency(), Wanted("rw_kursus"), shapes)
    assert table.to_pylist()[0] == {"NIP": BUDI, "selesai": "2025-03-04"}
    assert shapes.unverified == {"rw_kursus": (), "rw_diklat": ()}
    assert "nipBaru" in SHAPES.unverified["rw_kursus"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"date": 1}', '{"shapes": {"rw_kursus": [{"name": "x"}]}}']
)
def test_an_unusable_file_of_shapes_is_told(tmp_path, text):
    (tmp_path / "own.json").write_text(text)
    with pytest.raises(UnusableInput, match=r"own\.json"):
        load_shapes(tmp_path / "own.json")
