"""Shapes of rules: every param of every rule is of one kind, within a range, of known codes."""

import copy
import math
import re

import pytest

from training_data.messages import LANGUAGES
from training_data.reference.packs import InvalidPack, all_versions, check, parse_pack, serialise
from training_data.reference.packs.problems import faults
from training_data.reference.packs.shapes import param_names, shapes
from training_data.reference.packs.words import wordless

VERSIONS = all_versions()
BY_ID = {rule.id: rule for rule in VERSIONS}
FREE_TEXTS = re.compile(
    r"articles\.|\[\d+\]\.(id|en|code)$|^any\[|^actions\.|^fields\[|^groups\[|^pattern$"
    r"|^competencies\[|^islands\["
)
"""Texts that are no codes: any but an empty one may stand there."""


def places(value, path=()):
    """Yield the path of every value inside the params, tables and lists included."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, key))


def at(params, path):
    for step in path:
        params = params[step]
    return params


def put(params, path, value):
    changed = copy.deepcopy(dict(params))
    at(changed, path[:-1])[path[-1]] = value
    return changed


def spelt(path):
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path).lstrip(".")


def wrong_for(rule_id, path, value):
    """Return values that can never stand where ``value`` stands."""
    if isinstance(value, bool):
        return ["ya", 1, None]
    if isinstance(value, int | float):
        # A rank may lie below the present one; no other number of a rule is negative.
        least = [] if (rule_id, path[0]) == ("role.tier_distance", "allowed") else [-1]
        return [*least, 10**7, str(value), True, None, math.nan, math.inf]
    if isinstance(value, str):
        empty = [] if path[0] == "articles" else [""]
        unknown = [] if FREE_TEXTS.search(spelt(path)) else ["tidak_dikenal"]
        return [*empty, *unknown, 7, None, [value]]
    if isinstance(value, list):
        return [{}, "", None, [{"x": 1}]]
    return [[], "", None, {"tidak_dikenal": None}]


def test_our_packs_are_right_and_none_of_them_has_a_hole():
    assert check() == []


@pytest.mark.parametrize("rule", BY_ID.values(), ids=BY_ID)
def test_a_wrong_value_is_refused_wherever_it_stands(rule):
    for path in places(rule.params):
        for wrong in wrong_for(rule.id, path, at(rule.params, path)):
            params = put(rule.params, path, wrong)
            found = faults(shapes()[rule.id], params, "example.json", rule.id)
            assert found, (path, wrong)
            for problem in found:
                assert (problem.file, problem.rule) == ("example.json", rule.id)
                assert problem.param.startswith(str(path[0])) or problem.param == "params"
                for language in LANGUAGES:
                    assert problem.allowed.in_language(language)
                    assert rule.id in problem.text.in_language(language)


@pytest.mark.parametrize("rule", BY_ID.values(), ids=BY_ID)
def test_no_param_can_be_left_out_or_added(rule):
    shape = shapes()[rule.id]
    assert faults(shape, {**rule.params, "tidak_dikenal": 1}, "example.json", rule.id)
    if param_names(rule.id) is None:
        return
    assert set(param_names(rule.id)) == set(rule.params)
    for name in rule.params:
        left = {key: value for key, value in rule.params.items() if key != name}
        (fault,) = faults(shape, left, "example.json", rule.id)
        assert fault.param == name


def test_a_refusal_names_file_rule_param_what_was_found_and_what_is_allowed():
    params = {**BY_ID["role.retirement"].params, "term_months": -3}
    pack = serialise("assignment", [BY_ID["role.retirement"]])
    pack["rules"][0]["params"] = params
    with pytest.raises(InvalidPack) as refused:
        parse_pack(pack, "assignment.json")
    (problem,) = refused.value.problems
    assert problem.text.en == (
        "assignment.json: rule role.retirement, param term_months is -3; allowed: at least 0."
    )
    assert problem.text.id == (
        "assignment.json: role.retirement, parameter term_months berisi -3; "
        "yang berlaku: paling sedikit 0."
    )


def test_a_rule_without_a_shape_is_refused_and_the_message_says_where_to_declare_one():
    pack = serialise("example", [BY_ID["role.jpt_term"]])
    pack["rules"][0]["id"] = "role.something_new"
    with pytest.raises(InvalidPack, match=r"role\.something_new.*packs/shapes/"):
        parse_pack(pack, "example.json")


@pytest.mark.parametrize(
    ("rule_id", "param", "value"),
    [
        ("jpm.selection", "bands", [{"min": 68, "code": "A", "id": "A", "en": "A"}]),
        ("ip_asn.performance_value", "bands", [[76, 25], [91, 30], [0, 1]]),
        ("ip_asn.performance_value", "bands", [[91, 30], [91, 25], [0, 1]]),
        ("ip_asn.performance_value", "bands", []),
        ("development.mix", "share", {"70": 0.7, "20": 0.2, "10": 0.2}),
        ("development.mix", "forms", {"70": ["1"], "20": ["1"], "10": ["2"]}),
        ("talent.weights", "axis", {"X": 0.5, "Y": 0.6}),
        ("talent.weights", "Y", {"predikat_skp": 60, "penghargaan": 15}),
        ("talent.integration", "pengawas", [50, 60]),
        ("talent.nine_box", "middle_min", 80),
        ("talent.nine_box", "middle_min", 0),
        ("role.legal_status", "open", ["01", "71", "02"]),
        ("role.mutation_interval", "max_years", 1),
        ("role.retirement", "ages", {"jpt_utama": [60, 60]}),
        ("role.election_freeze", "windows", [["2026-03-01", "2026-02-01"]]),
        ("role.election_freeze", "windows", [["2026-02-30", "2026-03-01"]]),
        ("role.election_freeze", "windows", [["20260201", "20260301"]]),
        (
            "role.election_freeze",
            "windows",
            [["2026-01-01", "2026-03-01"], ["2026-03-01", "2026-05-01"]],
        ),
        ("role.experience", "marks", {"jpt_utama": "V"}),
        ("competency.evidence", "source_weight", {"assessment_centre": 1.0}),
        ("identity.nip", "pattern", "("),
        ("identity.nip", "groups", ["birth_year"]),
        ("names.match", "unsure", 0.99),
    ],
)
def test_values_that_are_wrong_only_together_are_refused(rule_id, param, value):
    params = {**BY_ID[rule_id].params, param: value}
    assert faults(shapes()[rule_id], params, "example.json", rule_id)


@pytest.mark.parametrize(
    ("rule_id", "param", "value"),
    [
        (
            "role.election_freeze",
            "windows",
            [["2026-03-02", "2026-05-01"], ["2026-01-01", "2026-03-01"]],
        ),
        ("ip_asn.performance_value", "bands", [[91, 30], [0.5, 1], [0, 0]]),
        ("talent.weights", "axis", {"X": 0.35, "Y": 0.65}),
        ("role.retirement", "term_months", 0),
        ("role.age", "max_age", {"jpt_utama": 57, "jpt_madya": 57, "jpt_pratama": 57}),
    ],
)
def test_what_an_agency_may_mean_is_taken(rule_id, param, value):
    params = {**BY_ID[rule_id].params, param: value}
    assert faults(shapes()[rule_id], params, "example.json", rule_id) == []


def test_every_rule_and_every_param_is_explained_in_the_catalogue():
    assert list(wordless()) == [], "say these in training_data/messages/packs_*.toml"
