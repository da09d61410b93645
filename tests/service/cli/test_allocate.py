"""``selaras allocate``: the files, the limits of an office, and what cannot all hold."""

from __future__ import annotations

import csv
import json
import stat
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

DAY = "2026-01-05"
SESSIONS = """session_code,training_code,starts_on,ends_on,closes_on,seats
S-1,K-1,2026-03-02,2026-03-05,2026-02-20,1
S-2,K-2,2026-03-04,2026-03-06,2026-02-20,2
S-3,K-3,2026-04-06,2026-04-07,2026-03-20,2
S-OLD,K-3,2025-04-06,2025-04-07,,9
S-SHUT,K-3,2026-02-02,2026-02-03,2026-01-02,9
"""
SCORES = """employee_id,item_code,score
P-1,K-1,3
P-1,K-2,5
P-1,K-3,1
P-2,K-1,4
P-2,K-2,2
P-3,K-3,2.5
"""


@pytest.fixture
def offered(agency):
    (agency / "sessions.csv").write_text(SESSIONS, encoding="utf-8")
    return agency


@pytest.fixture
def allocate(selaras, offered, workplace):
    """Run the command on the file of scores and return what it wrote."""
    (workplace / "scores.csv").write_text(SCORES, encoding="utf-8")

    def run(wishes=None, *more, scores="scores.csv", out="a.csv"):
        if wishes is not None:
            (workplace / "limits.json").write_text(json.dumps(wishes), encoding="utf-8")
            more = ("--constraints", "limits.json", *more)
        if scores:
            more = ("--scores", scores, *more)
        return selaras(
            "allocate", "--data", offered, "--kind", "session", "--out", out, "--as-of", DAY, *more
        )

    return run


def seats(workplace, name="a.csv"):
    return list(csv.DictReader((workplace / name).read_text(encoding="utf-8").splitlines()))


def pairs(workplace, name="a.csv"):
    return [(row["employee_id"], row["session_code"]) for row in seats(workplace, name)]


def beside(workplace, name="a.csv"):
    return json.loads((workplace / f"{name}.json").read_text(encoding="utf-8"))


def lost(workplace, name="a.csv"):
    rows = csv.DictReader((workplace / f"{name}.lost.csv").read_text(encoding="utf-8").splitlines())
    return {(row["employee_id"], row["session_code"]): row["reason"] for row in rows}


def test_seats_go_where_they_are_worth_most(allocate, workplace):
    done = allocate()
    assert (done.code, done.out) == (0, "")
    # S-1 and S-2 share days: Ani takes 5, so that Budi's 4 and everybody's K-3 are left.
    assert pairs(workplace) == [("P-1", "S-2"), ("P-1", "S-3"), ("P-2", "S-1"), ("P-3", "S-3")]
    assert list(seats(workplace)[0]) == [
        "employee_id", "session_code", "item_code", "score", "cost",
    ]  # fmt: skip
    assert seats(workplace)[0] | {"cost": "0"} == {
        "employee_id": "P-1", "session_code": "S-2", "item_code": "K-2", "score": "5.000000",
        "cost": "0",
    }  # fmt: skip
    told = beside(workplace)
    assert (told["objective"], told["bound"], told["gap"]) == (12.5, 12.5, 0.0)
    assert told["status"] == "optimal"
    assert told["as_of"] == DAY
    assert told["not_checked"] == ["eligibility"]


def test_the_same_input_gives_the_same_bytes_and_only_the_owner_reads_them(allocate, workplace):
    allocate(out="a.csv")
    allocate(out="b.csv")
    for suffix in ("", ".lost.csv", ".json"):
        one, other = (workplace / f"{name}.csv{suffix}" for name in "ab")
        assert one.read_bytes() == other.read_bytes()
        assert stat.S_IMODE(one.stat().st_mode) == 0o600


def test_a_file_as_parquet_holds_the_same_seats(allocate, workplace):
    allocate()
    allocate(out="a.parquet")
    table = pq.read_table(workplace / "a.parquet").to_pylist()
    assert [(row["employee_id"], row["session_code"]) for row in table] == pairs(workplace)
    assert [row["score"] for row in table] == [float(row["score"]) for row in seats(workplace)]


def test_each_limit_binds_and_the_reason_is_told(allocate, workplace):
    allocate({"max_courses": 1})
    assert pairs(workplace) == [("P-1", "S-2"), ("P-2", "S-1"), ("P-3", "S-3")]
    assert lost(workplace) == {("P-1", "S-1"): "clash", ("P-1", "S-3"): "most",
                               ("P-2", "S-2"): "clash"}  # fmt: skip

    allocate({"forbid": [["P-1", "S-2"]]})
    assert ("P-1", "S-2") not in pairs(workplace)

    allocate({"must": [["P-1", "S-1"]]})
    assert pairs(workplace) == [("P-1", "S-1"), ("P-1", "S-3"), ("P-2", "S-2"), ("P-3", "S-3")]
    assert lost(workplace)["P-2", "S-1"] == "clash"

    allocate({"seats": {"S-3": 1}})
    assert ("P-1", "S-3") not in pairs(workplace)
    assert lost(workplace)["P-1", "S-3"] == "seats"

    allocate({"closed": ["S-3"]})
    assert {session for _, session in pairs(workplace)} == {"S-1", "S-2"}


def test_a_quota_speaks_of_a_unit_with_what_is_below_it(allocate, workplace, offered):
    (offered / "units.csv").write_text(
        "unit_code,name,parent_code\nU-0,Dinas Rekaan,\nU-1,Seksi Rekayasa,U-0\n", encoding="utf-8"
    )
    allocate({"quotas": [{"by": "unit_code", "value": "U-0", "max": 2}]})
    assert len(pairs(workplace)) == 2
    assert "quota" in lost(workplace).values()
    allocate({"quotas": [{"by": "employment", "value": "PPPK", "session": "S-3", "max": 0}]})
    assert ("P-3", "S-3") not in pairs(workplace)
    assert beside(workplace)["prices"]["per_quota"][0]["price"] == pytest.approx(2.5)


def test_money_of_the_nearest_unit_pays_until_it_is_spent(allocate, workplace, offered):
    (offered / "trainings.csv").write_text(
        "training_code,title,hours,cost\nK-1,Dasar,24,1000000\nK-2,Lanjutan,40,3000000\n"
        "K-3,Prima,16,500000\n",
        encoding="utf-8",
    )
    (offered / "budgets.csv").write_text(
        "budget_code,amount,unit_code,year,stage\nB-1,900000,U-1,2026,RKA\n"
        "B-2,3400000,U-1,2026,DPA\nB-3,99000000,U-1,2025,DPA\n",
        encoding="utf-8",
    )
    allocate()
    # 3.4 million: 4 for one million and 2.5 and 1 for half a million each beat 5 for three.
    assert pairs(workplace) == [("P-1", "S-3"), ("P-2", "S-1"), ("P-3", "S-3")]
    told = beside(workplace)["budgets"]
    assert "B-1" not in told  # the later stage takes its place
    assert told["B-2"] == {"amount": 3400000, "spent": 2000000}
    assert told["B-3"]["spent"] == 0  # of another year
    assert lost(workplace)["P-1", "S-2"] == "budget"
    allocate({"budgets": {"B-2": 5000000}})
    assert ("P-1", "S-2") in pairs(workplace)
    # A sum for everything takes the place of all budgets.
    allocate({"money": 1000000})
    assert beside(workplace)["budgets"] == {"*": {"amount": 1000000, "spent": 1000000}}
    assert pairs(workplace) in ([("P-2", "S-1")], [("P-1", "S-1")])
    allocate({"money": 0})
    assert pairs(workplace) == []


def test_missing_hours_are_worth_something_until_the_target(allocate, workplace):
    allocate({"max_courses": 1, "soft_jp": 20})
    plain = beside(workplace)
    assert plain["hours"]["target"] == 20
    assert plain["objective"] > plain["score"]
    # 16 JP of K-3 miss 4 to the target; 24 JP of K-1 do not.
    (workplace / "scores.csv").write_text(
        "employee_id,item_code,score\nP-1,K-1,1\nP-1,K-3,1.1\n", encoding="utf-8"
    )
    allocate({"max_courses": 1, "soft_jp": {"target": 20, "weight": 0.1}})
    assert pairs(workplace) == [("P-1", "S-1")]
    allocate({"max_courses": 1})
    assert pairs(workplace) == [("P-1", "S-3")]


def test_what_a_course_builds_on_comes_first_or_it_is_not_given(allocate, workplace, offered):
    (offered / "trainings.csv").write_text(
        "training_code,title,hours,prerequisites\nK-1,Dasar,24,\nK-2,Lanjutan,40,K-3\n"
        "K-3,Prima,16,\n",
        encoding="utf-8",
    )
    allocate()
    assert ("P-1", "S-2") not in pairs(workplace)  # K-3 comes after it
    (offered / "sessions.csv").write_text(
        SESSIONS.replace("2026-04-06,2026-04-07,2026-03-20", "2026-02-06,2026-02-07,"),
        encoding="utf-8",
    )
    allocate()
    assert {("P-1", "S-2"), ("P-1", "S-3")} <= set(pairs(workplace))
    assert ("P-2", "S-2") not in pairs(workplace)  # nothing scored K-3 for Budi


def test_who_was_called_up_stays_and_who_withdrew_is_left_out(allocate, workplace, offered):
    (offered / "nominations.csv").write_text(
        "employee_id,session_code,status\nP-3,S-1,dipanggil\nP-1,S-2,batal\n", encoding="utf-8"
    )
    allocate()
    assert ("P-3", "S-1") in pairs(workplace)
    assert not {("P-2", "S-1"), ("P-1", "S-2")} & set(pairs(workplace))


def test_limits_that_cannot_all_hold_are_named_and_nobody_is(allocate, workplace):
    done = allocate({"must": [["P-1", "S-1"], ["P-2", "S-1"]]})
    assert done.code == 1
    assert "kuota S-1 (1 kursi)" in done.err
    assert "2 peserta yang sudah ditetapkan di S-1" in done.err
    assert "P-1" not in done.err
    assert not (workplace / "a.csv").exists()


@pytest.mark.parametrize(
    "wishes",
    [
        {"max_course": 2},
        {"max_courses": -1},
        {"quotas": [{"by": "religion", "value": "x", "max": 1}]},
        {"quotas": [{"by": "tier", "value": "x", "min": 2, "max": 1}]},
        {"must": [["P-9", "S-1"]]},
        {"must": [["P-1", "S-OLD"]]},
        {"must": [["P-1", "S-1"]], "forbid": [["P-1", "S-1"]]},
        {"budgets": {"B-9": 1}},
        {"budgets": {"B-9": 1}, "money": 1},
        {"money": -1},
        [1],
    ],
)
def test_a_wish_that_cannot_be_read_is_refused_with_its_place(allocate, workplace, wishes):
    done = allocate(wishes)
    assert done.code == 2
    assert "P-9" not in done.err
    assert not (workplace / "a.csv").exists()


def test_rows_of_scores_that_cannot_be_used_are_counted_and_the_others_are(allocate, workplace):
    (workplace / "scores.csv").write_text(
        "\ufeffemployee_id;item_code;score\nP-1;K-1;3,5\nP-1;K-1;9\nP-8;K-1;3\nP-2;K-9;3\n"
        "P-2;K-2;banyak\nP-2;;1\n",
        encoding="utf-8",
    )
    done = allocate()
    assert done.code == 1
    assert "5 baris" in done.err
    assert [row["score"] for row in seats(workplace)] == ["3.500000"]


def test_without_a_file_the_engine_scores_and_rules_hold(allocate, workplace):
    done = allocate(scores=None)
    assert done.code == 0
    told = beside(workplace)
    assert told["scores"] == "engine"
    assert told["not_checked"] == []
    assert ("P-2", "S-1") not in pairs(workplace)  # completed already
    ranked = {(row["employee_id"], row["item_code"]): row["score"] for row in seats(workplace)}
    assert ranked
    assert all(float(score) > 0 for score in ranked.values())


def test_what_rank_wrote_can_be_given_out(allocate, selaras, offered, workplace):
    data = ("--data", offered, "--as-of", DAY)
    selaras("rank", *data, "--kind", "training", "--out", "ranked.csv")
    allocate(scores="ranked.csv", out="one.csv")
    allocate(scores=None, out="other.csv")
    assert pairs(workplace, "one.csv") == pairs(workplace, "other.csv")


def test_an_earlier_allocation_is_kept_where_little_is_lost(allocate, workplace):
    allocate({"max_courses": 1}, out="before.csv")
    (workplace / "scores.csv").write_text(
        SCORES.replace("P-2,K-2,2", "P-2,K-2,4.1"), encoding="utf-8"
    )
    allocate({"max_courses": 1}, out="anew.csv")
    allocate({"max_courses": 1}, "--since", "before.csv", out="kept.csv")
    assert pairs(workplace, "anew.csv") != pairs(workplace, "before.csv")
    assert pairs(workplace, "kept.csv") == pairs(workplace, "before.csv")
    assert beside(workplace, "kept.csv")["kept"] == 3


def test_vacant_posts_take_one_person_each_and_nobody_moves_twice(selaras, agency, workplace):
    (agency / "vacancies.csv").write_text(
        "vacancy_code,job_code,unit_code,closes_on\nV-1,J-2,U-1,2026-03-01\n"
        "V-2,J-2,U-1,2026-03-01\nV-OLD,J-1,U-1,2025-03-01\n",
        encoding="utf-8",
    )
    (workplace / "scores.csv").write_text(
        "employee_id,item_code,score\nP-1,J-2,3\nP-2,J-2,2\nP-3,J-2,1\n", encoding="utf-8"
    )
    arguments = ("--data", agency, "--kind", "vacancy", "--out", "v.csv", "--as-of", DAY)
    assert selaras("allocate", *arguments, "--scores", "scores.csv").code == 0
    rows = list(csv.DictReader((workplace / "v.csv").read_text().splitlines()))
    assert [row["employee_id"] for row in rows] == ["P-1", "P-2"]
    assert {row["vacancy_code"] for row in rows} == {"V-1", "V-2"}
    named = list(csv.DictReader((workplace / "v.csv.names.csv").read_text().splitlines()))
    for code in ("V-1", "V-2"):  # nobody is the only name
        own = [row for row in named if row["vacancy_code"] == code]
        assert [(row["rank"], row["employee_id"]) for row in own] == [
            ("1", "P-1"), ("2", "P-2"), ("3", "P-3"),
        ]  # fmt: skip
        assert sum(row["chosen"] == "1" for row in own) == 1


@pytest.fixture
def fill(selaras, agency, workplace):
    """Run the command for one vacancy and return what it wrote."""
    (agency / "vacancies.csv").write_text(
        "vacancy_code,job_code,unit_code,closes_on\nV-1,J-2,U-9,2026-03-01\n", encoding="utf-8"
    )
    (workplace / "scores.csv").write_text(
        "employee_id,item_code,score\nP-1,J-2,3\nP-2,J-2,2\nP-1,J-1,1.5\n", encoding="utf-8"
    )

    def run(wishes, *more):
        (workplace / "limits.json").write_text(json.dumps(wishes), encoding="utf-8")
        return selaras(
            "allocate", "--data", agency, "--kind", "vacancy", "--out", "v.csv", "--as-of", DAY,
            "--scores", "scores.csv", "--constraints", "limits.json", *more,
        )  # fmt: skip

    return run


def filled(workplace):
    return [(row["employee_id"], row["vacancy_code"]) for row in seats(workplace, "v.csv")]


def test_a_vacancy_is_supposed_and_how_many_leave_a_unit_limits_all_of_them(fill, workplace):
    posts = [{"job_code": "J-2"}, {"job_code": "J-1", "unit_code": "U-1", "vacancy_code": "X"}]
    done = fill({"posts": posts})
    # One of four may leave U-1: Budi for 2, so that Ani stays in the unit for 1.5.
    assert [who for who, _ in filled(workplace)] == ["P-1", "P-2"]
    assert filled(workplace)[0] == ("P-1", "X")
    assert "tetap lowong" in done.err
    told = beside(workplace, "v.csv")
    (left,) = told["unfilled"]
    assert left["code"] in ("BARU-1", "V-1")
    assert (left["elsewhere"], left["unit"], left["kept"]) == (2, 0, None)
    assert [one["code"] for one in told["sessions"] if one.get("supposed")] == ["BARU-1", "X"]
    fill({"posts": posts, "leaving": {"share": 100}})
    assert {code for _, code in filled(workplace)} == {"BARU-1", "V-1"}
    # A move within the unit leaves nobody behind.
    fill({"posts": posts, "leaving": {"max": 0}})
    assert filled(workplace) == [("P-1", "X")]


def test_the_engine_says_how_ready_each_named_person_is(agency, fill, selaras, workplace):
    fill({})  # a file of scores says nothing of rules or readiness
    rows = (workplace / "v.csv.names.csv").read_text().splitlines()
    assert rows[0].endswith("confirm,ready,ready_on")
    assert all(row.endswith(",,,") for row in rows[1:])
    data = ("--data", agency, "--as-of", DAY)
    done = selaras("allocate", *data, "--kind", "vacancy", "--out", "v.csv")
    assert done.code == 0
    named = seats(workplace, "v.csv.names.csv")
    assert named
    for row in named:
        assert row["confirm"] in ("0", "1")
        assert row["ready"] in ("now", "year", "two_years", "later", "unassessed")
        if row["ready"] == "now":
            assert row["ready_on"] == DAY


@pytest.mark.parametrize(
    ("wishes", "place"),
    [
        ({"posts": [{"job_code": "J-404"}]}, "posts.0.job_code"),
        ({"posts": [{"job_code": "J-1", "unit_code": "U-404"}]}, "posts.0.unit_code"),
        ({"posts": [{"job_code": "J-1", "vacancy_code": "V-1"}]}, "posts.0.vacancy_code"),
        ({"leaving": {"share": 0}}, "leaving.share"),
        ({"leaving": {"by": "sex"}}, "leaving.by"),
    ],
)
def test_what_cannot_be_supposed_or_limited_is_refused_with_its_place(fill, wishes, place):
    done = fill(wishes)
    assert done.code == 2
    assert place in done.err


def test_what_only_posts_know_is_refused_of_sessions(allocate):
    for wishes in ({"posts": [{"job_code": "J-1"}]}, {"leaving": {"max": 1}}, {"ready": 1}):
        done = allocate(wishes)
        assert done.code == 2
        assert next(iter(wishes)) in done.err


def test_vacancies_and_limits_of_units_come_in_from_a_workbook(fill, selaras, workplace):
    import openpyxl

    selaras("allocate", "--template", "limits.xlsx")
    book = openpyxl.load_workbook(workplace / "limits.xlsx")
    book["posts"].append([None, "J-1", "U-1", 1])
    for row in (("leaving_max", 0), ("leaving_by", "unit_code"), ("ready", 0.5)):
        book["limits"].append(row)
    book.save(workplace / "limits.xlsx")
    assert fill({}, "--constraints", "limits.xlsx").code == 0
    assert filled(workplace) == [("P-1", "BARU-1")]


def test_without_sessions_it_says_which_table_is_missing(selaras, agency):
    arguments = ("--data", agency, "--kind", "session", "--out", "a.csv", "--as-of", DAY)
    done = selaras("allocate", *arguments)
    assert done.code == 3
    assert "sessions" in done.err


def test_a_floor_is_told_with_who_gains_and_who_loses_by_it(allocate, workplace, monkeypatch):
    from recommender.fairness import floors

    allocate()
    assert beside(workplace)["floors"] is None
    asked = {"max_courses": 1, "quotas": [
        {"by": "employment", "value": "PPPK", "session": "S-1", "min": 1}]}  # fmt: skip
    (workplace / "scores.csv").write_text(SCORES + "P-3,K-1,0.5\n", encoding="utf-8")
    allocate(asked)
    told = beside(workplace)["floors"]
    assert told["objective"] == {"with": 7.5, "without": 11.5}
    # Three people in all: no group is told of by name.
    assert all(group["hidden"] for group in told["groups"]["employment"])
    whole = floors.Floors.of
    monkeypatch.setattr(
        floors.Floors, "of", classmethod(lambda cls, rules: replace(whole(rules), least=1))
    )
    done = allocate(asked)
    groups = {g["value"]: g for g in beside(workplace)["floors"]["groups"]["employment"]}
    assert groups["PPPK"]["seats"] == {"with": 1, "without": 1}
    assert groups["PPPK"]["gain"] == {"with": 0.5, "without": 2.5}
    assert "4.000 poin" in done.err


def test_limits_come_in_and_seats_go_out_as_workbooks(allocate, selaras, workplace):
    import openpyxl

    assert selaras("allocate", "--template", "limits.xlsx").code == 0
    book = openpyxl.load_workbook(workplace / "limits.xlsx")
    quota = {"by": "employment", "value": "PPPK", "session": "S-3", "max": 1}
    asked = {"max_courses": 1, "must": [["P-1", "S-1"]], "seats": {"S-3": 1}, "quotas": [quota]}
    assert book["limits"]["A2"].value == "max_courses"
    book["limits"]["B2"] = 1
    book["must"].append(["P-1", "S-1"])
    book["seats"].append(["S-3", 1])
    book["quotas"].append(["employment", "PPPK", "S-3", None, 1])
    book.save(workplace / "limits.xlsx")

    assert allocate(asked).code == 0
    assert allocate(None, "--constraints", "limits.xlsx", out="b.xlsx").code == 0
    found = openpyxl.load_workbook(workplace / "b.xlsx")
    assert found.sheetnames == ["seats", "sessions", "lost"]
    head, *rows = found["seats"].iter_rows(values_only=True)
    assert head == ("employee_id", "session_code", "item_code", "score", "cost")
    assert [(row[0], row[1]) for row in rows] == pairs(workplace)
    assert found["seats"]["A2"].data_type == "s"
    assert [row[0] for row in found["sessions"].iter_rows(min_row=2, values_only=True)] == [
        "S-1", "S-2", "S-3",
    ]  # fmt: skip
    assert {(r[0], r[1]): r[4] for r in found["lost"].iter_rows(min_row=2, values_only=True)} == (
        lost(workplace)
    )


@pytest.mark.parametrize(
    ("sheet", "row"), [("limits", ["max_course", 1]), ("seats", ["S-1", "banyak"]), ("lain", ["x"])]
)
def test_a_workbook_that_is_not_understood_names_the_sheet(
    allocate, selaras, workplace, sheet, row
):
    import openpyxl

    selaras("allocate", "--template", "limits.xlsx")
    book = openpyxl.load_workbook(workplace / "limits.xlsx")
    (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)).append(row)
    book.save(workplace / "limits.xlsx")
    done = allocate(None, "--constraints", "limits.xlsx")
    assert done.code == 2
    assert sheet in done.err
    (workplace / "limits.xlsx").write_bytes(b"PK")
    assert allocate(None, "--constraints", "limits.xlsx").code == 2


def test_whoever_had_less_in_the_years_before_gets_the_turn_and_its_cost_is_told(
    allocate, workplace
):
    (workplace / "scores.csv").write_text(
        "employee_id,item_code,score\nP-1,K-1,3\nP-2,K-1,4\n", encoding="utf-8"
    )
    allocate()
    assert pairs(workplace) == [("P-2", "S-1")]
    assert "turns" not in beside(workplace)
    assert "turn" not in seats(workplace)[0]
    # Budi had the only 24 JP since 2024: an equal share of four people is 6, he alone had it.
    allocate({"fair_years": 2, "fair_strength": 0.5})
    assert pairs(workplace) == [("P-2", "S-1")]  # 4 is more than 3 + 0.5
    done = allocate({"fair_years": 2, "fair_strength": 1.5})
    assert seats(workplace) == [{"employee_id": "P-1", "session_code": "S-1", "item_code": "K-1",
                                 "score": "3.000000", "cost": "0", "turn": "1.500000"}]  # fmt: skip
    told = beside(workplace)
    assert (told["objective"], told["bound"], told["worth"], told["score"]) == (4.5, 4.5, 3.0, 3.0)
    turns = told["turns"]
    assert {name: turns[name] for name in ("first_year", "last_year", "share_jp", "behind")} == {
        "first_year": 2024, "last_year": 2026, "share_jp": 6.0, "behind": 3,
    }  # fmt: skip
    assert (turns["points"], turns["cost"]) == (1.5, 1.0)
    assert turns["worth"] == {"with": 3.0, "without": 4.0}
    assert all(group["hidden"] for group in turns["groups"])  # four people in all
    assert "1.000 poin" in done.err
    # Looked back to one year, nobody had anything; by department, everybody is of the same one.
    for wishes in ({"fair_years": 1}, {"fair_years": 2, "fair_by": "department"}):
        allocate({**wishes, "fair_strength": 1.5})
        assert pairs(workplace) == [("P-2", "S-1")]


def test_without_a_number_a_turn_counts_half_of_a_usual_seat(allocate, workplace, offered):
    allocate({"fair_years": 3})
    assert beside(workplace)["turns"]["strength"] == 0.5 * 2.75  # of 1, 2, 2.5, 3, 4, 5
    allocate({"fair_years": 3}, out="b.xlsx")
    (offered / "training_history.csv").unlink()
    done = allocate({"fair_years": 3})
    assert beside(workplace)["turns"]["history_known"] is False
    assert "training_history" in done.err


def test_groups_are_departments_tiers_and_families_too(allocate, workplace, offered):
    (offered / "units.csv").write_text(
        "unit_code,name,kind,parent_code\nPD-1,Dinas Rekaan,PD,\nU-1,Seksi Rekayasa,,PD-1\n",
        encoding="utf-8",
    )
    for by, value in (("department", "PD-1"), ("family", "Lalu Lintas"),
                      ("tier", "jf_ahli_pertama")):  # fmt: skip
        allocate({"quotas": [{"by": by, "value": value, "max": 1}]})
        assert len(pairs(workplace)) == 1, by
    done = allocate({"quotas": [{"by": "agama", "value": "x", "max": 1}]})
    assert done.code == 2
    assert "quotas.0.by" in done.err
    assert "department" in done.err


NEW = {"training_code": "K-1", "seats": 1, "starts_on": "2026-05-04", "ends_on": "2026-05-05"}


def test_a_session_that_is_not_there_is_supposed_and_never_written(allocate, workplace, offered):
    before = (offered / "sessions.csv").read_bytes()
    assert allocate({"open": [NEW]}).code == 0
    # Ani's 3 for K-1 had no room beside Budi's 4; nothing else moves.
    assert pairs(workplace) == [
        ("P-1", "BARU-1"), ("P-1", "S-2"), ("P-1", "S-3"), ("P-2", "S-1"), ("P-3", "S-3"),
    ]  # fmt: skip
    told = beside(workplace)
    assert told["objective"] == told["bound"] == 15.5
    supposed = [one["code"] for one in told["sessions"] if one.get("supposed")]
    assert supposed == ["BARU-1"]
    assert (offered / "sessions.csv").read_bytes() == before
    allocate({"open": [{**NEW, "cost": 700}], "money": 600})
    assert ("P-1", "BARU-1") not in pairs(workplace)
    assert lost(workplace)["P-1", "BARU-1"] == "budget"
    allocate({"open": [{**NEW, "session_code": "X", "min_seats": 1}], "must": [["P-3", "X"]]})
    assert ("P-3", "X") in pairs(workplace)


def test_a_session_is_supposed_from_a_workbook_as_well(allocate, selaras, workplace):
    import openpyxl

    selaras("allocate", "--template", "limits.xlsx")
    book = openpyxl.load_workbook(workplace / "limits.xlsx")
    book["open"].append([None, "K-1", 1, "2026-05-04", "2026-05-05"])
    book["limits"].append(["fair_years", 2])
    book["limits"].append(["fair_by", "department"])
    book.save(workplace / "limits.xlsx")
    assert allocate(None, "--constraints", "limits.xlsx").code == 0
    assert ("P-1", "BARU-1") in pairs(workplace)
    assert beside(workplace)["turns"]["by"] == "department"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"training_code": "K-404"}, "open.0.training_code"),
        ({"session_code": "S-OLD"}, "open.0.session_code"),
        ({"starts_on": "2026-01-05"}, "open.0.starts_on"),
        ({"ends_on": "2026-05-03"}, "open.0"),
        ({"seats": 0}, "open.0.seats"),
    ],
)
def test_a_session_that_cannot_be_supposed_is_refused_with_its_place(allocate, change, place):
    done = allocate({"open": [{**NEW, **change}]})
    assert done.code == 2
    assert place in done.err


def test_an_earlier_allocation_may_be_the_workbook_that_was_written(allocate, workplace):
    import openpyxl

    allocate({"max_courses": 1}, out="before.xlsx")
    allocate({"max_courses": 1}, out="before.csv")
    (workplace / "scores.csv").write_text(
        SCORES.replace("P-2,K-2,2", "P-2,K-2,4.1"), encoding="utf-8"
    )
    for name in ("before.xlsx", "before.csv"):
        allocate({"max_courses": 1}, "--since", name, out="kept.csv")
        assert beside(workplace, "kept.csv")["kept"] == 3, name
        assert pairs(workplace, "kept.csv") == pairs(workplace, "before.csv")
    openpyxl.Workbook().save(workplace / "other.xlsx")
    done = allocate(None, "--since", "other.xlsx")
    assert done.code == 2
    assert "seats" in done.err
    (workplace / "other.xlsx").write_bytes(b"PK")
    assert allocate(None, "--since", "other.xlsx").code == 2
