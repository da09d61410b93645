"""Documents in the browser: who may have which made, who finds it again, and what is on paper."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pypdf
import pytest

from recommender.reports.tables import Report, Sheet, Table, column
from service.documents import KINDS, kinds_of
from service.exports import pdf
from service.exports.printed import Printed
from service.exports.stored import FILE, WORKBOOK, packed
from service.exports.workbook import write_workbook
from training_data.messages import Text

EVERYTHING = {"akpk", "hcdp", "rpi", "rekap-jp", "nominatif", "belum-dinilai"}
SECRET = {"calon", "suksesi"}
MAY = {
    "supervisor": EVERYTHING,
    "pk": EVERYTHING,
    "unit": {*EVERYTHING, *SECRET},
    "agency": {*EVERYTHING, *SECRET},
    "head": EVERYTHING,
    "head_stated": {*EVERYTHING, *SECRET},
    "bpsdm": EVERYTHING,
    "career": {*EVERYTHING, *SECRET},
    "panel": {"calon"},
    "panel_stated": {"calon"},
    "leader": SECRET,
    "leader_stated": SECRET,
    "auditor_stated": {*EVERYTHING, *SECRET},
}


def said(words):
    return Text(words, words)


def a_list(*, secret=False, rows=2):
    table = Table.numbered(
        (column("who"), column("cost", "rupiah", summed=True), column("share_met", "percent")),
        [(f"Siti Contoh\n19900101201503100{n % 9}", 500_000 + n, 12.5) for n in range(rows)],
        notes=(said("Catatan."),),
    )
    sheet = Sheet(said("Lembar"), (said("Judul"),), (table,), secret=secret)
    return Report("calon" if secret else "akpk", said("Judul"), date(2026, 4, 3), (sheet,))


@pytest.fixture
def see(service):
    def get(path, viewer="agency", method="GET", **more):
        service.client.cookies.clear()
        return service.client.request(method, path, headers=service.as_(viewer), **more)

    return get


@pytest.fixture
def made(service, see, tmp_path):
    """Ask for a document by form and put it where the job would."""

    def make(form, viewer="agency", report=None):
        sent = see("/dokumen", viewer, "POST", data=form)
        assert sent.status_code == 303, sent.text
        job = service.jobs.held[-1]
        report = report or a_list()
        folder = tmp_path / str(job.number)
        folder.mkdir()
        (folder / FILE).write_bytes(packed(report))
        write_workbook(report, folder / WORKBOOK, Printed())
        service.jobs.folders[job.number] = folder
        result = {"generation": 7, "as_of": "2026-04-03", "sheets": 1, "rows": report.rows,
                  "people": 2, "secret": report.secret}  # fmt: skip
        service.jobs.held[-1] = replace(job, state="done", result=result)
        return sent.headers["location"]

    return make


def test_every_office_may_have_made_what_it_reads_and_the_menu_names_it(service, see):
    for name, viewer in service.viewers.items():
        assert set(kinds_of(viewer)) == MAY.get(name, set()), name
        page = see("/dokumen", name)
        assert page.status_code == (200 if name in MAY else 404), name
        assert ('href="/dokumen"' in page.text) == (name in MAY), name
        for kind in KINDS:
            asked = see(f"/dokumen?jenis={kind}", name)
            assert asked.status_code == (200 if kind in MAY.get(name, ()) else 404), (name, kind)
            form = {"jenis": kind, "kode": "V-1" if kind == "calon" else "P-01", "unit": "SUB"}
            sent = see("/dokumen", name, "POST", data=form)
            assert sent.status_code == (303 if kind in MAY.get(name, ()) else 404), (name, kind)


def test_a_unit_outside_ones_scope_is_one_that_does_not_exist(service, see):
    for unit in ("OTHER", "NOWHERE"):
        sent = see("/dokumen", "unit", "POST", data={"jenis": "akpk", "unit": unit})
        assert sent.status_code == 404
    assert service.jobs.held == []
    see("/dokumen", "unit", "POST", data={"jenis": "akpk", "unit": ""})
    assert service.jobs.held[-1].asked["unit"] == "PD"  # never the whole agency
    see("/dokumen", "agency", "POST", data={"jenis": "akpk", "unit": ""})
    assert service.jobs.held[-1].asked["unit"] is None


def test_succession_is_asked_for_a_unit_or_the_agency_and_keeps_to_what_the_reader_may_see(
    service, see, made
):
    see("/dokumen", "career", "POST", data={"jenis": "suksesi"})
    asked = service.jobs.held[-1].asked
    assert (asked["kind"], asked["unit"], asked["post"]) == ("suksesi", None, None)
    assert {"talent", "performance"} <= set(asked["sight"])
    see("/dokumen", "leader", "POST", data={"jenis": "suksesi"})
    sight = set(service.jobs.held[-1].asked["sight"])
    assert not sight & {"talent", "talent_unpublished", "performance", "levels"}
    see("/dokumen", "head_stated", "POST", data={"jenis": "suksesi"})
    assert service.jobs.held[-1].asked["unit"] == "PD"
    for viewer in ("panel_stated", "head", "bpsdm", "pk"):
        sent = see("/dokumen", viewer, "POST", data={"jenis": "suksesi"})
        assert sent.status_code == 404, viewer
    place = made({"jenis": "suksesi"}, "career", a_list(secret=True))
    assert "RAHASIA" in see(f"{place}/cetak", "career").text
    assert see(f"{place}/cetak", "leader").status_code == 404


def test_a_panel_has_candidates_for_its_own_vacancy_listed_and_no_other(service, see):
    see("/dokumen", "panel", "POST", data={"jenis": "calon", "kode": "J-2"})
    assert service.jobs.held[-1].asked["post"] == "V-1"


@pytest.mark.parametrize(
    "form",
    [
        {"jenis": "rpi"},
        {"jenis": "nominatif", "kode": "S-99"},
        {"jenis": "calon", "kode": "V-99"},
        {"jenis": "akpk", "tahun": "1999"},
        {"jenis": "rekap-jp", "triwulan": "9"},
    ],
)
def test_what_does_not_fit_is_told_beside_the_form(service, see, form):
    refused = see("/dokumen", "agency", "POST", data=form)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert service.jobs.held == []


def test_a_job_says_what_may_stand_in_it_and_nobodys_name(service, see):
    see("/dokumen", "bpsdm", "POST", data={"jenis": "akpk"})
    assert service.jobs.held[-1].asked["sight"] == ["levels"]
    see("/dokumen", "career", "POST", data={"jenis": "calon", "kode": "V-1"})
    sight = set(service.jobs.held[-1].asked["sight"])
    assert sight == {"next_post", "levels", "performance", "service_left", "talent",
                     "talent_unpublished", "verdict", "candidates"}  # fmt: skip
    see("/dokumen", "head_stated", "POST", data={"jenis": "calon", "kode": "V-1"})
    assert "talent_unpublished" not in service.jobs.held[-1].asked["sight"]
    see("/dokumen", "panel", "POST", data={"jenis": "calon", "kode": "V-1"})
    sight = set(service.jobs.held[-1].asked["sight"])
    assert sight == {"next_post", "service_left", "verdict", "candidates"}


def test_a_document_waits_then_is_read_as_page_workbook_and_pdf(service, see, made):
    sent = see("/dokumen", method="POST", data={"jenis": "akpk", "unit": "PD"})
    page = see(sent.headers["location"]).text
    assert "menunggu" in page
    assert "Unit PD" in page
    for kind in ("cetak", "excel", "pdf"):
        assert see(f"{sent.headers['location']}/{kind}").status_code == 404
    place = made({"jenis": "akpk", "unit": "PD", "tempat": "Kota Cermin"})
    page = see(place).text
    for kind in ("cetak", "excel", "pdf"):
        assert f'href="{place}/{kind}"' in page
        assert see(f"{place}/{kind}").status_code == 200, kind
    paper = see(f"{place}/cetak").text
    assert "Kota Cermin" not in paper  # nobody signs this one
    assert "style=" not in paper
    assert "RAHASIA" not in paper
    assert see(f"{place}/excel").headers["content-disposition"].endswith('akpk-2.xlsx"')


def test_a_document_of_somebody_else_is_one_that_does_not_exist(service, see, made):
    place = made({"jenis": "akpk", "unit": "SUB"}, "pk")
    missing = see("/dokumen/999", "agency").content
    for viewer in ("agency", "unit", "supervisor", "bpsdm", "auditor_stated"):
        for path in ("", "/cetak", "/excel", "/pdf"):
            answer = see(place + path, viewer)
            assert answer.status_code == 404, (viewer, path)
            assert answer.content == missing
        assert f'href="{place}"' not in see("/dokumen", viewer).text
    assert f'href="{place}"' in see("/dokumen", "pk").text


def test_who_no_longer_states_a_purpose_no_longer_finds_what_was_made_for_it(service, see, made):
    place = made({"jenis": "calon", "kode": "V-1"}, "head_stated", a_list(secret=True))
    assert see(f"{place}/cetak", "head_stated").status_code == 200
    assert see(f"{place}/cetak", "head").status_code == 404
    reads = [e for e in service.store.trail if e.details.get("operation", "").endswith("/cetak")]
    assert len(reads) == 1


def test_what_is_confidential_bears_viewer_and_time_and_every_read_is_noted(service, see, made):
    place = made({"jenis": "calon", "kode": "V-1"}, "career", a_list(secret=True))
    stamp = re.compile(r"Dilihat oleh BKD.*\d{4}, \d\d\.\d\d WIB")
    paper = see(f"{place}/cetak", "career").text
    assert "RAHASIA – bahan rapat" in paper
    assert stamp.search(paper)
    book = openpyxl.load_workbook(io.BytesIO(see(f"{place}/excel", "career").content))
    assert stamp.search(book.active.oddHeader.center.text)
    drawn = pypdf.PdfReader(io.BytesIO(see(f"{place}/pdf", "career").content))
    for page in drawn.pages:
        assert "RAHASIA" in page.extract_text()
        assert stamp.search(page.extract_text())
    noted = [e for e in service.store.trail if e.subject == "job:1" and e.action == "read"]
    assert len(noted) == 3


def test_paper_workbook_and_pdf_say_the_same(service, see, made):
    report = a_list(rows=70)
    place = made({"jenis": "akpk", "unit": "PD"}, report=report)
    paper = see(f"{place}/cetak").text
    cells = [re.sub(r"<br>|\s+", " ", c) for c in re.findall(r"<td[^>]*>(.*?)</td>", paper, re.S)]
    book = openpyxl.load_workbook(io.BytesIO(see(f"{place}/excel").content)).active
    drawn = pypdf.PdfReader(io.BytesIO(see(f"{place}/pdf").content))
    told = " ".join(page.extract_text() for page in drawn.pages)
    values = [row for row in book.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert len(values) == 70
    for place_, row in enumerate(values):
        own = cells[4 * place_ : 4 * place_ + 4]
        amount = f"Rp{row[2]:,}".replace(",", ".")
        assert own == [str(row[0]), row[1].replace("\n", " "), amount, "12,5%"]
        assert amount in told
    total = sum(row[2] for row in values)
    assert cells[-3] == "Jumlah"
    assert cells[-2] == f"Rp{total:,}".replace(",", ".")
    assert cells[-2] in told
    assert [c.value for row in book.iter_rows() for c in row if c.value == total] == [total]


def test_a_pdf_is_f4_landscape_with_the_head_repeated_and_fonts_inside(see, made):
    place = made({"jenis": "akpk", "unit": "PD"}, report=a_list(rows=70))
    drawn = pypdf.PdfReader(io.BytesIO(see(f"{place}/pdf").content))
    assert len(drawn.pages) > 1
    for page in drawn.pages:
        size = [round(float(v) * 25.4 / 72) for v in (page.mediabox.width, page.mediabox.height)]
        assert size == [330, 215]
        assert "Nama/NIP" in page.extract_text()
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            held = inner.get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(held)


def test_nothing_of_this_machine_gets_into_a_pdf(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("jangan bocor")
    html = f"""<html><head><link rel="attachment" href="file://{secret}">
      <link rel="stylesheet" href="file://{secret}"></head><body><p>Isi</p>
      <img src="file://{secret}"><a rel="attachment" href="file:///etc/passwd">x</a></body></html>"""
    drawn = pdf.drawn(html, f"@import url('file://{secret}'); p {{ color: red }}")
    reader = pypdf.PdfReader(io.BytesIO(drawn))
    assert not reader.attachments
    assert b"jangan bocor" not in b"".join(
        o.get_object().get_data()
        for o in (reader.get_object(n) for n in range(1, len(reader.xref[0]) + 1))
        if hasattr(o, "get_data")
    )
    assert "Isi" in reader.pages[0].extract_text()


def test_a_title_that_is_markup_is_words_on_paper_and_in_the_pdf(see):
    paper = see("/saya/rpi", "self").text
    assert "&lt;img src=&#39;file:///etc/passwd&#39;&gt;" in paper
    assert "<img" not in paper
    drawn = pypdf.PdfReader(io.BytesIO(see("/saya/rpi/pdf", "self").content))
    told = "".join(drawn.pages[0].extract_text().split())
    assert "file:///etc/passwd" in told
    assert "Rp2.000.000" in told
    assert "root:" not in told


def test_an_employee_prints_their_own_plan_and_nobody_elses(see):
    for kind in ("", "/excel", "/pdf"):
        assert see(f"/saya/rpi{kind}", "self").status_code == 200
        for ref in ("A-2", "A-1", "Z-9"):
            assert see(f"/pegawai/{ref}/rpi{kind}", "self").status_code == 404
        assert see(f"/saya/rpi{kind}", "agency").status_code == 404
    assert ">A-1<" in see("/saya/rpi", "self").text
    assert 'href="/saya/rpi"' in see("/saya", "self").text


@pytest.mark.parametrize(
    ("viewer", "own", "outside"),
    [("supervisor", 200, 404), ("pk", 200, 404), ("unit", 200, 404), ("head", 200, 404),
     ("agency", 200, 200), ("bpsdm", 200, 200), ("career", 200, 200), ("auditor_stated", 200, 200),
     ("leader", 404, 404), ("leader_stated", 404, 404), ("panel", 404, 404),
     ("panel_stated", 404, 404), ("discipline", 404, 404), ("auditor", 404, 404),
     ("administrator", 404, 404), ("everyone", 404, 404)],
)  # fmt: skip
def test_the_plan_of_a_person_is_printed_by_those_who_read_all_of_it(see, viewer, own, outside):
    for kind in ("", "/excel"):
        assert see(f"/pegawai/A-1/rpi{kind}", viewer).status_code == own
        assert see(f"/pegawai/A-3/rpi{kind}", viewer).status_code == outside
    person = see("/pegawai/A-1", viewer)
    if person.status_code == 200:
        assert ('href="/pegawai/A-1/rpi"' in person.text) == (own == 200)


def test_what_a_reader_may_not_know_is_not_asked_of_the_plan(see):
    assert "next_post" not in see("/pegawai/A-1/rpi", "supervisor").text
    assert "next_post" in see("/pegawai/A-1/rpi", "career").text
    assert "performance" not in see("/pegawai/A-1/rpi", "bpsdm").text
    assert "next_post" in see("/saya/rpi", "self").text


def test_a_year_that_is_over_is_told(see):
    assert see("/saya/rpi?tahun=2020", "self").status_code == 422


def test_without_the_extra_there_is_no_button_and_the_answer_names_it(see, made, monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    place = made({"jenis": "akpk", "unit": "PD"})
    assert f'href="{place}/pdf"' not in see(place).text
    assert "/pdf" not in see("/saya/rpi", "self").text
    answer = see("/saya/rpi/pdf", "self")
    assert answer.status_code == 501
    assert "selaras[pdf]" in answer.text
    assert "libpango" in answer.text


def test_a_library_that_is_missing_counts_as_no_extra(monkeypatch):
    monkeypatch.setattr(pdf, "LIBRARIES", ("libnowhere.so.0",))
    pdf.available.cache_clear()
    assert not pdf.available()
    monkeypatch.undo()
    pdf.available.cache_clear()
    assert pdf.available()


def test_a_pdf_that_takes_too_long_is_given_up(see, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    assert see("/saya/rpi/pdf", "self").status_code == 503


def test_a_document_too_long_for_paper_is_offered_as_a_workbook(see, made, monkeypatch):
    monkeypatch.setattr("service.pages.document_views.PRINTED_ROWS", 1)
    place = made({"jenis": "akpk", "unit": "PD"})
    assert f'href="{place}/cetak"' not in see(place).text
    assert see(f"{place}/cetak").status_code == 422
    assert see(f"{place}/excel").status_code == 200


def test_files_that_were_removed_are_said_to_be_gone(service, see, made):
    place = made({"jenis": "akpk", "unit": "PD"})
    service.jobs.folders.clear()
    assert "telah dihapus" in see(place).text
    assert see(f"{place}/cetak").status_code == 404


def test_paper_comes_in_english_too(see, made):
    place = made({"jenis": "akpk", "unit": "PD"})
    assert "Data as of 3 April 2026" in see(f"{place}/cetak?bahasa=en").text
    book = openpyxl.load_workbook(io.BytesIO(see(f"{place}/excel?bahasa=en").content)).active
    assert "Name/NIP" in [c.value for row in book.iter_rows() for c in row]


def test_the_clock_on_paper_is_the_agencys():
    from service.exports.printed import seen

    told = seen("Petugas", datetime(2026, 4, 3, 14, 5))
    assert told.id == "Dilihat oleh Petugas, 3 April 2026, 14.05 WIB"
    assert told.en == "Viewed by Petugas, 3 April 2026, 14:05 WIB"
