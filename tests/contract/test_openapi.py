"""The OpenAPI document tells the truth: every answer is one it declares, with no field more."""

from __future__ import annotations

import json
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DOCUMENT = "/api/v1/openapi.json"
OPERATIONS = {
    ("get", "/api/v1/employees/{id}/trainings"),
    ("get", "/api/v1/employees/{id}/roles"),
    ("get", "/api/v1/employees/{id}/gaps"),
    ("get", "/api/v1/employees/{id}/assess-next"),
    ("get", "/api/v1/employees/{id}/figures"),
    ("get", "/api/v1/employees/{id}/excluded"),
    ("get", "/api/v1/employees/{id}/plan"),
    ("post", "/api/v1/employees/{id}/what-if"),
    ("post", "/api/v1/employees/search"),
    ("get", "/api/v1/trainings/{code}/candidates"),
    ("get", "/api/v1/jobs/{code}/candidates"),
    ("get", "/api/v1/assess-first"),
    ("get", "/api/v1/group-trainings"),
    ("get", "/api/v1/fairness"),
    ("get", "/api/v1/gap-map"),
    ("get", "/api/v1/rankings"),
    ("post", "/api/v1/feedback"),
    ("post", "/api/v1/decisions"),
    ("get", "/api/v1/audit"),
    ("get", "/api/v1/audit/integrity"),
    ("post", "/api/v1/imports"),
    ("get", "/api/v1/name-matches"),
    ("get", "/api/v1/training-history"),
    ("post", "/api/v1/name-matches"),
    ("post", "/api/v1/rankings"),
    ("post", "/api/v1/allocations"),
    ("get", "/api/v1/imports/{id}"),
    ("get", "/api/v1/rankings/{id}"),
    ("get", "/api/v1/allocations/{id}"),
    ("get", "/api/v1/allocations/{id}/seats"),
    ("get", "/api/v1/decisions/{id}/replay"),
    ("get", "/api/v1/employees/{id}/decisions"),
    ("get", "/api/v1/employees/{id}/nominations"),
    ("get", "/api/v1/sessions"),
    ("get", "/api/v1/sessions/{code}/nominations"),
    ("post", "/api/v1/nominations"),
    ("get", "/api/v1/rounds"),
    ("post", "/api/v1/rounds"),
    ("get", "/api/v1/petitions"),
    ("post", "/api/v1/petitions"),
    ("post", "/api/v1/petitions/{id}/answer"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("get", "/masuk/{secret}"),
    ("post", "/keluar"),
}


@pytest.fixture(scope="module")
def document(call):
    return call("GET", DOCUMENT, token=None).json()


def operation(document, method, path):
    return document["paths"][path][method.lower()]


@pytest.fixture(scope="module")
def told(call, document):
    """Return a function that calls, and fails unless the document declares the answer."""

    def tell(method, path, *, template, **rest):
        answer = call(method, path, **rest)
        declared = operation(document, method, template)["responses"]
        assert str(answer.status_code) in declared, (method, path, answer.status_code)
        response = declared[str(answer.status_code)]
        media_type = answer.headers.get("content-type", "").split(";")[0]
        if answer.content:
            schema = {**response["content"][media_type]["schema"], **_with(document)}
            jsonschema.Draft202012Validator(
                schema, format_checker=jsonschema.FormatChecker()
            ).validate(answer.json())
        for name in response.get("headers", {}):
            assert name.lower() in answer.headers
        return answer

    return tell


def _with(document):
    return {"components": document["components"]}


def test_it_is_openapi_3_1_and_lists_exactly_what_is_offered(document):
    assert document["openapi"].startswith("3.1.")
    offered = {(m, path) for path, item in document["paths"].items() for m in item}
    assert offered == OPERATIONS


def test_every_operation_is_named_described_and_lists_its_problems(document):
    for method, path in OPERATIONS:
        found = operation(document, method, path)
        assert found["operationId"]
        assert found["summary"]
        for status, response in found["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]
        if path.startswith("/api/"):
            assert found["security"] == [{"token": []}, {"session": []}]
            assert {"401", "404", "422", "503"} <= set(found["responses"])


def test_every_example_fits_its_schema(document):
    for name, schema in document["components"]["schemas"].items():
        for place in (schema, *schema.get("properties", {}).values()):
            for example in place.get("examples", ()):
                jsonschema.validate(example, {**place, **_with(document)})
        assert schema.get("additionalProperties") is False or "enum" in schema, name


def test_the_document_has_an_entity_tag_and_is_the_same_bytes_again(call):
    first = call("GET", DOCUMENT, token=None)
    again = call("GET", DOCUMENT, token=None, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize(
    "part",
    [
        "trainings",
        "roles",
        "roles?readiness=later",
        "gaps",
        "assess-next",
        "figures",
        "excluded",
        "plan",
        "plan?year=2027&budget=0",
    ],
)
def test_answers_about_every_person_are_as_declared(told, call, part):
    people = call("POST", "/api/v1/employees/search", json={}).json()["items"]
    assert len(people) == 4
    template = "/api/v1/employees/{id}/" + part.split("?")[0]
    for person in people:
        path = f"/api/v1/employees/{person['ref']}/{part}"
        assert told("GET", path, template=template).status_code == 200


@pytest.mark.parametrize(
    ("template", "codes"),
    [
        ("/api/v1/trainings/{code}/candidates", ["P-1", "P-4", "P-99"]),
        ("/api/v1/jobs/{code}/candidates", ["J-1", "J-2", "J-99"]),
    ],
)
def test_candidates_are_as_declared(told, template, codes):
    statuses = [told("GET", template.format(code=c), template=template).status_code for c in codes]
    assert statuses == [200, 200, 404]


def test_operations_for_those_who_run_it_are_as_declared(told):
    for path in ("/healthz", "/readyz"):
        assert told("GET", path, template=path, token=None).status_code == 200


def test_refused_answers_are_as_declared(told):
    path = "/api/v1/feedback"
    one = {"employee": "A-1", "kind": "training", "item_code": "P-1", "action": "accepted"}
    assert told("POST", path, template=path, json=one).status_code == 404
    assert told("POST", path, template=path, json={}).status_code == 422
    assert told("POST", path, template=path, json=one, token=None).status_code == 401


def test_decisions_that_are_refused_and_lists_of_them_are_as_declared(told):
    path = "/api/v1/decisions"
    one = {"employee": "A-1", "kind": "training", "item_code": "P-1", "act": "endorsed"}
    said = {**one, "reason": "Perlu", "decided_by": "Rina Contoh"}
    assert told("POST", path, template=path, json=said).status_code == 404
    assert told("POST", path, template=path, json=one).status_code == 422
    replay = "/api/v1/decisions/{id}/replay"
    assert told("GET", replay.format(id=1), template=replay).status_code == 404
    assert told("GET", replay.format(id="x"), template=replay).status_code == 422
    about = "/api/v1/employees/{id}/decisions"
    assert told("GET", about.format(id="A-1"), template=about).json() == {"items": []}


def test_long_work_is_as_declared(told):
    for path in ("/api/v1/imports", "/api/v1/rankings", "/api/v1/allocations"):
        template = path + "/{id}"
        assert told("GET", template.format(id=1), template=template).status_code in (404, 503)
    files = {"file": ("employees.csv", b"employee_id\nP-1\n")}
    assert (
        told("POST", "/api/v1/imports", template="/api/v1/imports", files=files).status_code == 503
    )
    path = "/api/v1/allocations"
    assert told("POST", path, template=path, json={"kind": "nothing"}).status_code == 422


def test_the_state_of_the_work_is_as_declared(told):
    assert told("GET", "/api/v1/rankings", template="/api/v1/rankings").status_code == 200


def test_problems_are_as_declared(told):
    trainings, search = "/api/v1/employees/{id}/trainings", "/api/v1/employees/search"
    path = trainings.format(id="A-1")
    assert told("GET", path, template=trainings, token=None).status_code == 401
    assert told("GET", path + "?k=0", template=trainings).status_code == 422
    assert told("GET", path + "?cursor=OTkuMQ==", template=trainings).status_code == 410
    assert told("GET", path, template=trainings, headers={"Host": "x"}).status_code == 421
    assert told("POST", search, template=search, content=b"x" * 99_999).status_code == 413
    json_type = {"Content-Type": "application/json"}
    assert told(
        "POST", search, template=search, content=b"\xff", headers=json_type
    ).status_code in (400, 422)
    foreign = {"Origin": "http://elsewhere.example"}
    assert told("POST", search, template=search, json={}, headers=foreign).status_code == 403


def test_unchanged_answers_are_declared(told):
    template = "/api/v1/employees/{id}/trainings"
    path = template.format(id="A-1")
    tag = told("GET", path, template=template).headers["etag"]
    again = told("GET", path, template=template, headers={"If-None-Match": tag})
    assert again.status_code == 304


WORDS = st.text(max_size=30)


@given(
    body=st.dictionaries(
        st.sampled_from(["name", "nip", "unit", "tier", "job", "k", "cursor", "more"]),
        WORDS | st.integers() | st.none() | st.lists(WORDS, max_size=1),
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_searched_for_gets_a_declared_answer(told, body):
    search = "/api/v1/employees/search"
    answer = told("POST", search, template=search, json=body)
    assert answer.status_code in (200, 422, 410)


@given(
    body=st.fixed_dictionaries(
        {},
        optional={
            "trainings": st.lists(st.sampled_from(["P-1", "P-4", "P-99"]) | WORDS, max_size=4),
            "target_job_code": st.sampled_from(["J-1", "J-2", "J-99"]) | st.none(),
            "levels": st.dictionaries(
                st.sampled_from(["T.1", "M.1", "T.9"]), st.floats(-1, 9), max_size=2
            ),
            "year": st.integers(2020, 2030) | st.none(),
            "k": st.integers(-1, 25),
            "more": WORDS,
        },
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_supposed_gets_a_declared_answer(told, body):
    template = "/api/v1/employees/{id}/what-if"
    answer = told("POST", template.format(id="A-1"), template=template, json=body)
    assert answer.status_code in (200, 422)


def test_a_supposition_and_its_plan_are_as_declared(told, call):
    template = "/api/v1/employees/{id}/what-if"
    for person in call("POST", "/api/v1/employees/search", json={}).json()["items"]:
        path = template.format(id=person["ref"])
        body = {"trainings": ["P-1"], "target_job_code": "J-2"}
        assert told("POST", path, template=template, json=body).status_code == 200


@given(k=WORDS | st.integers().map(str), cursor=st.none() | WORDS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_for_gets_a_declared_answer(told, k, cursor):
    template = "/api/v1/employees/{id}/excluded"
    asked = {"k": k} if cursor is None else {"k": k, "cursor": cursor}
    answer = told("GET", template.format(id="A-1"), template=template, params=asked)
    assert answer.status_code in (200, 422, 410)


@given(ref=st.text(min_size=1, max_size=25).filter(lambda t: t not in (".", "..")))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_for_a_person_gets_a_declared_answer(told, ref):
    template = "/api/v1/employees/{id}/gaps"
    answer = told("GET", template.format(id=quote(ref, safe="")), template=template)
    assert answer.status_code in (200, 404)


def test_what_is_published_is_what_is_answered(call, store):
    for (employee_id, kind), rows in store.lists.items():
        person = store.open(1).directory.card(employee_id)
        part = "trainings" if kind == "training" else "roles"
        path = f"/api/v1/employees/{person.ref}/{part}?k=100"
        items = call("GET", path).json()["items"]
        told = [(i["item_code"], i["rank"], i["score"], i["eligibility"]) for i in items]
        assert told == [
            (r.item_code, r.rank, round(r.micro / 1_000_000, 6), r.eligibility) for r in rows
        ]
        assert rows


def test_whom_to_assess_first_is_as_declared_and_goes_on_page_by_page(told):
    path = "/api/v1/assess-first"
    whole = told("GET", path, template=path).json()["items"]
    assert len({one["employee"]["ref"] for one in whole}) > 1
    assert [one["value"] for one in whole] == sorted((o["value"] for o in whole), reverse=True)
    paged, cursor = [], ""
    while cursor is not None:
        answer = told("GET", f"{path}?k=2{cursor and '&cursor='}{cursor}", template=path).json()
        paged += answer["items"]
        cursor = answer["next_cursor"]
    assert paged == whole
    assert told("GET", f"{path}?unit=NOWHERE", template=path).status_code == 404


def test_trainings_of_a_group_are_as_declared_and_go_on_page_by_page(told):
    path = "/api/v1/group-trainings"
    whole = told("GET", path, template=path).json()["items"]
    assert len(whole) > 1
    assert [o["people"] for o in whole] == sorted((o["people"] for o in whole), reverse=True)
    paged, cursor = [], ""
    while cursor is not None:
        answer = told("GET", f"{path}?k=1{cursor and '&cursor='}{cursor}", template=path).json()
        paged += answer["items"]
        cursor = answer["next_cursor"]
    assert paged == whole
    for nobody in ("?unit=NOWHERE", "?tier=none", "?gap=NONE"):
        assert told("GET", f"{path}{nobody}", template=path).json()["items"] == []


def test_fairness_is_as_declared(told):
    path = "/api/v1/fairness"
    answer = told("GET", path, template=path)
    assert answer.status_code == 200
    assert {m["measure"].partition(".")[0] for m in answer.json()["measures"]} == {
        "training",
        "role",
    }


@pytest.mark.parametrize("query", ["", "?unit=U-1", "?group=T&k=1", "?slice=civil_servant"])
def test_the_gap_map_is_as_declared(told, query):
    path = "/api/v1/gap-map"
    answer = told("GET", path + query, template=path)
    assert answer.status_code == 200
    # Four people are too few to be told anything of.
    cells = [cell for row in answer.json()["rows"] for cell in row["cells"]]
    assert all(cell["hidden"] and cell["below"] is None for cell in cells)


@given(unit=WORDS, group=WORDS, k=WORDS | st.integers().map(str))
@settings(max_examples=60, deadline=None)
def test_whatever_map_is_asked_for_gets_a_declared_answer(told, unit, group, k):
    path = "/api/v1/gap-map"
    answer = told("GET", path, template=path, params={"unit": unit, "group": group, "k": k})
    assert answer.status_code in (200, 404, 422)


def test_discipline_is_never_in_an_answer_to_hr(call):
    for part in ("trainings", "roles", "excluded", "roles?readiness=later"):
        answer = call("GET", f"/api/v1/employees/A-1/{part}")
        assert answer.status_code == 200
        text = json.dumps(answer.json(), ensure_ascii=False).lower()
        assert "disiplin" not in text
        assert "discipline" not in text
        assert "2027-01" not in text
