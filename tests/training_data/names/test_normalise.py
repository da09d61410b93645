"""A typed name in full words, with level, number, type and place apart."""

import pytest

from training_data.names.normalise import exact_key, read, without_degree
from training_data.names.spelling import distance
from training_data.names.words import KINDS, data, words


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("job", "Ka.Subbag.TU", "kepala subbagian tata usaha"),
        ("job", "KASUBBAGKEU", "kepala subbagian keuangan"),
        ("job", "Pengadministrasian Kepeg.", "pengadministrasi kepegawaian"),
        ("job", "PengolahData", "pengolah data"),
        ("training", "Diklatpim Tk. IV Angkatan XII Tahun 2016", "kepemimpinan pengawas"),
        ("training", "Bimtek SIPD 40 JP", "sistem informasi pemerintahan daerah"),
        ("education", "S-1 Pend. Bhs. Inggris", "pendidikan bahasa inggris"),
        ("unit", "Dishub Prov. DKI Jakarta", "dinas perhubungan"),
    ],
)
def test_abbreviations_are_written_out_and_batches_dropped(kind, name, expected):
    assert " ".join(read(kind, name)[0].words) == expected


@pytest.mark.parametrize(
    ("kind", "name", "levels"),
    [
        ("job", "Perawat Pelaksana", {"terampil"}),
        ("job", "Perawat Pelaksana Lanjutan", {"mahir"}),
        ("job", "Perawat Pertama / Ahli Pertama", {"ahli_pertama"}),
        ("job", "Auditor Ahli Mudah", {"ahli_muda"}),
        ("job", "Guru Sekolah Menengah Pertama Ahli Madya", {"ahli_madya"}),
        ("job", "Pelaksana", set()),
        ("training", "Pelatihan SIG Tk. Dasar", {"dasar"}),
        ("education", "D.III Kebidanan", {"d3"}),
        ("education", "Magister Manajemen", {"s2"}),
        ("education", "SMU IPA", {"slta"}),
    ],
)
def test_levels_stand_apart_whatever_their_old_names(kind, name, levels):
    assert read(kind, name)[0].levels == levels


def test_roman_and_arabic_numbers_and_leading_zeros_are_one():
    assert read("unit", "SDN Menteng 01")[0].numbers == read("unit", "SDN Menteng I")[0].numbers
    assert read("job", "Seksi Wilayah IV")[0].numbers == ("4",)


def test_the_place_of_a_post_is_tail_and_says_little():
    found = read("job", "Kasi Angkutan Dinas Sosial", typed=True, resembles=lambda word: True)
    assert found[0].words == ("kepala", "seksi", "angkutan")
    assert found[0].soft == {"dinas", "sosial"}


def test_several_senses_are_several_readings_and_doubtful():
    found = read("job", "Kepala PPK")
    assert len(found) == 3
    assert [one.unclear for one in found] == [1, 2, 2]


def test_an_abbreviation_in_brackets_of_the_words_before_it_adds_nothing():
    plain, bracketed = (
        read("job", name, typed=True, resembles=lambda word: True)[0]
        for name in ("Pengelola Barang Milik Daerah", "Pengelola Barang Milik Daerah (BMD)")
    )
    assert plain == bracketed


def test_a_name_without_letters_says_nothing():
    assert read("job", " -/- ") == ()
    assert exact_key(" -/- ") == ""


def test_a_field_of_study_stands_without_its_degree():
    assert without_degree("Sarjana Teknik Sipil") == "teknik sipil"
    assert without_degree("Diploma III Gizi") == "gizi"
    assert without_degree("S1") == "S1"


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("camat", "camat", 0), ("camta", "camat", 1), ("cmat", "camat", 1), ("lurah", "camat", 3)],
)
def test_slips_are_counted_up_to_a_limit(one, other, slips):
    assert distance(one, other, 2) == distance(other, one, 2) == slips


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_abbreviation_means_is_not_abbreviated_again(kind):
    table = words(kind)
    for written, senses in table.phrases.items():
        for sense in senses:
            for word in sense:
                again = table.phrases.get((word,), ((word,),))
                assert again == ((word,),) or written == (word,), (written, word)


def test_the_words_say_that_they_are_our_own_and_not_verified():
    assert data()["mark"] == "R"
    assert data()["source"]
