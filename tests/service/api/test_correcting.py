"""Refused rows are corrected in the browser: page by page, kept until sent, then an import."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from service.jobbing import tidy
from service.settings import Settings
from service.usecases.correcting import Corrections, returned_folder
from training_data.errors import UnusableInput
from training_data.importers import read_file, read_folder
from training_data.returned import write_returned

HEAD = "training_code,title,hours\nL-0,Baik,8\n"


@pytest.fixture
def refused(service, tmp_path):
    """An import that is done, with refused rows; its number is 1."""
    service.jobs.home = tmp_path / "home"

    def make(lines, dry=False):
        file = tmp_path / "trainings.csv"
        file.write_text(HEAD + lines, encoding="utf-8")
        report = read_file(file)[1]
        service.jobs.uploads["u0"] = {}
        job = service.jobs.queue("import", {"upload": "u0", "dry_run": dry}, None)
        service.jobs.held[-1] = replace(job, state="done", result={"report": report.as_json()})
        write_returned(report, returned_folder(Settings(home=service.jobs.home), job.number))
        if not dry:
            service.jobs.uploads.pop("u0")

    return make


@pytest.fixture
def files(service, tmp_path):
    """An import of trainings and of sessions, each with a refused row; its number is 1."""
    service.jobs.home = tmp_path / "home"
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "trainings.csv").write_text(HEAD + "L-1,Satu,banyak\n", encoding="utf-8")
    (folder / "sessions.csv").write_text(
        "session_code,training_code,starts_on,ends_on\n"
        "S-0,L-0,2026-05-04,2026-05-05\nS-1,L-1,2026-13-04,2026-06-05\n",
        encoding="utf-8",
    )
    report = read_folder(folder)[1]
    job = service.jobs.queue("import", {"upload": "u0", "dry_run": False}, None)
    service.jobs.held[-1] = replace(job, state="done", result={"report": report.as_json()})
    write_returned(report, returned_folder(Settings(home=service.jobs.home), job.number))
    held = Corrections(Settings(home=service.jobs.home), job.number)
    return {part.table: part.place for part in held.parts}


@pytest.fixture
def see(service):
    def ask(path="/impor/1/perbaikan", viewer="agency", **form):
        service.client.cookies.clear()
        method = "POST" if form else "GET"
        data = {name: value for name, value in form.items() if name != "post"}
        return service.client.request(method, path, headers=service.as_(viewer), data=data or None)

    return ask


def uploads(service):
    folder = service.jobs.home / "uploads"
    return sorted(p for one in folder.iterdir() for p in one.iterdir()) if folder.exists() else []


def test_each_cell_stands_with_its_fault_and_the_remedy(refused, see):
    refused(",Tanpa kode,4\nL-2,<b>Dua</b>,banyak\n")
    page = see().text
    assert "Baris 3" in page
    assert "Baris 1–2 dari 2" in page
    assert "harus berupa angka" in page
    assert "Tulis angkanya saja" in page
    assert 'name="r1c2" value="banyak"' in page
    assert 'aria-describedby="r1c2f"' in page
    assert "&lt;b&gt;Dua&lt;/b&gt;" in page
    assert "Lihat dan perbaiki 2 baris" in see("/impor/1").text


def test_what_is_typed_waits_while_pages_are_turned_and_then_goes_in_alone(service, refused, see):
    refused("".join(f",Judul {n},{n + 1}\n" for n in range(15)))
    turned = see(r0c0="L-1", r0c1="Judul 0", r0c2="1", tindakan="sesudah")
    assert turned.status_code == 303
    assert "L-1" not in turned.headers["location"]
    page = see(turned.headers["location"]).text
    assert "Baris 11–15 dari 15" in page
    assert "1 siap dikirim" in page
    assert 'value="L-1"' in see().text
    sent = see(turned.headers["location"], r12c0="L-13", r12c1="Judul 12", tindakan="kirim")
    assert sent.headers["location"] == "/impor/2"
    asked = service.jobs.held[-1].asked
    assert (asked["dry_run"], asked["corrects"]) == (False, 1)
    (file,) = uploads(service)
    assert file.name == "trainings.csv"
    assert read_file(file)[0].table("trainings")["training_code"].to_pylist() == ["L-1", "L-13"]
    page = see().text
    assert "2 sudah dikirim" in page
    assert "dari 13" in page
    (event,) = service.store.trail
    assert (event.action, event.subject) == ("correction", "job:1")
    assert event.details == {"import": 2, "rows": {"trainings": 2}, "cells": {"trainings": 2}}


def test_rows_still_wrong_come_back_with_what_was_typed(service, refused, see):
    refused(",Tanpa kode,4\n")
    see(r0c0="L-1", r0c1="Tanpa kode", r0c2="empat", tindakan="kirim")
    (file,) = uploads(service)
    with pytest.raises(UnusableInput) as caught:
        read_file(file)
    folder = returned_folder(Settings(home=service.jobs.home), 2)
    write_returned(caught.value.report, folder)
    job = service.jobs.held[-1]
    report = {"tables": {}, "problems": []}
    service.jobs.held[-1] = replace(job, state="done", result={"report": report})
    page = see("/impor/2/perbaikan").text
    assert 'value="empat"' in page
    assert "Baris 3" in page  # of the file it first stood in
    assert "impor nomor 1" in see("/impor/2").text


def test_nothing_corrected_is_told_and_no_job_is_made(service, refused, see):
    refused(",Tanpa kode,4\n")
    answer = see(r0c0="", r0c1="Tanpa  kode", r0c2="4", tindakan="kirim")
    assert answer.status_code == 422
    assert "Belum ada baris yang diperbaiki" in answer.text
    assert len(service.jobs.held) == 1
    assert service.store.trail == []


def test_rows_can_be_sent_as_they_are_one_by_one_or_all(service, refused, see):
    refused("".join(f",Judul {n},1\n" for n in range(12)))
    see(r3c0="", r3lagi="1", tindakan="kirim")
    assert service.store.trail[-1].details["rows"] == {"trainings": 1}
    assert see(r0c0="", tindakan="semua").status_code == 303
    assert service.store.trail[-1].details == {
        "import": 3, "rows": {"trainings": 11}, "cells": {"trainings": 0},
    }  # fmt: skip
    assert "Semua baris berkas ini sudah dikirim" in see().text


def test_the_corrected_rows_of_all_files_are_sent_together_by_one_button(service, files, see):
    session, training = (f"/impor/1/perbaikan?berkas={files[t]}" for t in ("sessions", "trainings"))
    assert "Kirim perbaikan semua berkas" in see(training).text
    assert "yang sudah diperbaiki" not in see("/impor/1").text
    kept = see(training, r0c2="16", tindakan="berikut")
    assert kept.headers["location"] == f"{session}&mulai=0"
    assert "Kirim 1 baris yang sudah diperbaiki" in see("/impor/1").text
    sent = see(session, r0c2="2026-06-04", tindakan="kirim")
    assert sent.headers["location"] == "/impor/2"
    assert {file.name for file in uploads(service)} == {"sessions.csv", "trainings.csv"}
    (together,) = {file.parent for file in uploads(service)}
    good, report = read_folder(together)
    assert not any(counts.refused for counts in report.counts.values())
    assert good.table("sessions")["training_code"].to_pylist() == ["L-1"]
    assert service.store.trail[-1].details["rows"] == {"sessions": 1, "trainings": 1}


def test_one_file_is_sent_alone_and_the_others_wait_with_what_was_typed(service, files, see):
    session, training = (f"/impor/1/perbaikan?berkas={files[t]}" for t in ("sessions", "trainings"))
    see(session, r0c2="2026-06-04", tindakan="simpan")
    see(training, r0c2="16", tindakan="kirim-berkas")
    assert [file.name for file in uploads(service)] == ["trainings.csv"]
    page = see(training).text
    assert "Semua baris berkas ini sudah dikirim" in page
    assert "Kirim 1 baris yang sudah diperbaiki" in page
    assert "Kirim perbaikan berkas ini saja" not in see(session).text
    # As the button beside the list of files, and the one of the import, send it: without a cell.
    assert see("/impor/1/perbaikan", tindakan="kirim").status_code == 303
    assert service.store.trail[-1].details["rows"] == {"sessions": 1}


@pytest.mark.parametrize("button", ["semua", "semua-berkas"])
def test_untouched_rows_go_by_file_or_all_together(service, files, see, button):
    training = f"/impor/1/perbaikan?berkas={files['trainings']}"
    see(training, r0c2="banyak", tindakan=button)
    rows = {"trainings": 1} if button == "semua" else {"sessions": 1, "trainings": 1}
    assert service.store.trail[-1].details["rows"] == rows


def test_a_preview_is_looked_at_and_corrected_once_the_good_rows_are_in(service, refused, see):
    refused(",Tanpa kode,4\n", dry=True)
    page = see().text
    assert "Tanpa kode" in page
    assert 'name="r0c0"' not in page
    assert "Simpan baris yang baik" in page
    assert see(r0c0="L-1", tindakan="kirim").status_code == 404
    service.jobs.uploads.clear()
    assert 'name="r0c0"' in see().text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_rows_come_as_a_file_that_goes_in_again(service, refused, see, kind, tmp_path):
    refused("=1+1,Judul,banyak\n")
    answer = see("/impor/1/perbaikan/unduh?berkas=0", jenis=kind)
    assert f'filename="trainings.{kind}"' in answer.headers["content-disposition"]
    file = tmp_path / f"trainings.{kind}"
    file.write_bytes(answer.content)
    with pytest.raises(UnusableInput) as caught:
        read_file(file)
    (finding,) = [f for f in caught.value.report.findings if f.severity.value == "refuse"]
    assert (finding.code, finding.column) == ("number.unreadable", "hours")
    assert [e.action for e in service.store.trail] == ["refused_download"]
    assert (b"'=1+1" in answer.content) == (kind == "csv")


@pytest.mark.parametrize(
    "path",
    ["/impor/1/perbaikan?berkas=1", "/impor/2/perbaikan", "/impor/9/perbaikan"],
)
def test_what_is_not_there_is_not_found(service, refused, see, path):
    refused(",Tanpa kode,4\n")
    service.jobs.queue("import", {"upload": "u1", "dry_run": False}, None)  # not done yet
    assert see(path).status_code == 404
    assert see(path, tindakan="kirim").status_code == 404


def test_a_form_that_is_not_ours_changes_nothing(service, refused, see):
    refused(",Tanpa kode,4\n")
    form = {"r99c0": "X", "r0c99": "X", "rxc0": "X", "r0c0c": "X", "tindakan": "simpan"}
    assert see(**form).status_code == 200
    assert see(r0c0="x" * 20_000, tindakan="simpan").status_code == 422
    held = Corrections(Settings(home=service.jobs.home), 1)
    assert [one.ready for one in held.standings()] == [0]


def test_only_offices_that_import_see_the_rows(refused, see):
    refused(",Tanpa kode,4\n")
    for viewer in ("self", "supervisor", "pk", "unit", "leader", "auditor", "administrator"):
        assert see(viewer=viewer).status_code == 404, viewer
        assert see(viewer=viewer, r0c0="L-1", tindakan="kirim").status_code == 404, viewer
        assert see("/impor/1/perbaikan/unduh", viewer, jenis="csv").status_code == 404, viewer


def test_rows_that_nobody_corrected_are_tidied_after_a_week(service, refused):
    refused(",Tanpa kode,4\n")
    settings = Settings(home=service.jobs.home)
    folder = returned_folder(settings, 1)
    tidy(settings)
    assert folder.is_dir()
    old = time.time() - 8 * 24 * 3600
    os.utime(folder, (old, old))
    tidy(settings)
    assert not folder.exists()
    assert Corrections(settings, 1).parts == ()
