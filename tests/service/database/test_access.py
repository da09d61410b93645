"""Secrets are stored as hashes, end when they should, and grant what they were made for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from service.database import access
from service.database.access import Grant
from service.database.engine import reading
from service.database.tables import api_token, browser_session, sign_in_link
from service.errors import UnknownGrant

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HR = Grant("hr", "agency", label="Bagian kepegawaian")


def later(**amount: float) -> datetime:
    return NOW + timedelta(**amount)


def test_a_token_grants_what_it_was_made_for(engine: Engine) -> None:
    for grant in (
        HR,
        Grant("supervisor", "unit:U-1", "Kota Contoh"),
        Grant("employee", "self", employee_id="199001012020011001"),
    ):
        token = access.create_token(engine, grant, days=30, now=NOW)
        assert access.verify_token(engine, token.secret, now=NOW) == grant
        assert token.expires_at == later(days=30)


def test_a_token_ends_on_its_day(engine: Engine) -> None:
    token = access.create_token(engine, HR, days=1, now=NOW)
    assert access.verify_token(engine, token.secret, now=later(hours=23, minutes=59)) == HR
    assert access.verify_token(engine, token.secret, now=later(days=1)) is None


def test_a_revoked_token_grants_nothing(engine: Engine) -> None:
    token = access.create_token(engine, HR, days=1, now=NOW)
    other = access.create_token(engine, HR, days=1, now=NOW)
    assert access.revoke_token(engine, token.id, now=NOW)
    assert access.verify_token(engine, token.secret, now=NOW) is None
    assert access.verify_token(engine, other.secret, now=NOW) == HR
    assert not access.revoke_token(engine, token.id, now=NOW)
    assert not access.revoke_token(engine, 999, now=NOW)


def test_an_invented_secret_grants_nothing(engine: Engine) -> None:
    access.create_token(engine, HR, days=1, now=NOW)
    for secret in ("", "selaras_", "'; DROP TABLE api_token; --", "\x00", "\ud800"):
        assert access.verify_token(engine, secret, now=NOW) is None
        assert access.verify_session(engine, secret, now=NOW) is None
        assert access.consume_sign_in_link(engine, secret, now=NOW) is None


def test_no_secret_is_stored(engine: Engine) -> None:
    secrets = (
        access.create_token(engine, HR, days=1).secret,
        access.create_sign_in_link(engine, HR),
        access.create_session(engine, HR),
    )
    with reading(engine) as connection:
        stored = str(
            [
                connection.execute(select(table)).all()
                for table in (api_token, sign_in_link, browser_session)
            ]
        )
    for secret in secrets:
        assert len(secret) >= 43
        assert secret not in stored


def test_a_secret_of_one_kind_is_none_of_another(engine: Engine) -> None:
    token = access.create_token(engine, HR, days=1, now=NOW).secret
    link = access.create_sign_in_link(engine, HR, now=NOW)
    session = access.create_session(engine, HR, now=NOW)
    assert access.verify_session(engine, token, now=NOW) is None
    assert access.verify_token(engine, session, now=NOW) is None
    assert access.consume_sign_in_link(engine, session, now=NOW) is None
    assert access.consume_sign_in_link(engine, link, now=NOW) == HR


def test_lists_show_tokens_without_their_secrets(engine: Engine) -> None:
    first = access.create_token(engine, HR, days=1, now=NOW)
    second = access.create_token(engine, HR, days=2, now=NOW)
    access.revoke_token(engine, first.id, now=NOW)
    rows = access.list_tokens(engine)
    assert [row.id for row in rows] == [second.id, first.id]
    assert [row.revoked_at for row in rows] == [None, NOW]
    assert (rows[0].grant, rows[0].created_at) == (HR, NOW)
    assert first.secret not in str(rows)


def test_an_impossible_lifetime_is_refused(engine: Engine) -> None:
    for days in (0, -1, 3661):
        with pytest.raises(UnknownGrant, match="hari"):
            access.create_token(engine, HR, days=days)


def test_what_cannot_be_granted_is_refused(engine: Engine) -> None:
    for role, scope in (
        ("hr", "everything"),
        ("hr", "unit:"),
        ("hr", "unit"),
        ("hr", "self"),
        ("hr", ""),
        ("", "agency"),
        ("HR!", "agency"),
    ):
        grant = Grant(role, scope)
        with pytest.raises(UnknownGrant):
            access.create_token(engine, grant, days=1)
        with pytest.raises(UnknownGrant):
            access.create_sign_in_link(engine, grant)
        with pytest.raises(UnknownGrant):
            access.create_session(engine, grant)


def test_a_link_signs_in_once(engine: Engine) -> None:
    secret = access.create_sign_in_link(engine, HR, minutes=60, now=NOW)
    assert access.consume_sign_in_link(engine, secret, now=later(minutes=59)) == HR
    assert access.consume_sign_in_link(engine, secret, now=later(minutes=59)) is None


def test_an_old_link_signs_nobody_in(engine: Engine) -> None:
    secret = access.create_sign_in_link(engine, HR, minutes=60, now=NOW)
    assert access.consume_sign_in_link(engine, secret, now=later(minutes=60)) is None


def test_of_many_that_bring_a_link_at_once_one_is_let_in(engine: Engine) -> None:
    secret = access.create_sign_in_link(engine, HR)
    with ThreadPoolExecutor(5) as pool:
        grants = list(pool.map(lambda _: access.consume_sign_in_link(engine, secret), range(5)))
    assert [grant for grant in grants if grant] == [HR]


def test_a_session_lasts_its_hours_or_until_it_is_ended(engine: Engine) -> None:
    secret = access.create_session(engine, HR, hours=8, now=NOW)
    other = access.create_session(engine, HR, hours=8, now=NOW)
    assert access.verify_session(engine, secret, now=later(hours=7.9)) == HR
    assert access.verify_session(engine, secret, now=later(hours=8)) is None
    assert access.revoke_session(engine, secret, now=NOW)
    assert access.verify_session(engine, secret, now=NOW) is None
    assert access.verify_session(engine, other, now=NOW) == HR
    assert not access.revoke_session(engine, secret, now=NOW)


def test_expired_links_and_sessions_are_cleared_away(engine: Engine) -> None:
    for moment in (NOW, later(days=1)):
        access.create_session(engine, HR, now=moment)
        access.create_sign_in_link(engine, HR, now=moment)
    with reading(engine) as connection:
        assert len(connection.execute(select(browser_session)).all()) == 1
        assert len(connection.execute(select(sign_in_link)).all()) == 1
