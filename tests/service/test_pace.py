"""Whoever sends too much is told when to come back; nobody else waits for it."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse

from service.pace import BURST_SECONDS, CALLERS, Bucket, Pace


def test_a_burst_passes_and_then_the_pace_holds():
    now = [0.0]
    bucket = Bucket(60, lambda: now[0])
    assert [bucket.wait(b"a") for _ in range(int(BURST_SECONDS))] == [0] * int(BURST_SECONDS)
    assert bucket.wait(b"a") == 1
    assert bucket.wait(b"b") == 0  # nobody else waits
    now[0] = 1.0
    assert bucket.wait(b"a") == 0
    assert bucket.wait(b"a") == 1


@given(st.lists(st.floats(0, 5), max_size=200), st.integers(1, 600))
def test_whatever_the_rhythm_the_pace_is_never_beaten(gaps, per_minute):
    now = [0.0]
    bucket = Bucket(per_minute, lambda: now[0])
    passed = 0
    for gap in gaps:
        now[0] += gap
        passed += bucket.wait(b"a") == 0
    most = max(1.0, per_minute / 60 * BURST_SECONDS) + now[0] * per_minute / 60
    assert passed <= most + 1e-6


@given(st.integers(1, 600), st.lists(st.floats(0, 1), min_size=1, max_size=100))
@example(2, [0.1, 0.7, 0.0, 0.0])  # where rounding once asked for one second more
def test_who_waits_as_long_as_told_passes(per_minute, gaps):
    now = [0.0]
    bucket = Bucket(per_minute, lambda: now[0])
    for gap in gaps:
        now[0] += gap
        wait = bucket.wait(b"a")
        if wait:
            now[0] += wait
            assert bucket.wait(b"a") == 0


def test_memory_is_bounded():
    bucket = Bucket(60)
    for number in range(CALLERS + 50):
        bucket.wait(str(number).encode())
    assert len(bucket._held) == CALLERS


@pytest.fixture
def send():
    async def app(scope, receive, send):
        await PlainTextResponse("ok")(scope, receive, send)

    paced = Pace(app, 3, "session")  # one request at once, one every 20 seconds

    def ask(path="/", **headers):
        async def once():
            transport = httpx.ASGITransport(paced)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(once())

    return ask


def test_the_answer_says_when_to_come_back_and_in_which_words(send):
    assert send().status_code == 200
    refused = send()
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert refused.json()["type"].endswith("too-many-requests")


def test_a_token_and_a_session_count_for_themselves(send):
    for headers in ({}, {"authorization": "Bearer a"}, {"authorization": "Bearer b"},
                    {"cookie": "session=s1"}, {"cookie": "session=s2; other=1"}):  # fmt: skip
        assert send(**headers).status_code == 200
        assert send(**headers).status_code == 429


def test_files_and_probes_are_never_counted(send):
    for _ in range(5):
        for path in ("/healthz", "/readyz", "/metrics", "/static/selaras.css"):
            assert send(path).status_code == 200
