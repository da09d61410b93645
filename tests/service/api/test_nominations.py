"""Seats of sessions over HTTP and in the browser: each office takes its own steps only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.auditing import Actor

NAMED = {"decided_by": "Rina Contoh"}


@pytest.fixture
def step(service):
    def send(viewer, act, *people, session="S-1", **more):
        body = {"session": session, "act": act, "employees": list(people), **NAMED, **more}
        service.client.cookies.clear()
        return service.client.post("/api/v1/nominations", json=body, headers=service.as_(viewer))

    return send


@pytest.fixture
def see(service):
    def get(path, viewer="pk", method="GET", **more):
        service.client.cookies.clear()
        return service.client.request(method, path, headers=service.as_(viewer), **more)

    return get


@pytest.fixture
def proposed(service):
    """An allocation that gives A-1 and A-3 a seat of S-1, put forward."""
    jobs = service.jobs
    jobs.queue("allocation", {"kind": "session", "constraints": {"max_courses": 3}}, Actor("b"))
    jobs.held[-1] = replace(
        jobs.held[-1], state="done", result={"sessions": [{"code": "S-1"}, {"code": "S-3"}]}
    )
    number = jobs.held[-1].number
    jobs.given[number] = [
        {"employee_id": who, "session_code": "S-1", "item_code": "P-01", "score": "1", "cost": "0"}
        for who in ("A-1", "A-3")
    ]
    service.client.cookies.clear()
    body = {"allocation": number, "reason": "Rapat 3 April", **NAMED}
    sent = service.client.post("/api/v1/rounds", json=body, headers=service.as_("bpsdm"))
    assert sent.status_code == 200
    return number


def states(see, viewer="bpsdm", session="S-1"):
    found = see(f"/api/v1/sessions/{session}/nominations", viewer).json()["items"]
    return {one["employee"]: one["status"] for one in found}


def test_the_chain_goes_from_the_department_to_the_academy(step, see):
    sent = step("pk", "nominate", "A-1")
    assert sent.json()["taken"][0] | {"id": 0, "at": ""} == {
        "id": 0, "employee": "A-1", "act": "nominate", "before": None, "after": "diusulkan",
        "decided_by": "Rina Contoh", "at": "",
    }  # fmt: skip
    for act in ("verify", "call", "attend"):
        assert step("bpsdm", act, "A-1").status_code == 200
    done = step("bpsdm", "complete", "A-1", certificates=[{"employee": "A-1", "number": "ST-1"}])
    assert done.json()["taken"][0]["after"] == "selesai"
    assert states(see) == {"A-1": "selesai"}


@pytest.mark.parametrize(
    ("viewer", "act"),
    [
        ("pk", "verify"),
        ("bpsdm", "nominate"),
        ("supervisor", "nominate"),
        ("career", "verify"),
        ("self", "withdraw"),
        ("pk", "decline"),
        ("administrator", "undo"),
    ],
)
def test_nobody_takes_a_step_of_another_office(step, viewer, act):
    assert step(viewer, act, "A-1", reason="Perlu").status_code == 404


def test_a_department_steps_for_its_own_people_only(step, see):
    assert step("pk", "nominate", "A-1", "A-3").status_code == 404
    assert states(see) == {}


def test_a_person_declines_until_the_call_up_and_then_no_more(step, see):
    for act, viewer in (("nominate", "pk"), ("verify", "bpsdm")):
        step(viewer, act, "A-1")
    assert step("self", "decline", "A-1").json()["taken"][0]["after"] == "batal"
    step("pk", "nominate", "A-1")
    step("bpsdm", "verify", "A-1")
    step("bpsdm", "call", "A-1", letter_no="12/2026")
    refused = step("self", "decline", "A-1").json()["refused"]
    assert [one["code"] for one in refused] == ["state"]


def answer(service, action, **more):
    body = {"employee": "A-1", "kind": "training", "item_code": "P-01", "action": action, **more}
    service.client.cookies.clear()
    return service.client.post("/api/v1/feedback", json=body, headers=service.as_("self"))


def test_declining_the_suggestion_ends_the_nomination_and_after_the_call_up_is_told_why_not(
    service, step, see
):
    step("pk", "nominate", "A-1")
    assert answer(service, "declined", reason_code="jadwal").status_code == 200
    assert states(see) == {"A-1": "batal"}
    step("pk", "nominate", "A-1")
    step("bpsdm", "verify", "A-1")
    step("bpsdm", "call", "A-1")
    refused = answer(service, "declined", reason_code="jadwal")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "called_up"
    assert answer(service, "accepted").status_code == 200
    assert states(see) == {"A-1": "dipanggil"}


def test_a_rule_keeps_people_from_being_proposed(step):
    refused = step("pk", "nominate", "A-1", session="S-3").json()
    assert [one["code"] for one in refused["refused"]] == ["forbidden"]
    assert refused["taken"] == []


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"act": "veto"}, "body.reason"),
        ({"act": "nominate", "decided_by": " "}, "body.decided_by"),
    ],
)
def test_a_reason_and_a_name_are_asked_for(step, more, where):
    act = more.pop("act")
    answer = step("pk", act, "A-1", **more)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == where


def test_the_proposal_is_each_departments_quota(step, see, proposed):
    found = see("/api/v1/sessions/S-1/nominations", "pk").json()["items"]
    assert [(one["employee"], one["status"], one["proposed"]) for one in found] == [
        ("A-1", None, True)
    ]
    assert step("pk", "nominate", "A-2").json()["taken"]  # in place of A-1, within the quota
    assert [o["code"] for o in step("pk", "nominate", "A-1").json()["refused"]] == ["quota"]
    assert step("pk", "withdraw", "A-2", reason="Penugasan").json()["taken"]
    assert step("pk", "nominate", "A-1").json()["taken"]
    assert states(see) == {"A-1": "diusulkan", "A-2": "batal", "A-3": None}


def test_a_session_the_proposal_says_nothing_of_has_no_quota_and_one_left_empty_has_none_to_give(
    step, proposed, service
):
    held = service.jobs.held[-1]
    service.jobs.held[-1] = replace(held, result={"sessions": [{"code": "S-3"}]})
    service.jobs.given[proposed] = []
    assert step("pk", "nominate", "A-2").json()["taken"]
    service.jobs.held[-1] = replace(held, result={"sessions": [{"code": "S-1"}]})
    assert [o["code"] for o in step("pk", "nominate", "A-1").json()["refused"]] == ["quota"]


@pytest.mark.parametrize("viewer", ["pk", "head", "career", "administrator"])
def test_only_the_academy_puts_a_proposal_forward(service, see, viewer):
    body = {"allocation": None, **NAMED}
    assert see("/api/v1/rounds", viewer, "POST", json=body).status_code == 404


def test_what_is_no_allocation_is_not_put_forward(see):
    body = {"allocation": 77, **NAMED}
    assert see("/api/v1/rounds", "bpsdm", "POST", json=body).status_code == 404


def test_it_is_worked_out_again_from_the_proposal_in_force(see, proposed, service):
    body = {"kind": "session", "constraints": {"max_courses": 3}, "again": True}
    assert see("/api/v1/allocations", "bpsdm", "POST", json=body).status_code == 202
    assert service.jobs.held[-1].asked["since"] == proposed
    see("/api/v1/rounds", "bpsdm", "POST", json={"allocation": None, **NAMED})
    refused = see("/api/v1/allocations", "bpsdm", "POST", json=body)
    assert refused.json()["errors"][0]["code"] == "no_round"


def test_sessions_tell_how_many_of_ones_own_people_stand_how(step, see, proposed):
    step("agency", "nominate", "A-3")
    rows = {one["session"]: one for one in see("/api/v1/sessions", "pk").json()["items"]}
    assert (rows["S-1"]["counts"], rows["S-1"]["proposed"]) == ({}, 1)
    rows = {one["session"]: one for one in see("/api/v1/sessions", "bpsdm").json()["items"]}
    assert (rows["S-1"]["counts"], rows["S-1"]["proposed"]) == ({"diusulkan": 1}, 1)
    assert list(rows) == ["S-1", "S-3", "S-2"]  # coming, undated, past


def test_the_last_step_is_taken_back_by_the_office_that_took_it(step, see):
    step("pk", "nominate", "A-1")
    step("bpsdm", "verify", "A-1")
    assert [o["code"] for o in step("pk", "undo", "A-1").json()["refused"]] == ["undo"]
    assert step("bpsdm", "undo", "A-1").json()["taken"][0]["after"] == "diusulkan"


# ---- pages -------------------------------------------------------------------------------------


def press(see, viewer, act, *people, **more):
    form = {"pilih": list(people), "tindakan": act, "nama": "Rina Contoh", **more}
    return see("/angkatan/S-1", viewer, "POST", data=form)


def test_a_department_proposes_on_the_page_and_the_academy_calls_up(see, proposed):
    page = see("/angkatan").text
    assert "Judul P-01" in page
    page = see("/angkatan/S-1").text
    assert "disarankan, belum diusulkan" in page
    assert "Rina Contoh" not in page  # of another department
    assert "Verifikasi" not in page
    page = press(see, "pk", "nominate", "A-1").text
    assert "1 langkah tercatat." in page
    assert press(see, "bpsdm", "verify", "A-1").status_code == 200
    assert press(see, "bpsdm", "call", "A-1", surat="12/2026").status_code == 200
    letter = see("/angkatan/S-1/surat", "bpsdm").text
    assert "Siti Contoh" in letter
    assert "Unit PD" in letter or "Unit SUB" in letter
    assert "………………" in letter  # the number is the registry's to give
    own = see("/saya", "self").text
    assert "Anda telah dipanggil" in own
    assert "12/2026" in own


def test_what_was_typed_comes_back_where_something_is_missing(see):
    page = press(see, "pk", "veto", "A-1", nama="Budi <b>")
    assert page.status_code == 422
    assert "Tuliskan alasan" in page.text
    assert "Budi &lt;b&gt;" in page.text
    page = press(see, "pk", "nominate")
    assert page.status_code == 422
    assert "Pilih setidaknya satu orang" in page.text


def test_somebody_declines_on_their_own_page(see, step):
    step("pk", "nominate", "A-1")
    assert "Sebelum dipanggil" in see("/saya", "self").text
    sent = see("/saya/angkatan", "self", "POST", data={"kode": "S-1"})
    assert sent.headers["location"] == "/saya#angkatan"
    assert states(see) == {"A-1": "batal"}


def test_the_academy_puts_an_allocation_forward_from_its_page(see, proposed, service):
    service.jobs.held[-1] = replace(
        service.jobs.held[-1],
        result={
            "sessions": [{"code": "S-1", "seats": 3, "taken": 2, "waiting": 1, "held": True,
                          "price": 0.5}],
            "seats": 2, "people": 2, "cost": 0, "objective": 1.0, "gap": 0.0, "bound": 1.0,
            "budgets": {}, "unpaid": 0,
        },
    )  # fmt: skip
    assert "sedang berlaku sebagai usulan" in see(f"/alokasi/{proposed}", "bpsdm").text
    assert see("/angkatan/akhiri", "bpsdm", "POST", data={}).status_code == 422
    assert see("/angkatan/akhiri", "bpsdm", "POST", data={"nama": "Rina"}).status_code == 303
    page = see(f"/alokasi/{proposed}", "bpsdm").text
    assert "Ajukan kepada Perangkat Daerah" in page
    sent = see(f"/alokasi/{proposed}/ajukan", "bpsdm", "POST", data={"nama": ""})
    assert "nama=kosong" in sent.headers["location"]
    assert (
        see(f"/alokasi/{proposed}/ajukan", "bpsdm", "POST", data={"nama": "R"}).status_code == 303
    )
    sent = see("/angkatan/susun-ulang", "bpsdm", "POST")
    assert sent.headers["location"].startswith("/alokasi/")
    assert service.jobs.held[-1].asked == {
        "kind": "session", "constraints": {"max_courses": 3}, "since": proposed
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/angkatan", "/angkatan/S-1"])
@pytest.mark.parametrize(
    ("viewer", "status"),
    [("pk", 200), ("head", 200), ("bpsdm", 200), ("agency", 200), ("supervisor", 404),
     ("career", 404), ("self", 404), ("auditor_stated", 404), ("administrator", 404)],
)  # fmt: skip
def test_who_finds_the_pages(see, path, viewer, status):
    assert see(path, viewer).status_code == status


def test_the_letter_is_the_academys(see, step):
    step("pk", "nominate", "A-1")
    assert see("/angkatan/S-1/surat", "pk").status_code == 404
