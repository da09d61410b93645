"""Accounts on both databases: the right password opens, wrong ones close for a while."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from service import passwords
from service.auditing import Actor
from service.database.access import (
    Grant,
    account_of_session,
    create_session,
    hash_of,
    verify_session,
)
from service.database.accounts import (
    LONGEST_LOCK,
    WRONG_BEFORE_LOCK,
    account_of,
    add_account,
    check_password,
    disable,
    enable,
    end_sessions,
    find_account,
    list_accounts,
    open_sessions,
    set_password,
)
from service.database.audit import events, verify
from service.database.engine import reading, writing
from service.database.tables import account
from service.errors import AccountExists, UnknownAccount, UnknownGrant

GOOD, OTHER = "kereta malam ke bogor", "lampu merah di sudirman"
GRANT = Grant("hr", "agency", "", None, "Siti Contoh")
NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap hashes: their cost is tested elsewhere."""
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)
    passwords._nobodys.cache_clear()


@pytest.fixture
def siti(engine: Engine):
    return add_account(engine, "Siti.Contoh ", GOOD, GRANT, must_change=False, now=NOW)


def test_the_right_password_opens_whatever_the_capitals_of_the_name(engine, siti) -> None:
    for login in ("siti.contoh", "SITI.CONTOH", " Siti.Contoh"):
        found = check_password(engine, "", login, GOOD, now=NOW)
        assert found is not None
        assert (found.login, found.grant) == ("siti.contoh", GRANT)
    assert check_password(engine, "", "siti.contoh", GOOD.upper(), now=NOW) is None
    assert check_password(engine, "", "siti", GOOD, now=NOW) is None
    assert check_password(engine, "elsewhere", "siti.contoh", GOOD, now=NOW) is None


def test_no_password_is_stored(engine, siti) -> None:
    with reading(engine) as connection:
        row = connection.execute(select(account)).one()
    assert GOOD not in str(row)
    assert row.password_hash.startswith("$argon2id$")


def test_a_name_is_taken_once_per_agency(engine, siti) -> None:
    with pytest.raises(AccountExists):
        add_account(engine, "SITI.contoh", OTHER, GRANT)
    elsewhere = Grant("hr", "agency", "x")
    add_account(engine, "siti.contoh", OTHER, elsewhere)
    assert [one.login for one in list_accounts(engine, "x")] == ["siti.contoh"]
    with pytest.raises(UnknownAccount):
        find_account(engine, "", "budi")


@pytest.mark.parametrize("scope", ["", "unit:", "self", "everything"])
def test_what_cannot_be_granted_is_refused(engine, scope) -> None:
    with pytest.raises(UnknownGrant):
        add_account(engine, "budi", GOOD, Grant("hr", scope))
    assert list_accounts(engine, "") == ()


def test_wrong_passwords_close_the_account_twice_as_long_each_time(engine, siti) -> None:
    now = NOW
    for _ in range(WRONG_BEFORE_LOCK):
        assert check_password(engine, "", "siti.contoh", "x", now=now) is None
    waits = []
    for _ in range(9):
        until = find_account(engine, "", "siti.contoh").locked_until
        waits.append(until - now)
        # While it is closed the right password does not open, and wrong ones do not count.
        assert check_password(engine, "", "siti.contoh", GOOD, now=now) is None
        assert check_password(engine, "", "siti.contoh", "x", now=now) is None
        assert find_account(engine, "", "siti.contoh").locked_until == until
        now = until
        assert check_password(engine, "", "siti.contoh", "x", now=now) is None
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert waits[-1] == LONGEST_LOCK
    now = find_account(engine, "", "siti.contoh").locked_until
    assert check_password(engine, "", "siti.contoh", GOOD, now=now) is not None
    assert check_password(engine, "", "siti.contoh", "x", now=now) is None
    assert find_account(engine, "", "siti.contoh").locked_until is None


def test_wrong_passwords_at_the_same_time_all_count(engine, siti) -> None:
    def guess(_: int) -> None:
        check_password(engine, "", "siti.contoh", "x", now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(WRONG_BEFORE_LOCK)))
    assert find_account(engine, "", "siti.contoh").locked_until is not None


def test_a_disabled_or_expired_account_opens_to_nobody(engine, siti) -> None:
    secret = create_session(engine, GRANT, account=siti.id)
    disable(engine, siti.id)
    assert verify_session(engine, secret) is None
    assert check_password(engine, "", "siti.contoh", GOOD, now=NOW) is None
    enable(engine, siti.id)
    assert check_password(engine, "", "siti.contoh", GOOD, now=NOW) is not None
    assert verify_session(engine, secret) is None
    add_account(engine, "tamu", GOOD, GRANT, must_change=False, days=2, now=NOW)
    assert check_password(engine, "", "tamu", GOOD, now=NOW + timedelta(days=1)) is not None
    assert check_password(engine, "", "tamu", GOOD, now=NOW + timedelta(days=2)) is None


def test_a_new_password_ends_what_the_old_one_had_opened(engine, siti) -> None:
    secret = create_session(engine, GRANT, account=siti.id)
    assert account_of_session(engine, secret) == siti.id
    set_password(engine, siti.id, OTHER)
    assert verify_session(engine, secret) is None
    assert check_password(engine, "", "siti.contoh", GOOD, now=NOW) is None
    assert check_password(engine, "", "siti.contoh", OTHER, now=NOW) is not None


def test_sessions_of_an_account_are_ended_but_for_one(engine, siti) -> None:
    budi = add_account(engine, "budi", GOOD, GRANT)
    own = [create_session(engine, GRANT, account=siti.id) for _ in range(3)]
    other, link = create_session(engine, GRANT, account=budi.id), create_session(engine, GRANT)
    assert open_sessions(engine, siti.id) == 3
    assert end_sessions(engine, siti.id, but=hash_of(own[0])) == 2
    alive = [s for s in (*own, other, link) if verify_session(engine, s) is not None]
    assert alive == [own[0], other, link]
    assert account_of_session(engine, link) is None


def test_a_session_that_was_left_alone_ends_and_one_in_use_goes_on(engine, siti) -> None:
    idle = timedelta(minutes=30)
    secret = create_session(engine, GRANT, account=siti.id, now=NOW)
    for minutes in (20, 45, 70):
        now = NOW + timedelta(minutes=minutes)
        assert verify_session(engine, secret, idle=idle, now=now) is not None
    later = NOW + timedelta(minutes=101)
    assert verify_session(engine, secret, idle=idle, now=later) is None
    assert verify_session(engine, secret, now=later) is not None


def test_a_hash_of_older_parameters_is_renewed_when_its_owner_signs_in(
    engine, siti, monkeypatch
) -> None:
    today = passwords.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", today)
    assert check_password(engine, "", "siti.contoh", "x", now=NOW) is None
    with reading(engine) as connection:
        assert "m=8,t=1" in connection.execute(select(account)).one().password_hash
    assert check_password(engine, "", "siti.contoh", GOOD, now=NOW) is not None
    with reading(engine) as connection:
        assert "m=16,t=2" in connection.execute(select(account)).one().password_hash


def test_a_password_changed_while_another_was_checked_does_not_open(
    engine, siti, monkeypatch
) -> None:
    checked = passwords.matches

    def slow(kept, password):
        found = checked(kept, password)
        with writing(engine) as connection:
            connection.execute(update(account).values(password_hash="$argon2id$new"))
        return found

    monkeypatch.setattr("service.database.accounts.matches", slow)
    assert check_password(engine, "", "siti.contoh", GOOD, now=NOW) is None
    assert account_of(engine, siti.id).seen_at is None


def test_what_is_done_to_an_account_is_in_the_audit_trail(engine, siti) -> None:
    me = Actor("cli:root")
    check_password(engine, "", "siti.contoh", GOOD, now=NOW)
    for _ in range(WRONG_BEFORE_LOCK):
        check_password(engine, "", "siti.contoh", "x", now=NOW)
    disable(engine, siti.id, actor=me)
    enable(engine, siti.id, actor=me)
    set_password(engine, siti.id, OTHER, actor=me)
    end_sessions(engine, siti.id, actor=me)
    found = [(event.action, event.actor) for event in reversed(events(engine, ""))]
    assert found == [
        ("account_made", "system"),
        ("signed_in", f"account:{siti.id}"),
        ("account_locked", "system"),
        ("account_closed", "cli:root"),
        ("account_opened", "cli:root"),
        ("password_replaced", "cli:root"),
        ("sessions_ended", "cli:root"),
    ]
    assert {event.subject for event in events(engine, "")} == {f"account:{siti.id}"}
    assert "siti" not in str(events(engine, "")).lower()
    assert verify(engine).broken is None
