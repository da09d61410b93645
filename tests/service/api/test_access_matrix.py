"""Every operation × every viewer × every target answers as the reviewed matrix says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from service.auditing import Actor
from service.visibility import matrix

PEOPLE = {"own": "A-1", "unit": "A-2", "outside": "A-3", "elsewhere": "X-1", "missing": "Z-9"}
ITEMS = {
    "list_nominations": {"known": "S-1", "missing": "S-9"},
    "list_training_candidates": {"known": "P-01", "missing": "P-99"},
    "list_job_candidates": {"known": "J-1", "missing": "J-99"},
}
SEES = {
    "own": {"A-1", "hidden"},
    "unit": {"A-2"},
    "outside": {"A-3", "B-1"},
}


def routes(app) -> dict[str, APIRoute]:
    return {
        context.name: context
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
    }


def is_ours(route) -> bool:
    return route.endpoint.__module__.startswith(("service.api.", "service.signin"))


def expected(reviewed) -> Iterator[tuple[str, str, str, int]]:
    """Every operation, viewer and target with the status the matrix gives it."""
    viewers = reviewed["viewers"]
    for operation, allowed in reviewed["people"].items():
        for name, viewer in viewers.items():
            for target in PEOPLE:
                seen = name in allowed and target in viewer["rows"]
                yield operation, name, target, 200 if seen else 404
        yield from ((operation, "none", target, 401) for target in PEOPLE)
    for operation, allowed in reviewed["answers"].items():
        for name in viewers:
            for target in PEOPLE:
                own = name in allowed and target == "own"
                yield operation, name, target, 200 if own else 404
        yield from ((operation, "none", target, 401) for target in PEOPLE)
    for operation, allowed in reviewed["items"].items():
        for name in viewers:
            yield operation, name, "known", 200 if name in allowed else 404
            yield operation, name, "missing", 404
        yield from ((operation, "none", target, 401) for target in ITEMS[operation])
    everybody = (
        reviewed["trail"]
        | reviewed["names"]
        | reviewed["history"]
        | reviewed["lists"]
        | reviewed["groups"]
        | reviewed["surveys"]
        | reviewed["work"]
    )
    for operation, allowed in everybody.items():
        for name in viewers:
            yield operation, name, "everybody", 200 if name in allowed else 404
        yield operation, "none", "everybody", 401
    for operation, allowed in reviewed["jobs"].items():
        done = 202 if operation.startswith("start") else 200
        for name in viewers:
            yield operation, name, "known", done if name in allowed else 404
        yield operation, "none", "known", 401
    for operation, status in reviewed["open"].items():
        for name in ("none", *viewers):
            yield operation, name, "known", status


def operations(reviewed) -> list[str]:
    return [name for part, held in reviewed.items() if part != "viewers" for name in held]


def test_every_operation_of_the_application_is_in_the_matrix_once(service, reviewed):
    api = {name for name, route in routes(service.app).items() if is_ours(route)}
    assert sorted(api) == sorted(operations(reviewed))


def test_every_operation_of_the_openapi_document_is_in_the_matrix(service, reviewed):
    document = service.client.get("/api/v1/openapi.json").json()
    told = {op["operationId"] for path in document["paths"].values() for op in path.values()}
    assert told == set(operations(reviewed)) - {"show_openapi"}


def test_every_role_is_in_the_matrix(reviewed):
    roles = {viewer["role"] for viewer in reviewed["viewers"].values()}
    assert set(matrix().grades) == roles - {"gardener"}


def test_nobody_is_named_who_is_no_viewer(reviewed):
    for part in (
        "people",
        "answers",
        "items",
        "lists",
        "groups",
        "surveys",
        "work",
        "jobs",
        "trail",
        "names",
        "history",
    ):
        for allowed in reviewed[part].values():
            assert set(allowed) <= set(reviewed["viewers"])


@pytest.fixture(scope="module")
def shared(make_service):
    return make_service()


def test_every_answer_is_the_one_in_the_matrix(shared, reviewed):
    known, differing = routes(shared.app), []
    for operation, viewer, target, status in expected(reviewed):
        route = known[operation]
        answer = ask(shared, operation, route, viewer, target)
        if answer.status_code != status:
            differing.append((operation, viewer, target, status, answer.status_code))
        if status == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer")
    assert differing == []


JOBS = {"show_import": 1, "show_ranking": 2, "show_allocation": 3, "list_seats": 3}
DECISIONS = {"own": 1, "unit": 2, "outside": 3, "elsewhere": 4, "missing": 999_999}


@pytest.fixture(scope="module", autouse=True)
def decided(shared):
    """A decision about a training of everybody there is, also elsewhere; a job of every kind."""
    shared.jobs.queue("import", {"upload": "u", "dry_run": False}, Actor("account:1"))
    shared.jobs.queue("ranking", {}, Actor("account:1"))
    shared.jobs.queue("allocation", {"kind": "session", "constraints": {}}, Actor("account:1"))
    for target in ("own", "unit", "outside", "elsewhere"):
        shared.store.decide(
            PEOPLE[target], "training", "P-01", "approved", reason="Perlu", decided_by="Rina",
            actor=Actor("account:1", "bpsdm"), ref="r", generation=7, capsule=b"{}",
            at=datetime.now(UTC),
        )  # fmt: skip


def ask(shared, operation, route, viewer, target):
    path = route.path_format
    if operation in JOBS:
        path = path.format(id=JOBS[operation])
    elif operation == "replay_decision":
        path = path.format(id=DECISIONS[target])
    elif "{id}" in path and operation != "answer_petition":
        path = path.format(id=PEOPLE[target])
    elif "{code}" in path:
        path = path.format(code=ITEMS[operation][target])
    elif "{secret}" in path:
        shared.credentials.links["link"] = shared.viewers["agency"]
        path = path.format(secret="link")
    (method,) = route.methods
    body = {"json": {}} if operation in ("search_employees", "ask_what_if") else {}
    if operation == "take_decision":
        about = {"kind": "training", "item_code": "P-01", "act": "endorsed", "reason": "Perlu"}
        body = {"json": {"employee": PEOPLE[target], "decided_by": "Rina Contoh", **about}}
    if operation == "take_steps":
        about = {"session": "S-1", "act": "nominate", "decided_by": "Rina Contoh"}
        body = {"json": {"employees": [PEOPLE[target]], **about}}
    if operation == "put_forward":
        body = {"json": {"allocation": None, "decided_by": "Rina Contoh"}}
    if operation == "ask_petition":
        body = {"json": {"kind": "correction", "topic": "unit", "words": "Pindah unit"}}
    if operation == "answer_petition":
        store = shared.store
        due = datetime(2026, 5, 1).date()
        made = store.petition("A-1", "correction", "unit", "Pindah", due_on=due, actor=None,
                              ref="r", at=datetime.now(UTC))  # fmt: skip
        path = route.path_format.format(id=made.number)
        body = {"json": {"outcome": "granted", "answer": "Sudah", "answered_by": "Rina"}}
    if operation == "start_import":
        body = {"files": {"file": ("employees.csv", b"employee_id\nP-1\n")}}
    if operation == "decide_name_matches":
        ruling = {"kind": "training", "key": "naskahkebijakan", "act": "reject"}
        body = {"json": {"decisions": [ruling]}}
    if operation == "start_allocation":
        body = {"json": {"kind": "session"}}
    if operation == "give_feedback":
        about = {"kind": "training", "item_code": "P-01", "action": "accepted"}
        body = {"json": {"employee": PEOPLE[target], **about}}
    if operation == "export_training_history":
        body = {"params": {"shape": "rw_kursus"}}
    headers = {} if viewer == "none" else shared.as_(viewer)
    shared.client.cookies.clear()
    return shared.client.request(method, path, headers=headers, **body)


def test_a_link_that_leads_nowhere_signs_nobody_in(shared):
    shared.client.cookies.clear()
    assert shared.client.get("/masuk/nothing").status_code == 401


def test_what_is_out_of_scope_is_answered_like_what_does_not_exist(shared, reviewed):
    for operation in reviewed["people"]:
        route = routes(shared.app)[operation]
        for viewer in ("self", "unit", "panel", "auditor", "administrator"):
            outside = ask(shared, operation, route, viewer, "outside")
            missing = ask(shared, operation, route, viewer, "missing")
            if outside.status_code == 404:
                assert outside.content == missing.content


def test_lists_show_the_rows_of_the_scope_and_no_others(shared, reviewed, nip_ref):
    for name, viewer in reviewed["viewers"].items():
        refs = set().union(*(SEES[target] for target in viewer["rows"]))
        if viewer["scope"].startswith("vacancy"):
            refs = {"A-1", "A-3"}
        refs = {nip_ref if ref == "hidden" else ref for ref in refs}
        found = shared.client.post("/api/v1/employees/search", json={}, headers=shared.as_(name))
        if found.status_code == 200:
            assert {person["ref"] for person in found.json()["items"]} == refs, name
        for path in ("/api/v1/trainings/P-01/candidates", "/api/v1/jobs/J-1/candidates"):
            answer = shared.client.get(path, headers=shared.as_(name))
            if answer.status_code == 200:
                assert {one["ref"] for one in answer.json()["items"]} == refs, (name, path)
                ranks = [one["rank"] for one in answer.json()["items"]]
                assert ranks == list(range(1, len(refs) + 1))


@pytest.mark.parametrize(
    ("viewer", "kinds"),
    [
        ("self", {"training", "role"}),
        ("agency", {"training", "role"}),
        ("supervisor", {"training"}),
        ("pk", {"training"}),
        ("bpsdm", {"training"}),
        ("discipline", {"role"}),
        ("leader", {"role"}),
        ("panel", set()),
    ],
)
def test_what_is_ruled_out_is_told_by_kind(shared, viewer, kinds):
    path = "/api/v1/employees/A-1/excluded"
    both = shared.client.get(path, headers=shared.as_(viewer))
    assert {item["kind"] for item in both.json()["items"]} == kinds
    for kind in ("training", "role"):
        one = shared.client.get(f"{path}?kind={kind}", headers=shared.as_(viewer))
        readable = kind in kinds or (viewer == "panel" and kind == "role")
        assert one.status_code == (200 if readable else 404)


def test_a_panel_reads_about_the_post_of_its_vacancy_and_no_other(shared):
    as_panel = shared.as_("panel")
    roles = shared.client.get("/api/v1/employees/A-1/roles", headers=as_panel).json()["items"]
    assert [item["item_code"] for item in roles] == ["J-1"]
    later = shared.client.get("/api/v1/employees/A-1/roles?readiness=later", headers=as_panel)
    assert later.json()["items"] == []
    for code, status in (("J-1", 200), ("J-2", 404)):
        answer = shared.client.get(f"/api/v1/jobs/{code}/candidates", headers=as_panel)
        assert answer.status_code == status


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
        ("panel_stated", "SUB", None),
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
