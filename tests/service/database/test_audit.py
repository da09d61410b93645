"""The audit trail holds what was done, in one chain, and shows whatever was changed later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select, text, update

from service.database.audit import FIRST, Actor, append, events, verify
from service.database.engine import reading, writing
from service.database.tables import audit_event
from service.errors import DatabaseError

ME = Actor("account:7", "bpsdm")
AT = datetime(2026, 4, 3, 9, 5, 7, 123456, tzinfo=UTC)


def note(engine: Engine, action: str = "answer", agency: str = "", **details: object) -> int:
    with writing(engine) as connection:
        return append(connection, agency, ME, action, "employee:ab12", details, AT)


def tamper(engine: Engine, statement) -> None:
    """Change the trail as somebody with the database's own rights could."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
            connection.execute(statement)
            connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER ALL"))
            return
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS audit_event_no_{act}"))
        connection.execute(statement)


def test_what_was_done_comes_back_newest_first_for_its_agency(engine: Engine) -> None:
    assert [note(engine, kind="training"), note(engine, agency="x"), note(engine, "accept")] == [
        1, 2, 3
    ]  # fmt: skip
    found = events(engine, "")
    assert [event.number for event in found] == [3, 1]
    assert found[1].details == {"kind": "training"}
    assert (found[1].actor, found[1].role, found[1].at) == ("account:7", "bpsdm", AT)
    assert found[1].previous == FIRST
    assert [event.number for event in events(engine, "", before=3)] == [1]
    assert verify(engine).broken is None
    assert verify(engine).rows == 3
    assert verify(engine).last == found[0].hash


def test_an_empty_trail_is_whole(engine: Engine) -> None:
    assert (verify(engine).rows, verify(engine).broken, verify(engine).last) == (0, None, FIRST)


def test_an_act_that_failed_leaves_no_trace(engine: Engine) -> None:
    def act() -> None:
        with writing(engine) as connection:
            append(connection, "", ME, "answer", "employee:ab12")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert events(engine, "") == []


@pytest.mark.parametrize(
    "statement", [update(audit_event).values(action="other"), delete(audit_event)]
)
def test_the_database_itself_refuses_to_change_or_lose_a_row(engine: Engine, statement) -> None:
    note(engine)
    with pytest.raises(DatabaseError), writing(engine) as connection:
        connection.execute(statement)
    assert verify(engine).broken is None
    assert len(events(engine, "")) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"action": "other"},
        {"details": {"kind": "role"}},
        {"agency": "x"},
        {"subject": "employee:cd34"},
        {"actor": "account:8"},
        {"role": ""},
        {"at": datetime(2026, 4, 3, 9, 5, 7, 123457, tzinfo=UTC)},
        {"previous": "1" * 64},
        {"hash": "1" * 64},
    ],
)
def test_a_changed_row_is_named(engine: Engine, change) -> None:
    for _ in range(4):
        note(engine, kind="training")
    tamper(engine, update(audit_event).where(audit_event.c.number == 2).values(**change))
    assert (verify(engine).rows, verify(engine).broken) == (1, 2)


def test_a_missing_or_added_row_is_named(engine: Engine) -> None:
    for _ in range(4):
        note(engine)
    with reading(engine) as connection:
        second = dict(connection.execute(
            select(audit_event).where(audit_event.c.number == 2)
        ).one()._mapping)  # fmt: skip
    tamper(engine, delete(audit_event).where(audit_event.c.number == 2))
    assert (verify(engine).rows, verify(engine).broken) == (1, 3)
    tamper(engine, insert(audit_event).values(**{**second, "action": "other"}))
    assert verify(engine).broken == 2


def test_a_trail_cut_off_at_its_end_shows_by_its_last_hash(engine: Engine) -> None:
    for _ in range(3):
        note(engine)
    kept = verify(engine).last
    tamper(engine, delete(audit_event).where(audit_event.c.number == 3))
    assert verify(engine).broken is None
    assert verify(engine).last != kept
    assert not verify(engine, kept).held
    assert verify(engine, verify(engine).last).held
    earlier = events(engine, "")[-1].hash
    assert verify(engine, earlier).held


def test_acts_at_the_same_time_make_one_chain(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda n: note(engine, n=n), range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert (verify(engine).rows, verify(engine).broken) == (40, None)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8).filter(
        lambda t: "\x00" not in t and t.isprintable()
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(["kind", "item", "más", "z"]), values, max_size=4))
def test_whatever_is_noted_verifies_after_it_was_read_back(engine: Engine, details) -> None:
    note(engine, **details)
    assert events(engine, "")[0].details == details
    assert verify(engine).broken is None
