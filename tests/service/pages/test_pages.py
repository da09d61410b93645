"""What arrives in a browser: whole pages, asked for over HTTP with plain results behind them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from recommender.results import Gaps
from service.pages.source import Filters, Viewer

PERSON = "/pegawai/R-ratna"
EVERY = [
    "/",
    PERSON,
    f"{PERSON}/rencana",
    f"{PERSON}/simulasi",
    "/pelatihan/T-001/calon",
    "/jabatan/J-2/calon",
    "/penilaian",
    "/masuk",
]


class Outline(HTMLParser):
    """Collects what the tests ask about."""

    VOID = {"meta", "link", "input", "img", "br", "hr"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.starts: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.stack == [], f"never closed: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.starts.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.starts.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.starts if name == tag]


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_well_formed_and_safe_to_style_strictly(browse, path, language):
    answer = browse.get(f"{path}?bahasa={language}")
    assert answer.status_code == 200
    page = Outline(answer.text)
    assert page.all("html")[0]["lang"] == language
    scripts = [script["src"].split("?")[0] for script in page.all("script")]
    own = {"/": "search", PERSON: "parts", f"{PERSON}/rencana": "parts"}.get(path)
    assert scripts == ([f"/static/{own}.js"] if own else [])
    assert not page.all("style")
    names = {name for _, attrs in page.starts for name in attrs}
    assert not {n for n in names if n == "style" or n.startswith("on")}
    ids = [attrs["id"] for _, attrs in page.starts if "id" in attrs]
    assert len(ids) == len(set(ids))
    pointed = {
        one
        for _, attrs in page.starts
        for name in ("aria-labelledby", "aria-describedby", "for")
        for one in (attrs.get(name) or "").split()
    }
    assert pointed <= set(ids)
    fragments = {a["href"][1:] for a in page.all("a") if (a.get("href") or "").startswith("#")}
    assert fragments <= set(ids)


@pytest.mark.parametrize("path", EVERY)
def test_headings_start_at_one_and_never_skip_a_level(browse, path):
    levels = [
        int(tag[1])
        for tag, _ in Outline(browse.get(path).text).starts
        if tag in {"h1", "h2", "h3", "h4"}
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("path", EVERY)
def test_tables_have_captions_and_header_cells_a_scope(browse, path):
    html = browse.get(path).text
    page = Outline(html)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in attrs for attrs in page.all("th"))


def test_names_and_texts_from_the_data_are_escaped(browse):
    html = browse.post("/", kata="<script>").text + browse.get("/pegawai/R-bagus").text
    assert html.count("<script") == html.count('<script src="/static/')
    assert "&lt;script&gt;alert(1)" in html
    assert "employees.&lt;education&gt;" in html


def test_the_language_chosen_once_stays(browse):
    assert "Find an employee" in browse.get("/?bahasa=en").text
    assert "Find an employee" in browse.get("/").text
    assert "Cari pegawai" in browse.get("/?bahasa=id").text


def test_indonesian_is_the_default_and_nonsense_changes_nothing(browse):
    page = browse.get("/?bahasa=xx&tampilan=neon")
    assert 'lang="id" data-theme="auto"' in page.text
    assert "set-cookie" not in page.headers


def test_a_search_travels_in_the_body_and_survives_a_change_of_language(browse, source):
    page = Outline(browse.post("/?bahasa=en", kata="ratna", unit="U-1", jenjang="").text)
    assert source.asked[-1].words == "ratna"
    assert source.asked[-1].unit == "U-1"
    hidden = {a["name"]: a["value"] for a in page.all("input") if a.get("type") == "hidden"}
    more = dict.fromkeys(("kesenjangan", "kotak", "jp", "penilaian"), "")
    place = {"urutan": "name", "halaman": "1"}
    assert hidden == {"kata": "ratna", "unit": "U-1", "jenjang": "", **more, **place}
    assert not any(
        "ratna" in (a.get("href") or "").lower().replace("r-ratna", "") for a in page.all("a")
    )


def test_nothing_found_says_what_to_try(browse):
    page = browse.post("/", kata="zzz").text
    assert "Belum ada pegawai yang sesuai" in page
    assert "Semua unit kerja" in page


def test_a_long_list_says_how_to_narrow_it(browse, source):
    source.search = lambda asked: replace_total(source, asked)
    assert "912 pegawai ditemukan; nomor 1 sampai 2 ditampilkan" in browse.post("/", kata="a").text


def replace_total(source, asked):
    from service.pages.source import Found

    return Found(tuple(source.people), 912)


def rows_of_points(html: str) -> list[tuple[list[int], int]]:
    """Return, per table of terms, the points of its rows and of its foot, as micro-points."""

    def micro(cell: str) -> int:
        digits = re.sub(r"<[^>]+>", "", cell).strip()
        sign = -1 if digits.startswith("\N{MINUS SIGN}") else 1
        return sign * int(re.sub(r"\D", "", digits))

    found = []
    for table in re.findall(r'<section class="terms">.*?</section>', html, re.S):
        cells = [
            micro(c)
            for c in re.findall(r'<td role="cell" class="num points">(.*?)</td>', table, re.S)
        ]
        found.append((cells[:-1], cells[-1]))
    return found


@pytest.mark.parametrize("path", [PERSON, f"{PERSON}/rencana"])
def test_the_points_shown_sum_to_the_score_shown(browse, source, path):
    tables = rows_of_points(browse.get(path).text)
    assert len(tables) == 8
    assert all(sum(rows) == total for rows, total in tables)
    assert tables[0][1] == source.trainings[0].micro == 2_477_856


def test_rules_show_article_mark_facts_and_the_way(browse):
    text = Outline(browse.get(PERSON).text).text
    assert "PerLAN 5/2022 Pasal 4 belum diverifikasi" in text
    assert "PP 11/2017 Pasal 54 Data yang dipakai" in text
    assert "memenuhi mulai tanggal 2 Juni 2026" in text
    assert "tidak_lolos" not in text
    assert "perlu_verifikasi" not in text


@pytest.mark.parametrize("path", [PERSON, f"{PERSON}/rencana"])
def test_discipline_is_never_told(browse, path):
    html = browse.get(path).text.lower()
    for word in ("disiplin", "94/2021", "sedang masih", "31 desember"):
        assert word not in html


def test_unknown_is_said_and_not_drawn_as_zero(browse):
    html = browse.get(PERSON).text
    assert html.count('class="lv-zero"') == 1
    assert html.count('class="lv-unknown" x="8"') == 2
    assert "belum dinilai (bukan nol)" in html


def test_a_missing_post_gives_its_reason(browse, source):
    from training_data.messages import Text

    source.both = Gaps(None, None, Text("Alasan satu.", ""), Text("Alasan dua.", ""))
    text = Outline(browse.get(PERSON).text).text
    assert "Alasan satu." in text
    assert "Alasan dua." in text


def test_where_nothing_is_assessed_one_sentence_says_so(browse, source):
    rows = tuple(replace(row, level=None, gap=None, surplus=None) for row in source.both.now.rows)
    source.both = replace(source.both, now=replace(source.both.now, rows=rows, jpm_low=None))
    text = Outline(browse.get(PERSON).text).text
    assert "Belum ada hasil penilaian untuk standar ini" in text
    assert "Tampilkan 8 level standar" in text


def test_sections_the_viewer_does_not_read_are_absent(browse, source):
    source.roles = None
    source.both = None
    html = browse.get(PERSON).text
    assert 'id="karier"' not in html
    assert 'id="kesenjangan"' not in html
    assert 'id="pelatihan"' in html


@pytest.mark.parametrize("path", [PERSON, f"{PERSON}/rencana"])
def test_each_figure_opens_to_its_parts_with_rule_and_mark(browse, path):
    page = Outline(browse.get(path).text)
    figures = [a for a in page.all("details") if a.get("class") == "fig"]
    assert len(figures) == 7
    for words in (
        "75–100%",
        "EN Masih Memenuhi Syarat – EN Memenuhi Syarat",
        "8 of 20 JP",
        "until 11 March 2028",
        "EN Predikat Baik: 25.",
        "PermenPANRB 38/2018",
        "not verified",
        "1–25",
        "none yet",
        "Training first.",
        "Among your suggestions: Pelatihan Teknis 2",
        "9 of 9 valid",
    ):
        assert words in Outline(browse.get(f"{path}?bahasa=en").text).text, words


def test_a_box_that_the_viewer_may_not_see_is_not_spoken_of(browse, source):
    source.spoken = source.spoken.without_talent()
    text = browse.get(PERSON).text
    assert "nine_box" not in text
    assert "talent_value" not in text
    assert "Angka jpm_now" in text


def test_empty_lists_point_to_the_deciding_rules(browse, source):
    source.trainings, source.roles = [], []
    text = Outline(browse.get(PERSON).text).text
    assert "Belum ada pelatihan yang dapat disarankan" in text
    assert "Belum ada jabatan yang dapat disarankan" in text


def test_ones_own_page_speaks_to_the_person_and_shows_no_score(browse):
    page = Outline(browse.get(f"{PERSON}/rencana").text)
    assert "Halo, Ratna Wulandari" in page.text
    assert "bukan penetapan" in page.text
    assert not [a for a in page.all("p") if a.get("class") == "item-score"]
    assert "Pratinjau bagi pengelola kepegawaian" in page.text


def test_somebody_with_their_own_record_only_is_led_to_their_plan(browse, source):
    source.viewer = Viewer("Ratna", "R-ratna", False, True)
    assert browse.get("/").headers["location"] == "/saya"
    page = browse.get("/saya")
    assert page.status_code == 200
    assert "Pratinjau" not in page.text
    assert "/calon" not in page.text
    for path in (PERSON, f"{PERSON}/rencana", "/pegawai/R-bagus"):
        assert browse.get(path).status_code == 404
    assert browse.post("/", kata="a").status_code == 404


def test_candidates_for_a_post_are_a_confidential_paper_by_rank_without_scores(browse):
    html = browse.get("/jabatan/J-2/calon").text
    text = Outline(html).text
    assert "RAHASIA – bahan rapat" in text
    assert "Dilihat oleh HR (lokal), 3 April 2026, 14.05 WIB" in text
    assert html.index("R-bagus") < html.index("R-ratna"), "the higher grade stands first"
    assert "2,40" not in text
    assert "2,50" not in text
    assert "Kurang dari tiga nama" in text


def test_candidates_for_a_training_are_ranked_with_scores_and_reasons(browse):
    html = browse.get("/pelatihan/T-001/calon").text
    assert html.index("R-ratna") < html.index("R-bagus")
    assert "2,50" in html
    assert "Alasan pertama." in html
    assert "RAHASIA" not in html


@pytest.mark.parametrize("path", ["/pegawai/nobody", "/jabatan/none/calon", "/nowhere"])
def test_what_is_not_there_answers_in_the_same_look_without_echo(browse, path):
    answer = browse.get(path)
    assert answer.status_code == 404
    assert "selaras.css" in answer.text
    assert "nobody" not in Outline(answer.text).text
    assert "Mulailah kembali dari pencarian" in answer.text


def test_a_page_names_its_json_twins_and_links_them(browse):
    page = Outline(browse.get(PERSON).text)
    named = {a["href"] for a in page.all("link") if a.get("type") == "application/json"}
    assert named == {
        f"/api/v1/employees/R-ratna/{part}"
        for part in ("plan", "gaps", "figures", "trainings", "roles", "excluded")
    }
    assert named <= {a.get("href") for a in page.all("a")}


def test_a_long_list_of_closed_items_stops_and_says_where_it_goes_on(browse, source):
    source.closed = source.closed[:1] * 80
    html = browse.get(PERSON).text
    assert "30 butir" in html
    assert 'href="/api/v1/employees/R-ratna/excluded?kind=role"' in html


def test_the_list_alone_answers_a_script_and_is_the_list_of_the_page(browse, source):
    form = {"kata": "ratna", "unit": "U-1"}
    part = browse.request("POST", "/", data=form, headers={"selaras-part": "found"})
    assert part.status_code == 200
    assert part.headers["cache-control"] == "private, no-store"
    assert "<html" not in part.text
    assert "<script" not in part.text
    inside = part.text.strip().replace('<p class="count"', '<p class="count" role="status"')
    assert inside in browse.post("/", **form).text
    assert [one.words for one in source.asked] == ["ratna", "ratna"]
    nobody = browse.request("POST", "/", data={"kata": "x"}, headers={"selaras-part": "found"})
    assert "Belum ada pegawai" in nobody.text
    assert 'role="status"' not in nobody.text


def test_the_list_alone_is_refused_as_the_page_is(browse, source):
    headers = {"selaras-part": "found", "sec-fetch-site": "cross-site"}
    assert browse.request("POST", "/", data={}, headers=headers).status_code == 403
    source.viewer = replace(source.viewer, may_search=False)
    alone = browse.request("POST", "/", data={}, headers={"selaras-part": "found"})
    assert alone.status_code == 404


def test_who_states_a_purpose_finishes_a_search_before_it_is_written_down(browse, source):
    source.viewer = replace(source.viewer, on_record=True)
    assert "<script" not in browse.get("/").text


@pytest.mark.parametrize("name", ["search", "parts"])
def test_a_script_is_a_few_kilobytes_of_our_own(browse, name):
    script = browse.get(f"/static/{name}.js")
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.content) < 4096


@pytest.mark.parametrize("path", [PERSON, f"{PERSON}/rencana"])
def test_plan_and_suggestions_come_before_the_parts_that_wait_closed(browse, path):
    html = browse.get(path).text
    links = re.findall(r'href="#([a-z-]+)"', html[html.index('class="within"') :])
    parts = ("rencana", "pelatihan", "angka", "kesenjangan", "profil", "karier", "tidak-disarankan")
    places = [html.index(f'id="{one}"') for one in links if one in parts][:5]
    assert places == sorted(places)
    assert links[:2] == ["rencana", "pelatihan"]
    profile = "kesenjangan" if path == PERSON else "profil"
    for name in (profile, "karier"):
        folded = rf'<details class="part"><summary><h2 id="h-{name}">[^<]+</h2></summary>\s*'
        assert re.search(rf'{folded}<div id="{name}">', html)
    for name in ("rencana", "pelatihan"):
        before = html[: html.index(f'id="{name}"')]
        assert before.count('<details class="part"') == 0


def test_the_first_load_stays_small(browse):
    import gzip

    page = browse.get(PERSON)
    assets = {
        a["href"]
        for a in Outline(page.text).all("link")
        if (a.get("href") or "").startswith("/static")
    }
    bodies = [page.content, *(browse.get(path).content for path in assets)]
    assert sum(len(gzip.compress(b)) for b in bodies) <= 150 * 1024
    assert sum(map(len, bodies)) <= 150 * 1024


def test_static_files_are_kept_for_long_and_only_known_ones_exist(browse):
    assert "immutable" in browse.get("/static/selaras.css").headers["cache-control"]
    for path in ("/static/", "/static/nothing.css", "/static/..%2f__init__.py"):
        assert browse.get(path).status_code == 404


SUPPOSED = {"pelatihan": ["T-001", "T-002"], "jabatan": "J-2",
            "kompetensi": ["M.5", "M.1"], "level": ["2,75", ""]}  # fmt: skip


def suppose(browse, language="id", **fields):
    path = f"{PERSON}/simulasi?bahasa={language}"
    return browse.request("POST", path, data={**SUPPOSED, **fields})


def test_a_plan_row_shows_levels_figures_the_seven_fields_and_other_choices(browse):
    text = Outline(browse.get(f"{PERSON}/rencana").text).text
    for words in (
        "8 JP tercatat dan 24 JP direncanakan: 32 JP; target 20 JP setahun terpenuhi.",
        "PP 11/2017 Pasal 207",
        "Kesesuaian dengan standar kurikulum",
        "Loket Terpadu",
        "biaya belum tercantum",
        "Catatan rencana.",
        "60 pelatihan dipertimbangkan",
    ):
        assert words in text, words


def test_gaps_that_stay_open_are_said_once_per_reason_and_not_assessed_ones_by_name(browse):
    html = browse.get(f"{PERSON}/rencana").text
    assert "Belum dinilai (13)" in html
    assert "Belum ada pelatihannya dalam katalog (1)" in html
    assert html.count("Kalimat no_course Integritas.") == 1
    assert "Kalimat unknown" not in html


def test_year_and_budget_are_passed_on_and_kept_by_a_switch_of_language(browse, source):
    html = browse.get(f"{PERSON}?tahun=2027&pagu=Rp5.000.000").text
    assert source.years[-1] == (2027, 5_000_000)
    assert 'href="?tahun=2027&amp;pagu=Rp5.000.000&amp;bahasa=en"' in html
    assert "Tulis pagu dengan angka" in browse.get(f"{PERSON}?pagu=banyak").text
    assert source.years[-1] == (None, None)


def test_titles_of_a_plan_are_escaped(browse):
    for path in (PERSON, f"{PERSON}/rencana", f"{PERSON}/simulasi"):
        assert "<script>" not in browse.get(path).text
    assert "<script" not in suppose(browse).text


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_answer_to_what_if_is_well_formed_in_both_languages(browse, language):
    answer = suppose(browse, language)
    assert answer.status_code == 200
    page = Outline(answer.text)
    assert not page.all("script")
    assert not [n for _, attrs in page.starts for n in attrs if n == "style"]
    ids = [attrs["id"] for _, attrs in page.starts if "id" in attrs]
    assert len(ids) == len(set(ids))
    for words in ("Langkah Satu", "Analis Kebijakan Ahli Madya", "J-2"):
        assert words in answer.text


def test_what_was_typed_is_what_is_supposed(browse, source):
    suppose(browse, kode="T-009, T-001")
    supposed = source.supposed[-1]
    assert supposed.trainings == ("T-001", "T-002", "T-009")
    assert supposed.target == "J-2"
    assert supposed.levels == {"M.5": 2.75}


def test_a_wrong_form_is_not_tried_and_keeps_what_was_typed(browse, source):
    many = suppose(browse, kode="T-1,T-2,T-3,T-4").text
    unknown = suppose(browse, kode="none", kode_jabatan="none").text
    level = suppose(browse, level=["9", ""]).text
    assert source.supposed == []
    assert "paling banyak 5" in many
    assert "Kode pelatihan belum dikenal: none" in unknown
    assert "Kode jabatan none belum dikenal" in unknown
    assert "Isi level 0 sampai 5" in level
    assert 'value="9"' in level


def test_only_those_who_may_suppose_reach_the_what_if_page(browse, source):
    source.viewer = Viewer("Atasan", None, True, False)
    assert browse.get(f"{PERSON}/simulasi").status_code == 404
    assert suppose(browse).status_code == 404
    assert "simulasi" not in browse.get(PERSON).text


def test_a_refused_item_shows_its_whole_way_or_why_there_is_none_once(browse, source):
    from training_data.messages import Text

    item = source.closed[0]
    source.closed = [replace(item, way=None, closed=Text("Tidak ada jalan lain.", "None."))]
    text = Outline(browse.get(PERSON).text).text
    assert "Belum ada langkah yang membuka butir ini" in text
    assert text.count("Tidak ada jalan lain.") == 1


def test_the_range_stands_beside_its_level_and_what_to_assess_next_under_both_pages(browse, source):
    from recommender.estimate.worth import Worth
    from recommender.results import Interval
    from training_data.messages import Text

    pages = (PERSON, f"{PERSON}/rencana")
    assert not any("kira-kira" in Outline(browse.get(page).text).text.lower() for page in pages)
    now = source.both.now
    known = replace(now.rows[0], level=2.5, estimate=Interval(2.5, 2.1, 2.94))
    source.both = replace(source.both, now=replace(now, rows=(known, *now.rows[1:])))
    why = Text("Integritas belum dinilai.", "Integrity has not been assessed.")
    source.worth = (Worth("P-1", "M.1", "Integritas", 1.0, "unknown", None, None, why),)
    for page in pages:
        text = Outline(browse.get(page).text).text
        assert text.count("kira-kira 2,1–2,9") == 1
        assert "Syarat dan kesenjangan tetap memakai bukti terkuat" in text
        assert "Layak dinilai berikutnya" in text
        assert text.count("Integritas belum dinilai.") == 1


def test_people_are_looked_for_by_gap_hours_assessment_and_box(browse, source):
    form = {"kesenjangan": "T.12", "jp": "12,5", "penilaian": "expired", "kotak": "9"}
    page = browse.post("/", **form)
    asked = source.asked[-1]
    assert (asked.gap, asked.jp_below, asked.assessment, asked.box) == ("T.12", 12.5, "expired", 9)
    assert '<option value="T.12" selected>' in page.text
    assert '<details class="further" open>' in page.text
    hours = next(a for a in Outline(page.text).all("input") if a.get("name") == "jp")
    assert hours["value"] == "12,5"


@pytest.mark.parametrize("typed", ["", "banyak", "-1", "1e9", "²", "12,5,5", "99999"])
def test_what_is_no_number_of_hours_restricts_nothing(browse, source, typed):
    browse.post("/", kata="ratna", jp=typed, kotak="12", penilaian="rahasia")
    asked = source.asked[-1]
    assert (asked.jp_below, asked.box, asked.assessment) == (None, 0, "")


def test_only_what_the_viewer_reads_is_offered_to_look_by(browse, source):
    source.offered = Filters()
    assert "further" not in browse.get("/").text
    source.offered = Filters(figures=True)
    page = browse.get("/").text
    assert 'name="jp"' in page
    assert 'name="kotak"' not in page
    assert 'name="kesenjangan"' not in page
