"""Known lists: codes, spellings, nearest codes and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_data import reference
from training_data.reference.lists import spelling_key, values
from training_data.schema import TABLES

NAMED = sorted({c.choices for t in TABLES.values() for c in t.columns if c.choices})


@pytest.mark.parametrize("name", NAMED)
def test_every_list_a_column_names_exists(name):
    assert reference.choices(name)


@pytest.mark.parametrize("name", reference.list_names())
def test_every_code_is_its_own_spelling_and_has_a_name_in_both_languages(name):
    for code in reference.choices(name):
        assert reference.normalise(name, code) == code
        assert reference.label(name, code).id
        assert reference.label(name, code).en


@pytest.mark.parametrize("name", reference.list_names())
def test_no_spelling_means_two_codes(name):
    seen = {}
    for value in values(name):
        for spelling in (value["code"], *value.get("aliases", ())):
            key = spelling_key(spelling)
            assert seen.setdefault(key, value["code"]) == value["code"], spelling


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("grade", "III/d", "III/d"),
        ("grade", "IIId", "III/d"),
        ("grade", "34", "III/d"),
        ("grade", "III d", "III/d"),
        ("grade", "Penata Tk. I", "III/d"),
        ("grade", "IX", "IX"),
        ("grade", "Golongan IX", "IX"),
        ("grade", "PPPK IX", "IX"),
        ("sex", "Laki-laki", "L"),
        ("sex", "WANITA", "P"),
        ("education_level", "40", "S1"),
        ("education_level", "S-1", "S1"),
        ("education_level", "S-1/Sarjana", "S1"),
        ("education_level", "35", "D4"),
        ("education_level", "D.IV", "D4"),
        ("education_level", "05", "SD"),
        ("education_level", "18", "SLTA"),
        ("legal_status", "Aktif", "01"),
        ("legal_status", "1", "01"),
        ("legal_status", "PPPK Aktif", "71"),
        ("legal_status", "Tidak Aktif", "52"),
        ("structural", "DIKLAT PIM IV", "PKP"),
        ("structural", "PKN II", "PKN_II"),
        ("structural", "3", "PKA"),
        ("tier", "22", "jpt_pratama"),
        ("tier", "MU", "jf_ahli_muda"),
        ("tier", "Eselon IV.a", "pengawas"),
        ("form", "Bimtek", "8"),
        ("form", "Diklat Teknis", "3"),
        ("rating", "SANGAT BAIK", "sangat_baik"),
        ("rating", "1", "sangat_baik"),
        ("severity", "B", "berat"),
        ("assignment", "PLT", "plt"),
        ("performance_period", "TW II", "triwulan_2"),
        ("affair", "Urusan Perhubungan", "perhubungan"),
    ],
)
def test_reads_the_spellings_offices_use(name, raw, code):
    assert reference.normalise(name, raw) == code


@pytest.mark.parametrize(
    ("name", "raw"), [("grade", "V/a"), ("legal_status", "97"), ("education_level", "99")]
)
def test_says_unknown_instead_of_guessing(name, raw):
    assert reference.normalise(name, raw) is None


def test_names_the_nearest_codes_best_first():
    assert reference.nearest("tier", "ahli mudah")[0] == "jf_ahli_muda"
    assert reference.nearest("rating", "sangat baek", 1) == ("sangat_baik",)
    assert len(reference.nearest("grade", "III/e")) == 3


def test_refuses_a_list_that_does_not_exist():
    with pytest.raises(KeyError):
        reference.choices("no_such_list")
    with pytest.raises(KeyError):
        reference.label("tier", "kaisar")


@given(st.text(max_size=30))
def test_any_text_is_either_a_known_code_or_unknown(raw):
    for name in ("grade", "tier", "legal_status"):
        found = reference.normalise(name, raw)
        assert found is None or found in reference.choices(name)
