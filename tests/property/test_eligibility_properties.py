"""Invariants of eligibility over random agencies with facts missing here and there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from office import AS_OF, Office

from recommender.eligibility import OUTCOMES, Eligibility
from recommender.eligibility.facade import ROLE, TRAINING
from recommender.eligibility.gate import FAIL, NOT_RUN, OUTCOME_OF_VERDICT, VERIFY
from recommender.masks import Mask
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

UNSEEMLY = re.compile(r"\b(gagal|kalah|tidak layak|tidak lolos|tidak_lolos)\b", re.I)
few = settings(max_examples=12, deadline=None)


def eligibility(tables, overlay=None, as_of=AS_OF):
    return Eligibility(Snapshot.of(Dataset.of(tables), as_of), load_rules(as_of, overlay))


EVERYBODY = np.arange(6)
VERIFIED = OUTCOME_OF_VERDICT[VERIFY]
seeds = st.integers(0, 2**32)


@few
@given(seeds)
def test_every_gate_says_the_same_in_arrays_and_in_words(seed):
    judged = eligibility(Office(seed).tables())
    for kind, n_items in (("training", 7), ("role", 8)):
        for gate in judged.gates(kind).gates:
            verdicts = np.broadcast_to(gate.verdicts(EVERYBODY), (6, n_items))
            outcomes = np.broadcast_to(gate.outcomes(EVERYBODY), (6, n_items))
            for row in range(6):
                for item in range(n_items):
                    check = gate.check(row, item)
                    ran = verdicts[row, item] != NOT_RUN
                    assert (check is not None) == ran, (gate.id, row, item)
                    expected = check.outcome if check else "lolos"
                    assert OUTCOMES[outcomes[row, item]] == expected, (gate.id, row, item)


@few
@given(seeds)
def test_the_worst_check_is_the_outcome_and_every_word_is_seemly(seed):
    judged = eligibility(Office(seed).tables())
    for kind, n_items in (("training", 7), ("role", 8)):
        outcomes = judged.gates(kind).outcomes(EVERYBODY)
        assert outcomes.shape == (6, n_items)
        for row in range(6):
            for item in range(n_items):
                checks = judged.checks(kind, row, item)
                worst = max((OUTCOMES.index(c.outcome) for c in checks), default=0)
                assert outcomes[row, item] == worst
                order = [OUTCOMES.index(c.outcome) for c in checks]
                assert order == sorted(order, reverse=True)
                for check in checks:
                    json.dumps(check.as_json())
                    steps = check.way.steps if check.way else ()
                    for sentence in (check.text, *steps):
                        assert sentence.id.strip()
                        assert sentence.en.strip()
                        assert not UNSEEMLY.search(sentence.id), sentence.id
                        assert "None" not in sentence.id + sentence.en, sentence.id
                        assert re.search(r"[.]$", sentence.id), sentence.id
                    if check.outcome != "tidak_lolos" and check.way:
                        assert check.way.earliest is None


@few
@given(seeds)
def test_one_person_alone_and_in_any_order_gets_the_same_answer(seed):
    judged = eligibility(Office(seed).tables())
    for kind in ("training", "role"):
        gates = judged.gates(kind)
        whole = gates.outcomes(EVERYBODY)
        mixed = np.array([4, 0, 5, 0])
        assert np.array_equal(gates.outcomes(mixed), whole[mixed])
        for row in range(6):
            assert np.array_equal(gates.outcomes(np.array([row]))[0], whole[row])
        assert gates.outcomes(np.zeros(0, int)).shape == (0, whole.shape[1])


@few
@given(seeds)
def test_the_order_of_rows_in_the_tables_changes_nothing(seed):
    tables = Office(seed).tables()
    turned = {
        name: {column: cells[::-1] for column, cells in table.items()}
        for name, table in tables.items()
    }
    first, second = eligibility(tables), eligibility(turned)
    for kind in ("training", "role"):
        a, b = (e.gates(kind).outcomes(EVERYBODY) for e in (first, second))
        assert np.array_equal(a, b)
    assert first.not_checked == second.not_checked


CELLS = [
    ("birth_date",), ("employment",), ("unit_code",), ("grade",), ("grade_since",),
    ("education_level",), ("education_field",), ("job_since",), ("contract_until",),
    ("legal_status",), ("retirement_age",), ("job_code",), ("tier", "job_code"),
]  # fmt: skip
"""Facts of a person in ``employees``. The tier is also that of the post, so both go together.
An empty ``target_job_code`` is itself a fact: nothing is agreed."""
RECORDS = [
    "job_history", "performance", "competency_scores", "talent", "credit_points", "certifications",
    "training_history",
]  # fmt: skip
OBSTACLES = {"training.completed", "training.structural_once"}
"""What is on record stands in the way here, as a measure of discipline does; without it, nothing
does."""


def without(tables, cells, record):
    """Return the tables without some cells of the first person, or without a record of theirs."""
    people = dict(tables["employees"])
    for column in cells:
        people[column] = [None, *people[column][1:]]
    left = {**tables, "employees": people}
    if record in left:
        ids = left[record]["employee_id"]
        others = [row for row, owner in enumerate(ids) if owner != "p0"]
        left[record] = {
            name: [column[row] for row in others] for name, column in left[record].items()
        }
    return left


@pytest.mark.parametrize("what", [*CELLS, *RECORDS], ids=str)
@settings(max_examples=5, deadline=None)
@given(seed=seeds)
@example(seed=85216)
def test_a_missing_fact_leads_to_verification_and_nowhere_else(what, seed):
    tables = Office(seed).tables()
    cells, record = ((), what) if isinstance(what, str) else (what, None)
    before, after = eligibility(tables), eligibility(without(tables, cells, record))
    assume(before.not_checked == after.not_checked)  # others still show what the agency records
    for kind in ("training", "role"):
        old, new = (e.gates(kind).outcomes(np.array([0]))[0] for e in (before, after))
        for item in np.flatnonzero((new != old) & (new != VERIFIED)).tolist():
            said = [{c.rule: c.outcome for c in e.checks(kind, 0, item)} for e in (before, after)]
            changed = {r for r in {*said[0], *said[1]} if said[0].get(r) != said[1].get(r)}
            assert changed & OBSTACLES, (item, said)
            assert new[item] != OUTCOME_OF_VERDICT[FAIL], (item, said)


USUAL = {rule.id: rule.params for rule in load_rules(AS_OF)}
WINDOW = {"windows": [["2026-05-01", "2026-07-15"]]}
LATER = {t: years + 5 for t, years in USUAL["role.experience"]["years"].items()}
FEEDERS = {
    target: [[tier, years + 5] for tier, years in rows]
    for target, rows in USUAL["role.held_post"]["from"].items()
}
STRICTER = {
    "role.mutation_interval": {"min_years": 6, "max_years": 9},
    "role.retirement": {"term_months": 60},
    "role.age": {"max_age": dict.fromkeys(USUAL["role.age"]["max_age"], 40)},
    "role.entry_age": {"max_age": dict.fromkeys(USUAL["role.entry_age"]["max_age"], 40)},
    "role.tier_distance": {"allowed": [0]},
    "role.max_grade": {"above": "fail"},
    "role.talent_box": {"closed_boxes": [1, 2, 3]},
    "role.legal_status": {
        "open": ["01"], "closed": [*USUAL["role.legal_status"]["closed"], "71"]},
    "role.pppk": {"employment": ["PPPK", "PPPK_PW", "PNS"]},
    "role.cpns": {"employment": ["CPNS", "PNS"]},
    "role.discipline": {"severities": ["ringan", "sedang", "berat"]},
    "role.election_freeze": WINDOW,
    "role.inauguration_freeze": WINDOW,
    "role.held_post": {"from": FEEDERS},
    "role.experience": {"years": LATER},
    "role.education": {"minimum": dict.fromkeys(USUAL["role.education"]["minimum"], "S2")},
    "role.education_field": {"any": ["tidak ada"]},
    "role.performance": {"minimum": "sangat_baik", "years": 3},
    "role.family_move": {"across": "fail"},
    "role.credit_points": {"next_level": dict.fromkeys(
        USUAL["role.credit_points"]["next_level"], 900)},
    "role.competence_test": {"without_record": "fail"},
    "training.completed": {"binding_nominations": ["dipanggil", "hadir", "diusulkan", "selesai"]},
    "training.max_grade": {"above": "fail"},
    "training.legal_status": {
        "open": ["01"], "closed": [*USUAL["training.legal_status"]["closed"], "71", "03"]},
    "training.functional_course": {"forms": ["2", "3"]},
    "training.discipline": {"severities": ["ringan", "sedang", "berat"]},
    "training.pppk_present_post": {"employment": ["PPPK", "PPPK_PW", "PNS"]},
    "training.pppk_contract": {"employment": ["PPPK", "PPPK_PW", "PNS"]},
    "training.service_left": {"min_months": 90, "paths": ["pendidikan", "pelatihan"]},
}  # fmt: skip
NO_DIRECTION = {
    "training.latsar", "training.structural_once", "training.structural_tier", "training.tiers",
    "training.prerequisites", "training.min_education", "training.min_grade", "training.schedule",
    "jp.yearly_pppk", "role.own_job", "role.min_grade", "role.must_have", "role.conditions",
    "role.open_need", "role.jpt_term", "role.jpt_replacement",
}  # fmt: skip
"""Rules without params, or whose params name another thing rather than a stricter one."""


def test_every_rule_has_a_stricter_form_or_no_direction():
    assert {*STRICTER} | NO_DIRECTION == {*TRAINING, *ROLE}
    assert not {*STRICTER} & NO_DIRECTION


@pytest.mark.parametrize("rule", sorted(STRICTER))
@settings(max_examples=4, deadline=None)
@given(seed=seeds)
def test_a_stricter_rule_never_adds_to_what_is_allowed(tmp_path_factory, rule, seed):
    folder: Path = tmp_path_factory.mktemp("overlay")
    content = {"overlay": "strict", "rules": [{"id": rule, "params": STRICTER[rule]}]}
    (folder / "strict.json").write_text(json.dumps(content))
    tables = Office(seed).tables()
    usual, strict = eligibility(tables), eligibility(tables, folder)
    for kind in ("training", "role"):
        a, b = (e.gates(kind).outcomes(EVERYBODY) for e in (usual, strict))
        assert (b >= a).all()


@few
@given(seeds)
def test_some_items_alone_are_judged_as_among_all(seed):
    judged = eligibility(Office(seed).tables())
    for kind in ("training", "role"):
        whole = judged.gates(kind).outcomes(EVERYBODY)
        some = np.arange(whole.shape[1])[::-2]
        assert np.array_equal(judged.gates(kind).outcomes(EVERYBODY, some), whole[:, some])


@few
@given(seeds)
def test_the_deciding_rule_is_one_that_refuses(seed):
    judged = eligibility(Office(seed).tables())
    for kind in ("training", "role"):
        outcomes = judged.gates(kind).outcomes(EVERYBODY)
        for row, rule in enumerate(judged.deciding(kind, EVERYBODY)):
            assert bool(rule) == bool((outcomes[row] == OUTCOME_OF_VERDICT[FAIL]).any())


def test_tables_may_all_be_absent():
    judged = eligibility({"employees": {"employee_id": ["a"]}, "trainings": {
        "training_code": ["t"], "title": ["T"]}})  # fmt: skip
    assert judged.training.outcomes(np.array([0])).tolist() == [[0]]
    assert judged.role.outcomes(np.array([0])).shape == (1, 0)
    assert judged.deciding("role", np.array([0])) == [""]


@few
@given(seeds)
def test_every_gate_says_the_same_of_pairs_by_classes_and_in_arrays(seed):
    judged = eligibility(Office(seed).tables())
    for kind, n_items in (("training", 7), ("role", 8)):
        rows, items = (a.ravel() for a in np.meshgrid(EVERYBODY, np.arange(n_items), indexing="ij"))
        for gate in judged.gates(kind).gates:
            verdicts = np.broadcast_to(gate.verdicts(EVERYBODY), (6, n_items))
            assert np.array_equal(gate.of_pairs(rows, items), verdicts.ravel()), gate.id
            refusal = gate.refusal(EVERYBODY)
            mask = Mask(6, n_items, refusal.classes, refusal.closed, refusal.exempt)
            refused = np.broadcast_to(gate.outcomes(EVERYBODY) == OUTCOME_OF_VERDICT[FAIL],
                                      (6, n_items))  # fmt: skip
            assert np.array_equal(~mask.allowed(EVERYBODY), refused), gate.id
            counted = gate.refusal(EVERYBODY).counted(len(EVERYBODY), n_items)
            assert counted.tolist() == refused.sum(axis=1).tolist(), gate.id


@few
@given(seeds)
def test_the_mask_is_what_no_rule_refuses_and_nothing_schedules(seed):
    judged = eligibility(Office(seed).tables())
    some = np.array([4, 0, 0, 5])
    for kind in ("training", "role"):
        gates = judged.gates(kind)
        free = (gates.outcomes(some) < 2) & ~gates.scheduled(some)
        assert np.array_equal(gates.mask(some).allowed(np.arange(4)), free)
        rows, items = np.nonzero(free)
        assert np.array_equal(gates.of_pairs(some[rows], items), gates.outcomes(some)[rows, items])
