"""Answers are appended in the order of their numbers, once per request, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

from sqlalchemy import Engine

from service.database import answers
from service.database.answers import acts_after, record


def test_acts_come_back_in_their_order_and_for_their_agency(engine: Engine) -> None:
    first = record(engine, "", "P-1", "training", "T-1", "accepted", by="employee", generation=1)
    record(engine, "x", "P-1", "training", "T-2", "accepted", by="employee", generation=1)
    said = record(
        engine, "", "P-2", "role", "J-1", "declined", by="employee", generation=2,
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
            engine, "", "P-1", "training", "T-1", "accepted", by="employee", generation=1, key=key
        )

    once = send("abc")
    assert send("abc") == once
    assert send("abd") != once
    assert send(None) != send(None)
    assert len(acts_after(engine, "", 0)) == 4


def test_somebody_who_reads_on_after_the_last_number_misses_nothing(engine: Engine) -> None:
    def write(n: int) -> None:
        record(engine, "", f"P-{n}", "training", "T-1", "accepted", by="employee", generation=1)

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
        record(engine, "", f"P-{n}", "training", "T-1", "accepted", by="employee", generation=1)
    found, last = [], 0
    while some := acts_after(engine, "", last):
        assert len(some) <= 2
        found += some
        last = some[-1].number
    assert [act.employee_id for act in found] == [f"P-{n}" for n in range(5)]
