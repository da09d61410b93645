"""People are found by what somebody types, whatever characters that has."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from service import identity
from service.database.datasets import save_dataset
from service.database.people import (
    in_unit,
    ref_of,
    resolve_ref,
    search_employees,
    unit_tree,
)
from service.errors import StaleCursor
from training_data.dataset import Dataset

KEY = b"k" * 32
NIP = "199001012020011001"


@pytest.fixture(autouse=True)
def _imported(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency, key=KEY)
    save_dataset(engine, agency, key=KEY, agency="Kota Lain")


def found(engine: Engine, **filters: str) -> list[str]:
    page = search_employees(engine, **filters)
    ids = [row.employee_id for row in page.people]
    assert page.total == len(ids)
    return ids


def test_without_filters_everybody_of_the_agency_is_listed_by_name(engine: Engine) -> None:
    assert found(engine) == ["P-3", "P-2", NIP, "P-1"]


def test_a_row_says_who_somebody_is(engine: Engine) -> None:
    [row] = search_employees(engine, text="rukmini").people
    assert (row.name, row.unit_name, row.job_title) == (
        "Rukmini Sekar, S.T.",
        "Dinas Air",
        "Analis Banjir",
    )
    assert (row.ref, row.tier) == ("P-1", "pelaksana")


def test_words_are_searched_in_names_and_ids_and_never_run(engine: Engine) -> None:
    everybody = ["P-3", "P-2", NIP, "P-1"]
    for words, expected in {
        "RUKMINI": ["P-1"],
        "sekar rukmini": ["P-1"],
        "was": [],
        "p-": ["P-3", "P-2", "P-1"],
        "19900101": [NIP],
        "%": [],
        "_": [],
        "\\": [],
        "'; DROP TABLE employees; --": [],
        "' OR '1'='1": [],
        "\x1f": everybody,
        "x" * 100_000: [],
    }.items():
        assert found(engine, text=words) == expected
        assert found(engine) == everybody


def test_no_filter_can_be_made_to_mean_more(engine: Engine) -> None:
    for name in ("unit", "job_title", "tier", "within_unit", "agency"):
        for hostile in ("%", "'; DROP TABLE employees; --", '"', "\\", "$1", ":x"):
            assert found(engine, **{name: hostile}) == []


def test_names_with_metacharacters_are_found_by_them(engine: Engine) -> None:
    odd = Dataset.of({"employees": {"employee_id": ["P-7"], "name": ["100%_d'A\\b ÉCLAIR"]}})
    save_dataset(engine, odd, key=KEY)
    for words in ("100%", "%_d", "d'a", "a\\b", "éclair"):
        assert found(engine, text=words) == ["P-7"]


def test_people_are_filtered_by_unit_post_and_tier(engine: Engine) -> None:
    assert found(engine, unit="U-2") == ["P-3", "P-2"]
    assert found(engine, job_title="analis") == ["P-2", "P-1"]
    assert found(engine, tier="pelaksana") == [NIP, "P-1"]
    assert found(engine, tier="jf_ahli_muda") == ["P-2"]
    assert found(engine, unit="U-2", job_title="banjir") == ["P-2"]


def test_a_scope_reaches_units_beneath(engine: Engine) -> None:
    assert found(engine, within_unit="U-1") == ["P-3", "P-2", "P-1"]
    assert found(engine, within_unit="U-2") == ["P-3", "P-2"]
    assert unit_tree(engine, "U-1") == ("U-1", "U-2")
    assert in_unit(engine, "P-2", "U-1")
    assert not in_unit(engine, "P-1", "U-2")
    assert not in_unit(engine, NIP, "U-1")
    assert not in_unit(engine, "P-2", "")


def test_a_circle_of_units_ends(engine: Engine) -> None:
    circle = Dataset.of({"units": {"unit_code": ["U-1"], "parent_code": ["U-2"]}})
    save_dataset(engine, circle)
    assert unit_tree(engine, "U-1") == unit_tree(engine, "U-2") == ("U-1", "U-2")


def test_pages_follow_each_other_without_loss_and_name_no_nip(engine: Engine) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = search_employees(engine, after=after, limit=1)
        assert page.total == 4
        seen += [row.employee_id for row in page.people]
        after = page.next_cursor
        if after is None:
            break
        assert not identity.is_nip_shaped(after)
    assert seen == ["P-3", "P-2", NIP, "P-1"]


def test_a_cursor_of_nobody_is_stale(engine: Engine) -> None:
    for after in ("P-99", NIP, "'"):
        with pytest.raises(StaleCursor):
            search_employees(engine, after=after)


def test_a_ref_leads_back_to_its_person_in_its_agency(engine: Engine) -> None:
    own = ref_of(engine, NIP)
    assert own == identity.ref(KEY, "", NIP)
    assert resolve_ref(engine, own) == NIP
    assert resolve_ref(engine, own, "Kota Lain") is None
    assert resolve_ref(engine, "P-1") == "P-1"
    assert resolve_ref(engine, NIP) is None
    assert resolve_ref(engine, "19900101 202001 1 001") is None
    assert resolve_ref(engine, "P-99") is None
    assert ref_of(engine, "P-99") is None
