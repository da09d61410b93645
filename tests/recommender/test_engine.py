from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from recommender import artifact, pipeline
from recommender.block import LISTED
from recommender.engine import Engine
from recommender.errors import NothingToRank, UnknownEmployee, UnknownItem
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 1, 5)


def _codes(items):
    return [item.item_code for item in items]


def _term(item, name, subject=None):
    found = [t for t in item.terms if t.name == name and subject in (None, t.subject)]
    return found[0] if found else None


def test_terms_of_every_item_sum_to_its_score(engine):
    for kind in engine.kinds():
        for employee in engine.employee_ids:
            for item in [*engine.recommend(employee, kind, 50), *engine.excluded(employee, kind)]:
                assert sum(term.micro for term in item.terms) == item.micro


def test_one_persons_answer_equals_the_batch(engine):
    for kind in engine.kinds():
        batch = {}
        for row in engine.rank(kind, k=5).rows():
            batch.setdefault(row.employee_id, []).append((row.item_code, row.rank, row.micro))
        for employee in engine.employee_ids:
            single = [(i.item_code, i.rank, i.micro) for i in engine.recommend(employee, kind, 5)]
            assert single == batch.get(employee, [])


def test_reasons_of_the_batch_are_the_largest_terms_of_the_single_answer(engine):
    rows = {(r.employee_id, r.item_code): r.reasons for r in engine.rank("training", 6).rows()}
    for employee in engine.employee_ids:
        for item in engine.recommend(employee, "training", 6):
            top = [f"{t.name}:{t.subject}" for t in item.terms[:3]]
            printed = rows[employee, item.item_code]
            assert [":".join(r.split(":")[:2]) for r in printed.split("|") if r] == top


def test_permuted_rows_and_block_size_change_nothing(make_tables, office, monkeypatch):
    shuffled = {}
    for name, columns in make_tables().items():
        order = list(range(len(next(iter(columns.values())))))
        random.Random(name).shuffle(order)
        shuffled[name] = {c: [values[i] for i in order] for c, values in columns.items()}
    first = Engine.fitted(office, as_of=AS_OF)
    second = Engine.fitted(Dataset.of(shuffled), as_of=AS_OF)
    assert first.data_hash == second.data_hash
    assert first.model_id == second.model_id
    for kind in first.kinds():
        together = list(first.rank(kind).rows())
        assert LISTED[kind] > 1
        monkeypatch.setitem(LISTED, kind, 1)
        assert list(second.rank(kind).rows()) == together


def test_a_training_that_closes_the_gap_comes_before_one_that_does_not(engine):
    ani = _codes(engine.recommend("ani", "training", 6))
    assert ani.index("LL2") < ani.index("PED")
    assert ani.index("LL1") < ani.index("PP")


def test_a_met_requirement_gives_no_gap_points_but_a_surplus_hides_no_deficit(engine):
    items = {i.item_code: i for i in engine.recommend("budi", "training", 50)}
    assert _term(items["PP"], "gap_now", "M.5").micro > 0
    assert items["PP"].effect.gap == {"M.5": 0.75}
    gaps = {r.competency_code: r for r in engine.gaps("budi").now.rows}
    assert gaps["T.LL"].surplus == 0.5
    assert gaps["M.5"].gap == 0.75
    assert engine.gaps("budi").now.jpm == 62.5


def test_unknown_is_not_zero(engine):
    item = next(i for i in engine.recommend("citra", "training", 50) if i.item_code == "PED")
    assert _term(item, "gap_now") is None
    assert _term(item, "belum_dinilai", "T.PED").micro == 0
    gap = next(r for r in engine.gaps("citra").now.rows if r.competency_code == "T.PED")
    assert (gap.level, gap.gap, gap.surplus) == (None, None, None)


def test_the_next_post_is_the_next_level_of_the_same_functional_post(engine):
    gaps = engine.gaps("ani")
    assert gaps.next.job_code == "ANALIS2"
    item = engine.explain("ani", "UB")
    assert _term(item, "gap_next", "M.7").micro > 0
    assert "Analis Lalu Lintas Ahli Muda" in _term(item, "gap_next").text.id


def test_a_contract_employee_has_no_next_post_and_is_told_why(engine):
    gaps = engine.gaps("citra")
    assert gaps.next is None
    assert "PPPK" in gaps.next_reason.id


def test_nothing_is_counted_twice_between_the_present_and_the_next_post(engine):
    item = engine.explain("ani", "LL3")  # raises 3 → 4; the present post asks for 3
    assert _term(item, "gap_now", "T.LL") is None
    budi = engine.explain("budi", "LL3")  # at 3.5, next post asks for 4
    assert _term(budi, "gap_now", "T.LL") is None
    assert _term(budi, "gap_next", "T.LL").micro > 0


def test_a_step_that_starts_too_far_above_the_person_counts_nothing(engine):
    ani = engine.explain("ani", "LL3")  # at level 1, the training starts from 3
    assert all(t.name not in ("gap_now", "gap_next") for t in ani.terms)


def test_adding_a_training_changes_no_other_score(office, make_tables):
    rules = load_rules(AS_OF)
    model = pipeline.fit(office, as_of=AS_OF)
    tables = make_tables()
    tables["trainings"]["training_code"].append("AA")
    for column, value in (("title", "Baru"), ("description", "Hal lain"), ("hours", 8.0)):
        tables["trainings"][column].append(value)
    before = Engine.open(office, model, as_of=AS_OF, rules=rules)
    after = Engine.open(Dataset.of(tables), model, as_of=AS_OF, rules=rules)
    old, old_codes = before.scores("training", before.employee_ids)
    new, new_codes = after.scores("training", after.employee_ids)
    kept = [new_codes.index(code) for code in old_codes]
    assert np.array_equal(old, new[:, kept])


def test_ties_go_to_the_smaller_code(make_engine):
    engine = make_engine(
        trainings={"training_code": ["Z", "A", "M"], "title": ["sama", "sama", "sama"]},
        training_outcomes={"training_code": [], "competency_code": [], "level_to": []},
        training_history={"employee_id": [], "training_code": [], "completed_on": []},
    )
    assert _codes(engine.recommend("ani", "training")) == ["A", "M", "Z"]


def test_explains_what_is_not_in_the_list_with_its_rule(engine):
    completed = engine.explain("budi", "LL1")
    assert completed.rank is None
    assert completed.eligibility == "tidak_lolos"
    assert any(c.outcome == "tidak_lolos" and c.text.id for c in completed.checks)


def test_never_suggests_ones_own_post_or_what_was_completed(engine):
    for employee in engine.employee_ids:
        assert engine.person(employee).job_code not in _codes(engine.recommend(employee, "role"))
    assert "LL1" not in _codes(engine.recommend("budi", "training", 50))


def test_candidates_carry_the_same_score_as_the_persons_own_list(engine):
    for candidate in engine.candidates("training", "UB"):
        assert candidate.micro == engine.explain(candidate.employee_id, "UB").micro


def test_an_item_is_open_to_those_it_does_not_refuse(engine):
    for job in engine.snapshot.jobs.index.codes:
        candidates = engine.candidates("role", job, k=100)
        assert set(engine.open_to("role", job)) == {one.employee_id for one in candidates}


def test_history_sentence_counts_people(make_engine):
    people = [f"p{i}" for i in range(8)]
    history = {
        "employee_id": [*people, *people[:6]],
        "training_code": ["LL1"] * 8 + ["LL2"] * 6,
        "completed_on": [datetime(2024, 1, 1)] * 8 + [datetime(2025, 1, 1)] * 6,
    }
    engine = make_engine(
        employees={"employee_id": people, "job_code": ["ANALIS"] * 8},
        competency_scores={"employee_id": [], "competency_code": [], "level": []},
        training_history=history,
    )
    item = engine.explain("p7", "LL2")
    assert _term(item, "history").text.id == (
        "Dari 8 pegawai yang telah mengikuti Lalu Lintas Dasar, 6 melanjutkan ke pelatihan ini."
    )
    assert _term(item, "peers").text.id.startswith("Dari 8 pegawai di seluruh instansi")
    assert "6 telah mengikuti" in _term(item, "peers").text.id


def test_evidence_in_the_sentence_names_source_and_day(engine):
    sentence = _term(engine.explain("ani", "LL2"), "gap_now").text.id
    assert "level 1, sedangkan standar jabatan Anda level 3" in sentence
    assert "12 Maret 2025" in sentence


def test_future_rows_do_not_exist(make_engine):
    early = make_engine(as_of=date(2024, 1, 1))
    assert "LL2" in _codes(early.recommend("budi", "training", 50))
    assert "LL1" not in _codes(early.recommend("budi", "training", 50))


def test_works_with_only_employees_and_trainings():
    engine = Engine.fitted(
        Dataset.of(
            {
                "employees": {"employee_id": ["a", "b"]},
                "trainings": {"training_code": ["X", "Y"], "title": ["Satu", "Dua"]},
            }
        ),
        as_of=AS_OF,
    )
    assert _codes(engine.recommend("a", "training")) == ["X", "Y"]
    assert engine.recommend("a", "role") == []
    assert engine.gaps("a").now is None


def test_works_with_only_employees_jobs_requirements_and_scores(make_tables):
    tables = {
        name: columns
        for name, columns in make_tables().items()
        if name in ("jobs", "job_requirements", "competency_scores")
    }
    tables["employees"] = {"employee_id": ["ani"]}
    engine = Engine.fitted(Dataset.of(tables), as_of=AS_OF)
    assert engine.recommend("ani", "role")
    assert engine.recommend("ani", "training") == []


def test_an_empty_dataset_is_refused():
    with pytest.raises(NothingToRank):
        Engine.fitted(Dataset.of({"employees": {"employee_id": ["a"]}}), as_of=AS_OF)


def test_unknown_people_and_items_are_named_errors(engine):
    with pytest.raises(UnknownEmployee):
        engine.recommend("199001012020121001", "training")
    with pytest.raises(UnknownItem, match="NIHIL"):
        engine.explain("ani", "NIHIL")


def test_an_unknown_employee_is_not_repeated_in_the_message(engine):
    with pytest.raises(UnknownEmployee) as caught:
        engine.gaps("199001012020121001")
    assert "1990" not in str(caught.value)


def test_a_saved_model_gives_the_same_answers(office, engine, tmp_path: Path):
    model = pipeline.fit(office, as_of=AS_OF)
    artifact.save(model, tmp_path / "model")
    again = Engine.open(
        office, artifact.load(tmp_path / "model"), as_of=AS_OF, rules=load_rules(AS_OF)
    )
    for kind in engine.kinds():
        assert list(engine.rank(kind).rows()) == list(again.rank(kind).rows())


def test_a_session_that_has_begun_or_is_closed_is_not_the_next_one(make_engine):
    engine = make_engine(
        sessions={
            "session_code": ["A", "B", "C"],
            "training_code": ["LL1", "LL1", "LL1"],
            "starts_on": [date(2026, 1, 2), date(2026, 2, 2), date(2026, 3, 2)],
            "ends_on": [date(2026, 1, 9), date(2026, 2, 9), date(2026, 3, 9)],
            "closes_on": [None, date(2026, 1, 4), date(2026, 2, 20)],
        }
    )
    assert "2 Maret 2026" in _term(engine.explain("ani", "LL1"), "fresh").text.id


def test_beside_a_role_stand_jpm_rating_and_the_end_of_the_assessment(make_engine):
    engine = make_engine(
        performance={
            "employee_id": ["ani", "ani", "ani"],
            "year": [2023, 2024, 2025],
            "period": ["tahunan", None, "triwulan_1"],
            "rating": ["baik", "sangat_baik", "kurang"],
        }
    )
    figures = engine.explain("ani", "ANALIS2").figures
    assert (figures["jpm"], figures["jpm_low"], figures["jpm_high"]) == (66.6667,) * 3
    assert figures["assessment_expires"] == "2028-03-12"
    assert figures["performance"] == {"year": 2024, "rating": "sangat_baik"}


def test_the_next_level_of_ones_own_functional_post_is_not_too_far(engine):
    outcomes = {c.rule: c.outcome for c in engine.explain("ani", "ANALIS2").checks}
    assert outcomes.get("role.tier_distance") != "tidak_lolos"


def test_latsar_is_eligible_for_a_cpns_and_stays_out_of_the_ranked_list(make_engine, make_tables):
    base = make_tables()
    trainings = {**base["trainings"], "structural": ["LATSAR", *[None] * 5]}
    employees = {**base["employees"], "employment": ["CPNS", "PNS", "PPPK", "PNS"]}
    engine = make_engine(trainings=trainings, employees=employees)
    ranked = {item.item_code for item in engine.recommend("ani", "training", k=10)}
    assert "LL1" not in ranked
    assert "LL1" not in {row.item_code for row in engine.rank("training").rows()}
    shown = engine.explain("ani", "LL1")
    assert (shown.eligibility, shown.rank) == ("lolos", None)
    assert "LL1" not in {item.item_code for item in engine.excluded("ani", "training")}


def test_a_refused_item_says_what_all_its_rules_take_or_why_nothing_helps(make_engine, make_tables):
    base = make_tables()
    jobs = {**base["jobs"], "min_education": [None, "S2", None, "S2"]}
    employees = {**base["employees"], "job_since": [date(2024, 9, 1)] * 4}
    engine = make_engine(jobs=jobs, employees=employees)
    by_code = {item.item_code: item for item in engine.excluded("ani", "role")}
    assert by_code["ANALIS"].way is None
    assert "Jabatan sendiri" in by_code["ANALIS"].closed.id
    kasi = by_code["KASI"]
    rules = {c.rule for c in kasi.checks if c.outcome == "tidak_lolos"}
    assert rules == {"role.mutation_interval", "role.education", "role.held_post"}
    # A degree has no known day, so neither has the whole; every rule's step is told.
    assert (kasi.closed, kasi.way.earliest, len(kasi.way.steps)) == (None, None, 3)
    assert kasi.as_json()["way"]["earliest"] is None


def test_a_way_that_outlasts_the_service_left_is_closed_with_that_reason(make_engine, make_tables):
    base = make_tables()
    employees = {
        **base["employees"],
        "birth_date": [date(1970, 3, 1), *base["employees"]["birth_date"][1:]],
        "job_since": [date(2024, 9, 1)] * 4,
    }
    engine = make_engine(employees=employees)
    rules = {c.rule: c.outcome for c in engine.explain("ani", "KASI").checks}
    assert rules["role.retirement"] == "lolos"  # 26 months are left today
    kasi = engine.explain("ani", "KASI")
    assert kasi.way is None
    assert "pada saat itu" in kasi.closed.id
    assert "Sisa masa kerja" in kasi.closed.id
    assert "KASI" not in {item.item_code for item in engine.later_roles("ani")}
    # No step of a rule is shown as if it helped.
    assert all(check.way is None for check in kasi.checks if check.outcome == "tidak_lolos")
    assert kasi.closed in [check.closed for check in kasi.checks]


def test_a_candidate_is_explained_as_on_the_persons_own_page(engine):
    for kind, code in (("training", "UB"), ("role", "KASI")):
        found = engine.candidates(kind, code, k=100)
        assert [one.rank for one in found] == list(range(1, len(found) + 1))
        for one in found:
            own = engine.explain(one.employee_id, code, kind)
            assert replace(one.item, rank=own.rank) == own
        later = engine.candidates(kind, code, k=1, first=1)
        assert later == found[1:2]


def test_candidates_are_those_whom_no_rule_keeps_from_the_item(engine):
    for code in engine.snapshot.jobs.index.codes:
        among = ["budi", "citra"]
        found = {one.employee_id for one in engine.candidates("role", code, employees=among)}
        open_ = {p for p in among if engine.explain(p, code, "role").eligibility != "tidak_lolos"}
        assert found == open_
