"""One way to the provider and back: what the browser holds tells nothing and cannot be made up."""

from __future__ import annotations

import re

import pytest

from service.oidc.flow import LASTS_SECONDS, begin, resume
from service.oidc.refusals import Refused

KEY, NOW = b"k" * 32, 1_800_000_000.5


def detail(cookie: str | None, state: str, now: float = NOW, key: bytes = KEY) -> str:
    with pytest.raises(Refused) as caught:
        resume(key, cookie, state, now)
    assert caught.value.why == "stale"
    return caught.value.detail


def test_a_flow_is_found_again_by_its_cookie_and_state():
    flow = begin(KEY, NOW)
    for later in (0, 1, LASTS_SECONDS - 2):
        found = resume(KEY, flow.cookie, flow.state, NOW + later)
        assert (found.nonce, found.verifier) == (flow.nonce, flow.verifier)


def test_every_flow_has_its_own_values_and_no_two_of_them_are_the_same():
    flows = [begin(KEY, NOW) for _ in range(20)]
    values = [v for f in flows for v in (f.state, f.nonce, f.verifier, f.number)]
    assert len(set(values)) == 80
    for flow in flows:
        assert not {flow.state, flow.nonce, flow.verifier} & set(flow.cookie.split("."))
        # RFC 7636: 43 to 128 of these characters.
        assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", flow.verifier)


def test_an_answer_to_another_browser_is_stale():
    mine, theirs = begin(KEY, NOW), begin(KEY, NOW)
    assert detail(mine.cookie, theirs.state) == "state"
    assert detail(mine.cookie, "") == "state"
    assert detail(mine.cookie, "é\ud800") == "state"
    assert detail(None, mine.state) == "cookie"


@pytest.mark.parametrize("cookie", ["", "x", "..", "a.1.b", "x" * 5000, "é.1.é"])
def test_what_is_no_cookie_of_ours_is_stale(cookie):
    assert detail(cookie, "x") == "cookie"


def test_a_cookie_that_was_changed_or_made_elsewhere_is_stale():
    flow = begin(KEY, NOW)
    number, begun, proof = flow.cookie.split(".")
    younger = f"{number}.{int(begun) + 300}.{proof}"
    assert detail(younger, flow.state) == "cookie"
    assert detail(flow.cookie + "A", flow.state) == "cookie"
    assert detail(flow.cookie, flow.state, key=b"o" * 32) == "cookie"


def test_a_flow_ends_after_ten_minutes_and_none_begins_tomorrow():
    flow = begin(KEY, NOW)
    assert detail(flow.cookie, flow.state, NOW + LASTS_SECONDS) == "old"
    assert detail(flow.cookie, flow.state, NOW - 5) == "old"
