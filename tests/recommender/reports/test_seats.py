"""The signed list of a proposal: a sheet per department, with why each seat is proposed."""

from __future__ import annotations

import pytest

from recommender.reports.records import Recorder
from recommender.reports.seats import Given, SeatLists
from recommender.reports.sight import Sight
from recommender.reports.tables import Signer
from training_data.messages import text

WHY = 8
"""Place of the reasons in a row, after the number."""


@pytest.fixture(scope="module")
def seats(engine):
    """The best suggestion of some people, in no session that is recorded."""
    found = [(e, engine.recommend(e, "training", 1)) for e in engine.employee_ids[:20]]
    return [Given(e, "S-1", items[0].item_code, 500_000) for e, items in found if items]


def listed(engine, recorder, catalogue, seats):
    lists = SeatLists(engine, recorder, catalogue, seats, 7)
    return lists, lists.sheets(lambda unit: Signer(f"Kepala {unit}"))


def test_every_seat_stands_once_on_its_departments_sheet(engine, recorder, catalogue, seats):
    lists, sheets = listed(engine, recorder, catalogue, seats)
    assert lists.people == len(seats)
    assert sum(len(sheet.tables()[0].rows) for sheet in sheets) == len(seats)
    assert len({sheet.name for sheet in sheets}) == len(sheets)
    for sheet in sheets:
        assert sheet.numbered
        assert len(sheet.signers) == 2
        assert not sheet.secret
        assert sheet.tables()[0].total("cost") == 500_000 * len(sheet.tables()[0].rows)


def test_beside_each_name_stands_why_in_words_of_a_third_person(engine, recorder, catalogue, seats):
    _, sheets = listed(engine, recorder, catalogue, seats)
    reasons = [row[WHY] for sheet in sheets for row in sheet.tables()[0].rows]
    assert all(reason.id and "Anda" not in reason.id for reason in reasons)
    assert any("standar jabatan" in reason.id for reason in reasons)


def test_who_may_read_no_levels_and_no_next_post_finds_none(engine, catalogue, seats):
    _, sheets = listed(engine, Recorder(engine, Sight.of(())), catalogue, seats)
    reasons = [row[WHY].id for sheet in sheets for row in sheet.tables()[0].rows]
    assert not any("level" in reason or "jabatan tujuan" in reason for reason in reasons)


def test_people_who_left_are_left_out_and_nobody_is_said_to_be_nobody(engine, recorder, catalogue):
    lists, sheets = listed(engine, recorder, catalogue, [Given("X-404", "S-1", "P-1", 1)])
    assert lists.people == 0
    assert text("report.note.nobody") in sheets[0].tables()[0].notes
