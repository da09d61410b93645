"""Names of a dataset become codes where they are sure; what was written stays beside them."""

import pytest

from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.names.decisions import read_decisions
from training_data.names.mapping import FIELD_AS_WRITTEN, map_names

JOBS = {
    "job_code": ["J1", "J2", "J3"],
    "title": ["Kepala Subbagian Tata Usaha", "Perawat Ahli Muda", "Perawat Ahli Madya"],
    "tier": ["pengawas", "jf_ahli_muda", "jf_ahli_madya"],
    "education_fields": ["Teknik Sipil|Arsitektur", "Keperawatan", None],
}
TRAININGS = {
    "training_code": ["T1", "T2"],
    "title": ["Pelatihan Kepemimpinan Pengawas", "Pelatihan Kearsipan"],
}


def agency(**tables):
    people = {"employee_id": ["P1", "P2"]}
    return Dataset.of({"jobs": JOBS, "trainings": TRAININGS, "employees": people, **tables})


def rows(dataset, table, *columns):
    return [tuple(row[c] for c in columns) for row in dataset.table(table).to_pylist()]


def test_histories_get_the_code_and_keep_the_title(limits):
    taken = {"employee_id": ["P1", "P2"], "title": ["Diklat PIM IV Angk. 3", "Kursus Menjahit"]}
    held = {"employee_id": ["P1"], "title": ["Kasubbag TU"]}
    found, report = map_names(agency(training_history=taken, job_history=held), limits)
    assert rows(found, "training_history", "employee_id", "training_code", "title") == [
        ("P1", "T1", "Diklat PIM IV Angk. 3"),
        ("P2", None, "Kursus Menjahit"),
    ]
    assert rows(found, "job_history", "job_code", "title") == [("J1", "Kasubbag TU")]
    assert (dict(report.mapped), report.rows) == ({"job": 1, "training": 1}, 2)


def test_what_is_not_sure_stays_open_and_waits_with_its_candidates(limits):
    held = {"employee_id": ["P1", "P2", "P2"], "title": ["Perawat", "PERAWAT", "perawat."]}
    found, report = map_names(agency(job_history=held), limits)
    assert rows(found, "job_history", "job_code") == [(None,)] * 3
    (waiting,) = report.waiting
    assert (waiting.kind, waiting.key, waiting.name, waiting.rows) == (
        "job",
        "perawat",
        "PERAWAT",
        3,
    )
    assert {candidate.code for candidate in waiting.candidates} == {"J2", "J3"}
    assert "1 nama menunggu" in report.sentence().id


def test_a_decision_is_used_for_every_spelling_alike(limits):
    held = {"employee_id": ["P1", "P2"], "title": ["Perawat", "PERAWAT."]}
    data = agency(job_history=held)
    found, report = map_names(data, limits, decisions={"job": {"perawat": "J3"}})
    assert rows(found, "job_history", "job_code") == [("J3",), ("J3",)]
    assert report.waiting == ()
    none, report = map_names(data, limits, decisions={"job": {"perawat": None}})
    assert rows(none, "job_history", "job_code") == [(None,), (None,)]
    assert report.waiting == ()


def test_a_row_that_says_another_tier_stays_open(limits):
    held = {
        "employee_id": ["P1", "P2"],
        "title": ["Perawat Muda", "Perawat Muda"],
        "tier": ["jf_ahli_muda", "jf_ahli_madya"],
    }
    found, report = map_names(agency(job_history=held), limits)
    assert rows(found, "job_history", "employee_id", "job_code") == [("P1", "J2"), ("P2", None)]
    assert [(one.name, one.rows) for one in report.waiting] == [("Perawat Muda", 1)]


def test_a_title_that_many_units_have_is_that_of_the_rows_own_unit(limits):
    jobs = {
        "job_code": ["A1", "B1"],
        "title": ["Kepala Subbagian Tata Usaha"] * 2,
        "unit_code": ["A", "B"],
    }
    people = {
        "employee_id": ["P1", "P2", "P3"],
        "unit_code": ["B", "A", None],
        "job_title": ["Kasubbag TU", "Kepala Subbagian Tata Usaha", "Kasubbag TU"],
    }
    units = {"unit_code": ["A", "B"], "name": ["Seksi Satu", "Seksi Dua"]}
    data = Dataset.of({"jobs": jobs, "units": units, "employees": people})
    found, report = map_names(data, limits)
    assert rows(found, "employees", "job_code") == [("B1",), ("A1",), (None,)]
    assert [(one.name, one.rows) for one in report.waiting] == [("Kasubbag TU", 1)]


def test_a_row_that_is_there_with_its_code_is_not_doubled(limits):
    taken = {
        "employee_id": ["P1", "P1"],
        "training_code": ["T2", None],
        "title": ["Diklat Kearsipan", "Diklat Kearsipan"],
    }
    found, _ = map_names(agency(training_history=taken), limits)
    assert sorted(rows(found, "training_history", "training_code"), key=str) == [("T2",), (None,)]


def test_people_whose_post_or_unit_came_as_a_name_get_the_code(limits):
    people = {
        "employee_id": ["P1", "P2", "P3"],
        "job_code": [None, None, "J3"],
        "job_title": ["Perawat Ahli Muda", "Nakhoda", "Kasubbag TU"],
        "unorNama": ["Sudinhub Jaktim", None, None],
    }
    units = {"unit_code": ["U1"], "name": ["Suku Dinas Perhubungan Jakarta Timur"]}
    found, report = map_names(agency(employees=people, units=units), limits)
    assert rows(found, "employees", "job_code", "unit_code") == [
        ("J2", "U1"),
        (None, None),
        ("J3", None),
    ]
    assert rows(found, "employees", "job_title")[0] == ("Perawat Ahli Muda",)
    assert dict(report.mapped) == {"job": 1, "unit": 1}


def test_a_field_of_study_is_spelt_as_posts_ask_for_it_and_kept_as_written(limits):
    people = {"employee_id": ["P1", "P2"], "education_field": ["S1 Tek. Sipil", "Keperawatan"]}
    found, _ = map_names(agency(employees=people), limits)
    assert rows(found, "employees", "education_field", FIELD_AS_WRITTEN) == [
        ("Teknik Sipil", "S1 Tek. Sipil"),
        ("Keperawatan", None),
    ]


def test_lists_known_before_are_lists_too_and_newer_rows_go_before_them(limits):
    taken = Dataset.of({"training_history": {"employee_id": ["P1"], "title": ["Diklat Kearsipan"]}})
    assert map_names(taken, limits)[1].rows == 0
    assert map_names(taken, limits, against=agency())[1].rows == 1
    renamed = {"training_code": ["T2"], "title": ["Pelatihan Menjahit"]}
    newer = Dataset.of({**taken.tables, "trainings": renamed})
    assert map_names(newer, limits, against=agency())[1].rows == 0


def test_mapping_twice_is_mapping_once(limits):
    taken = {"employee_id": ["P1"], "title": ["Diklat PIM IV"]}
    people = {"employee_id": ["P1"], "education_field": ["S1 Tek. Sipil"]}
    once, _ = map_names(agency(training_history=taken, employees=people), limits)
    twice, report = map_names(once, limits)
    assert twice.content_hash == once.content_hash
    assert report.rows == 0
    assert report.sentence() is None


def test_decisions_come_from_a_file_where_there_is_no_database(tmp_path):
    file = tmp_path / "decisions.csv"
    file.write_text("kind,name,code\njob,Perawat,J2\njob,PERAWAT,J3\nunit,Menteng,none\n")
    assert read_decisions(file) == {"job": {"perawat": "J3"}, "unit": {"menteng": None}}
    for bad in ("kind,name\njob,Perawat\n", "kind,name,code\nship,Kapal,1\n"):
        file.write_text(bad)
        with pytest.raises(UnusableInput, match=r"decisions\.csv"):
            read_decisions(file)
