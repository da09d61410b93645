"""Names are decided over HTTP and in the browser, one or many, and can be undone."""

from __future__ import annotations

import pytest

PATH = "/api/v1/name-matches"
KEY = "naskahkebijakan"


@pytest.fixture
def ask(service):
    def tell(path=PATH, viewer="bpsdm", **more):
        service.client.cookies.clear()
        method = "POST" if more else "GET"
        return service.client.request(method, path, headers=service.as_(viewer), **more)

    return tell


def decide(ask, act, code=None, **more):
    one = {"kind": "training", "key": KEY, "act": act, **({"code": code} if code else {})}
    return ask(json={"decisions": [one]}, **more)


def test_the_queue_is_listed_decided_and_undone(service, ask):
    (one,) = ask().json()["items"]
    assert (one["name"], one["people"], one["proposed"][0]["code"]) == (
        "Naskah <Kebijakan>", 4, "P-01",
    )  # fmt: skip
    answer = decide(ask, "confirm", "P-02").json()
    assert (answer["confirmed"], answer["progress"]["waiting"]) == (1, 0)
    assert ask().json()["items"] == []
    (held,) = ask(f"{PATH}?state=confirmed&kind=training").json()["items"]
    assert held["code"] == "P-02"
    assert decide(ask, "undo").json()["undone"] == 1
    assert len(ask().json()["items"]) == 1
    assert decide(ask, "reject").json()["rejected"] == 1
    assert {who for who, _ in service.names.acts} == {"signed_in"}


@pytest.mark.parametrize(
    ("act", "code", "status"),
    [("confirm", None, 422), ("confirm", "P-99", 422), ("reject", "P-01", 422), ("x", None, 422)],
)
def test_what_cannot_be_meant_is_refused_and_nothing_changes(service, ask, act, code, status):
    assert decide(ask, act, code).status_code == status
    assert service.names.acts == []


def test_pages_of_the_queue_follow_a_mark(ask):
    assert ask(f"{PATH}?cursor=MQ==").json()["items"] == []
    assert ask(f"{PATH}?cursor=nonsense").status_code == 422
    assert ask(f"{PATH}?k=101").status_code == 422


def test_the_page_says_how_sure_a_proposal_is_and_whom_it_concerns(ask):
    page = ask("/pemadanan").text
    for words in ("Naskah &lt;Kebijakan&gt;", "sangat mungkin", "beda tingkat", "4 pegawai",
                  "Bukan pelatihan ini", "1 nama menunggu keputusan"):  # fmt: skip
        assert words in page
    assert 'value="P-01" checked' not in page
    assert 'value="P-01" checked' in ask("/pemadanan?usul=ya").text


def test_choices_of_a_page_are_kept_with_one_button_and_undone(service, ask):
    form = {"k0": KEY, "j0": "training", "p0": "P-01"}
    page = ask("/pemadanan", data=form).text
    assert "1 dipadankan, 0 tidak sesuai" in page
    assert "Tidak ada nama yang menunggu keputusan" in page
    done = ask("/pemadanan?keadaan=confirmed").text
    assert "Batalkan keputusan ini" in done
    ask("/pemadanan?keadaan=confirmed", data={**form, "p0": "undo"})
    ask("/pemadanan", data={**form, "p0": "-"})
    ask("/pemadanan?keadaan=rejected", data={**form, "p0": "undo"})
    ask("/pemadanan", data={**form, "p0": "", "l0": "P-02"})
    acts = [act for _, act in service.names.acts]
    assert acts == ["confirm", "undo", "reject", "undo", "confirm"]


def test_a_code_that_is_not_listed_comes_back_with_what_was_typed(service, ask):
    page = ask("/pemadanan", data={"k0": KEY, "j0": "training", "p0": "", "l0": "P<9>"})
    assert page.status_code == 422
    assert "P&lt;9&gt;" in page.text
    nothing = ask("/pemadanan", data={"k0": KEY, "j0": "training", "p0": ""})
    assert nothing.status_code == 422
    assert service.names.acts == []


def test_only_offices_that_import_find_the_queue(ask):
    for viewer in ("self", "supervisor", "pk", "unit", "leader", "auditor", "administrator"):
        assert ask("/pemadanan", viewer).status_code == 404, viewer
        assert ask("/pemadanan", viewer, data={"p0": ""}).status_code == 404, viewer
        assert ask(viewer=viewer).status_code == 404, viewer
