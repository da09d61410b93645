"""A person's own page offers an answer to every suggestion and shows those that were given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from service.pages.source import Answered, Viewer

SAID = Answered("P-9", "Pelatihan Layanan", "declined", datetime(2026, 4, 2, 9, 0), "jadwal")


@pytest.fixture
def own(source):
    source.viewer = Viewer("Ratna", source.people[0].ref, False, may_answer=True)
    return source


def test_every_suggestion_can_be_answered_on_the_own_page(browse, own):
    page = browse.get("/saya").text
    shown = len(own.trainings) + len(own.roles)
    assert page.count('action="/saya/jawab"') == shown
    assert 'name="tindakan" value="accepted"' in page
    assert "Belum bersedia (pilih alasan)" in page
    assert "Tidak ada akibat apa pun" in page


def test_given_answers_are_shown_and_can_be_changed(browse, own):
    own.replies = {"training": [SAID]}
    page = browse.get("/saya").text
    assert "Sudah Anda jawab" in page
    assert "Pelatihan Layanan" in page
    assert "2 April 2026" in page
    assert "Jadwal tidak sesuai" in page
    own.replies = {"training": [replace(SAID, action="accepted", reason_code=None)]}
    answered = browse.get("/saya").text.split('id="jawaban"')[1].split("</section>")[0]
    assert 'value="accepted"' not in answered
    assert 'value="declined"' in answered


def test_others_see_that_something_is_left_out_and_answer_nothing(browse, source):
    source.replies = {"training": [SAID]}
    for path in ("/pegawai/E1", f"/pegawai/{source.people[0].ref}/rencana"):
        page = browse.get(path.replace("E1", source.people[0].ref)).text
        assert 'action="/saya/jawab"' not in page
        assert "1 saran tidak ditampilkan karena sudah dijawab pegawai" in page
        assert "Pelatihan Layanan" not in page
