"""``selaras rules``: list, show, check, diff and docs."""

import json
from datetime import date

import pytest

from training_data.reference.packs import all_versions, load_rules
from training_data.reference.packs.documents import document

DAY = "2026-01-05"


@pytest.fixture
def overlay(workplace):
    folder = workplace / "ketentuan"
    folder.mkdir()

    def write(*rows, file="instansi.json"):
        content = {"overlay": "Instansi Rekaan", "rules": list(rows)}
        (folder / file).write_text(json.dumps(content), encoding="utf-8")
        return folder

    return write


LONGER = {
    "id": "role.mutation_interval",
    "regulation": "Peraturan Gubernur 1/2026",
    "article": "Pasal 9",
    "mark": "R",
    "effective_from": "2026-01-01",
    "params": {"min_years": 3},
}


def test_the_list_says_what_each_rule_is_its_article_mark_and_dates(selaras):
    out = selaras("rules", "list", "--as-of", DAY).out
    assert "role.retirement" in out
    assert "Batas usia pensiun" in out
    assert "UU 20/2023 Pasal 55 · V (dikonfirmasi) · sejak 31 Oktober 2023" in out
    assert "R (belum diverifikasi)" in out


def test_the_list_speaks_english_where_asked(selaras):
    out = selaras("rules", "list", "--as-of", DAY, "--lang", "en").out
    assert "Retirement age" in out
    assert "R (unverified)" in out


def test_a_rule_is_shown_with_its_source_and_note_in_the_language_asked_for(selaras):
    out = selaras("rules", "show", "jp.yearly_pppk", "--as-of", DAY).out
    assert "peraturannya ada; batas itu sendiri belum dikonfirmasi" in out
    assert "peringatan, tidak pernah menutup" in out
    out = selaras("rules", "show", "jp.yearly_pppk", "--as-of", DAY, "--lang", "en").out
    assert "the regulation exists; the cap itself is not confirmed" in out
    assert "a warning, never a refusal" in out


def test_the_list_for_programs_carries_the_hash_and_every_rule(selaras):
    listed = json.loads(selaras("rules", "list", "--as-of", DAY, "--json").out)
    rules = load_rules(date.fromisoformat(DAY))
    assert (listed["as_of"], listed["hash"]) == (DAY, rules.hash)
    assert listed["packs"] == rules.pack_hashes
    assert [row["id"] for row in listed["rules"]] == list(rules.by_id)
    for row in listed["rules"]:
        assert set(row["text"]) == {"id", "en"}
        assert row["pack"] in listed["packs"]
        assert row["source_text"]["en"] == row["source"]
        assert (row["note_text"] or {"en": ""})["en"] == row["note"]


def test_without_a_day_the_rules_are_those_of_today_and_this_is_said(selaras):
    done = selaras("rules", "list")
    assert done.code == 0
    assert "Tanggal acuan" in done.err


def test_the_list_names_the_overlay_of_the_agency(selaras, overlay, monkeypatch):
    monkeypatch.setenv("SELARAS_RULES_DIR", str(overlay(LONGER)))
    out = selaras("rules", "list", "--as-of", DAY).out
    assert "Diubah oleh ketentuan instansi: Instansi Rekaan" in out
    assert "Peraturan Gubernur 1/2026 Pasal 9" in out
    assert "Instansi Rekaan" not in selaras("rules", "list", "--as-of", "2025-12-31").out


def test_a_rule_is_shown_in_all_versions_with_each_param_explained(selaras):
    out = selaras("rules", "show", "role.retirement", "--as-of", "2020-01-01").out
    for law in ("PP 32/1979", "UU 5/2014", "UU 20/2023"):
        assert law in out
    assert "15 Januari 2014 sampai 30 Oktober 2023 (versi pada 1 Januari 2020)" in out
    assert "jpt_pratama = [60, 60]" in out
    assert "term_months = 24" in out
    assert "Masa yang masih harus dapat dijalani" in out
    assert "belum diverifikasi" in out


def test_a_rule_is_shown_to_programs_with_the_version_of_the_day(selaras):
    shown = json.loads(
        selaras("rules", "show", "role.retirement", "--as-of", "2020-01-01", "--json").out
    )
    assert [v["in_force"] for v in shown["versions"]] == [False, True, False]
    (term,) = [p for p in shown["versions"][1]["params"] if p["name"] == "term_months"]
    assert term["value"] == 24
    assert term["text"]["en"]


@pytest.mark.parametrize("rule", sorted({rule.id for rule in all_versions()}))
def test_every_rule_can_be_shown(selaras, rule):
    for language in ("id", "en"):
        done = selaras("rules", "show", rule, "--as-of", DAY, "--lang", language)
        assert done.code == 0
        assert rule in done.out


def test_an_unknown_rule_is_not_found_and_similar_ones_are_named(selaras):
    done = selaras("rules", "show", "role.retirment", "--as-of", DAY)
    assert (done.code, done.out) == (4, "")
    assert "role.retirement" in done.err


def test_our_packs_pass_the_check(selaras):
    done = selaras("rules", "check")
    assert (done.code, done.out) == (0, "")
    assert "dapat dipakai" in done.err


def test_a_folder_that_is_right_passes_the_check(selaras, overlay):
    done = selaras("rules", "check", overlay(LONGER))
    assert (done.code, done.out) == (0, "")
    assert "ketentuan" in done.err


def test_the_check_prints_every_problem_and_ends_with_1(selaras, overlay):
    overlay({"id": "role.tidak_ada"}, {"id": "jp.yearly_pns", "params": {"min_jp": "dua puluh"}})
    folder = overlay({"id": "role.retirement", "params": {"ages": {}}}, file="lain.json")
    done = selaras("rules", "check", folder)
    assert done.code == 1
    assert "instansi.json: ketentuan role.tidak_ada tidak dikenal" in done.out
    assert 'parameter min_jp berisi "dua puluh"; yang berlaku: bilangan' in done.out
    assert "lain.json: role.retirement, parameter ages" in done.out
    assert "hal perlu diperbaiki" in done.err
    found = json.loads(selaras("rules", "check", folder, "--json").out)
    # The retirement ages are wrong in each version of the rule, and told once.
    assert found["errors"] == len(found["problems"]) == 3
    assert {problem["severity"] for problem in found["problems"]} == {"error"}


def test_the_check_takes_the_folder_of_the_settings(selaras, overlay, monkeypatch):
    monkeypatch.setenv("SELARAS_RULES_DIR", str(overlay({"id": "role.tidak_ada"})))
    assert selaras("rules", "check").code == 1


def test_a_missing_folder_is_a_problem_of_the_check(selaras, workplace):
    done = selaras("rules", "check", workplace / "tidak_ada")
    assert done.code == 1
    assert "belum ada" in done.out


def test_a_changed_value_with_our_mark_is_pointed_out_without_failing(selaras, overlay):
    done = selaras("rules", "check", overlay({"id": "jp.yearly_pns", "params": {"min_jp": 24}}))
    assert done.code == 0
    assert done.out.startswith("Perhatian: instansi.json")


def test_two_days_differ_in_the_law_that_changed_between_them(selaras):
    done = selaras("rules", "diff", "2023-10-30", "2023-10-31")
    assert done.code == 0
    assert 'regulation: "UU 5/2014" → "UU 20/2023"' in done.out
    assert done.err == ""
    assert 'source: "undang-undang sebelum UU 20/2023" → "JPT 60 tahun; ' in done.out
    english = selaras("rules", "diff", "2023-10-30", "2023-10-31", "--lang", "en").out
    assert 'source: "the law before UU 20/2023" → "JPT 60; ' in english


def test_an_overlay_differs_from_the_standard_in_what_it_changes(selaras, overlay):
    folder = overlay(LONGER)
    done = selaras("rules", "diff", "standard", folder, "--as-of", DAY)
    assert "params.min_years: 2 → 3" in done.out
    found = json.loads(selaras("rules", "diff", folder, "standard", "--as-of", DAY, "--json").out)
    assert found["before"]["overlays"] == ["Instansi Rekaan"]
    (rule,) = found["rules"]
    assert (rule["rule"], rule["change"]) == ("role.mutation_interval", "changed")
    assert {"place": "params.min_years", "before": 3, "after": 2} in rule["changes"]


def test_a_rule_on_one_side_only_is_said_to_be_there_only(selaras):
    out = selaras("rules", "diff", "2025-12-31", "2026-01-01").out
    assert "talent.weights" in out
    assert "hanya pada sisi kedua" in out
    assert "hanya pada sisi pertama" in selaras("rules", "diff", "2026-01-01", "2025-12-31").out


def test_equal_sides_are_said_to_be_equal(selaras):
    done = selaras("rules", "diff", "standard", DAY, "--as-of", DAY)
    assert (done.code, done.out) == (0, "")
    assert "sama" in done.err


@pytest.mark.parametrize("side", ["tidak_ada", "2026-13-01"])
def test_a_side_that_is_nothing_is_a_usage_error(selaras, side):
    done = selaras("rules", "diff", "standard", side, "--as-of", DAY)
    assert (done.code, done.out) == (2, "")
    assert side in done.err


def test_an_unusable_overlay_stops_other_commands_with_every_problem(selaras, overlay, monkeypatch):
    folder = overlay({"id": "role.tidak_ada"}, {"id": "role.age", "mark": "pasti"})
    monkeypatch.setenv("SELARAS_RULES_DIR", str(folder))
    done = selaras("rules", "list", "--as-of", DAY)
    assert (done.code, done.out) == (2, "")
    assert "role.tidak_ada" in done.err
    assert "pasti" in done.err


def test_the_page_of_the_rules_can_be_printed(selaras):
    assert selaras("rules", "docs", "--lang", "en").out == document(all_versions())


def test_a_ranking_records_which_packs_and_overlays_it_was_made_with(
    selaras, agency, overlay, monkeypatch
):
    monkeypatch.setenv("SELARAS_RULES_DIR", str(overlay(LONGER)))
    arguments = ("--data", agency, "--kind", "training", "--as-of", DAY)
    assert selaras("rank", *arguments, "--out", "saran.csv").code == 0
    basis = json.loads((agency.parent / "saran.csv.json").read_text(encoding="utf-8"))
    listed = json.loads(selaras("rules", "list", "--as-of", DAY, "--json").out)
    assert basis["overlays"] == listed["overlays"] == ["Instansi Rekaan"]
    assert (basis["rules"], basis["packs"]) == (listed["hash"], listed["packs"])


def test_a_published_ranking_records_them_too(installed):
    from service.database import generations
    from service.settings import Settings
    from service.usecases.sources import open_database

    database = open_database(Settings(home=installed / ".selaras"))
    held = generations.generation(database, 1)
    rules = load_rules(date.fromisoformat(DAY))
    assert held.rules == rules.hash
    assert held.details["packs"] == rules.pack_hashes
    assert held.details["overlays"] == []
