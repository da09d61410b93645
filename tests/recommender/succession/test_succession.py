"""Key posts, readiness and risk of small offices, each answer worked out by hand."""

import json
from datetime import date, datetime

import pyarrow as pa
import pytest

from recommender.engine import Engine
from recommender.reports.catalogue import Catalogue
from recommender.reports.hcdp import Hcdp, Scope
from recommender.reports.records import Recorder
from recommender.reports.sight import Sight
from recommender.reports.succession import PEOPLE, POSTS, Succession
from recommender.reports.tally import Tally
from recommender.succession import outlook
from recommender.succession.choosing import Chosen
from recommender.succession.limits import RULE, Limits
from recommender.succession.outlook import succession
from recommender.succession.posts import key_posts
from recommender.succession.readiness import group_on
from training_data.dataset import Dataset
from training_data.messages import text
from training_data.reference.packs import load_rules
from training_data.synthetic import generate

AS_OF = date(2026, 1, 5)
LIMITS = Limits.of(load_rules(AS_OF))

CAST = {
    # id: post, in it since, born, level of M.1 (the post of head of division asks for 3)
    "kepala": ("KABID", date(2019, 1, 2), date(1969, 3, 10), 3.0),
    "rida": ("KASI", date(2020, 1, 2), date(1980, 1, 2), 3.0),
    "sari": ("KASI", date(2023, 9, 1), date(1985, 1, 2), 3.0),
    "tono": ("KASI", date(2015, 1, 2), date(1982, 1, 2), 1.0),
    "umar": ("KASI", date(2016, 1, 2), date(1981, 1, 2), None),
    "vina": ("STAF", date(2018, 1, 2), date(1990, 1, 2), 3.0),
}
TIERS = {"KABAN": "jpt_pratama", "KABID": "administrator", "KASI": "pengawas", "STAF": "pelaksana"}


def tables(cast=None, **changed):
    cast = CAST if cast is None else cast
    known = [(e, level) for e, (*_, level) in cast.items() if level is not None]
    found = {
        "employees": {
            "employee_id": list(cast),
            "name": [name.title() for name in cast],
            "employment": ["PNS"] * len(cast),
            "unit_code": ["BID"] * len(cast),
            "job_code": [post for post, *_ in cast.values()],
            "tier": [TIERS[post] for post, *_ in cast.values()],
            "job_since": [since for _, since, *_ in cast.values()],
            "birth_date": [born for _, _, born, _ in cast.values()],
        },
        "units": {
            "unit_code": ["BAN", "BID"],
            "name": ["Badan Rekaan", "Bidang Rekaan"],
            "parent_code": [None, "BAN"],
            "kind": ["PD", None],
            "head_job_code": [None, "KABID"],
            "head_employee_id": [None, "kepala"],
        },
        "jobs": {
            "job_code": list(TIERS),
            "title": [f"Jabatan {code}" for code in TIERS],
            "tier": list(TIERS.values()),
        },
        "competencies": {
            "competency_code": ["M.1"], "name": ["Integritas"], "group": ["M"],
        },
        "job_requirements": {
            "job_code": ["KABAN", "KABID"], "competency_code": ["M.1", "M.1"],
            "level": [4.0, 3.0], "importance": [2, 2],
        },
        "competency_scores": {
            "employee_id": [e for e, _ in known],
            "competency_code": ["M.1"] * len(known),
            "level": [level for _, level in known],
        },
        "trainings": {"training_code": ["I2", "I3"], "title": ["Integritas 2", "Integritas 3"]},
        "training_outcomes": {
            "training_code": ["I2", "I3"], "competency_code": ["M.1", "M.1"],
            "level_from": [1.0, 2.0], "level_to": [2.0, 3.0],
        },
        "sessions": {
            "session_code": ["S2", "S3"], "training_code": ["I2", "I3"],
            "starts_on": [date(2026, 3, 2), date(2026, 5, 4)],
            "ends_on": [date(2026, 3, 6), date(2026, 5, 8)],
        },
    }  # fmt: skip
    return {name: table for name, table in {**found, **changed}.items() if table is not None}


@pytest.fixture(scope="session")
def office():
    def make(cast=None, **changed):
        return Engine.fitted(Dataset.of(tables(cast, **changed)), as_of=AS_OF)

    return make


@pytest.fixture(scope="session")
def engine(office):
    return office()


def outlook_of(engine, job="KABID"):
    (post,) = [p for p in key_posts(engine.snapshot) if p.job == job]
    (found,) = succession(engine, [post])
    return found


def names(engine, found):
    ids = engine.snapshot.people.index.codes
    return {
        group: {ids[s.row]: s.ready_on for s in some}
        for group, some in found.people.items()
        if some
    }


@pytest.fixture(scope="module")
def found(engine):
    return outlook_of(engine)


def test_everybody_stands_in_the_group_of_the_day_on_which_nothing_stands_in_the_way(engine, found):
    """Rida now; Sari after three years as pengawas; Tono after two trainings; Umar unknown."""
    assert names(engine, found) == {
        "now": {"rida": AS_OF},
        "year": {"sari": date(2026, 9, 1), "tono": date(2026, 5, 9)},
        "unassessed": {"umar": None},
    }
    assert dict(found.depth) == {"now": 1, "year": 2, "two_years": 0}
    assert found.unassessed == 1


def test_processes_judge_as_one_does(engine, found, monkeypatch):
    monkeypatch.setattr(outlook, "BLOCK", 1)
    (post,) = [p for p in key_posts(engine.snapshot) if p.job == "KABID"]
    told = []
    (same,) = succession(engine, [post], progress=lambda *at: told.append(at), workers=2)
    assert same == found
    assert [done for _, done, _ in told] == [1, 2, 3, 4]


def test_what_is_still_to_be_done_is_told(engine, found):
    by_id = {engine.employee_ids[s.row]: s for some in found.people.values() for s in some}
    assert [step.item_code for step in by_id["tono"].steps] == ["I2", "I3"]
    assert "role.held_post" in [rule for rule, _ in by_id["sari"].rules]
    assert by_id["umar"].unknown == ("Integritas",)
    assert by_id["rida"].rules == by_id["rida"].steps == ()


def test_a_holder_who_retires_in_fourteen_months_puts_the_post_at_risk(found):
    """Born on 10 March 1969, an administrator retires at 58."""
    day = date(2027, 3, 10)
    assert found.falls_on == day
    assert text("succession.reason.retires", day=day, last=day) in found.reasons
    assert found.risk == "sedang"  # somebody is ready before that day


def test_a_post_falling_vacant_with_nobody_ready_is_at_high_risk(office):
    alone = outlook_of(office({"kepala": CAST["kepala"], "vina": CAST["vina"]}))
    assert (alone.risk, sum(alone.depth.values())) == ("tinggi", 0)
    assert text("succession.reason.nobody") in alone.reasons


def test_a_holder_who_stays_with_people_ready_leaves_little_risk(office):
    young = {**CAST, "kepala": ("KABID", date(2019, 1, 2), date(1980, 3, 10), 3.0)}
    calm = outlook_of(office(young))
    assert (calm.risk, calm.falls_on) == ("rendah", None)
    assert text("succession.reason.stays", months=24) in calm.reasons
    assert text("succession.reason.enough", count=3) in calm.reasons


def test_who_is_ready_only_after_the_post_falls_vacant_is_too_late(office):
    vacancy = {"vacancy_code": ["V"], "job_code": ["KABID"], "unit_code": ["BID"],
               "vacant_since": [date(2025, 11, 3)]}  # fmt: skip
    cast = {e: CAST[e] for e in ("sari", "tono")}
    units = {**tables()["units"], "head_employee_id": [None, None]}
    late = outlook_of(office(cast, vacancies=vacancy, units=units))
    assert late.post.vacant
    assert (late.risk, late.depth["year"]) == ("tinggi", 2)
    since = text("succession.reason.vacant_since", day=date(2025, 11, 3))
    assert {since, text("succession.reason.too_late")} <= set(late.reasons)


def test_an_acting_holder_is_not_a_holder(office):
    history = {"employee_id": ["kepala"], "job_code": ["KABID"], "unit_code": ["BID"],
               "from_date": [date(2025, 10, 1)], "assignment": ["plt"]}  # fmt: skip
    acted = outlook_of(office(job_history=history))
    assert (acted.post.holders, acted.post.acting) == ((), ("kepala",))
    assert text("succession.reason.acting") in acted.reasons


def test_an_acting_term_that_is_over_is_over(office):
    history = {"employee_id": ["rida"], "job_code": ["KABID"], "unit_code": ["BID"],
               "from_date": [date(2024, 1, 1)], "to_date": [date(2024, 6, 1)],
               "assignment": ["plt"]}  # fmt: skip
    assert outlook_of(office(job_history=history)).post.acting == ()


def test_a_post_that_heads_a_unit_is_key_although_nobody_holds_it(office):
    units = {**tables()["units"], "head_job_code": ["KABAN", "KABID"]}
    posts = {p.job: p for p in key_posts(office(units=units).snapshot)}
    assert set(posts) == {"KABAN", "KABID", "KASI"}  # staff lead nobody
    assert (posts["KABAN"].vacant, posts["KABAN"].heads) == (True, True)
    assert (posts["KASI"].vacant, posts["KASI"].heads) == (False, False)
    assert len(posts["KASI"].holders) == 4


def test_whom_a_confidential_fact_keeps_from_a_post_is_not_hinted_at(office):
    """The measure ends within the year; a group of readiness would tell that."""
    measure = {"employee_id": ["rida"], "severity": ["sedang"], "starts_on": [date(2025, 6, 1)],
               "ends_on": [date(2026, 6, 1)]}  # fmt: skip
    engine = office(discipline=measure)
    listed = {e for some in names(engine, outlook_of(engine)).values() for e in some}
    assert listed == {"sari", "tono", "umar"}


def test_the_last_day_of_a_group_belongs_to_it():
    assert group_on(AS_OF, AS_OF, LIMITS) == "now"
    assert group_on(date(2027, 1, 5), AS_OF, LIMITS) == "year"
    assert group_on(date(2027, 1, 6), AS_OF, LIMITS) == "two_years"
    assert group_on(date(2028, 1, 5), AS_OF, LIMITS) == "two_years"
    assert group_on(date(2028, 1, 6), AS_OF, LIMITS) == group_on(None, AS_OF, LIMITS) == "later"


def agencys_own(folder, **params):
    row = {"id": RULE, "params": params}
    content = {"overlay": "agency", "rules": [row]}
    (folder / "agency.json").write_text(json.dumps(content), encoding="utf-8")
    return load_rules(AS_OF, folder)


def test_an_agency_says_how_soon_and_how_many(tmp_path, office):
    ours = outlook_of(office())
    assert ours.falls_on is not None  # the holder retires within 24 months
    rules = agencys_own(tmp_path, soon_months=6, enough=1, near_years=0.25, far_years=0.5)
    engine = Engine.fitted(Dataset.of(tables()), as_of=AS_OF, rules=rules)
    theirs = outlook_of(engine)
    assert theirs.falls_on is None
    assert any("6 bulan" in reason.id for reason in theirs.reasons)
    assert text("succession.reason.enough", count=sum(theirs.depth.values())) in theirs.reasons
    near = Limits.of(rules)
    assert group_on(date(2026, 4, 6), AS_OF, near) == "two_years"
    assert group_on(date(2026, 7, 6), AS_OF, near) == "later"
    told = " ".join(note.id for note in Succession(engine, Recorder(engine)).posts().notes)
    assert "paling lama 3 bulan" in told
    assert "batas waktu dan jumlah suksesi" in told  # not verified


def cells(table, head):
    place = [c.head for c in table.columns].index(text(f"report.col.{head}"))
    return [row[place] for row in table.rows]


def test_one_name_alone_never_stands_and_others_fill_up_to_three(engine, office, found):
    whole = Succession(engine, Recorder(engine))
    assert {engine.employee_ids[s.row] for s in whole.named(found)} == {"rida", "sari", "tono"}
    few = office({e: CAST[e] for e in ("kepala", "rida")})
    one = outlook_of(few)
    assert one.depth["now"] == 1
    assert Succession(few, Recorder(few)).named(one) == []
    filled = office({e: CAST[e] for e in ("kepala", "rida", "tono", "umar")}, sessions=None)
    shown = Succession(filled, Recorder(filled)).named(outlook_of(filled))
    assert [s.group for s in shown] == ["now", "later", "unassessed"]


def test_readers_without_rights_see_neither_box_nor_rating_nor_gap(office):
    engine = office(
        talent={"employee_id": ["rida"], "assessed_on": [date(2025, 5, 1)], "box": [9]},
        performance={"employee_id": ["rida"], "year": [2025], "rating": ["sangat_baik"]},
    )
    hidden = text("report.hidden")
    blind = Succession(engine, Recorder(engine, Sight.of(())))
    for head in ("ratings", "box", "record", "retirement"):
        assert set(cells(blind.people(), head)) == {hidden}, head
    for head in ("risk", "risk_reasons"):
        assert set(cells(blind.posts(), head)) == {hidden}, head
    told = " ".join(str(c) for row in blind.people().rows for c in row)
    assert "Integritas" not in told
    seeing = Succession(engine, Recorder(engine)).people()
    assert any("9" in str(cell) for cell in cells(seeing, "box"))
    assert "Integritas 2" in " ".join(str(cell) for cell in cells(seeing, "to_do"))


def test_the_document_has_its_columns_and_names_what_is_unverified(engine):
    whole = Succession(engine, Recorder(engine))
    assert whole.posts().columns[1:] == POSTS
    assert whole.people().columns[1:] == PEOPLE
    assert any("belum diverifikasi:" in note.id for note in whole.posts().notes)
    assert set(cells(whole.people(), "deliberation")) == {None}


@pytest.fixture(scope="module")
def city():
    """A fictional city in which everybody was assessed in everything, some below what is asked."""
    day = date(2026, 11, 2)
    dataset = generate(90, seed=3, as_of=day)
    people = dataset.table("employees")["employee_id"].to_pylist()
    codes = dataset.table("competencies")["competency_code"].to_pylist()
    pairs = [(e, c, 5.0 - (i + j) % 7 // 5) for i, e in enumerate(people)
             for j, c in enumerate(codes)]  # fmt: skip
    employee, competency, level = zip(*pairs, strict=True)
    scores = {"employee_id": employee, "competency_code": competency, "level": level,
              "assessed_on": [datetime(2026, 1, 5)] * len(pairs)}  # fmt: skip
    known = {name: table for name, table in dataset.tables.items() if name != "competency_scores"}
    whole = Dataset.of({**known, "competency_scores": pa.table(scores)})
    return Engine.fitted(whole, as_of=day)


@pytest.fixture(scope="module")
def everything(city):
    return Succession(city, Recorder(city))


def test_nobody_stands_twice_for_a_post_and_ready_now_means_no_rule_refuses(city, everything):
    assert everything.outlooks
    ready = 0
    for one in everything.outlooks:
        rows = [s.row for some in one.people.values() for s in some]
        assert len(rows) == len(set(rows))
        assert not {city.employee_ids[row] for row in rows} & set(one.post.holders)
        for s in one.people["now"]:
            ready += 1
            checks = city.eligibility.checks("role", s.row, s.job)
            assert all(check.outcome != "tidak_lolos" for check in checks)
            standard = city.standard_of(city.employee_ids[s.row], one.post.job)
            counting = [r for r in standard.rows if r.importance in (1, 2)]
            assert counting
            assert all(row.gap == 0 for row in counting)
        assert one.depth["now"] >= len(one.people["now"])
    assert ready


def test_within_a_group_people_stand_by_seniority(city, everything):
    places = ("now", "year", "two_years", "later", "unassessed")
    for one in everything.outlooks:
        shown = everything.named(one)
        assert len(shown) != 1
        keys = [(places.index(s.group), everything.panel.seniority(s.row)) for s in shown]
        assert keys == sorted(keys)


def test_a_unit_asks_for_its_own_posts_and_people_alone(city):
    unit = next(p.unit for p in key_posts(city.snapshot) if p.heads and p.holders)
    table = city.snapshot.dataset.table("employees")
    some = [e for e, u in zip(city.employee_ids, table["unit_code"].to_pylist(), strict=True)
            if u == unit]  # fmt: skip
    own = Succession(city, Recorder(city), unit, some)
    assert own.outlooks
    assert {one.post.unit for one in own.outlooks} >= {unit}
    listed = {s.row for one in own.outlooks for group in one.people.values() for s in group}
    assert {city.employee_ids[row] for row in listed} <= set(some)


def test_no_people_are_no_people():
    assert Chosen().everybody == ()


def test_the_yearly_plan_counts_who_stands_ready_for_a_post_that_falls_vacant(engine):
    """The holder of KABID retires on 10 March 2027; the pengawas do so after the five years.

    Four pengawas have KABID as their next post.
    """
    scope = Scope(None, 2026, engine.employee_ids)
    catalogue = Catalogue.of(engine, 2026)

    def leaving(sight):
        recorder = Recorder(engine, sight)
        (row,) = Hcdp(engine, recorder, catalogue, scope, Tally()).successions().rows
        return row[row.index(date(2027, 3, 10)) :]

    assert leaving(Sight()) == (date(2027, 3, 10), 4, 1, 2, 0)
    assert leaving(Sight(next_post=False)) == (date(2027, 3, 10), 1, 2, 0)
    assert leaving(Sight(candidates=False)) == (date(2027, 3, 10), 4)
