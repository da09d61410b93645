"""Vacant posts filled together on pages: limits of units, empty posts with reasons, names."""

from __future__ import annotations

from dataclasses import replace

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
