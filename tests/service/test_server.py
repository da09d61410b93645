"""The service as a person starts it: a process, a port, a printed link."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from service.server import NotLoopback, address_of, listen

START = """
import sys
from pathlib import Path
from service.server import serve
from service.settings import Settings
serve(Settings(home=Path(sys.argv[1]), port=0), lambda where: print(where.sign_in, flush=True))
"""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", "", "127.0.0.2"])
def test_no_address_but_loopback_is_listened_on(host):
    with pytest.raises(NotLoopback):
        listen(host, 0)


def test_behind_a_proxy_that_ends_tls_other_addresses_are_taken():
    with listen("0.0.0.0", 0, anywhere=True) as listener:
        assert listener.getsockname()[0] == "0.0.0.0"
    with pytest.raises(NotLoopback):
        listen("", 0, anywhere=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_port_zero_takes_a_free_one(host):
    with listen(host, 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_port_in_use_is_an_error():
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", taken.getsockname()[1])


@pytest.fixture(scope="module")
def running(published) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-c", START, str(published.home)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    with process:
        yield process.stdout.readline().strip(), process
        process.kill()


def raw(address: str, request: bytes) -> bytes:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_the_printed_link_leads_to_the_pages_and_the_log_holds_templates_alone(running):
    link, process = running
    with httpx.Client(timeout=20) as client:
        entered = client.get(link)
        assert entered.status_code == 303
        assert "server" not in entered.headers
        home = f"{link.partition('/masuk')[0]}/"
        page = client.get(home, headers={"Accept": "text/html"})
        assert page.status_code == 200
        twin = client.get(f"{home}api/v1/employees/A-1/trainings?k=2")
        assert [item["rank"] for item in twin.json()["items"]] == [1, 2]
        assert client.get(link, headers={"Accept": "*/*"}).status_code == 401
        again = client.get(link, headers={"Accept": "text/html"})
        assert (again.status_code, "text/html" in again.headers["content-type"]) == (401, True)
    for request in (
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    ):
        assert raw(link, request).startswith((b"HTTP/1.1 421", b"HTTP/1.1 400"))
    process.terminate()
    log = process.communicate(timeout=20)[1]
    assert "GET /masuk/{secret} 303" in log
    assert "GET /api/v1/employees/{id}/trainings 200" in log
    assert link.rpartition("/")[2] not in log
    assert "A-1" not in log
    assert "k=2" not in log
    assert "Traceback" not in log
