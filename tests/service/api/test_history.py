"""Training history leaves as a file for offices that import, and every file is in the trail."""

from __future__ import annotations

import pytest

PATH = "/api/v1/training-history"


@pytest.fixture
def ask(service):
    def tell(path, viewer="bpsdm", **more):
        service.client.cookies.clear()
        method = "POST" if "data" in more else "GET"
        return service.client.request(method, path, headers=service.as_(viewer), **more)

    return tell


def test_a_file_leaves_with_its_name_and_a_row_in_the_trail(service, ask):
    answer = ask(f"{PATH}?shape=rw_diklat&format=xlsx&unit=PD&year=2025&verified=true")
    assert answer.status_code == 200
    assert 'filename="rw_diklat.xlsx"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"
    (wish,) = service.history.asked
    assert (wish.unit, wish.year, wish.verified) == ("PD", 2025, True)
    (event,) = service.store.trail
    assert event.action == "history_download"
    assert event.details == {"shape": "rw_diklat", "format": "xlsx", "rows": 3}


@pytest.mark.parametrize(
    "query", ["", "?shape=rw_jabatan", "?shape=rw_kursus&unit=NOWHERE", "?shape=rw_kursus&year=1"]
)
def test_what_cannot_be_given_is_told(service, ask, query):
    assert ask(PATH + query).status_code == 422
    assert service.store.trail == []


def test_the_page_names_what_is_not_verified_and_hands_the_file_out(service, ask):
    page = ask("/riwayat-siasn").text
    assert "Belum diverifikasi terhadap templat SIASN" in page
    assert "nipBaru" in page
    assert "/riwayat-siasn" in ask("/impor").text
    form = {"bentuk": "rw_kursus", "jenis": "csv", "tahun": "2025", "verifikasi": "belum"}
    answer = ask("/riwayat-siasn", data=form)
    assert answer.content == b"nipBaru\n"
    assert service.history.asked[-1].verified is False


@pytest.mark.parametrize(
    ("field", "value"), [("tahun", "dua"), ("tahun", "1"), ("unit", "NOWHERE")]
)
def test_what_was_typed_comes_back_with_the_fault(service, ask, field, value):
    answer = ask("/riwayat-siasn", data={"bentuk": "rw_kursus", field: value})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{value}"' in answer.text
    assert service.history.asked == []


def test_only_offices_that_import_get_it(ask):
    for viewer in ("self", "supervisor", "pk", "unit", "leader", "auditor", "administrator"):
        assert ask("/riwayat-siasn", viewer).status_code == 404, viewer
        assert ask("/riwayat-siasn", viewer, data={"bentuk": "rw_kursus"}).status_code == 404
        assert ask(f"{PATH}?shape=rw_kursus", viewer).status_code == 404, viewer
