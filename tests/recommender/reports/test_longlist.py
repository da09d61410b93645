"""The long list of filled vacancies: by seniority, for its reader, with room for the panel."""

from datetime import date

import pytest

from recommender.reports.longlist import long_list
from recommender.reports.named import CHOICE, REASON, REF, VACANCY, Listed, Vacant
from recommender.reports.panel import Panel
from recommender.reports.sight import EVERYTHING, Sight
from training_data.messages import text


@pytest.fixture
def vacant(engine):
    people = tuple(
        Listed(employee, f"ref-{number}", chosen=number == 0, elsewhere=number == 1,
               confirm=number == 2, ready="year", ready_on=date(2027, 3, 1))
        for number, employee in enumerate(engine.employee_ids[:6])
    )  # fmt: skip
    return (
        Vacant("V-1", "J-1", "Kepala Seksi", people),
        Vacant("V-2", "J-2", "Kepala Bidang", people[:2]),
    )


def cells(table, column):
    heads = [one.head for one in table.columns]
    return [row[heads.index(column)] for row in table.rows]


def test_every_vacancy_has_a_confidential_sheet_by_seniority_and_never_a_score(engine, vacant):
    report = long_list(engine, vacant, EVERYTHING)
    assert [sheet.name.id for sheet in report.sheets] == ["V-1", "V-2"]
    assert all(sheet.secret for sheet in report.sheets)
    table = report.sheets[0].tables()[0]
    refs = {one.ref: one.employee_id for one in vacant[0].people}
    order = [refs[ref] for ref in cells(table, REF.head)]
    panel, rows = Panel(engine, EVERYTHING), engine.snapshot.people.index.rows
    assert order == sorted(order, key=lambda one: panel.seniority(rows[one]))
    assert set(cells(table, VACANCY.head)) == {"V-1"}
    assert set(cells(table, CHOICE.head)) == set(cells(table, REASON.head)) == {None}
    assert all(isinstance(one, str) for one in cells(table, text("report.col.nip")))
    assert text("report.note.few", least=3) in report.sheets[1].tables()[0].notes


def test_what_is_not_for_the_reader_has_no_column(engine, vacant):
    own = {"levels": "readiness", "performance": "ratings", "talent": "box",
           "service_left": "retirement"}  # fmt: skip
    whole = {c.head for c in long_list(engine, vacant, EVERYTHING).sheets[0].tables()[0].columns}
    for name, head in own.items():
        assert text(f"report.col.{head}") in whole
        table = long_list(engine, vacant, Sight.of(())).sheets[0].tables()[0]
        assert text(f"report.col.{head}") not in {c.head for c in table.columns}
        table = long_list(engine, vacant, Sight.of((name,))).sheets[0].tables()[0]
        heads = {c.head for c in table.columns}
        assert {text(f"report.col.{other}") for other in own.values()} & heads == {
            text(f"report.col.{head}")
        }


def test_who_left_since_is_not_on_the_list(engine, vacant):
    gone = Listed("nobody", "ref-x", chosen=False, elsewhere=False, confirm=False)
    (sheet,) = long_list(engine, [Vacant("V-1", "J-1", "Kepala Seksi", (gone,))], EVERYTHING).sheets
    assert sheet.tables()[0].rows == ()
