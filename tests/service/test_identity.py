"""A NIP never leaves as an address; the key behind refs is made once and kept private."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import HomeUnusable
from service.identity import installation_key, is_nip_shaped, key_file, ref

KEY = bytes(range(32))
NIP = "199001012020011001"


@pytest.mark.parametrize(
    "text", [NIP, "19900101 202001 1 001", "19900101.202001.1.001", f" {NIP}\t", "-".join(NIP)]
)
def test_a_nip_is_recognised_however_it_is_grouped(text: str) -> None:
    assert is_nip_shaped(text)


@pytest.mark.parametrize("text", ["", "P-0042", NIP[:-1], NIP + "0", NIP[:-1] + "X", "1990-01-01"])
def test_other_ids_are_not_taken_for_a_nip(text: str) -> None:
    assert not is_nip_shaped(text)


def test_an_ordinary_id_is_its_own_ref() -> None:
    assert ref(KEY, "", "P-0042") == "P-0042"


def test_the_ref_of_a_nip_is_twenty_base32_characters_without_its_digits() -> None:
    found = ref(KEY, "", NIP)
    assert re.fullmatch("[A-Z2-7]{20}", found)
    assert found == ref(KEY, "", NIP)
    # Kept for ever: addresses in letters and bookmarks depend on it.
    assert found == "75VPGTNOVFXBYBTSORWD"


def test_refs_differ_by_key_agency_and_person() -> None:
    other = "198505052010012002"
    refs = {
        ref(KEY, "", NIP),
        ref(KEY[::-1], "", NIP),
        ref(KEY, "A", NIP),
        ref(KEY, "", other),
    }
    assert len(refs) == 4


@given(st.text(max_size=4), st.from_regex(r"[0-9]{18}", fullmatch=True), st.text(max_size=4))
def test_a_ref_is_never_nip_shaped(agency: str, nip: str, other: str) -> None:
    assert not is_nip_shaped(ref(KEY, agency, nip))
    if agency != other:
        assert ref(KEY, agency, nip) != ref(KEY, other, nip)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(home: Path) -> None:
    key = installation_key(home)
    assert len(key) == 32
    assert installation_key(home) == key
    assert key_file(home).stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in home.iterdir()] == [key_file(home).name]


def test_many_that_start_at_once_get_the_same_key(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: installation_key(home), range(8)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "00" * 31])
def test_a_damaged_key_is_refused_and_never_replaced(home: Path, content: str) -> None:
    installation_key(home)
    key_file(home).write_text(content)
    with pytest.raises(HomeUnusable, match="rusak"):
        installation_key(home)
    assert key_file(home).read_text() == content


def test_a_key_that_others_can_read_is_refused_with_the_remedy(home: Path) -> None:
    installation_key(home)
    key_file(home).chmod(0o640)
    with pytest.raises(HomeUnusable, match="chmod 600"):
        installation_key(home)


def test_a_home_that_is_a_file_is_refused(home: Path) -> None:
    home.write_text("")
    with pytest.raises(HomeUnusable, match="SELARAS_HOME"):
        installation_key(home)
