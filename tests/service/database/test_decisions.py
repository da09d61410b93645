"""Decisions are appended with their capsule and their row in the audit trail, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from service.auditing import Actor
from service.database import audit, decisions
from service.database.decisions import about, capsule, record

AT = datetime(2026, 4, 3, 2, 0, tzinfo=UTC)
SAID = {
    "reason": "Perlu", "decided_by": "Rina Contoh", "actor": Actor("account:7", "supervisor"),
    "ref": "ab12", "generation": 1, "at": AT,
}  # fmt: skip


def test_what_was_decided_comes_back_with_the_very_bytes(engine: Engine) -> None:
    bytes_ = bytes(range(256))
    one = record(engine, "", "P-1", "training", "T-1", "endorsed", capsule=bytes_, **SAID)
    record(engine, "x", "P-1", "training", "T-1", "returned", capsule=b"{}", **SAID)
    assert capsule(engine, "", one.number) == (one, bytes_)
    assert capsule(engine, "x", one.number) is None
    assert about(engine, "", ["P-1", "P-2"]) == (one,)
    assert one.at == AT


def test_the_trail_holds_the_fingerprint_and_neither_name_nor_words(engine: Engine) -> None:
    one = record(engine, "", "P-1", "training", "T-1", "endorsed", capsule=b"{}", **SAID)
    (event,) = audit.events(engine, "")
    assert event.subject == "employee:ab12"
    assert event.details == {
        "kind": "training", "item": "T-1", "act": "endorsed", "capsule": one.capsule
    }  # fmt: skip
    assert "Rina" not in str(event)
    assert "Perlu" not in str(event)
    assert audit.verify(engine).broken is None


def test_the_same_request_is_one_decision_and_one_row_of_the_trail(engine: Engine) -> None:
    def send(key: str | None):
        return record(
            engine, "", "P-1", "training", "T-1", "endorsed", capsule=b"{}", key=key, **SAID
        )

    once = send("k")
    assert send("k") == once
    assert send("l") != once
    assert len(audit.events(engine, "")) == 2


def test_many_people_are_asked_for_in_pieces(engine: Engine, monkeypatch) -> None:
    monkeypatch.setattr(decisions, "CHUNK", 2)
    made = [
        record(engine, "", f"P-{n}", "training", "T-1", "approved", capsule=b"{}", **SAID)
        for n in range(5)
    ]
    assert about(engine, "", [f"P-{n}" for n in range(5)]) == tuple(made)


def test_an_act_that_fails_leaves_no_row_in_the_trail(engine: Engine) -> None:
    with pytest.raises(Exception, match=r"(?i)null|not.null|integrity"):
        record(engine, "", "P-1", "training", "T-1", None, capsule=b"{}", **SAID)
    assert audit.events(engine, "") == []
