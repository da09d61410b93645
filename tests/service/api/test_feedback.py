"""A person answers a suggestion: the list leaves it out, says so, and fills up from the spare."""

from __future__ import annotations

import pytest

from service.auth import Scope, Viewer

PATH = "/api/v1/feedback"
PLAIN = "/api/v1/employees/A-1/trainings"
LIST = f"{PLAIN}?k=100"


def say(service, code, action="accepted", viewer="self", kind="training", **more):
    body = {"employee": "A-1", "kind": kind, "item_code": code, "action": action}
    key = more.pop("key", None)
    headers = {**service.as_(viewer), **({"Idempotency-Key": key} if key else {})}
    return service.client.post(PATH, json={**body, **more}, headers=headers)


def codes(service, viewer="self", path=LIST):
    body = service.client.get(path, headers=service.as_(viewer)).json()
    return [item["item_code"] for item in body["items"]], body["overlay"]


def test_what_was_answered_leaves_the_list_at_once_and_the_list_says_so(service):
    before, none = codes(service)
    assert none is None
    answer = say(service, before[1], "declined", reason_code="jadwal", comment="Bulan depan cuti")
    assert answer.status_code == 200
    after, overlay = codes(service)
    assert after == [before[0], *before[2:]]
    (told,) = overlay["answered"]
    assert (told["item_code"], told["action"]) == (before[1], "declined")
    assert (told["reason_code"], told["comment"]) == ("jadwal", "Bulan depan cuti")


def test_ranks_and_scores_stay_those_that_were_published(service):
    before = service.client.get(LIST, headers=service.as_("self")).json()["items"]
    say(service, before[0]["item_code"])
    after = service.client.get(LIST, headers=service.as_("self")).json()["items"]
    assert after == before[1:]


def test_spare_items_fill_the_list_and_are_not_shown_before(service):
    service.store.length = 8
    service.store.number = 8
    before, _ = codes(service)
    assert len(before) == 8
    say(service, before[2])
    after, _ = codes(service)
    assert len(after) == 8
    assert after[:7] == [*before[:2], *before[3:]]
    assert after[7] not in before


def test_following_the_pages_leaves_out_what_was_answered(service):
    first = service.client.get(f"{PLAIN}?k=4", headers=service.as_("self")).json()
    say(service, first["items"][0]["item_code"])
    found, cursor = [], ""
    while cursor is not None:
        path = f"{PLAIN}?k=4" + (f"&cursor={cursor}" if cursor else "")
        body = service.client.get(path, headers=service.as_("self")).json()
        found += [item["item_code"] for item in body["items"]]
        cursor = body["next_cursor"]
    assert found == codes(service)[0]
    assert len(found) == 10


def test_a_later_answer_takes_the_place_of_the_earlier_one(service):
    (first, *_), _ = codes(service)
    say(service, first, "postponed")
    say(service, first, "accepted")
    assert [one["action"] for one in codes(service)[1]["answered"]] == ["accepted"]


def test_the_same_answer_sent_again_is_stored_once(service):
    (first, *_), _ = codes(service)
    one, again = (say(service, first, key="k-1").json() for _ in range(2))
    assert one == again
    assert len(service.store.acts) == 1


def test_nobody_reaches_another_persons_answer_by_their_key(service):
    say(service, "P-01", key="k-1")
    service.credentials.tokens["other"] = Viewer("employee", Scope("self", "A-2"))
    body = {"employee": "A-2", "kind": "training", "item_code": "P-02", "action": "accepted"}
    headers = {"Authorization": "Bearer other", "Idempotency-Key": "k-1"}
    answer = service.client.post(PATH, json=body, headers=headers)
    assert answer.json()["item_code"] == "P-02"
    assert len(service.store.acts) == 2


def test_declining_asks_for_a_reason(service):
    answer = say(service, "P-01", "declined")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "reason_needed"
    assert service.store.acts == []


@pytest.mark.parametrize(
    "more",
    [
        {"action": "completed"},
        {"reason_code": "malas"},
        {"comment": "x" * 1001},
        {"kind": "session"},
        {"at": "2026-01-01"},
    ],
)
def test_what_is_no_answer_is_refused(service, more):
    assert say(service, "P-01", **more).status_code == 422
    assert service.store.acts == []


def test_only_what_was_suggested_can_be_answered(service):
    assert say(service, "P-12").status_code == 404
    assert say(service, "P-99").status_code == 404
    assert service.store.acts == []


@pytest.mark.parametrize("viewer", ["supervisor", "agency", "bpsdm", "auditor_stated"])
def test_others_read_the_list_without_it_but_not_the_words(service, viewer):
    say(service, "P-01", "declined", reason_code="jadwal", comment="Bulan depan cuti")
    _, overlay = codes(service, viewer)
    (told,) = overlay["answered"]
    assert told["comment"] is None
    tells = viewer in ("supervisor", "bpsdm", "agency", "auditor_stated")
    assert told["reason_code"] == ("jadwal" if tells else None)


def test_a_head_reads_no_single_reason(service):
    say(service, "P-01", "declined", reason_code="jadwal")
    assert codes(service, "head")[1]["answered"][0]["reason_code"] is None


def test_what_a_person_thinks_of_a_post_is_shown_to_nobody_else(service):
    path = "/api/v1/employees/A-1/roles"
    assert say(service, "J-1", "declined", kind="role", reason_code="lainnya").status_code == 200
    assert codes(service, path=path)[0] == ["J-2"]
    found, overlay = codes(service, "career", path)
    assert found == ["J-1", "J-2"]
    assert overlay is None


def test_the_form_on_the_own_page_stores_and_shows_the_answer(service):
    headers = {**service.as_("self"), "Sec-Fetch-Site": "same-origin"}
    form = {"jenis": "training", "kode": "P-01", "tindakan": "declined", "alasan": "jadwal"}
    answer = service.client.post("/saya/jawab", data=form, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/saya#jawaban")
    (act,) = service.store.acts
    assert (act.employee_id, act.action, act.reason_code) == ("A-1", "declined", "jadwal")


@pytest.mark.parametrize(
    "change",
    [{"tindakan": "completed"}, {"kode": "P-99"}, {"jenis": "session"}, {"tindakan": ""}],
)
def test_a_form_changed_by_hand_stores_nothing(service, change):
    form = {"jenis": "training", "kode": "P-01", "tindakan": "accepted", "alasan": "jadwal"}
    headers = service.as_("self")
    answer = service.client.post("/saya/jawab", data={**form, **change}, headers=headers)
    assert answer.status_code == 404
    answer = service.client.post("/saya/jawab", data=form, headers=service.as_("agency"))
    assert answer.status_code == 404
    assert service.store.acts == []
