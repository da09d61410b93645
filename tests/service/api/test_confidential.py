"""Discipline stays with its office and with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recommender.results import Check, Effect, Item, Term, Way
from service.confidential import without_confidential, without_discipline
from training_data.messages import Text, text


def words(sentence: str) -> Text:
    return Text(sentence, f"{sentence} (en)")


PATH = "/api/v1/employees/A-1/excluded?kind=role"


@pytest.mark.parametrize("who", ["unit", "agency"])
def test_others_read_only_that_something_needs_confirmation(service, who):
    answer = service.client.get(PATH, headers=service.as_(who))
    item = answer.json()["items"][0]
    open_check, hidden = item["checks"]
    assert open_check["rule"] == "masa_jabatan"
    assert hidden["rule"] == "konfirmasi_bkd"
    assert (hidden["facts"], hidden["way"], hidden["article"]) == ({}, None, "")
    assert hidden["outcome"] == "perlu_verifikasi"
    assert item["reasons"] == [hidden["text"]]
    assert "disiplin" not in answer.text.lower()
    assert "94/2021" not in answer.text


@pytest.mark.parametrize("who", ["self", "discipline"])
def test_the_person_and_the_discipline_office_read_the_facts(service, who):
    item = service.client.get(PATH, headers=service.as_(who)).json()["items"][0]
    assert item["checks"][1]["facts"] == {"until": "2027-05-01"}


@pytest.mark.parametrize(("who", "told"), [("leader", False), ("leader_stated", True)])
def test_who_does_not_read_the_verdict_reads_no_word_of_it(service, who, told):
    item = service.client.get(PATH, headers=service.as_(who)).json()["items"][0]
    rules = [check["rule"] for check in item["checks"]]
    assert rules == (["masa_jabatan", "disiplin"] if told else ["masa_jabatan"])
    assert len(item["reasons"]) == told


@pytest.mark.parametrize(
    ("who", "told"), [("self", True), ("agency", True), ("supervisor", False), ("pk", False)]
)
def test_who_does_not_read_posts_learns_nothing_of_the_next_one(service, who, told):
    onward = Term("gap_next", 1, "M.1", words("Menyiapkan Anda untuk Kepala Contoh."))
    for held in service.store.engine.held, service.store.stored:
        first = held["P-01"]
        held["P-01"] = replace(
            first,
            micro=first.micro + 1,
            terms=(*first.terms[:1], onward, *first.terms[1:]),
            reasons=(onward.text,),
        )
    headers = service.as_(who)
    for part in ("trainings", "gaps", "figures"):
        answer = service.client.get(f"/api/v1/employees/A-1/{part}", headers=headers)
        assert answer.status_code == 200
        named = "Kepala Contoh" in answer.text or "Jenjang tertinggi" in answer.text
        assert named == (told and part != "figures")
    figure = answer.json()["jpm_next"]
    assert (figure["value"] is not None) == told


@pytest.mark.parametrize(
    ("who", "told"),
    [("self", True), ("agency", True), ("career", True), ("pk", False), ("supervisor", False)],
)
def test_a_plan_tells_that_bkd_has_to_confirm_to_those_who_read_the_verdict(service, who, told):
    secret = text("plan.note.confidential")
    for address in ("/api/v1/employees/A-1/plan", "/pegawai/A-1/rencana", "/pegawai/A-1"):
        answer = service.client.get(
            address, headers={**service.as_(who), "accept": "text/html, application/json"}
        )
        if who == "self" and answer.status_code == 404:  # the person has a page of their own
            continue
        whole = address != "/pegawai/A-1"  # there the plan stands in short, without notes
        assert ("Perlu verifikasi." in answer.text) == whole
        assert (secret.id in answer.text) == (told and whole), (who, address)


def test_a_row_and_a_gap_stand_as_the_rules_leave_them_that_may_be_spoken_of(service):
    plan, secret = service.store.engine.plan("E"), text("plan.note.confidential")
    plan = replace(
        plan,
        rows=tuple(replace(row, notes=(secret,), openly="lolos") for row in plan.rows),
        remaining=tuple(replace(one, code="rule", text=secret) for one in plan.remaining),
        notes=(secret,),
    )
    silent = plan.without_verdict()
    assert [row.eligibility for row in plan.rows] == ["perlu_verifikasi"]
    assert [row.eligibility for row in silent.rows] == ["lolos"]
    assert secret not in (*silent.rows[0].notes, *silent.notes, *(r.text for r in silent.remaining))
    assert "openly" not in plan.rows[0].as_json()


@pytest.mark.parametrize("open_", ["lolos", "perlu_verifikasi", "tidak_lolos"])
@pytest.mark.parametrize("hidden", ["lolos", "perlu_verifikasi", "tidak_lolos"])
def test_an_item_without_the_verdict_is_as_if_there_were_no_such_rule(open_, hidden):
    said = Text("Isi.", "Text.")
    spoken = Check("a.rule", "PP", "", "R", open_, {}, said)
    secret = Check("role.discipline", "PP 94/2021", "", "R", hidden, {}, said, confidential=True)
    order = ["lolos", "perlu_verifikasi", "tidak_lolos"]
    worst = max(open_, hidden, key=order.index)
    item = Item("J", "J", "role", None, 0, (), (), worst, (spoken, secret), Effect())
    shown = without_discipline(item)
    assert shown.checks == (spoken,)
    assert shown.eligibility == open_


@pytest.mark.parametrize(("who", "count"), [("agency", 1), ("leader", 0), ("leader_stated", 1)])
def test_what_only_a_hidden_rule_closes_is_not_listed_for_who_reads_no_verdict(service, who, count):
    held = service.store.engine.held
    held["J-3"] = replace(held["J-3"], checks=held["J-3"].checks[1:])
    answer = service.client.get(PATH, headers=service.as_(who))
    assert len(answer.json()["items"]) == count


def test_what_one_may_read_is_never_answered_from_what_another_read(service):
    service.client.get(PATH, headers=service.as_("discipline"))
    answer = service.client.get(PATH, headers=service.as_("agency"))
    assert "disiplin" not in answer.text.lower()


def test_a_post_closed_for_a_hidden_reason_is_not_listed_with_a_date(service):
    path = "/api/v1/employees/A-1/roles?readiness=later"
    as_hr = service.client.get(path, headers=service.as_("unit")).json()["items"]
    own = service.client.get(path, headers=service.as_("self")).json()["items"]
    assert [item["item_code"] for item in as_hr] == ["J-2"]
    assert [item["item_code"] for item in own] == ["J-2", "J-3"]


@pytest.mark.parametrize("outcome", ["tidak_lolos", "lolos"])
def test_the_way_of_a_whole_item_tells_no_date_of_what_is_hidden(outcome):
    said = Text("Sampai 1 Mei 2027.", "Until 1 May 2027.")
    check = Check("role.discipline", "PP 94/2021", "", "R", outcome, {}, said, confidential=True)
    way = Way((said,), date(2027, 5, 1))
    item = Item("J", "J", "role", None, 0, (), (), "tidak_lolos", (check,), Effect(), way=way)
    shown = without_confidential(item)
    hidden = outcome != "lolos"
    assert shown.way == (None if hidden else way)
    assert shown.closed == (text("api.confidential") if hidden else None)
    reason = without_confidential(replace(item, way=None, closed=said))
    assert reason.closed == (text("api.confidential") if hidden else said)
