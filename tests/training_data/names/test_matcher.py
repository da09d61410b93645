"""What is sure, what waits, what is unknown: vetoes, exact spellings, twins and decisions."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training_data.names.catalogue import Catalogue
from training_data.names.matcher import DECIDED, SURE, UNKNOWN, UNSURE, Matcher

LIST = {
    "job": (
        "Kepala Subbagian Tata Usaha",
        "Kepala Subbagian Umum dan Kepegawaian",
        "Kepala Seksi Pengendalian A",
        "Kepala Seksi Pengendalian B",
        "Perawat Ahli Muda",
        "Perawat Ahli Madya",
    ),
    "training": (
        "Pelatihan Kepemimpinan Pengawas",
        "Pelatihan Kepemimpinan Administrator",
        "Pelatihan Kearsipan",
        "Sosialisasi Kearsipan",
    ),
    "education": ("S-1 Teknik Sipil", "D-III Teknik Sipil", "S-1 Akuntansi"),
    "unit": (
        "Dinas Perhubungan",
        "Suku Dinas Perhubungan Kota Administrasi Jakarta Timur",
        "Suku Dinas Perhubungan Kota Administrasi Jakarta Barat",
        "SDN Menteng 01",
        "SDN Menteng 02",
    ),
}


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("job", "Ka. Subbag TU", "1"),
        ("job", "Kasubag Umum & Kepeg", "2"),
        ("job", "KASUBBAGUMPEG", "2"),
        ("job", 'Kasi Pengendalian "B"', "4"),
        ("job", "Perawat Muda", "5"),
        ("training", "Diklat PIM IV angkatan XII", "1"),
        ("training", "SPAMA 1998", "2"),
        ("education", "S1 Tek. Sipil", "1"),
        ("education", "Diploma III Teknik Sipil", "2"),
        ("unit", "Dishub DKI", "1"),
        ("unit", "Sudinhub Jaktim", "2"),
        ("unit", "SD Negeri Menteng 2", "5"),
    ],
)
def test_a_name_as_people_type_it_finds_its_code(match_one, kind, name, code):
    found = match_one(kind, name, *LIST[kind])
    assert (found.decision, found.code) == (SURE, code)


@pytest.mark.parametrize(
    ("kind", "name", "title", "why"),
    [
        ("job", "Perawat Ahli Muda", "Perawat Ahli Madya", "level"),
        ("job", "Perawat Terampil", "Perawat Mahir", "level"),
        ("job", "Kasi Pengendalian A", "Kepala Seksi Pengendalian B", "number"),
        ("job", "Irban Wilayah II", "Inspektur Pembantu Wilayah I", "number"),
        ("job", "Wakil Camat", "Camat", "word"),
        ("job", "Plt. Camat", "Camat", "word"),
        ("job", "Kepala Dinas Sosial Kab. Bogor", "Kepala Dinas Sosial", "word"),
        ("training", "PKN Tk. I", "Pelatihan Kepemimpinan Nasional Tingkat II", "number"),
        ("training", "Sosialisasi Kearsipan", "Pelatihan Kearsipan", "type"),
        ("training", "Diklat Teknis Auditor", "Pelatihan Fungsional Auditor", "type"),
        ("training", "Excel Lanjutan", "Pelatihan Microsoft Excel Dasar", "level"),
        ("education", "D3 Teknik Sipil", "S-1 Teknik Sipil", "level"),
        ("education", "D4 Teknik Sipil", "S-1 Teknik Sipil", "level"),
        ("unit", "Sudinhub Jakbar", "Suku Dinas Perhubungan Jakarta Timur", "place"),
        ("unit", "Sudinhub", "Dinas Perhubungan", "word"),
    ],
)
def test_what_contradicts_is_never_mapped_however_alike(match_one, kind, name, title, why):
    found = match_one(kind, name, title)
    assert found.code is None
    assert all(why in candidate.contradictions for candidate in found.candidates)


@pytest.mark.parametrize(
    ("name", "title"),
    [("Diklat PIM III", "Pelatihan Kepemimpinan Pengawas"), ("Bahasa Arab", "Bahasa Inggris")],
)
def test_another_subject_is_not_mapped(match_one, name, title):
    assert match_one("training", name, title).code is None


def test_a_word_spelt_right_is_no_misspelling_of_another(match_one):
    assert match_one("job", "Analis Pertahanan", "Analis Pertanahan").code is None
    assert match_one("job", "Analis Pertanahn", "Analis Pertanahan").code == "1"


def test_a_functional_course_is_not_one_that_does_not_say_so(match_one):
    assert match_one("training", "Diklat Fungsional Auditor", "Pelatihan Auditor").code is None


def test_the_level_before_a_unit_is_not_lost(match_one):
    found = match_one("job", "Guru Ahli Pertama SDN Menteng 02", "Guru Ahli Pertama")
    assert found.code == "1"


def test_what_leaves_the_level_open_waits_with_every_level_as_candidate(match_one):
    levels = ("Ahli Pertama", "Ahli Muda", "Ahli Madya")
    found = match_one("job", "Perencana", *(f"Perencana {level}" for level in levels))
    assert found.decision == UNSURE
    assert {candidate.code for candidate in found.candidates} == {"1", "2", "3"}


def test_a_course_listed_in_two_types_waits_where_the_type_is_not_said(match_one):
    found = match_one("training", "Kearsipan Dinamis", "Pelatihan Kearsipan Dinamis",
                      "Bimbingan Teknis Kearsipan Dinamis")  # fmt: skip
    assert found.decision == UNSURE
    assert len(found.candidates) == 2


def test_an_abbreviation_with_several_senses_waits(match_one):
    assert match_one("job", "PKB Terampil", "Penguji Kendaraan Bermotor Terampil").code is None


def test_what_resembles_nothing_is_unknown(match_one):
    found = match_one("job", "Nakhoda Kapal", *LIST["job"])
    assert (found.decision, found.candidates) == (UNKNOWN, ())
    assert match_one("job", " - ", *LIST["job"]).decision == UNKNOWN


def test_an_exact_spelling_that_two_codes_share_waits(match_one):
    found = match_one("job", "lurah.", "Lurah", "LURAH")
    assert (found.decision, found.confidence) == (UNSURE, 0.5)
    assert [candidate.code for candidate in found.candidates] == ["1", "2"]


def test_a_retired_code_gives_way_to_the_one_in_use_but_keeps_its_own_spelling(limits):
    rows = [
        {"code": "old", "title": "Bidan Muda / Ahli Muda", "status": "O"},
        {"code": "new", "title": "Bidan Ahli Muda", "status": "N"},
    ]
    matcher = Matcher(Catalogue.of("job", rows), limits)
    found = matcher.match(["Bidan Muda", "Bidan Muda/Ahli Muda"])
    assert [match.code for match in found.values()] == ["new", "old"]


def test_a_decision_goes_before_every_match_and_none_means_none(match_one):
    decided = {"perawatmuda": "2", "camat": None, "lurah": "gone"}
    titles = ("Perawat Ahli Muda", "Perawat Ahli Madya", "Camat", "Lurah")
    first = match_one("job", "PERAWAT MUDA", *titles, decisions=decided)
    assert (first.decision, first.code) == (DECIDED, "2")
    none = match_one("job", "Camat", *titles, decisions=decided)
    assert (none.decision, none.code) == (DECIDED, None)
    assert match_one("job", "Lurah", *titles, decisions=decided).code == "4"


def test_candidates_say_how_they_differ(match_one):
    found = match_one("job", "Pengelola Layanan", "Pengelola Layanan Operasional")
    (candidate,) = found.candidates
    assert (candidate.missing, candidate.extra) == (("operasional",), ())


def test_a_level_behind_the_place_of_a_course_is_not_lost(match_one):
    titles = ("Pelatihan Kerja di Jalan Tingkat Dasar", "Pelatihan Kerja di Jalan Tingkat Lanjutan")
    assert match_one("training", "DIKLAT KERJA DI JALAN TK. DASAR", *titles).code == "1"
    assert match_one("training", "Kerja di Jalan Tk Lanjutan", *titles).code == "2"


@pytest.mark.parametrize("name", ["Perawat", "Kasi Pengendalian", "Ka. Subbag"])
def test_no_candidate_is_shown_as_likelier_than_the_first(match_one, name):
    chances = [c.probability for c in match_one("job", name, *LIST["job"]).candidates]
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("kind", LIST)
def test_every_entry_of_a_list_is_found_by_its_own_spelling(kind, catalogues, matchers):
    catalogue = catalogues[kind]
    found = matchers[kind].match([entry.title for entry in catalogue.entries])
    shared = [e.title for e in catalogue.entries if found[e.title].code != e.code]
    titles = [e.title for e in catalogue.entries]
    assert all(titles.count(title) > 1 for title in shared)
    assert all(found[title].decision == UNSURE for title in shared)


def test_neither_order_nor_company_of_the_names_changes_an_answer(labelled, matchers):
    names = [one.name for one in labelled if one.kind == "job"]
    together = matchers["job"].match(names)
    backwards = matchers["job"].match(reversed(names))
    assert together == backwards
    assert all(matchers["job"].match([name])[name] == together[name] for name in names[::9])


def test_the_order_of_the_list_changes_nothing(limits):
    rows = [{"code": str(n), "title": title} for n, title in enumerate(LIST["job"])]
    names = ["Perawat Muda", "Kasi Pengendalian", "Kasubbag"]
    forth, back = (
        Matcher(Catalogue.of("job", order), limits).match(names) for order in (rows, rows[::-1])
    )
    assert forth == back


_words = st.lists(
    st.text(string.ascii_lowercase, min_size=3, max_size=9), min_size=1, max_size=4
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(added=_words, kind=st.sampled_from(sorted(LIST)))
def test_a_further_entry_never_turns_a_sure_match_into_another(
    labelled, catalogues, limits, matchers, added, kind
):
    names = [one.name for one in labelled if one.kind == kind][::12]
    before = matchers[kind].match(names)
    rows = [{"code": e.code, "title": e.title} for e in catalogues[kind].entries]
    more = Catalogue.of(kind, [*rows, {"code": "added", "title": added}])
    after = Matcher(more, limits).match(names)
    for name in names:
        if before[name].code is not None:
            assert after[name].code in (before[name].code, None)


@settings(max_examples=150, deadline=None)
@given(name=st.text(max_size=40), kind=st.sampled_from(sorted(LIST)))
def test_any_text_has_an_answer(matchers, name, kind):
    found = matchers[kind].match([name])[name]
    assert 0 <= found.confidence <= 1
    assert (found.decision == SURE) == (found.code is not None)
    assert len(found.candidates) <= 5
