"""Passwords: long ones that are not guessed at once; kept as argon2id."""

from __future__ import annotations

import pytest

from service.passwords import MOST, fault_of, generated, hashed, matches, outdated

GOOD = "kereta malam ke bogor"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        (GOOD, None),
        ("Tr0ub4dor&3xyz", None),
        ("ABCDEFGHIJ1", "too_short"),
        ("x" * (MOST + 1), "too_long"),
        ("password1234", "too_common"),
        ("jakartajakarta", "too_common"),
        ("aaaaaaaaaaaaaa", "too_common"),
        ("siti.contoh123", "too_common"),
        ("Rahasia!!!!1", "too_common"),
        ("\u0131" * 6, "too_short"),
    ],
)
def test_what_is_accepted(password, fault):
    assert fault_of(password, "siti.contoh") == fault


def test_a_generated_one_is_accepted_and_never_the_same():
    made = {generated() for _ in range(50)}
    assert len(made) == 50
    assert all(fault_of(one, "siti") is None for one in made)


def test_only_the_same_characters_match_however_they_were_typed():
    kept = hashed("cafe\u0301 di jalan sabang")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches(kept, "caf\u00e9 di jalan sabang")
    assert not matches(kept, "cafe di jalan sabang")
    assert hashed(GOOD) != hashed(GOOD)


@pytest.mark.parametrize("kept", [None, "", "plain", "$argon2id$broken"])
def test_without_a_whole_hash_nothing_matches(kept):
    assert not matches(kept, GOOD)
    assert not matches(kept, "")


def test_an_endless_password_costs_nothing(monkeypatch):
    monkeypatch.setattr("service.passwords._HASHER", None)
    assert not matches(None, "x" * 1_000_000)


def test_a_hash_of_weaker_parameters_is_outdated():
    weak = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21l$" + "A" * 43
    assert outdated(weak)
    assert not outdated(hashed(GOOD))
