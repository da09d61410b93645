"""Files are brought in and seats given out in the browser: forms, states, and who finds them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from service.exports.seat_books import write_book

REPORT = {
    "tables": {"employees": {"read": 3, "accepted": 2, "refused": 1, "repeated": 0}},
    "problems": [
        {"code": "row.x", "severity": "refuse", "file": "employees.csv", "table": "employees",
         "column": "nip", "count": 1, "text": {"id": "NIP salah <b>", "en": "Wrong NIP"},
         "remedy": {"id": "Perbaiki.", "en": "Correct it."},
         "examples": [{"row": 3, "value": "1***", "text": {"id": "Baris 3", "en": "Row 3"}}]},
    ],
}  # fmt: skip
RESULT = {
    "status": "optimal", "objective": 12.5, "bound": 12.5, "gap": 0.0, "score": 12.5, "seats": 2,
    "people": 2, "cost": 500_000, "unpaid": 0, "prices": {"per_million": {"B-1": 1.5}},
    "budgets": {"B-1": {"amount": 1_000_000, "spent": 500_000}},
    "sessions": [{"code": "S-1", "item_code": "P-01", "seats": 2, "taken": 2, "locked": 0,
                  "waiting": 3, "held": True, "lowest": 1.0, "price": 2.25}],
}  # fmt: skip


@pytest.fixture
def see(service):
    def get(path, viewer="agency", method="GET", **more):
        service.client.cookies.clear()
        return service.client.request(method, path, headers=service.as_(viewer), **more)

    return get


def set_last(service, **changes):
    service.jobs.held[-1] = replace(service.jobs.held[-1], **changes)


def test_files_are_looked_at_first_then_brought_in_then_ranked(service, see):
    assert 'type="file"' in see("/impor").text
    sent = see("/impor", method="POST", files={"file": ("employees.csv", b"employee_id\n")})
    assert sent.status_code == 303
    assert service.jobs.held[-1].asked["dry_run"] is True
    page = see(sent.headers["location"]).text
    assert "menunggu" in page
    assert "Lihat kemajuan terbaru" in page
    set_last(service, state="done", result={"report": REPORT})
    page = see(sent.headers["location"]).text
    assert "NIP salah &lt;b&gt;" in page
    assert "Simpan baris yang baik" in page
    saved = see(f"{sent.headers['location']}/simpan", method="POST")
    assert saved.status_code == 303
    assert service.jobs.held[-1].asked == {"upload": "u0", "dry_run": False}
    set_last(service, state="done", result={"report": REPORT})
    page = see(saved.headers["location"]).text
    assert "Susun ulang saran" in page
    assert "Simpan baris yang baik" not in page
    assert see("/pemeringkatan", method="POST").headers["location"] == "/pemeringkatan"
    assert service.jobs.held[-1].kind == "ranking"


def test_what_is_no_table_is_told_beside_the_field(service, see):
    refused = see("/impor", method="POST", files={"file": ("x.exe", b"x")})
    assert refused.status_code == 422
    assert "Beri nama berkas menurut tabelnya" in refused.text
    assert service.jobs.held == []


def test_work_that_failed_says_so_and_what_to_do(service, see):
    see("/impor", method="POST", files={"file": ("employees.csv", b"x")})
    set_last(service, state="failed", problem="jobs.lost")
    assert "Pekerjaan terputus" in see("/impor/1").text
    set_last(service, problem="KeyError")
    assert "KeyError" in see("/impor/1").text


def test_seats_are_asked_for_by_form_and_shown_with_prices_and_people(service, see):
    form = {"jenis": "session", "kegiatan": "4", "jp": "20", "pagu": "Rp12 miliar",
            "ketentuan": '{"closed": ["S-9"]}'}  # fmt: skip
    sent = see("/alokasi", "bpsdm", "POST", data=form)
    assert sent.status_code == 303
    asked = service.jobs.held[-1].asked
    assert asked["constraints"] == {
        "closed": ["S-9"], "max_courses": 4, "soft_jp": 20.0, "money": 12_000_000_000
    }  # fmt: skip
    service.jobs.given[1] = [
        {"employee_id": "A-2", "session_code": "S-1", "item_code": "P-01", "score": "1.5",
         "cost": "250000"}
    ]  # fmt: skip
    set_last(service, state="done", result=RESULT)
    page = see("/alokasi/1", "bpsdm").text
    for words in (
        "B-1",
        "2,25",
        "1,50",
        "Judul P-01",
        'href="/pegawai/A-2"',
        "paling banyak 4 kegiatan",
    ):
        assert words in page
    assert see("/alokasi/1", "career").status_code == 404


@pytest.mark.parametrize(
    "form",
    [{"ketentuan": "{"}, {"ketentuan": "[1]"}, {"ketentuan": '{"max_course": 1}'},
     {"ketentuan": "[" * 5000}],
)  # fmt: skip
def test_limits_that_cannot_be_read_come_back_with_the_form(service, see, form):
    refused = see("/alokasi", "bpsdm", "POST", data={"jenis": "session", **form})
    assert refused.status_code == 422
    assert "Ketentuan tidak dapat dibaca" in refused.text
    assert service.jobs.held == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kegiatan": "banyak"}, "Kegiatan paling banyak harus bilangan bulat"),
        ({"kegiatan": "-1"}, "Kegiatan paling banyak harus bilangan bulat"),
        ({"jp": "x"}, "Target JP harus bilangan"),
        ({"jp": "nan"}, "Target JP harus bilangan"),
        ({"pagu": "banyak"}, "Jumlah &#34;banyak&#34; tidak dapat dibaca. Contoh: 12 miliar"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_comes_back(service, see, form, said):
    refused = see("/alokasi", "bpsdm", "POST", data={"jenis": "session", **form})
    assert refused.status_code == 422
    assert said in refused.text
    assert "max_courses" not in refused.text.split('role="alert"')[1].split("</p>")[0]
    assert f'value="{next(iter(form.values()))}"' in refused.text
    assert service.jobs.held == []


@pytest.mark.parametrize(
    ("path", "finds"),
    [
        ("/impor", {"agency", "bpsdm", "career"}),
        ("/alokasi", {"agency", "bpsdm", "career"}),
    ],
)
def test_only_offices_of_the_agency_find_the_pages_and_the_menu_names_them(see, path, finds):
    viewers = ("self", "supervisor", "pk", "unit", "agency", "bpsdm", "career", "leader",
               "auditor", "administrator")  # fmt: skip
    for viewer in viewers:
        page = see(path, viewer)
        assert page.status_code == (200 if viewer in finds else 404), viewer
        assert (f'href="{path}"' in page.text) == (viewer in finds), viewer


# ---- changed, compared, explained, signed -------------------------------------------------------

BASE = {
    **RESULT, "worth": 12.5, "kept": 1, "prices": {
        "per_million": {"B-1": 1.5},
        "per_quota": [{"by": "sex", "value": "P", "session": None, "min": 2, "max": None,
                       "price": -0.4},
                      {"by": "unit_code", "value": "PD", "session": None, "min": 0, "max": 5,
                       "price": 0.0}],
    },
    "floors": {"groups": {"sex": [
        {"value": "P", "people": 40, "seats": {"with": 2, "without": 1},
         "reached": {"with": 2, "without": 1}},
        {"value": "X", "hidden": True},
    ]}},
}  # fmt: skip
ASKED = {"max_courses": 4, "quotas": [{"by": "sex", "value": "P", "min": 2}]}


def seat(who, session="S-1", item="P-01", **more):
    return {"employee_id": who, "session_code": session, "item_code": item, "score": "1.5",
            "cost": "250000", **more}  # fmt: skip


@pytest.fixture
def given(service, see):
    """An allocation that is done: A-1 and A-2 have a seat of S-1, A-3 does not."""
    see("/alokasi", "bpsdm", "POST", data={"jenis": "session", "ketentuan": json.dumps(ASKED)})
    service.jobs.given[1] = [seat("A-1"), seat("A-2")]
    service.jobs.not_given[1] = [
        seat("A-3", reason="seats"), seat("A-3", "S-3", "P-12", reason="budget"),
        seat("A-1", "S-3", "P-12", reason="clash"),
    ]  # fmt: skip
    set_last(service, state="done", result=BASE)
    return service


def test_an_allocation_is_changed_from_its_page_and_shown_beside_the_one_before(given, see):
    page = see("/alokasi/1", "bpsdm").text
    for words in ("Ubah dan susun ulang", 'name="anggaran:B-1"', "Jenis kelamin", 'name="lepas"'):
        assert words in page
    form = {"kursi": "S-1 +40", "anggaran:B-1": "2 juta", "kegiatan": "", "lepas": "0", "jp": "20"}
    sent = see("/alokasi/1/ubah", "bpsdm", "POST", data=form)
    assert sent.headers["location"] == "/alokasi/2"
    assert given.jobs.held[-1].asked == {
        "kind": "session", "since": 1, "counted": False,
        "constraints": {"seats": {"S-1": 42}, "budgets": {"B-1": 2_000_000}, "soft_jp": 20.0},
    }  # fmt: skip
    given.jobs.given[2] = [seat("A-1"), seat("A-2", "S-3", "P-12"), seat("A-3")]
    more = {**RESULT["sessions"][0], "seats": 42, "price": 0.0}
    other = {**more, "code": "S-3", "item_code": "P-12", "seats": None, "taken": 1}
    after = {**BASE, "worth": 14.0, "seats": 3, "sessions": [more, other]}
    set_last(given, state="done", result=after)
    for address in ("/alokasi/2", "/alokasi/banding?a=1&b=2"):
        page = see(address, "bpsdm").text
        for words in ("+1,5", "2 dari 3 pegawai", "1 mendapat lebih banyak", "dari 2 menjadi 42",
                      "kelompok kecil, tidak ditampilkan"):  # fmt: skip
            assert words in page, (address, words)
    side = see("/alokasi/banding?a=1&b=2", "bpsdm").text
    for name in ("Siti", "Budi", "Rina"):
        assert name not in side
    assert 'action="/alokasi/banding"' in see("/alokasi", "bpsdm").text
    # What was changed twice is worked out on the same nominations as the first one.
    see("/alokasi/2/ubah", "bpsdm", "POST", data={"tutup": "S-1"})
    assert given.jobs.held[-1].asked["counted"] is False


NEW = {"baru-pelatihan": "P-12", "baru-kursi": "20", "baru-mulai": "2030-05-04",
       "baru-selesai": "2030-05-06", "baru-biaya": "1 juta"}  # fmt: skip


def test_a_session_that_is_not_there_is_supposed_compared_and_never_put_forward(given, see):
    page = see("/alokasi/1", "bpsdm").text
    assert "Andaikan satu angkatan baru dibuka" in page
    kept = {"kegiatan": "4", "anggaran:B-1": "Rp1.000.000"}
    sent = see("/alokasi/1/ubah", "bpsdm", "POST", data={**kept, **NEW})
    assert given.jobs.held[-1].asked["constraints"] == {**ASKED, "open": [
        {"training_code": "P-12", "seats": 20, "starts_on": "2030-05-04",
         "ends_on": "2030-05-06", "cost": 1_000_000}]}  # fmt: skip
    given.jobs.given[2] = [seat("A-1"), seat("A-3", "BARU-1", "P-12")]
    more = {**RESULT["sessions"][0], "code": "BARU-1", "item_code": "P-12", "supposed": True}
    result = {**BASE, "sessions": [*BASE["sessions"], more]}
    set_last(given, state="done", result=result)
    page = see(sent.headers["location"], "bpsdm").text
    for words in ("Diandaikan: angkatan baru Judul P-12, 20 kursi, 4 Mei 2030 sampai 6 Mei 2030.",
                  "BARU-1", "baru diandaikan, belum ada pada data"):  # fmt: skip
        assert words in page
    assert "/alokasi/2/ajukan" not in page
    assert "/alokasi/2/daftar" not in page
    name = {"nama": "Rina Contoh"}
    assert see("/alokasi/2/ajukan", "bpsdm", "POST", data=name).status_code == 422
    assert see("/alokasi/2/daftar", "bpsdm", "POST").status_code == 404
    wrong = see("/alokasi/1/ubah", "bpsdm", "POST", data={**kept, **NEW, "baru-kursi": "banyak"})
    assert wrong.status_code == 422
    assert 'value="banyak"' in wrong.text


TURNS = {
    "by": "department", "first_year": 2023, "last_year": 2026, "strength": 0.5, "share_jp": 12.5,
    "history_known": True, "behind": 40, "points": 3.5, "worth": {"with": 11.5, "without": 12.5},
    "cost": 1.0, "groups": [
        {"value": "less", "people": 40, "seats": {"with": 9, "without": 4},
         "reached": {"with": 8, "without": 3}},
        {"value": "nothing", "hidden": True},
    ],
}  # fmt: skip


def test_turns_are_asked_for_in_the_form_and_told_with_their_cost(given, see):
    form = {"jenis": "session", "giliran": "3", "giliran-poin": "0,5",
            "giliran-menurut": "department"}  # fmt: skip
    sent = see("/alokasi", "bpsdm", "POST", data=form)
    assert given.jobs.held[-1].asked["constraints"] == {
        "fair_years": 3, "fair_strength": 0.5, "fair_by": "department",
    }  # fmt: skip
    given.jobs.given[2] = [seat("A-1", turn="0.500000"), seat("A-2", turn="0.000000")]
    set_last(given, state="done", result={**BASE, "kept": 0, "worth": 11.5, "turns": TURNS})
    page = see(sent.headers["location"], "bpsdm").text
    for words in ("Pegawai pada Perangkat Daerah yang JP per pegawainya 2023–2026",
                  "12,5 JP per pegawai", "mengurangi manfaat 1", "9 kursi, 8 pegawai",
                  "kelompok kecil", 'name="giliran" inputmode="numeric" maxlength="2" value="3"',
                  "giliran per Perangkat Daerah"):  # fmt: skip
        assert words in page, words
    page = see("/alokasi/2/pegawai", "bpsdm", "POST", data={"kata": "siti"}).text
    assert "Didahulukan karena JP tahun-tahun sebelumnya" in page
    assert "+0,5 poin" in page
    refused = see("/alokasi", "bpsdm", "POST", data={**form, "giliran": "40"})
    assert refused.status_code == 422
    assert "isi jumlah tahun 1 sampai 10" in refused.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Belum ada yang diubah"),
        ({"kursi": "S-404 +1"}, "Kode S-404 tidak ada"),
        ({"kursi": "<b>"}, "Baris &#34;&lt;b&gt;&#34; tidak dapat dibaca"),
        ({"tutup": "S-404"}, "Kode S-404 tidak ada"),
        ({"kegiatan": "dua"}, "bilangan bulat"),
        ({"jp": "x"}, "Target JP harus bilangan"),
        ({"pagu": "banyak"}, "Jumlah &#34;banyak&#34; tidak dapat dibaca"),
        ({"pagu": "12 miliar", "anggaran:B-1": "1"}, "Isi salah satu"),
    ],
)
def test_a_change_that_cannot_be_understood_comes_back_with_the_form(given, see, form, words):
    kept = {"kegiatan": "4", "anggaran:B-1": "Rp1.000.000", **form}
    refused = see("/alokasi/1/ubah", "bpsdm", "POST", data=kept)
    assert refused.status_code == 422
    assert words in refused.text
    assert len(given.jobs.held) == 1


def test_prices_are_told_in_words_of_an_officer(given, see):
    page = see("/alokasi/1", "bpsdm").text
    for words in (
        "Satu kursi lagi pada Judul P-01 (S-1) diperkirakan menambah manfaat 2,25, setara 0,36",
        "Satu juta rupiah lagi pada B-1 diperkirakan menambah manfaat 1,5",
        "Batas terendah 2 kursi untuk Jenis kelamin",
        "Batas untuk Unit Unit PD (paling banyak 5 kursi) tidak mengurangi manfaat",
    ):
        assert words in page


def test_a_person_is_looked_up_with_seats_won_and_lost_and_why(given, see):
    page = see("/alokasi/1/pegawai", "bpsdm", "POST", data={"kata": "rina"}).text
    for words in ("Rina Contoh", "Belum mendapat kuota.", "Kuota terpenuhi.", "pilihan terbaik",
                  "Terisi oleh 2 peserta.", "Pagu yang membiayai telah terpakai."):  # fmt: skip
        assert words in page
    block = page.split('id="pegawai"')[1].split("</section>")[0]
    assert "Siti" not in block
    page = see("/alokasi/1/pegawai", "bpsdm", "POST", data={"kata": "199001012015031002"}).text
    assert "1 pegawai ditemukan" in page
    assert "Tidak ada angkatan lain" in page
    assert see("/alokasi/1/pegawai", "bpsdm").headers["location"] == "/alokasi/1"


def test_a_department_reads_who_of_its_people_got_no_seat_and_why(given, see):
    see("/alokasi/1/ajukan", "bpsdm", "POST", data={"nama": "Rina Contoh"})
    given.jobs.not_given[1].append(seat("199001012015031002", reason="quota"))
    page = see("/angkatan/S-1", "pk").text
    left = page.split('id="h-belum"')[1].split("</section>")[0]
    assert "Tono Misal" in left
    assert "Batas kursi kelompoknya telah tercapai." in left
    assert "Rina" not in left  # of another department
    assert "2,25" not in page
    assert "Rina" in see("/angkatan/S-1", "bpsdm").text.split('id="h-belum"')[1]


def test_a_workbook_goes_out_and_limits_come_in_as_one(given, see, tmp_path):
    assert see("/alokasi/1/excel", "bpsdm").status_code == 404
    given.jobs.books[1] = tmp_path / "seats.xlsx"
    given.jobs.books[1].write_bytes(b"PK")
    sent = see("/alokasi/1/excel", "bpsdm")
    assert sent.content == b"PK"
    assert "alokasi-1.xlsx" in sent.headers["content-disposition"]
    assert "/alokasi/1/excel" in see("/alokasi/1", "bpsdm").text
    template = see("/alokasi/templat", "bpsdm").content
    form, files = {"jenis": "session"}, {"berkas": ("k.xlsx", template)}
    assert see("/alokasi", "bpsdm", "POST", data=form, files=files).status_code == 303
    filled = tmp_path / "filled.xlsx"
    write_book(filled, [("seats", ("session_code", "seats"), [("S-1", 7)])])
    files = {"berkas": ("k.xlsx", filled.read_bytes())}
    see("/alokasi", "bpsdm", "POST", data={**form, "kegiatan": "3"}, files=files)
    assert given.jobs.held[-1].asked["constraints"] == {"seats": {"S-1": 7}, "max_courses": 3}
    write_book(filled, [("salah", ("a",), [("1",)])])
    for content, words in ((b"x", "bukan buku kerja"), (filled.read_bytes(), "salah")):
        files = {"berkas": ("k.xlsx", content)}
        refused = see("/alokasi", "bpsdm", "POST", data=form, files=files)
        assert refused.status_code == 422
        assert words in refused.text


def test_the_proposal_is_listed_for_signature_by_either_desk(given, see):
    assert "Unit PD" in see("/alokasi/1", "bpsdm").text.split('id="unit-daftar"')[1]
    sent = see("/alokasi/1/daftar", "bpsdm", "POST", data={"unit": "PD", "tempat": "Kota Cermin"})
    assert sent.headers["location"] == "/dokumen/2"
    asked = given.jobs.held[-1].asked
    assert (asked["kind"], asked["unit"], asked["allocation"]) == ("usulan", "PD", 1)
    assert "Daftar usulan peserta" in see("/dokumen/2", "bpsdm").text
    assert see("/dokumen/2", "pk").status_code == 404
    assert see("/angkatan/daftar", "pk", "POST").status_code == 404  # nothing is in force
    see("/alokasi/1/ajukan", "bpsdm", "POST", data={"nama": "Rina Contoh"})
    assert 'action="/angkatan/daftar"' in see("/angkatan", "pk").text
    sent = see("/angkatan/daftar", "pk", "POST")
    asked = given.jobs.held[-1].asked
    assert asked["unit"] == given.viewers["pk"].scope.value
    assert "next_post" not in asked["sight"]
    assert see(sent.headers["location"], "pk").status_code == 200
    assert see("/alokasi/1/daftar", "bpsdm", "POST", data={"unit": "NOWHERE"}).status_code == 404


@pytest.mark.parametrize("viewer", ["self", "pk", "head", "supervisor", "career", "leader",
                                    "auditor_stated", "administrator"])  # fmt: skip
def test_only_the_academy_compares_changes_and_reads_prices(given, see, viewer):
    posts = {"ubah": {"kursi": "S-1 +1"}, "pegawai": {"kata": "Rina"}, "daftar": {}}
    for name, data in posts.items():
        assert see(f"/alokasi/1/{name}", viewer, "POST", data=data).status_code == 404
    for name in ("banding?a=1&b=1", "templat", "1/excel", "1"):
        assert see(f"/alokasi/{name}", viewer).status_code == 404
    assert len(given.jobs.held) == 1


def test_vacancies_are_not_listed_or_looked_up_or_compared_as_sessions(service, see):
    see("/alokasi", "agency", "POST", data={"jenis": "vacancy"})
    set_last(service, state="done", result=RESULT)
    for name in ("pegawai", "daftar"):
        assert see(f"/alokasi/1/{name}", "agency", "POST", data={"kata": "x"}).status_code == 404
    assert see("/alokasi/banding?a=1&b=1", "agency").status_code == 404
    assert see("/alokasi/1/excel", "agency").status_code == 404


def test_a_vacant_post_has_several_names_by_seniority_marked_as_confidential(service, see):
    see("/alokasi", "career", "POST", data={"jenis": "vacancy"})
    service.jobs.given[1] = [
        {"vacancy_code": "V-1", "rank": rank, "employee_id": who, "item_code": "J-1",
         "score": "1.5", "chosen": chosen}
        for rank, who, chosen in (("1", "A-1", "0"), ("2", "A-2", "1"))
    ]  # fmt: skip
    set_last(service, state="done", result=RESULT)
    page = see("/alokasi/1", "career").text
    assert "RAHASIA" in page
    assert "Calon untuk tiap jabatan lowong" in page
    assert page.count("diusulkan bila semua jabatan diisi bersama") == 1
    assert "Kurang dari tiga calon" in page
    assert "1,5" not in page.split('id="calon"')[1].split("</section>")[0]
