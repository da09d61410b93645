"""Totals of units and of the agency are the sums over the plans and sheets of the persons."""

from hypothesis import given
from hypothesis import strategies as st

from recommender.reports import akpk
from recommender.reports.hcdp import Hcdp, Scope
from recommender.reports.tally import Gap, count
from training_data.messages import text

HEADS = ("participants", "jp_total", "cost_total")


def sums(plans):
    """Participants, hours and rupiah, straight from plans."""
    plans = list(plans)
    return (
        sum(len(p.rows) for p in plans),
        round(sum(p.totals.jp for p in plans), 3),
        sum(p.totals.cost for p in plans),
    )


def totals(table):
    return tuple(round(table.total(head), 3) for head in HEADS)


def gaps_of(records):
    """Per competency how many people have a known gap, straight from the persons."""
    found = {}
    for record in records:
        for need in record.needs:
            if need.gap is not None:
                found[need.competency_code] = found.get(need.competency_code, 0) + 1
    return found


@given(data=st.data())
def test_every_group_of_people_adds_up_to_its_plans(data, records, recorder, catalogue):
    chosen = data.draw(st.lists(st.sampled_from(records), unique_by=id, max_size=40))
    tally = count(chosen, recorder.offices)
    wanted = sums(record.plan for record in chosen)
    recap = akpk.recap(tally, catalogue, recorder.offices)
    if chosen:
        assert totals(recap) == wanted
        assert totals(akpk.by_unit(tally, catalogue, recorder.offices, None)) == wanted
    assert {c: g.people for c, g in tally.by_competency().items() if g.people} == gaps_of(chosen)
    rows = [akpk.plan_row(r, row, recorder.offices) for r in chosen for row in r.plan.rows]
    named = akpk.plans(rows)
    assert (len(named.rows), round(named.total("jp"), 3), named.total("cost")) == wanted


@given(cut=st.integers(0, 90))
def test_two_parts_of_the_people_add_up_to_all(cut, records, recorder):
    whole = count(records, recorder.offices)
    first, second = (count(part, recorder.offices) for part in (records[:cut], records[cut:]))
    assert first.amount + second.amount == whole.amount
    assert first.aim + second.aim == whole.aim
    for code, gap in whole.by_competency().items():
        parts = (part.by_competency().get(code, Gap()) for part in (first, second))
        assert sum(parts, Gap()) == gap


def test_the_agency_is_the_sum_of_its_units(records, recorder, catalogue):
    offices = recorder.offices
    whole = count(records, offices)
    groups = {offices.pd_of(r.holder.unit_code) for r in records}
    units = [
        count([r for r in records if offices.pd_of(r.holder.unit_code) == g], offices)
        for g in groups
    ]
    parts = [totals(akpk.recap(u, catalogue, offices)) for u in units if u.programmes]
    agency = totals(akpk.recap(whole, catalogue, offices))
    assert agency == tuple(round(sum(column), 3) for column in zip(*parts, strict=True))
    for unit, group in zip(units, groups, strict=True):
        assert whole.of_group(group) == unit


def test_gaps_of_the_individual_sheet_are_those_the_plan_counts(records):
    for record in records:
        now = [n for n in record.needs if n.post == "now" and n.gap is not None]
        assert len(now) == record.plan.totals.gaps_now[0]


def test_a_competency_stands_once_per_person(records):
    for record in records:
        codes = [need.competency_code for need in record.needs]
        assert len(codes) == len(set(codes))


def test_a_course_that_answers_two_needs_is_counted_under_one(records):
    several = [
        (record, row)
        for record in records
        for row in record.plan.rows
        if sum(row in need.rows for need in record.needs) > 1
    ]
    assert several
    for record, row in several:
        assert record.served(row) is not None


def test_the_individual_sheet_names_every_planned_course(records):
    for record in records:
        said = " ".join(
            cell.id for row in akpk.need_rows(record) for cell in row if hasattr(cell, "id")
        )
        assert all(row.title in said for row in record.plan.rows)


def test_all_sheets_of_hcdp_add_up_to_the_same_plans(engine, recorder, catalogue, records):
    scope = Scope(None, 2027, engine.employee_ids)
    plan = Hcdp(engine, recorder, catalogue, scope, count(records, recorder.offices))
    people, jp, cost = sums(record.plan for record in records)
    for table in (plan.programmes(), plan.quarters()):
        assert totals(table) == (people, jp, cost)
    assert plan.ceilings().total("cost_total") == cost
    assert plan.people().total("people") == len(records)
    assert plan.gaps().total("people_with_gap") == sum(gaps_of(records).values())
    retiring = plan.retirements()
    assert retiring.total("people") == len(records)


def test_groups_of_people_cover_everybody_once(engine, recorder, catalogue, records):
    scope = Scope(None, 2027, engine.employee_ids)
    table = Hcdp(engine, recorder, catalogue, scope, count(records, recorder.offices)).people()
    for codes in (
        [f"employment.{e}" for e in ("PNS", "CPNS", "PPPK", "PPPK_PW", "none")],
        [f"post.{p}" for p in ("leading", "functional", "executive", "none")],
        [f"schooling.{s}" for s in ("school", "diploma", "bachelor", "master", "doctor", "none")],
    ):
        assert sum(table.total(code) for code in codes) == len(records)


def test_what_is_not_known_is_said_and_never_zero(records):
    unknown = text("report.unknown.assessed")
    seen = 0
    for record in records:
        seen += sum(need.level is None for need in record.needs)
        levels = [row[4] for row in akpk.need_rows(record)]
        assert levels.count(unknown) == sum(n.level is None for n in record.needs)
        assert all(n.gap is None for n in record.needs if n.level is None)
    assert seen
