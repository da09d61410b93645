"""People side by side: what the viewer reads of each, in the order they were chosen, no total."""

from __future__ import annotations

import pytest

from service.pages.source import Viewer

HR = Viewer("HR (lokal)", None, True, True)


@pytest.fixture
def pair(source):
    source.viewer = HR
    return source


def test_two_people_stand_side_by_side_in_the_order_they_were_chosen(browse, pair):
    page = browse.get("/banding?r=R-bagus&r=R-ratna")
    assert page.status_code == 200
    assert page.text.index("R-bagus") < page.text.index("R-ratna")
    assert "Angka jpm_now" in page.text
    assert page.text.count("2 dari 3") >= 2  # a level beside what the own post asks, of each
    assert "belum dinilai (standar 2)" in page.text
    assert "<script>alert" not in page.text


def test_what_the_viewer_does_not_read_is_not_there(browse, pair):
    pair.spoken = None
    pair.both = None
    page = browse.get("/banding?r=R-bagus&r=R-ratna").text
    assert "Angka jpm_now" not in page
    assert "standar 2" not in page


def test_one_alone_or_nobody_is_told_how_to_choose(browse, pair):
    for query in ("", "?r=R-ratna", "?r=R-ratna&r=R-ratna"):
        page = browse.get(f"/banding{query}")
        assert page.status_code == 200
        assert "Pilih dua sampai empat pegawai" in page.text


def test_somebody_out_of_sight_is_not_found_and_who_may_not_search_neither(browse, pair):
    assert browse.get("/banding?r=R-ratna&r=R-nobody").status_code == 404
    pair.viewer = Viewer("Ratna", "R-ratna", False)
    assert browse.get("/banding?r=R-ratna&r=R-bagus").status_code == 404


def test_the_results_of_a_search_lead_there(browse, pair):
    page = browse.post("/", kata="a").text
    assert 'action="/banding"' in page
    assert 'name="r" value="R-ratna"' in page
