"""Results become pages: nothing invented, nothing confidential, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recommender.results import Check, Effect, Item, Term, Way
from service.pages import views
from service.pages.figures import fact_lines, role_figures
from training_data.messages import Text, text


def words(sentence: str) -> Text:
    return Text(sentence, f"{sentence} (en)")


@pytest.fixture
def now(source):
    return views.standard_view(source.both.now)


def test_each_level_has_the_state_of_its_figures(now):
    states = {v.row.competency_code: v.state for g in now.groups for v in g.rows}
    assert states == {
        "M.1": "met", "M.2": "above", "M.3": "gap", "M.5": "gap", "M.7": "gap",
        "SK.1": "unknown", "T.1": "gap", "T.2": "above",
    }  # fmt: skip
    assert (now.total, now.gaps, now.unknown, len(now.fine)) == (8, 4, 1, 3)


def test_needs_name_must_haves_first_then_the_largest_gap_and_the_unknown_last(now):
    assert [v.row.competency_code for v in now.needs] == ["M.5", "M.7", "T.1", "M.3", "SK.1"]


def test_the_common_source_is_said_once_and_others_on_their_row(now):
    assert "12 Maret 2025" in now.source.id
    own = {v.row.competency_code for g in now.groups for v in g.rows if v.source}
    assert own == {"T.1", "T.2"}


def test_jpm_shows_the_two_sums_behind_it(now):
    assert (now.jpm.held, now.jpm.asked) == (8.25, 11)
    assert (now.jpm.known, now.jpm.rows) == (5, 6)


def test_no_jpm_is_shown_where_nothing_is_known(source):
    assert views.jpm_view(replace(source.both.now, jpm_low=None)) is None


def test_a_confidential_check_keeps_only_the_neutral_sentence():
    check = Check(
        "role.discipline",
        "PP 94/2021",
        "Pasal 7",
        "R",
        "tidak_lolos",
        {"severity": "sedang"},
        words("Hukuman disiplin sedang."),
        Way((words("Tunggu."),), date(2027, 1, 1)),
        confidential=True,
    )
    for shown in (
        check,
        replace(check, outcome="perlu_verifikasi"),
        replace(check, outcome="lolos"),
    ):
        view = views.check_view(shown)
        told = (view.article, view.mark, view.facts, view.steps, view.earliest)
        assert told == (None, "", (), (), None)
        assert "disiplin" not in view.text.id


def test_several_confidential_checks_are_one_and_what_is_open_comes_first(source):
    open_secret = source.closed[2].checks[0]
    fine_secret = replace(open_secret, outcome="lolos")
    plain = source.trainings[0].checks[0]
    shown = views.check_views([plain, fine_secret, open_secret])
    assert [v.verdict for v in shown] == ["verify", "met"]
    assert shown[0].article is None


def test_a_card_names_what_needs_verification_also_where_it_is_confidential(source):
    secret = replace(source.closed[2].checks[0], outcome="perlu_verifikasi")
    item = replace(source.roles[0], checks=(secret, *source.roles[0].checks))
    assert [name.id for name in views.item_view(item, {}).unsure] == [
        "Data kepegawaian",
        "Pendidikan",
    ]


def test_a_rule_without_a_regulation_is_the_agencys_own(source):
    check = replace(source.trainings[0].checks[0], regulation="", article="")
    assert views.check_view(check).article.id == "Ketentuan instansi"


def test_a_card_gives_the_reasons_that_the_answer_gives(source):
    item = source.trainings[0]
    assert views.item_view(item, {}).reasons == item.reasons


def test_closed_items_are_grouped_by_the_rule_that_decides(source):
    groups = views.closed_groups(source.closed)
    assert [len(g.items) for g in groups] == [2, 1]
    assert groups[0].items[0].check is None, "one sentence for all is said once"
    assert "BKD" in groups[1].check.text.id


def test_different_sentences_of_one_rule_stay_with_their_items():
    def closed(code: str, sentence: str) -> Item:
        check = Check("r", "PP", "1", "V", "tidak_lolos", {}, words(sentence))
        return Item(code, code, "role", None, None, (), (), "tidak_lolos", (check,), Effect())

    (group,) = views.closed_groups([closed("A", "satu"), closed("B", "dua")])
    assert [item.check.text.id for item in group.items] == ["satu", "dua"]


def test_effects_name_the_competency_and_leave_out_what_is_not_closed():
    item = Item("T", "T", "training", 1, 0, (), (), "lolos", (), Effect({"M.5": 1.5, "M.1": 0.0}))
    (closed,) = views.closes(item, {"M.5": "Pelayanan Publik"})
    assert closed.id == "Pelayanan Publik +1,5 level"


def test_the_measured_effect_is_a_part_of_the_score_with_its_own_name_and_sentence():
    told = text("effect.measured", people="23", added=0.42, low=0.18, high=0.66)
    terms = (Term("gap_now", 900_000, "M.5", words("Selisih.")), Term("effect", 9, "T", told))
    item = Item("T", "T", "training", 1, 900_009, terms, (), "lolos", (), Effect())
    shown = views.item_view(item, {}).terms[1]
    assert shown.label.id == "Hasil yang terukur"
    assert "23 pegawai" in shown.text.id
    assert "0,42 (0,18 sampai 0,66)" in shown.text.id


def test_facts_are_written_as_people_write_them():
    lines = fact_lines({"day": "2026-04-03", "share": 2.75, "known": True, "field": None})
    assert [value.id for _, value in lines] == ["3 April 2026", "2,75", "ya", "belum tercatat"]


def test_codes_in_facts_are_written_in_words():
    facts = {
        "education": "S1",
        "feeding": [["pengawas", 3], ["jf_ahli_muda", 3]],
        "held_months": {"pengawas": 62, "jf_ahli_muda": 0},
        "ratings": {"2025": "baik", "2024": "sangat_baik"},
        "retirement_age": [58, 65],
        "lacking": None,
    }
    assert [(name.id, value.id) for name, value in fact_lines(facts)] == [
        ("pendidikan Anda", "S-1"),
        ("jabatan asal yang diterima (tahun)", "Pengawas: 3, Ahli Muda: 3"),
        ("lama menduduki jabatan (bulan)", "Pengawas: 62"),
        ("predikat kinerja", "2025: Baik, 2024: Sangat Baik"),
        ("batas usia pensiun (tahun)", "58, 65"),
        ("yang belum diselesaikan", "belum tercatat"),
    ]


def test_figures_show_an_interval_only_where_it_is_not_certain():
    figures = {"match": 0.86, "match_low": 0.8, "match_high": 0.92, "coverage": 1.0,
               "jpm": 90.0, "jpm_low": 90.0, "jpm_high": 90.0,
               "assessment_expires": "2027-06-14"}  # fmt: skip
    shown = [value.id for _, value in role_figures(figures)]
    assert shown == ["86% (rentang perkiraan 80%–92%)", "90%", "100%", "14 Juni 2027"]
    assert role_figures({"match": None, "match_low": 0.0, "match_high": 1.0})[0][1].id == (
        "rentang perkiraan 0%–100%"
    )
    above = {"jpm": 110.0, "jpm_low": 75.0, "jpm_high": 120.0, "jpm_categories": [
        {"name": {"id": "MMS", "en": "MMS"}}, {"name": {"id": "MS", "en": "MS"}}]}  # fmt: skip
    assert [value.id for _, value in role_figures(above)] == [
        "100% (rentang perkiraan 75%–100%)",
        "MMS – MS",
    ]
    assert role_figures({}) == ()
