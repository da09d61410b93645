"""Named people decide with a reason, and what they had before them stays as it was."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from service.auth import Scope, Viewer

PATH = "/api/v1/decisions"


def decide(service, viewer="supervisor", employee="A-1", act="endorsed", code="P-01", **more):
    key = more.pop("key", None)
    headers = {**service.as_(viewer), **({"Idempotency-Key": key} if key else {})}
    body = {"employee": employee, "kind": "training", "item_code": code, "act": act}
    said = {"reason": "Penugasan simpang susun", "decided_by": "Rina Contoh", **more}
    said = {name: value for name, value in said.items() if value is not None}
    return service.client.post(PATH, json={**body, **said}, headers=headers)


def test_a_decision_bears_a_name_and_a_reason_and_the_person_reads_them(service):
    stored = decide(service)
    assert stored.status_code == 200
    told = service.client.get("/api/v1/employees/A-1/decisions", headers=service.as_("self"))
    (one,) = told.json()["items"]
    assert one == stored.json()
    assert (one["act"], one["decided_by"], one["role"]) == ("endorsed", "Rina Contoh", "supervisor")
    assert one["reason"] == "Penugasan simpang susun"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"reason": None}, "body.reason"),
        ({"reason": "  "}, "body.reason"),
        ({"decided_by": None}, "body.decided_by"),
        ({"decided_by": " "}, "body.decided_by"),
    ],
)
def test_nothing_is_decided_without_a_name_and_a_reason(service, change, where):
    refused = decide(service, **change)
    assert refused.status_code == 422
    assert [fault["where"] for fault in refused.json()["errors"]] == [where]
    assert service.store.capsules == []


def test_with_an_account_it_is_the_holder_who_decides_whatever_is_sent(service):
    holder = Viewer("supervisor", Scope("unit", "PD"), "Dedi Misal", account=4)
    service.credentials.tokens["holder-token"] = holder
    assert (
        decide(service, "holder", decided_by="Somebody Else").json()["decided_by"] == "Dedi Misal"
    )


def test_an_account_that_names_nobody_decides_in_the_name_that_is_stated(service):
    service.credentials.tokens["desk-token"] = Viewer("supervisor", Scope("unit", "PD"), account=5)
    assert decide(service, "desk").json()["decided_by"] == "Rina Contoh"
    refused = decide(service, "desk", decided_by=None)
    assert [fault["where"] for fault in refused.json()["errors"]] == ["body.decided_by"]


def test_the_same_bytes_come_back_whatever_has_changed_since(service):
    one = decide(service).json()
    path = f"{PATH}/{one['id']}/replay"
    first = service.client.get(path, headers=service.as_("self"))
    assert sha256(first.content).hexdigest() == one["capsule"]
    body = first.json()
    assert body["item"]["item_code"] == "P-01"
    assert sum(round(term["points"] * 1e6) for term in body["item"]["terms"]) == round(
        body["item"]["score"] * 1e6
    )
    assert (body["generation"], body["decided_by"]) == (7, "Rina Contoh")
    service.store.number = 8
    service.store.engine.held.clear()
    again = service.client.get(path, headers=service.as_("supervisor"))
    assert again.content == first.content


def test_a_capsule_that_was_touched_is_not_shown(service):
    one = decide(service).json()
    decision, capsule = service.store.capsules[0]
    service.store.capsules[0] = (decision, capsule.replace(b"Rina", b"Dina"))
    answer = service.client.get(f"{PATH}/{one['id']}/replay", headers=service.as_("self"))
    assert answer.status_code == 500
    assert "Dina" not in answer.text


def test_the_same_decision_sent_again_is_stored_once(service):
    one, again = (decide(service, key="k-1").json() for _ in range(2))
    assert one == again
    assert len(service.store.capsules) == 1


@pytest.mark.parametrize(
    ("viewer", "acts"),
    [
        ("self", set()),
        ("supervisor", {"endorsed", "returned"}),
        ("head", {"endorsed", "returned", "approved", "rejected"}),
        ("pk", set()),
        ("bpsdm", {"approved", "rejected"}),
        ("agency", {"approved", "rejected"}),
        ("career", set()),
        ("leader", set()),
        ("auditor_stated", set()),
        ("administrator", set()),
    ],
)
def test_who_may_take_which_decision_about_a_training(service, viewer, acts):
    every = ("endorsed", "returned", "approved", "rejected")
    taken = {act for act in every if decide(service, viewer, act=act).status_code == 200}
    assert taken == acts


@pytest.mark.parametrize(
    ("viewer", "allowed"),
    [("career", True), ("leader", True), ("agency", True), ("bpsdm", False), ("panel", False),
     ("supervisor", False), ("head_stated", False), ("self", False)],
)  # fmt: skip
def test_who_may_approve_a_post_for_a_person(service, viewer, allowed):
    headers = service.as_(viewer)
    body = {"employee": "A-1", "kind": "role", "item_code": "J-1", "act": "approved",
            "reason": "Rapat talenta", "decided_by": "Rina Contoh"}  # fmt: skip
    assert service.client.post(PATH, json=body, headers=headers).status_code == (
        200 if allowed else 404
    )


def test_a_superior_reads_no_decision_about_a_post(service):
    body = {"employee": "A-1", "kind": "role", "item_code": "J-1", "act": "approved",
            "reason": "Rapat talenta", "decided_by": "Rina Contoh"}  # fmt: skip
    one = service.client.post(PATH, json=body, headers=service.as_("career")).json()
    about = "/api/v1/employees/A-1/decisions"
    assert service.client.get(about, headers=service.as_("supervisor")).json()["items"] == []
    path = f"{PATH}/{one['id']}/replay"
    assert service.client.get(path, headers=service.as_("supervisor")).status_code == 404
    assert service.client.get(path, headers=service.as_("self")).status_code == 200


def test_what_a_rule_forbids_is_neither_supported_nor_approved(service):
    from dataclasses import replace

    held = service.store.engine.held
    held["P-02"] = replace(held["P-02"], eligibility="tidak_lolos")
    for act in ("endorsed", "approved"):
        refused = decide(service, "head", act=act, code="P-02")
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "forbidden"
    assert decide(service, "head", act="returned", code="P-02").status_code == 200


def test_an_unknown_item_is_not_found(service):
    assert decide(service, code="P-99").status_code == 404
    assert json.loads(decide(service, code="P-99").content)["status"] == 404
