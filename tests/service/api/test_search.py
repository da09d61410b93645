"""Finding people, and the other direction from items to people."""

from __future__ import annotations

import pytest

from service.wanted import Wanted

SEARCH = "/api/v1/employees/search"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"name": "SITI"}, ["A-1"]),
        ({"name": "contoh budi"}, ["A-2"]),
        ({"unit": "PD"}, ["A-2", "A-1", "hidden"]),
        ({"unit": "SUB"}, ["A-1", "hidden"]),
        ({"tier": "administrator"}, ["A-2"]),
        ({"tier": "pelaksana"}, ["hidden", "B-1"]),
        ({"job": "J-2"}, ["A-2", "A-3"]),
        ({"job": "J-2", "unit": "OTHER"}, ["A-3"]),
        ({"nip": "19900101 201503 1 002"}, ["hidden"]),
        ({"nip": "1990"}, []),
        ({"name": "%"}, []),
        ({"name": "' OR 1=1 --"}, []),
        ({"unit": "nowhere"}, []),
        ({}, ["A-2", "A-3", "A-1", "hidden", "B-1"]),
    ],
)
def test_finds_people_by_name_nip_unit_tier_and_post(service, nip_ref, wanted, found):
    answer = service.client.post(SEARCH, json=wanted, headers=service.as_("agency"))
    refs = [person["ref"] for person in answer.json()["items"]]
    assert refs == [nip_ref if ref == "hidden" else ref for ref in found]


def test_no_answer_holds_a_nip_even_when_it_was_asked_for(service, nip):
    answer = service.client.post(SEARCH, json={"nip": nip}, headers=service.as_("agency"))
    assert len(answer.json()["items"]) == 1
    assert nip not in answer.text


def test_pages_of_a_search_join_without_gap_or_repeat(service):
    seen, cursor = [], None
    for _ in range(3):
        body = {"k": 2, "cursor": cursor}
        answer = service.client.post(SEARCH, json=body, headers=service.as_("agency")).json()
        seen += [person["name"] for person in answer["items"]]
        cursor = answer["next_cursor"]
    assert seen == ["Budi Contoh", "Rina Contoh", "Siti Contoh", "Tono Misal", "Wati Misal"]
    assert cursor is None


def test_a_tier_that_only_the_post_tells_is_shown(service, nip_ref):
    answer = service.client.post(SEARCH, json={"name": "tono"}, headers=service.as_("agency"))
    assert answer.json()["items"][0]["tier"] == "pelaksana"


def test_candidates_are_ranked_among_the_people_one_may_see(service, nip_ref):
    path = "/api/v1/trainings/P-01/candidates?k=1"
    first = service.client.get(path, headers=service.as_("unit")).json()
    path = f"{path}&cursor={first['next_cursor']}"
    second = service.client.get(path, headers=service.as_("unit")).json()
    assert [one["rank"] for one in first["items"] + second["items"]] == [1, 2]
    assert set(first["items"][0]) >= {"ref", "name", "score", "eligibility", "reasons"}


def test_candidates_show_no_nip(service, nip):
    answer = service.client.get("/api/v1/jobs/J-1/candidates", headers=service.as_("agency"))
    assert answer.status_code == 200
    assert nip not in answer.text


def test_an_item_nobody_may_take_has_no_candidates(service):
    answer = service.client.get("/api/v1/trainings/P-12/candidates", headers=service.as_("agency"))
    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_a_training_is_not_a_post(service):
    answer = service.client.get("/api/v1/jobs/P-01/candidates", headers=service.as_("agency"))
    assert answer.status_code == 404


def test_people_are_looked_for_by_what_is_known_of_them(service):
    asked = []

    def matching(wanted):
        asked.append(wanted)
        return frozenset({"A-1", "A-3", "X-9"})

    service.store.matching = matching
    body = {"gap": "T.1", "gap_at_least": 0.5, "jp_below": 20, "assessment": ["expired"]}
    found = service.client.post(SEARCH, json=body, headers=service.as_("agency")).json()
    assert {one["ref"] for one in found["items"]} == {"A-1", "A-3"}
    assert asked == [Wanted("T.1", 0.5, (), 20.0, ("expired",))]
    unit = service.client.post(SEARCH, json=body, headers=service.as_("unit")).json()
    assert [one["ref"] for one in unit["items"]] == ["A-1"]


@pytest.mark.parametrize(
    ("viewer", "body", "status"),
    [
        ("agency", {"boxes": [9]}, 404),
        ("career", {"boxes": [9]}, 200),
        ("bpsdm", {"boxes": [9]}, 404),
        ("bpsdm", {"gap": "T.1"}, 200),
        ("discipline", {"gap": "T.1"}, 404),
        ("discipline", {"jp_below": 20}, 404),
        ("leader", {"assessment": ["none"]}, 404),
        ("agency", {"boxes": [10]}, 422),
        ("agency", {"assessment": ["old"]}, 422),
        ("agency", {"jp_below": -1}, 422),
    ],
)
def test_nobody_looks_for_people_by_what_they_do_not_read(service, viewer, body, status):
    service.store.matching = lambda wanted: frozenset({"A-1"})
    assert service.client.post(SEARCH, json=body, headers=service.as_(viewer)).status_code == status
