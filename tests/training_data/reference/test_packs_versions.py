"""Versions of a rule: one after the other, without overlap, and holes are told."""

import copy
import hashlib
import json
from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_data.reference import packs
from training_data.reference.packs import all_versions, load_rules, parse_pack, serialise
from training_data.reference.packs.comparing import MISSING, compare
from training_data.reference.packs.reading import timeline

DAY = date(2026, 6, 1)
VERSIONS = all_versions()
PACKS = sorted({rule.pack for rule in VERSIONS})


def versions_of(*spans):
    row = serialise("assignment", [load_rules(DAY).rule("role.jpt_term")])["rules"][0]
    rows = [{**row, "effective_from": first, "effective_to": last} for first, last in spans]
    return parse_pack({"pack": "assignment", "rules": rows}, "assignment.json")


@pytest.mark.parametrize(
    ("spans", "kinds"),
    [
        ([(None, "2019-12-31"), ("2020-01-01", None)], []),
        ([("2020-01-01", None), (None, "2019-12-31")], []),
        ([(None, "2020-01-01"), ("2020-01-01", None)], ["overlap"]),
        ([(None, None), ("2020-01-01", None)], ["overlap"]),
        ([("2020-01-01", "2020-01-01"), ("2020-01-01", "2020-01-01")], ["overlap"]),
        ([(None, "2019-12-30"), ("2020-01-01", None)], ["hole"]),
        (
            [("2000-01-01", "2001-01-01"), ("2003-01-01", "2004-01-01"), ("2004-01-01", None)],
            ["hole", "overlap"],
        ),
    ],
)
def test_overlaps_and_holes_are_found_on_whatever_day_they_lie(spans, kinds):
    found = timeline(versions_of(*spans))
    assert [problem.kind for problem in found] == kinds
    assert [problem.warning for problem in found] == [kind == "hole" for kind in kinds]


def test_a_hole_names_its_first_and_its_last_day():
    (hole,) = timeline(versions_of((None, "2019-12-30"), ("2020-02-01", None)))
    assert "from 31 December 2019 to 31 January 2020" in hole.text.en


def test_an_overlap_far_from_the_day_is_refused_when_the_packs_are_read(monkeypatch):
    from training_data.reference.packs import reading

    content = serialise("assignment", versions_of((None, "1999-01-01"), ("1999-01-01", None)))
    monkeypatch.setattr(reading, "file_names", lambda _: ("assignment.json",))
    monkeypatch.setattr(reading, "read", lambda *_: content)
    reading.shipped.cache_clear()
    try:
        with pytest.raises(packs.InvalidPack, match=r"role\.jpt_term.*1 January 1999"):
            load_rules(DAY)
    finally:
        monkeypatch.undo()
        reading.shipped.cache_clear()


@given(st.lists(st.dates(date(1990, 1, 1), date(2040, 1, 1)), unique=True, max_size=5))
def test_versions_that_follow_each_other_have_neither_overlap_nor_hole(days):
    starts = [None, *sorted(days)]
    ends = [day - timedelta(days=1) for day in starts[1:]] + [None]
    spans = [tuple(d and d.isoformat() for d in s) for s in zip(starts, ends, strict=True)]
    assert timeline(versions_of(*spans)) == []


@pytest.mark.parametrize("pack", PACKS)
def test_no_object_of_our_packs_states_a_key_twice(pack):
    def pairs(found):
        assert len(dict(found)) == len(found), found
        return dict(found)

    file = resources.files("training_data.reference") / "rules" / f"{pack}.json"
    json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=pairs)


@pytest.mark.parametrize("pack", PACKS)
def test_what_is_written_is_read_again(pack):
    ours = [rule for rule in VERSIONS if rule.pack == pack]
    written = json.loads(json.dumps(serialise(pack, ours)))
    assert parse_pack(written, f"{pack}.json") == ours


@given(st.lists(st.sampled_from(VERSIONS), unique_by=lambda rule: rule.id))
def test_any_rules_survive_being_written_and_read(rules):
    packed = {pack: [rule for rule in rules if rule.pack == pack] for pack in PACKS}
    for pack, ours in packed.items():
        assert parse_pack(serialise(pack, ours), f"{pack}.json") == ours


def test_the_hash_is_that_of_the_canonical_json_of_what_the_rules_say():
    rules = load_rules(DAY)
    content = [rule.as_json() for rule in rules]
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert rules.hash == hashlib.sha256(plain.encode()).hexdigest()
    assert set(content[0]) == {
        *("id", "regulation", "article", "effective_from", "effective_to"),
        *("mark", "source", "params", "active", "note"),
    }


def test_the_order_of_files_and_keys_does_not_change_the_hash():
    rules = load_rules(DAY)
    turned = [
        parse_pack(
            json.loads(
                json.dumps({"rules": [dict(reversed(rule.as_json().items()))], "pack": rule.pack})
            ),
            "example.json",
        )[0]
        for rule in rules
    ]
    assert packs.Rules(DAY, {rule.id: rule for rule in turned}).hash == rules.hash


def test_one_changed_number_changes_the_hash_of_its_pack_and_of_the_whole():
    rules = load_rules(DAY)
    params = copy.deepcopy(dict(rules.rule("role.jpt_term").params))
    params["max_years"] += 1
    row = {**rules.rule("role.jpt_term").as_json(), "params": params}
    (changed,) = parse_pack({"pack": "assignment", "rules": [row]}, "assignment.json")
    other = packs.Rules(DAY, {**rules.by_id, changed.id: changed})
    assert other.hash != rules.hash
    assert {p for p in PACKS if other.pack_hashes[p] != rules.pack_hashes[p]} == {"assignment"}


def test_a_comparison_names_each_value_that_differs():
    (found,) = [
        difference
        for difference in compare(load_rules(date(2020, 1, 1)), load_rules(DAY))
        if difference.rule == "role.retirement"
    ]
    changes = {change.place: (change.before, change.after) for change in found.changes}
    assert changes["regulation"] == ("UU 5/2014", "UU 20/2023")
    assert changes["effective_to"] == ("2023-10-30", None)
    assert not any(place.startswith("params") for place in changes)


def test_a_comparison_leads_into_tables_and_names_what_one_side_lacks():
    old, new = load_rules(date(2010, 1, 1)), load_rules(DAY)
    by_rule = {difference.rule: difference for difference in compare(old, new)}
    ages = {change.place: change for change in by_rule["role.retirement"].changes}
    assert ages["params.ages.jpt_pratama"].after == [60, 60]
    assert by_rule["role.held_post"].before is None
    assert by_rule["role.held_post"].as_json()["change"] == "added"
    assert compare(new, new) == []
    back = {difference.rule: difference for difference in compare(new, old)}
    assert back["role.held_post"].as_json()["change"] == "removed"
    assert all(MISSING not in (c.before, c.after) for c in by_rule["role.retirement"].changes)
