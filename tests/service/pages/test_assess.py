"""The page on whom to assess first: each person once, with every reason, for those who may."""

import pytest

from recommender.estimate.worth import Worth
from service.pages.source import Viewer
from training_data.messages import Text

HR = Viewer("HR (lokal)", None, True, True, may_assess=True)


def worth(code: str, name: str) -> Worth:
    why = Text(f"{name} belum dinilai.", f"{name} has not been assessed.")
    return Worth("1992", code, name, 1.0, "unknown", None, None, why)


@pytest.fixture
def listed(source):
    ratna, bagus = source.people
    source.viewer = HR
    source.first = [
        (bagus, worth("M.1", "Integritas")),
        (ratna, worth("M.1", "Integritas")),
        (bagus, worth("T.1", "Arsip <i>kota</i>")),
    ]
    return source


def test_each_person_stands_once_with_every_reason_the_most_useful_first(browse, listed):
    page = browse.get("/penilaian")
    assert page.status_code == 200
    assert page.text.count('href="/pegawai/R-bagus"') == 1
    assert page.text.index("R-bagus") < page.text.index("R-ratna")
    assert page.text.count("Integritas belum dinilai.") == 2
    assert "Arsip &lt;i&gt;kota&lt;/i&gt; belum dinilai." in page.text
    assert "<script>alert" not in page.text
    assert "1992" not in page.text


def test_a_unit_is_asked_for_kept_and_led_to_as_json(browse, listed):
    page = browse.get("/penilaian?unit=U-1").text
    assert listed.assessed == ["U-1"]
    assert 'value="U-1" selected' in page
    assert "/api/v1/assess-first?unit=U-1" in page
    assert "unit=U-1&amp;bahasa=en" in page


def test_it_is_said_in_english_and_where_there_is_nothing_to_assess(browse, listed):
    assert "To be assessed first" in browse.get("/penilaian?bahasa=en").text
    listed.first = []
    page = browse.get("/penilaian?bahasa=id").text
    assert "tidak ada penilaian yang akan mengubah saran" in page
    assert "<table" not in page


def test_only_who_reads_such_lists_is_led_there(browse, listed):
    assert '<a href="/penilaian"' in browse.get("/").text
    listed.viewer = Viewer("Panel", None, True)
    assert '<a href="/penilaian"' not in browse.get("/").text
    listed.first = None
    assert browse.get("/penilaian").status_code == 404
