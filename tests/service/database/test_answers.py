"""Answers are appended in the order of their numbers, once per request, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

from sqlalchemy import Engine

from service.auditing import Actor
from service.database import answers
from service.database.answers import acts_after, record
from service.database.audit import events, verify

ME = Actor("account:7", "employee")
SAID = {"actor": ME, "ref": "ab12", "generation": 1}


def test_acts_come_back_in_their_order_and_for_their_agency(engine: Engine) -> None:
    first = record(engine, "", "P-1", "training", "T-1", "accepted", **SAID)
    record(engine, "x", "P-1", "training", "T-2", "accepted", **SAID)
    said = record(
        engine, "", "P-2", "role", "J-1", "declined", **{**SAID, "generation": 2},
        reason_code="jadwal", comment="Menunggu anak masuk sekolah",
    )  # fmt: skip
    assert acts_after(engine, "", 0) == (first, said)
    assert acts_after(engine, "", first.number) == (said,)
    assert acts_after(engine, "", said.number) == ()
    assert (said.kind, said.item_code, said.reason_code) == ("role", "J-1", "jadwal")
    assert said.at.tzinfo is UTC


def test_the_same_request_is_one_act(engine: Engine) -> None:
    def send(key: str | None):
        return record(
            engine,
            "",
            "P-1",
            "training",
            "T-1",
            "accepted",
            actor=ME,
            ref="ab12",
            generation=1,
            key=key,
        )

    once = send("abc")
    assert send("abc") == once
    assert send("abd") != once
    assert send(None) != send(None)
    assert len(acts_after(engine, "", 0)) == 4


def test_somebody_who_reads_on_after_the_last_number_misses_nothing(engine: Engine) -> None:
    def write(n: int) -> None:
        record(engine, "", f"P-{n}", "training", "T-1", "accepted", **SAID)

    seen: list[str] = []
    last = 0
    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, n) for n in range(60)]
        while not all(one.done() for one in writing) or acts_after(engine, "", last):
            for act in acts_after(engine, "", last):
                seen.append(act.employee_id)
                last = act.number
        for one in writing:
            one.result()
    assert sorted(seen) == sorted(f"P-{n}" for n in range(60))


def test_many_acts_are_read_in_pieces(engine: Engine, monkeypatch) -> None:
    monkeypatch.setattr(answers, "PAGE", 2)
    for n in range(5):
        record(engine, "", f"P-{n}", "training", "T-1", "accepted", **SAID)
    found, last = [], 0
    while some := acts_after(engine, "", last):
        assert len(some) <= 2
        found += some
        last = some[-1].number
    assert [act.employee_id for act in found] == [f"P-{n}" for n in range(5)]


def test_every_answer_is_in_the_audit_trail_without_its_words(engine: Engine) -> None:
    def send(key: str) -> None:
        record(
            engine, "", "199001012020011001", "training", "T-1", "declined", actor=ME, ref="ab12",
            generation=1, reason_code="jadwal", comment="Menunggu anak masuk sekolah", key=key,
        )  # fmt: skip

    send("a")
    send("a")
    send("b")
    found = events(engine, "")
    assert [event.subject for event in found] == ["employee:ab12"] * 2
    assert found[0].details == {
        "kind": "training", "item": "T-1", "answer": "declined", "reason": "jadwal"
    }  # fmt: skip
    assert "199001012020011001" not in str(found)
    assert "anak" not in str(found)
    assert verify(engine).broken is None
