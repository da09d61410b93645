"""How periodic re-ranking stands, over HTTP: also before anything was published."""

from __future__ import annotations

from dataclasses import replace

PATH = "/api/v1/rankings"


def test_the_state_of_the_work_is_told_whole(service):
    body = service.client.get(PATH, headers=service.as_("administrator")).json()
    assert body["worker"] == {
        "held": True,
        "beat_at": "2026-04-03T19:00:00Z",
        "silent": True,
        "nightly": "02:00",
        "on_change": True,
    }
    assert body["counts"] == {"published": 4, "lost": 1}
    assert [one["state"] for one in body["tries"]] == ["running", "published", "lost"]
    assert (body["tries"][0]["done"], body["tries"][0]["total"]) == (30, 120)
    assert body["rankings"][0]["people"] == 5


def test_it_is_told_before_anything_was_published(service):
    service.store.number = None
    service.store.state = replace(service.store.state, held=False, tries=(), rankings=())
    assert service.client.get(PATH, headers=service.as_("administrator")).status_code == 200
    page = service.client.get("/pemeringkatan", headers=service.as_("administrator"))
    assert page.status_code == 200
    assert "Jalankan selaras worker" in page.text


def test_an_office_of_one_unit_does_not_read_it(service):
    for path in (PATH, "/pemeringkatan"):
        assert service.client.get(path, headers=service.as_("unit")).status_code == 404


def test_a_database_that_does_not_answer_is_said_to_be(service):
    service.store.unreachable = True
    answer = service.client.get(PATH, headers=service.as_("administrator"))
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


def test_the_administrator_begins_at_the_page_of_the_work(service):
    answer = service.client.get("/", headers=service.as_("administrator"), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pemeringkatan")
