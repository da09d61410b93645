"""The page of the gap map: figures in words in every cell, nothing of too few people, no names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from service.answers import REASONS
from service.gapmap import GapMap, Skill, UnitRow
from service.pages.gap_map_views import HEAT, gap_map_page, wish_of
from service.pages.source import Filters, Viewer
from service.survey import Figures, Hours, Moment
from service.uptake import Said

LEADER = Viewer("Pimpinan", None, True, may_survey=True)
INTEGRITY, TRAFFIC = Skill("M.1", "Integritas", "M"), Skill("T.1", "Lalu <b>Lintas</b>", "T")
SAID = Said(9, 6, 2, 4, {**dict.fromkeys(REASONS, 0), "jadwal": 5}, 240.0, 1_250_000, 1)

TOTAL = UnitRow(
    "total", "PD", "Dinas Contoh", Hours(60, 20, 13, 20),
    {"M.1": Figures(60, 40, 10, 5000), "T.1": Figures(20, 0, 0, 0)}, SAID,
)  # fmt: skip
ROWS = (
    UnitRow("unit", "SD", "Suku <i>Dinas</i>", Hours(50, 18, 12, 20), {
        "M.1": Figures(50, 40, 3, None)}, None),
    UnitRow("unit", "X-9", None, Hours(6, 1, 1, 0), {"M.1": Figures()}, Said()),
    UnitRow("own", "PD", "Dinas Contoh", Hours(), {"M.1": Figures()}, None),
)  # fmt: skip


def a_map(wish) -> GapMap:
    past = tuple(
        Moment(n, date(2026, n, 1), {"M.1": Figures(60, 40, 10 + n, None)}) for n in (3, 4)
    )
    return GapMap(
        replace(wish, unit="PD"), (("", None), ("PD", "Dinas Contoh")), (INTEGRITY, TRAFFIC), 7,
        TOTAL, ROWS, past, date(2026, 4, 3), 5, 20.0, True,
    )  # fmt: skip


@pytest.fixture
def page(browse, source):
    """The page as leaders read it."""
    source.viewer, source.surveyed = LEADER, a_map

    def get(query: str = "") -> str:
        answer = browse.get(f"/peta{query}")
        assert answer.status_code == 200
        return answer.text

    return get


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_cell_says_share_people_and_how_much_is_missing(page):
    html = page()
    said = plain(html)
    assert "25% dari 40 kurang 0,5" in said
    assert "20 belum dinilai" in said
    assert 'class="heat shown h1"' in html


def test_unknown_is_a_figure_of_its_own_and_no_share(page):
    cells = re.findall(r'<td role="cell" class="heat unknown".*?</td>', page(), re.S)
    assert len(cells) == 1
    assert "20 belum dinilai" in plain(cells[0])
    assert "%" not in plain(cells[0])


def test_too_few_people_show_a_sign_with_words_and_no_figure(page):
    html = page()
    (cell, *_) = re.findall(r'<td role="cell" class="heat few".*?</td>', html, re.S)
    assert plain(cell).strip() == "&lt; 5 (tidak ditampilkan)"
    assert "ditahan agar kelompok sekecil itu tidak dapat dihitung" in html


def test_a_mean_of_too_few_is_left_out_of_the_cell(page):
    row = page().split("Suku &lt;i&gt;Dinas&lt;/i&gt;")[1].split("</tr>")[0]
    assert "7,5%" in row
    assert "kurang" not in row


def test_names_of_units_are_escaped_and_lead_to_their_own_map(page):
    html = page("?kelompok=M&pegawai=contract")
    assert 'href="/peta?unit=SD&amp;kelompok=M&amp;pegawai=contract"' in html
    assert "Suku &lt;i&gt;Dinas&lt;/i&gt;" in html
    assert "Lalu &lt;b&gt;Lintas&lt;/b&gt;" in html
    # A unit that no table lists is shown by its code and leads nowhere.
    assert "X-9" in html
    assert "unit=X-9" not in html


def test_the_way_up_is_told(page):
    html = page()
    assert '<a href="/peta">Seluruh instansi</a>' in html


def test_hours_answers_reasons_and_money_stand_beside_it(page):
    said = plain(page())
    assert "60 20 13 20 37,7% 7" in said
    assert "9 6 2 4 Jadwal tidak sesuai: 5 240 JP Rp1.250.000; 1 tanpa biaya tercatat" in said
    assert "X-9 &lt; 5 (tidak ditampilkan)" in said


def test_reasons_are_not_shown_to_those_who_may_not_know_them(page, source):
    source.surveyed = lambda wish: replace(a_map(wish), tells_reasons=False)
    html = page()
    assert "Jadwal tidak sesuai" not in html
    assert "Alasan tunda" not in html


def test_the_past_is_told_by_generation(page):
    said = plain(page())
    assert "1 Maret 2026" in said
    assert "32,5% dari 40 35% dari 40" in said


def test_one_generation_is_no_development(page, source):
    source.surveyed = lambda wish: replace(a_map(wish), past=a_map(wish).past[:1])
    assert "Baru ada satu pemutakhiran" in page()


def test_every_table_has_its_explanation_and_every_link_within_the_page_leads_somewhere(page):
    html = page()
    for name in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{name}"' in html, name
    tables = re.findall(r'<table[^>]*aria-describedby="([^"]+)"', html)
    assert tables == ["cara-peta", "cara-jam", "cara-jawaban", "cara-perkembangan"]


def test_the_list_of_people_is_offered_to_those_who_may_see_people_and_their_gaps(page, source):
    assert 'href="/?unit=PD&amp;kesenjangan=M.1"' in page()
    source.offered = Filters()
    assert "kesenjangan=" not in page()
    source.viewer = replace(LEADER, may_search=False)
    assert "kesenjangan=" not in page()


def test_such_a_link_looks_for_people_of_the_unit_below_the_standard(browse, source):
    assert "Ratna" in browse.get("/?unit=PD&kesenjangan=T.12").text
    (asked,) = source.asked
    assert (asked.unit, asked.gap) == ("PD", "T.12")
    assert '<option value="PD" selected' in browse.get("/?unit=PD&kesenjangan=T.12").text


def test_the_page_speaks_english_and_keeps_what_was_chosen(page):
    html = page("?bahasa=en&unit=PD&pegawai=contract")
    assert "25% of 40" in plain(html).replace("25% of 40 ", "25% of 40")
    assert 'href="?unit=PD&amp;pegawai=contract&amp;bahasa=id"' in html
    assert 'href="/api/v1/gap-map?unit=PD&amp;slice=contract"' in html
    assert '<option value="contract" selected' in html


def test_nobody_else_learns_that_there_is_such_a_page(browse, source):
    assert browse.get("/peta").status_code == 404
    assert "/peta" not in browse.get("/").text


def test_an_office_that_only_reads_groups_of_its_unit_begins_there(browse, source):
    source.viewer = Viewer("Inspektorat", None, False, may_survey=True)
    assert browse.get("/").headers["location"] == "/peta"


def test_a_unit_without_figures_says_so(page, source):
    empty = UnitRow("total", "PD", "Dinas Contoh", None, {}, None)
    source.surveyed = lambda wish: replace(
        a_map(wish), skills=(), more=0, rows=(), total=empty, past=()
    )
    html = page()
    assert "Belum ada angka untuk unit ini" in html
    assert "<table" not in html


@pytest.mark.parametrize(
    ("below", "step"), [(0, 0), (1, 1), (25, 1), (26, 2), (50, 2), (75, 3), (76, 4), (100, 4)]
)
def test_steps_of_colour_follow_the_share(source, below, step):
    assert len(HEAT) == 4
    source.surveyed = lambda wish: replace(
        a_map(wish), total=replace(TOTAL, cells={"M.1": Figures(100, 100, below, None)})
    )
    assert gap_map_page(source, wish_of("", "", "")).total.cells[0].heat == step


def test_what_is_no_choice_of_the_form_restricts_nothing():
    assert wish_of("PD", "Q", "nobody") == wish_of("PD", "", "")
    assert wish_of("PD", "SK", "contract").slice_ == "contract"
