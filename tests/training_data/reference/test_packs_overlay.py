"""Overlays: an agency changes our rules from a day on, and never our files."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training_data.reference.packs import InvalidPack, all_versions, check, load_rules

DAY = date(2026, 6, 1)
RULE = "role.mutation_interval"
few = settings(max_examples=25)
"""Each example writes a folder."""
OURS = load_rules(DAY)


def write(folder, *rows, file="agency.json", name="agency"):
    folder.mkdir(exist_ok=True)
    content = {"overlay": name, "rules": list(rows)}
    (folder / file).write_text(json.dumps(content), encoding="utf-8")
    return folder


def kinds(folder):
    return [(problem.kind, problem.rule) for problem in check(folder) if not problem.warning]


def test_a_rule_says_which_pack_and_which_overlay_it_comes_from(tmp_path):
    rules = load_rules(DAY, write(tmp_path, {"id": RULE, "params": {"min_years": 3}}))
    assert (rules.rule(RULE).pack, rules.rule(RULE).overlays) == ("assignment", ("agency",))
    assert rules.rule("jp.yearly_pns").overlays == ()
    assert rules.overlays == ("agency",)
    assert OURS.overlays == ()
    changed = {p for p, h in rules.pack_hashes.items() if h != OURS.pack_hashes[p]}
    assert changed == {"assignment"}


def test_an_agency_puts_its_own_regulation_in_force_from_a_day(tmp_path):
    own = {
        "id": RULE,
        "regulation": "Peraturan Gubernur 1/2026",
        "article": "Pasal 9",
        "mark": "V",
        "source": "lembaran daerah",
        "note": "rekaan",
        "effective_from": "2026-03-01",
        "params": {"min_years": 3},
    }
    folder = write(tmp_path, own)
    before, after = (
        load_rules(d, folder).rule(RULE) for d in (date(2026, 2, 28), date(2026, 3, 1))
    )
    assert (before.regulation, before.params["min_years"]) == ("PP 11/2017", 2)
    assert (before.effective_to, before.overlays) == (date(2026, 2, 28), ())
    assert (after.regulation, after.article, after.note) == (
        "Peraturan Gubernur 1/2026",
        "Pasal 9",
        "rekaan",
    )
    assert (after.mark, after.source) == ("V", "lembaran daerah")
    assert (after.params["min_years"], after.params["max_years"]) == (3, 5)
    assert (after.effective_from, after.effective_to) == (date(2026, 3, 1), None)


def test_dated_versions_of_a_change_follow_each_other_and_ours_holds_between(tmp_path):
    folder = write(
        tmp_path,
        {"id": RULE, "params": {"min_years": 4}, "effective_from": "2026-05-01"},
        {
            "id": RULE,
            "params": {"min_years": 3},
            "effective_from": "2025-01-01",
            "effective_to": "2025-12-31",
        },
    )
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), DAY]
    assert [load_rules(d, folder).rule(RULE).params["min_years"] for d in days] == [2, 3, 3, 2, 4]
    assert load_rules(date(2016, 1, 1), folder).get(RULE) is None
    parts = sorted((v for v in all_versions(folder) if v.id == RULE), key=lambda v: v.first_day)
    for before, after in pairwise(parts):
        assert after.first_day == before.last_day + timedelta(days=1)


def test_an_undated_change_holds_in_every_version_of_the_rule(tmp_path):
    folder = write(tmp_path, {"id": "role.retirement", "params": {"term_months": 12}})
    found = [v for v in all_versions(folder) if v.id == "role.retirement"]
    ours = [v for v in all_versions() if v.id == "role.retirement"]
    assert [v.params["term_months"] for v in found] == [12] * len(ours)
    assert [(v.effective_from, v.effective_to) for v in found] == [
        (v.effective_from, v.effective_to) for v in ours
    ]


@pytest.mark.parametrize("files", [("a.json", "a.json"), ("a.json", "b.json")])
def test_two_changes_of_a_rule_on_one_day_are_refused(tmp_path, files):
    rows = [
        {"id": RULE, "active": False, "effective_to": "2026-06-01"},
        {"id": RULE, "params": {"min_years": 3}, "effective_from": "2026-06-01"},
    ]
    if files[0] == files[1]:
        write(tmp_path, *rows)
    else:
        for row, file in zip(rows, files, strict=True):
            write(tmp_path, row, file=file)
    assert kinds(tmp_path) == [("conflict", RULE)]
    # The contradiction is refused on every day, not only on the one it is about.
    with pytest.raises(InvalidPack, match="2026"):
        load_rules(date(2020, 1, 1), tmp_path)


def test_several_overlays_that_speak_of_different_rules_are_all_taken(tmp_path):
    write(tmp_path, {"id": RULE, "active": False}, file="a.json", name="mutasi")
    write(tmp_path, {"id": "jp.yearly_pns", "params": {"min_jp": 24}}, file="b.json", name="jp")
    rules = load_rules(DAY, tmp_path)
    assert rules.overlays == ("jp", "mutasi")
    assert rules.get(RULE) is None
    assert rules.rule("jp.yearly_pns").params["min_jp"] == 24


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"id": "role.tidak_ada", "active": False}, "unknown_rule"),
        ({"id": RULE, "params": {"minimum": 3}}, "unknown_param"),
        ({"id": RULE, "params": {"min_years": 6}}, "param"),
        ({"id": RULE, "params": {"min_years": -1}}, "param"),
        ({"id": RULE, "params": []}, "no_object"),
        ({"id": RULE, "active": "no"}, "no_switch"),
        ({"id": RULE, "mark": "sure"}, "mark"),
        ({"id": RULE, "source": None}, "no_text"),
        ({"id": RULE, "effective_from": "1 Maret"}, "day"),
        ({"id": RULE, "effective_from": "2026-02-01", "effective_to": "2026-01-01"}, "ends"),
        ({"id": RULE, "effective_to": "2000-01-01", "active": False}, "never"),
        ({"id": RULE, "pack": "training"}, "keys_unknown"),
        ({"active": False}, "keys_missing"),
        ("role.pppk", "no_object"),
    ],
)
def test_each_mistake_of_an_overlay_is_named(tmp_path, row, kind):
    assert kind in [found for found, _ in kinds(write(tmp_path, row))]
    with pytest.raises(InvalidPack, match=r"agency\.json"):
        load_rules(DAY, tmp_path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("{", "no_json"),
        ("[]", "no_object"),
        ('{"rules": []}', "keys_missing"),
        ('{"overlay": "", "rules": []}', "no_text"),
        ('{"overlay": "a", "rules": {}}', "no_list"),
        ('{"overlay": "a", "overlay": "b", "rules": []}', "key_twice"),
        ('{"overlay": "a", "rules": [{"id": "x", "params": {"y": 1, "y": 2}}]}', "key_twice"),
    ],
)
def test_a_file_that_is_no_overlay_is_named(tmp_path, content, kind):
    (tmp_path / "agency.json").write_text(content, encoding="utf-8")
    assert kinds(tmp_path) == [(kind, "")]


def test_a_message_names_the_place_and_nothing_where_there_is_none(tmp_path):
    write(tmp_path, "role.pppk", {"id": RULE, "active": "no"})
    (tmp_path / "other.json").write_text('{"overlay": 1, "rules": []}', encoding="utf-8")
    assert [problem.text.en for problem in check(tmp_path)] == [
        'agency.json is "role.pppk"; an object is expected.',
        f'agency.json: {RULE} active is "no"; true or false is expected.',
        "other.json: overlay is 1; a text is expected.",
    ]


def test_a_file_saved_on_windows_is_read(tmp_path):
    folder = write(tmp_path, {"id": RULE, "active": False})
    (file,) = folder.iterdir()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_rules(DAY, folder).get(RULE) is None


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "agency.json").write_bytes(b"\xff\xfe\x00{")
    assert kinds(tmp_path) == [("no_json", "")]


def test_a_folder_without_files_is_pointed_out_but_taken(tmp_path):
    (warning,) = check(tmp_path)
    assert (warning.kind, warning.warning) == ("no_files", True)
    assert load_rules(DAY, tmp_path).hash == OURS.hash


def test_all_mistakes_are_told_at_once(tmp_path):
    folder = write(
        tmp_path,
        {"id": "role.tidak_ada"},
        {"id": RULE, "params": {"min_years": -1, "max_years": "lima"}},
        {"id": "jp.yearly_pns", "mark": "sure"},
    )
    assert len(kinds(folder)) == 4
    with pytest.raises(InvalidPack) as refused:
        load_rules(DAY, folder)
    assert len(refused.value.problems) == 4


def test_a_changed_value_that_keeps_our_mark_is_pointed_out_but_taken(tmp_path):
    folder = write(tmp_path, {"id": RULE, "params": {"min_years": 3}})
    (warning,) = check(folder)
    assert (warning.kind, warning.warning) == ("mark_stays", True)
    assert "PP 11/2017" in warning.text.id
    assert load_rules(DAY, folder).rule(RULE).mark == "V"
    assert check(write(tmp_path, {"id": RULE, "params": {"min_years": 3}, "mark": "R"})) == []


@pytest.mark.parametrize(
    ("row", "kinds_told"),
    [
        ({"regulation": "Peraturan Gubernur 1/2026"}, ["rows_stay"]),
        ({"regulation": "PP 11/2017"}, []),
        ({"mark": "V"}, ["rows_stay"]),
        ({"mark": "V", "regulation": "Peraturan Gubernur 1/2026"}, ["rows_stay", "rows_stay"]),
        ({"regulation": "Peraturan Gubernur 1/2026", "params": {"articles": ...}}, []),
    ],
)
def test_articles_and_marks_of_rows_that_stay_behind_are_pointed_out(tmp_path, row, kinds_told):
    """Answers cite the article of the tier: with another regulation it would be a wrong one."""
    tiers = OURS.rule("role.held_post").params["articles"]
    if "params" in row:
        own = {"articles": dict.fromkeys(tiers, "Pasal 9"), "marks": dict.fromkeys(tiers, "R")}
        row = {**row, "params": own}
    found = check(write(tmp_path, {"id": "role.held_post", **row}))
    assert [problem.kind for problem in found] == kinds_told
    assert all(problem.warning for problem in found)
    assert load_rules(DAY, tmp_path).overlays == ("agency",)


def test_reading_an_overlay_changes_neither_our_packs_nor_the_folder(tmp_path):
    folder = write(tmp_path, {"id": RULE, "params": {"min_years": 3}})
    before = {file: file.read_bytes() for file in folder.iterdir()}
    load_rules(DAY, folder)
    assert load_rules(DAY).hash == OURS.hash
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


@few
@given(st.lists(st.sampled_from(sorted(OURS.by_id)), unique=True), st.data())
def test_an_overlay_that_repeats_our_values_changes_no_hash(tmp_path_factory, chosen, data):
    rows = []
    for rule_id in chosen:
        rule = OURS.rule(rule_id)
        names = data.draw(st.sets(st.sampled_from(sorted(rule.params)))) if rule.params else ()
        row = {"id": rule_id, "params": {name: rule.params[name] for name in names}}
        stated = data.draw(st.sets(st.sampled_from(["mark", "source", "active"])))
        one_version = sum(version.id == rule_id for version in all_versions()) == 1
        rows.append({**row, **{key: getattr(rule, key) for key in stated if one_version}})
    versioned = {"role.retirement"} & set(chosen)
    folder = write(tmp_path_factory.mktemp("overlay"), *rows)
    day = DAY if versioned else date(2026, 1, 1)
    assert load_rules(day, folder).hash == load_rules(day).hash
    assert load_rules(day, folder).pack_hashes == load_rules(day).pack_hashes


@few
@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_on_every_day_just_one_version_of_a_changed_rule_holds(tmp_path_factory, one, other):
    first, last = sorted((one, other))
    change = {
        "id": "role.retirement",
        "active": False,
        "effective_from": first.isoformat(),
        "effective_to": last.isoformat(),
    }
    folder = write(tmp_path_factory.mktemp("overlay"), change)
    versions = [v for v in all_versions(folder) if v.id == "role.retirement"]
    around = {first - timedelta(days=1), first, last, last + timedelta(days=1), DAY}
    for day in around:
        (version,) = [v for v in versions if v.in_force(day)]
        assert version.active == (not first <= day <= last)
