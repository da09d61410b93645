"""Files are brought in and seats given out in the browser: forms, states, and who finds them."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
    for words in ("B-1", "2,25", "1,50", "Judul P-01", 'href="/pegawai/A-2"', "max_courses 4"):
        assert words in page
    assert see("/alokasi/1", "career").status_code == 404


@pytest.mark.parametrize(
    "form",
    [{"ketentuan": "{"}, {"ketentuan": "[1]"}, {"kegiatan": "banyak"}, {"jp": "x"},
     {"pagu": "banyak"}, {"ketentuan": '{"max_course": 1}'}, {"ketentuan": "[" * 5000}],
)  # fmt: skip
def test_limits_that_cannot_be_read_come_back_with_the_form(service, see, form):
    refused = see("/alokasi", "bpsdm", "POST", data={"jenis": "session", **form})
    assert refused.status_code == 422
    assert "Ketentuan tidak dapat dibaca" in refused.text
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
