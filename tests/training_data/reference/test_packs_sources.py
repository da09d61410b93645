"""Where rules come from is said in both languages, and says the same in each."""

import json
import re
from collections import Counter
from datetime import date

import pytest

from training_data.messages import LANGUAGES, Text, entries
from training_data.reference.packs import MARKS, all_versions, load_rules
from training_data.reference.packs import words as about

DAY = date(2026, 6, 1)
VERSIONS = all_versions()
WRITTEN = sorted(
    {
        (rule.id, field, getattr(rule, field))
        for rule in VERSIONS
        for field in about.FIELDS
        if getattr(rule, field)
    }
)
SAID = {code: said for code, said in entries().items() if re.match(r"packs\.(source|note)\.", code)}
SHARED = re.compile(r"packs\.(source|note)\.shared\.")
LAW = re.compile(r"\b(?:UU|PP|PerBKN|PerLAN|PermenPANRB|Pasal \d+|SE \w+) ?\d*(?:/\d{4})?")
OUTCOMES = {"perlu_verifikasi"}
"""A code of an outcome, which the Indonesian says in words."""


def stating(field, written):
    return {rule.id for rule in VERSIONS if getattr(rule, field) == written}


@pytest.mark.parametrize(("rule_id", "field", "written"), WRITTEN)
def test_every_source_and_note_of_the_packs_is_said_in_both_languages(rule_id, field, written):
    rule = next(r for r in VERSIONS if r.id == rule_id and getattr(r, field) == written)
    said = getattr(about, field)(rule)
    assert said.en == written
    assert said.id.strip()
    assert said.id != said.en


def test_a_source_without_words_is_found(monkeypatch):
    kept = {code: said for code, said in entries().items() if code != "packs.source.role.pppk"}
    about._codes.cache_clear()
    monkeypatch.setattr(about, "entries", lambda: kept)
    try:
        assert list(about.wordless()) == ["packs.source.role.pppk"]
    finally:
        about._codes.cache_clear()


@pytest.mark.parametrize("code", sorted(SAID))
def test_the_catalogue_holds_no_source_or_note_that_no_rule_states(code):
    field = code.split(".")[1]
    rules = stating(field, SAID[code]["en"])
    if SHARED.match(code):
        assert len(rules) > 1, f"{code} is shared by none: name it after its rule"
    else:
        assert len(rules) == 1, f"{code}: no rule says this, or several do"
        named = f"packs.{field}.{rules.pop()}"
        assert code == named or re.fullmatch(rf"{re.escape(named)}\.\w+", code)


def test_what_several_rules_say_alike_stands_once():
    said = Counter((code.split(".")[1], words["en"]) for code, words in SAID.items())
    assert [words for words, times in said.items() if times > 1] == []


@pytest.mark.parametrize("code", sorted(SAID))
def test_laws_numbers_marks_and_names_of_params_are_the_same_in_both_languages(code):
    stated = [facts(SAID[code][language]) for language in LANGUAGES]
    assert stated[0] == stated[1]


def facts(said):
    """Return what must not change between languages: a decimal comma is a decimal point."""
    marks = "|".join(sorted(MARKS, key=len, reverse=True))
    return (
        LAW.findall(said),
        set(re.findall(r"(?<![\w_])\d+(?:\.\d+)?", re.sub(r"(\d),(\d)", r"\1.\2", said))),
        re.findall(rf"(?<![\w-])(?:{marks})(?![\w-])", said),
        set(re.findall(r"\b\w+_\w+\b", said)) - OUTCOMES,
    )


@pytest.mark.parametrize("word", ["rekomendasi", "gagal", "tidak layak", "lolos", "ranking"])
def test_no_word_is_used_that_offices_avoid(word):
    assert [code for code, said in SAID.items() if word in said["id"].lower()] == []


def overlaid(folder, row):
    content = {"overlay": "agency", "rules": [{"id": "role.held_post", **row}]}
    (folder / "agency.json").write_text(json.dumps(content), encoding="utf-8")
    return load_rules(DAY, folder).rule("role.held_post")


def test_an_agency_s_own_source_and_note_stay_as_it_wrote_them(tmp_path):
    rule = overlaid(tmp_path, {"source": "lembaran daerah", "note": "sementara"})
    assert about.source(rule) == Text("lembaran daerah", "lembaran daerah")
    assert about.note(rule) == Text("sementara", "sementara")


def test_words_of_ours_that_an_agency_gives_another_rule_are_its_own(tmp_path):
    rule = overlaid(tmp_path, {"source": "design choice", "note": ""})
    assert about.source(rule) == Text("design choice", "design choice")
    assert about.note(rule) is None


def test_where_an_agency_changes_a_value_alone_our_source_is_said_as_before(tmp_path):
    ours = load_rules(DAY).rule("role.held_post")
    rule = overlaid(tmp_path, {"mark": "R", "article": "Pasal 9"})
    assert rule.overlays == ("agency",)
    assert (about.source(rule), about.note(rule)) == (about.source(ours), about.note(ours))


def test_each_version_of_a_rule_names_its_own_source():
    retiring = [rule for rule in VERSIONS if rule.id == "role.retirement"]
    assert len({about.source(rule) for rule in retiring}) == len(retiring) == 3
