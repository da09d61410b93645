"""Lists about one person, over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

ONE = "/api/v1/employees/A-1"


def test_lists_published_trainings_with_the_envelope_of_the_contract(service):
    answer = service.client.get(f"{ONE}/trainings?k=3", headers=service.as_("self"))
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == [
        "as_of", "generation", "model", "rules", "not_checked", "items", "next_cursor", "overlay",
    ]  # fmt: skip
    assert (body["as_of"], body["generation"], body["not_checked"]) == ("2026-04-03", 7, ["bup"])
    assert [i["item_code"] for i in body["items"]] == ["P-01", "P-02", "P-03"]
    assert [i["rank"] for i in body["items"]] == [1, 2, 3]


def test_the_terms_of_every_item_sum_to_its_score(service):
    body = service.client.get(f"{ONE}/trainings", headers=service.as_("self")).json()
    for item in body["items"]:
        assert round(sum(t["points"] for t in item["terms"]), 6) == item["score"]


def test_what_a_training_was_measured_to_add_stands_beside_it_and_is_null_for_a_post(service):
    for kind, evidence in (
        ("trainings", {"people": 23, "added": 0.42, "low": 0.18, "high": 0.66}),
        ("roles", None),
    ):
        body = service.client.get(f"{ONE}/{kind}", headers=service.as_("self")).json()
        assert body["items"]
        assert all(item["evidence"] == evidence for item in body["items"])


def test_following_the_cursors_gives_every_item_once(service):
    seen, cursor = [], None
    for _ in range(5):
        path = f"{ONE}/trainings?k=4" + (f"&cursor={cursor}" if cursor else "")
        body = service.client.get(path, headers=service.as_("self")).json()
        seen += [item["item_code"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"P-{n:02}" for n in range(1, 12)]


def test_a_cursor_of_an_earlier_generation_is_gone(make_service):
    old, new = make_service(), make_service(number=8)
    cursor = old.client.get(f"{ONE}/trainings?k=4", headers=old.as_("self")).json()["next_cursor"]
    answer = new.client.get(f"{ONE}/trainings?cursor={cursor}", headers=new.as_("self"))
    assert answer.status_code == 410
    assert answer.json()["type"] == "urn:selaras:problem:stale-cursor"


def test_a_made_up_cursor_is_refused_without_being_repeated(service):
    answer = service.client.get(f"{ONE}/trainings?cursor=ZmFrZQ==", headers=service.as_("self"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "query.cursor"
    assert "ZmFrZQ" not in answer.text


def test_an_explanation_that_differs_from_what_was_published_is_an_error(service):
    engine = service.store.engine
    real = engine.held["P-02"]
    engine.held["P-02"] = replace(real, micro=real.micro + 1)
    answer = service.client.get(f"{ONE}/trainings", headers=service.as_("self"))
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:selaras:problem:answer-differs"


def test_reasons_that_differ_from_the_published_ones_are_an_error(service):
    engine = service.store.engine
    real = engine.held["P-02"]
    swapped = replace(real, terms=real.terms[::-1])
    engine.held["P-02"] = swapped
    answer = service.client.get(f"{ONE}/trainings", headers=service.as_("self"))
    assert answer.status_code == 500


def test_terms_that_do_not_sum_to_the_published_score_are_an_error(service):
    engine = service.store.engine
    real = engine.held["P-02"]
    quiet = replace(real.terms[1], micro=0)
    published = replace(real, terms=(*real.terms, quiet, quiet))
    service.store.stored["P-02"] = published
    engine.held["P-02"] = published
    path = f"{ONE}/trainings"
    assert service.client.get(path, headers=service.as_("self")).status_code == 200
    off_by_one = replace(quiet, micro=1)  # the fourth term, which no published reason names
    engine.held["P-02"] = replace(published, terms=(*published.terms[:3], off_by_one))
    assert service.client.get(path, headers=service.as_("unit")).status_code == 500


def test_an_answer_is_private_and_the_same_until_the_generation_changes(service):
    first = service.client.get(f"{ONE}/trainings", headers=service.as_("self"))
    assert first.headers["cache-control"] == "private, no-store"
    explained = service.store.engine.explained
    tag = first.headers["etag"]
    again = service.client.get(
        f"{ONE}/trainings", headers={**service.as_("self"), "If-None-Match": tag}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert service.store.engine.explained == explained


def test_gaps_keep_unknown_levels_null(service):
    body = service.client.get(f"{ONE}/gaps", headers=service.as_("self")).json()
    assert body["now"]["rows"][0]["level"] is None
    assert body["now"]["jpm"] == {"value": None, "low": 0.0, "high": 166.7}
    assert body["next"] is None
    assert body["next_reason"]["id"] == "Jenjang tertinggi."


@pytest.mark.parametrize(
    ("viewer", "box", "talent"),
    [("self", 8.0, True), ("career", 1.0, True), ("agency", None, False), ("unit", None, False),
     ("supervisor", None, False), ("head", None, False), ("head_stated", 8.0, True),
     ("auditor_stated", 1.0, True)],
)  # fmt: skip
def test_the_talent_box_is_for_its_owner_once_published_and_for_the_talent_office(
    service, viewer, box, talent
):
    body = service.client.get(f"{ONE}/figures", headers=service.as_(viewer)).json()
    shown = body["nine_box"]
    assert (shown["value"] if shown else None) == box
    favoured = shown["details"].get("favoured") if shown else None
    assert favoured == (["Judul P-01"] if viewer == "self" else None)
    assert (body["talent_value"] is not None) == talent


@pytest.mark.parametrize("viewer", ["agency", "career", "unit", "supervisor"])
def test_what_discipline_leaves_of_a_sum_is_shown_to_nobody_else(service, viewer):
    answer = service.client.get(f"{ONE}/figures", headers=service.as_(viewer))
    assert "disiplin" not in answer.text.lower()
    assert "berat" not in answer.text
    index = answer.json()["ip_asn"]
    assert (index["value"], index["low"], index["high"]) == (None, 25.0, 30.0)
    own = service.client.get(f"{ONE}/figures", headers=service.as_("self")).json()
    assert own["ip_asn"]["value"] == 26.0


@pytest.mark.parametrize(("viewer", "shown"), [("career", True), ("pk", True), ("bpsdm", False)])
def test_the_office_of_training_reads_no_performance_rating(service, viewer, shown):
    answer = service.client.get(f"{ONE}/figures", headers=service.as_(viewer))
    index = answer.json()["ip_asn"]
    assert ("Predikat Baik" in answer.text) == shown
    assert {part["name"] for part in index["parts"]} == (
        {"performance", "hidden"} if shown else {"hidden"}
    )
    assert (index["low"], index["high"]) == ((25.0, 30.0) if shown else (0.0, 35.0))


def test_excluded_lists_both_kinds_or_the_one_asked_for(service):
    both = service.client.get(f"{ONE}/excluded", headers=service.as_("unit")).json()["items"]
    assert [item["item_code"] for item in both] == ["P-12", "J-3"]
    one = service.client.get(f"{ONE}/excluded?kind=role", headers=service.as_("unit")).json()
    assert [item["item_code"] for item in one["items"]] == ["J-3"]
    assert both[0]["checks"][0]["way"]["earliest"] == "2027-05-01"


def test_roles_for_later_come_with_their_way(service):
    body = service.client.get(f"{ONE}/roles?readiness=later", headers=service.as_("unit")).json()
    assert [item["item_code"] for item in body["items"]] == ["J-2"]
    assert body["items"][0]["checks"][0]["way"]["earliest"] == "2027-05-01"


def test_k_outside_its_limits_is_refused_in_both_languages(service):
    answer = service.client.get(f"{ONE}/trainings?k=101", headers=service.as_("self"))
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert (fault["where"], fault["code"]) == ("query.k", "at_most")
    assert fault["text"] == {"id": "Nilai paling besar 100.", "en": "The largest value is 100."}


def test_an_unknown_choice_is_answered_with_the_known_ones_in_both_languages(service):
    answer = service.client.get(f"{ONE}/roles?readiness=soon", headers=service.as_("self"))
    fault = answer.json()["errors"][0]
    assert fault["text"] == {
        "id": "Pilihan yang tersedia: now, later.",
        "en": "The choices are: now, later.",
    }


def test_a_nip_in_the_address_finds_nobody_and_is_not_repeated(service, nip, nip_ref):
    as_agency = service.as_("agency")
    answer = service.client.get(f"/api/v1/employees/{nip}/trainings", headers=as_agency)
    assert answer.status_code == 404
    assert nip not in answer.text
    found = service.client.get(f"/api/v1/employees/{nip_ref}/trainings", headers=as_agency)
    assert found.status_code == 200
    assert nip not in found.text


def test_nobody_there_and_out_of_scope_are_the_same_answer(service):
    outside = service.client.get("/api/v1/employees/A-3/gaps", headers=service.as_("unit"))
    nobody = service.client.get("/api/v1/employees/Z-9/gaps", headers=service.as_("unit"))
    assert outside.status_code == nobody.status_code == 404
    assert outside.content == nobody.content


def test_a_supervisor_does_not_learn_which_posts_suit_a_subordinate(service):
    as_supervisor = service.as_("supervisor")
    assert service.client.get(f"{ONE}/trainings", headers=as_supervisor).status_code == 200
    assert service.client.get(f"{ONE}/roles", headers=as_supervisor).status_code == 404


def test_a_role_nobody_defined_may_read_nothing(service):
    answer = service.client.get(f"{ONE}/trainings", headers=service.as_("stranger"))
    assert answer.status_code == 404


def test_what_is_recalled_is_what_was_answered_to_the_same_caller_and_no_other(service):
    path = f"{ONE}/trainings?k=2"
    first = service.client.get(path, headers=service.as_("unit"))
    again = service.client.get(path, headers=service.as_("unit"))
    assert again.content == first.content
    assert again.headers.items() == first.headers.items()
    assert service.store.engine.explained == 1
    for other, status in [("agency", 200), ("discipline", 404), ("panel", 404)]:
        assert service.client.get(path, headers=service.as_(other)).status_code == status
    assert service.client.get(path).status_code == 401
    longer = service.client.get(f"{ONE}/trainings?k=3", headers=service.as_("unit"))
    assert len(longer.json()["items"]) == 3


def test_a_recalled_answer_is_logged_and_guarded_like_any_other(service, caplog):
    caplog.set_level("INFO", "selaras")
    for _ in range(2):
        service.client.get(f"{ONE}/gaps", headers=service.as_("unit"))
    logged = [r.getMessage() for r in caplog.records if r.name == "selaras.access"]
    assert all(line.startswith("GET /api/v1/employees/{id}/gaps 200") for line in logged)
    assert len(logged) == 2
    foreign = {**service.as_("unit"), "Host": "elsewhere.example"}
    assert service.client.get(f"{ONE}/gaps", headers=foreign).status_code == 421


def test_a_revoked_token_recalls_nothing_after_a_moment(service, monkeypatch):
    monkeypatch.setattr("service.auth.CHECK_AGAIN_SECONDS", 0.0)
    assert service.client.get(f"{ONE}/gaps", headers=service.as_("unit")).status_code == 200
    del service.credentials.tokens["unit-token"]
    assert service.client.get(f"{ONE}/gaps", headers=service.as_("unit")).status_code == 401


def test_what_to_assess_next_names_nobody_by_number(service):
    answer = service.client.get(f"{ONE}/assess-next", headers=service.as_("self"))
    (item,) = answer.json()["items"]
    assert item["competency_code"] == "M.1"
    assert "employee_id" not in item
