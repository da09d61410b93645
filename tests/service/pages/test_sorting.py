"""Tables are ordered by their headings, on the server, and alike rows keep their order."""

from __future__ import annotations

from datetime import date

import pytest

from service.directory import ORDERS, Directory, Query, Rows
from service.pages.sorting import Order, order_of, ordered
from service.pages.source import Found
from service.problems import Problem
from training_data.dataset import Dataset

PEOPLE = (
    # id, name, grade, unit, job, employment
    ("E-1", "budi", "III/b", "U-2", "J-2", "PNS"),
    ("E-2", "Ani", "IV/a", "U-1", "J-1", "PNS"),
    ("E-3", "Citra", None, "U-1", "J-2", "PPPK"),
    ("E-4", "ani", "II/c", "U-2", None, "PNS"),
    ("E-5", "Dewi", "III/b", None, "J-1", "CPNS"),
)


@pytest.fixture
def directory():
    ids, names, grades, units, jobs, employments = zip(*PEOPLE, strict=True)
    return Directory(
        Dataset.of(
            {
                "employees": {
                    "employee_id": ids, "name": names, "grade": grades, "unit_code": units,
                    "job_code": jobs, "employment": employments,
                    "job_since": [date(2020, 1, 2)] * len(ids),
                },
                "units": {"unit_code": ["U-1", "U-2"], "name": ["Zamrud", "Akik"]},
                "jobs": {
                    "job_code": ["J-1", "J-2"], "title": ["Penata", "Analis"],
                    "tier": ["administrator", "pelaksana"],
                },
            }
        ),
        lambda one: one,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("by", "up", "down"),
    [
        ("name", "24135", "53124"),
        ("post", "13254", "25134"),
        ("unit", "41235", "23415"),
        ("tier", None, None),
        ("grade", "41523", "21543"),
        ("employment", "52413", "32415"),
    ],
)
def test_people_stand_by_a_column_then_by_name_and_unknown_ones_last(directory, by, up, down):
    def found(descending):
        places = directory.search(Query(), Rows(), by, down=descending)
        return "".join(card.employee_id[2:] for card in directory.cards(places))

    if by == "tier":  # as the list of tiers has them, whatever their codes
        assert found(False)[-1] == found(True)[-1] == "4"
        assert found(False) in ("13254", "25134")
        assert found(True) in ("13254", "25134")
        assert found(True) != found(False)
    else:
        assert (found(False), found(True)) == (up, down)


def test_every_order_holds_everybody_once(directory):
    for by in ORDERS:
        for down in (False, True):
            assert sorted(directory.search(Query(), Rows(), by, down=down)) == [0, 1, 2, 3, 4]


def test_a_heading_asks_for_its_column_and_then_for_the_other_way_round():
    order = order_of("name", ORDERS, "body.urut")
    assert (order.said("name"), order.said("unit")) == ("ascending", "")
    assert (order.next("name"), order.next("unit")) == ("-name", "unit")
    assert order_of("-name", ORDERS, "body.urut").next("name") == "name"


@pytest.mark.parametrize("typed", ["nip", "--name", "-", "name;drop"])
def test_a_column_that_is_not_there_is_the_usual_problem(typed):
    with pytest.raises(Problem) as caught:
        order_of(typed, ORDERS, "query.urut")
    assert (caught.value.code, caught.value.faults[0].code) == ("invalid", "sort")


def test_rows_alike_keep_their_order_both_ways_and_unknown_ones_come_last():
    rows = [("a", 1), ("b", None), ("c", 1), ("d", 2)]
    for down, expected in ((False, "acdb"), (True, "dacb")):
        found = ordered(rows, Order("n", down), lambda row: row[1])
        assert "".join(name for name, _ in found) == expected


def test_the_list_of_people_says_how_it_stands_and_keeps_what_was_asked(browse, source):
    html = browse.post("/", kata="a", unit="U-1", urut="-grade").text
    asked = source.asked[-1]
    assert (asked.words, asked.unit, asked.order.key, asked.page) == ("a", "U-1", "-grade", 1)
    assert html.count("aria-sort=") == 1
    assert 'aria-sort="descending"><button class="sort" id="urut-grade"' in html
    assert 'value="grade" form="pencarian"' in html  # the other way round
    assert '<input type="hidden" name="urutan" value="-grade" form="pencarian">' in html
    browse.post("/", kata="a", urutan="-grade", halaman="3")
    assert (source.asked[-1].order.key, source.asked[-1].page) == ("-grade", 3)


def test_a_list_of_several_pages_is_turned_by_buttons_of_the_form(browse, source):
    whole = source.search

    def pages(search):
        return Found(whole(search).people, 120, 2, 3, 50)

    source.search = pages
    html = browse.post("/", kata="a").text
    assert "120 pegawai ditemukan; nomor 51 sampai" in html
    assert "Halaman 2 dari 3" in html
    for page in ("1", "3"):
        assert f'name="halaman" value="{page}" form="pencarian"' in html


def test_a_wrong_column_is_refused_on_every_list(browse):
    assert browse.post("/", kata="a", urut="nip").status_code == 422
    assert browse.get("/pelatihan/T-001/calon?urut=nip").status_code == 422


def test_candidates_for_a_training_are_ordered_and_those_for_a_post_are_not(browse):
    html = browse.get("/pelatihan/T-001/calon?urut=-name").text
    assert html.index("Zainal Contoh") < html.index("Ratna Wulandari")
    assert 'aria-sort="descending"' in html
    assert "aria-sort" not in browse.get("/jabatan/J-2/calon").text
