"""Identities of a provider, bound to accounts, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from service import passwords
from service.auditing import Actor
from service.database.access import Grant, create_session, is_single_sign_on, verify_session
from service.database.accounts import Account, account_of, add_account, disable, list_accounts
from service.database.audit import events, verify
from service.database.engine import writing
from service.database.identities import arrive, bind, identities, unbind
from service.database.tables import account
from service.errors import IdentityTaken

GRANT = Grant("hr", "agency", "", None, "Siti Contoh")
NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)
ISSUER, OTHER = "https://sso.example/realms/kota", "https://lain.example"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap hashes: their cost is tested elsewhere."""
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)


@pytest.fixture
def siti(engine: Engine) -> Account:
    return add_account(engine, "siti.contoh", "kereta malam ke bogor", GRANT, now=NOW)


def nobody() -> str | None:
    return None


def asked_in_vain() -> str | None:
    raise AssertionError("the provider is asked for somebody who is bound already")


def trail(engine: Engine) -> list[tuple[str, str, str, dict]]:
    rows = reversed(events(engine, ""))
    return [(e.action, e.actor, e.subject, dict(e.details)) for e in rows][1:]


def test_who_is_bound_comes_in_and_nobody_else(engine, siti) -> None:
    assert arrive(engine, "", ISSUER, "s-1", nobody, now=NOW).refused == "unknown"
    me = Actor("cli:root")
    bind(engine, siti.id, ISSUER, "s-1", actor=me, now=NOW)
    bind(engine, siti.id, ISSUER, "s-1", actor=me, now=NOW)
    found = arrive(engine, "", ISSUER, "s-1", asked_in_vain, now=NOW)
    assert found.account is not None
    assert (found.account.id, found.account.grant) == (siti.id, GRANT)
    for agency, issuer, subject in (
        ("lain", ISSUER, "s-1"),
        ("", OTHER, "s-1"),
        ("", ISSUER, "S-1"),
        ("", ISSUER, "s-1 "),
    ):
        assert arrive(engine, agency, issuer, subject, nobody, now=NOW).refused == "unknown"
    own = f"account:{siti.id}"
    assert trail(engine) == [
        ("sign_in_refused", "system", "sso", {"why": "unknown"}),
        ("identity_bound", "cli:root", own, {"by": "hand"}),
        ("signed_in", own, own, {"by": "sso"}),
        *[("sign_in_refused", "system", "sso", {"why": "unknown"})] * 3,
    ]
    assert "s-1" not in str(events(engine, ""))
    assert verify(engine).whole


def test_a_claim_binds_once_whatever_its_capitals_and_counts_no_more_afterwards(
    engine, siti
) -> None:
    found = arrive(engine, "", ISSUER, "s-1", lambda: " Siti.CONTOH", now=NOW)
    assert found.account is not None
    assert [one.subject for one in identities(engine, siti.id)] == ["s-1"]
    add_account(engine, "budi", "kereta malam ke bogor", GRANT, now=NOW)
    again = arrive(engine, "", ISSUER, "s-1", asked_in_vain, now=NOW + timedelta(days=1))
    assert again.account is not None
    assert again.account.login == "siti.contoh"
    assert ("identity_bound", "system", f"account:{siti.id}", {"by": "claim"}) in trail(engine)


def test_a_name_given_to_somebody_new_does_not_open_the_account_of_who_had_it(engine, siti) -> None:
    assert arrive(engine, "", ISSUER, "s-1", lambda: "siti.contoh", now=NOW).account
    assert arrive(engine, "", ISSUER, "s-2", lambda: "siti.contoh", now=NOW).refused == "unknown"
    assert [one.subject for one in identities(engine, siti.id)] == ["s-1"]


@pytest.mark.parametrize("claimed", ["budi", "", "siti", "siti.contoh\x00", "%"])
def test_a_claim_of_no_account_binds_nothing(engine, siti, claimed) -> None:
    if "\x00" in claimed and engine.dialect.name == "postgresql":
        claimed = "siti.contoh%"  # PostgreSQL holds no NUL
    assert arrive(engine, "", ISSUER, "s-1", lambda: claimed, now=NOW).refused == "unknown"
    assert identities(engine, siti.id) == ()


def test_a_disabled_expired_or_locked_account_opens_to_nobody(engine, siti) -> None:
    bind(engine, siti.id, ISSUER, "s-1", now=NOW)

    def refused(**values) -> str | None:
        plain = {"disabled_at": None, "expires_at": None, "locked_until": None}
        with writing(engine) as connection:
            connection.execute(update(account).values({**plain, **values}))
        return arrive(engine, "", ISSUER, "s-1", asked_in_vain, now=NOW).refused

    assert refused() is None
    assert refused(disabled_at=NOW) == "closed"
    assert refused(expires_at=NOW) == "closed"
    assert refused(expires_at=NOW + timedelta(seconds=1)) is None
    assert refused(locked_until=NOW + timedelta(seconds=1)) == "closed"
    assert refused(locked_until=NOW) is None
    closed = {"why": "closed", "by": "sso"}
    assert ("sign_in_refused", "system", f"account:{siti.id}", closed) in trail(engine)


def test_a_claim_does_not_bind_a_closed_account(engine, siti) -> None:
    disable(engine, siti.id, now=NOW)
    assert arrive(engine, "", ISSUER, "s-1", lambda: "siti.contoh", now=NOW).refused == "closed"
    assert identities(engine, siti.id) == ()


def test_one_person_per_account_and_one_account_per_person(engine, siti) -> None:
    budi = add_account(engine, "budi", "kereta malam ke bogor", GRANT, now=NOW)
    bind(engine, siti.id, ISSUER, "s-1", now=NOW)
    with pytest.raises(IdentityTaken):
        bind(engine, budi.id, ISSUER, "s-1", now=NOW)
    with pytest.raises(IdentityTaken):
        bind(engine, siti.id, ISSUER, "s-2", now=NOW)
    bind(engine, siti.id, OTHER, "s-9", now=NOW)
    assert len(identities(engine, siti.id)) == 2


def test_what_is_unbound_opens_nothing_and_its_sessions_end(engine, siti) -> None:
    bind(engine, siti.id, ISSUER, "s-1", now=NOW)
    secret = create_session(engine, GRANT, account=siti.id, single_sign_on=True)
    plain = create_session(engine, GRANT, account=siti.id)
    assert (is_single_sign_on(engine, secret), is_single_sign_on(engine, plain)) == (True, False)
    assert is_single_sign_on(engine, "nobody's") is False
    assert unbind(engine, siti.id) == 1
    assert verify_session(engine, secret) is None
    assert arrive(engine, "", ISSUER, "s-1", nobody, now=NOW).refused == "unknown"
    assert unbind(engine, siti.id) == 0
    assert account_of(engine, siti.id) is not None


def test_two_who_claim_one_account_at_once_are_one_too_many(engine, siti) -> None:
    def come(subject: str) -> str | None:
        return arrive(engine, "", ISSUER, subject, lambda: "siti.contoh", now=NOW).refused

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(come, [f"s-{n}" for n in range(4)]))
    assert sorted(map(str, done)) == ["None", "unknown", "unknown", "unknown"]
    assert len(identities(engine, siti.id)) == 1
    assert len(list_accounts(engine, "")) == 1
