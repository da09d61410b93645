"""Vacant posts filled together on pages: limits of units, empty posts with reasons, names."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

RESULT = {
    "status": "optimal", "objective": 12.5, "worth": 12.5, "bound": 12.5, "gap": 0.0,
    "score": 12.5, "seats": 1, "people": 1, "cost": 0, "unpaid": 0, "kept": 0, "ready": 1,
    "prices": {"per_million": {}}, "budgets": {},
    "sessions": [{"code": "V-1", "item_code": "J-1", "seats": 1, "taken": 1, "locked": 0,
                  "waiting": 1, "held": True, "lowest": 1.0, "price": 0.0},
                 {"code": "V-2", "item_code": "J-2", "seats": 2, "taken": 0, "locked": 0,
                  "waiting": 1, "held": False, "lowest": None, "price": 0.0}],
    "leaving": {"by": "unit_code", "max": None, "share": 10, "units": [
        {"code": "PD", "people": 40, "most": 4, "left": 1, "price": 0.25}]},
    "unfilled": [{"code": "V-2", "item_code": "J-2", "seats": 2, "closed": False, "kept": 37,
                  "rules": {"role.education": 30, "role.discipline": 3}, "forbidden": 0,
                  "no_gain": 2, "elsewhere": 1, "unit": 0, "quota": 0, "worth": 0}],
}  # fmt: skip


def name(code, who, rank="1", **more):
    row = {"vacancy_code": code, "rank": rank, "employee_id": who, "item_code": f"J-{code[2:]}",
           "score": "1.5", "chosen": "0", "elsewhere": "0", "confirm": "0"}  # fmt: skip
    return {**row, **more}


@pytest.fixture
def see(service):
    def get(path, viewer="career", method="GET", **more):
        service.client.cookies.clear()
        return service.client.request(method, path, headers=service.as_(viewer), **more)

    return get


@pytest.fixture
def filled(service, see):
    """An allocation of vacancies that is done."""
    see("/alokasi", method="POST", data={"jenis": "vacancy"})
    service.jobs.given[1] = [
        name("V-1", "A-1", chosen="1"), name("V-1", "A-2", "2", confirm="1"),
        name("V-2", "A-1", elsewhere="1"),
    ]  # fmt: skip
    service.jobs.held[-1] = replace(service.jobs.held[-1], state="done", result=RESULT)
    return service


def part(page, mark):
    return page.split(f'id="{mark}"')[1].split("</section>")[0]


def test_how_many_may_leave_a_unit_is_asked_for_in_the_form(service, see):
    assert 'name="pindah-orang"' in see("/alokasi").text
    assert 'name="pindah-orang"' not in see("/alokasi", "bpsdm").text
    form = {"jenis": "vacancy", "pindah-orang": "2", "pindah-bagian": "20",
            "pindah-menurut": "department", "siap": "0,5"}  # fmt: skip
    assert see("/alokasi", method="POST", data=form).status_code == 303
    assert service.jobs.held[-1].asked["constraints"] == {
        "leaving": {"max": 2, "share": 20, "by": "department"}, "ready": 0.5,
    }  # fmt: skip
    for wrong, words in (({"pindah-bagian": "0"}, "persen 1 sampai 100"),
                         ({"siap": "banyak"}, "Poin tambahan harus bilangan")):  # fmt: skip
        refused = see("/alokasi", method="POST", data={**form, **wrong})
        assert refused.status_code == 422
        assert words in refused.text
        assert 'value="2"' in part(refused.text, "pindah-ket")  # nothing typed is lost


def test_sessions_are_not_asked_for_what_only_posts_know(service, see):
    form = {"jenis": "session", "pindah-orang": "2", "pindah-menurut": "department"}
    assert see("/alokasi", "bpsdm", "POST", data=form).status_code == 303
    assert service.jobs.held[-1].asked["constraints"] == {}


def test_a_post_that_stays_empty_says_why_and_names_nobody(filled, see):
    empty = part(see("/alokasi/1").text, "tetap-lowong")
    for words in ("37 pegawai belum memenuhi persyaratan", "Pendidikan (30 pegawai)",
                  "1 calon diusulkan untuk jabatan lowong lain", "2 kursi"):  # fmt: skip
        assert words in empty
    assert "discipline" not in empty  # confidential: not told apart
    for person in ("Siti", "Rina", "A-1", "A-2"):
        assert person not in empty


def test_units_that_people_leave_stand_with_their_limit(filled, see):
    left = part(see("/alokasi/1").text, "perpindahan")
    assert "paling banyak 10% pegawainya" in left
    assert "1 / 4" in left
    assert "0,25" in left


def test_who_goes_elsewhere_or_must_be_verified_is_marked(filled, see):
    names = see("/alokasi/1").text.split('id="calon"')[1].split("</section>")[0]
    assert names.count("diusulkan untuk jabatan lowong lain") == 1
    assert names.count("perlu verifikasi") == 1
    assert see("/alokasi/1", "bpsdm").status_code == 404


CHANGED = {
    **RESULT, "seats": 2, "score": 14.0, "worth": 14.0, "ready": 0, "unfilled": [],
    "sessions": [RESULT["sessions"][0], {**RESULT["sessions"][1], "seats": 1, "taken": 1}],
    "leaving": {"by": "unit_code", "max": 2, "share": None, "units": [
        {"code": "PD", "people": 40, "most": 2, "left": 2, "price": 0.0}]},
}  # fmt: skip


@pytest.fixture
def changed(filled, see):
    """The same vacancies with other limits, worked out from the first scenario."""
    form = {"pindah-orang": "2", "pindah-menurut": "unit_code", "kursi": "V-2 -1"}
    assert see("/alokasi/1/ubah", method="POST", data=form).headers["location"] == "/alokasi/2"
    filled.jobs.given[2] = [
        name("V-1", "A-2", chosen="1", confirm="1"), name("V-1", "A-1", "2", elsewhere="1"),
        name("V-2", "A-1", chosen="1"), name("V-2", "A-3", "2"),
    ]  # fmt: skip
    filled.jobs.held[-1] = replace(filled.jobs.held[-1], state="done", result=CHANGED)
    return filled


def test_a_scenario_is_changed_from_its_page(changed, see):
    asked = changed.jobs.held[-1].asked
    assert (asked["kind"], asked["since"]) == ("vacancy", 1)
    assert asked["constraints"] == {"leaving": {"max": 2}, "seats": {"V-2": 1}}
    page = see("/alokasi/2").text
    assert 'value="2"' in page.split('id="ubah-pindah-orang"')[1].split(">")[0]
    same = {"pindah-orang": "2", "pindah-menurut": "unit_code"}
    again = see("/alokasi/2/ubah", method="POST", data={**same, "tutup": "V-2", "siap": "1"})
    assert again.status_code == 303
    assert changed.jobs.held[-1].asked["constraints"] == {
        "leaving": {"max": 2}, "seats": {"V-2": 1}, "closed": ["V-2"], "ready": 1.0,
    }  # fmt: skip


def test_a_vacancy_is_dropped_and_another_supposed(filled, see):
    form = {"tutup": "V-1", "lowong-jabatan": "judul j-2", "lowong-unit": "PD", "lowong-kursi": "2"}
    assert see("/alokasi/1/ubah", method="POST", data=form).status_code == 303
    assert filled.jobs.held[-1].asked["constraints"] == {
        "closed": ["V-1"], "posts": [{"job_code": "J-2", "unit_code": "PD", "seats": 2}],
    }  # fmt: skip
    assert filled.jobs.held[-1].supposes
    for wrong, words in (
        ({"lowong-jabatan": "J-404"}, "Tidak ada jabatan"),
        ({"lowong-unit": "NOWHERE"}, "Tidak ada unit"),
        ({"lowong-kursi": "0"}, "bilangan bulat mulai 1"),
        ({"tutup": "V-404"}, "Kode V-404 tidak ada"),
        ({"pindah-bagian": "101"}, "persen 1 sampai 100"),
    ):
        refused = see("/alokasi/1/ubah", method="POST", data={**form, **wrong})
        assert refused.status_code == 422
        assert words in refused.text
        assert "judul j-2" in refused.text or "lowong-jabatan" in wrong
    nothing = see("/alokasi/1/ubah", method="POST", data={})
    assert "Belum ada yang diubah" in nothing.text


def test_scenarios_stand_side_by_side_with_who_moves_from_where(changed, see):
    for address in ("/alokasi/2", "/alokasi/banding-jabatan?nomor=1&nomor=2"):
        page = see(address).text
        table = page.split('class="compare-people"')[1].split("</table>")[0]
        for words in ("Jumlah nilai kesesuaian", "12,5", "14", "2 kursi tetap lowong",
                      "Usulan berbeda", "dari Unit",
                      "1 calon lain pada daftar", "paling banyak 2 pegawai"):  # fmt: skip
            assert words in table, (address, words)
        assert "RAHASIA" in page
        assert "dari 2 menjadi 1" in page  # the seats of V-2
        assert table.count("perlu verifikasi") == 1
        # Who is proposed for another post is no other one to choose.
        assert (table.count("1 calon lain"), table.count("0 calon lain")) == (2, 2)
    assert 'action="/alokasi/banding-jabatan"' in see("/alokasi").text


def test_more_than_two_scenarios_stand_beside_each_other_up_to_five(changed, see):
    page = see("/alokasi/banding-jabatan?nomor=1&nomor=2&nomor=1").text
    assert page.count('<th scope="col">') == 2  # the same one stands there once
    many = "&".join(f"nomor={number}" for number in (1, 2) * 3)
    assert see(f"/alokasi/banding-jabatan?{many}").status_code == 422
    assert see("/alokasi/banding-jabatan").headers["location"] == "/alokasi#banding"
    assert see("/alokasi/banding-jabatan?nomor=1&nomor=9").status_code == 404


@pytest.mark.parametrize("viewer", ["self", "pk", "head", "supervisor", "bpsdm", "leader",
                                    "panel", "auditor_stated", "administrator"])  # fmt: skip
def test_only_who_fills_posts_changes_and_compares_scenarios(changed, see, viewer):
    assert see("/alokasi/1/ubah", viewer, "POST", data={"tutup": "V-1"}).status_code == 404
    assert see("/alokasi/banding-jabatan?nomor=1&nomor=2", viewer).status_code == 404
    assert see("/alokasi/2", viewer).status_code == 404
    assert len(changed.jobs.held) == 2


def test_performance_box_and_readiness_stand_beside_each_person_for_whom_they_are(filled, see):
    ready = {"ready": "year", "ready_on": "2027-03-01"}
    now = {"ready": "now", "ready_on": "2026-11-02"}
    filled.jobs.given[1] = [name("V-1", "A-1", chosen="1", **ready), name("V-1", "A-2", **now)]
    seen = see("/alokasi/1").text.split('id="calon"')[1].split("</section>")[0]
    for words in ("2025: Baik", "Kotak 7", "52 tahun", "Siap dalam 1 tahun, mulai 1 Maret 2027"):
        assert words in seen
    assert "Siap sekarang<" in seen
    # The one office that does the work of several reads no talent box.
    seen = see("/alokasi/1", "agency").text.split('id="calon"')[1].split("</section>")[0]
    assert "2025: Baik" in seen
    assert "Kotak" not in seen


def test_what_was_worked_out_before_readiness_was_known_has_no_column_for_it(filled, see):
    seen = see("/alokasi/1").text.split('id="calon"')[1].split("</section>")[0]
    assert "Kesiapan" not in seen


def book(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def test_the_long_list_leaves_by_a_form_marked_and_noted_in_the_trail(filled, see):
    assert 'action="/alokasi/1/calon"' in see("/alokasi/1").text
    assert see("/alokasi/1/calon").headers["location"] == "/alokasi/1#calon"
    assert filled.store.trail == []
    sent = see("/alokasi/1/calon", method="POST")
    assert "calon-1.xlsx" in sent.headers["content-disposition"]
    found = book(sent)
    assert found.sheetnames == ["V-1", "V-2"]
    for sheet in found:
        top = [str(row[0].value) for row in sheet.iter_rows(max_row=2)]
        assert "RAHASIA" in top[0]
        assert "Dilihat oleh" in top[1]
        assert "RAHASIA" in sheet.oddHeader.center.text
    rows = {str(c.value): c for row in found["V-1"].iter_rows() for c in row}
    assert rows["199001012015031001"].data_type == "s"
    assert "talent" in rows["next_post, levels, performance, service_left, talent, "
                            "talent_unpublished, verdict, candidates"].value  # fmt: skip
    (event,) = filled.store.trail
    assert (event.action, event.subject) == ("longlist_download", "job:1")
    assert event.details == {"vacancies": 2, "rows": 3}


@pytest.mark.parametrize("viewer", ["self", "pk", "head", "supervisor", "bpsdm", "leader",
                                    "panel", "auditor_stated", "administrator"])  # fmt: skip
def test_only_who_fills_posts_takes_the_long_list(filled, see, viewer):
    assert see("/alokasi/1/calon", viewer, "POST").status_code == 404
    assert "longlist_download" not in [event.action for event in filled.store.trail]


FORM = {"nama": "Rina Contoh"}


@pytest.fixture
def filled_in(filled, see):
    """Take the long list, let a panel write on it, and return the file."""

    def write(*views, moved=False):
        found = book(see("/alokasi/1/calon", method="POST"))
        for vacancy, place, choice, reason in views:
            sheet = found[vacancy]
            (head,) = [row for row in sheet.iter_rows() if row[1].value == "Jabatan lowong"]
            columns = {cell.value: cell.column for cell in head}
            row = head[0].row + place
            sheet.cell(row, columns["Pertimbangan Tim"]).value = choice
            sheet.cell(row, columns["Alasan Tim"]).value = reason
            if moved:
                sheet.insert_rows(1, 3)
                sheet.title = f"Hasil {vacancy}"
        out = io.BytesIO()
        found.save(out)
        return {"berkas": ("calon-1.xlsx", out.getvalue())}

    return write


def bring(see, files, viewer="career", form=FORM):
    return see("/alokasi/1/pertimbangan", viewer, "POST", data=form, files=files)


def test_what_a_panel_wrote_comes_back_as_decisions_with_reason_and_name(filled, filled_in, see):
    views = ("V-1", 1, "Setuju", "Pengalaman paling sesuai"), ("V-1", 2, "keberatan", "Baru pindah")
    files = filled_in(*views, ("V-2", 1, "", ""))
    page = bring(see, files)
    assert page.status_code == 200
    assert "Tercatat: 1 setuju, 1 keberatan." in page.text
    held = [one for one, _ in filled.store.capsules]
    assert [(d.employee_id, d.kind, d.item_code, d.act, d.reason, d.decided_by) for d in held] == [
        ("A-1", "role", "J-1", "approved", "Pengalaman paling sesuai", "Rina Contoh"),
        ("A-2", "role", "J-1", "rejected", "Baru pindah", "Rina Contoh"),
    ]
    event = filled.store.trail[-1]
    assert (event.action, event.subject) == ("longlist_return", "job:1")
    assert event.details == {"approved": 1, "rejected": 1, "refused": 0}
    # Brought twice it is kept once, and stands beside the people.
    bring(see, files)
    assert len(filled.store.capsules) == 2
    assert "disetujui, Rina Contoh" in see("/alokasi/1").text


def test_a_list_may_be_moved_and_renamed_and_answered_in_english(filled, filled_in, see):
    files = filled_in(("V-1", 2, "objection", "Baru pindah"), moved=True)
    assert "0 setuju, 1 keberatan" in bring(see, files).text


def test_rows_that_cannot_be_kept_come_back_with_place_and_remedy_and_no_name(
    filled, filled_in, see
):
    filled.jobs.given[1].append(name("V-3", "A-2"))
    files = filled_in(
        ("V-1", 1, "mungkin", "Belum tahu"),
        ("V-1", 2, "setuju", ""),
        ("V-2", 1, "keberatan", "x" * 1001),
        ("V-3", 1, "setuju", "Tetap diusulkan"),
    )
    page = bring(see, files).text
    told = page.split('id="pertimbangan"')[1].split("<form")[0]
    for words in ("4 baris belum dicatat", "Lembar V-1, baris", "harus setuju atau keberatan",
                  "Alasan Tim masih kosong", "lebih dari 1.000 huruf",
                  "Ketentuan tidak memungkinkan"):  # fmt: skip
        assert words in told
    for person in ("Siti", "Rina", "A-1", "A-2"):
        assert person not in told
    assert filled.store.capsules == []


def test_who_is_not_on_the_list_or_stands_twice_is_refused(filled, filled_in, see):
    files = filled_in(("V-1", 1, "setuju", "Sesuai"))
    found = openpyxl.load_workbook(io.BytesIO(files["berkas"][1]))
    rows = [[cell.value for cell in row] for row in found["V-1"].iter_rows()]
    (row,) = [row for row in rows if "Sesuai" in row]
    for again in (row, [row[0], "V-9", *row[2:]], [*row[:2], "ref-lain", *row[3:]]):
        found["V-1"].append(again)
    out = io.BytesIO()
    found.save(out)
    page = bring(see, {"berkas": ("calon-1.xlsx", out.getvalue())}).text
    assert "1 setuju, 0 keberatan" in page
    assert page.count("tercantum dua kali") == 1
    assert page.count("tidak ada pada daftar jabatan lowong") == 2


def test_what_is_no_filled_list_is_told_beside_the_field(filled, filled_in, see):
    other = io.BytesIO()
    openpyxl.Workbook().save(other)
    for files, words in (
        ({"berkas": ("calon.xlsx", b"x")}, "bukan buku kerja"),
        ({"berkas": ("calon.csv", b"x")}, "bukan buku kerja"),
        ({"berkas": ("calon.xlsx", other.getvalue())}, "Tidak ada lembar dengan kolom"),
        (filled_in(), "masih kosong pada semua baris"),
    ):
        refused = bring(see, files)
        assert refused.status_code == 422
        assert words in refused.text
    unnamed = bring(see, filled_in(("V-1", 1, "setuju", "Sesuai")), form={})
    assert unnamed.status_code == 422
    assert filled.store.capsules == []


@pytest.mark.parametrize("viewer", ["self", "pk", "head", "supervisor", "bpsdm", "leader",
                                    "panel", "auditor_stated", "administrator"])  # fmt: skip
def test_only_who_fills_posts_brings_a_panels_views(filled, filled_in, see, viewer):
    files = filled_in(("V-1", 1, "setuju", "Sesuai"))
    assert bring(see, files, viewer).status_code == 404
    assert filled.store.capsules == []
