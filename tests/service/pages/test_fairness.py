"""The page on fairness: figures with bars, small groups hidden, offices of the agency only."""

import numpy as np
import pytest

from recommender.fairness.floors import Floors
from recommender.fairness.groups import Grouping
from recommender.fairness.measured import assess
from recommender.fairness.outcomes import Measure
from service.pages.source import Viewer

NAME = "training.selected"
OFFICE = Viewer("Inspektorat", None, False, False, True)


@pytest.fixture
def measured():
    """Men 90 of 100, women 45 of 100; a place of 20 people beside one of 180."""
    value = np.concatenate([np.arange(100) < 90, np.arange(100) < 45]).astype(float)
    floors = Floors(30, 1.96, {NAME: 0.8}, {NAME: frozenset({"sex"})}, (30,), (), 20, 500, 0.25)
    sex = np.repeat([0, 1], 100).astype(np.int32)
    place = (np.arange(200) < 20).astype(np.int32)
    alone = np.zeros(2, np.int32)
    ways = [
        Grouping("sex", ("L", "P"), sex, alone),
        Grouping("location", ("<b>Kota</b>", "Pulau"), place, alone),
        Grouping(
            "age",
            ("<30", "30-39", ">=40"),
            np.arange(200, dtype=np.int32) % 3,
            np.zeros(3, np.int32),
        ),
        Grouping("unit", ("DH", "LAIN"), sex, alone),
    ]
    report = assess(ways, [Measure(NAME, np.ones(200, bool), value)], floors).as_json()
    return {**report, "override": {"by": "Kepala BKD", "reason": "diputuskan rapat"}}


def test_the_page_shows_figures_bars_findings_and_who_decided(browse, source, measured):
    source.viewer, source.measured = OFFICE, measured
    page = browse.get("/keadilan")
    assert page.status_code == 200
    for words in ("perempuan", "45%", "0,5", "Menahan penerbitan", "Kepala BKD", "rapat"):
        assert words in page.text
    assert page.text.count('class="lv"') == 2 + 3 + 2
    assert "Tidak ditampilkan: &lt;b&gt;Kota&lt;/b&gt;; Pulau." in page.text
    for words in ("di bawah 30 tahun", "30–39 tahun", "40 tahun ke atas"):
        assert words in page.text
    assert "/api/v1/fairness" in page.text


def test_departments_are_called_by_name_and_findings_lead_to_their_measure(
    browse, source, measured
):
    source.viewer, source.measured = OFFICE, measured
    page = browse.get("/keadilan").text
    assert "Dinas Contoh &lt;b&gt;Kota&lt;/b&gt;" in page
    assert ">LAIN<" in page
    assert 'href="#training-selected"' in page
    assert 'id="training-selected" open' in page


def test_small_groups_show_no_figure(browse, source, measured):
    source.viewer, source.measured = OFFICE, measured
    page = browse.get("/keadilan?bahasa=en").text
    assert page.count("Not shown: ") == 1
    assert ">20<" not in page
    assert ">180<" not in page


def test_nobody_else_learns_that_there_is_such_a_page(browse, source, measured):
    source.measured = measured
    assert browse.get("/keadilan").status_code == 404
    source.viewer, source.measured = OFFICE, None
    assert browse.get("/keadilan").status_code == 404


def test_an_office_that_only_measures_is_led_there(browse, source):
    source.viewer = OFFICE
    assert browse.get("/").headers["location"] == "/keadilan"
