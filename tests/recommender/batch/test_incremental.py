"""Ranking only whom a change touches: how few these are, and that nobody else's list is stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from recommender.batch import fingerprints
from recommender.batch.fingerprints import Basis
from recommender.batch.incremental import Earlier, Reuse, rank_changed
from recommender.batch.pools import Answer
from recommender.batch.store import Store
from recommender.batch.stream import Stream, here, rank_everybody
from recommender.batch.supervisor import Quarantined
from recommender.batch.work import joined, pack, rank_rows, shards_of
from recommender.columns import Index
from recommender.engine import Engine
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules
from training_data.schema import TABLES
from training_data.synthetic import generate

AS_OF = date(2026, 6, 1)
RULES = load_rules(AS_OF)
K = 5
PEOPLE = 150


def typed(name: str, /, **columns: list) -> pa.Table:
    schema = TABLES[name].arrow_schema
    return pa.table({c: pa.array(v, schema.field(c).type) for c, v in columns.items()})


def opened(dataset: Dataset, model, rules=RULES, as_of: date = AS_OF) -> Engine:
    return Engine.open(dataset, model, as_of=as_of, rules=rules)


def whole(engine: Engine, kind="training", k: int = K) -> Earlier:
    """Return a full run with its basis."""
    found = joined(kind, rank_everybody(engine, kind, k))
    return Earlier(Basis.of(engine, kind, k), found.lines, found.without)


def checked(engine: Engine, since: Earlier, kind="training", k: int = K) -> set[str]:
    """Return who is ranked anew, after a look whether the lists are those of a full run."""
    found = joined(kind, rank_changed(engine, kind, k, since))
    full = joined(kind, rank_everybody(engine, kind, k))
    assert list(found.rows()) == list(full.rows())
    assert found.empty() == full.empty()
    touched = Basis.of(engine, kind, k).touched(since.basis)
    return {one for one, is_touched in zip(engine.employee_ids, touched, strict=True) if is_touched}


@pytest.fixture(scope="module")
def city() -> Engine:
    data = generate(PEOPLE, as_of=AS_OF)
    another = data.tables["employees"]["employee_id"][0].as_py()  # so that its rule is run
    data = more(data, "discipline", employee_id=another, severity="ringan",
                starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))  # fmt: skip
    return Engine.fitted(data, as_of=AS_OF, rules=RULES)


@pytest.fixture(scope="module", params=["training", "role"])
def kind(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def since(city, kind) -> Earlier:
    return whole(city, kind)


def cells(dataset: Dataset, table: str, change, **where) -> Dataset:
    """Return a dataset in which ``change`` was applied to the rows that match."""
    held = dataset.tables[table]
    rows = [
        {**row, **change} if all(row[c] == v for c, v in where.items()) else row
        for row in held.to_pylist()
    ]
    return dataset.replace(**{table: pa.Table.from_pylist(rows, held.schema)})


def more(dataset: Dataset, table: str, **row) -> Dataset:
    held = dataset.tables[table]
    return dataset.replace(**{table: pa.Table.from_pylist([*held.to_pylist(), row], held.schema)})


def without(dataset: Dataset, table: str, column: str, value: str) -> Dataset:
    held = dataset.tables[table]
    return dataset.replace(**{table: held.filter(pc.not_equal(held[column], value))})


def someone(dataset: Dataset) -> str:
    """Return somebody with scores and a history."""
    taken = set(dataset.tables["training_history"]["employee_id"].to_pylist())
    return next(e for e in dataset.tables["competency_scores"]["employee_id"].to_pylist()
                if e in taken)  # fmt: skip


def test_nothing_changed_and_nobody_is_ranked_anew(city, kind, since, monkeypatch):
    monkeypatch.setattr(Engine, "rank_block", None)
    found = joined(kind, rank_changed(city, kind, K, since))
    assert found.lines.equals(since.lines)
    assert found.without.equals(since.without)


def test_what_one_person_does_touches_that_person_alone(city, kind, since):
    data = city.dataset
    one = someone(data)
    training = data.tables["trainings"]["training_code"][7].as_py()
    changed = {
        "level": cells(data, "competency_scores", {"level": 0.5}, employee_id=one),
        "training": more(data, "training_history", employee_id=one, training_code=training,
                         completed_on=datetime(2026, 5, 1)),
        "title alone": more(data, "training_history", employee_id=one, title="Diklat PIM IV",
                            completed_on=datetime(2026, 5, 1)),
        "discipline": more(data, "discipline", employee_id=one, severity="berat",
                           starts_on=date(2026, 3, 1), ends_on=date(2027, 3, 1)),
        "nomination": more(data, "nominations", employee_id=one, status="disetujui",
                           session_code=data.tables["sessions"]["session_code"][9].as_py()),
        "certificate": more(data, "certifications", employee_id=one, name="K3 Umum",
                            issued_on=date(2026, 3, 1)),
        "credit points": more(data, "credit_points", employee_id=one, as_of=date(2026, 5, 1),
                              cumulative=900.0),
        "box": more(data, "talent", employee_id=one, assessed_on=date(2026, 5, 1), box=9),
        "rating": cells(data, "performance", {"rating": "kurang"}, employee_id=one),
    }  # fmt: skip
    for what, dataset in changed.items():
        assert checked(opened(dataset, city.model), since, kind) == {one}, what


def test_a_move_to_another_post_touches_nearly_nobody_else(city, kind, since):
    """Others only where the recorded ages at which holders of a post retire are others now."""
    for one, post in zip(
        city.employee_ids[::40], city.snapshot.jobs.index.codes[::40], strict=False
    ):
        data = cells(city.dataset, "employees", {"job_code": post}, employee_id=one)
        found = checked(opened(data, city.model), since, kind)
        assert one in found
        assert len(found) <= PEOPLE // 10


def test_answers_to_suggestions_touch_nobody(city, kind, since):
    data = more(city.dataset, "feedback", employee_id=someone(city.dataset), kind="training",
                item_code="X", action="declined", at=datetime(2026, 5, 30))  # fmt: skip
    assert checked(opened(data, city.model), since, kind) == set()


def test_a_joiner_is_ranked_and_the_others_are_kept(city, kind, since):
    row = city.dataset.tables["employees"].to_pylist()[40]
    data = more(city.dataset, "employees", **{**row, "employee_id": "0-new", "nip": None})
    assert checked(opened(data, city.model), since, kind) == {"0-new"}


def test_a_leaver_is_gone_and_nearly_all_others_are_kept(city, kind, since):
    for one in city.employee_ids[::50]:
        data = without(city.dataset, "employees", "employee_id", one)
        assert len(checked(opened(data, city.model), since, kind)) <= PEOPLE // 20


def test_a_units_need_touches_its_people_and_those_of_the_units_below(city, kind, since):
    engine = city
    unit = max(range(len(engine.snapshot.units)),
               key=lambda u: (len(engine.prepared.facts.tree.line(u)),
                              (engine.snapshot.people.unit == u).sum()))  # fmt: skip
    above = engine.prepared.facts.tree.line(unit)[-2]
    code = engine.snapshot.units.codes[above]
    data = more(engine.dataset, "priorities", unit_code=code, competency_code="M.1", weight=0.75,
                source="policy", starts_on=date(2026, 1, 1))  # fmt: skip
    inside = engine.prepared.facts.tree.inside(above, engine.snapshot.people.unit)
    ids = {one for one, here in zip(engine.employee_ids, inside, strict=True) if here}
    assert 0 < len(ids) < PEOPLE
    assert checked(opened(data, city.model), since, kind) == (ids if kind == "training" else set())


def test_a_need_of_the_whole_agency_touches_everybody(city, kind, since):
    data = more(city.dataset, "priorities", competency_code="M.1", weight=0.75, source="policy",
                starts_on=date(2026, 1, 1))  # fmt: skip
    everybody = set(city.employee_ids) if kind == "training" else set()
    assert checked(opened(data, city.model), since, kind) == everybody


def test_an_open_post_touches_those_one_level_below_it_in_the_department():
    ids = [f"P{n}" for n in range(6)]
    agency = Dataset.of({
        "employees": typed(
            "employees", employee_id=ids, job_code=["A1", "A1", "A2", "B1", "A1", "A1"],
            unit_code=["u1", "u2", "u1", "u1", None, "u3"], tier=[None] * 6,
        ),
        "jobs": typed("jobs", job_code=["A1", "A2", "B1"], tier=[
            "jf_ahli_pertama", "jf_ahli_muda", "pelaksana"],
            title=["Analis Ahli Pertama", "Analis Ahli Muda", "Pengelola"]),
        "units": typed("units", unit_code=["d", "u1", "u2", "u3"],
                       kind=["PD", "UKPD", "UKPD", "PD"], parent_code=[None, "d", "d", None]),
        "staffing": typed("staffing", unit_code=["u1", "u3"], job_code=["A2", "A2"],
                          needed=[1, 1], filled=[1, 1]),
    })  # fmt: skip
    engine = Engine.fitted(agency, as_of=AS_OF, rules=RULES)
    since = whole(engine, "role")
    data = cells(agency, "staffing", {"needed": 2}, unit_code="u1")
    assert checked(opened(data, engine.model), since, "role") == {"P0", "P1"}
    unchanged = cells(agency, "staffing", {"needed": 0}, unit_code="u1")  # as closed as before
    assert checked(opened(unchanged, engine.model), since, "role") == set()
    moved = {one.employee_id: one.eligibility for one in _lines(opened(data, engine.model), "A2")}
    assert moved != {one.employee_id: one.eligibility for one in _lines(engine, "A2")}


def _lines(engine: Engine, item: str):
    return [row for row in engine.rank("role", K).rows() if row.item_code == item]


def test_ages_at_which_holders_of_a_post_retire_touch_those_who_are_that_old():
    """One person's record decides for others whether their service is long enough for the post."""
    ids = [f"P{n}" for n in range(5)]
    agency = Dataset.of({
        "employees": typed(
            "employees", employee_id=ids, job_code=["A2", "B2", "B2", "B2", "A2"],
            birth_date=[date(1980, 1, 1), date(1968, 7, 1), date(1990, 1, 1), date(1968, 7, 1),
                        date(1980, 1, 1)],
            retirement_age=[58, 65, 58, None, 58],
        ),
        "jobs": typed("jobs", job_code=["A2", "B2"], tier=["jf_ahli_muda"] * 2,
                      title=["Analis Ahli Muda"] * 2),
    })  # fmt: skip
    engine = Engine.fitted(agency, as_of=AS_OF, rules=RULES)
    since = whole(engine, "role")
    data = cells(agency, "employees", {"retirement_age": 65}, employee_id="P4")
    later = opened(data, engine.model)
    assert checked(later, since, "role") == {"P1", "P3", "P4"}
    assert {r.employee_id for r in _lines(later, "A2")} > {
        r.employee_id for r in _lines(engine, "A2")
    }


def firsts() -> dict[str, tuple[dict, str, dict]]:
    """Return agencies, and one row of P0 with which a rule begins to judge others as well."""
    posts = {"title": ["Analis Ahli Pertama", "Analis Ahli Muda", "Penata"],
             "tier": ["jf_ahli_pertama", "jf_ahli_muda", "jf_ahli_pertama"]}  # fmt: skip
    ids = {"employee_id": ["P0", "P1", "P2"]}
    recent = {**ids, "job_code": ["A1"] * 3, "job_since": [date(2025, 10, 1)] * 3}
    certified = {"employee_id": ["P1"], "name": ["K3 Umum"], "issued_on": [date(2025, 1, 1)]}
    return {
        # With records of some, a lacking record leaves open how long a post was held.
        "job history": (
            {"employees": recent, "jobs": posts},
            "job_history",
            {"employee_id": "P0", "job_code": "A3", "from_date": date(2020, 1, 1),
             "to_date": date(2021, 1, 1)},
        ),
        # With the first test on record, others without one need verification.
        "competence test": (
            {"employees": {**ids, "job_code": ["A1"] * 3}, "jobs": posts,
             "certifications": certified},
            "certifications",
            {"employee_id": "P0", "name": "Uji Kompetensi Analis Ahli Muda",
             "issued_on": date(2026, 1, 1)},
        ),
        # Where posts of some are known, any post may be that of the others.
        "post": (
            {"employees": {**ids, "job_code": ["old"] * 3, "tier": ["jf_ahli_pertama"] * 3},
             "jobs": posts},
            "employees",
            {"employee_id": "P3", "job_code": "A1", "tier": "jf_ahli_pertama"},
        ),
    }  # fmt: skip


@pytest.mark.parametrize("what", firsts())
def test_the_first_record_touches_everybody_where_it_makes_a_rule_judge_others(what):
    tables, name, row = firsts()[what]
    tables["jobs"]["job_code"] = ["A1", "A2", "A3"]
    agency = Dataset.of({n: typed(n, **columns) for n, columns in tables.items()})
    before = Engine.fitted(agency, as_of=AS_OF, rules=RULES)
    held = agency.tables.get(name, TABLES[name].arrow_schema.empty_table())
    schema = TABLES[name].arrow_schema
    rows = pa.Table.from_pylist([*held.to_pylist(), row], schema)
    after = opened(agency.replace(**{name: rows}), before.model)
    since = whole(before, "role")
    of_others = [r for r in rank_lines(after, "role") if r.employee_id in ("P1", "P2")]
    assert of_others != [r for r in rank_lines(before, "role") if r.employee_id in ("P1", "P2")]
    assert checked(after, since, "role") == set(after.employee_ids)
    assert Basis.of(after, "role", K).differs(since.basis) == ("known",)


def test_what_all_lists_rest_on_touches_everybody(city, kind, since, monkeypatch):
    data = city.dataset
    title = data.tables["trainings"]["training_code"][0].as_py()
    other_model = replace(city.model, seed=city.model.seed + 1)
    evidence = RULES.rule("competency.evidence")
    decay = replace(evidence, params={**evidence.params, "half_life_years": 1.0})
    rules = replace(RULES, by_id={**RULES.by_id, evidence.id: decay})
    engines = {
        "catalogue": opened(cells(data, "trainings", {"hours": 3.0}, training_code=title),
                            city.model),
        "model": opened(data, other_model),
        "rules": opened(data, city.model, rules),
        "as_of": opened(data, city.model, as_of=date(2026, 6, 2)),
    }  # fmt: skip
    for what, engine in engines.items():
        assert Basis.of(engine, kind, K).differs(since.basis) == (what,)
        assert checked(engine, since, kind) == set(engine.employee_ids), what
    assert checked(city, since, kind, K + 1) == set(city.employee_ids)
    monkeypatch.setattr(fingerprints, "code_version", lambda: "another")
    assert checked(city, since, kind) == set(city.employee_ids)


def test_a_competency_never_heard_of_touches_everybody(city, kind, since):
    one = someone(city.dataset)
    data = more(city.dataset, "competency_scores", employee_id=one, competency_code="Z.9",
                level=2.0)  # fmt: skip
    engine = opened(data, city.model)
    assert "competencies" in Basis.of(engine, kind, K).differs(since.basis)
    assert checked(engine, since, kind) == set(city.employee_ids)


def test_heads_of_units_come_and_go_without_touching_others(city, kind, since):
    data = city.dataset
    one = someone(data)
    unit = data.tables["units"]["unit_code"][0].as_py()
    changed = cells(data, "units", {"head_employee_id": one}, unit_code=unit)
    assert checked(opened(changed, city.model), since, kind) == set()


def test_the_order_of_people_and_tables_of_the_earlier_ranking_does_not_matter(city, since, kind):
    order = list(reversed(range(len(since.basis.people))))
    turned = Basis(
        since.basis.common,
        Index(tuple(since.basis.people.codes[n] for n in order)),
        since.basis.marks[order],
    )
    assert not since.basis.touched(turned).any()


def changed_city(city: Engine) -> Engine:
    """Return the city after a tenth of the people got another level."""
    data = city.dataset
    for one in city.employee_ids[::10]:
        data = cells(data, "competency_scores", {"level": 1.25}, employee_id=one)
    return opened(data, city.model)


@pytest.mark.parametrize("size", [1, 7, 64, PEOPLE])
def test_lists_do_not_show_how_people_were_cut(city, kind, since, size, tmp_path):
    engine = changed_city(city)
    reuse = Reuse(Basis.of(engine, kind, K), since)
    shards = shards_of(PEOPLE, size)
    found = Stream(shards, reuse.runner(here(engine, kind, K)), Store(tmp_path / "work", {}))
    full = Stream(shards, here(engine, kind, K))
    assert [(r.people, r.lines, r.without) for r in found] == [
        (r.people, r.lines, r.without) for r in full
    ]
    assert 0 < reuse.touched.sum() <= PEOPLE // 10


def test_answers_in_any_order_are_put_in_their_places(city, kind, since, tmp_path):
    engine = changed_city(city)

    def backwards(shards):
        for shard in reversed(shards):
            yield Answer(shard.number, pack(rank_rows(engine, kind, K, shard)))

    reuse = Reuse(Basis.of(engine, kind, K), since)
    stream = Stream(shards_of(PEOPLE, 32), reuse.runner(backwards), Store(tmp_path / "work", {}))
    assert joined(kind, iter(stream)).lines == joined(kind, rank_everybody(engine, kind, K)).lines


def test_a_shard_that_cannot_be_ranked_is_left_out_and_no_other(city, since, kind, tmp_path):
    """Touched people of several shards are ranked together; one whose data are poison is found."""
    engine = changed_city(city)
    poison = 40
    asked = []

    def poisoned(shards):
        asked.append(len(shards))
        for shard in shards:
            if poison in shard.rows:
                yield Quarantined(shard, "why")
            else:
                yield from here(engine, kind, K)((shard,))

    reuse = Reuse(Basis.of(engine, kind, K), since)
    assert reuse.touched[poison]
    shards = shards_of(PEOPLE, 16)
    stream = Stream(shards, reuse.runner(poisoned), Store(tmp_path / "work", {}))
    found = joined(kind, iter(stream))
    assert [one.shard.number for one in stream.quarantined] == [poison // 16]
    assert stream.quarantined_people == 16
    left = set(engine.employee_ids[32:48])
    assert [r for r in rank_lines(engine, kind) if r.employee_id not in left] == [*found.rows()]
    assert asked[0] == 1 < asked[1]


def rank_lines(engine: Engine, kind) -> list:
    return [*engine.rank(kind, K).rows()]


def test_what_a_gate_says_of_a_class_touches_its_people_alone(city, kind, since):
    engine = opened(city.dataset, city.model)
    gates = [getattr(gate, "inner", gate) for gate in engine.eligibility.gates(kind).gates]
    for gate in gates:
        if not hasattr(gate, "outcome_table"):
            continue
        one = int(gate.person_class[PEOPLE // 2])
        table = gate.outcome_table
        other = table.copy()
        other[one] = 2 - other[one] // 2
        gate.outcome_table = other
        touched = Basis.of(engine, kind, K).touched(since.basis)
        assert touched.tolist() == (gate.person_class == one).tolist(), gate.id
        gate.outcome_table = table
