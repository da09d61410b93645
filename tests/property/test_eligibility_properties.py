"""Invariants of eligibility over random agencies with facts missing here and there."""

from __future__ import annotations

import json
import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.eligibility import OUTCOMES, Eligibility
from recommender.eligibility.gate import FAIL, NOT_RUN, OUTCOME_OF_VERDICT
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 6, 1)
TIERS = reference.choices("tier")
TITLES = {
    "jf_ahli_pertama": "Ahli Pertama", "jf_ahli_muda": "Ahli Muda", "jf_mahir": "Mahir",
    "jf_terampil": "Terampil",
}  # fmt: skip
UNSEEMLY = re.compile(r"\b(gagal|kalah|tidak layak|tidak lolos|tidak_lolos)\b", re.I)
few = settings(max_examples=12, deadline=None)


class Office:
    """Draws a small agency; every fact is missing now and then."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def maybe(self, *values, missing=0.2):
        return None if self.draw.random() < missing else self.draw.choice(values)

    def day(self, first=2012, last=2026, missing=0.2):
        if self.draw.random() < missing:
            return None
        return date(first, 1, 1) + timedelta(days=self.draw.randrange((last - first) * 365))

    def moment(self):
        day = self.day()
        return datetime(day.year, day.month, day.day) if day else None

    def rows(self, count, make):
        made = [make(n) for n in range(count)]
        return {name: [row[name] for row in made] for name in made[0]}

    def history(self, n):
        spoken = self.maybe("Diklat PIM IV", "Diklat PIM III", missing=0.6)
        return {
            "employee_id": f"p{n % 6}",
            "training_code": self.maybe(*(f"t{k}" for k in range(7))),
            "title": f"{spoken} angkatan {n}" if spoken else f"Pelatihan {n % 7}",
            "completed_on": self.moment(),
            "status": self.maybe(*reference.choices("history_status"), missing=0.6),
        }

    def person(self, n):
        return {
            "employee_id": f"p{n}",
            "employment": self.maybe("PNS", "PNS", "CPNS", "PPPK"),
            "job_code": self.maybe(*(f"j{k}" for k in range(8))),
            "target_job_code": self.maybe("j0", "j1", missing=0.7),
            "tier": self.maybe(*TIERS),
            "grade": self.maybe("II/d", "III/b", "III/d", "IV/a", "IX"),
            "grade_since": self.day(),
            "education_level": self.maybe("SLTA", "D3", "D4", "S1", "S2"),
            "education_field": self.maybe("Teknik Sipil", "Ilmu Hukum", "Musik"),
            "birth_date": self.day(1960, 2000),
            "job_since": self.day(),
            "contract_until": self.day(2025, 2029),
            "legal_status": self.maybe("01", "01", "71", "03", "20", "11", "97"),
            "retirement_age": self.maybe(0, 58, 60, 65),
        }

    def job(self, n):
        tier = self.maybe(*TIERS, missing=0.1)
        return {
            "job_code": f"j{n}",
            "title": f"Analis {n % 3} {TITLES.get(tier, '')}".strip(),
            "tier": tier,
            "family": self.maybe("A", "B"),
            "affair": self.maybe("X", "Y"),
            "min_grade": self.maybe("III/a", "III/d", "IX", missing=0.5),
            "max_grade": self.maybe("III/c", "IV/b", missing=0.5),
            "min_education": self.maybe("D3", "S1", missing=0.6),
            "education_fields": self.maybe("Teknik Sipil|Ilmu Hukum", "Ilmu Hukum", missing=0.6),
            "min_experience_years": self.maybe(0.0, 1.5, 4.0, missing=0.6),
        }

    def training(self, n):
        return {
            "training_code": f"t{n}",
            "title": f"Pelatihan {n}",
            "structural": self.maybe(*reference.choices("structural"), missing=0.5),
            "tiers": self.maybe("pengawas|pelaksana", "jf_ahli_muda", missing=0.6),
            "min_grade": self.maybe("III/a", "IX", missing=0.6),
            "max_grade": self.maybe("III/c", missing=0.6),
            "min_education": self.maybe("S1", missing=0.6),
            "prerequisites": self.maybe("t0", "t0|t1", missing=0.6) if n > 1 else None,
            "repeat_after_months": self.maybe(6, 36, missing=0.6),
        }

    def who(self):
        return f"p{self.draw.randrange(6)}"

    def tables(self):
        some = {
            "training_history": self.rows(12, self.history),
            "job_history": self.rows(12, lambda n: {
                "employee_id": self.who(), "job_code": self.maybe(*(f"j{k}" for k in range(8))),
                "title": f"Jabatan {n}", "from_date": self.day(), "to_date": self.day(missing=0.5),
                "tier": self.maybe(*TIERS, missing=0.7),
                "assignment": self.maybe("plt", "definitif", missing=0.6)}),
            "discipline": self.rows(3, lambda n: {
                "employee_id": self.who(), "starts_on": date(2026, 1, 1 + n),
                "ends_on": self.day(2026, 2027),
                "severity": self.maybe(*reference.choices("severity"))}),
            "performance": self.rows(8, lambda n: {
                "employee_id": f"p{n % 6}", "year": 2024 + n // 6,
                "rating": self.maybe(*reference.choices("rating")),
                "work_result": self.maybe("sesuai", "di_bawah"),
                "behaviour": self.maybe("sesuai", "di_atas")}),
            "talent": self.rows(5, lambda n: {
                "employee_id": f"p{n}", "assessed_on": self.day(), "box": self.maybe(1, 5, 9),
                "performance_axis": self.maybe(50.0, 70.0, 90.0),
                "potential_axis": self.maybe(50.0, 70.0, 90.0)}),
            "competency_scores": self.rows(6, lambda n: {
                "employee_id": f"p{n}", "competency_code": self.draw.choice(["M.1", "T.1"]),
                "assessed_on": self.moment(), "level": self.draw.choice([1.0, 2.75, 3.0, 4.0])}),
            "job_requirements": self.rows(6, lambda n: {
                "job_code": f"j{n}", "competency_code": self.draw.choice(["M.1", "T.1", "T.2"]),
                "level": self.maybe(0.0, 2.0, 3.0), "importance": self.maybe(1, 1, 2)}),
            "job_conditions": self.rows(5, lambda n: {
                "job_code": f"j{n}", "kind": self.draw.choice(reference.choices("condition_kind")),
                "value": self.draw.choice(["S1", "III/b", "PKP", "Pelatihan 1", "K3", "lain"]),
                "importance": self.maybe(1, 1, 2)}),
            "certifications": self.rows(3, lambda n: {
                "employee_id": f"p{n}", "name": self.draw.choice(["K3 Umum", "Audit"]),
                "issued_on": date(2020, 1, 1), "expires_on": self.day(2024, 2030)}),
            "training_outcomes": self.rows(5, lambda n: {
                "training_code": f"t{n}",
                "competency_code": self.draw.choice(["M.1", "T.1", "T.2"]),
                "level_to": self.maybe(2.0, 3.0)}),
            "sessions": self.rows(4, lambda n: {
                "session_code": f"s{n}", "training_code": f"t{n}",
                "starts_on": self.day(2025, 2028), "ends_on": self.day(2028, 2029)}),
            "nominations": self.rows(4, lambda n: {
                "employee_id": f"p{n}", "session_code": f"s{n}",
                "status": self.draw.choice(reference.choices("nomination_status"))}),
            "credit_points": self.rows(4, lambda n: {
                "employee_id": f"p{n}", "as_of": date(2026, 1, 1),
                "cumulative": self.draw.choice([50.0, 150.0, 500.0])}),
            "career_paths": self.rows(3, lambda n: {
                "from_job_code": f"j{n}", "to_job_code": f"j{self.draw.randrange(8)}"}),
        }  # fmt: skip
        for name in list(some):
            if self.draw.random() < 0.15:
                del some[name]
        if self.draw.random() < 0.5 and "competency_scores" in some:
            some["competencies"] = {"competency_code": ["T.1"], "name": ["Teknis"], "group": ["T"]}
        return {
            "employees": self.rows(6, self.person),
            "jobs": self.rows(8, self.job),
            "trainings": self.rows(7, self.training),
            **some,
        }


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
