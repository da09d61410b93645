"""Where something is decided a name is asked for exactly where the account gives none."""

from __future__ import annotations

from dataclasses import replace

import pytest

FIELD = 'name="nama"'


@pytest.fixture
def look(service):
    """Read a page with the account of a desk that says who holds it, or does not."""

    def get(role: str, path: str, label: str) -> str:
        desk = f"desk-{label}"  # who a token belongs to is remembered for a moment
        held = replace(service.viewers[role], label=label, account=5)
        service.credentials.tokens[f"{desk}-token"] = held
        service.client.cookies.clear()
        headers = {"Accept": "text/html", **service.as_(desk)}
        answer = service.client.get(path, headers=headers)
        assert answer.status_code == 200
        return answer.text

    return get


def prepare(service, step: str) -> None:
    """Let something wait for a decision."""
    own = service.as_("self")
    if step == "wish":
        body = {"employee": "A-1", "kind": "training", "item_code": "P-01", "action": "accepted"}
        assert service.client.post("/api/v1/feedback", json=body, headers=own).status_code == 200
    elif step == "petition":
        body = {"kind": "correction", "topic": "unit", "words": "Saya pindah unit."}
        assert service.client.post("/api/v1/petitions", json=body, headers=own).status_code == 200


@pytest.mark.parametrize(
    ("waits", "role", "path"),
    [
        ("wish", "supervisor", "/usulan"),
        ("petition", "pk", "/keberatan"),
        ("seat", "pk", "/angkatan/S-1"),
    ],
)
def test_the_field_stands_where_the_account_names_nobody(service, look, waits, role, path):
    prepare(service, waits)
    assert FIELD in look(role, path, "")
    assert FIELD in look(role, path, "  ")
    assert FIELD not in look(role, path, "Rina Contoh")


@pytest.mark.parametrize(("label", "said", "status"), [("", " ", 422), ("", "Rina Contoh", 200),
                                                       ("Dedi Misal", " ", 200)])  # fmt: skip
def test_a_seat_is_proposed_in_the_name_of_the_account_or_in_the_one_stated(
    service, label, said, status
):
    service.credentials.tokens["desk-token"] = replace(
        service.viewers["pk"], label=label, account=5
    )
    body = {"session": "S-1", "act": "nominate", "decided_by": said, "employees": ["A-1"]}
    sent = service.client.post("/api/v1/nominations", json=body, headers=service.as_("desk"))
    assert sent.status_code == status
    if status == 200:
        (one,) = sent.json()["taken"]
        assert one["decided_by"] == (label or said)
