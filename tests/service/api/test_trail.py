"""The audit trail is searched by code, page by page, and checked; in the API and on its page."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest

import service
from service.auditing import Actor
from service.database.audit import BACKED_UP
from service.jobs import JobKind
from service.pages.trailing import ACTION
from training_data.messages import entries, text


@pytest.fixture
def trail(service):
    for number in range(60):
        who = Actor(f"account:{number % 2}", "bpsdm")
        service.store.note(who, "decision" if number % 3 else "answer", f"employee:r{number}",
                           {"item": "<b>P-01</b>"})  # fmt: skip
    return service


def read(service, query="", viewer="auditor"):
    return service.client.get(f"/api/v1/audit{query}", headers=service.as_(viewer))


def test_rows_come_newest_first_page_by_page(trail):
    found, before = [], None
    while True:
        body = read(trail, "?k=25" + (f"&before={before}" if before else "")).json()
        found += [row["number"] for row in body["items"]]
        before = body["next_before"]
        if before is None:
            break
    assert found == list(range(60, 0, -1))


@pytest.mark.parametrize(
    ("query", "count"),
    [("?subject=employee:r7", 1), ("?action=answer&k=100", 20), ("?actor=account:1&k=100", 30),
     ("?action=answer&actor=account:1&k=100", 10), ("?subject=r7", 0)],
)  # fmt: skip
def test_rows_are_found_by_exact_codes(trail, query, count):
    assert len(read(trail, query).json()["items"]) == count


def test_the_administrator_learns_whether_it_is_whole_and_reads_no_row(trail):
    assert read(trail, viewer="administrator").status_code == 404
    path = "/api/v1/audit/integrity"
    told = trail.client.get(path, headers=trail.as_("administrator")).json()
    assert told == {"rows": 60, "whole": True, "broken": None, "last": "f" * 64}
    page = trail.client.get("/jejak?periksa=ya", headers=trail.as_("administrator")).text
    assert "60 baris diperiksa" in page
    assert "employee:" not in page.split("<main")[1]


def test_a_row_that_was_changed_or_a_hash_that_is_gone_is_told(trail):
    path = "/api/v1/audit/integrity"
    gone = trail.client.get(f"{path}?last={'0' * 64}", headers=trail.as_("auditor")).json()
    assert gone["whole"] is False
    trail.store.broken_row = 17
    told = trail.client.get(path, headers=trail.as_("auditor")).json()
    assert (told["whole"], told["broken"]) == (False, 17)
    assert "Baris 17" in trail.client.get("/jejak?periksa=ya", headers=trail.as_("auditor")).text


def test_the_page_finds_rows_and_leads_to_older_ones(trail):
    page = trail.client.get("/jejak?tindakan=answer", headers=trail.as_("auditor")).text
    assert page.split("<tbody")[1].count("jawaban atas saran") == 20
    assert page.split("<tbody")[1].count(str(text("pages.role.bpsdm").id)) == 20
    assert "&lt;b&gt;P-01" in page
    assert "<b>P-01" not in page
    first = trail.client.get("/jejak", headers=trail.as_("auditor")).text
    assert "?sebelum=11" in first
    older = trail.client.get("/jejak?sebelum=11", headers=trail.as_("auditor")).text
    assert "employee:r0" in older
    assert "Lebih lama" not in older


def test_nobody_else_finds_the_page(trail):
    for viewer in ("self", "supervisor", "agency", "bpsdm", "career", "leader"):
        page = trail.client.get("/jejak", headers=trail.as_(viewer))
        assert page.status_code == 404
        assert 'href="/jejak"' not in page.text


def written() -> set[str]:
    """Return every act the code writes into the trail under a name that stands there."""
    files = Path(service.__file__).parent.rglob("*.py")
    nodes = chain.from_iterable(ast.walk(ast.parse(file.read_text())) for file in files)
    calls = [
        node
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ("append", "note")
        and len(node.args) >= 4
    ]
    return {
        text.value
        for call in calls
        for place in (1, 3)  # of a trail's own note, and of the others
        for text in ast.walk(call.args[place])
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value
    }


def test_every_act_of_the_trail_has_words_and_is_offered_for_searching(trail):
    acts = (written() - {"job_"}) | {f"job_{kind}" for kind in get_args(JobKind)} | {BACKED_UP}
    assert {"signed_in", "nomination", "correction", "token_made"} <= acts
    assert [act for act in acts if f"{ACTION}{act}" not in entries()] == []
    page = trail.client.get("/jejak", headers=trail.as_("auditor")).text
    assert '<option value="signed_in">masuk</option>' in page
