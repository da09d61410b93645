"""The gap map over HTTP: a unit with its parts, groups only, nobody outside the viewer's rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.answers import Act

PATH = "/api/v1/gap-map"


def shown(service, viewer="agency", query=""):
    answer = service.client.get(f"{PATH}{query}", headers=service.as_(viewer))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_agency_is_told_by_its_departments(service):
    body = shown(service)
    assert body["unit"] == {"code": "", "name": None}
    assert body["above"] == []
    assert [row["code"] for row in body["rows"]] == ["OTHER", "PD"]
    assert [skill["competency_code"] for skill in body["competencies"]] == ["T.1", "M.1"]
    (department,) = (row for row in body["rows"] if row["code"] == "PD")
    assert department["cells"] == [
        {
            "competency_code": "M.1",
            "hidden": False,
            "people": 40,
            "known": 30,
            "unknown": 10,
            "below": 6,
            "share": 0.2,
            "deficit": 0.5,
        }
    ]
    assert department["hours"]["unknown"] == 0
    assert (body["least_people"], body["jp_target"], body["generation"]) == (5, 20.0, 7)
    assert [moment["generation"] for moment in body["trend"]] == [6, 7]


def test_those_below_who_are_too_few_have_no_mean(service):
    (row,) = (row for row in shown(service)["rows"] if row["code"] == "OTHER")
    (cell,) = (cell for cell in row["cells"] if cell["competency_code"] == "M.1")
    assert (cell["below"], cell["share"], cell["deficit"]) == (4, 0.4, None)


def test_a_unit_is_told_by_its_sections_and_its_own_people(service):
    body = shown(service, query="?unit=PD")
    assert body["unit"] == {"code": "PD", "name": "Unit PD"}
    assert [(row["part"], row["code"]) for row in body["rows"]] == [("unit", "SUB"), ("own", "PD")]
    for row in body["rows"]:
        assert row["cells"][0]["hidden"]
        assert set(row["cells"][0].values()) == {"M.1", True, None}
    assert body["rows"][1]["hours"]["people"] is None


def test_an_office_of_a_unit_begins_at_it_and_does_not_see_what_is_above(service):
    body = shown(service, "unit")
    assert (body["unit"]["code"], body["above"]) == ("PD", [])
    body = shown(service, "supervisor", "?unit=SUB")
    assert (body["unit"]["code"], [one["code"] for one in body["above"]]) == ("SUB", ["PD"])


@pytest.mark.parametrize(
    ("viewer", "unit"),
    [("unit", "OTHER"), ("agency", "NOWHERE"), ("supervisor", "NOWHERE"), ("panel", "SUB")],
)
def test_a_unit_out_of_sight_is_one_that_does_not_exist(service, viewer, unit):
    answer = service.client.get(f"{PATH}?unit={unit}", headers=service.as_(viewer))
    missing = service.client.get(f"{PATH}?unit=NOTHING", headers=service.as_(viewer))
    assert answer.status_code == 404
    assert answer.content == missing.content


def test_a_group_of_competencies_and_how_many_are_chosen(service):
    body = shown(service, query="?group=M")
    assert [skill["competency_code"] for skill in body["competencies"]] == ["M.1"]
    body = shown(service, query="?k=1")
    assert [skill["competency_code"] for skill in body["competencies"]] == ["T.1"]
    assert body["competencies_in_all"] == 2
    assert all(len(row["cells"]) <= 1 for row in [*body["rows"], body["total"]])


def test_a_part_of_the_people_may_be_asked_for(service):
    body = shown(service, query="?slice=managerial")
    assert body["slice"] == "managerial"
    assert all(cell["hidden"] for row in body["rows"] for cell in row["cells"])


@pytest.mark.parametrize("query", ["?group=X", "?slice=nobody", "?k=0", "?k=51"])
def test_what_is_no_choice_is_refused(service, query):
    answer = service.client.get(f"{PATH}{query}", headers=service.as_("agency"))
    assert answer.status_code == 422


def test_a_generation_without_figures_of_units_has_no_map(make_service):
    service = make_service(surveys=None)
    assert service.client.get(PATH, headers=service.as_("agency")).status_code == 404


def test_no_answer_names_anybody(service, nip):
    body = service.client.get(PATH, headers=service.as_("agency")).text
    assert "Contoh" not in body
    assert nip not in body


def answer_of(number, person, action, reason=None, *, hours=48, kind="training", item="P-01"):
    at = datetime.now(UTC) - timedelta(hours=hours)
    return Act(number, person, kind, item, action, reason, None, at)


@pytest.fixture
def answering(service, nip):
    """Everybody answered before today, and all five are one unit's who are told together."""
    people = ["A-1", "A-2", "A-3", nip, "B-1"]
    service.store.acts = [
        answer_of(at, one, "declined" if at == 2 else "accepted", "jadwal" if at == 2 else None)
        for at, one in enumerate(people, start=1)
    ]
    return service


def test_answers_are_counted_and_small_units_hidden(answering):
    body = shown(answering)
    assert body["total"]["answers"]["hidden"] is False
    told = {k: body["total"]["answers"][k] for k in ("people", "accepted", "declined")}
    assert told == {"people": 5, "accepted": 4, "declined": 1}
    # Four are willing: too few for their hours and money; one gave a reason.
    assert body["total"]["answers"]["jp"] is body["total"]["answers"]["reasons"] is None
    for row in body["rows"]:
        assert row["answers"] == dict.fromkeys(row["answers"]) | {"hidden": True}


def test_an_answer_of_today_and_one_about_a_post_are_not_counted(answering):
    answering.store.acts += [
        answer_of(6, "A-2", "accepted", hours=0),
        answer_of(7, "A-2", "postponed", kind="role", item="J-1"),
    ]
    told = shown(answering)["total"]["answers"]
    assert (told["accepted"], told["postponed"], told["declined"]) == (4, 0, 1)


def test_hours_and_money_of_what_people_are_willing_to_take(answering):
    answering.store.acts.append(answer_of(6, "A-2", "accepted"))
    told = shown(answering)["total"]["answers"]
    assert (told["jp"], told["cost"], told["no_cost"]) == (120.0, 5_000_000, 0)


@pytest.mark.parametrize(
    ("viewer", "reads"),
    [("agency", True), ("bpsdm", True), ("leader", False), ("career", False), ("auditor", False),
     ("auditor_stated", True)],
)  # fmt: skip
def test_reasons_by_category_are_for_those_who_may_know_them(answering, viewer, reads):
    answering.store.acts = [
        answer_of(at, one.employee_id, "declined", "jadwal")
        for at, one in enumerate(answering.store.acts, start=1)
    ]
    told = shown(answering, viewer)["total"]["answers"]["reasons"]
    assert (told is not None) == reads
    if reads:
        assert told["jadwal"] == 5
