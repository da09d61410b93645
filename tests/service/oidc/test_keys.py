"""Keys of a provider: renewed when one is not known, but never more often than once a minute."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import ECKey

from service.oidc.keys import AGAIN_SECONDS, FAILED_SECONDS, KEPT_SECONDS, MOST_KEYS, ProviderKeys
from service.oidc.refusals import Refused


class World:
    """A clock, and a provider that changes its keys."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.keys: list[dict[str, Any]] = []
        self.away = False
        self.asked = 0

    def fetch(self) -> dict[str, Any]:
        self.asked += 1
        if self.away:
            raise Refused("away", "no_answer")
        return {"keys": self.keys}

    def turn_to(self, *kids: str) -> None:
        self.keys = [
            ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False) for kid in kids
        ]


@pytest.fixture
def world() -> World:
    made = World()
    made.turn_to("one")
    return made


@pytest.fixture
def keys(world: World) -> ProviderKeys:
    return ProviderKeys(world.fetch, lambda: world.now)


def why(keys: ProviderKeys, kid: str | None) -> str:
    with pytest.raises(Refused) as caught:
        keys.find(kid, "ES256")
    return caught.value.why


def test_a_known_key_is_asked_for_once_an_hour(world, keys):
    for _ in range(5):
        assert keys.find("one", "ES256").kid == "one"
    assert world.asked == 1
    world.now += KEPT_SECONDS
    keys.find("one", "ES256")
    assert world.asked == 2


def test_a_new_key_is_found_as_soon_as_a_token_names_it(world, keys):
    keys.find("one", "ES256")
    world.turn_to("one", "two")
    world.now += AGAIN_SECONDS
    assert keys.find("two", "ES256").kid == "two"
    assert world.asked == 2


def test_invented_keys_ask_the_provider_once_a_minute_at_most(world, keys):
    keys.find("one", "ES256")
    for step in range(120):
        world.now = 1000.0 + step
        assert why(keys, f"invented-{step}") == "token"
        assert keys.find("one", "ES256").kid == "one"
    assert world.asked == 2
    world.turn_to("two")
    world.now = 1000.0 + 2 * AGAIN_SECONDS
    assert keys.find("two", "ES256").kid == "two"


def test_a_withdrawn_key_is_gone_with_the_next_look(world, keys):
    keys.find("one", "ES256")
    world.turn_to("two")
    world.now += KEPT_SECONDS
    assert why(keys, "one") == "token"


def test_a_provider_that_is_away_is_left_alone_for_a_moment_and_comes_back(world, keys):
    world.away = True
    for _ in range(10):
        assert why(keys, "one") == "away"
    assert world.asked == 1
    world.away = False
    world.now += FAILED_SECONDS
    assert keys.find("one", "ES256").kid == "one"


def test_a_look_that_finds_nobody_does_not_lose_the_keys_at_hand(world, keys):
    keys.find("one", "ES256")
    world.away = True
    world.now += AGAIN_SECONDS
    assert why(keys, "two") == "away"
    assert keys.find("one", "ES256").kid == "one"
    world.now += KEPT_SECONDS
    assert why(keys, "one") == "away"


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": {}}, {"keys": "x"}])
def test_a_document_without_a_list_of_keys_is_unfit(document):
    assert why(ProviderKeys(lambda: document), "one") == "unfit"


def test_rows_that_are_no_public_key_are_left_out(world):
    private = ECKey.generate_key("P-256", {"kid": "one"}).as_dict(private=True)
    rows = [
        None,
        7,
        {},
        {"kty": 7},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "kid": "one"},
        {"kty": "EC", "crv": "P-999", "x": "AAAA", "y": "AAAA", "kid": "one"},
        {"kty": "oct", "k": "AAAA", "kid": "one"},
        private,
    ]
    assert why(ProviderKeys(lambda: {"keys": rows}), "one") == "token"
    known = ProviderKeys(lambda: {"keys": [*rows, *world.keys]})
    assert known.find("one", "ES256").kid == "one"
    assert known.usable() == 1
    many = ProviderKeys(lambda: {"keys": [{}] * MOST_KEYS + world.keys})
    assert many.usable() == 0
