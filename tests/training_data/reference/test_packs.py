"""Rule packs: format, versions, hash and overlays."""

import copy
import json
from datetime import date

import pytest

from training_data import reference
from training_data.reference.packs import MARKS, InvalidPack, load_rules, parse_pack

DAY = date(2026, 6, 1)

GOOD = {
    "pack": "example",
    "rules": [
        {
            "id": "development.uptake",
            "regulation": "PP 1/2000",
            "article": "Pasal 1",
            "effective_from": "2000-01-01",
            "effective_to": None,
            "mark": "V",
            "source": "a book",
            "params": {"baseline": 0.2},
        }
    ],
}


def overlay(tmp_path, *rules):
    (tmp_path / "agency.json").write_text(json.dumps({"overlay": "agency", "rules": list(rules)}))
    return tmp_path


def test_every_rule_in_force_has_a_mark_and_a_source():
    rules = load_rules(DAY)
    assert len(rules) > 50
    for rule in rules:
        assert rule.mark in MARKS
        assert rule.source


def test_a_rule_is_found_by_its_id():
    rule = load_rules(DAY).rule("role.mutation_interval")
    assert (rule.regulation, rule.article, rule.mark) == ("PP 11/2017", "Pasal 190", "V")
    assert (rule.params["min_years"], rule.params["max_years"]) == (2, 5)


def test_the_law_in_force_on_the_day_is_the_one_that_counts():
    assert load_rules(date(2023, 10, 30)).rule("role.retirement").regulation == "UU 5/2014"
    assert load_rules(date(2023, 10, 31)).rule("role.retirement").regulation == "UU 20/2023"
    assert load_rules(date(2010, 1, 1)).rule("role.retirement").regulation == "PP 32/1979"
    assert load_rules(date(2010, 1, 1)).get("role.held_post") is None
    with pytest.raises(KeyError):
        load_rules(date(2010, 1, 1)).rule("role.held_post")


def test_the_hash_names_the_content_and_nothing_else():
    assert load_rules(DAY).hash == load_rules(DAY).hash
    assert load_rules(DAY).hash == load_rules(date(2026, 6, 2)).hash
    assert load_rules(DAY).hash != load_rules(date(2020, 1, 1)).hash


def test_an_overlay_replaces_one_param_and_leaves_ours_alone(tmp_path):
    folder = overlay(tmp_path, {"id": "talent.nine_box", "params": {"high_min": 81}})
    changed = load_rules(DAY, folder).rule("talent.nine_box")
    ours = load_rules(DAY).rule("talent.nine_box")
    assert (changed.params["high_min"], ours.params["high_min"]) == (81, 80)
    assert changed.params["cells"] == ours.params["cells"]
    assert load_rules(DAY, folder).hash != load_rules(DAY).hash


def test_an_overlay_can_switch_a_rule_off(tmp_path):
    folder = overlay(tmp_path, {"id": "role.tier_distance", "active": False})
    assert load_rules(DAY, folder).get("role.tier_distance") is None


@pytest.mark.parametrize(
    "row",
    [
        {"id": "role.no_such_rule", "params": {}},
        {"id": "role.mutation_interval", "params": {"minimum_years": 3}},
        {"id": "role.mutation_interval", "params": {"min_years": "three"}},
        {"id": "role.mutation_interval", "params": {"min_years": True}},
        {"id": "role.mutation_interval", "regulation": 5},
        {"id": "role.mutation_interval", "colour": "red"},
        {"id": "role.mutation_interval", "mark": "sure"},
        {"params": {}},
    ],
)
def test_an_overlay_that_cannot_be_meant_is_refused(tmp_path, row):
    with pytest.raises(InvalidPack):
        load_rules(DAY, overlay(tmp_path, row))


def test_a_missing_or_broken_overlay_is_refused(tmp_path):
    with pytest.raises(InvalidPack):
        load_rules(DAY, tmp_path / "nowhere")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(InvalidPack):
        load_rules(DAY, tmp_path)


@pytest.mark.parametrize("key", sorted(GOOD["rules"][0]))
def test_a_pack_without_a_required_key_is_refused(key):
    pack = copy.deepcopy(GOOD)
    del pack["rules"][0][key]
    with pytest.raises(InvalidPack, match=key):
        parse_pack(pack, "example.json")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("colour", "red"),
        ("mark", "sure"),
        ("effective_from", "1 May 2000"),
        ("effective_to", "1999-01-01"),
        ("params", [1]),
        ("id", 7),
    ],
)
def test_a_pack_with_an_impossible_value_is_refused(key, value):
    pack = copy.deepcopy(GOOD)
    pack["rules"][0][key] = value
    with pytest.raises(InvalidPack):
        parse_pack(pack, "example.json")


def test_a_good_pack_is_read():
    (rule,) = parse_pack(GOOD, "example.json")
    assert rule.effective_from == date(2000, 1, 1)
    assert rule.in_force(date(2000, 1, 1))
    assert not rule.in_force(date(1999, 12, 31))


TIERS = set(reference.choices("tier"))


def test_packs_speak_of_known_codes_only():
    rules = load_rules(DAY)
    assert set(rules.rule("competency.default_level").params["levels"]) == TIERS
    assert set(rules.rule("role.tier_distance").params["ranks"]) == TIERS
    assert set(rules.rule("role.retirement").params["ages"]) == TIERS
    fed = rules.rule("role.held_post").params["from"]
    assert {t for t, rows in fed.items() for t in (t, *(r[0] for r in rows))} <= TIERS
    for rule_id in ("training.legal_status", "role.legal_status"):
        params = rules.rule(rule_id).params
        stated = [*params["open"], *params["verify"], *params["closed"]]
        assert sorted(stated) == sorted(reference.choices("legal_status"))
    weights = rules.rule("competency.evidence").params["source_weight"]
    assert set(weights) == {*reference.choices("score_source"), ""}


def test_the_mix_of_the_pack_is_the_mix_of_the_forms():
    stated = load_rules(DAY).rule("development.mix").params["forms"]
    by_form = {form: mix for mix, forms in stated.items() for form in forms}
    assert by_form == {f.code: f.mix for f in reference.forms() if f.mix}


def test_evidence_is_trusted_in_the_documented_order():
    weight = load_rules(DAY).rule("competency.evidence").params["source_weight"]
    order = ("assessment_centre", "cact", "supervisor", "certificate", "self")
    assert [weight[s] for s in order] == sorted((weight[s] for s in order), reverse=True)
