"""NIP rules: what 18 digits may be, and what is shown of them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_data.identity import (
    BIRTH_RULE,
    LENGTH_RULE,
    MONTH_RULE,
    NUMBER_RULE,
    SERIAL_RULE,
    SEX_RULE,
    is_nip_shaped,
    is_personal,
    mask,
    read_nips,
)

GOOD = "198503172010012003"


def rule(text, *, always=True):
    return int(read_nips(pa.array([text], pa.string()), always=always).broken[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, 0),
        ("19850317201001200", LENGTH_RULE),
        ("1985031720100120031", LENGTH_RULE),
        ("19850317201001200A", LENGTH_RULE),
        ("19850317 201001 2 003", LENGTH_RULE),
        ("198502302010012003", BIRTH_RULE),
        ("198502292010012003", BIRTH_RULE),
        ("198402292010012003", 0),
        ("198503172010002003", MONTH_RULE),
        ("198503172010132003", MONTH_RULE),
        ("198503172010202003", MONTH_RULE),
        ("198503172010212003", 0),
        ("198503172010010003", SEX_RULE),
        ("198503172010013003", SEX_RULE),
        ("198503172010012000", SERIAL_RULE),
        ("198503172010011999", 0),
        ("1.97E+17", NUMBER_RULE),
        ("1,97E+17", NUMBER_RULE),
        ("198503172010012003.0", NUMBER_RULE),
    ],
)
def test_a_nip_breaks_the_first_rule_that_it_breaks(text, expected):
    assert rule(text) == expected
    assert rule(text, always=False) == expected


@pytest.mark.parametrize("text", ["E0017", "12345", "3171012345670001", "a b c", "1e5x"])
def test_an_identifier_that_is_no_nip_is_left_alone(text):
    assert rule(text, always=False) == 0


def test_a_pppk_number_is_told_apart_by_its_month_digits():
    parts = read_nips(pa.array(["198503172023212003", GOOD]), always=True)
    assert parts.pppk.tolist() == [True, False]


def test_an_appointment_before_sixteen_is_doubted_only():
    parts = read_nips(pa.array(["200503172010012003", GOOD]), always=True)
    assert parts.broken.tolist() == [0, 0]
    assert parts.early.tolist() == [True, False]


def test_a_mask_keeps_the_shape_and_no_digit():
    assert mask("1985 A.0") == "•••• ×.•"


@given(st.text(max_size=60))
def test_a_mask_never_shows_a_letter_or_a_digit(text):
    shown = mask(text)
    assert not any(sign.isalnum() for sign in shown.replace("×", ""))


def test_short_codes_name_nobody_but_long_numbers_do():
    assert not is_personal("employee_id", "E0017")
    assert is_personal("employee_id", GOOD)
    assert is_personal("supervisor_id", "1.97E+17")
    assert is_personal("name", "A")


@given(st.text(alphabet="0123456789٣ a", min_size=0, max_size=20))
def test_only_eighteen_ascii_digits_are_nip_shaped(text):
    expected = len(text) == 18 and set(text) <= set("0123456789")
    assert is_nip_shaped(text) is expected
    shaped = read_nips(pa.array([text], pa.string()), always=False).shaped[0]
    assert bool(shaped) is expected
