"""Corrections of data and objections: the person asks, an office in its rows answers by name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.api.seats import today


@pytest.fixture
def see(service):
    def get(path, viewer="self", method="GET", **more):
        service.client.cookies.clear()
        return service.client.request(method, path, headers=service.as_(viewer), **more)

    return get


def ask(see, kind="correction", topic="unit", words="Saya pindah unit."):
    return see(
        "/api/v1/petitions", "self", "POST", json={"kind": kind, "topic": topic, "words": words}
    )


def answer(see, viewer, number=1, **more):
    body = {"outcome": "granted", "answer": "Sudah dicatat.", "answered_by": "Rina Contoh", **more}
    return see(f"/api/v1/petitions/{number}/answer", viewer, "POST", json=body)


def numbers(see, viewer):
    return [one["id"] for one in see("/api/v1/petitions", viewer).json()["items"]]


def test_what_somebody_asks_is_answered_in_a_name_and_they_read_it(see):
    asked = ask(see).json()
    assert asked["due_on"] == (today() + timedelta(days=14)).isoformat()
    assert numbers(see, "pk") == [1]
    done = answer(see, "pk").json()
    assert (done["outcome"], done["answered_by"]) == ("granted", "Rina Contoh")
    assert see("/api/v1/petitions", "self").json()["items"][0]["answer"] == "Sudah dicatat."
    assert answer(see, "pk").status_code == 404  # once


def test_what_is_about_a_post_is_for_those_who_read_posts(see):
    ask(see, "objection", "role")
    assert numbers(see, "pk") == numbers(see, "bpsdm") == []
    assert numbers(see, "career") == [1]
    assert answer(see, "pk").status_code == 404
    assert answer(see, "career").status_code == 200


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"topic": "role"}, "body.topic"),  # nobody corrects a post that is suggested
        ({"topic": "salary"}, "body.topic"),
        ({"words": "  "}, "body.words"),
    ],
)
def test_it_is_about_something_there_is_and_in_words(see, said, where):
    refused = ask(see, **said)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["where"] == where


def test_who_checks_reads_and_never_answers(see):
    ask(see)
    assert numbers(see, "auditor_stated") == [1]
    assert answer(see, "auditor_stated").status_code == 404


@pytest.mark.parametrize("more", [{"answer": " "}, {"answered_by": " "}])
def test_an_answer_has_words_and_a_name(see, more):
    ask(see)
    assert answer(see, "pk", **more).status_code == 422


def test_on_the_pages_it_goes_from_the_person_to_the_office_and_back(see):
    page = see("/saya").text
    assert "Usul perbaikan data dan keberatan saya" in page
    sent = see("/saya/keberatan", "self", "POST",
               data={"tentang": "correction:education", "uraian": "Ijazah <b>S-2</b>"})  # fmt: skip
    assert sent.headers["location"] == "/saya#keberatan"
    assert "Ijazah &lt;b&gt;S-2&lt;/b&gt;" in see("/saya").text
    page = see("/keberatan", "pk").text
    assert "menunggu jawaban" in page
    form = {"nomor": "1", "hasil": "partly", "jawaban": "", "nama": "Rina"}
    again = see("/keberatan", "pk", "POST", data=form)
    assert again.status_code == 422
    assert 'value="Rina"' in again.text
    done = see("/keberatan", "pk", "POST", data={**form, "jawaban": "Sebagian."})
    assert "Jawaban nomor 1 tersimpan." in done.text
    assert see("/keberatan", "pk", "POST", data={**form, "jawaban": "Lagi."}).status_code == 409
    assert "diterima sebagian" in see("/saya").text


def test_one_without_words_is_told_on_the_page(see):
    sent = see(
        "/saya/keberatan", "self", "POST", data={"tentang": "correction:unit", "uraian": " "}
    )
    assert sent.headers["location"].startswith("/saya?kosong=1")
    assert "Tuliskan isinya." in see("/saya?kosong=1").text


@pytest.mark.parametrize(
    ("viewer", "status"),
    [("pk", 200), ("bpsdm", 200), ("career", 200), ("auditor_stated", 200), ("self", 404),
     ("supervisor", 404), ("head", 404), ("leader", 404), ("administrator", 404)],
)  # fmt: skip
def test_who_finds_the_page(see, viewer, status):
    assert see("/keberatan", viewer).status_code == status


def test_nobody_sees_the_form_on_somebody_elses_page(see):
    assert "/saya/keberatan" not in see("/pegawai/A-1/rencana", "agency").text
