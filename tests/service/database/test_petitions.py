"""Corrections and objections on both databases: asked once, answered once, on record."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Engine

from service.auditing import Actor
from service.database import audit, petitions

AT = datetime(2026, 4, 3, 2, 0, tzinfo=UTC)
OFFICE = {"answered_by": "Rina Contoh", "actor": Actor("account:3", "pk"), "ref": "ab", "at": AT}


def ask(engine, who="P-1", words="Pindah unit", agency="", due=date(2026, 4, 17)):
    return petitions.record(
        engine, agency, who, "correction", "unit", words, due_on=due,
        actor=Actor("account:7", "employee"), ref="ab", at=AT,
    )  # fmt: skip


def test_it_is_asked_and_answered_and_both_are_on_record_without_words(engine: Engine) -> None:
    one = ask(engine)
    assert (one.outcome, one.due_on, one.late(date(2026, 4, 17))) == (
        None,
        date(2026, 4, 17),
        False,
    )
    assert one.late(date(2026, 4, 18))
    done = petitions.answer(engine, "", one.number, "granted", "Sudah dicatat.", **OFFICE)
    assert (done.outcome, done.answer, done.answered_by) == (
        "granted", "Sudah dicatat.", "Rina Contoh"
    )  # fmt: skip
    assert not done.late(date(2027, 1, 1))
    assert petitions.listed(engine, "") == (done,)
    events = audit.events(engine, "")
    assert [event.action for event in events] == ["petition_answer", "petition"]
    assert "Pindah" not in str(events)
    assert "Rina" not in str(events)


def test_a_form_sent_twice_is_one_and_asked_again_after_the_answer_another(engine: Engine) -> None:
    one = ask(engine)
    assert ask(engine) == one
    petitions.answer(engine, "", one.number, "not_granted", "Belum.", **OFFICE)
    assert ask(engine).number != one.number


def test_it_is_answered_once(engine: Engine) -> None:
    one = ask(engine)
    assert petitions.answer(engine, "x", one.number, "granted", "Ya", **OFFICE) is None
    assert petitions.answer(engine, "", one.number, "granted", "Ya", **OFFICE) is not None
    assert petitions.answer(engine, "", one.number, "not_granted", "Tidak", **OFFICE) is None


def test_those_that_wait_come_first_by_the_day_they_are_due(engine: Engine) -> None:
    late = ask(engine, words="a", due=date(2026, 4, 9))
    soon = ask(engine, words="b", due=date(2026, 4, 5))
    other = ask(engine, "P-2", words="c")
    done = petitions.answer(engine, "", late.number, "granted", "Ya", **OFFICE)
    assert petitions.listed(engine, "") == (soon, other, done)
    assert petitions.listed(engine, "", "P-1", open_only=True) == (soon,)
    ask(engine, agency="x")
    assert len(petitions.listed(engine, "")) == 3
