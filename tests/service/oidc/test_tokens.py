"""An ID token is believed when everything holds; each check alone broken, it is refused."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from service.oidc.keys import ProviderKeys
from service.oidc.refusals import Refused
from service.oidc.tokens import ALGORITHMS, LONGEST_TOKEN, Expected, checked

NOW = 1_800_000_000.0
EXPECTED = Expected("https://sso.example/realms/kota", "selaras", "a nonce", NOW)
GOOD = {
    "iss": EXPECTED.issuer,
    "aud": "selaras",
    "sub": "5f1c6b0e",
    "nonce": "a nonce",
    "iat": int(NOW) - 5,
    "exp": int(NOW) + 300,
}


def signed(
    key: Any, claims: dict[str, Any], header: dict[str, Any] | None = None, alg: str = "RS256"
) -> str:
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    whole = {"alg": alg, "kid": "one", **(header or {})}
    whole = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(whole, claims, key, algorithms=[alg], registry=registry)


def keys_of(*keys: Any, **more: Any) -> ProviderKeys:
    rows = [{**key.as_dict(private=False), **more} for key in keys]
    return ProviderKeys(lambda: {"keys": rows})


def refusal(token: Any, keys: ProviderKeys, expected: Expected = EXPECTED) -> str:
    with pytest.raises(Refused) as caught:
        checked(token, keys, expected)
    assert caught.value.why == "token"
    return caught.value.detail


@pytest.fixture
def keys(published_keys) -> ProviderKeys:
    return ProviderKeys(lambda: published_keys)


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"aud": ["selaras"]},
        {"aud": ["selaras", "lain"], "azp": "selaras"},
        {"azp": "selaras", "nbf": int(NOW)},
        {"exp": int(NOW) - 59},
        {"iat": int(NOW) + 59, "nbf": int(NOW) + 59},
        {"iat": NOW - 5.5, "realm_access": {"roles": ["admin"]}},
    ],
)
def test_a_token_in_which_everything_holds_is_believed(signing, keys, more):
    claims = {**GOOD, **more}
    assert checked(signed(signing, claims), keys, EXPECTED) == claims


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("iss", {"iss": "https://sso.example/realms/lain"}),
    ("iss", {"iss": "https://sso.example/realms/kota/"}),
    ("iss", {"iss": None}),
    ("iss", {"iss": [EXPECTED.issuer]}),
    ("aud", {"aud": "lain"}),
    ("aud", {"aud": ["lain"]}),
    ("aud", {"aud": []}),
    ("aud", {"aud": None}),
    ("aud", {"aud": {"selaras": 1}}),
    ("aud", {"aud": "selaras-lain"}),
    ("azp", {"azp": "lain"}),
    ("azp", {"aud": ["selaras", "lain"]}),
    ("azp", {"aud": ["selaras", "lain"], "azp": "lain"}),
    ("nonce", {"nonce": "another"}),
    ("nonce", {"nonce": None}),
    ("nonce", {"nonce": ["a nonce"]}),
    ("exp", {"exp": int(NOW) - 60}),
    ("exp", {"exp": None}),
    ("exp", {"exp": "1800000300"}),
    ("exp", {"exp": True}),
    ("exp", {"exp": float("nan")}),
    ("exp", {"exp": float("inf")}),
    ("exp", {"exp": int(NOW) + 90_000}),
    ("iat", {"iat": int(NOW) + 61}),
    ("iat", {"iat": int(NOW) - 601}),
    ("iat", {"iat": None}),
    ("iat", {"iat": "now"}),
    ("nbf", {"nbf": int(NOW) + 61}),
    ("nbf", {"nbf": "later"}),
    ("sub", {"sub": None}),
    ("sub", {"sub": ""}),
    ("sub", {"sub": 7}),
    ("sub", {"sub": "x" * 256}),
]


@pytest.mark.parametrize(("check", "change"), BROKEN)
def test_each_claim_alone_broken_refuses_the_token(signing, keys, check, change):
    claims = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    assert refusal(signed(signing, claims), keys) == check


def test_a_flow_without_a_nonce_believes_nothing(signing, keys):
    nobody = Expected(EXPECTED.issuer, "selaras", "", NOW)
    assert refusal(signed(signing, {**GOOD, "nonce": ""}), keys, nobody) == "nonce"


def test_a_token_of_another_key_is_refused(other, keys):
    assert refusal(signed(other, GOOD), keys) == "signature"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_with_one_changed_letter_is_refused(signing, keys, part):
    parts = signed(signing, GOOD).split(".")
    # The last letter may hold bits that are not read, so the first one is changed.
    parts[part] = ("A" if parts[part][0] != "A" else "B") + parts[part][1:]
    assert refusal(".".join(parts), keys) in ("shape", "signature")


def test_claims_changed_after_signing_are_refused(signing, keys):
    head, _, tail = signed(signing, GOOD).split(".")
    forged = encoded({**GOOD, "sub": "somebody else"})
    assert refusal(f"{head}.{forged}.{tail}", keys) == "signature"


@pytest.mark.parametrize("alg", ["none", "None", "", None, "HS256", "RS1", "dir", ["RS256"], 7])
def test_an_algorithm_that_is_not_on_the_list_is_refused(keys, alg):
    header = {"alg": alg, "kid": "one"} if alg is not None else {"kid": "one"}
    for tail in ("", "AAAA"):
        assert refusal(f"{encoded(header)}.{encoded(GOOD)}.{tail}", keys) in ("alg", "shape")


def test_a_public_key_is_no_shared_secret(signing, keys):
    """The classic confusion: HMAC under the text of the public key."""
    for text in (
        signing.as_pem(private=False),
        json.dumps(signing.as_dict(private=False)).encode(),
    ):
        said = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(GOOD)}"
        proof = hmac.new(text, said.encode(), "sha256").digest()
        assert refusal(f"{said}.{encoded(proof)}", keys) == "alg"


def test_a_shared_secret_in_the_set_is_no_key(signing):
    row = {"kty": "oct", "kid": "one", "k": encoded(b"x" * 32)}
    keys = ProviderKeys(lambda: {"keys": [row]})
    assert refusal(signed(signing, GOOD), keys) == "kid"


@pytest.mark.parametrize(
    ("check", "header"),
    [
        ("typ", {"typ": "at+jwt"}),
        ("typ", {"typ": "logout+jwt"}),
        ("header", {"jwk": {"kty": "RSA"}}),
        ("header", {"jku": "https://elsewhere.example/keys"}),
        ("header", {"x5u": "https://elsewhere.example/chain"}),
        ("kid", {"kid": "two"}),
        ("kid", {"kid": ""}),
    ],
)
def test_each_header_alone_broken_refuses_the_token(signing, keys, check, header):
    assert refusal(signed(signing, GOOD, header), keys) == check


@pytest.mark.parametrize(
    ("check", "header"),
    [
        ("header", {"crit": ["exp"], "exp": 1}),
        ("header", {"b64": False, "crit": ["b64"]}),
        ("typ", {"typ": 7}),
        ("kid", {"kid": 7}),
        ("kid", {"kid": ["one"]}),
    ],
)
def test_headers_that_no_library_signs_are_refused_before_any_key_is_looked_for(
    keys, check, header
):
    whole = {"alg": "RS256", "kid": "one", **header}
    assert refusal(f"{encoded(whole)}.{encoded(GOOD)}.AAAA", keys) in (check, "shape")


@pytest.mark.parametrize(
    "token",
    [
        None, 7, b"a.b.c", "", "a", "a.b", "a.b.c.d.e", "..", "a.b.c", "é.b.c", "a.b.c\n",
        f"{encoded([1])}.{encoded(GOOD)}.AAAA",
        f"{encoded(b'{')}.{encoded(GOOD)}.AAAA",
        "A" * (LONGEST_TOKEN + 1),
    ],
)  # fmt: skip
def test_what_is_no_token_is_refused(keys, token):
    assert refusal(token, keys) in ("shape", "alg")


def test_a_payload_that_is_no_object_is_refused(signing, keys):
    from joserfc import jws

    for payload in (b"[]", b"7", b"{", b"\xff"):
        token = jws.serialize_compact({"alg": "RS256", "kid": "one"}, payload, signing)
        assert refusal(token, keys) == "signature"


def made(algorithm: str, rsa: RSAKey) -> Any:
    kind, curve = ALGORITHMS[algorithm]
    if kind == "RSA":
        plain = {k: v for k, v in rsa.as_dict(private=True).items() if k not in ("alg", "use")}
        return RSAKey.import_key(plain)
    maker = ECKey if kind == "EC" else OKPKey
    return maker.generate_key(curve, {"kid": "one"})


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_every_algorithm_of_the_list_works_with_its_own_kind_of_key(algorithm, signing):
    key = made(algorithm, signing)
    token = signed(key, GOOD, alg=algorithm)
    assert checked(token, keys_of(key), EXPECTED) == GOOD
    assert checked(token, keys_of(key, alg=algorithm, use="sig"), EXPECTED) == GOOD
    assert refusal(token, keys_of(key, use="enc")) == "kid"
    assert refusal(token, keys_of(key, key_ops=["encrypt"])) == "kid"
    others = [name for name in ALGORITHMS if name != algorithm]
    assert refusal(token, keys_of(key, alg=others[0])) == "kid"


@pytest.mark.filterwarnings("ignore:Key size")
def test_a_weak_key_is_refused():
    from cryptography.hazmat.primitives.asymmetric import rsa

    numbers = rsa.generate_private_key(65537, 1024).public_key().public_numbers()
    row = {
        "kty": "RSA",
        "kid": "one",
        "n": encoded(numbers.n.to_bytes(128, "big")),
        "e": encoded(b"\x01\x00\x01"),
    }
    token = f"{encoded({'alg': 'RS256', 'kid': 'one'})}.{encoded(GOOD)}.AAAA"
    assert refusal(token, ProviderKeys(lambda: {"keys": [row]})) == "kid"


def test_a_token_that_names_no_key_needs_that_there_is_one_only(signing, other):
    token = signed(signing, GOOD, {"kid": None})
    assert checked(token, keys_of(signing), EXPECTED) == GOOD
    assert refusal(token, keys_of(signing, other)) == "kid"


def test_two_keys_of_one_name_are_none(signing, other):
    assert refusal(signed(signing, GOOD), keys_of(signing, other)) == "kid"


def test_what_is_refused_says_no_value(signing, keys):
    with pytest.raises(Refused) as caught:
        checked(signed(signing, {**GOOD, "iss": "rahasia"}), keys, EXPECTED)
    assert "rahasia" not in f"{caught.value!r}{caught.value}"
    assert caught.value.__cause__ is None


@given(st.text(max_size=80))
def test_no_text_does_anything_but_be_refused(text):
    keys = ProviderKeys(lambda: {"keys": []})
    head = encoded({"alg": "RS256"})
    for token in (text, f"{head}.{text}.AAAA", f"{encoded(text.encode())}.AAAA.AAAA"):
        with pytest.raises(Refused):
            checked(token, keys, EXPECTED)


def test_the_clock_of_the_caller_counts_and_not_the_machines(signing, keys):
    assert abs(time.time() - NOW) > 86_400
    assert checked(signed(signing, GOOD), keys, EXPECTED)
