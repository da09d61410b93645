"""Kinds of values that params of rules may have: known codes, ranges, bands, shares, windows.

In: JSON values. Out: pydantic types that accept a value or say what is allowed instead. A refusal
is a ``PydanticCustomError`` whose type is a code ``packs.allowed.<type>`` of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import isclose
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel
from pydantic_core import PydanticCustomError

from training_data.reference.lists import choices

V = TypeVar("V")


class Shape(BaseModel):
    """The params of one rule: every one is required, none may be added, kinds are strict."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Table(RootModel[V]):
    """The params of a rule that is one table: the names of its params are codes of a list."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class Nothing(Shape):
    """The shape of a rule without params."""


def refusal(kind: str, /, **values: Any) -> PydanticCustomError:
    """Return the refusal that the catalogue words as ``packs.allowed.<kind>``."""
    # The message is only a stand-in: what a person reads comes from the catalogue.
    return PydanticCustomError(kind, kind, values)


def known(name: str, *also: str) -> AfterValidator:
    """Return a check that a text is a code of a known list, or one of ``also``."""

    def check(code: str) -> str:
        allowed = (*choices(name), *also)
        if code not in allowed:
            raise refusal("code", codes=_listed(allowed))
        return code

    return AfterValidator(check)


def every(name: str, *also: str) -> AfterValidator:
    """Return a check that a table names every code of a known list."""

    def check(table: Mapping[str, V]) -> Mapping[str, V]:
        missing = [c for c in (*choices(name), *also) if c not in table]
        if missing:
            raise refusal("every", missing=_listed(missing))
        return table

    return AfterValidator(check)


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(code or '""' for code in codes)


def _unique(rows: Sequence[Hashable]) -> Sequence[Hashable]:
    if len(set(rows)) < len(rows):
        raise refusal("unique")
    return rows


def _sums_to(total: float) -> Callable[[Any], Any]:
    def check(values: Any) -> Any:
        parts = values.values() if isinstance(values, Mapping) else values
        if not isclose(sum(parts), total, abs_tol=1e-9):
            raise refusal("sum", total=total, found=sum(parts))
        return values

    return check


def _ordered(pair: Sequence[Any]) -> Sequence[Any]:
    if pair[0] > pair[1]:
        raise refusal("ordered")
    return pair


def _day(value: str) -> str:
    try:
        plain = date.fromisoformat(value).isoformat() == value
    except ValueError:
        plain = False
    if not plain:
        raise refusal("day")
    return value


def _apart(windows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    in_order = sorted((first, last) for first, last in windows)
    if any(after[0] <= before[1] for before, after in pairwise(in_order)):
        raise refusal("apart")
    return windows


def _falling(bounds: Sequence[float]) -> None:
    if not bounds or bounds[-1] != 0 or any(low >= high for high, low in pairwise(bounds)):
        raise refusal("bands")


def _rows_fall(bands: Sequence[Sequence[float]]) -> Sequence[Sequence[float]]:
    _falling([band[0] for band in bands])
    return bands


def _regular(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error:
        raise refusal("pattern") from None
    return pattern


UNIQUE = AfterValidator(_unique)
NOT_EMPTY = Field(min_length=1)

Word = Annotated[str, Field(min_length=1)]
"""Any text but the empty one."""
Pattern = Annotated[str, NOT_EMPTY, AfterValidator(_regular)]
"""A regular expression."""
Mark = Literal["V", "V-code", "V-empirical", "R"]
Tier = Annotated[str, known("tier")]
Education = Annotated[str, known("education_level")]
Employment = Annotated[str, known("employment")]
Form = Annotated[str, known("form")]
LegalStatus = Annotated[str, known("legal_status")]
Rating = Annotated[str, known("rating")]
Severity = Annotated[str, known("severity")]
Structural = Annotated[str, known("structural")]
Group = Annotated[str, known("group")]

Employments = Annotated[list[Employment], NOT_EMPTY, UNIQUE]
Tiers = Annotated[list[Tier], NOT_EMPTY, UNIQUE]
Forms = Annotated[list[Form], UNIQUE]
Words = Annotated[list[Word], UNIQUE]

Years = Annotated[int, Field(ge=0, le=50)]
Months = Annotated[int, Field(ge=0, le=600)]
Age = Annotated[int, Field(ge=17, le=80)]
AgeRange = Annotated[list[Age], Field(min_length=2, max_length=2), AfterValidator(_ordered)]
"""[lowest, highest] age."""
Level = Annotated[int, Field(ge=0, le=5)]
Steps = Annotated[int, Field(ge=0, le=20)]
Count = Annotated[int, Field(ge=0, le=10_000)]
"""A whole number of things."""
Hundredth = Annotated[float, Field(ge=0, le=100)]
"""A number on a scale of 0 to 100."""
Points = Annotated[float, Field(ge=0, le=10_000)]
"""Points of any other scale."""
Jp = Annotated[float, Field(ge=0, le=2_000)]
Factor = Annotated[float, Field(ge=0, le=10)]
Share = Annotated[float, Field(ge=0, le=1)]
Percents = Annotated[
    list[Hundredth], Field(min_length=2, max_length=2), AfterValidator(_sums_to(100))
]
"""Two parts of a hundred."""
Day = Annotated[str, AfterValidator(_day)]
Window = Annotated[list[Day], Field(min_length=2, max_length=2), AfterValidator(_ordered)]
"""[first day, last day]."""
Windows = Annotated[list[Window], AfterValidator(_apart)]
"""Windows of days that do not overlap."""
Bands = Annotated[
    list[Annotated[list[Hundredth], Field(min_length=2, max_length=2)]],
    AfterValidator(_rows_fall),
]
"""[[lower bound, value], …]: bounds fall strictly and end at 0."""

SUM_1 = AfterValidator(_sums_to(1))
SUM_100 = AfterValidator(_sums_to(100))


class Band(Shape):
    """A band with its name in both languages; ``min`` belongs to it."""

    min: Hundredth
    id: Word
    en: Word


class CodedBand(Band):
    """A band that also has a short code."""

    code: Word


B = TypeVar("B", bound=Band)


def fall(bands: list[B]) -> list[B]:
    """Return ``bands`` where their lower bounds fall strictly and end at 0."""
    _falling([band.min for band in bands])
    return bands


NamedBands = Annotated[list[Band], AfterValidator(fall)]
CodedBands = Annotated[list[CodedBand], AfterValidator(fall)]


def same_codes(*tables: Mapping[str, object]) -> None:
    """Refuse tables that do not all speak of the same codes."""
    for table in tables[1:]:
        differing = set(tables[0]) ^ set(table)
        if differing:
            raise refusal("same_codes", codes=", ".join(sorted(differing)))
