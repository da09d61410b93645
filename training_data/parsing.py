"""Texts of files become typed values: dates, numbers, flags and codes as offices write them.

In: the distinct texts of a column. Out: per text a typed value (null when it means "nothing") and
a mask of the texts that could not be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.cells import TYPED, Mask
from training_data.reference import normalise
from training_data.schema import Column, Kind

NOTHING = pa.array(["", "-", "--", "null", "(null)", "n/a", "#n/a", "nan", "none", "nil"])
"""Spellings, in lower case, of an empty cell."""

FIRST_YEAR, LAST_YEAR = 1900, 9999  # 9999-12-31 is how some systems write "for ever"
JAKARTA_MINUTES = 7 * 60

_ISO = r"^(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?P<t>(?:[T ].*)?)$"
_DAY_FIRST = r"^(?P<d>\d{1,2})[-/](?P<m>\d{1,2})[-/](?P<y>\d{4})(?P<t>(?:[T ].*)?)$"
_TIME = (
    r"^[T ]+(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<z>Z|[+-]\d{2}:?\d{2}|WIB)?$"
)
_YES = pa.array(["1", "true", "ya", "y", "yes", "benar", "t"])
_NO = pa.array(["0", "false", "tidak", "n", "no", "salah", "f"])


@dataclass(frozen=True)
class Parsed:
    """The typed values of distinct texts.

    Attributes:
        values: the column's Arrow type[u]; null where the text is unreadable or means nothing.
        bad: bool[u], the text could not be read.
        doubtful: bool[u], read, but the text could mean another number.
    """

    values: pa.Array
    bad: Mask
    doubtful: Mask


def clean(texts: pa.StringArray, kind: Kind) -> pa.StringArray:
    """Return the texts without outer blanks, control signs and a spreadsheet's apostrophe.

    A text that only says "nothing here" becomes null.
    """
    out = pc.utf8_trim(texts, " \t\r\n\x00\x1f\u00a0\u200b\ufeff")
    if kind is Kind.TEXT:
        # A text keeps its own apostrophe, but not the one that guards a formula sign.
        out = pc.replace_substring_regex(out, r"^'('*[=+\-@\t\r])", r"\1")
    else:
        out = pc.utf8_trim_whitespace(pc.utf8_ltrim(out, "'\u2018\u2019"))
    out = pc.replace_substring_regex(out, r"\r\n?", "\n")
    out = pc.replace_substring_regex(out, r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+", "")
    nothing = pc.is_in(pc.utf8_lower(out), value_set=NOTHING)
    return pc.if_else(nothing, pa.scalar(None, pa.string()), out)


def parse(
    column: Column,
    texts: pa.StringArray,
    comma: bool | None = None,
    *,
    thousands: bool = False,
) -> Parsed:
    """Parse distinct texts as the column's kind.

    Parameters:
        column: says what the texts should be.
        texts: string[u] as read.
        comma: the file's decimal sign is a comma (``True``), a point (``False``) or unknown.
        thousands: where that is unknown, three digits after a sign are thousands (money).
    """
    typed = np.asarray(pc.starts_with(texts, TYPED), bool)
    cleaned = clean(texts, column.kind)
    if column.kind is Kind.DATE:
        moments, bad = parse_moments(cleaned)
        return _sure(moments.cast(pa.timestamp("s"), safe=False).cast(pa.date32()), bad)
    if column.kind is Kind.MOMENT:
        return _sure(*parse_moments(cleaned))
    if column.kind is Kind.NUMBER:
        return parse_numbers(cleaned, comma, typed, thousands=thousands)
    if column.kind is Kind.INTEGER:
        return _whole(parse_numbers(cleaned, comma, typed))
    if column.kind is Kind.FLAG:
        return _flags(cleaned)
    if column.kind is Kind.LIST:
        return _lists(cleaned, column.choices)
    if column.choices is not None:
        return _choices(cleaned, column.choices)
    return _sure(cleaned, np.zeros(len(cleaned), bool))


def parse_moments(texts: pa.StringArray) -> tuple[pa.Array, Mask]:
    """Parse days with an optional time of day: ISO 8601, dd-mm-yyyy, dd/mm/yyyy.

    A time with an offset is moved to Jakarta's clock; one without is taken as it stands.

    Returns:
        timestamp[us][u] and bool[u] of the texts that are no day of the calendar.
    """
    iso = pc.extract_regex(texts, _ISO)
    parts = pc.if_else(pc.is_valid(iso), iso, _aligned(pc.extract_regex(texts, _DAY_FIRST), iso))
    known = np.asarray(pc.is_valid(parts), bool)
    year, month, day = (_integers(parts, name) for name in "ymd")
    fits = known & (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    months = np.where(fits, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    last = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(int)
    fits &= (day >= 1) & (day <= last)
    moments = (months.astype("datetime64[D]") + np.where(fits, day - 1, 0)).astype("datetime64[us]")
    rest = pc.fill_null(pc.struct_field(parts, "t"), "")
    timed = np.asarray(pc.greater(pc.binary_length(rest), 0), bool)
    if timed.any():
        offset, right = _times(rest.filter(pa.array(timed)))
        moments[timed] += offset
        fits[timed] &= right
    bad = np.asarray(pc.is_valid(texts), bool) & ~fits
    return pa.array(moments, pa.timestamp("us"), mask=~fits), bad


def _aligned(parts: pa.StructArray, like: pa.StructArray) -> pa.StructArray:
    """Return a struct array with the fields in the order of another."""
    fields = [f.name for f in like.type]
    return pa.StructArray.from_arrays(
        [pc.struct_field(parts, name) for name in fields], fields, mask=pc.is_null(parts)
    )


def _integers(parts: pa.StructArray, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return one named group as int64, 0 where it is absent."""
    field = pc.struct_field(parts, name)
    filled = pc.if_else(pc.equal(pc.fill_null(field, ""), ""), "0", field)
    return np.asarray(filled.cast(pa.int64()))


def _times(rest: pa.StringArray) -> tuple[np.ndarray[tuple[int], np.dtype[np.timedelta64]], Mask]:
    """Parse times of day; returns their distance from midnight in Jakarta and which are real."""
    parts = pc.extract_regex(rest, _TIME)
    hour, minute, second = (_integers(parts, name) for name in ("h", "min", "s"))
    fraction = pc.utf8_slice_codeunits(
        pc.utf8_rpad(pc.fill_null(pc.struct_field(parts, "f"), ""), 6, "0"), 0, 6
    )
    right = np.asarray(pc.is_valid(parts), bool) & (hour < 24) & (minute < 60) & (second < 60)
    zone = pc.fill_null(pc.struct_field(parts, "z"), "")
    plain = np.asarray(pc.is_in(zone, value_set=pa.array(["", "WIB"])), bool)
    digits = pc.replace_substring_regex(zone, r"[^0-9]", "")
    hours = np.asarray(
        pc.if_else(
            pc.equal(pc.binary_length(digits), 4), pc.utf8_slice_codeunits(digits, 0, 2), "0"
        )
    ).astype(int)
    minutes = np.asarray(
        pc.if_else(
            pc.equal(pc.binary_length(digits), 4), pc.utf8_slice_codeunits(digits, 2, 4), "0"
        )
    ).astype(int)
    sign = np.where(np.asarray(pc.starts_with(zone, "-"), bool), -1, 1)
    shift = np.where(plain, 0, JAKARTA_MINUTES - sign * (hours * 60 + minutes))
    total = ((hour * 60 + minute + shift) * 60 + second) * 1_000_000
    total = total + np.asarray(fraction.cast(pa.int64()))
    return np.where(right, total, 0).astype("timedelta64[us]"), right


# Numbers: the decimal sign is decided by the whole file, since "1.234" alone says nothing.
_PLAIN = r"^[+-]?\d+([eE][+-]?\d+)?$"
_POINT = r"^[+-]?(\d*\.\d+|\d+\.)([eE][+-]?\d+)?$"
_COMMA = r"^[+-]?\d*,\d+$"
_DOT_GROUPS = r"^[+-]?\d{1,3}(\.\d{3}){2,}(,\d+)?$|^[+-]?\d{1,3}(\.\d{3})+,\d+$"
_COMMA_GROUPS = r"^[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?$|^[+-]?\d{1,3}(,\d{3})+\.\d+$"
_EITHER_DOT = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_EITHER_COMMA = r"^[+-]?[1-9]\d{0,2},\d{3}$"


def bare_number(texts: pa.StringArray) -> pa.StringArray:
    """Return number texts without currency, blanks inside and the trailing ``,-`` of rupiah."""
    out = pc.replace_substring(texts, "\u2212", "-")
    out = pc.replace_substring_regex(out, r"^(?i:rp)\.?\s*", "")
    out = pc.replace_substring_regex(out, r",-+$", "")
    return pc.replace_substring_regex(out, "[\\s\u00a0]+", "")


def decimal_evidence(texts: pa.StringArray) -> tuple[bool, bool]:
    """Return whether some text can only have a decimal comma, and some only a decimal point."""
    written = texts.filter(pc.invert(pc.starts_with(texts, TYPED)))
    bare = bare_number(clean(written, Kind.NUMBER))

    def seen(*patterns: str, but: str) -> bool:
        either = _match(bare, but)
        return any(bool((_match(bare, pattern) & ~either).any()) for pattern in patterns)

    return (
        seen(_COMMA, _DOT_GROUPS, but=_EITHER_COMMA),
        seen(_POINT, _COMMA_GROUPS, but=_EITHER_DOT),
    )


def parse_numbers(
    texts: pa.StringArray, comma: bool | None, typed: Mask, *, thousands: bool = False
) -> Parsed:
    """Parse numbers with a decimal point or comma and optional groups of thousands.

    Parameters:
        texts: string[u], cleaned.
        comma: the file's decimal sign, decides "1.234" and "1,234"; where it is unknown they are
            marked doubtful.
        typed: bool[u], the cell was a number in its source, so a point is its decimal sign.
        thousands: how to read the doubtful ones: as thousands rather than as decimals.
    """
    bare = bare_number(texts)
    either_dot, either_comma = _match(bare, _EITHER_DOT) & ~typed, _match(bare, _EITHER_COMMA)
    unknown = comma is None and thousands
    thousands_dot = _match(bare, _DOT_GROUPS) | (either_dot & (comma is True or unknown))
    thousands_comma = _match(bare, _COMMA_GROUPS) | (either_comma & (comma is False or unknown))
    decimal_comma = _match(bare, _COMMA) & ~thousands_comma
    right = _match(bare, _PLAIN) | _match(bare, _POINT)
    right |= thousands_dot | thousands_comma | decimal_comma
    pointed = pc.if_else(pa.array(thousands_dot), pc.replace_substring(bare, ".", ""), bare)
    pointed = pc.if_else(pa.array(thousands_comma), pc.replace_substring(pointed, ",", ""), pointed)
    pointed = pc.replace_substring(pointed, ",", ".")
    pointed = pc.replace_substring_regex(pointed, r"^\+", "")
    numbers = pc.if_else(pa.array(right), pointed, pa.scalar(None, pa.string())).cast(pa.float64())
    # Adding 0.0 turns −0.0 into 0.0, which would otherwise be another key and another hash.
    numbers = pc.add(numbers, 0.0)
    right &= np.asarray(pc.fill_null(pc.is_finite(numbers), False), bool)
    bad = np.asarray(pc.is_valid(texts), bool) & ~right
    doubt = (either_dot | either_comma) if comma is None else np.zeros(len(bad), bool)
    return Parsed(
        pc.if_else(pa.array(~bad), numbers, pa.scalar(None, pa.float64())), bad, doubt & ~bad
    )


def _match(texts: pa.StringArray, pattern: str) -> Mask:
    return np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), False), bool)


def _whole(parsed: Parsed) -> Parsed:
    """Return numbers as integers; a fraction or a number beyond 2^53 is unreadable."""
    numbers = np.asarray(pc.fill_null(parsed.values, 0.0))
    bad = parsed.bad | (numbers != np.floor(numbers)) | (np.abs(numbers) > 2**53)
    absent = np.asarray(pc.is_null(parsed.values), bool) | bad
    return Parsed(
        pa.array(np.where(absent, 0, numbers).astype(np.int64), mask=absent), bad, parsed.doubtful
    )


def _flags(texts: pa.StringArray) -> Parsed:
    lower = pc.utf8_lower(texts)
    yes = np.asarray(pc.is_in(lower, value_set=_YES), bool)
    no = np.asarray(pc.is_in(lower, value_set=_NO), bool)
    bad = np.asarray(pc.is_valid(texts), bool) & ~yes & ~no
    return _sure(pa.array(yes, mask=~(yes | no)), bad)


def _choices(texts: pa.StringArray, name: str) -> Parsed:
    return _each(texts, lambda text: normalise(name, text))


def _lists(texts: pa.StringArray, name: str | None) -> Parsed:
    """Tidy lists of codes separated by ``|``: outer blanks, empty members, repeats."""

    def tidy(text: str) -> str | None:
        members = [m.strip() for m in text.split("|") if m.strip()]
        if name is not None:
            known = [normalise(name, member) for member in members]
            if None in known:
                return None
            members = [code for code in known if code is not None]
        return "|".join(dict.fromkeys(members))

    return _each(texts, tidy)


def _each(texts: pa.StringArray, read: Callable[[str], str | None]) -> Parsed:
    """Apply a reader to each distinct text; ``None`` means it could not be read."""
    held = texts.to_pylist()
    out = [None if text is None else read(text) for text in held]
    bad = np.fromiter(
        (a is not None and b is None for a, b in zip(held, out, strict=True)), bool, len(held)
    )
    return _sure(pa.array([text or None for text in out], pa.string()), bad)


def _sure(values: pa.Array, bad: Mask) -> Parsed:
    return Parsed(values, bad, np.zeros(len(bad), bool))
