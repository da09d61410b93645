"""Somebody with an account who is in no ranking yet: told that there is nothing, never a fault."""

from __future__ import annotations

import pytest

from service.auth import Scope, Viewer

READ = ("/api/v1/petitions", "/saya", "/saya/simulasi", "/saya/rpi", "/keberatan")
SENT = {
    "/saya/keberatan": {"tentang": "correction:unit", "uraian": "Saya pindah unit."},
    "/saya/jawab": {"jenis": "training", "kode": "P-01", "tindakan": "accepted"},
    "/saya/angkatan": {"kode": "S-1"},
}


@pytest.fixture
def ask(service):
    service.credentials.tokens["newcomer-token"] = Viewer("employee", Scope("self", "BARU-1"))

    def request(path, method="GET", **more):
        return service.client.request(method, path, headers=service.as_("newcomer"), **more)

    return request


@pytest.mark.parametrize("path", READ)
def test_who_is_in_no_ranking_yet_finds_nothing_of_their_own(ask, path):
    answer = ask(path)
    assert answer.status_code == 404
    assert "BARU-1" not in answer.text


@pytest.mark.parametrize("path", SENT)
def test_who_is_in_no_ranking_yet_has_nothing_to_answer(ask, path):
    assert ask(path, "POST", data=SENT[path]).status_code == 404


def test_who_is_in_no_ranking_yet_asks_for_no_correction_yet(ask):
    said = {"kind": "correction", "topic": "unit", "words": "Saya pindah unit."}
    assert ask("/api/v1/petitions", "POST", json=said).status_code == 404


def test_the_first_page_leads_to_the_page_of_ones_own(ask):
    answer = ask("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/saya")
