"""A provider for the tests of single sign-on, and keys to forge tokens with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey

BASE = "http://127.0.0.1:8765"


@pytest.fixture(scope="session")
def issuer(start_provider: Callable[[str], str]) -> str:
    """The issuer of a provider that knows the service at ``BASE``."""
    return start_provider(BASE)


@pytest.fixture(scope="session")
def signing() -> RSAKey:
    """The key that a provider signs with."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


@pytest.fixture(scope="session")
def other() -> RSAKey:
    """A key of somebody else."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


@pytest.fixture(scope="session")
def published_keys(signing: RSAKey) -> dict[str, Any]:
    return {"keys": [signing.as_dict(private=False)]}
