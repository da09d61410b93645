"""Invariants of eligibility over random agencies with facts missing here and there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import AS_OF, Office

from recommender.eligibility import OUTCOMES, Eligibility
from recommender.eligibility.gate import FAIL, NOT_RUN, OUTCOME_OF_VERDICT
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

UNSEEMLY = re.compile(r"\b(gagal|kalah|tidak layak|tidak lolos|tidak_lolos)\b", re.I)
few = settings(max_examples=12, deadline=None)


def eligibility(tables, overlay=None, as_of=AS_OF):
    return Eligibility(Snapshot.of(Dataset.of(tables), as_of), load_rules(as_of, overlay))


EVERYBODY = np.arange(6)
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


@few
@given(seeds, st.sampled_from(["birth_date", "grade", "education_level", "legal_status",
                               "education_field", "contract_until"]))  # fmt: skip
def test_a_missing_fact_never_refuses(seed, column):
    tables = Office(seed).tables()
    before = eligibility(tables)
    people = tables["employees"]
    blanked = {**people, column: [None, *people[column][1:]]}
    after = eligibility({**tables, "employees": blanked})
    for kind, n_items in (("training", 7), ("role", 8)):
        then = {g.id: g for g in before.gates(kind).gates}
        for gate in after.gates(kind).gates:
            row = np.broadcast_to(gate.verdicts(np.array([0])), (1, n_items))[0]
            old = np.broadcast_to(then[gate.id].verdicts(np.array([0])), (1, n_items))[0]
            assert not ((row == FAIL) & (old != FAIL)).any(), gate.id


STRICTER = {
    "role.mutation_interval": {"min_years": 6, "max_years": 9},
    "role.retirement": {"term_months": 60},
    "role.age": {"max_age": {"jpt_utama": 40, "jpt_madya": 40, "jpt_pratama": 40}},
    "role.tier_distance": {"allowed": [0]},
    "role.max_grade": {"above": "fail"},
    "role.talent_box": {"closed_boxes": [1, 2, 3]},
    "training.max_grade": {"above": "fail"},
    "training.legal_status": {"open": ["01"], "closed": ["71", "20"]},
}


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
