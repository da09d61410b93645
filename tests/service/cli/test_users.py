"""``selaras user``: accounts made, closed and opened from the command line."""

from __future__ import annotations

import json

import pytest

from service.database.accounts import check_password, list_accounts
from service.database.identities import identities
from service.settings import Settings
from service.usecases.sources import open_database

ADD = ("user", "add", "Siti.Contoh", "--role", "bpsdm", "--scope", "agency")


@pytest.fixture
def database(selaras, workplace):
    return open_database(Settings())


def test_the_first_password_is_printed_alone_and_opens_until_it_is_replaced(selaras, database):
    done = selaras(*ADD, "--label", "Siti Contoh", "--lang", "en")
    assert done.code == 0
    password = done.out.strip()
    assert "\n" not in password
    assert "siti.contoh" in done.err
    assert password not in done.err
    found = check_password(database, "", "siti.contoh", password)
    assert found.must_change
    assert (found.grant.role, found.grant.label) == ("bpsdm", "Siti Contoh")


def test_an_account_of_an_office_that_names_nobody_is_pointed_out(selaras, database):
    assert "--label" in selaras(*ADD, "--lang", "en").err
    named = ("user", "add", "rina.contoh", *ADD[3:], "--label", "Rina Contoh", "--lang", "en")
    assert "--label" not in selaras(*named).err


def test_a_password_may_come_from_the_standard_input_and_is_not_shown(selaras, database):
    done = selaras(*ADD, "--password-stdin", typed="kereta malam ke bogor\n")
    assert (done.code, done.out) == (0, "")
    assert check_password(database, "", "siti.contoh", "kereta malam ke bogor") is not None


def test_a_weak_password_is_refused_and_nothing_is_made(selaras, database):
    done = selaras(*ADD, "--password-stdin", typed="jakarta123456\n")
    assert done.code == 2
    assert "jakarta123456" not in done.err
    assert list_accounts(database, "") == ()


def test_a_name_is_taken_once(selaras, database):
    assert selaras(*ADD).code == 0
    assert selaras(*ADD).code == 1
    assert len(list_accounts(database, "")) == 1


@pytest.mark.parametrize(
    "grant",
    [
        ("--role", "gardener", "--scope", "agency"),
        ("--role", "panel", "--scope", "agency"),
        ("--role", "employee", "--scope", "agency"),
        ("--role", "hr", "--scope", "self", "--employee", "A-1"),
        ("--role", "employee", "--scope", "self"),
        ("--role", "hr", "--scope", "agency", "--employee", "A-1"),
        ("--role", "hr", "--scope", "unit:"),
    ],
)
def test_what_would_show_nothing_or_too_much_is_refused(selaras, database, grant):
    assert selaras("user", "add", "budi", *grant).code == 2
    assert list_accounts(database, "") == ()


def test_an_account_is_closed_opened_and_renewed(selaras, database):
    first = selaras(*ADD).out.strip()
    assert selaras("user", "disable", "siti.contoh").code == 0
    assert check_password(database, "", "siti.contoh", first) is None
    assert selaras("user", "enable", "siti.contoh").code == 0
    assert check_password(database, "", "siti.contoh", first) is not None
    second = selaras("user", "reset", "SITI.contoh").out.strip()
    assert check_password(database, "", "siti.contoh", first) is None
    assert check_password(database, "", "siti.contoh", second).must_change
    assert selaras("user", "end-sessions", "siti.contoh").code == 0


def test_accounts_are_listed_without_what_opens_them(selaras, database):
    assert selaras("user", "list").code == 0
    password = selaras(*ADD).out.strip()
    done = selaras("user", "list", "--lang", "en")
    assert done.out.split() == ["siti.contoh", "bpsdm", "agency", "first", "password", "not",
                                "replaced"]  # fmt: skip
    (told,) = json.loads(selaras("user", "list", "--json").out)["accounts"]
    assert (told["login"], told["must_change"]) == ("siti.contoh", True)
    assert password not in json.dumps(told)
    assert not any("hash" in name for name in told)


def test_an_account_is_linked_to_a_person_of_the_provider_and_unlinked(
    selaras, database, monkeypatch
):
    link = ("user", "link", "Siti.Contoh", "--subject", "5f1c-1")
    assert selaras(*ADD).code == 0
    unset = selaras(*link)
    assert (unset.code, "SELARAS_OIDC_ISSUER" in unset.err) == (2, True)
    monkeypatch.setenv("SELARAS_OIDC_ISSUER", "https://sso.example/realms/kota")
    monkeypatch.setenv("SELARAS_OIDC_CLIENT_ID", "selaras")
    assert selaras(*link).code == 0
    assert selaras(*link).code == 0
    (siti,) = list_accounts(database, "")
    (held,) = identities(database, siti.id)
    assert (held.issuer, held.subject) == ("https://sso.example/realms/kota", "5f1c-1")
    assert selaras(*link[:-1], "5f1c-2").code == 1
    assert selaras("user", "add", "budi", *ADD[3:]).code == 0
    taken = selaras("user", "link", "budi", *link[3:])
    assert (taken.code, "siti" in taken.err) == (1, False)
    assert selaras(*link[:-1], "").code == 2
    assert selaras(*link[:-1], "x" * 256).code == 2
    gone = selaras("user", "unlink", "siti.contoh")
    assert (gone.code, identities(database, siti.id)) == (0, ())
    assert "5f1c" not in gone.err + taken.err
    assert selaras("user", "unlink", "siti.contoh").code == 0


def test_a_person_who_is_not_there_is_linked_to_nobody(selaras, database, monkeypatch):
    monkeypatch.setenv("SELARAS_OIDC_ISSUER", "https://sso.example/realms/kota")
    monkeypatch.setenv("SELARAS_OIDC_CLIENT_ID", "selaras")
    assert selaras("user", "link", "nobody", "--subject", "5f1c-1").code == 4


@pytest.mark.parametrize("act", ["disable", "enable", "reset", "end-sessions", "unlink"])
def test_a_name_that_is_not_there_is_said(selaras, database, act):
    done = selaras("user", act, "nobody")
    assert done.code == 4
    assert "selaras user list" in done.err
