"""NIP rules: which 18 digits can be a civil servant's number, and how personal values are masked.

In: distinct texts of an identifier column. Out: per text the first rule it breaks, or none.
Perka BKN 22/2007: birth date (8), month of appointment (6), sex (1), serial (3); no check digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from training_data.cells import Codes, Mask
from training_data.parsing import parse_moments

LENGTH = 18
ADULT_YEARS = 16  # an appointment earlier than this after birth is doubted, not refused
PPPK_FIRST_MONTH = 21  # NI PPPK: digits 13–14 may be 21 and more instead of a month

LENGTH_RULE, NUMBER_RULE, BIRTH_RULE, MONTH_RULE, SEX_RULE, SERIAL_RULE = range(1, 7)
RULES = {
    LENGTH_RULE: "nip.length",
    NUMBER_RULE: "nip.number",
    BIRTH_RULE: "nip.birth",
    MONTH_RULE: "nip.month",
    SEX_RULE: "nip.sex",
    SERIAL_RULE: "nip.serial",
}
"""Rule number → message code."""

_DAMAGED = r"^[+-]?\d+([.,]\d+)?[eE][+-]?\d+$|^\d{15,}[.,]0*$|^\d{15,}[.,]\d+$"
_BIRTH = r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_MEANT = (
    rf"^\d{{{LENGTH}}}$"  # as it should be
    rf"|^{_BIRTH}\d{{9}}$|^{_BIRTH}\d{{11}}$"  # a digit lost or one too many
    rf"|^{_BIRTH}[\s.\-]+\d{{6}}[\s.\-]+\d[\s.\-]+\d{{3}}$"  # in print layout
)
_LETTER_SLIPPED_IN = rf"^{_BIRTH}\d*[A-Za-z]\d*$"


@dataclass(frozen=True)
class NipParts:
    """What distinct texts say when they are a NIP.

    Attributes:
        broken: int8[u], 0 or the number of the first rule broken.
        shaped: bool[u], 18 digits.
        birth: date32[u], null unless ``shaped`` and a real day.
        sex: string[u], L or P, null unless ``shaped`` and 1 or 2.
        pppk: bool[u], the month digits can only be those of a PPPK.
        early: bool[u], appointed before the age of sixteen.
    """

    broken: npt.NDArray[np.int8]
    shaped: Mask
    birth: pa.Array
    sex: pa.Array
    pppk: Mask
    early: Mask


def is_nip_shaped(text: str) -> bool:
    """Whether a text has 18 digits and nothing else."""
    return len(text) == LENGTH and text.isascii() and text.isdigit()


def read_nips(texts: pa.StringArray, *, always: bool) -> NipParts:
    """Read distinct identifiers as NIPs.

    Parameters:
        texts: string[u], cleaned.
        always: every filled text has to be a NIP (the column ``nip``); otherwise only texts that
            are meant as one are judged (``employee_id`` may be any string).
    """
    filled = np.asarray(pc.is_valid(texts), bool)
    shaped = _match(texts, rf"^\d{{{LENGTH}}}$")
    damaged = _match(texts, _DAMAGED)
    slipped = _match(texts, _LETTER_SLIPPED_IN) & _true(pc.equal(pc.utf8_length(texts), LENGTH))
    judged = filled if always else filled & (_match(texts, _MEANT) | slipped | damaged)
    digits = pc.if_else(pa.array(shaped), texts, "0" * LENGTH)
    birth, bad_birth = parse_moments(_iso_birth(digits))
    month = _part(digits, 12, 14)
    sex = _part(digits, 14, 15)
    serial = _part(digits, 15, 18)
    pppk = shaped & (month >= PPPK_FIRST_MONTH)
    months = (month >= 1) & (month <= 12)
    broken = np.select(
        [
            judged & damaged,
            judged & ~shaped,
            shaped & bad_birth,
            shaped & ~months & ~pppk,
            shaped & (sex != 1) & (sex != 2),
            shaped & (serial == 0),
        ],
        [NUMBER_RULE, LENGTH_RULE, BIRTH_RULE, MONTH_RULE, SEX_RULE, SERIAL_RULE],
        0,
    ).astype(np.int8)
    real = shaped & ~bad_birth
    age = _part(digits, 8, 12) - _part(digits, 0, 4)
    return NipParts(
        broken,
        shaped,
        pc.if_else(pa.array(real), birth, pa.scalar(None, birth.type)).cast(pa.date32()),
        pa.array(np.where(sex == 1, "L", "P"), mask=~(shaped & np.isin(sex, (1, 2)))),
        pppk,
        real & (age < ADULT_YEARS),
    )


def _match(texts: pa.StringArray, pattern: str) -> Mask:
    return _true(pc.match_substring_regex(texts, pattern))


def _true(marks: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(marks, False), bool)


def _part(digits: pa.StringArray, start: int, stop: int) -> npt.NDArray[np.int64]:
    return np.asarray(pc.utf8_slice_codeunits(digits, start, stop).cast(pa.int64()))


def _iso_birth(digits: pa.StringArray) -> pa.StringArray:
    parts = [pc.utf8_slice_codeunits(digits, a, b) for a, b in ((0, 4), (4, 6), (6, 8))]
    return pc.binary_join_element_wise(*parts, "-")


def differs(values: pa.Array, codes: Codes, others: pa.Array, other_codes: Codes) -> Mask:
    """Return per row whether two columns both speak and say different things, bool[n]."""
    if len(values) == 0 or len(others) == 0:
        return np.zeros(len(codes), bool)
    both = (codes >= 0) & (other_codes >= 0)
    left = values.take(pa.array(np.where(both, codes, 0)))
    right = others.take(pa.array(np.where(both, other_codes, 0)))
    return np.asarray(both & _true(pc.not_equal(left, right)))


def mask(text: str, limit: int = 40) -> str:
    """Return a personal value with its shape only: digits become •, letters ×.

    >>> mask("19700101 2A")
    '•••••••• •×'
    """
    shape = "".join("•" if s.isdigit() else "×" if s.isalnum() else s for s in text[:limit])
    return shape + "…" if len(text) > limit else shape


def is_personal(column: str, text: str) -> bool:
    """Whether a value of a personal column must be masked.

    Identifiers of a few signs (``E0017``) name nobody outside their file; one with eight digits
    or more may be a NIP or a NIK, whole or damaged.
    """
    if column.endswith(("employee_id", "supervisor_id")):
        return sum(sign.isdigit() for sign in text) >= 8 or "e+" in text.lower()
    return True


def birth_of(nip: str) -> date | None:
    """Return the birth date a NIP-shaped text carries, ``None`` when it is no real day."""
    parts = read_nips(pa.array([nip]), always=False)
    born: date | None = parts.birth[0].as_py()
    return born
