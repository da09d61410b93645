"""Nominations on both databases: steps and how people stand change together, with their record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from service.auditing import Actor
from service.database import audit, nominations
from service.database.datasets import data_version, load_dataset, save_dataset
from service.nominating import Limits, Session, Wanted
from training_data.dataset import Dataset

AT = datetime(2026, 4, 3, 2, 0, tzinfo=UTC)
SESSION = Session(
    "S-1", "T-1", "Judul", date(2026, 5, 4), date(2026, 5, 8), seats=2, hours=24.0, provider="BPSDM"
)
LIMITS = Limits(SESSION, date(2026, 4, 3))


def take(engine, *wanted, limits=LIMITS, agency="", name="Rina Contoh", at=AT):
    some = [Wanted(who, f"ref-{who}", act, **more) for who, act, more in wanted]
    return nominations.take(
        engine, agency, some, limits, decided_by=name, actor=Actor("account:7", "pk"), at=at
    )


def walk(engine, who, *acts, **last):
    for act in acts[:-1]:
        assert not take(engine, (who, act, {})).refused
    return take(engine, (who, acts[-1], last))


def stand(engine, agency=""):
    return {one.employee_id: one.status for one in nominations.held(engine, agency, "S-1")}


def test_the_whole_chain_ends_in_the_training_history(engine: Engine) -> None:
    acts = ("nominate", "verify", "call", "attend")
    walk(engine, "P-1", *acts)
    before = data_version(engine)
    taken = walk(engine, "P-1", "complete", certificate_no="ST-77")
    assert [one.after for one in taken.steps] == ["selesai"]
    assert stand(engine) == {"P-1": "selesai"}
    row = load_dataset(engine).table("training_history").to_pylist()[0]
    assert {k: row[k] for k in ("employee_id", "training_code", "status", "hours", "provider",
                                "certificate_no", "verified")} == {
        "employee_id": "P-1", "training_code": "T-1", "status": "completed", "hours": 24.0,
        "provider": "BPSDM", "certificate_no": "ST-77", "verified": True,
    }  # fmt: skip
    assert row["completed_on"] == datetime(2026, 5, 8)
    assert data_version(engine) > before  # a new ranking is worth it
    steps = nominations.steps(engine, "", "S-1")
    assert [(one.act, one.before, one.after) for one in steps] == [
        ("nominate", None, "diusulkan"),
        ("verify", "diusulkan", "diverifikasi"),
        ("call", "diverifikasi", "dipanggil"),
        ("attend", "dipanggil", "hadir"),
        ("complete", "hadir", "selesai"),
    ]
    assert len(audit.events(engine, "")) == 5
    assert audit.verify(engine).broken is None


def test_a_certificate_taken_back_leaves_the_history_as_it_was(engine: Engine) -> None:
    walk(engine, "P-1", "nominate", "verify", "call", "attend")
    walk(engine, "P-1", "complete", certificate_no="ST-77")
    walk(engine, "P-1", "undo")
    assert stand(engine) == {"P-1": "hadir"}
    assert not load_dataset(engine).has("training_history")


def test_the_first_step_taken_back_leaves_nothing_but_its_record(engine: Engine) -> None:
    walk(engine, "P-1", "nominate", "undo")
    assert stand(engine) == {}
    assert [one.act for one in nominations.steps(engine, "", "S-1")] == ["nominate", "undo"]


def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(engine: Engine) -> None:
    for who in ("P-1", "P-2", "P-3"):
        walk(engine, who, "nominate")
    found = take(engine, *[(who, "verify", {}) for who in ("P-1", "P-2", "P-3", "P-4")])
    assert [one.employee_id for one in found.steps] == ["P-1", "P-2"]
    assert [(one.employee_id, one.why) for one in found.refused] == [
        ("P-3", "seats"), ("P-4", "state")
    ]  # fmt: skip
    assert stand(engine) == {"P-1": "diverifikasi", "P-2": "diverifikasi", "P-3": "diusulkan"}


def test_after_the_call_up_two_people_change_place_or_nobody_does(engine: Engine) -> None:
    walk(engine, "P-1", "nominate", "verify", "call")
    walk(engine, "P-2", "nominate", "verify")
    leave = {"reason": "sakit", "letter_no": "9/2026"}
    taken = take(engine, ("P-1", "withdraw", {**leave, "replacement": ("P-2", "ref-P-2")}))
    assert [one.why for one in taken.refused] == ["replacement"]  # is in already
    assert stand(engine) == {"P-1": "dipanggil", "P-2": "diverifikasi"}
    taken = take(engine, ("P-1", "withdraw", {**leave, "replacement": ("P-3", "ref-P-3")}))
    assert [(one.employee_id, one.after, one.replaces) for one in taken.steps] == [
        ("P-1", "batal", None), ("P-3", "diusulkan", "P-1")
    ]  # fmt: skip
    assert stand(engine) == {"P-1": "batal", "P-2": "diverifikasi", "P-3": "diusulkan"}


def test_a_reserve_moves_up_in_place_of_who_is_withdrawn(engine: Engine) -> None:
    walk(engine, "P-1", "nominate", "verify", "call")
    walk(engine, "P-2", "nominate", "reserve")
    more = {"reason": "sakit", "letter_no": "9/2026", "replacement": ("P-2", "ref-P-2")}
    assert not take(engine, ("P-1", "withdraw", more)).refused
    assert stand(engine) == {"P-1": "batal", "P-2": "diusulkan"}


def test_what_was_imported_is_gone_on_from(engine: Engine) -> None:
    held = {"employee_id": ["P-1"], "session_code": ["S-1"], "status": ["diverifikasi"]}
    save_dataset(engine, Dataset.of({"nominations": held}))
    assert not walk(engine, "P-1", "call", letter_no="12/2026").refused
    (one,) = nominations.held(engine, "", "S-1")
    assert (one.status, one.letter_no, one.decided_by) == ("dipanggil", "12/2026", "Rina Contoh")
    (row,) = load_dataset(engine).table("nominations").to_pylist()
    assert row["at"] == datetime(2026, 4, 3, 9, 0)  # the agency's time


def test_agencies_are_kept_apart(engine: Engine) -> None:
    walk(engine, "P-1", "nominate")
    take(engine, ("P-1", "nominate", {}), agency="x")
    take(engine, ("P-1", "verify", {}), agency="x")
    assert stand(engine) == {"P-1": "diusulkan"}
    assert stand(engine, "x") == {"P-1": "diverifikasi"}
    assert len(nominations.steps(engine, "", "S-1")) == 1


def test_the_trail_names_neither_people_nor_words(engine: Engine) -> None:
    walk(engine, "P-1", "veto", reason="Sedang bertugas")
    (event,) = audit.events(engine, "")
    assert event.subject == "employee:ref-P-1"
    assert event.details == {"session": "S-1", "act": "veto", "before": None, "after": "batal"}
    assert "Rina" not in str(event)
    assert "bertugas" not in str(event)


def test_two_offices_at_once_never_give_one_seat_twice(engine: Engine) -> None:
    one_seat = replace(LIMITS, session=replace(SESSION, seats=1))
    for who in ("P-1", "P-2", "P-3", "P-4"):
        walk(engine, who, "nominate")
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(
                lambda who: take(engine, (who, "verify", {}), limits=one_seat),
                ("P-1", "P-2", "P-3", "P-4"),
            )
        )
    assert sum(len(one.steps) for one in found) == 1
    assert sorted(stand(engine).values()) == ["diusulkan"] * 3 + ["diverifikasi"]


def test_a_step_that_breaks_off_leaves_nothing(engine: Engine, monkeypatch) -> None:
    def broken(*said, **more):
        raise RuntimeError("power cut")

    walk(engine, "P-1", "nominate", "verify", "call", "attend")
    monkeypatch.setattr(nominations._Writer, "_learnt", broken)
    with pytest.raises(RuntimeError):
        walk(engine, "P-1", "complete", certificate_no="ST-77")
    assert stand(engine) == {"P-1": "hadir"}
    assert len(nominations.steps(engine, "", "S-1")) == 4
    assert len(audit.events(engine, "")) == 4


def test_the_last_round_is_in_force_until_it_is_ended(engine: Engine) -> None:
    said = {"decided_by": "Budi Contoh", "note": "", "actor": Actor("account:3", "bpsdm")}
    assert nominations.current_round(engine, "") is None
    nominations.set_round(engine, "", 4, at=AT, **said)
    nominations.set_round(engine, "", 9, at=AT, **said)
    found = nominations.current_round(engine, "")
    assert (found.job, found.decided_by, found.at) == (9, "Budi Contoh", AT)
    assert nominations.current_round(engine, "x") is None
    nominations.set_round(engine, "", None, at=AT, **said)
    assert nominations.current_round(engine, "") is None
    actions = [event.action for event in audit.events(engine, "")]
    assert actions == ["round_closed", "round_opened", "round_opened"]
