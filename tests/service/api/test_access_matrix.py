"""Every operation × every viewer × every target answers as the reviewed matrix says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

MATRIX = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text(encoding="utf-8"))
PEOPLE = {"own": "A-1", "unit": "A-2", "outside": "A-3", "missing": "Z-9"}
ITEMS = {
    "list_training_candidates": {"known": "P-01", "missing": "P-99"},
    "list_job_candidates": {"known": "J-1", "missing": "J-99"},
}
SEES = {
    "unit": {"A-1", "A-2", "hidden"},
    "supervisor": {"A-1", "A-2", "hidden"},
    "agency": {"A-1", "A-2", "A-3", "B-1", "hidden"},
    "career": {"A-1", "A-2", "A-3", "B-1", "hidden"},
    "discipline": {"A-1", "A-2", "A-3", "B-1", "hidden"},
    "panel": {"A-1", "A-2", "A-3", "B-1", "hidden"},
}


def routes(app) -> dict[str, APIRoute]:
    return {
        context.name: context
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
    }


def rows() -> Iterator[tuple[str, str, str, int]]:
    for operation, viewers in MATRIX.items():
        for viewer, targets in viewers.items():
            for target, status in targets.items():
                yield operation, viewer, target, status


def test_every_operation_of_the_application_is_in_the_matrix(service):
    api = {name for name, route in routes(service.app).items() if is_ours(route)}
    assert api == set(MATRIX)


def is_ours(route) -> bool:
    return route.endpoint.__module__.startswith(("service.api.", "service.signin"))


@pytest.fixture(scope="module")
def shared(make_service):
    return make_service()


@pytest.mark.parametrize(("operation", "viewer", "target", "status"), list(rows()))
def test_the_answer_is_the_one_in_the_matrix(shared, operation, viewer, target, status):
    route = routes(shared.app)[operation]
    headers = {} if viewer == "none" else shared.as_(viewer)
    path = route.path_format
    if "{id}" in path:
        path = path.format(id=PEOPLE[target])
    elif "{code}" in path:
        path = path.format(code=ITEMS[operation][target])
    elif "{secret}" in path:
        secret = f"link for {viewer}" if target == "known" else "nothing"
        shared.credentials.links[f"link for {viewer}"] = shared.viewers["agency"]
        path = path.format(secret=secret)
    (method,) = route.methods
    body = {"json": {}} if operation in ("search_employees", "ask_what_if") else {}
    shared.client.cookies.clear()
    answer = shared.client.request(method, path, headers=headers, **body)
    assert answer.status_code == status
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("viewer", sorted(SEES))
def test_search_and_candidates_show_the_rows_of_the_scope_and_no_others(shared, viewer, nip_ref):
    expected = {nip_ref if ref == "hidden" else ref for ref in SEES[viewer]}
    found = shared.client.post("/api/v1/employees/search", json={}, headers=shared.as_(viewer))
    assert {person["ref"] for person in found.json()["items"]} == expected
    for path in ("/api/v1/trainings/P-01/candidates", "/api/v1/jobs/J-1/candidates"):
        answer = shared.client.get(path, headers=shared.as_(viewer))
        if answer.status_code == 200:
            assert {one["ref"] for one in answer.json()["items"]} == expected
            ranks = [one["rank"] for one in answer.json()["items"]]
            assert ranks == list(range(1, len(expected) + 1))


@pytest.mark.parametrize(
    ("viewer", "unit", "expected"),
    [
        ("agency", "", {"A-1", "A-2", "A-3", "B-1", "hidden"}),
        ("agency", "PD", {"A-1", "A-2", "hidden"}),
        ("unit", "", {"A-1", "A-2", "hidden"}),
        ("unit", "SUB", {"A-1", "hidden"}),
        ("supervisor", "SUB", {"A-1", "hidden"}),
        ("unit", "OTHER", None),
        ("agency", "NOWHERE", None),
    ],
)
def test_whom_to_assess_first_stays_within_scope_and_unit(shared, viewer, unit, expected, nip_ref):
    path = f"/api/v1/assess-first?unit={unit}"
    answer = shared.client.get(path, headers=shared.as_(viewer))
    if expected is None:
        assert answer.status_code == 404
        return
    found = {item["employee"]["ref"] for item in answer.json()["items"]}
    assert found == {nip_ref if ref == "hidden" else ref for ref in expected}
    assert "employee_id" not in answer.text


def test_every_ref_that_is_shown_leads_to_the_person(shared):
    as_hr = shared.as_("agency")
    found = shared.client.post("/api/v1/employees/search", json={}, headers=as_hr).json()["items"]
    for person in found:
        path = f"/api/v1/employees/{person['ref']}/gaps"
        assert shared.client.get(path, headers=as_hr).status_code == 200
