"""Documents for readers who may not know everything of a person."""

from dataclasses import replace

import pytest

from recommender.reports import akpk, rpi
from recommender.reports.panel import Panel, beside
from recommender.reports.records import Recorder
from recommender.reports.sight import EVERYTHING, Sight
from training_data.messages import text


@pytest.fixture(scope="module")
def blind(engine, plans):
    recorder = Recorder(engine, Sight.of(("levels",)))
    return [recorder.record(employee, plan) for employee, plan in plans.items()]


def test_the_names_of_a_sight_give_it_back():
    assert Sight.of(EVERYTHING.names) == EVERYTHING
    assert Sight.of(()).names == ()


def test_who_learns_no_next_post_finds_it_nowhere(blind, records, recorder):
    assert any(need.post == "next" for record in records for need in record.needs)
    for record, whole in zip(blind, records, strict=True):
        assert all(need.post == "now" for need in record.needs)
        labels = [label for label, _ in rpi.sheet(record, recorder.offices, None).blocks[0].rows]
        assert text("report.rpi.next") not in labels
        assert text("report.rpi.next") in [
            label for label, _ in rpi.sheet(whole, recorder.offices, None).blocks[0].rows
        ]


def test_who_reads_no_ratings_is_told_so_and_nothing_follows_from_them(blind, records):
    hidden = text("report.hidden")
    for record in blind:
        assert {row[6] for row in akpk.need_rows(record)} == {hidden}
        assert text("report.need.talk") not in [row[8] for row in akpk.need_rows(record)]
    assert any(record.performance for record in records)


def test_who_reads_no_verdict_is_not_even_told_that_something_has_to_be_confirmed(engine, plans):
    secret = text("plan.note.confidential")
    employee, plan = next((e, p) for e, p in plans.items() if p.rows and p.remaining)
    marked = replace(
        plan,
        rows=tuple(replace(row, notes=(secret,)) for row in plan.rows),
        remaining=tuple(replace(one, text=secret, code="rule") for one in plan.remaining),
    )
    shown = Recorder(engine, Sight.of(("levels", "next_post"))).record(employee, marked)
    assert secret.id not in str(akpk.need_rows(shown)) + str(shown.plan)
    assert secret.id in str(Recorder(engine).record(employee, marked).plan)


def test_hours_and_rupiah_are_the_same_for_every_reader(blind, records):
    for record, whole in zip(blind, records, strict=True):
        assert record.plan.totals.jp == whole.plan.totals.jp
        assert record.plan.totals.cost == whole.plan.totals.cost


def test_beside_a_candidate_stands_what_the_reader_may_know_and_nothing_else(engine):
    people = [*engine.employee_ids[:3], "nobody"]
    whole, panel = beside(engine, people, EVERYTHING), Panel(engine, EVERYTHING)
    assert list(whole) == people[:3]
    for row, one in enumerate(whole.values()):
        assert (one.ratings, one.box) == (panel.ratings(row), panel.box(row))
        assert one.retirement == panel.retirement(row)
    for name, field in (("performance", "ratings"), ("talent", "box"),
                        ("service_left", "retirement")):  # fmt: skip
        for employee, one in beside(engine, people, Sight.of((name,))).items():
            shown = {f: v for f, v in vars(one).items() if v is not None}
            assert shown == {field: getattr(whole[employee], field)}
