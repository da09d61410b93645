"""The page on trainings of a group: filters kept, figures with sums, for those who read it."""

import pytest

from service.demand import Demand
from service.pages.source import Search, Viewer
from training_data.messages import say

HR = Viewer("HR (lokal)", None, True, True, may_group=True)


@pytest.fixture
def group(source):
    source.viewer = HR
    source.demanded = [
        Demand("L-1", 12, 3, 2, 20.0, 1_500_000),
        Demand("L-2", 4, 0, 0),
    ]
    return source


def test_trainings_stand_with_people_hours_and_rupiah_of_all_of_them(browse, group):
    page = browse.get("/pelatihan").text
    assert page.index("/pelatihan/L-1/calon") < page.index("/pelatihan/L-2/calon")
    for words in ("240", "20 JP per pegawai", "Rp18.000.000", "Rp1.500.000 per pegawai"):
        assert words in page
    assert page.count(say("pages.unknown", "id")) == 2  # neither JP nor cost of the second is known
    assert "2 dari 2 pelatihan, untuk 2 pegawai" in page


def test_a_unit_a_tier_and_a_gap_are_asked_for_kept_and_led_to_as_json(browse, group):
    page = browse.get("/pelatihan?unit=U-1&jenjang=jf_ahli_pertama&kesenjangan=M.1").text
    assert group.asked[0] == Search(unit="U-1", tier="jf_ahli_pertama", gap="M.1")
    assert 'value="U-1" selected' in page
    assert 'value="jf_ahli_pertama" selected' in page
    assert "/api/v1/group-trainings?unit=U-1&amp;tier=jf_ahli_pertama&amp;gap=M.1" in page
    assert "unit=U-1&amp;jenjang=jf_ahli_pertama&amp;kesenjangan=M.1&amp;bahasa=en" in page


def test_no_name_is_taken_from_an_address(browse, group):
    browse.get("/pelatihan?kata=Ratna")
    assert all(not search.words for search in group.asked)


def test_where_nothing_is_suggested_it_is_said(browse, group):
    group.demanded = []
    page = browse.get("/pelatihan?bahasa=en").text
    assert "No training is suggested in this group yet." in page
    assert "<table" not in page


def test_only_who_reads_it_is_led_there(browse, group):
    assert '<a href="/pelatihan"' in browse.get("/").text
    group.viewer = Viewer("Panel", None, True)
    assert '<a href="/pelatihan"' not in browse.get("/").text
    group.demanded = None
    assert browse.get("/pelatihan").status_code == 404
