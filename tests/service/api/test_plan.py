"""Year plans and suppositions over HTTP: shapes, limits, and what stays with whom."""

from __future__ import annotations

import pytest


def test_a_plan_says_what_it_rests_on_and_holds_its_rows(service):
    answer = service.client.get("/api/v1/employees/A-1/plan", headers=service.as_("self"))
    body = answer.json()
    assert answer.status_code == 200
    assert body["year"] == 2026
    assert body["generation"] == 7
    assert body["rows"][0]["fields"]["jadwal"]["id"]
    assert body["totals"]["start"]["ip_asn"] == 41.0
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["etag"]


def test_year_and_budget_are_those_asked_for(service):
    path = "/api/v1/employees/A-1/plan?year=2027&budget=5000000"
    body = service.client.get(path, headers=service.as_("agency")).json()
    assert (body["year"], body["totals"]["budget"]) == (2027, 5_000_000)


@pytest.mark.parametrize("query", ["year=2025", "year=x", "budget=-1", "year=0"])
def test_an_impossible_year_or_budget_is_refused(service, query):
    path = f"/api/v1/employees/A-1/plan?{query}"
    answer = service.client.get(path, headers=service.as_("self"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("query.")


def test_who_may_not_know_of_discipline_reads_no_total_of_ip_asn(service):
    body = service.client.get("/api/v1/employees/A-1/plan", headers=service.as_("agency")).json()
    assert body["totals"]["start"]["ip_asn"] is None
    assert body["rows"][0]["after"]["ip_asn"] is None
    assert body["rows"][0]["after"]["ip_asn_gained"] == 15.0


def test_a_supervisor_does_not_learn_which_post_a_plan_prepares_for(service):
    answer = service.client.get("/api/v1/employees/A-1/plan", headers=service.as_("supervisor"))
    body = answer.json()
    assert body["next"] is None
    assert body["rows"][0]["changes"][0]["next"] is None
    assert body["rows"][0]["after"]["jpm_next"] is None
    assert "jabatan tujuan" not in answer.text
    assert [gap["post"] for gap in body["remaining_gaps"]] == ["now"]


def test_a_supposition_is_answered_and_not_kept(service):
    answer = service.client.post(
        "/api/v1/employees/A-1/what-if",
        headers=service.as_("self"),
        json={"trainings": ["P-01"], "target_job_code": "J-2", "levels": {"M.1": 2.5}},
    )
    body = answer.json()
    assert answer.status_code == 200
    assert body["job_code"] == "J-2"
    assert body["after"]["match"] == 0.62
    assert "etag" not in answer.headers


def test_hr_reads_no_trace_of_a_measure_in_a_supposition(service):
    answer = service.client.post(
        "/api/v1/employees/A-1/what-if", headers=service.as_("agency"), json={}
    )
    before = answer.json()["before"]
    assert before["checks"][0]["rule"] == "konfirmasi_bkd"
    assert before["eligibility"] == "perlu_verifikasi"
    assert before["earliest"] is None
    assert before["steps"] == []
    assert before["ip_asn"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"trainings": ["P-99"]},
        {"trainings": ["P-01"] * 21},
        {"levels": {"M.1": -1}},
        {"unknown": 1},
        {"trainings": "P-01"},
        {"k": 0},
    ],
)
def test_a_supposition_that_cannot_be_is_refused_without_echo(service, body):
    answer = service.client.post(
        "/api/v1/employees/A-1/what-if", headers=service.as_("self"), json=body
    )
    assert answer.status_code == 422
    assert "P-99" not in answer.text
