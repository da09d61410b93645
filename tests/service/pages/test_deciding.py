"""Wishes that wait: shown with what was decided before, decided one by one or as a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from service.pages.source import Ruling, Viewer, Waiting

WHEN = datetime(2026, 4, 2, 9, 0)
RULING = Ruling(4, "P-9", "Pelatihan Layanan", "returned", "Jadwal apel", "Rina Contoh", WHEN)


@pytest.fixture
def superior(source):
    source.viewer = Viewer("Rina", None, True, may_decide=True)
    person = source.people[0]
    source.wishes = [
        Waiting(person, "P-9", "Pelatihan Layanan", WHEN, (RULING,)),
        Waiting(replace(person, ref="E2", name="Tono Misal"), "P-8", "Arsip", WHEN, ()),
    ]
    return source


def test_every_wish_can_be_chosen_and_what_was_decided_before_is_told(browse, superior):
    page = browse.get("/usulan").text
    assert page.count('name="pilih"') == 2
    assert "Dikembalikan" in page
    assert "oleh Rina Contoh pada 2 April 2026" in page
    assert 'value="endorsed"' in page
    assert 'value="approved"' not in page


def test_without_an_account_the_name_is_asked_for(browse, superior):
    assert 'name="nama"' in browse.get("/usulan").text
    superior.viewer = replace(superior.viewer, named=True)
    assert 'name="nama"' not in browse.get("/usulan").text


def test_nothing_waits_is_said_and_nothing_is_asked(browse, superior):
    superior.wishes = []
    page = browse.get("/usulan").text
    assert "Tidak ada usulan yang menunggu" in page
    assert '<form method="post" action="/usulan"' not in page


def test_who_decides_nothing_finds_no_page(browse, source):
    assert browse.get("/usulan").status_code == 404
    assert "/usulan" not in browse.get("/").text


def test_people_read_who_decided_what_and_why(browse, source):
    source.rulings = [RULING]
    source.viewer = Viewer("Ratna", source.people[0].ref, False, may_answer=True)
    page = browse.get("/saya").text
    assert "Keputusan atas usulan Anda" in page
    assert "Jadwal apel" in page
    assert "/api/v1/decisions/4/replay" in page
