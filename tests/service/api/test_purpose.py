"""What is read for a stated purpose only opens once it is stated, and every read is on record."""

from __future__ import annotations

import pytest

from service.middleware import SESSION_COOKIE

GAPS = "/api/v1/employees/A-2/gaps"
OWN = {"Sec-Fetch-Site": "same-origin"}
HEADER = {"Selaras-Purpose": "Surat tugas 12/2026"}


@pytest.fixture
def session(service):
    """A browser session of an inspector."""
    service.credentials.sessions["own"] = service.viewers["auditor"]
    service.client.cookies.clear()
    service.client.cookies.set(SESSION_COOKIE, "own")
    yield service
    service.client.cookies.clear()


def test_a_token_reads_with_a_purpose_in_its_header_and_every_read_is_on_record(service):
    plain = service.as_("auditor")
    assert service.client.get(GAPS, headers=plain).status_code == 404
    for _ in range(2):  # also where the same answer was given a moment ago
        assert service.client.get(GAPS, headers={**plain, **HEADER}).status_code == 200
    assert service.client.get(GAPS, headers=plain).status_code == 404
    assert [(e.action, e.subject, e.details) for e in service.store.trail] == [
        ("read", "employee:A-2",
         {"operation": "/api/v1/employees/{id}/gaps", "purpose": "Surat tugas 12/2026"})
    ] * 2  # fmt: skip


def test_lists_that_are_read_for_a_purpose_are_on_record_too(service):
    headers = {**service.as_("auditor"), **HEADER}
    found = service.client.post("/api/v1/employees/search", json={"name": "x"}, headers=headers)
    assert found.status_code == 200
    (event,) = service.store.trail
    assert event.subject == "list"


def test_no_number_of_a_person_gets_into_the_trail(service, nip):
    headers = {**service.as_("auditor"), **HEADER}
    path = f"/api/v1/employees/{nip}/gaps"
    assert service.client.get(path, headers=headers).status_code == 404
    assert nip not in str(service.store.trail)


def test_who_needs_no_purpose_is_not_on_record_whatever_they_send(service):
    headers = {**service.as_("bpsdm"), **HEADER}
    assert service.client.get(GAPS, headers=headers).status_code == 200
    assert service.store.trail == []
    assert service.client.get("/keperluan", headers=service.as_("bpsdm")).status_code == 404


@pytest.mark.parametrize("stated", ["x" * 201, "a\tb"])
def test_a_purpose_that_cannot_be_kept_is_refused(service, stated):
    headers = {**service.as_("auditor"), "Selaras-Purpose": stated}
    assert service.client.get(GAPS, headers=headers).status_code == 400


def test_a_session_states_its_purpose_and_ends_it(session):
    client = session.client
    assert client.get("/pegawai/A-2").status_code == 404
    said = client.post("/keperluan", data={"keperluan": " Surat  tugas 12 "}, headers=OWN)
    assert said.status_code == 303
    assert "Surat tugas 12" in client.get("/keperluan").text
    assert client.get("/pegawai/A-2").status_code == 200
    assert "employee:A-2" in [event.subject for event in session.store.trail]
    client.post("/keperluan", data={"keperluan": ""}, headers=OWN)
    assert client.get("/pegawai/A-2").status_code == 404
