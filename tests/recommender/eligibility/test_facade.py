"""The facade: what is not checked, inactive rules, paths of the agency, and the catalogue."""

import json
import re
from datetime import date
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import recommender.eligibility as package
from recommender.eligibility import Eligibility
from recommender.eligibility.facade import ROLE, TRAINING
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.messages import entries
from training_data.reference.packs import load_rules

AS_OF = date(2026, 6, 1)


def judge(overlay=None, **tables):
    snapshot = Snapshot.of(Dataset.of(tables), AS_OF)
    return Eligibility(snapshot, load_rules(AS_OF, overlay))


EMPLOYEES = {"employee_id": ["a", "b"], "tier": ["pelaksana", "pengawas"]}
JOBS = {"job_code": ["J1", "J2"], "title": ["Staf", "Kepala Bidang"],
        "tier": ["pelaksana", "administrator"]}  # fmt: skip


def test_every_gate_has_a_rule_in_the_packs():
    rules = load_rules(AS_OF)
    for rule_id in (*TRAINING, *ROLE):
        assert rules.get(rule_id) is not None, rule_id


def test_rules_whose_facts_stand_nowhere_are_named_and_not_run():
    judged = judge(employees=EMPLOYEES, jobs=JOBS)
    assert "role.legal_status: employees.legal_status" in judged.not_checked
    assert "role.performance: performance" in judged.not_checked
    ran = {c.rule for row in (0, 1) for item in (0, 1) for c in judged.checks("role", row, item)}
    assert ran == {"role.tier_distance"}


def test_rules_whose_condition_no_item_states_are_not_named():
    judged = judge(employees=EMPLOYEES, jobs={"job_code": ["J"], "title": ["Analis"]})
    named = {entry.partition(":")[0] for entry in judged.not_checked}
    assert "role.min_grade" not in named
    assert "role.age" not in named
    assert not any(entry.startswith("training.") for entry in judged.not_checked)


def test_an_agency_can_switch_a_rule_off(tmp_path: Path):
    off = {"overlay": "agency", "rules": [{"id": "role.tier_distance", "active": False}]}
    (tmp_path / "off.json").write_text(json.dumps(off))
    usual, without = (judge(o, employees=EMPLOYEES, jobs=JOBS) for o in (None, tmp_path))
    assert usual.role.outcomes(np.array([0, 1])).tolist() == [[0, 2], [2, 0]]
    assert without.role.outcomes(np.array([0, 1])).tolist() == [[0, 0], [0, 0]]


def test_a_path_of_the_agencys_own_pattern_is_not_held_to_the_distance():
    people = {**EMPLOYEES, "job_code": ["J1", None]}
    path = {"from_job_code": ["J1"], "to_job_code": ["J2"]}
    judged = judge(employees=people, jobs=JOBS, career_paths=path)
    assert judged.role.outcomes(np.array([0])).tolist() == [[2, 0]]
    assert "role.tier_distance" not in {c.rule for c in judged.checks("role", 0, 1)}


def test_no_gate_lets_its_arrays_be_changed():
    gate = next(g for g in judge(employees=EMPLOYEES, jobs=JOBS).role.gates if hasattr(g, "table"))
    with pytest.raises(ValueError, match="read-only"):
        gate.table[0, 0] = 3


def test_every_sentence_of_the_rules_is_used_and_every_used_one_exists():
    folder = resources.files(package)
    source = "".join(f.read_text() for f in folder.iterdir() if f.name.endswith(".py"))
    used = set(re.findall(r'"((?:[a-z_]+\.)+[a-z_]+)"', source)) | {"missing"}
    stated = {code.removeprefix("rule.") for code in entries() if code.startswith("rule.")}
    used |= {f"closed.{name}" for name in re.findall(r'shut\(\s*"([a-z_]+)"', source)}
    built = ("data.", "need.", "status.fail.", "held_post.pass.", "conditions.way.", "span.")
    whole = {"pppk.fail", "cpns.fail"}
    unused = {c for c in stated - used - whole if not c.startswith(built)}
    assert unused == set()
