"""Long work over HTTP: files come in as jobs, seats are given out as proposals, by page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.middleware import MAX_UPLOAD_BYTES

IMPORTS = "/api/v1/imports"
SEATS = "/api/v1/allocations"


def send(service, files, viewer="agency", query=""):
    sent = [("file", file) for file in files]
    return service.client.post(IMPORTS + query, files=sent, headers=service.as_(viewer))


def test_files_are_kept_whole_and_a_job_is_queued(service):
    body = b"employee_id\n" + b"P-1\n" * 40_000  # more than any other body may be
    answer = send(
        service, [("employees.csv", body), ("units.csv", b"unit_code\n")], query="?dry_run=true"
    )
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"{IMPORTS}/{job['id']}"
    assert (job["kind"], job["state"]) == ("import", "queued")
    assert service.jobs.uploads["u0"] == {"employees.csv": body, "units.csv": b"unit_code\n"}
    assert service.jobs.held[0].asked == {"upload": "u0", "dry_run": True}
    shown = service.client.get(answer.headers["location"], headers=service.as_("agency"))
    assert shown.json() == job


@pytest.mark.parametrize(
    "names",
    [[], ["../employees.csv"], ["employees.exe"], [".csv"], ["a/b.csv"], ["a\\b.csv"],
     ["employees.csv", "employees.csv"], ["x" * 200 + ".csv"], ["employees.csv\x00.xlsx"]],
)  # fmt: skip
def test_what_is_no_table_is_refused_and_nothing_is_kept(service, names):
    answer = send(service, [(name, b"x") for name in names])
    assert answer.status_code == 422
    assert service.jobs.uploads == {}
    assert service.jobs.held == []


def test_nobody_else_can_send_files_and_nothing_is_read(service):
    for viewer in ("self", "supervisor", "pk", "unit", "auditor_stated", "administrator"):
        assert send(service, [("employees.csv", b"x")], viewer).status_code == 404
    assert service.jobs.uploads == {}


def test_too_much_is_refused_before_it_is_read(service):
    headers = {**service.as_("agency"), "Content-Length": str(MAX_UPLOAD_BYTES + 1),
               "Content-Type": "multipart/form-data; boundary=x"}  # fmt: skip
    assert service.client.post(IMPORTS, content=b"", headers=headers).status_code == 413
    other = {**headers, "Content-Length": str(100_000)}
    assert service.client.post(SEATS, content=b"", headers=other).status_code == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "session"}, 202),
        ({"kind": "session", "constraints": {"max_courses": 4, "soft_jp": 20}}, 202),
        ({"kind": "session", "constraints": {"max_course": 4}}, 422),
        ({"kind": "nothing"}, 422),
        ({"kind": "session", "more": 1}, 422),
    ],
)
def test_an_allocation_is_asked_for_in_the_words_of_the_command(service, body, status):
    answer = service.client.post(SEATS, json=body, headers=service.as_("bpsdm"))
    assert answer.status_code == status
    assert len(service.jobs.held) == (status == 202)


def test_posts_are_given_out_by_the_career_office_and_seats_by_the_training_office(service):
    def ask(viewer, kind):
        return service.client.post(SEATS, json={"kind": kind}, headers=service.as_(viewer))

    assert ask("career", "session").status_code == 404
    assert ask("bpsdm", "vacancy").status_code == 404
    job = ask("career", "vacancy").json()
    for path in (f"{SEATS}/{job['id']}", f"{SEATS}/{job['id']}/seats"):
        assert service.client.get(path, headers=service.as_("career")).status_code == 200
        assert service.client.get(path, headers=service.as_("bpsdm")).status_code == 404


def test_seats_are_told_by_ref_page_by_page_and_only_once_they_are_there(service, nip, nip_ref):
    job = service.client.post(SEATS, json={"kind": "session"}, headers=service.as_("bpsdm")).json()
    path = f"{SEATS}/{job['id']}/seats?k=2"
    rows = [
        {"employee_id": employee, "session_code": "S-1", "item_code": "P-01", "score": "1.500000",
         "cost": "250000"}
        for employee in (nip, "A-1", "A-2", "GONE")
    ]  # fmt: skip
    service.jobs.given[job["id"]] = rows
    headers = service.as_("bpsdm")
    assert service.client.get(path, headers=headers).json()["items"] == []
    service.jobs.held[-1] = replace(service.jobs.held[-1], state="done")
    first = service.client.get(path, headers=headers)
    assert [one["employee"] for one in first.json()["items"]] == [nip_ref, "A-1"]
    assert nip not in first.text
    again = service.client.get(f"{path}&cursor={first.json()['next_cursor']}", headers=headers)
    assert [one["employee"] for one in again.json()["items"]] == ["A-2", None]
    assert again.json()["next_cursor"] is None
    assert again.json()["items"][0]["score"] == 1.5


def test_a_job_is_found_as_what_it_is_and_nothing_else(service):
    job = service.client.post("/api/v1/rankings", headers=service.as_("administrator")).json()
    for kind, status in (("rankings", 200), ("imports", 404), ("allocations", 404)):
        path = f"/api/v1/{kind}/{job['id']}"
        assert service.client.get(path, headers=service.as_("agency")).status_code == status
